"""A provider's drafts: begun, saved, discarded; their uploads; answers to comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.catalog.labels import FILE_KINDS, PICTURE
from marketplace.catalog.models import Provider, Solution, SolutionFile
from marketplace.catalog.operations import reindex_provider, revise_provider, sort_key
from marketplace.catalog.spreadsheet_cells import tidy
from marketplace.catalog.spreadsheet_slugs import slug_of
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.files import PICTURES, StoredFile
from marketplace.core.i18n import LocalizedText
from marketplace.listing.content import FILES, Content, flat, part, unflat
from marketplace.listing.merging import Choice, merge
from marketplace.listing.merging import Conflict as Clash
from marketplace.listing.models import SolutionDraft, Submission, SubmissionComment
from marketplace.listing.queries import draft_of, last_submission, own_provider
from marketplace.listing.standing import written
from marketplace.notifications.operations import close_tasks

MOST_FILES = 20
"""Uploads of one solution."""
MOST_ANSWER = 1000
DEFAULT_KIND = "manual"
"""What an upload is that was called a picture and is none."""


@dataclass(frozen=True)
class Saved:
    """What saving came to. With `conflicts` nothing was written; `content` is then both tabs'
    work brought together, mine where they disagree. `taken` changed in another tab meanwhile."""

    draft: SolutionDraft
    content: Mapping[str, Any]
    conflicts: tuple[Clash, ...] = ()
    taken: tuple[str, ...] = ()


def begin_draft(*, name: str, copy_of: Solution | None = None) -> SolutionDraft:
    """A new solution that exists as a draft only: blank, or a copy of one of the provider's own.

    Raises `Conflict` while the organisation has no provider profile, `InvalidInput` for no name.
    """
    allow("solution.create")
    name = tidy(name)
    if not 2 <= len(name) <= 80:
        raise InvalidInput("The solution was not created.", errors=(
            FieldError("name.zh", name, "write 2 to 80 characters"),))
    with transaction() as session:
        provider = own_provider()
        if provider is None:
            raise Conflict("Fill in the company profile first; solutions belong to it.")
        content: dict[str, Any] = {"name": {"zh": name, "en": ""}}
        if copy_of is not None:
            allow("solution.draft", copy_of)
            content = {**_written(copy_of), **content}
            content.pop(FILES, None)
        solution = Solution(provider=provider, slug=free_slug(name, provider.slug),
                            sort_key=sort_key(LocalizedText(name)), created_at=now(),
                            sample=provider.organisation.sample)
        session.add(solution)
        session.flush()
        draft = _store(solution, content)
        record(session, actor=current_person().actor, action="draft.begin",
               subject=f"solution:{solution.id}",
               details={"slug": solution.slug, "copy_of": copy_of.id if copy_of else None})
    return draft


def free_slug(name: str, provider: str) -> str:
    """An address made from the name that no other solution has."""
    base = slug_of(name)[:64].strip("-") or slug_of(provider, "solution")[:64].strip("-")
    taken = set(db.session.scalars(select(Solution.slug).where(Solution.slug.startswith(base))))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _written(solution: Solution) -> dict[str, Any]:
    return written(solution, draft_of(solution.id), last_submission(solution.id))


def _store(solution: Solution, content: Mapping[str, Any]) -> SolutionDraft:
    draft = SolutionDraft(
        solution=solution, content=dict(content), base_version_id=solution.published_version_id,
        revision=1, updated_at=now(), updated_by=current_person().actor)
    db.session.add(draft)
    db.session.flush()
    return draft


def open_draft(*, solution: Solution) -> SolutionDraft:
    """The draft of a solution; where there is none, one that begins from its public version, or
    from what was submitted last.

    Raises `Conflict` while it is being checked: what is checked must not change.
    """
    allow("solution.draft", solution)
    with transaction():
        last = last_submission(solution.id)
        if last is not None and last.state == "waiting":
            raise Conflict("This solution is being checked. Withdraw it to go on editing.")
        return draft_of(solution.id) or _store(solution, _written(solution))


def save_draft(*, solution: Solution, keys: tuple[str, ...], mine: Content, base: Content,
               choices: Mapping[str, Choice] | None = None) -> Saved:
    """Save a part of a draft (`keys` of its content).

    `base` is that part as it stood when the form was opened: what others changed since then is
    kept, and where both changed one field nothing is written until `choices` settles it.
    """
    with transaction() as session:
        draft = open_draft(solution=solution)
        stored = part(draft.content, keys)
        merged = merge(part(base, keys), part(mine, keys), stored, choices)
        if merged.conflicts:
            return Saved(draft, merged.content, merged.conflicts, merged.taken)
        if merged.changed:
            rest = {k: v for k, v in draft.content.items() if k not in keys}
            _write(draft, {**rest, **_own_files(solution, merged.content)})
            record(session, actor=current_person().actor, action="draft.save",
                   subject=f"solution:{solution.id}", details={"fields": list(merged.changed)})
    return Saved(draft, draft.content, (), merged.taken)


def _write(draft: SolutionDraft, content: Mapping[str, Any]) -> None:
    draft.content = dict(content)
    draft.revision += 1
    draft.updated_at, draft.updated_by = now(), current_person().actor
    db.session.flush()


def _own_files(solution: Solution, content: dict[str, Any]) -> dict[str, Any]:
    """Files that are no uploads of this solution cannot be named."""
    if FILES not in content:
        return content
    known = set(db.session.scalars(select(SolutionFile.id).where(
        SolutionFile.solution_id == solution.id)))
    return {**content, FILES: [row for row in content[FILES] if row.get("file") in known]}


def replace_draft(*, solution: Solution, content: Content, revision: int) -> SolutionDraft:
    """Replace the whole draft, as a program does; `revision` is the one it read, 0 where there was
    none.

    Raises `Conflict` when it was changed since.
    """
    allow("solution.draft", solution)
    with transaction() as session:
        known = draft_of(solution.id)
        draft = open_draft(solution=solution)
        if (known.revision if known else 0) != revision:
            raise Conflict(f"The draft is at revision {draft.revision} now; read it again and "
                           "bring your changes into it.")
        _write(draft, _own_files(solution, unflat(flat(content))))
        record(session, actor=current_person().actor, action="draft.save",
               subject=f"solution:{solution.id}", details={"fields": sorted(content)})
    return draft


def discard_draft(*, solution: Solution) -> bool:
    """Throw a draft away. A solution nobody ever saw goes with it (True); one that was listed or
    submitted stays, and the next draft begins from that version."""
    allow("solution.draft", solution)
    with transaction() as session:
        last = last_submission(solution.id)
        if last is not None and last.state == "waiting":
            raise Conflict("This solution is being checked. Withdraw it first.")
        if last is not None:
            close_tasks(f"submission:{last.id}")
        never_seen = solution.published_version_id is None and last is None
        record(session, actor=current_person().actor, action="draft.discard",
               subject=f"solution:{solution.id}", details={"slug": solution.slug})
        draft = draft_of(solution.id)
        if draft is not None:
            session.delete(draft)
        if never_seen:
            session.flush()
            session.delete(solution)
    return never_seen


def add_file(*, solution: Solution, stored: StoredFile, kind: str,
             title: LocalizedText) -> SolutionFile:
    """Put an upload into a solution's draft; visitors see it with the version that names it."""
    if kind not in FILE_KINDS:
        raise InvalidInput("The file was not taken.", errors=(
            FieldError("kind", kind, f"choose from {', '.join(FILE_KINDS)}"),))
    if kind == PICTURE and stored.media_type not in PICTURES:
        kind = DEFAULT_KIND
    with transaction() as session:
        draft = open_draft(solution=solution)
        files = list(draft.content.get(FILES) or ())
        if len(files) >= MOST_FILES:
            raise InvalidInput("The file was not taken.", errors=(
                FieldError("file", stored.name, f"remove one first; {MOST_FILES} files are the "
                                                "most a solution holds"),))
        file = SolutionFile(
            solution_id=solution.id, file_key=stored.key, name=stored.name, size=stored.size,
            media_type=stored.media_type, uploaded_by=current_person().actor, created_at=now())
        session.add(file)
        session.flush()
        shown = (LocalizedText(tidy(title.zh), tidy(title.en))
                 or LocalizedText(stored.name.rsplit(".", 1)[0]))
        row = {"file": file.id, "kind": kind, "title": shown.as_dict()}
        _write(draft, {**draft.content, FILES: [*files, row]})
        record(session, actor=current_person().actor, action="draft.add_file",
               subject=f"solution:{solution.id}", details={"file": file.id, "name": file.name})
    return file


def remove_file(*, solution: Solution, file_id: int) -> None:
    """Take an upload out of the draft; versions that name it keep it."""
    with transaction() as session:
        draft = open_draft(solution=solution)
        files = [r for r in draft.content.get(FILES) or () if r.get("file") != file_id]
        _write(draft, {**draft.content, FILES: files})
        record(session, actor=current_person().actor, action="draft.remove_file",
               subject=f"solution:{solution.id}", details={"file": file_id})


def answer_comments(*, submission: Submission, answers: Mapping[int, str]) -> int:
    """The provider's answers to an operator's comments, by comment id; returns how many."""
    allow("submission.answer", submission)
    wrong = [FieldError(f"answer.{n}", text, f"write at most {MOST_ANSWER} characters")
             for n, text in answers.items() if len(text.strip()) > MOST_ANSWER]
    if wrong:
        raise InvalidInput("The answers were not saved.", errors=tuple(wrong))
    with transaction() as session:
        if submission.state != "returned":
            raise Conflict("Comments are answered while the submission is returned.")
        changed = [c for c in submission.comments if _answered(c, answers)]
        if changed:
            record(session, actor=current_person().actor, action="submission.answer",
                   subject=f"submission:{submission.id}",
                   details={"fields": [c.field for c in changed]})
    return len(changed)


def _answered(comment: SubmissionComment, answers: Mapping[int, str]) -> bool:
    text = tidy(answers.get(comment.id, comment.answer))
    if text == comment.answer:
        return False
    comment.answer = text
    comment.answered_by = current_person().actor if text else None
    comment.answered_at = now() if text else None
    return True


def open_profile(*, content: Mapping[str, Any]) -> Provider:
    """The provider record of an organisation that has none yet; an operator lists it with its
    first solution."""
    allow("provider.profile")
    with transaction() as session:
        if own_provider() is not None:
            raise Conflict("Your organisation has its company profile already.")
        organisation = session.get_one(Organisation, current_person().organisation_id)
        blank = LocalizedText()
        provider = Provider(
            organisation=organisation, slug=organisation.slug, summary=blank, description=blank,
            team=blank, classes=[], service_districts=[], response_hours=None, qualifications=[],
            contact={}, sort_key=sort_key(organisation.name), listed_on=None, created_at=now())
        session.add(provider)
        reindex_provider(provider)
        record(session, actor=current_person().actor, action="provider.create",
               subject=f"provider:{provider.id}", details={"slug": provider.slug})
        revise_provider(provider=provider, content=content, actor=current_person().actor)
    return provider


def save_profile(*, content: Mapping[str, Any]) -> Provider:
    """What the company says of itself; the first time it makes the provider record."""
    provider = own_provider()
    if provider is None:
        return open_profile(content=content)
    allow("provider.profile", provider)
    revise_provider(provider=provider, content=content, actor=current_person().actor)
    return provider

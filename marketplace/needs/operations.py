"""The life of a saved need: draft, published, paused, closed with an outcome."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from marketplace.accounts.codes import hashed
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotAllowed
from marketplace.matching.events import record_followed
from marketplace.matching.need import Need
from marketplace.needs.anonymity import LOOK_ALIKES, known_of, look_alikes
from marketplace.needs.closing import end_enquiry
from marketplace.needs.masking import leaks, mask, told
from marketplace.needs.models import AUDIENCES, ParkedNeed, SavedNeed
from marketplace.notifications.operations import close_tasks
from marketplace.taxonomy.queries import active_industries, refuse_if_paused

PARKED_FOR = timedelta(hours=24)
TITLE_LENGTH, TEXT_LENGTH = 80, 4000
SUGGESTED_LENGTH = 30
OUTCOMES = ("chosen", "elsewhere", "none")
LEAKS = "take out or rewrite what tells who you are"
CONTACT_LEAKS = "take out contact data; you release it to each provider yourself"


def park_need(*, form: Mapping[str, list[str]]) -> str:
    """Keep what a visitor said until he has signed in; returns the secret for his cookie."""
    secret = secrets.token_urlsafe(32)
    with transaction() as session:
        session.execute(delete(ParkedNeed).where(ParkedNeed.expires_at < now()))
        session.add(ParkedNeed(token=hashed(secret), form=dict(form), created_at=now(),
                               expires_at=now() + PARKED_FOR))
    return secret


def unpark_need(*, token: str) -> None:
    """What was parked has been saved, or is not wanted any more."""
    with transaction() as session:
        session.execute(delete(ParkedNeed).where(ParkedNeed.token == token))


def default_title(text: str) -> str:
    """The beginning of a text as the name of a need."""
    words = " ".join(text.split())
    for sign in "。；;!！?？\n":
        words = words.split(sign)[0]
    return words if len(words) <= SUGGESTED_LENGTH else f"{words[:SUGGESTED_LENGTH - 1]}…"


def suggested_wording(saved: SavedNeed) -> tuple[str, str]:
    """Title and text for providers as a first proposal: masked; a title that only repeats the
    beginning of the text is made of what stands between the masks."""
    known = known_of(saved)
    text, title = mask(saved.text, known), mask(saved.title, known)
    if saved.title == default_title(saved.text) or not title.strip():
        title = told(text, SUGGESTED_LENGTH) or title
    return title, text


def save_need(*, need: Need, title: str = "", saved: SavedNeed | None = None) -> SavedNeed:
    """Keep a need as a draft of the current person's organisation, or change a saved one.

    What providers see of a published need keeps its confirmed wording until that is confirmed anew.
    """
    person = current_person()
    with transaction() as session:
        allow("need.write", saved)
        if person.organisation_id is None or person.user_id is None:
            raise NotAllowed("Only members of an enterprise can save needs.")
        if saved is None:
            saved = SavedNeed(organisation_id=person.organisation_id, owner_id=person.user_id,
                              title="", created_at=now())
            session.add(saved)
        elif saved.state == "closed":
            raise Conflict("This need is closed and can no longer be changed.")
        saved.title = _title(title or saved.title or default_title(need.text) or "–")
        saved.text, saved.facts = need.text[:TEXT_LENGTH], need.as_dict()
        saved.industry, saved.updated_at = need.industry, now()
        session.flush()
        if saved.anonymous and saved.district_shown:  # the new facts may tell more than the old
            saved.district_shown = look_alikes(saved) >= LOOK_ALIKES
        record(session, actor=person.actor, action="need.save", subject=f"need:{saved.id}",
               details={"wishes": [w.key for w in need.wishes]})
    return saved


def _title(title: str) -> str:
    title = " ".join(title.split())
    if len(title) > TITLE_LENGTH:
        raise InvalidInput("Please correct this.", errors=(
            FieldError("title", title[:20] + "…", "write at most 80 characters"),))
    return title


def rename_need(*, saved: SavedNeed, title: str) -> None:
    """The name the enterprise gives its need; providers do not see it."""
    with transaction() as session:
        allow("need.write", saved)
        if not title.strip():
            raise InvalidInput("Please correct this.", errors=(
                FieldError("title", title, "is required"),))
        before, saved.title = saved.title, _title(title)
        saved.updated_at = now()
        record(session, actor=current_person().actor, action="need.rename",
               subject=f"need:{saved.id}", details={"changed": before != saved.title})


def delete_draft(*, saved: SavedNeed) -> None:
    """Take a draft away for good; what was published is closed instead."""
    with transaction() as session:
        allow("need.write", saved)
        if saved.state != "draft":
            raise Conflict("Only drafts can be deleted; close the need instead.")
        record(session, actor=current_person().actor, action="need.delete",
               subject=f"need:{saved.id}")
        session.delete(saved)


def publish_need(*, saved: SavedNeed, public_title: str, public_text: str, audience: str = "all",
                 industries: Sequence[str] = (), anonymous: bool = True,
                 show_district: bool = True) -> None:
    """Show the need to an audience in the wording confirmed here, or change how it is shown.

    Raises `InvalidInput` when the wording tells what the organisation's record knows, `Conflict`
    while the sub-platform of its industry is paused.
    """
    with transaction() as session:
        allow("need.publish", saved)
        if saved.state == "closed":
            raise Conflict("This need is closed; save a new one.")
        if saved.state != "published":
            refuse_while_paused(saved)
        if anonymous and saved.published_at is not None and not saved.anonymous:
            raise Conflict("This need has already been shown with your name.")
        if audience not in AUDIENCES:
            raise InvalidInput("Please correct this.", errors=(
                FieldError("audience", audience, f"choose from {', '.join(AUDIENCES)}"),))
        before = {"state": saved.state, "audience": saved.audience, "anonymous": saved.anonymous}
        saved.anonymous, saved.audience = anonymous, audience
        saved.industries = [c for c in industries if c in active_industries()]
        saved.district_shown = not anonymous or (
            show_district and look_alikes(saved) >= LOOK_ALIKES)
        errors = _wording_errors(saved, public_title, public_text)
        if audience == "industries" and not saved.industries:
            errors.append(FieldError("industries", "", "choose at least one"))
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        saved.public_title, saved.public_text = public_title.strip(), public_text.strip()
        saved.confirmed_at = saved.updated_at = now()
        saved.published_at = saved.published_at or now()
        saved.state, saved.paused_at = "published", None
        record(session, actor=current_person().actor, action="need.publish",
               subject=f"need:{saved.id}", details={"before": before, "after": {
                   "state": saved.state, "audience": audience, "anonymous": anonymous}})


def _wording_errors(saved: SavedNeed, title: str, text: str) -> list[FieldError]:
    known, errors = known_of(saved), []
    for name, value, most in (("public_title", title, TITLE_LENGTH),
                              ("public_text", text, TEXT_LENGTH)):
        if not value.strip():
            errors.append(FieldError(name, "", "is required"))
        elif len(value) > most:
            errors.append(FieldError(name, value[:20] + "…", f"write at most {most} characters"))
        errors += leak_errors(name, value, known, anonymous=saved.anonymous)
    return errors


def leak_errors(field: str, text: str, known: Any, *, anonymous: bool) -> list[FieldError]:
    """An error that names the words of `text` that must not be shown."""
    found = leaks(text, known, anonymous=anonymous)
    remedy = LEAKS if anonymous else CONTACT_LEAKS
    return [FieldError(field, "、".join(found[:5]), remedy)] if found else []


def pause_need(*, saved: SavedNeed) -> None:
    """Hide a published need for the time being; enquiries that run go on."""
    _turn(saved, "need.pause", "published", "paused")


def resume_need(*, saved: SavedNeed) -> None:
    """Show a paused need again, as it was."""
    _turn(saved, "need.resume", "paused", "published")


def refuse_while_paused(saved: SavedNeed) -> None:
    """Nothing new begins about a need while the sub-platform of its industry is paused."""
    refuse_if_paused([saved.industry] if saved.industry else [])


def _turn(saved: SavedNeed, action: str, before: str, after: str) -> None:
    with transaction() as session:
        allow("need.publish", saved)
        if saved.state != before:
            raise Conflict("This is not possible in the present state of the need.")
        if after == "published":
            refuse_while_paused(saved)
        saved.state, saved.updated_at = after, now()
        saved.paused_at = now() if after == "paused" else None
        record(session, actor=current_person().actor, action=action, subject=f"need:{saved.id}",
               details={"before": before, "after": after})


def close_need(*, saved: SavedNeed, kind: str, solution_id: int | None = None,
               value: int | None = None, reason: str = "") -> None:
    """Close with an outcome: a `chosen` solution (and contract value in yuan), something found
    `elsewhere`, or `none` with the reason why. Running enquiries end."""
    with transaction() as session:
        allow("need.write", saved)
        if saved.state not in ("published", "paused"):
            raise Conflict("Only a published or paused need can be closed.")
        chosen = next((c for c in saved.candidates if c.solution_id == solution_id), None)
        answered = {a.solution_id for e in saved.enquiries for i in e.invitations
                    if (a := i.answer) and a.state == "sent"}
        errors = _outcome_errors(kind, solution_id, value, reason,
                                 known=chosen is not None or solution_id in answered)
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        saved.outcome = {"kind": kind, "reason": reason.strip(), "value": value,
                         "solution_id": solution_id if kind == "chosen" else None}
        saved.state, saved.closed_at, saved.updated_at = "closed", now(), now()
        for enquiry in saved.enquiries:
            if enquiry.state == "open":
                end_enquiry(enquiry, "closed", note="The need has been closed.")
        if kind == "chosen" and solution_id is not None:
            record_followed("chosen", solution_id=solution_id, industry=saved.industry,
                            rank=chosen.rank if chosen else None,
                            rule_version=chosen.rule_version if chosen else "",
                            scores=chosen.scores if chosen else {})
        close_tasks(f"need:{saved.id}")
        record(session, actor=current_person().actor, action="need.close",
               subject=f"need:{saved.id}", details={"kind": kind})


def _outcome_errors(kind: str, solution_id: int | None, value: int | None, reason: str, *,
                    known: bool) -> list[FieldError]:
    errors = []
    if kind not in OUTCOMES:
        errors.append(FieldError("kind", kind, "choose how it ended"))
    if kind == "chosen" and not known:
        errors.append(FieldError("solution_id", solution_id,
                                 "choose one of your shortlist or of the answers"))
    if kind == "none" and not reason.strip():
        errors.append(FieldError("reason", "", "say in a sentence why nothing was chosen"))
    if value is not None and not 0 <= value <= 10**10:
        errors.append(FieldError("value", value, "write 0 or more"))
    return errors

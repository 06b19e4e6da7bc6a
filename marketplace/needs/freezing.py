"""Records for the file: need, candidates, versions, scores and reasons as they were on a day."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from typing import Any

from sqlalchemy import event, inspect

from marketplace.catalog.indexer import Indexes
from marketplace.catalog.labels import district_name
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict
from marketplace.matching.models import DecisionSheet
from marketplace.matching.sheets import pick, sheet_content
from marketplace.matching.why_not import why_not
from marketplace.needs.anonymity import known_of, need_of, size_class
from marketplace.needs.masking import mask
from marketplace.needs.models import NeedFreeze, SavedNeed
from marketplace.needs.shortlist import recommended

ON_SHEET = 4
"""Candidates that fit on the decision sheet."""
FROZEN = ("content", "digest", "created_at", "number", "rule_version", "week")


def frozen_content(indexes: Indexes, saved: SavedNeed) -> dict[str, Any]:
    """What a record keeps: as a decision sheet does, with the shortlist instead of the picks.
    Candidates that are no longer offered are named with the reason."""
    need, result = need_of(saved), recommended(indexes, saved)
    places = {r.candidate.id: (n, r) for n, r in enumerate(result.recommendations, 1)}
    picks, gone = [], []
    for candidate in saved.candidates:
        rank, item = places.get(candidate.solution_id, (None, None))
        said = None if item else why_not(indexes, need, candidate.solution_id)
        item = item or (said.item if said else None)
        own = {"note": candidate.note, "why_not": candidate.why_not, "rank": rank,
               "added_by": candidate.added_by, "added_on": candidate.added_at.date().isoformat(),
               "vetoes": [v.as_dict() for v in item.vetoes] if item else []}
        if item is None:
            version = candidate.solution.published
            gone.append(own | {
                "name": (version.name.as_dict() if version else {"zh": candidate.solution.slug}),
                "verdict": said.verdict.as_dict() if said else {}})
        else:
            picks.append(pick(need, item) | own)
    content = sheet_content(replace(result, picks=()))
    return content | {"title": saved.title, "picks": picks, "gone": gone}


def digest_of(content: dict[str, Any]) -> str:
    """The SHA-256 of a record's content, printed on it."""
    raw = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(raw.encode()).hexdigest()


def freeze(*, saved: SavedNeed, content: dict[str, Any]) -> NeedFreeze:
    """Keep `frozen_content` as the need's next record."""
    person = current_person()
    with transaction() as session:
        allow("need.write", saved)
        if not content["picks"]:
            raise Conflict("Put at least one solution on the shortlist first.")
        found = NeedFreeze(
            need=saved, number=1 + max((f.number for f in saved.freezes), default=0),
            content=content, digest=digest_of(content), rule_version=content["rule_version"],
            week=content["week"], created_by=person.name or person.actor, created_at=now())
        session.add(found)
        session.flush()
        record(session, actor=person.actor, action="need.freeze", subject=f"need:{saved.id}",
               details={"number": found.number, "digest": found.digest})
    return found


def make_sheet(*, frozen: NeedFreeze) -> DecisionSheet:
    """The decision sheet of a record, made once: without notes, without candidates that have a
    "why not". Whoever has its link can read it, so it says no more than providers may see."""
    with transaction() as session:
        allow("need.write", frozen)
        if frozen.sheet is not None:
            return frozen.sheet
        need, hidden = frozen.need, ("note", "why_not", "added_by", "added_on", "rank", "vetoes")
        picks = [{k: v for k, v in p.items() if k not in hidden}
                 for p in frozen.content["picks"] if not p["why_not"]][:ON_SHEET]
        if not picks:
            raise Conflict("Every candidate has a reason against it; there is nothing to decide.")
        content = {k: v for k, v in frozen.content.items() if k not in ("title", "gone")}
        frozen.sheet = DecisionSheet(token=secrets.token_urlsafe(32), created_at=now(),
                                     content=_for_readers(need, content | {"picks": picks}))
        session.flush()
        record(session, actor=current_person().actor, action="need.sheet",
               subject=f"need:{frozen.need_id}", details={"number": frozen.number})
        return frozen.sheet


def _for_readers(need: SavedNeed, content: dict[str, Any]) -> dict[str, Any]:
    """The content in the confirmed wording, or a masked one before publishing; of an anonymous
    need without the facts that could tell whose it is."""
    wording = need.public_text or mask(content["text"], known_of(need), anonymous=need.anonymous)
    content = content | {"text": wording}
    if not need.anonymous:
        return content
    size = size_class(content["need"]["people"])
    facts = content["need"] | {"gbt4754": None, "levels": {},
                               "people": size.typical if size else None}
    district = content["need"]["district"]
    if district and not need.district_shown:
        facts, content = facts | {"district": None}, _without_place(content, district)
    return content | {"need": facts}


def _without_place(content: dict[str, Any], code: str) -> dict[str, Any]:
    """Reasons that name the hidden district speak of "the district" instead."""
    raw, name = json.dumps(content["picks"], ensure_ascii=False), district_name(code)
    for word, instead in ((name.zh, "企业所在区县"), (name.en, "the enterprise's district")):
        raw = raw.replace(word, instead) if word else raw
    return content | {"picks": json.loads(raw)}


@event.listens_for(NeedFreeze, "before_update")
def _never_changed(mapper: Any, connection: Any, target: NeedFreeze) -> None:
    """A record stays as it was made; only its decision sheet may be added."""
    state = inspect(target)
    if any(state.attrs[name].history.has_changes() for name in FROZEN):
        raise Conflict("A record for the file is never changed; make a new one.")

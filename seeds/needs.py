"""Sample needs with shortlists and enquiries in every state: invented, told as stories.

Dates count back from the day of loading. No message is sent; what waits for somebody stands as a
task on the demo desks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.catalog.index_documents import card
from marketplace.catalog.models import Provider, Solution, SolutionIndustry, SolutionVersion
from marketplace.catalog.queries import whole_solutions
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import ConfigurationError
from marketplace.matching.facts import Candidate
from marketplace.matching.matcher import Recommendation, by_score, evaluate_all
from marketplace.matching.need import Need
from marketplace.matching.reading import parse_wish
from marketplace.matching.weights import rule_book
from marketplace.needs.anonymity import LOOK_ALIKES, known_of, look_alikes
from marketplace.needs.masking import mask
from marketplace.needs.models import Enquiry, EnquiryInvitation, NeedCandidate, SavedNeed
from marketplace.notifications.models import Task
from marketplace.taxonomy.registry import GENERAL
from seeds.loader import ROOT
from seeds.need_stories import tell

SHORTLISTED = 4
NOTES = ("演示看过，界面简单。", "同城，半天能到现场。", "案例和我们规模差不多。", "")
WHY_NOT = ("", "", "", "要改设备，先不考虑。")


def load_needs(city: str) -> int:
    """The sample needs of a pack that are missing; returns how many were new.

    Raises `ConfigurationError` for a need that names an unknown enterprise or wish.
    """
    path = ROOT / city / "needs.json"
    if not path.exists():
        return 0
    offers = _Offers()
    with transaction() as session:
        places = {o.slug: o for o in session.scalars(select(Organisation).where(
            Organisation.sample, Organisation.kind == "enterprise"))}
        known = {(row[0], row[1]) for row in session.execute(select(
            SavedNeed.organisation_id, SavedNeed.title).where(SavedNeed.sample))}
        new = [(n, raw) for n, raw in enumerate(json.loads(path.read_text("utf-8")))
               if raw["organisation"] in places
               and (places[raw["organisation"]].id, raw["title"]) not in known]
        for number, raw in new:
            _load(raw, places[raw["organisation"]], number, offers)
    return len(new)


def _load(raw: Mapping[str, Any], place: Organisation, number: int, offers: _Offers) -> None:
    need = _need(raw, place)
    place.contacts = place.contacts or [
        {"name": "示例经办人", "phone": "", "email": f"{place.slug[:40]}@example.cn"}]
    began = now() - timedelta(days=12 + number * 37 % 60, hours=number % 9)
    saved = SavedNeed(
        organisation=place, owner=_owner(place), title=raw["title"], text=raw["text"],
        facts=need.as_dict(), industry=need.industry or place.industry, state=raw["state"],
        audience=raw.get("audience", "all"), anonymous=raw.get("anonymous", True), sample=True,
        industries=[place.industry] if raw.get("audience") == "industries" else [],
        created_at=began, updated_at=began)
    db.session.add(saved)
    ranked = offers.ranked(need, place.industry or "")
    fitting = [offer for offer in ranked if not offer[0].vetoes]
    for rank, (item, solution) in enumerate(fitting[:SHORTLISTED - number % 2], 1):
        saved.candidates.append(NeedCandidate(
            solution=solution, rank=rank, score=round(item.score, 4),
            scores={o.rule: round(o.score, 3) for o in item.outcomes},
            rule_version=rule_book(need.industry).version, note=NOTES[(number + rank) % 4],
            why_not=WHY_NOT[(number + rank) % 4] if rank > 2 else "",
            added_by=saved.owner.shown_name, added_at=began + timedelta(hours=rank)))
    if raw["state"] != "draft":
        _publish(saved, began + timedelta(days=1), raw)
    db.session.flush()
    if raw.get("enquiry"):
        tell(raw, saved, ranked)


def _need(raw: Mapping[str, Any], place: Organisation) -> Need:
    need = Need(raw["text"], people=place.staff, gbt4754=place.gbt4754,
                district=place.district_code)
    for token in raw["wishes"]:
        wish = parse_wish(token.removeprefix("!"))
        if wish is None:
            raise ConfigurationError(f"needs.json: {raw['title']}: unknown wish {token!r}")
        need = need.with_wish(type(wish)(wish.kind, wish.value, hard=token.startswith("!")))
    return need


def _publish(saved: SavedNeed, at: datetime, raw: Mapping[str, Any]) -> None:
    saved.published_at = saved.confirmed_at = saved.updated_at = at
    saved.district_shown = not saved.anonymous or look_alikes(saved) >= LOOK_ALIKES
    known = known_of(saved)
    saved.public_title = mask(saved.title, known, anonymous=saved.anonymous)
    saved.public_text = mask(saved.text, known, anonymous=saved.anonymous)
    if saved.state == "paused":
        saved.paused_at = at + timedelta(days=6)
    if saved.state == "closed":
        outcome = raw["outcome"]
        first = saved.candidates[0].solution.id if saved.candidates else None
        saved.closed_at = saved.updated_at = now() - timedelta(days=1)
        saved.outcome = {"value": None, **outcome,
                         "solution_id": first if outcome["kind"] == "chosen" else None}


def _owner(place: Organisation) -> User:
    """A demo account of the enterprise, or an invented person who cannot sign in."""
    found = db.session.scalar(select(User).join(Membership).where(
        Membership.organisation_id == place.id, Membership.role == "enterprise",
        Membership.state == "active").order_by(Membership.id).limit(1))
    if found is None:
        name = f"sample-{place.slug}"[:80]
        found = User(username=name, name="示例经办人", password="", active=False, sample=True,
                     fs_uniquifier=name, created_at=now())
        found.memberships = [Membership(organisation=place, role="enterprise", created_at=now())]
        db.session.add(found)
        db.session.flush()
    return found


class _Offers:
    """The published samples by industry, each read once."""

    def __init__(self) -> None:
        self._by_industry: dict[str, Sequence[Solution]] = {}

    def ranked(self, need: Need, industry: str) -> list[tuple[Recommendation, Solution]]:
        """Sample solutions, one a provider: those that fit, best first, then the others."""
        if industry not in self._by_industry:
            self._by_industry[industry] = db.session.scalars(
                whole_solutions().join(SolutionVersion,
                                       SolutionVersion.id == Solution.published_version_id)
                .where(Solution.sample, SolutionVersion.industries.any(
                    SolutionIndustry.code.in_((industry, GENERAL))))
                .order_by(Solution.id)).unique().all()
        offered = {s.id: s for s in self._by_industry[industry]}
        scored = evaluate_all(need, [Candidate(card(s)) for s in offered.values()],
                              rule_book(need.industry))
        first: dict[int, tuple[Recommendation, Solution]] = {}
        for item in sorted(by_score(scored), key=lambda r: bool(r.vetoes)):
            first.setdefault(item.candidate.provider_id, (item, offered[item.candidate.id]))
        return list(first.values())


def remove_needs() -> int:
    """Take the sample needs out, and samples out of other needs; returns how many needs went."""
    with transaction() as session:
        at_once = {"synchronize_session": False}
        solutions = select(Solution.id).where(Solution.sample)
        places = select(Organisation.id).where(Organisation.sample)
        samples = select(SavedNeed.id).where(or_(SavedNeed.sample,
                                                 SavedNeed.organisation_id.in_(places)))
        subjects = [f"enquiry:{i}" for i in session.scalars(
            select(Enquiry.id).where(Enquiry.need_id.in_(samples)))]
        subjects += [f"need:{i}" for i in session.scalars(samples)]
        session.execute(delete(Task).where(or_(
            Task.subject.in_(subjects), Task.organisation_id.in_(places))),
            execution_options=at_once)
        removed = session.execute(delete(SavedNeed).where(SavedNeed.id.in_(samples)),
                                  execution_options=at_once)
        session.execute(delete(NeedCandidate).where(NeedCandidate.solution_id.in_(solutions)),
                        execution_options=at_once)
        session.execute(delete(EnquiryInvitation).where(or_(
            EnquiryInvitation.solution_id.in_(solutions),
            EnquiryInvitation.provider.has(Provider.organisation.has(Organisation.sample)))),
            execution_options=at_once)
        session.expire_all()
    return int(removed.rowcount)  # type: ignore[attr-defined]

"""Reads of needs and enquiries, and who reaches which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.catalog.models import Provider, Solution
from marketplace.core.access import Person, current_person, reach, scoped
from marketplace.core.clock import now, today
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.working_days import end_of
from marketplace.needs.models import (
    Enquiry,
    EnquiryAnswer,
    EnquiryInvitation,
    NeedCandidate,
    NeedFreeze,
    ParkedNeed,
    SavedNeed,
)

TELL_PRICES = ("budget",)
"""Wishes whose answer tells something of the price."""
ASKED = ("invited", "answered", "declined", "expired")
"""States of an invitation that the provider knows of."""


@scoped(SavedNeed, "organisation")
def _own_needs(person: Person) -> ColumnElement[bool]:
    return SavedNeed.organisation_id == person.organisation_id


@scoped(SavedNeed, "industries")
def _needs_of_industries(person: Person) -> ColumnElement[bool]:
    """Needs of the operator's industries, and those that name none."""
    return SavedNeed.industry.in_(person.industries) | SavedNeed.industry.is_(None)


@scoped(NeedCandidate, "organisation")
def _own_candidates(person: Person) -> ColumnElement[bool]:
    return NeedCandidate.need.has(_own_needs(person))


@scoped(NeedFreeze, "organisation")
def _own_freezes(person: Person) -> ColumnElement[bool]:
    return NeedFreeze.need.has(_own_needs(person))


def _asks(person: Person) -> ColumnElement[bool]:
    """The invitation went out to the person's own provider."""
    return and_(EnquiryInvitation.state.in_(ASKED), EnquiryInvitation.provider.has(
        Provider.organisation_id == person.organisation_id))


@scoped(Enquiry, "organisation")
def _own_enquiries(person: Person) -> ColumnElement[bool]:
    """An enterprise's own; a provider's are those it was asked."""
    if person.role == "provider":
        return Enquiry.invitations.any(_asks(person))
    return Enquiry.need.has(_own_needs(person))


@scoped(Enquiry, "industries")
def _enquiries_of_industries(person: Person) -> ColumnElement[bool]:
    return Enquiry.need.has(_needs_of_industries(person))


@scoped(EnquiryInvitation, "organisation")
def _own_invitations(person: Person) -> ColumnElement[bool]:
    if person.role == "provider":
        return _asks(person)
    return EnquiryInvitation.enquiry.has(_own_enquiries(person))


@scoped(EnquiryAnswer, "organisation")
def _own_answers(person: Person) -> ColumnElement[bool]:
    """A provider's own; for an enterprise those sent to it."""
    own = EnquiryAnswer.invitation.has(_own_invitations(person))
    return own if person.role == "provider" else and_(own, EnquiryAnswer.state == "sent")


# --- Needs ---------------------------------------------------------------------------------------


def needs(state: str | None = None) -> Sequence[SavedNeed]:
    """The needs the current person reaches, the latest first."""
    found = select(SavedNeed).where(reach("need.read", SavedNeed)).options(
        selectinload(SavedNeed.candidates), selectinload(SavedNeed.enquiries).selectinload(
            Enquiry.invitations).joinedload(EnquiryInvitation.answer))
    if state:
        found = found.where(SavedNeed.state == state)
    return db.session.scalars(found.order_by(SavedNeed.updated_at.desc(), SavedNeed.id)).all()


def my_open_needs() -> Sequence[tuple[int, str]]:
    """(id, title) of the needs on whose shortlists the current person may put something."""
    if current_person().role != "enterprise":
        return ()
    rows = db.session.execute(
        select(SavedNeed.id, SavedNeed.title).where(
            reach("need.write", SavedNeed), SavedNeed.state != "closed")
        .order_by(SavedNeed.updated_at.desc(), SavedNeed.id).limit(30))
    return [(row[0], row[1]) for row in rows]


def needs_by_state() -> dict[str, int]:
    rows = db.session.execute(select(SavedNeed.state, func.count()).where(
        reach("need.read", SavedNeed)).group_by(SavedNeed.state))
    return {row[0]: row[1] for row in rows}


def need_by(need_id: int, action: str = "need.read") -> SavedNeed:
    """A need with its shortlist. Raises `NotFound` out of reach."""
    found = db.session.scalars(
        select(SavedNeed).where(SavedNeed.id == need_id, reach(action, SavedNeed)).options(
            joinedload(SavedNeed.organisation),
            selectinload(SavedNeed.freezes), selectinload(SavedNeed.enquiries).selectinload(
                Enquiry.invitations).joinedload(EnquiryInvitation.answer),
            selectinload(SavedNeed.candidates).joinedload(NeedCandidate.solution).options(
                joinedload(Solution.published), joinedload(Solution.provider)))).unique().first()
    if found is None:
        raise NotFound("There is no such need.")
    return found


def parked(token: str) -> ParkedNeed | None:
    """What a visitor said before signing in, while it is kept."""
    return db.session.scalar(select(ParkedNeed).where(
        ParkedNeed.token == token, ParkedNeed.expires_at > now()))


def candidate_by(candidate_id: int) -> NeedCandidate:
    found = db.session.scalar(select(NeedCandidate).where(
        NeedCandidate.id == candidate_id, reach("need.write", NeedCandidate)))
    if found is None:
        raise NotFound("There is no such candidate.")
    return found


def freeze_by(need_id: int, number: int) -> NeedFreeze:
    """A record of a need by its number."""
    found = db.session.scalar(
        select(NeedFreeze).where(NeedFreeze.need_id == need_id, NeedFreeze.number == number,
                                 reach("need.read", NeedFreeze))
        .options(joinedload(NeedFreeze.sheet)))
    if found is None:
        raise NotFound("There is no such record.")
    return found


def open_to_provider(person: Person, industries: Sequence[str]) -> ColumnElement[bool]:
    """Published needs that the person's provider, working in `industries`, may see: open to all,
    to one of its industries, or ones it was asked about."""
    invited = SavedNeed.enquiries.any(Enquiry.invitations.any(_asks(person)))
    chosen = and_(SavedNeed.audience == "industries", or_(
        SavedNeed.industry.in_(industries), SavedNeed.industry.is_(None)))
    return and_(SavedNeed.state == "published", SavedNeed.confirmed_at.is_not(None),
                or_(SavedNeed.audience == "all", chosen, invited))


# --- Enquiries -----------------------------------------------------------------------------------


def prices_open(enquiry: Enquiry, at: datetime | None = None) -> bool:
    """Whether the enterprise may see prices: at once, or, sealed, once the deadline is over."""
    return not enquiry.sealed or (at or now()) >= end_of(enquiry.deadline_on)


def points_shown(enquiry: Enquiry, answer: EnquiryAnswer) -> list[dict[str, Any]]:
    """An answer's points; whether it keeps to the budget is as sealed as the price it tells of."""
    shown = prices_open(enquiry)
    return [p for p in answer.points if shown or p["key"] not in TELL_PRICES]


def is_over(enquiry: Enquiry) -> bool:
    """Whether no answer can come any more."""
    return enquiry.state != "open" or today() > enquiry.deadline_on


def enquiry_by(enquiry_id: int, action: str) -> Enquiry:
    """An enquiry with its invitations, answers, questions. Raises `NotFound` out of reach."""
    invitation = selectinload(Enquiry.invitations)
    found = db.session.scalars(
        select(Enquiry).where(Enquiry.id == enquiry_id, reach(action, Enquiry)).options(
            joinedload(Enquiry.need).joinedload(SavedNeed.organisation),
            selectinload(Enquiry.questions),
            invitation.joinedload(EnquiryInvitation.answer),
            invitation.joinedload(EnquiryInvitation.provider),
            invitation.joinedload(EnquiryInvitation.solution).joinedload(Solution.published))
    ).unique().first()
    if found is None:
        raise NotFound("There is no such enquiry.")
    return found


def invitation_by(enquiry_id: int, action: str) -> EnquiryInvitation:
    """The invitation of the current person's own provider, with the enquiry."""
    found = db.session.scalars(
        select(EnquiryInvitation).join(Enquiry).where(
            EnquiryInvitation.enquiry_id == enquiry_id, reach(action, EnquiryInvitation))
        .options(joinedload(EnquiryInvitation.answer),
                 joinedload(EnquiryInvitation.solution).joinedload(Solution.published),
                 joinedload(EnquiryInvitation.enquiry).selectinload(Enquiry.questions))).first()
    if found is None:
        raise NotFound("There is no such enquiry.")
    return found


def my_invitations() -> Sequence[EnquiryInvitation]:
    """What the current person's provider was asked, the latest first."""
    return db.session.scalars(
        select(EnquiryInvitation).where(reach("enquiry.asked", EnquiryInvitation))
        .options(joinedload(EnquiryInvitation.answer), joinedload(EnquiryInvitation.enquiry))
        .order_by(EnquiryInvitation.invited_at.desc(), EnquiryInvitation.id)).all()


def broker_queue() -> Sequence[Enquiry]:
    """Open enquiries of the operator's industries that wait for a broker, the oldest first."""
    return db.session.scalars(
        select(Enquiry).where(Enquiry.broker_at.is_not(None), Enquiry.state == "open",
                              reach("enquiry.broker", Enquiry))
        .options(joinedload(Enquiry.need), selectinload(Enquiry.invitations).joinedload(
            EnquiryInvitation.answer))
        .order_by(Enquiry.broker_at, Enquiry.id)).all()


def provider_of(person: Person | None = None) -> Provider | None:
    """The provider the person works for."""
    person = person or current_person()
    return db.session.scalar(select(Provider).where(
        Provider.organisation_id == (person.organisation_id or 0)))


def choices(saved: SavedNeed) -> Sequence[Solution]:
    """What may have been chosen: the shortlist, and what the answers offer."""
    ids = {c.solution_id for c in saved.candidates} | {
        i.answer.solution_id or i.solution_id for e in saved.enquiries for i in e.invitations
        if i.answer and i.answer.state == "sent"}
    return db.session.scalars(
        select(Solution).where(Solution.id.in_(ids)).options(
            joinedload(Solution.published), joinedload(Solution.provider))
        .order_by(Solution.sort_key)).all()


LEAST_ANSWERS = 3
"""From so many answers on, a provider's median time is shown."""


def answer_time(provider_id: int) -> tuple[float, int] | None:
    """(median hours from invitation to answer, number of answers) of a provider, or None when
    fewer than `LEAST_ANSWERS` are known."""
    rows = db.session.execute(select(
        EnquiryInvitation.invited_at, EnquiryInvitation.responded_at).where(
        EnquiryInvitation.provider_id == provider_id, EnquiryInvitation.state == "answered",
        EnquiryInvitation.invited_at.is_not(None),
        EnquiryInvitation.responded_at.is_not(None))).all()
    if len(rows) < LEAST_ANSWERS:
        return None
    hours = [(end - start).total_seconds() / 3600 for start, end in rows if start and end]
    return median(hours), len(hours)


def shortlisted(need_id: int) -> Sequence[NeedCandidate]:
    """The shortlist of a need, with what is shown of each solution."""
    return db.session.scalars(
        select(NeedCandidate).where(NeedCandidate.need_id == need_id).options(
            joinedload(NeedCandidate.solution).options(
                joinedload(Solution.published), joinedload(Solution.provider)))
        .order_by(NeedCandidate.id)).all()


def offered_by(provider_id: int) -> Sequence[Solution]:
    """A provider's published solutions, by name."""
    return db.session.scalars(
        select(Solution).where(Solution.provider_id == provider_id,
                               Solution.published_version_id.is_not(None),
                               Solution.withdrawn_at.is_(None))
        .options(joinedload(Solution.published)).order_by(Solution.sort_key)).all()

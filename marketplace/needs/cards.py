"""Figures of needs and enquiries on the desks of enterprises, providers and operators."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from marketplace.core.access import Person, reach
from marketplace.core.database import db
from marketplace.core.messages import gettext as _
from marketplace.needs import queries
from marketplace.needs.models import Enquiry, EnquiryInvitation
from marketplace.notifications.cards import Card, cards_for


@cards_for("enterprise")
def need_cards(person: Person) -> Iterator[Card]:
    """The organisation's needs that are not closed."""
    counts = queries.needs_by_state()
    yield Card(_("Our needs"), "/needs", sum(n for s, n in counts.items() if s != "closed"),
               _("Say what hurts") if not counts else "")


@cards_for("provider")
def asked_cards(person: Person) -> Iterator[Card]:
    """Enquiries that wait for the provider's answer."""
    waiting = db.session.scalar(select(func.count()).select_from(EnquiryInvitation).where(
        EnquiryInvitation.state == "invited", reach("enquiry.asked", EnquiryInvitation)))
    yield Card(_("Enquiries to answer"), "/enquiries", waiting or 0)


@cards_for("operator")
def broker_cards(person: Person) -> Iterator[Card]:
    """Enquiries that wait for a broker."""
    waiting = db.session.scalar(select(func.count()).select_from(Enquiry).where(
        Enquiry.broker_at.is_not(None), Enquiry.state == "open",
        reach("enquiry.broker", Enquiry)))
    yield Card(_("Enquiries nobody answers"), "/console/enquiries", waiting or 0)

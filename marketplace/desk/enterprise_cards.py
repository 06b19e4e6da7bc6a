"""Figures on the desks of enterprises and of the officers who look after organisations."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.accounts.organisation_queries import own_organisation, waiting_counts
from marketplace.core.access import Person
from marketplace.core.messages import gettext as _
from marketplace.desk import kept_queries, visit_queries
from marketplace.desk.file_declarations import declarations
from marketplace.desk.file_schema import content_of
from marketplace.notifications.cards import Card, cards_for


@cards_for("enterprise")
def enterprise_cards(person: Person) -> Iterator[Card]:
    """The company's file and what is kept; needs and enquiries stand beside it."""
    own = own_organisation()
    if own is not None:
        filled = len(content_of(own))
        yield Card(_("Enterprise file"), "/desk/file", hint=_(
            "%(filled)s of %(all)s fields filled", filled=filled, all=len(declarations())))
    comparisons, sheets = kept_queries.counts()
    yield Card(_("Kept comparisons"), "/desk/comparisons", comparisons)
    yield Card(_("Kept decision sheets"), "/desk/sheets", sheets)


@cards_for("district_officer", "operator", "city_admin", "security_admin")
def officer_cards(person: Person) -> Iterator[Card]:
    """What waits among the organisations within reach."""
    checks, claims = waiting_counts()
    yield Card(_("Organisations to check"), "/officer/organisations?state=waiting", checks,
               _("%(num)s claims wait", num=claims) if claims else "")


@cards_for("consortium_member")
def visitor_cards(person: Person) -> Iterator[Card]:
    """Whom to visit, and which entries the enterprises have not answered."""
    yield Card(_("Visits"), "/visits", visit_queries.unanswered(),
               _("entries wait for the enterprise"))

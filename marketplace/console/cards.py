"""What the operator's desk shows of the console."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.console import queries
from marketplace.console.queries import QueueFilter
from marketplace.core.access import Person
from marketplace.core.messages import gettext as _
from marketplace.core.messages import ngettext
from marketplace.notifications.cards import Card, cards_for


@cards_for("operator", "city_admin", "auditor")
def console_cards(person: Person) -> Iterator[Card]:
    """Submissions that wait, how many are late, and providers to list."""
    total, late = queries.queue_size(QueueFilter())
    yield Card(_("Submissions to check"), "/console", total,
               ngettext("%(num)s late", "%(num)s late", late) if late else "")
    yield Card(_("Providers to list"), "/console/providers?state=new", queries.new_providers())

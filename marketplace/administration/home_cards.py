"""What stands on the administration's start page and on administrators' desks."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.administration import queries
from marketplace.core.access import Person, may
from marketplace.core.calendar_years import missing_years
from marketplace.core.messages import gettext as _
from marketplace.notifications.cards import Card, cards_for
from marketplace.notifications.queries import delivery_counts


def cards() -> list[Card]:
    """One card a part of the administration, for those the present role may open."""
    found = []
    if may("job.read"):
        found.append(_jobs())
    if may("system.read"):
        found.append(Card(_("Index and outbox"), "/admin/system", queries.outbox().waiting,
                          _("changes that search has still to learn")))
    if may("spool.read"):
        found.append(_letters())
    parts = (
        ("user.read", _("People and roles"), "/admin/users", _("accounts, roles, sessions")),
        ("organisation.review", _("Organisations"), "/officer/organisations",
         _("papers, check, people, history")),
        ("audit.read", _("Audit trail"), "/admin/audit", _("who did what, before and after")),
        ("calendar.read", _("Working-day calendar"), "/admin/calendar", _calendar_hint()),
        ("notice.edit", _("Notices"), "/admin/notices", _("on top of all pages")),
        ("setting.read", _("Settings"), "/admin/settings", _("name of the site, contact, "
                                                             "environment")),
        ("industry.health", _("Sub-platforms"), "/admin/plugins", _("health, pause and resume")),
        ("second_factor.demand", _("Second factor by role"), "/admin/second-factor",
         _("which roles must set one up")))
    return found + [Card(title, path, None, hint) for action, title, path, hint in parts
                    if may(action)]


def _jobs() -> Card:
    counts = queries.job_counts()
    return Card(_("Background jobs"), "/admin/jobs?state=failed" if counts.get("failed") else
                "/admin/jobs", counts.get("failed", 0), _("failed"))


def _letters() -> Card:
    failed = delivery_counts().get("failed", 0)
    return Card(_("Sent messages"), "/admin/spool?state=failed" if failed else "/admin/spool",
                failed, _("failed; by mail, short message and robots"))


def _calendar_hint() -> str:
    missing = missing_years() if may("calendar.read") else []
    return _("%(year)s is not entered yet", year=missing[0]) if missing else _(
        "holidays and make-up days")


@cards_for("system_admin")
def for_system_administrators(person: Person) -> Iterable[Card]:
    """A missing calendar, failed jobs and letters."""
    yield _jobs()
    yield _letters()
    for year in missing_years():
        yield Card(_("Calendar of %(year)s", year=year), f"/admin/calendar/{year}", None,
                   _("Not entered yet: only weekends count as days off."))

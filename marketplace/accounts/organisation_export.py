"""The organisations an officer sees, as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.accounts.organisation_labels import KIND_NAMES
from marketplace.accounts.organisation_queries import Listed, reviewed
from marketplace.core.access import current_person
from marketplace.core.audit import record
from marketplace.core.clock import BEIJING, now
from marketplace.core.database import transaction
from marketplace.core.exports import Table, to_xlsx
from marketplace.core.messages import gettext as _
from marketplace.taxonomy.queries import districts
from marketplace.taxonomy.registry import taxonomy

MOST_ROWS = 20_000


def organisations_xlsx(filters: Mapping[str, str]) -> bytes:
    """The list with its filters, dated; that it was taken along stands in the audit trail."""
    rows, total = reviewed(filters, 1, MOST_ROWS)
    names = {d.code: str(d.name) for d in districts()}
    head = [_("Name"), _("Kind"), _("Unified social credit code"), _("District"), _("Industry"),
            _("Staff"), _("Revenue (10,000 yuan)"), _("State"), _("Checked on"), _("Checked by"),
            _("Waiting since"), _("Due"), _("Members"), _("Claims that wait")]
    said = ", ".join(f"{k}={v}" for k, v in filters.items() if v)
    line = _("%(num)s organisations, as of %(day)s (%(filters)s)", num=total, filters=said,
             day=now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"))
    with transaction() as session:
        record(session, actor=current_person().actor, action="organisation.export",
               subject="organisations", details={"filters": dict(filters), "rows": len(rows)})
    return to_xlsx([Table(_("Organisations"), head, _cells(rows, names), (line,),
                          (36, 12, 22, 14, 18, 8, 14, 12, 12, 16, 12, 12, 8, 8))])


def _cells(rows: list[Listed], names: Mapping[str, str]) -> Iterator[list[Any]]:
    tree = taxonomy()
    for row in rows:
        o, waits = row.organisation, row.check
        waits = waits if waits is not None and waits.state == "waiting" else None
        yield [str(o.name), str(KIND_NAMES[o.kind]), o.credit_code or "",
               names.get(o.district_code or "", ""),
               str(tree.industry_name(o.industry)) if o.industry else "", o.staff,
               None if o.revenue is None else o.revenue // 10_000, state_of(row),
               _day(o.verified_at), o.verified_by or "", _day(waits.asked_at) if waits else "",
               waits.due_on.isoformat() if waits else "", row.people, row.claims]


def state_of(row: Listed) -> str:
    """The state of an organisation in words."""
    if row.organisation.deactivated_at is not None:
        return _("Deactivated")
    if row.organisation.verified:
        return _("Checked")
    state = row.check.state if row.check else ""
    return {"waiting": _("Waiting for a check"), "returned": _("Returned")}.get(
        state, _("Not checked"))


def _day(at: Any) -> str:
    return at.astimezone(BEIJING).date().isoformat() if at else ""

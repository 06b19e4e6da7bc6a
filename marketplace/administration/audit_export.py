"""The audit trail as a sheet; exporting it stands in the trail itself."""

from __future__ import annotations

from marketplace.administration.audit_queries import Filters, lines, to_export
from marketplace.core.access import allow, current_person
from marketplace.core.access_table import ROLES
from marketplace.core.audit import record
from marketplace.core.audit_actions import ACTIONS
from marketplace.core.clock import BEIJING, now
from marketplace.core.database import transaction
from marketplace.core.exports import Table, to_csv, to_xlsx
from marketplace.core.messages import gettext as _


def export(filters: Filters, ending: str) -> bytes:
    """What the filters find as XLSX or CSV, newest first."""
    with transaction() as session:
        allow("audit.read")
        found = to_export(filters)
        record(session, actor=current_person().actor, action="audit.export", subject="audit",
               details={"filters": filters.words, "events": len(found), "format": ending})
    rows = [(e.id, e.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"), e.actor,
             str(ROLES.get(e.role, e.role)), str(ACTIONS.get(e.action, "")), e.action, e.subject,
             "\n".join(f"{x.name}: {x.before or '—'} → {x.after or '—'}" if x.change else
                       f"{x.name}: {x.after}" for x in lines(e.details)), e.chain) for e in found]
    words = ", ".join(f"{name}={word}" for name, word in filters.words.items()) or _("no filter")
    table = Table(
        _("Audit trail"), [_("No."), _("Time"), _("Who"), _("Role"), _("Action"),
                           _("Action code"), _("Subject"), _("Details"), _("Hash")], rows,
        [_("Audit trail, %(count)s events, %(filters)s, as of %(day)s", count=len(rows),
           filters=words, day=f"{now().astimezone(BEIJING):%Y-%m-%d %H:%M}")],
        widths=(8, 20, 18, 16, 24, 24, 24, 60, 20))
    return to_xlsx([table]) if ending == "xlsx" else to_csv(table)

"""The console's workbook."""

from __future__ import annotations

from flask import Response, request

from marketplace.console.export import console_workbook
from marketplace.console.health import sub_platforms
from marketplace.console.pages import console_pages
from marketplace.core.clock import today
from marketplace.core.exports import XLSX


@console_pages.get("/export.xlsx")
def export() -> Response:
    platforms = sub_platforms()
    industry = request.args.get("industry", "")
    known = {p.industry.code for p in platforms}
    body = console_workbook(platforms, industry if industry in known else "")
    return Response(body, mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename=console-{today():%Y%m%d}.xlsx"})

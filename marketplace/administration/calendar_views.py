"""The working-day calendar, a year a page."""

from __future__ import annotations

from flask import Response, flash, redirect, request
from flask import render_template as render

from marketplace.administration.views import administration_pages
from marketplace.core import calendar_years
from marketplace.core.clock import today
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.messages import gettext as _


@administration_pages.get("/admin/calendar")
def calendar() -> str:
    return render("administration/calendar.html", years=calendar_years.years(),
                  missing=calendar_years.missing_years(), ranges=calendar_years.ranges,
                  next_year=today().year + 1)


def _require_possible(year: int) -> None:
    if year not in calendar_years.POSSIBLE:
        raise NotFound(_("Calendars are kept for the years from 2000 to 2100."))


@administration_pages.get("/admin/calendar/<int:year>")
def calendar_year(year: int) -> str:
    _require_possible(year)
    found = calendar_years.file_of(year)
    typed = {} if found is None else {
        "holidays": "\n".join(calendar_years.ranges(found.holidays)),
        "make_up_days": "\n".join(calendar_years.ranges(found.make_up_days)),
        "source": found.source}
    return render("administration/calendar_year.html", year=year, typed=typed, errors=(),
                  entered=found is not None)


@administration_pages.post("/admin/calendar/<int:year>")
def save_calendar(year: int) -> Response | tuple[str, int]:
    _require_possible(year)
    typed = {name: request.form.get(name, "") for name in ("holidays", "make_up_days", "source")}
    try:
        calendar_years.save_year(calendar_years.checked(
            year, typed["holidays"].splitlines(), typed["make_up_days"].splitlines(),
            typed["source"]))
    except InvalidInput as problem:
        return render("administration/calendar_year.html", year=year, typed=typed, entered=True,
                      errors=problem.errors), 422
    flash(_("The calendar is in force within seconds. Due dates already set do not move."),
          "success")
    return redirect("/admin/calendar", 303)  # type: ignore[return-value]

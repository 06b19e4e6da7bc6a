"""Settings: those of the environment to read, the site's particulars to write."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app, flash, redirect, request
from flask import render_template as render

from marketplace.administration import operations
from marketplace.administration.particulars import PARTICULARS
from marketplace.administration.site import site
from marketplace.administration.views import administration_pages
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _


def _page(values: Mapping[str, LocalizedText], errors: tuple[FieldError, ...] = ()) -> str:
    return render("administration/settings.html", particulars=PARTICULARS, values=values,
                  errors=errors, rows=current_app.extensions["settings"].rows())


@administration_pages.get("/admin/settings")
def settings() -> str:
    known = site().particulars
    return _page({key: known.get(key, LocalizedText()) for key in PARTICULARS})


@administration_pages.post("/admin/settings")
def save_settings() -> Response | tuple[str, int]:
    given = {key: LocalizedText(request.form.get(f"{key}.zh", "").strip(),
                                request.form.get(f"{key}.en", "").strip()) for key in PARTICULARS}
    try:
        operations.save_particulars(given=given)
    except InvalidInput as problem:
        return _page(given, problem.errors), 422
    flash(_("Saved. Every page shows it within five seconds."), "success")
    return redirect("/admin/settings", 303)  # type: ignore[return-value]

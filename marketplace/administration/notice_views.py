"""Notices on top of pages: list, write, remove, and putting one away in a browser."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, redirect, request
from flask import render_template as render

from marketplace.administration import operations, queries
from marketplace.administration.models import NOTICE_KINDS, SiteNotice
from marketplace.administration.site import DISMISSED, notices_up, put_away, site
from marketplace.administration.views import administration_pages
from marketplace.core.access_table import ROLES
from marketplace.core.clock import BEIJING, now
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.core.web import YEAR_SECONDS, safe_next

KEPT_AWAY = 30
FORM = "%Y-%m-%dT%H:%M"


def _instant(name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(request.form.get(name, "")).replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _form(found: SiteNotice | None, typed: dict[str, object],
          errors: tuple[FieldError, ...] = ()) -> str:
    return render("administration/notice.html", notice=found, typed=typed, errors=errors,
                  kinds=NOTICE_KINDS, roles=ROLES)


@administration_pages.get("/admin/notices")
def notices() -> str:
    return render("administration/notices.html", notices=queries.notices(), now=now(), roles=ROLES)


@administration_pages.get("/admin/notices/new")
def new_notice() -> str:
    return _form(None, {"text": LocalizedText(), "kind": "info", "roles": (),
                        "starts_at": now().astimezone(BEIJING).strftime(FORM), "ends_at": ""})


@administration_pages.get("/admin/notices/<int:notice_id>")
def notice(notice_id: int) -> str:
    found = queries.notice(notice_id)
    return _form(found, {
        "text": found.text, "kind": found.kind, "roles": found.roles,
        **{name: getattr(found, name).astimezone(BEIJING).strftime(FORM)
           for name in ("starts_at", "ends_at")}})


@administration_pages.post("/admin/notices/save")
def save_notice() -> Response | tuple[str, int]:
    form, number = request.form, as_number(request.form.get("notice_id"))
    found = queries.notice(number) if number else None
    text = LocalizedText(form.get("text.zh", "").strip(), form.get("text.en", "").strip())
    typed = {"text": text, "kind": form.get("kind", ""),
             "roles": form.getlist("roles")}
    try:
        operations.save_notice(found=found, starts_at=_instant("starts_at"),
                               ends_at=_instant("ends_at"), **typed)  # type: ignore[arg-type]
    except InvalidInput as problem:
        return _form(found, {**typed, "starts_at": form.get("starts_at", ""),
                             "ends_at": form.get("ends_at", "")}, problem.errors), 422
    flash(_("Saved. Every page shows it within five seconds."), "success")
    return redirect("/admin/notices", 303)  # type: ignore[return-value]


@administration_pages.post("/admin/notices/<int:notice_id>/remove")
def remove_notice(notice_id: int) -> Response:
    operations.remove_notice(found=queries.notice(notice_id))
    flash(_("The notice has been removed."), "success")
    return redirect("/admin/notices", 303)  # type: ignore[return-value]


@administration_pages.post("/notices/<int:notice_id>/dismiss")
def dismiss_notice(notice_id: int) -> Response:
    """The browser remembers what it put away; a changed notice comes back."""
    up = [n.version for n in site().notices if n.id == notice_id]
    answer = redirect(safe_next(request.form.get("next")), 303)
    kept = sorted(put_away() & {n.version for n in site().notices} | set(up))[-KEPT_AWAY:]
    answer.set_cookie(DISMISSED, ".".join(kept), max_age=YEAR_SECONDS, samesite="Lax",
                      httponly=True)
    return answer  # type: ignore[return-value]


@administration_pages.app_context_processor
def on_every_page() -> dict[str, object]:
    return {"site": site, "notices_up": notices_up}

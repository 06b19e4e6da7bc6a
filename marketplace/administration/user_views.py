"""Accounts: list, one account with its roles and sessions, giving and taking roles."""

from __future__ import annotations

from flask import Response, flash, redirect, request
from flask import render_template as render

from marketplace.accounts import operations as accounts
from marketplace.accounts.models import Membership, User
from marketplace.accounts.second_factor import reset_second_factor
from marketplace.administration import erasure, user_operations, user_queries
from marketplace.administration.views import administration_pages
from marketplace.core.access_table import ROLES
from marketplace.core.errors import FieldError, InvalidInput, MarketplaceError
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.taxonomy.queries import districts
from marketplace.taxonomy.registry import taxonomy

Page = str | Response | tuple[str, int]


def _back(user_id: int, said: str) -> Response:
    flash(said, "success")
    return redirect(f"/admin/users/{user_id}", 303)  # type: ignore[return-value]


def _page(found: User, errors: tuple[FieldError, ...] = ()) -> str:
    return render("administration/user.html", user=found, errors=errors, roles=ROLES,
                  typed=request.form, sessions=user_queries.open_sessions(found.id),
                  together=user_queries.hands_together(found), districts=districts(),
                  bound_to=bound_to, left_alone=user_queries.left_alone(found),
                  unmanned=user_queries.looked_after_alone(found),
                  industries=taxonomy().industries.values())


def bound_to(membership: Membership) -> list[LocalizedText]:
    """The industries or the district a role is bound to, by name."""
    if membership.district_code:
        return [d.name for d in districts() if d.code == membership.district_code]
    return [taxonomy().industry_name(code) for code in membership.industries]


@administration_pages.get("/admin/users")
def users() -> str:
    words = request.args.get("q", "").strip()[:80]
    role, after = request.args.get("role", ""), request.args.get("after", "")
    found = user_queries.users(words=words, role=role, after=after)
    shown = found[:user_queries.PAGE]
    return render("administration/users.html", users=shown, words=words, role=role, roles=ROLES,
                  together=user_queries.hands_together,
                  following=shown[-1].username if len(found) > user_queries.PAGE else None)


@administration_pages.get("/admin/users/<int:user_id>")
def user(user_id: int) -> str:
    return _page(user_queries.user(user_id))


@administration_pages.post("/admin/users/<int:user_id>/roles")
def give_role(user_id: int) -> Page:
    form, found = request.form, user_queries.user(user_id)
    organisation = user_queries.organisation(form.get("organisation", "").strip())
    if organisation is None:
        return _page(found, (FieldError("organisation", form.get("organisation"), _(
            "write the credit code, the whole name or the short name of an organisation")),)), 422
    try:
        accounts.give_role(
            user=found, organisation=organisation, role=form.get("role", ""),
            administrator="administrator" in form, industries=form.getlist("industries"),
            district=form.get("district") or None)
    except InvalidInput as problem:
        return _page(user_queries.user(user_id), problem.errors), 422
    except MarketplaceError as problem:
        return _page(user_queries.user(user_id), (
            FieldError("role", None, problem.detail),)), problem.status
    return _back(user_id, _("The role has been given."))


@administration_pages.post("/admin/memberships/<int:membership_id>/take")
def take_role(membership_id: int) -> Response:
    found = user_queries.membership(membership_id)
    accounts.take_role(membership=found)
    return _back(found.user_id, _("The role has been taken; what was done in it stays on record."))


@administration_pages.post("/admin/users/<int:user_id>/close")
def close_account(user_id: int) -> Response:
    accounts.deactivate_person(user=user_queries.user(user_id))
    return _back(user_id, _("The account is closed and signed out everywhere."))


@administration_pages.post("/admin/users/<int:user_id>/open")
def open_account(user_id: int) -> Response:
    accounts.reactivate_person(user=user_queries.user(user_id))
    return _back(user_id, _("The account is open again."))


@administration_pages.post("/admin/users/<int:user_id>/sessions/end")
def end_sessions(user_id: int) -> Response:
    user_operations.end_sessions(user=user_queries.user(user_id))
    return _back(user_id, _("All browsers were signed out and all API tokens ended."))


@administration_pages.post("/admin/users/<int:user_id>/second-factor/reset")
def take_second_factor_off(user_id: int) -> Response:
    """For somebody who lost both the phone and the recovery codes."""
    reset_second_factor(user=user_queries.user(user_id))
    return _back(user_id, _("The second factor has been taken off. The person signs in with the "
                            "password alone, and sets a new one up."))


@administration_pages.post("/admin/users/<int:user_id>/export")
def export_person(user_id: int) -> Response:
    content = user_operations.export_person(user=user_queries.user(user_id))
    return Response(content, mimetype="application/zip", headers={
        "Content-Disposition": f"attachment; filename=person-{user_id}.zip"})


@administration_pages.post("/admin/users/<int:user_id>/erase")
def erase_person(user_id: int) -> Page:
    try:
        pseudonym = erasure.erase_person(
            user=user_queries.user(user_id), confirmation=request.form.get("confirmation", ""))
    except InvalidInput as problem:
        return _page(user_queries.user(user_id), problem.errors), 422
    return _back(user_id, _("Erased. %(pseudonym)s stands for the person from now on.",
                            pseudonym=pseudonym))

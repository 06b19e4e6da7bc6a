"""One's own account: who I am, where I am signed in, my role, my keys; and the privacy terms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, request, session
from flask import render_template as render

from marketplace.accounts import operations, queries, sessions
from marketplace.accounts import tokens as token_operations
from marketplace.accounts.models import ApiToken, SignInSession
from marketplace.accounts.privacy import PRIVACY_TERMS, PRIVACY_VERSION
from marketplace.accounts.schemas import TOKEN_DAYS, repeated
from marketplace.accounts.second_factor import demand_second_factor
from marketplace.core.access import current_person
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.limits import failures
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.core.web import LANGUAGE_COOKIE, YEAR_SECONDS, safe_next

account_pages = Blueprint("accounts", __name__, template_folder="templates")
NEW_TOKEN = "new_token"  # noqa: S105 - the name of a place in the cookie
Page = str | Response | tuple[str, int]
PERSONAL = ("name", "phone", "email", "language")


def _back(path: str, said: str) -> Response:
    flash(said, "success")
    return redirect(path, 303)  # type: ignore[return-value]


def _page(errors: tuple[FieldError, ...] = (), typed: dict[str, Any] | None = None) -> str:
    return render("accounts/account.html", user=queries.account_of(current_person()),
                  sessions=queries.sessions(), tokens=queries.tokens(), hats=g.hats,
                  this_session=g.sign_in_session, new_token=session.pop(NEW_TOKEN, None),
                  days=TOKEN_DAYS, errors=errors, typed=typed or {})


@account_pages.get("/account")
def account() -> Page:
    return _page()


@account_pages.post("/account")
@failures  # or whose mobile number is here could be asked without end
def change_account() -> Page:
    """Name, mobile number, e-mail and language."""
    given = {k: request.form.get(k, "") for k in PERSONAL}
    try:
        operations.change_account(user=queries.account_of(current_person()), **given)
    except InvalidInput as problem:
        return _page(problem.errors, request.form.to_dict()), 422
    answer = make_response(_back("/account", _("Your account has been changed.")))
    if given["language"]:
        answer.set_cookie(LANGUAGE_COOKIE, given["language"], max_age=YEAR_SECONDS,
                          samesite="Lax", httponly=True)
    return answer


@account_pages.post("/account/password")
@failures
def change_password() -> Page:
    form = request.form
    try:
        sessions.change_password(
            user=queries.account_of(current_person()), present=form.get("present", ""),
            wanted=repeated(form.get("password", ""), form.get("again", "")),
            keep_session=g.sign_in_session)
    except InvalidInput as problem:
        return _page(problem.errors), 422
    return _back("/account", _("Your password has been changed. All other browsers were signed "
                               "out."))


@account_pages.post("/account/role")
def switch_role() -> Response:
    """Put on another hat, in this browser."""
    chosen = as_number(request.form.get("membership_id"))
    if chosen is None:
        return redirect("/account", 303)  # type: ignore[return-value]
    membership = sessions.choose_hat(session_id=g.sign_in_session, membership_id=chosen)
    return _back(safe_next(request.form.get("next"), "/desk"), _(
        "You now act for %(organisation)s.", organisation=membership.organisation.name))


@account_pages.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    sessions.revoke_session(found=queries.own(SignInSession, session_id))
    return _back("/account#sessions", _("That browser has been signed out."))


@account_pages.post("/account/sessions/end-others")
def end_other_sessions() -> Response:
    sessions.revoke_others(user=queries.account_of(current_person()),
                           keep_session=g.sign_in_session)
    return _back("/account#sessions", _("All other browsers have been signed out."))


@account_pages.post("/account/tokens")
def create_token() -> Page:
    """Make an API token; it is shown on the page that follows, and never again."""
    form = request.form
    try:
        _token, secret = token_operations.create_token(
            token_name=form.get("token_name", ""), write="write" in form,
            membership_id=form.get("membership_id", ""), days=form.get("days", ""))
    except InvalidInput as problem:
        return _page(problem.errors, form.to_dict()), 422
    except Conflict as problem:
        return _page((FieldError("token_name", None, problem.detail),), form.to_dict()), 422
    session[NEW_TOKEN] = secret
    return redirect("/account#tokens", 303)  # type: ignore[return-value]


@account_pages.post("/account/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    token_operations.revoke_token(token=queries.own(ApiToken, token_id))
    return _back("/account#tokens", _("The token has been revoked."))


@account_pages.get("/privacy")
def privacy() -> str:
    return render("accounts/privacy.html", version=PRIVACY_VERSION, terms=PRIVACY_TERMS)


@account_pages.get("/account/consent")
def consent() -> str:
    """The terms have changed: the person is asked again."""
    return render("accounts/consent.html", version=PRIVACY_VERSION, terms=PRIVACY_TERMS)


@account_pages.post("/account/consent")
def give_consent() -> Response:
    operations.agree_to_terms(user=queries.account_of(current_person()))
    return _back("/desk", _("Thank you. Your consent is on record."))


@account_pages.get("/admin/second-factor")
def second_factor_roles() -> str:
    """Which roles need a second factor."""
    return render("accounts/second_factor_roles.html", demanded=queries.demanded_roles())


@account_pages.post("/admin/second-factor")
def demand() -> Response:
    demand_second_factor(roles=set(request.form.getlist("role")))
    return _back("/admin/second-factor", _("Saved. Whoever lacks a second factor is led to set it "
                                           "up at the next page."))

"""Pages of invitations: for whoever gives them out, and for whoever takes one up."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, Response, flash, redirect, request, session
from flask import render_template as render
from markupsafe import Markup

from marketplace.accounts import invitations, queries
from marketplace.accounts.models import Invitation, User
from marketplace.accounts.roles import grantable
from marketplace.accounts.schemas import repeated
from marketplace.accounts.security import enter
from marketplace.core.access import current_person
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.core.limits import failures
from marketplace.core.messages import gettext as _
from marketplace.core.web import site_address
from marketplace.taxonomy.queries import districts
from marketplace.taxonomy.registry import taxonomy

invitation_pages = Blueprint("invitations", __name__, template_folder="templates")
SLIP, OPENED = "slip", "invitation"
Page = str | Response | tuple[str, int]
GIVEN = ("name", "phone", "username", "email", "role", "district")


# --- Giving --------------------------------------------------------------------------------------


@invitation_pages.get("/invitations")
def overview() -> str:
    """Whom one may invite or help, and what one has given out."""
    words = request.args.get("q", "").strip()[:80]
    return render("accounts/invitations.html", words=words,
                  organisations=queries.organisations_to_invite_to(words),
                  people=queries.people_to_help(words), issued=queries.issued_invitations())


def _invite_page(organisation_id: int, errors: tuple[FieldError, ...] = ()) -> str:
    organisation = queries.organisation_to_invite_to(organisation_id)
    return render("accounts/invite.html", organisation=organisation, errors=errors,
                  roles=grantable(current_person(), organisation), typed=request.form,
                  people=queries.people_of(organisation),
                  industries=taxonomy().industries.values(), districts=districts())


@invitation_pages.get("/invitations/organisations/<int:organisation_id>")
def new(organisation_id: int) -> str:
    return _invite_page(organisation_id)


@invitation_pages.post("/invitations/organisations/<int:organisation_id>")
def issue(organisation_id: int) -> Page:
    """Make the account and its slip, or a link by which somebody joins."""
    form, organisation = request.form, queries.organisation_to_invite_to(organisation_id)
    given: dict[str, Any] = {k: form.get(k, "").strip() for k in GIVEN}
    shared = {"organisation": organisation, "role": given.pop("role"),
              "administrator": "administrator" in form, "industries": form.getlist("industries"),
              "district": given.pop("district") or None}
    try:
        slip = (invitations.invite_to_join(**shared) if form.get("how") == "join"
                else invitations.invite_person(**given, **shared))
    except InvalidInput as problem:
        return _invite_page(organisation_id, problem.errors), 422
    return _show(slip)


@invitation_pages.post("/invitations/people/<int:user_id>")
def renew(user_id: int) -> Response:
    """A new slip for somebody who cannot get in."""
    return _show(invitations.renew(user=queries.person_to_help(user_id)))


def _show(slip: invitations.Slip) -> Response:
    session[SLIP] = [slip.invitation.id, slip.secret, slip.code]
    return redirect("/invitations/slip", 303)  # type: ignore[return-value]


@invitation_pages.get("/invitations/slip")
def slip() -> Page:
    """The slip just made: to print, to photograph, to read aloud. Another one replaces it."""
    kept = session.get(SLIP)
    if not kept:
        return redirect("/invitations", 303)  # type: ignore[return-value]
    invitation = queries.open_invitation(kept[0])
    link = f"{site_address()}/invitations/{kept[1]}"
    qr = segno.make(link, error="m").svg_inline(scale=4, border=2)
    return render("accounts/slip.html", invitation=invitation, code=kept[2], link=link,
                  address=site_address(), qr=Markup(qr))  # noqa: S704 - drawn by segno from our own address


@invitation_pages.post("/invitations/<int:invitation_id>/withdraw")
def withdraw(invitation_id: int) -> Response:
    invitations.withdraw(invitation=queries.issued_invitation(invitation_id))
    flash(_("The invitation is void now."), "success")
    return redirect("/invitations", 303)  # type: ignore[return-value]


# --- Taking up -----------------------------------------------------------------------------------


@invitation_pages.get("/invitations/<token>")
def open_link(token: str) -> Page:
    """The link or QR of a slip. The secret leaves the address at once."""
    try:
        session[OPENED] = queries.invitation_by(token).id
    except NotFound as over:
        return render("accounts/invitation_over.html", detail=over.detail), 404
    return redirect("/activate/password", 303)  # type: ignore[return-value]


@invitation_pages.get("/activate")
def activate() -> str:
    return render("accounts/activate.html", errors=(), typed={})


@invitation_pages.post("/activate")
@failures
def check_code() -> Page:
    """User name or mobile number and the code of a slip."""
    form = request.form
    try:
        found = invitations.try_code(identity=form.get("identity", ""), code=form.get("code", ""))
    except InvalidInput as problem:
        return render("accounts/activate.html", errors=problem.errors, typed=form), 422
    session[OPENED] = found.id
    return redirect("/activate/password", 303)  # type: ignore[return-value]


def _opened() -> Invitation:
    return queries.open_invitation(session.get(OPENED, 0))


def _take_up_page(errors: tuple[FieldError, ...] = ()) -> str:
    return render("accounts/take_up.html", invitation=_opened(), errors=errors,
                  typed=request.form)


@invitation_pages.get("/activate/password")
def take_up() -> Page:
    if not session.get(OPENED):
        return redirect("/activate", 303)  # type: ignore[return-value]
    try:
        return _take_up_page()
    except NotFound as over:
        session.pop(OPENED, None)
        return render("accounts/invitation_over.html", detail=over.detail), 404


@invitation_pages.post("/activate/password")
def accept() -> Page:
    """Set the password, agree to the terms, and go on signed in."""
    if not session.get(OPENED):
        return redirect("/activate", 303)  # type: ignore[return-value]
    try:
        user = _accepted(_opened(), request.form)
    except InvalidInput as problem:
        return _take_up_page(problem.errors), 422
    session.pop(OPENED, None)
    flash(_("You sign in with your user name %(username)s or your mobile number.",
            username=user.username) if user.phone else
          _("You sign in with your user name %(username)s.", username=user.username), "success")
    return enter(user, via="invitation")


def _accepted(invitation: Invitation, form: Any) -> User:
    password = repeated(form.get("password", ""), form.get("again", ""))
    if invitation.kind == "join":
        return invitations.join_with_new_account(
            invitation_id=invitation.id, password=password, consent="consent" in form,
            **{k: form.get(k, "").strip() for k in ("name", "phone", "username")})
    return invitations.accept(invitation_id=invitation.id, password=password,
                              consent="consent" in form)


@invitation_pages.post("/activate/join")
def join() -> Response:
    """Whoever is signed in joins the organisation."""
    if not session.get(OPENED):
        return redirect("/activate", 303)  # type: ignore[return-value]
    membership = invitations.join(invitation_id=_opened().id, user=queries.account_of(
        current_person()))
    session.pop(OPENED, None)
    flash(_("You have joined %(organisation)s. Switch to this role at the top of the page.",
            organisation=membership.organisation.name), "success")
    return redirect("/desk", 303)  # type: ignore[return-value]

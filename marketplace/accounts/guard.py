"""At the door of every request: who is it, in which role, and is this page open to that role.

A browser is known by its sign-in session, a program by its API token. The access table decides;
a page without a rule stays shut.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager, joinedload, undefer

from marketplace.accounts.codes import hashed
from marketplace.accounts.models import ApiToken, Membership, Organisation, SignInSession, User
from marketplace.accounts.privacy import PRIVACY_VERSION
from marketplace.accounts.queries import SESSION_LIVES
from marketplace.core.access import (
    ANYBODY,
    MEMBER,
    Person,
    current_person,
    rules_by_endpoint,
    set_person,
)
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import MarketplaceError, NotAllowed, NotFound
from marketplace.core.jobs import who_asked
from marketplace.core.messages import gettext as _

SESSION_KEY = "sign_in"
SEEN_EVERY = timedelta(minutes=5)
"""How exactly a session remembers when it was last used."""
SAFE = ("GET", "HEAD", "OPTIONS")
OPEN_ENDPOINTS = ("static", "security.static")
BEFORE_ALL_ELSE = ("security.two_factor_setup", "security.two_factor_setup_validate",
                   "security.verify", "security.logout", "accounts.switch_role",
                   "accounts.privacy", "accounts.consent", "accounts.give_consent")
"""What stays open to somebody who has to agree to new terms, or to set up a second factor."""


class SignInNeeded(MarketplaceError):
    """Nobody, or an unknown or expired token, asks for something that is not public."""

    status = 401
    title = "Sign in"


def person_of(user: User, membership: Membership | None,
              memberships: list[Membership] | None = None,
              scopes: frozenset[str] | None = None) -> Person:
    """The person with this hat on; without a hat only what is the person's own is open."""
    hats = tuple((m.id, m.role) for m in memberships or ([membership] if membership else []))
    if membership is None:
        return Person(user_id=user.id, username=user.username, name=user.shown_name, role=MEMBER,
                      scopes=scopes, roles=hats)
    organisation = membership.organisation
    return Person(
        user_id=user.id, username=user.username, name=user.shown_name, role=membership.role,
        membership_id=membership.id, organisation_id=membership.organisation_id,
        administrator=membership.administrator, verified=organisation.verified,
        industries=frozenset(membership.industries), district=membership.district_code,
        scopes=scopes, roles=hats)


def init_guard(app: Flask) -> None:
    """Put the guard before every request."""
    app.before_request(_enter)
    app.teardown_request(lambda problem: set_person(ANYBODY))


def _enter() -> ResponseReturnValue | None:
    set_person(_who())
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return None
    rule, person = rules_by_endpoint().get(endpoint), current_person()
    if rule is not None and person.role in rule.roles:
        _check_token(person)
        return _lead_on(endpoint)
    if not person.signed_in:
        if request.path.startswith("/api/") or rule is None:
            raise SignInNeeded("Sign in, or send an API token, to use this.")
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    raise NotFound("There is no such page for your present role. If you have another role, "
                   "switch to it at the top of the page.")


def _lead_on(endpoint: str) -> ResponseReturnValue | None:
    """First the privacy terms, when they have changed; then the second factor, when demanded."""
    if "hats" not in g or endpoint in BEFORE_ALL_ELSE:
        return None
    if current_user.consent_version not in (None, PRIVACY_VERSION) \
            and not request.path.startswith("/api/"):
        return redirect("/account/consent", 303)
    membership: Membership | None = g.membership
    if (membership is None or not membership.demands_second_factor
            or current_user.tf_primary_method):
        return None
    if request.path.startswith("/api/"):
        raise NotAllowed("Your role needs a second factor. Set it up in your account first.")
    flash(_("Your role needs a second factor. Please set it up now; it takes a minute."), "warning")
    return redirect("/account/second-factor", 303)


def _check_token(person: Person) -> None:
    if person.scopes is None:
        return
    if not request.path.startswith("/api/"):
        raise NotAllowed("API tokens open the API only.")
    if request.method not in SAFE and "write" not in person.scopes:
        raise NotAllowed("This token may only read. Make one with the scope “write”.")


def _who() -> Person:
    header = request.headers.get("Authorization", "")
    if request.path.startswith("/api/") and (header or request.method not in SAFE):
        return _bearer(header) if header else ANYBODY  # a browser's cookie writes nothing here
    if not current_user.is_authenticated:
        return ANYBODY
    if SESSION_KEY not in session:
        logout_user()
        return ANYBODY
    return _signed_in()


def _signed_in() -> Person:
    """The person of this browser; a revoked session signs out."""
    found = db.session.scalar(select(SignInSession).where(
        SignInSession.token == hashed(session[SESSION_KEY]),
        SignInSession.user_id == current_user.id))
    if found is None or found.revoked_at is not None or now() - found.seen_at > SESSION_LIVES:
        session.pop(SESSION_KEY, None)
        logout_user()
        return ANYBODY
    if now() - found.seen_at > SEEN_EVERY:
        with transaction() as db_session:
            db_session.execute(update(SignInSession).where(SignInSession.id == found.id).values(
                seen_at=now()))
    hats = active_memberships(current_user.id)
    chosen = next((m for m in hats if m.id == found.membership_id), hats[0] if hats else None)
    g.membership, g.hats, g.sign_in_session = chosen, hats, found.id
    return person_of(current_user, chosen, hats)


def active_memberships(user_id: int) -> list[Membership]:
    """The hats a person may put on, with their organisations, oldest first."""
    return list(db.session.scalars(
        select(Membership).join(Organisation)
        .options(contains_eager(Membership.organisation),
                 undefer(Membership.demands_second_factor))
        .where(Membership.user_id == user_id, Membership.state == "active",
               Organisation.deactivated_at.is_(None))
        .order_by(Membership.id)).unique())


@who_asked
def _still(person: Person) -> Person:
    """Whoever asked for a job, as they are now; a role that was taken does nothing any more."""
    user = db.session.get_one(User, person.user_id)
    hats = active_memberships(user.id)
    hat = next((m for m in hats if m.id == person.membership_id), None)
    if not user.active or (hat is None and person.role != MEMBER):
        raise NotAllowed("Whoever asked for this no longer holds the role in which it was asked.")
    return person_of(user, hat, hats)


def _bearer(header: str) -> Person:
    kind, _, secret = header.partition(" ")
    found = None
    if kind.lower() == "bearer" and secret:
        found = db.session.execute(
            select(ApiToken, User, Membership)
            .join(User, User.id == ApiToken.user_id)
            .join(Membership, Membership.id == ApiToken.membership_id)
            .options(joinedload(Membership.organisation))
            .where(ApiToken.token == hashed(secret.strip()))).first()
    if found is None:
        raise SignInNeeded("This API token is not known.")
    token, user, membership = found
    if token.revoked_at or token.expires_at < now() or not user.active \
            or membership.state != "active" or membership.organisation.deactivated_at:
        raise SignInNeeded("This API token has expired or was revoked. Make a new one.")
    if token.last_used_at is None or now() - token.last_used_at > SEEN_EVERY:
        with transaction() as db_session:
            db_session.execute(update(ApiToken).where(ApiToken.id == token.id).values(
                last_used_at=now()))
    return person_of(user, membership, scopes=frozenset(token.scopes))


"""Commands for accounts. They act as a security administrator named "command line"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from marketplace.accounts import operations
from marketplace.accounts.hashing import hashed_password
from marketplace.accounts.identity import find_user
from marketplace.accounts.invitations import Slip, invite_person, renew
from marketplace.accounts.models import Membership, Organisation, User
from marketplace.accounts.passwords import check_password
from marketplace.accounts.people_sheet import import_people, template
from marketplace.accounts.second_factor import reset_second_factor
from marketplace.core.access import Person, acting_as
from marketplace.core.access_table import ROLES
from marketplace.core.command import with_app
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.terminal import console, progress, table

P = ParamSpec("P")
R = TypeVar("R")
COMMAND_LINE = Person(username="command line", role="security_admin", verified=True)
FILE = click.Path(path_type=Path, dir_okay=False)


def as_administrator(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: the command runs inside the application, as the command line."""

    @with_app
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting_as(COMMAND_LINE):
            return function(*args, **kwargs)

    return run


def user_called(identity: str) -> User:
    """The account of a user name or mobile number. Raises `NotFound`."""
    found = find_user(identity)
    if found is None:
        raise NotFound(f"No account {identity!r}. `marketplace user list` shows all.")
    return found


def organisation_called(word: str) -> Organisation:
    """The organisation of a slug or credit code. Raises `NotFound`."""
    found = db.session.scalar(select(Organisation).where(or_(
        Organisation.slug == word, Organisation.credit_code == word)))
    if found is None:
        raise NotFound(f"No organisation {word!r}; give its slug or unified social credit code.")
    return found


@click.group("user")
def user_commands() -> None:
    """Accounts: list, create, invite, give and take roles, close."""


ROLE = click.option("--role", type=click.Choice(list(ROLES)), required=True,
                    help="The role in the organisation.")
ORGANISATION = click.option("--organisation", "word", required=True,
                            help="Slug or unified social credit code.")
BOUND = (click.option("--administrator", is_flag=True, help="Administers the organisation."),
         click.option("--industry", "industries", multiple=True,
                      help="Industry an operator runs; repeatable."),
         click.option("--district", help="Code of a district officer's district."))
PERSONAL = (click.option("--mobile", "phone", default="", help="Mobile number."),
            click.option("--username", default="", help="Empty: made from the name."),
            click.option("--email", default="", help="E-mail address."))


def _with(options: tuple[Callable[..., Any], ...]) -> Callable[[Any], Any]:
    def add(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@user_commands.command("list")
@click.option("--role", type=click.Choice(list(ROLES)), help="Only holders of this role.")
@as_administrator
def list_users(role: str | None) -> None:
    """List accounts with their roles."""
    query = select(User).options(
        selectinload(User.memberships).joinedload(Membership.organisation)).order_by(User.username)
    if role:
        query = query.where(User.memberships.any(
            (Membership.role == role) & (Membership.state == "active")))
    table(("User name", "Name", "Mobile", "State", "Roles"), [
        (u.username, u.name, u.phone or "", _state(u), ", ".join(
            f"{m.role} @ {m.organisation.slug}" for m in u.memberships if m.state == "active"))
        for u in db.session.scalars(query)])


def _state(user: User) -> str:
    if user.erased_at:
        return "erased"
    return "closed" if not user.active else "active" if user.password else "not activated"


@user_commands.command("create")
@click.argument("name")
@_with(PERSONAL)
@click.password_option(help="Asked for at the terminal when not given.")
@as_administrator
def create(name: str, phone: str, username: str, email: str, password: str) -> None:
    """Make an account for NAME with a password."""
    hash_ = hashed_password(check_password(password, own=(name, username, phone)))
    user = operations.create_person(name=name, phone=phone, username=username, email=email,
                                    password=hash_)
    console.print(f"Made the account {user.username}.", markup=False)


@user_commands.command("invite")
@click.argument("name")
@ORGANISATION
@ROLE
@_with(PERSONAL)
@_with(BOUND)
@as_administrator
def invite(name: str, word: str, role: str, phone: str, username: str, email: str,
           administrator: bool, industries: tuple[str, ...], district: str | None) -> None:
    """Make an account for NAME in a role, and print its personal link and code."""
    _print(invite_person(
        organisation=organisation_called(word), role=role, name=name, phone=phone,
        username=username, email=email, administrator=administrator, industries=industries,
        district=district))


@user_commands.command("recover")
@click.argument("identity")
@as_administrator
def recover(identity: str) -> None:
    """Print a new link and code for somebody who cannot get in (user name or mobile number)."""
    _print(renew(user=user_called(identity)))


def _site() -> str:
    settings = current_app.extensions["settings"]
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _print(slip: Slip) -> None:
    user, until = slip.invitation.user, slip.invitation.expires_at
    console.print(f"User name: {user.username if user else '-'}\n"
                  f"Link:      {_site()}/invitations/{slip.secret}", markup=False, soft_wrap=True,
                  highlight=False)
    if slip.invitation.kind == "join":
        console.print("This mobile number has an account: the link asks its owner to join.")
    else:
        console.print(f"Code:      {slip.code} (at {_site()}/activate)", highlight=False)
    console.print(f"Works once, until {until:%Y-%m-%d %H:%M} UTC.", highlight=False)


@user_commands.command("deactivate")
@click.argument("identity")
@click.option("--undo", is_flag=True, help="Open a closed account again.")
@as_administrator
def deactivate(identity: str, undo: bool) -> None:
    """Close an account: sign it out everywhere; what it did stays on record."""
    user = user_called(identity)
    (operations.reactivate_person if undo else operations.deactivate_person)(user=user)
    console.print(f"{user.username} is {'open' if undo else 'closed'}.", markup=False)


@user_commands.command("role-add")
@click.argument("identity")
@ORGANISATION
@ROLE
@_with(BOUND)
@as_administrator
def role_add(identity: str, word: str, role: str, administrator: bool,
             industries: tuple[str, ...], district: str | None) -> None:
    """Give a person a role in an organisation, or change what it is bound to."""
    operations.give_role(
        user=user_called(identity), organisation=organisation_called(word), role=role,
        administrator=administrator, industries=industries, district=district)
    console.print(f"{identity} is now {role} at {word}.", markup=False)


@user_commands.command("role-remove")
@click.argument("identity")
@ORGANISATION
@ROLE
@as_administrator
def role_remove(identity: str, word: str, role: str) -> None:
    """Take a role from a person."""
    user, organisation = user_called(identity), organisation_called(word)
    held = next((m for m in user.memberships if m.state == "active" and m.role == role
                 and m.organisation_id == organisation.id), None)
    if held is None:
        raise NotFound(f"{identity} is not {role} at {word}.")
    operations.take_role(membership=held)
    console.print(f"{identity} is no longer {role} at {word}.", markup=False)


@user_commands.command("reset-second-factor")
@click.argument("identity")
@as_administrator
def reset_factor(identity: str) -> None:
    """Take the second factor off the account of somebody who lost phone and recovery codes."""
    reset_second_factor(user=user_called(identity))
    console.print(f"{identity} signs in with the password alone now.", markup=False)


@user_commands.command("import")
@click.argument("file", type=FILE)
@click.option("--template", "empty", is_flag=True, help="Write an empty sheet to FILE instead.")
@click.option("--output", type=FILE, help="Where the links go; FILE with “-links” by default.")
@as_administrator
def import_file(file: Path, empty: bool, output: Path | None) -> None:
    """Invite everybody in an Excel FILE; writes a sheet with one personal link each."""
    if empty:
        file.write_bytes(template())
        console.print(f"Written: {file}", markup=False, soft_wrap=True)
        return
    with _opened(file) as sheet, progress() as show:
        done = import_people(sheet, site=_site(),
                             progress=lambda at, total: show("people", at, total))
    target = output or file.with_name(f"{file.stem}-links.xlsx")
    target.touch(mode=0o600)
    target.write_bytes(done.workbook)
    console.print(f"{done.made} invited, {done.refused} refused. Links: {target}", markup=False,
                  soft_wrap=True)
    if done.refused:
        raise SystemExit(1)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    try:
        with file.open("rb") as opened:
            yield opened
    except FileNotFoundError:
        raise NotFound(f"There is no file {file}.") from None

"""Who is asking, what may they do, what may they see.

What each role may do stands in one table (`core/access_table.py`): a rule names an action, the
roles that may and how far each reaches, and the pages and operations it opens. "What may this
person see" is always SQL, never a yes or no per row; `allow` asks the same filters about one
object, so a list can never show what an operation would refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, inspect, literal, select, true

from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.i18n import LocalizedText

Scope = Literal["all", "organisation", "industries", "district", "self"]
"""How far a role reaches: everything, what is its organisation's, what belongs to its industries
or its district, or only what is the person's own."""
VISITOR, MEMBER = "", "member"
"""The role of somebody who is not signed in, and of somebody who is but holds no role yet."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking, as which role. A visitor has no id and no role."""

    user_id: int | None = None
    username: str = ""
    name: str = ""
    role: str = VISITOR
    membership_id: int | None = None
    organisation_id: int | None = None
    administrator: bool = False
    """Administers the organisation."""
    verified: bool = False
    """The organisation's licence has been checked."""
    industries: frozenset[str] = frozenset()
    district: str | None = None
    scopes: frozenset[str] | None = None
    """What an API token allows; None in the browser, where nothing narrows the role."""
    roles: tuple[tuple[int, str], ...] = field(default=(), compare=False)
    """(membership id, role) of every hat the person may put on."""

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def actor(self) -> str:
        """How the audit trail names the person."""
        return self.username or "visitor"


ANYBODY = Person()
_person: ContextVar[Person] = ContextVar("person", default=ANYBODY)


def current_person() -> Person:
    """Who the running request or command acts for; a visitor unless somebody signed in."""
    return _person.get()


def set_person(person: Person) -> None:
    _person.set(person)


@contextmanager
def acting_as(person: Person) -> Iterator[Person]:
    """Everything inside is done as this person."""
    token = _person.set(person)
    try:
        yield person
    finally:
        _person.reset(token)


@dataclass(frozen=True)
class Rule:
    """One line of the access table.

    `roles` maps each role that may to its reach. `endpoints` are the Flask endpoints the rule
    opens. `verified` asks that the person's organisation has been checked.
    """

    action: str
    label: LocalizedText
    roles: Mapping[str, Scope]
    endpoints: tuple[str, ...] = ()
    verified: bool = False


@cache
def rules() -> Mapping[str, Rule]:
    """The table by action. Raises `ValueError` for an action or endpoint declared twice."""
    from marketplace.core.access_table import TABLE

    found: dict[str, Rule] = {}
    for rule in TABLE:
        if rule.action in found:
            raise ValueError(f"the action {rule.action!r} stands twice in the access table")
        found[rule.action] = rule
    return found


@cache
def rules_by_endpoint() -> Mapping[str, Rule]:
    """The rule that opens each endpoint."""
    found: dict[str, Rule] = {}
    for rule in rules().values():
        for endpoint in rule.endpoints:
            if endpoint in found:
                raise ValueError(f"{endpoint!r} is opened by {found[endpoint].action!r} and "
                                 f"{rule.action!r}")
            found[endpoint] = rule
    return found


# --- What may be seen ----------------------------------------------------------------------------

Filter = Callable[[Person], ColumnElement[bool]]
_public: dict[type[Any], Filter] = {}
_scopes: dict[tuple[type[Any], Scope], Filter] = {}


def sees(model: type[Any]) -> Callable[[Filter], Filter]:
    """Decorator: this function gives the filter of `model`'s rows that pages and lists show."""

    def register(function: Filter) -> Filter:
        _public[model] = function
        return function

    return register


def visible(model: type[Any]) -> ColumnElement[bool]:
    """The rows of `model` the current person sees where everybody looks.

    Raises `LookupError` for an undeclared model.
    """
    try:
        return _public[model](current_person())
    except KeyError:
        raise LookupError(f"no access filter is declared for {model.__name__}") from None


def scoped(model: type[Any], scope: Scope) -> Callable[[Filter], Filter]:
    """Decorator: this function gives the rows of `model` within a person's `scope`."""

    def register(function: Filter) -> Filter:
        _scopes[model, scope] = function
        return function

    return register


def reach(action: str, model: type[Any]) -> ColumnElement[bool]:
    """The rows of `model` on which the current person may do `action`.

    Nothing for a role the table does not name. Raises `LookupError` for an unknown action, or a
    scope that `model` does not declare.
    """
    person, rule = current_person(), rules()[action]
    scope = rule.roles.get(person.role)
    if scope is None:
        return false()
    if scope == "all":
        return true()
    try:
        return _scopes[model, scope](person)
    except KeyError:
        raise LookupError(f"{model.__name__} declares no scope {scope!r}") from None


# --- What may be done ----------------------------------------------------------------------------


@cache
def _checked_roles() -> frozenset[str]:
    return frozenset(role for rule in rules().values() if rule.verified
                     for role, scope in rule.roles.items() if scope == "organisation")


def waits_for_check() -> bool:
    """Whether some of what the current role is for stays shut until the licence is checked."""
    person = current_person()
    return (person.organisation_id is not None and not person.verified
            and person.role in _checked_roles())


def may(action: str, subject: Any = None) -> bool:
    """Whether the current person may do `action`, on `subject` if one is given."""
    try:
        allow(action, subject)
    except (NotAllowed, NotFound):
        return False
    return True


def allow(action: str, subject: Any = None) -> None:
    """Let the current person do `action` (on `subject`, a stored object), or raise.

    `NotFound` for an object out of reach: it is not told apart from one that does not exist.
    `NotAllowed` where the role is wrong or the organisation has not been checked yet.
    """
    person, rule = current_person(), rules()[action]
    if person.role not in rule.roles:
        raise NotAllowed("Your present role may not do this.")
    if subject is not None and not _reaches(action, subject):
        raise NotFound("There is no such record.")
    if rule.verified and not person.verified and rule.roles[person.role] == "organisation":
        raise NotAllowed("Your organisation has not been checked yet. An operator or district "
                         "officer checks the licence; until then you can save drafts.")


def _reaches(action: str, subject: Any) -> bool:
    if rules()[action].roles[current_person().role] == "all":
        return True
    model = type(subject)
    state = inspect(subject)
    keys = zip(state.mapper.primary_key, state.identity or (), strict=False)
    return state.identity is not None and db.session.scalar(
        select(literal(1)).select_from(model).where(
            and_(*(column == value for column, value in keys)), reach(action, model))) is not None

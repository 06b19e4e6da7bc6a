"""Builds data with sensible defaults, through the operations the product uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from flask import current_app
from flask_security.utils import hash_password

from marketplace.accounts.guard import SESSION_KEY, active_memberships, hashed, person_of
from marketplace.accounts.models import Membership, Organisation, SignInSession, User
from marketplace.accounts.security import platform_organisation
from marketplace.catalog.content_schema import SolutionContentSchema
from marketplace.catalog.indexer import drain
from marketplace.catalog.models import Admission, Provider, Solution, SolutionVersion
from marketplace.catalog.operations import (
    create_solution,
    publish_version,
    reindex_provider,
    revise_solution,
    sort_key,
)
from marketplace.catalog.pricing import PARTS
from marketplace.core.access import Person
from marketplace.core.clock import now, today
from marketplace.core.database import transaction
from marketplace.core.i18n import LocalizedText
from marketplace.listing.models import Submission
from marketplace.taxonomy.queries import current_programme
from seeds.loader import sample_credit_code
from tests.support import IsolatedClient

ACTOR = "test"
PASSWORD = "a long test password"
_number = count(1)


def both(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en or f"{zh} (en)"}


def full_price(amount: float = 10_000) -> list[dict[str, Any]]:
    """All seven parts, so that the price is comparable; only the licence costs something."""
    return [{"part": p, "amount": amount if p == "licence" else 0} for p in PARTS]


def content(**changes: Any) -> dict[str, Any]:
    """What an author writes for a version; `changes` replace fields."""
    n = next(_number)
    return {
        "name": both(f"车间排产软件{n}号", f"Shop scheduler no. {n}"),
        "promise": both(f"第{n}家的排产当天出", f"Plant {n} gets its schedule the same day"),
        "description": both(f"把订单排到机台，编号{n}。", f"Puts orders on machines, number {n}."),
        "industries": ["steel"], "categories": ["APS"], "deployments": ["saas"],
        "scenarios": [{"code": "OP-06", "from": 1, "to": 2}],
        "price_parts": full_price(), "go_live_days": 30, "attributes": {},
    } | changes


def make_provider(**changes: Any) -> Provider:
    """A listed provider of the city's first district."""
    n = next(_number)
    slug = changes.pop("slug", f"provider-{n}")
    name = LocalizedText.of(changes.pop("name", both(f"第{n}软件公司", f"Software house {n}")))
    organisation = {
        "district_code": "370102", "city": LocalizedText("济南", "Jinan"), "sample": False,
    } | {k: changes.pop(k) for k in ("district_code", "city", "sample") if k in changes}
    with transaction() as session:
        provider = Provider(**{
            "slug": slug, "sort_key": sort_key(name), "classes": ["product"],
            "summary": LocalizedText("做排产", "Schedules"),
            "description": LocalizedText("十个人的公司。", "A firm of ten."),
            "service_districts": [], "response_hours": 8, "qualifications": [],
            "team": LocalizedText("十人", "Ten people"), "contact": {}, "listed_on": today(),
            "created_at": now(), **changes}, organisation=Organisation(
                slug=slug, kind="provider", name=name, credit_code=sample_credit_code(slug),
                created_at=now(), **organisation))
        session.add(provider)
        reindex_provider(provider)
    return provider


def make_solution(*, provider: Provider | None = None, publish: bool = True,
                  admitted: bool = False, slug: str | None = None, sample: bool = False,
                  **changes: Any) -> Solution:
    """A solution, published unless told otherwise; `changes` go into its content."""
    provider = provider or make_provider()
    solution = create_solution(
        provider=provider, slug=slug or f"solution-{next(_number)}", actor=ACTOR, sample=sample,
        content=SolutionContentSchema().load(content(**changes)))
    if admitted:
        admit(solution)
    if publish:
        publish_version(version=solution.versions[-1], actor=ACTOR)
    return solution


def admit(solution: Solution) -> Admission:
    """A round's decision that takes the solution into the library."""
    programme = current_programme()
    assert programme is not None
    with transaction() as session:
        admission = Admission(programme=programme, solution=solution, number=f"T-{next(_number)}",
                              round_title=LocalizedText("测试征集", "Test round"),
                              decided_on=today())
        session.add(admission)
    return admission


def make_version(solution: Solution, *, publish: bool = False, **changes: Any) -> SolutionVersion:
    """A further version of a solution."""
    version = revise_solution(solution=solution, actor=ACTOR,
                              content=SolutionContentSchema().load(content(**changes)))
    if publish:
        publish_version(version=version, actor=ACTOR)
    return version


def make_organisation(*, kind: str = "enterprise", verified: bool = True,
                      **changes: Any) -> Organisation:
    """An organisation of the city's first district, checked unless told otherwise."""
    n = next(_number)
    slug = changes.pop("slug", f"{kind}-{n}")
    with transaction() as session:
        organisation = Organisation(**{
            "slug": slug, "kind": kind, "name": LocalizedText(f"第{n}机械厂", f"Works no. {n}"),
            "credit_code": sample_credit_code(slug), "district_code": "370102",
            "city": LocalizedText("济南", "Jinan"), "created_at": now(),
            "verified_at": now() if verified else None, **changes})
        session.add(organisation)
    return organisation


@cache
def _hash(password: str) -> str:
    return str(hash_password(password))


def make_user(*, username: str = "", role: str | None = None,
              organisation: Organisation | None = None, administrator: bool = False,
              industries: Sequence[str] = (), district: str | None = None, **changes: Any) -> User:
    """Somebody with `PASSWORD` and, where a role is named, a membership in an organisation."""
    username = username or f"user{next(_number)}"
    with transaction() as session:
        user = User(**{
            "username": username, "password": _hash(PASSWORD), "active": True,
            "fs_uniquifier": f"user-{username}", "created_at": now(), **changes})
        session.add(user)
        if role is not None:
            session.add(Membership(
                user=user, role=role, administrator=administrator, created_at=now(),
                organisation=organisation or platform_organisation(),
                industries=list(industries), district_code=district))
    return user


def person(user: User) -> Person:
    """The user as the person who acts, with the first hat on."""
    hats = active_memberships(user.id)
    return person_of(user, hats[0] if hats else None, hats)


def bring_into_index() -> int:
    """Drain the outbox as the indexer does, in a session of its own; returns how many messages."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    done = 0
    with app.app_context():
        while some := drain(app.extensions["indexes"]):
            done += some
    return done


def sign_in_as(client: IsolatedClient, user: User, role: str | None = None) -> IsolatedClient:
    """Sign a browser in without hashing a password; `role` picks one of several hats."""
    secret = f"browser-{next(_number)}"
    hat = next((m for m in active_memberships(user.id) if role in (None, m.role)), None)
    with transaction() as session:
        session.add(SignInSession(
            token=hashed(secret), user_id=user.id, membership_id=hat.id if hat else None,
            browser="test", address="127.0.0.1", created_at=now(), seen_at=now()))
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": user.fs_uniquifier, "_fresh": True, SESSION_KEY: secret})
    return client


def make_submission(solution: Solution | None = None, *, due: int = 5, kind: str | None = None,
                    **changes: Any) -> Submission:
    """A version waiting for the operator's check, due in `due` working days."""
    solution = solution or make_solution(publish=False, **changes)
    version = solution.versions[-1] if solution.published is None else make_version(
        solution, **changes)
    with transaction() as session:
        version.state = "in_review"
        submission = Submission(
            solution=solution, version=version, state="waiting", submitted_at=now(),
            kind=kind or ("edit" if solution.published else "listing"), submitted_by=ACTOR,
            due_on=today() + timedelta(days=due))
        session.add(submission)
    return submission


def make_salesperson(provider: Provider | None = None, *, verified: bool = True) -> User:
    """Somebody who works in the provider's organisation, in the role that writes solutions."""
    provider = provider or make_provider()
    with transaction():
        provider.organisation.verified_at = now() if verified else None
    return make_user(role="provider", organisation=provider.organisation)

"""Demo accounts beside the samples: invented people, one a role at least, one shared password.

They exist only where the samples do and go with them. The password is made at random in each
installation and kept in the data folder.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import delete, or_, select

from marketplace.accounts.hashing import hashed_password
from marketplace.accounts.models import (
    ApiToken,
    Invitation,
    Membership,
    Organisation,
    SignInSession,
    User,
)
from marketplace.accounts.operations import put_on
from marketplace.accounts.privacy import PRIVACY_VERSION
from marketplace.config import Settings
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText
from seeds.loader import ACTOR, ROOT, sample_credit_code

PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file


def demo_password(settings: Settings) -> str:
    """The password all demo accounts share; made at first need, readable by us only."""
    path = settings.data_dir / PASSWORD_FILE
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"demo-{secrets.token_hex(4)}")
    return path.read_text("ascii")


def load_accounts(settings: Settings) -> int:
    """Make the demo accounts that are missing, where the samples are; returns how many."""
    file = ROOT / settings.city / "accounts.json"
    if not file.exists() or not _samples_are_here():
        return 0
    pack = json.loads(file.read_text("utf-8"))
    known = set(db.session.scalars(select(User.username).where(User.sample)))
    missing = [p for p in pack["people"] if p["username"] not in known]
    if not missing:
        return 0
    hash_ = hashed_password(demo_password(settings))
    with transaction() as session:
        for raw in pack["organisations"]:
            _organisation(raw)
        places = {o.slug: o for o in session.scalars(select(Organisation).where(
            Organisation.sample))}
        made = [_person(raw, places, hash_) for raw in missing
                if raw["organisation"] in places]
    return len(made)


def _samples_are_here() -> bool:
    return db.session.scalar(select(Organisation.id).where(
        Organisation.sample, Organisation.kind == "provider").limit(1)) is not None


def _organisation(raw: dict[str, Any]) -> None:
    if db.session.scalar(select(Organisation.id).where(Organisation.slug == raw["slug"])):
        return
    db.session.add(Organisation(
        slug=raw["slug"], kind=raw["kind"], name=LocalizedText.of(raw["name"]), sample=True,
        credit_code=sample_credit_code(raw["slug"]), district_code=raw.get("district"),
        industry=raw.get("industry"), city=LocalizedText("济南", "Jinan"), created_at=now(),
        verified_at=now(), verified_by=ACTOR))
    db.session.flush()


def _person(raw: dict[str, Any], places: dict[str, Organisation], hash_: str) -> User:
    user = User(username=raw["username"], name=raw["name"], password=hash_, sample=True,
                active=True, fs_uniquifier=secrets.token_hex(32), created_at=now(),
                consent_version=PRIVACY_VERSION, consent_at=now())
    db.session.add(user)
    for hat in (raw, *raw.get("also", ())):
        place = places[hat["organisation"]]
        if not place.verified:
            place.verified_at, place.verified_by = now(), ACTOR
        put_on(user, place, hat["role"], hat.get("administrator", False),
               hat.get("industries", ()), hat.get("district"))
    return user


def remove_accounts(settings: Settings) -> int:
    """Take the demo accounts out, and every membership in a sample organisation."""
    with transaction() as session:
        people = select(User.id).where(User.sample)
        places = select(Organisation.id).where(Organisation.sample)
        hats = select(Membership.id).where(or_(
            Membership.user_id.in_(people), Membership.organisation_id.in_(places)))
        at_once = {"synchronize_session": False}
        for model, condition in (
                (ApiToken, ApiToken.membership_id.in_(hats)),
                (SignInSession, SignInSession.membership_id.in_(hats)),
                (Invitation, or_(Invitation.user_id.in_(people),
                                 Invitation.organisation_id.in_(places))),
                (Membership, Membership.id.in_(hats))):
            session.execute(delete(model).where(condition), execution_options=at_once)
        removed = session.execute(delete(User).where(User.sample), execution_options=at_once)
        session.expire_all()
    Path(settings.data_dir / PASSWORD_FILE).unlink(missing_ok=True)
    return int(removed.rowcount)  # type: ignore[attr-defined]


def demo_rows() -> list[tuple[str, str, str, str]]:
    """(user name, role, organisation, name) of the demo accounts, one a role and a few more."""
    return [(u.username, ", ".join(m.role for m in u.memberships),
             ", ".join(str(m.organisation.name) for m in u.memberships), u.name)
            for u in db.session.scalars(select(User).where(
                User.sample, User.username.startswith("demo-")).order_by(User.id))]

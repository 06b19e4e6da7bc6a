"""How a person is known: user name or mobile number."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.accounts.numbers import mobile
from marketplace.core.database import db


def find_user(identity: str) -> User | None:
    """The account of a mobile number or user name (in whatever case)."""
    number = mobile(identity)
    if number is not None:
        found = db.session.scalar(select(User).where(User.phone == number))
        if found is not None:
            return found
    return db.session.scalar(select(User).where(
        func.lower(User.username) == identity.strip().lower()))

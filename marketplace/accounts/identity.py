"""How a person is known: user name or mobile number."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.core.database import db

_MOBILE = re.compile(r"1[3-9]\d{9}")


def mobile(text: str) -> str | None:
    """A mainland mobile number as 11 digits, however it was typed; None when it is none."""
    digits = re.sub(r"[\s\-()（）]", "", text).removeprefix("+86").removeprefix("0086")
    return digits if _MOBILE.fullmatch(digits) else None


def find_user(identity: str) -> User | None:
    """The account of a mobile number or user name (in whatever case)."""
    number = mobile(identity)
    if number is not None:
        found = db.session.scalar(select(User).where(User.phone == number))
        if found is not None:
            return found
    return db.session.scalar(select(User).where(
        func.lower(User.username) == identity.strip().lower()))

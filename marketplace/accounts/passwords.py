"""When a password is strong enough. Length counts most (NIST SP 800-63B); nothing must expire."""

from __future__ import annotations

import unicodedata

from marketplace.core.errors import FieldError, InvalidInput

SHORTEST, LONGEST, FEWEST_DIFFERENT = 10, 128, 5
COMMON = frozenset((
    "1234567890", "0123456789", "9876543210", "0987654321", "1234567891", "12345678910",
    "1234512345", "1122334455", "123456789a", "a123456789", "qwertyuiop", "1qaz2wsx3edc",
    "qwerty12345", "password123", "password1234", "password12", "passw0rd123", "administrator",
    "admin12345", "admin123456", "woaini1314", "woaini520520", "wodemima123", "iloveyou123",
    "changeme123", "letmein1234", "abcdefghij", "abcd123456", "abc1234567", "abc123456789"))
"""Long enough, and among the first that are tried."""


def normalised(password: str) -> str:
    """The password as it is hashed: the same whatever keyboard or input method wrote it."""
    return unicodedata.normalize("NFKD", password)


def check_password(password: str, *, own: tuple[str, ...] = ()) -> str:
    """The password normalised. Raises `InvalidInput` at the field `password` for a weak one.

    `own` are words of the person: name, user name, mobile number.
    """
    text = normalised(password)
    remedy = _remedy(text, own)
    if remedy:
        raise InvalidInput("The password cannot be used.",
                           errors=(FieldError("password", "", remedy),))
    return text


def _remedy(text: str, own: tuple[str, ...]) -> str:
    lower = text.lower()
    if not SHORTEST <= len(text) <= LONGEST:
        return f"write {SHORTEST} to {LONGEST} characters"
    if len(set(lower)) < FEWEST_DIFFERENT:
        return f"use at least {FEWEST_DIFFERENT} different characters"
    if text.isdecimal():
        return "use letters as well as figures"
    if lower in COMMON:
        return "choose another: this password is among the first that are tried"
    if any(len(word) > 3 and word.lower() in lower for word in own):
        return "leave your name, user name and mobile number out of it"
    return ""

"""Weak passwords are refused with what to do; strong ones in any script are taken."""

from __future__ import annotations

import pytest

from marketplace.accounts.passwords import check_password
from marketplace.core.errors import InvalidInput


@pytest.mark.parametrize(("password", "sign"), [
    ("short1", "10 to 128"), ("a" * 9, "10 to 128"), ("a1" * 65, "10 to 128"),
    ("1928374650", "letters"), ("aaaaabbbbb", "5 different"), ("password123", "first that are"),
    ("Qwerty12345", "first that are"), ("wangming 2026!", "name"), ("my13800138000", "name")])
def test_weak_password_says_what_to_do(password: str, sign: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        check_password(password, own=("wangming", "王明", "13800138000"))
    error = wrong.value.errors[0]
    assert error.field == "password"
    assert sign in error.remedy
    assert error.value == "", "a password is never repeated"


@pytest.mark.parametrize("password", [
    "drei Pferde 7 fliegen", "轧机早上六点换辊三次整", "tR4$kQz9-wLm"])
def test_strong_password_is_taken(password: str) -> None:
    assert check_password(password, own=("wangming", "王明", ""))


def test_same_password_from_another_keyboard() -> None:
    assert check_password("ｄｒｅｉ Ｐｆｅｒｄｅ７") == check_password("drei Pferde7")

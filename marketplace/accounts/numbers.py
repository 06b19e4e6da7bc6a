"""Mobile numbers as people type them."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"1[3-9]\d{9}")


def mobile(text: str) -> str | None:
    """A mainland mobile number as 11 digits, however it was typed; None when it is none."""
    digits = re.sub(r"[\s\-()（）]", "", text).removeprefix("+86").removeprefix("0086")
    return digits if _MOBILE.fullmatch(digits) else None

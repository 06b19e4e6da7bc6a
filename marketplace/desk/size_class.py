"""The size class of an industrial company by the national rule.

Source: 工信部联企业〔2011〕300号. That a company of the industry counts as small or medium below
1,000 staff or below 400 million yuan of revenue is confirmed by city notices (DOMAIN.md 4.2); the
steps between medium, small and micro are those of article 4(2) as commonly quoted, and marked so.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core.i18n import LocalizedText as T

SOURCE = T("工信部联企业〔2011〕300号", "MIIT joint notice 2011 no. 300")
WAN = 10_000
STEPS = (("large", 1000, 40_000 * WAN), ("medium", 300, 2_000 * WAN), ("small", 20, 300 * WAN))
"""A class needs at least this many staff AND this much revenue in yuan; below all it is micro."""
CLASS_NAMES = {"large": T("大型", "large"), "medium": T("中型", "medium"),
               "small": T("小型", "small"), "micro": T("微型", "micro")}
ABOVE_SCALE = 2_000 * WAN
"""规上: main revenue of 20 million yuan a year (DOMAIN.md 4.2, common definition)."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """`code` is None while the figures do not decide it. `above_scale` is 规上."""

    code: str | None
    above_scale: bool | None

    @property
    def name(self) -> T:
        return CLASS_NAMES[self.code] if self.code else T("无法判断", "cannot be told")


def size_class(staff: int | None, revenue: int | None) -> SizeClass:
    """By staff and revenue in yuan; the lower of both counts, so one figure may be enough."""
    above = None if revenue is None else revenue >= ABOVE_SCALE
    known = [_step(figure, column) for column, figure in ((1, staff), (2, revenue))
             if figure is not None]
    order = ["micro", "small", "medium", "large"]
    lowest = min(known, key=order.index, default=None)
    decided = lowest if len(known) == 2 or lowest == "micro" else None
    return SizeClass(decided, above)


def _step(figure: int, column: int) -> str:
    return next((str(step[0]) for step in STEPS if figure >= int(step[column])), "micro")

"""What is under way in an industry: asked of the floors above before its sub-platform is paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from blinker import Signal

from marketplace.core.i18n import LocalizedText

SHOWN = 20
"""How many processes of a kind are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process under way. Without a `path` it is named, but not for the operator to open."""

    name: LocalizedText | str
    due_on: date | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """Processes of one kind. With `city_confirms` others compete in them under rules and a deadline
    (a round, an enquiry with sealed prices): while one runs, the city confirms a pause."""

    label: LocalizedText
    total: int
    processes: Sequence[Process]
    city_confirms: bool = False


running_asked = Signal()
"""`industry`: what is under way there? Receivers answer with a `Running` a kind, empty or not."""


def running_in(industry: str) -> list[Running]:
    """Everything under way in an industry, a row a kind."""
    answers: Sequence[tuple[object, list[Running]]] = running_asked.send(industry=industry)
    return sorted((r for _receiver, found in answers for r in found), key=lambda r: r.label.en)

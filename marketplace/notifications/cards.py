"""What stands on a role's desk besides its tasks: figures that open the list behind them.

Each domain adds the cards of the roles it serves; the desk page asks for those of the present one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marketplace.core.access import Person, current_person


@dataclass(frozen=True, slots=True)
class Card:
    """A figure (or none), what it counts, and the address of its list."""

    title: str
    path: str
    number: int | None = None
    hint: str = ""


Maker = Callable[[Person], Iterable[Card]]
_makers: dict[str, list[Maker]] = defaultdict(list)


def cards_for(*roles: str) -> Callable[[Maker], Maker]:
    """Decorator: this function gives cards for the desks of these roles."""

    def register(function: Maker) -> Maker:
        for role in roles:
            _makers[role].append(function)
        return function

    return register


def desk_cards() -> list[Card]:
    """The cards of the current person's desk, in order of registration."""
    person = current_person()
    return [card for maker in _makers[person.role] for card in maker(person)]

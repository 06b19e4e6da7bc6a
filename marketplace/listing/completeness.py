"""How complete a draft is: what submission still needs, and what else helps visitors."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.catalog.pricing import PARTS
from marketplace.core.errors import FieldError
from marketplace.listing.content import Content, flat
from marketplace.listing.schemas import Checked, check
from marketplace.taxonomy.registry import taxonomy

REQUIRED = ("name.zh", "promise.zh", "description.zh", "industries", "categories", "deployments")
"""Core fields without which nothing can be submitted."""
HELPFUL = ("go_live_days", "scenarios", "price_parts", "data_export.zh", "cases", "files")
"""What visitors look for besides; never demanded."""


@dataclass(frozen=True)
class Completeness:
    """`done` of `total` required fields are filled; `helpful` fields are empty but not needed."""

    checked: Checked
    done: int
    total: int
    helpful: tuple[str, ...]

    @property
    def missing(self) -> tuple[FieldError, ...]:
        return self.checked.missing

    @property
    def wrong(self) -> tuple[FieldError, ...]:
        return self.checked.wrong

    @property
    def ready(self) -> bool:
        return self.checked.loaded is not None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


def completeness(content: Content) -> Completeness:
    """What a draft has and lacks."""
    checked, filled = check(content), flat(content)
    needed = {*REQUIRED, *(f"attr.{a.key}" for a in taxonomy().attributes_for(
        content.get("industries") or ()) if a.required), *(e.field for e in checked.missing)}
    lacking = {e.field for e in checked.missing}
    return Completeness(checked, len(needed - lacking), len(needed),
                        tuple(f for f in HELPFUL if not _has(f, filled)))


def _has(field: str, filled: dict[str, object]) -> bool:
    if field == "price_parts":
        return all(f"price_parts.{part}" in filled for part in PARTS)
    return field in filled or any(name.startswith(f"{field}.") for name in filled)

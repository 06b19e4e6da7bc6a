"""The fields at which an operator can write a comment."""

from __future__ import annotations

from collections.abc import Collection

from marketplace.listing.content import FIELDS
from marketplace.taxonomy.registry import taxonomy

ATTRIBUTES = "attributes"


def commentable_fields(industries: Collection[str]) -> list[str]:
    """The parts of the form, then `attr.<key>` for what these industries declare."""
    core = [name for name in FIELDS if name != ATTRIBUTES]
    return [*core, *(f"attr.{a.key}" for a in taxonomy().attributes_for(industries))]

"""Which sub-platforms the current person's role reaches."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.core.access import current_person, rules
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.declarations import Industry
from marketplace.taxonomy.registry import taxonomy


def industries_within(action: str) -> Mapping[str, Industry]:
    """The installed industries, paused or not, on which the current person may do `action`."""
    person, scope = current_person(), rules()[action].roles.get(current_person().role)
    if scope is None:
        return {}
    return {code: found for code, found in taxonomy().industries.items()
            if scope == "all" or code in person.industries}


def require_industry(action: str, code: str) -> Industry:
    """The industry, if the person may do `action` on it.

    Raises `NotAllowed` for the wrong role and `NotFound` for an industry out of reach, which is
    not told apart from one that no plugin brings.
    """
    if current_person().role not in rules()[action].roles:
        raise NotAllowed("Your present role may not do this.")
    try:
        return industries_within(action)[code]
    except KeyError:
        raise NotFound("There is no such sub-platform among those you run.") from None

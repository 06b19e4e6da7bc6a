"""What every page may name of the person who is signed in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, has_request_context

from marketplace.core.access import current_person, may
from marketplace.core.access_table import ROLES

account_shared = Blueprint("account_shared", __name__)


@account_shared.app_context_processor
def shared() -> dict[str, Any]:
    """The person, the names of roles, and `may` for showing only what can be done."""
    return {"person": current_person(), "role_names": ROLES, "may": may,
            "in_request": has_request_context()}

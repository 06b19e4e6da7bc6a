"""What every page may name of the person who is signed in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from marketplace.core.access import current_person, may
from marketplace.core.access_table import ROLES
from marketplace.core.menu import menu_of

account_shared = Blueprint("account_shared", __name__)


@account_shared.app_context_processor
def shared() -> dict[str, Any]:
    """The person, the names of roles, and `may` for showing only what can be done."""
    return {"person": current_person(), "role_names": ROLES, "may": may,
            "desk_menu": lambda: menu_of(current_person().role)}

"""What every page may name of the person who is signed in."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, current_app, g

from marketplace.accounts.actors import actor_name, know_actors
from marketplace.core.access import current_person, may, waits_for_check
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now
from marketplace.core.menu import entry_of, menu_of

account_shared = Blueprint("account_shared", __name__)
_BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"),
             ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Version", "Safari"))
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"),
            ("iPad", "iPad"), ("Mac OS", "macOS"), ("Linux", "Linux"))


@account_shared.app_context_processor
def shared() -> dict[str, Any]:
    """The person with their hats, the names of roles, and `may` for showing only what can be
    done."""
    settings = current_app.extensions["settings"]
    return {"person": current_person(), "role_names": ROLES, "may": may,
            "waits_for_check": waits_for_check, "hats": g.get("hats", ()),
            "other_sign_in": settings.oidc_name if settings.oidc_metadata_url else "",
            "desk_menu": lambda: menu_of(current_person().role),
            "desk_entry": lambda path: entry_of(current_person().role, path)}


@account_shared.app_template_filter("browser")
def browser_name(agent: str) -> str:
    """What a browser calls itself, in two words: Chrome 120 · Windows."""
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    for sign, name in _BROWSERS:
        found = re.search(rf"{sign}\w*/(\d+)", agent)
        if found:
            return f"{name} {found[1]} · {system}" if system else f"{name} {found[1]}"
    return system or agent[:40]


@account_shared.app_template_global("labelled_roles")
def labelled_roles(roles: tuple[str, ...]) -> list[tuple[str, str]]:
    """Roles with their names, as a choice."""
    return [(role, str(ROLES[role])) for role in roles]


account_shared.add_app_template_global(now, "right_now")
account_shared.add_app_template_global(know_actors)
account_shared.add_app_template_filter(actor_name)

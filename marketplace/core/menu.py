"""What each role finds in the navigation of its desk. Data only; labels in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.core.i18n import LocalizedText as T

Entry = tuple[str, T]
SHARED: tuple[Entry, ...] = (
    ("/desk", T("工作台", "Desk")),
)
"""On every desk, before the role's own."""
MENU: Mapping[str, tuple[Entry, ...]] = {
    "enterprise": (),
    "provider": (),
    "operator": (
        ("/admin/plugins", T("子平台状态", "Sub-platforms")),
    ),
    "district_officer": (),
    "city_admin": (
        ("/admin/plugins", T("子平台状态", "Sub-platforms")),
    ),
    "auditor": (),
    "system_admin": (
        ("/admin/plugins", T("子平台状态", "Sub-platforms")),
    ),
    "security_admin": (),
    "audit_admin": (),
}
LAST: tuple[Entry, ...] = ()
"""On every desk, after the role's own: what is the person's."""


def menu_of(role: str) -> tuple[Entry, ...]:
    """The desk navigation of a role."""
    return (*SHARED, *MENU.get(role, ()), *LAST)

"""Ways out of the house: mail, short message, group robots.

A channel turns a letter into the bytes that would be sent, and sends them. Where its settings are
empty the same bytes go to the spool folder instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from marketplace.config import Settings
from marketplace.core.i18n import LocalizedText
from marketplace.notifications.channels.mail import Mail
from marketplace.notifications.channels.robots import DingTalk, WeCom
from marketplace.notifications.channels.sms import ShortMessage
from marketplace.notifications.letters import Letter

STAFF = ("operator", "district_officer", "city_admin", "assessor", "project_supervisor",
         "programme_supervisor", "organiser", "editor", "system_admin", "security_admin",
         "audit_admin")
"""Whose offices have a group with a robot; firms and experts are not in it."""


class Channel(Protocol):
    """One way out. `repeatable` says that sending the same letter again does no harm."""

    name: str
    label: LocalizedText
    hint: LocalizedText
    ending: str
    repeatable: bool

    def configured(self, settings: Settings) -> bool: ...

    def reaches(self, email: str | None, phone: str | None) -> bool:
        """Whether somebody with these addresses can be reached this way."""

    def render(self, letter: Letter, settings: Settings) -> bytes:
        """The bytes to send, as they also lie in the spool."""

    def send(self, content: bytes, letter: Letter, settings: Settings) -> None:
        """Send. Raises `SendFailed`."""


CHANNELS: Mapping[str, Channel] = {c.name: c for c in (Mail(), ShortMessage(), WeCom(),
                                                      DingTalk())}
DEFAULT = ("mail",)
"""What somebody gets who has chosen nothing: mail, where an address is known."""


def offered(role: str) -> list[Channel]:
    """The channels a role may choose, besides the site itself."""
    return [c for c in CHANNELS.values() if c.name in ("mail", "sms") or role in STAFF]

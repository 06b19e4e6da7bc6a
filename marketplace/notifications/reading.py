"""The content of a delivery for the administrator's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from marketplace.config import Settings
from marketplace.notifications.channels import Channel, spool
from marketplace.notifications.letters import compose
from marketplace.notifications.models import Delivery

SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes as sent, and as people read them. `kept` says that they lie in the spool; else
    they are made anew from the message."""

    raw: bytes
    text: str
    headers: tuple[tuple[str, str], ...]
    kept: bool


def read(delivery: Delivery, channel: Channel, settings: Settings) -> Content:
    """What lies in the spool, or what would be sent now."""
    letter = compose(delivery)
    path = spool.path_of(settings.data_dir, channel.name, letter, channel.ending)
    kept = path.exists()
    raw = path.read_bytes() if kept else channel.render(letter, settings)
    if channel.ending != "eml":
        return Content(raw, raw.decode("utf-8", "replace"), (), kept)
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body()
    return Content(raw, str(body.get_content()) if body else "",
                   tuple((h, str(mail[h])) for h in SHOWN_HEADERS if mail[h]), kept)

"""Short messages through any gateway that takes JSON."""

from __future__ import annotations

import json
from typing import Any

from marketplace.config import Settings
from marketplace.core.errors import ConfigurationError
from marketplace.core.i18n import LocalizedText as T
from marketplace.notifications.channels.posting import as_json, post
from marketplace.notifications.letters import Letter


class ShortMessage:
    """The title and the link, posted as the JSON that `MARKETPLACE_SMS_BODY` describes."""

    name, ending, repeatable = "sms", "json", False
    label = T("短信", "Short message")
    hint = T("发到您账号里的手机号", "To the mobile number in your account")

    def configured(self, settings: Settings) -> bool:
        return bool(settings.sms_url)

    def reaches(self, email: str | None, phone: str | None) -> bool:
        return bool(phone)

    def render(self, letter: Letter, settings: Settings) -> bytes:
        try:
            body = json.loads(settings.sms_body)
        except ValueError:
            raise ConfigurationError("MARKETPLACE_SMS_BODY is not JSON.") from None
        return as_json(_filled(body, {"{phone}": letter.phone, "{key}": letter.key,
                                      "{text}": f"{letter.title} {letter.link}"}))

    def send(self, content: bytes, letter: Letter, settings: Settings) -> None:
        post(settings.sms_url, content, token=settings.sms_token)


def _filled(value: Any, words: dict[str, str]) -> Any:
    """The template with each placeholder replaced inside its strings, however deep."""
    if isinstance(value, dict):
        return {k: _filled(v, words) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, words) for v in value]
    if isinstance(value, str):
        for placeholder, word in words.items():
            value = value.replace(placeholder, word)
    return value

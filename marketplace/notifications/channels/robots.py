"""Robots in office chat groups: text messages that name the person by mobile number.

WeCom: developer.work.weixin.qq.com/document/path/91770. DingTalk: open.dingtalk.com, "custom
robot"; where the robot asks for signatures, timestamp and HMAC-SHA256 go into the address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote_plus

from marketplace.config import Settings
from marketplace.core.clock import now
from marketplace.core.i18n import LocalizedText as T
from marketplace.notifications.channels.failure import SendFailed
from marketplace.notifications.channels.posting import as_json, post
from marketplace.notifications.letters import Letter

LONGEST = 2048
"""Bytes of UTF-8 that a text message of either robot may have."""
BUSY = (45009, 130101)
"""Error codes of WeCom and DingTalk for "too many messages in a minute"."""


class _Robot:
    ending, repeatable = "json", False
    hint = T("发到平台管理员接入的工作群，群里的人都能看到；提到您的手机号",
             "To the office group this site is connected to; everybody in it sees the message, "
             "which mentions your mobile number")

    def reaches(self, email: str | None, phone: str | None) -> bool:
        return True

    def _text(self, letter: Letter) -> str:
        head = f"{letter.name}{'：' if letter.language == 'zh' else ': '}{letter.title}\n"
        room = LONGEST - len(f"{head}{letter.link}@{letter.phone}".encode()) - 8
        body = letter.text.removesuffix(letter.link).strip().encode()[:max(room, 0)]
        return f"{head}{body.decode('utf-8', 'ignore')}\n{letter.link}"


def _check(answer: dict[str, Any]) -> None:
    code = answer.get("errcode", 0)
    if code:
        raise SendFailed(f"the robot answered {code}: {answer.get('errmsg', '')}"[:300],
                         again=code in BUSY)


class WeCom(_Robot):
    """A robot of a WeCom (企业微信) group."""

    name = "wecom"
    label = T("企业微信群机器人", "WeCom group robot")

    def configured(self, settings: Settings) -> bool:
        return bool(settings.wecom_url)

    def render(self, letter: Letter, settings: Settings) -> bytes:
        text: dict[str, Any] = {"content": self._text(letter)}
        if letter.phone:
            text["mentioned_mobile_list"] = [letter.phone]
        return as_json({"msgtype": "text", "text": text})

    def send(self, content: bytes, letter: Letter, settings: Settings) -> None:
        _check(post(settings.wecom_url, content))


class DingTalk(_Robot):
    """A robot of a DingTalk (钉钉) group, with or without signatures."""

    name = "dingtalk"
    label = T("钉钉群机器人", "DingTalk group robot")

    def configured(self, settings: Settings) -> bool:
        return bool(settings.dingtalk_url)

    def render(self, letter: Letter, settings: Settings) -> bytes:
        mention = f"\n@{letter.phone}" if letter.phone else ""
        return as_json({
            "msgtype": "text", "text": {"content": self._text(letter) + mention},
            "at": {"atMobiles": [letter.phone] if letter.phone else [], "isAtAll": False}})

    def send(self, content: bytes, letter: Letter, settings: Settings) -> None:
        _check(post(signed(settings.dingtalk_url, settings.dingtalk_secret), content))


def signed(address: str, secret: str) -> str:
    """The robot's address with the present time and its signature, where there is a secret."""
    if not secret:
        return address
    stamp = str(int(now().timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    glue = "&" if "?" in address else "?"
    return f"{address}{glue}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"

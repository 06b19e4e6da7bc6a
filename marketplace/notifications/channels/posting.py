"""Posting JSON to a gateway or robot, and telling "not sent" from "nobody knows"."""

from __future__ import annotations

import json
from typing import Any

import requests

from marketplace.notifications.channels.failure import SendFailed

TIMEOUT = (5, 15)
"""Seconds to wait for the connection, and for the answer."""


def as_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def post(address: str, content: bytes, *, token: str = "") -> dict[str, Any]:
    """Post JSON and give back the answer, {} where it is no JSON object.

    Raises `SendFailed`; with `again` false when the connection stood but no answer came, since the
    letter may have arrived. The address, which may hold a key, is never part of the reason.
    """
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        answer = requests.post(address, content, headers=headers, timeout=TIMEOUT,
                               allow_redirects=False)
    except (requests.ConnectTimeout, requests.exceptions.SSLError):
        raise SendFailed("no connection") from None
    except requests.ConnectionError as problem:
        if "NewConnectionError" in repr(problem):
            raise SendFailed("no connection") from None
        raise SendFailed("unknown whether sent: the connection broke", again=False) from None
    except requests.RequestException:
        raise SendFailed("unknown whether sent: no answer", again=False) from None
    if not 200 <= answer.status_code < 300:
        raise SendFailed(f"the gateway answered {answer.status_code}",
                         again=answer.status_code >= 500 or answer.status_code == 429)
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}

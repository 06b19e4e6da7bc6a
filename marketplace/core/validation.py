"""marshmallow's messages as errors that name field, value and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.core.errors import FieldError

_REPHRASED = {"Unknown field.": "remove it, there is no such parameter",
              "Missing data for required field.": "is required"}


def field_errors(messages: Any, sent: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """One `FieldError` a top-level field; nested messages are joined."""
    if not isinstance(messages, Mapping):
        messages = {"value": messages}
    return tuple(FieldError(str(name), sent.get(name), "; ".join(_flat(what)))
                 for name, what in messages.items())


def _flat(messages: Any) -> list[str]:
    if isinstance(messages, Mapping):
        return [text for inner in messages.values() for text in _flat(inner)]
    if isinstance(messages, list):
        return [text for inner in messages for text in _flat(inner)]
    text = str(messages)
    return [_REPHRASED.get(text, text.rstrip("."))]

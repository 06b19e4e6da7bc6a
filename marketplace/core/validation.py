"""marshmallow's messages as errors that name field, value and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.core.errors import FieldError

_REPHRASED = {"Unknown field.": "remove it, there is no such parameter",
              "Missing data for required field.": "is required",
              "Invalid input type.": "is of the wrong kind"}


def field_errors(messages: Any, sent: Any) -> tuple[FieldError, ...]:
    """One `FieldError` a place; `sent` is what was validated, nested places get dotted names."""
    if not isinstance(messages, Mapping):
        messages = {"value": messages}
    return tuple(_walk("", messages, sent))


def _walk(path: str, messages: Any, sent: Any) -> Iterator[FieldError]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            at_list = isinstance(name, int) and not isinstance(_inside(sent, name), Mapping)
            step = path if at_list else f"{path}.{name}" if path else str(name)
            yield from _walk(step.removesuffix("._schema"), inner, _inside(sent, name))
        return
    texts = messages if isinstance(messages, list) else [messages]
    said = "; ".join(_REPHRASED.get(str(t), str(t).rstrip(".")) for t in texts)
    yield FieldError(path or "value", sent, said)


def _inside(sent: Any, name: Any) -> Any:
    if isinstance(sent, Mapping):
        return sent.get(name)
    if isinstance(sent, list) and isinstance(name, int) and name < len(sent):
        return sent[name]
    return sent if isinstance(name, int) or name == "_schema" else None

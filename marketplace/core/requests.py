"""What is sent, without the one character no text needs: PostgreSQL keeps no NUL, in no column."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

NUL = "\0"


def without_nul(value: Any) -> Any:
    """A text, or everything in a list or mapping, without NUL."""
    if isinstance(value, str):
        return value.replace(NUL, "")
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(one) for key, one in value.items()}
    return value


def _cleaned(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(without_nul(k), without_nul(v)) for k, v in
                               sent.items(multi=True)])


class CleanRequest(Request):
    """Parameters and form fields come without NUL."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _cleaned(super().args)

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            super()._load_form_data()
            self.__dict__["form"] = _cleaned(self.__dict__["form"])


def install(app: Flask) -> None:
    """Take requests so; no address with NUL leads anywhere."""
    app.request_class = CleanRequest

    @app.before_request
    def refuse_address() -> None:
        if NUL in request.path:
            abort(404)

"""Uploaded files: checked by what is in them, kept in a store the city chooses.

The store is any fsspec address: a folder by default, an object store in production.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import IO, Any

import fsspec
import puremagic
from flask import current_app
from werkzeug.datastructures import FileStorage

from marketplace.core.errors import FieldError, InvalidInput, NotFound

LARGEST = 10 * 1024 * 1024
MEDIA_TYPES = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
"""What may be uploaded, with the ending it is kept under."""
PICTURES = ("image/png", "image/jpeg")
_OFFICE = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store. `key` names it there; `name` is what the person called it."""

    key: str
    name: str
    media_type: str
    size: int


def _store() -> tuple[Any, str]:
    settings = current_app.extensions["settings"]
    return fsspec.core.url_to_fs(settings.files_url or str(settings.data_dir / "files"))


def media_type_of(content: bytes) -> str | None:
    """What the bytes are, whatever the name says; None when it is nothing we take."""
    if content[:4] == b"PK\x03\x04":
        kind = next((e for inner, e in _OFFICE.items() if inner.encode() in content), None)
        return next((m for m, e in MEDIA_TYPES.items() if e == kind), None)
    try:
        guesses = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):  # ValueError: there is nothing in it
        return None
    return next((g.mime_type for g in guesses if g.mime_type in MEDIA_TYPES), None)


def save(upload: IO[bytes], name: str, *, field: str = "file",
         allowed: tuple[str, ...] = tuple(MEDIA_TYPES)) -> StoredFile:
    """Keep an upload. Raises `InvalidInput` for one too large, empty or of another kind."""
    content = upload.read(LARGEST + 1)
    short = name.replace("\0", "").replace("\\", "/").rsplit("/", 1)[-1][:200] or "file"
    if len(content) > LARGEST:
        raise _refused(field, short, f"choose a file of at most {LARGEST // 1024 ** 2} MB")
    media_type = media_type_of(content)
    if media_type not in allowed:
        endings = [MEDIA_TYPES[m] for m in allowed]
        ending = short.rsplit(".", 1)[-1].lower().replace("jpeg", "jpg")
        if ending in endings:  # who sees the right ending needs to be told that it is not enough
            raise _refused(field, short, f"is no {ending} file but only called so; save it as "
                                         f"{ending} anew in its own program")
        raise _refused(field, short, f"choose a file of one of these kinds: {', '.join(endings)}")
    system, root = _store()
    key = f"{secrets.token_urlsafe(24)}.{MEDIA_TYPES[media_type]}"
    system.makedirs(root, exist_ok=True)
    with system.open(f"{root}/{key}", "wb") as file:
        file.write(content)
    return StoredFile(key, short, media_type, len(content))


def save_sent(sent: FileStorage | None, *, allowed: tuple[str, ...] = tuple(MEDIA_TYPES),
              ) -> StoredFile:
    """Keep the file a form sent, as `save` does; raises `InvalidInput` also when it sent none."""
    if sent is None or not sent.filename:
        raise _refused("file", None, "choose a file")
    return save(sent.stream, sent.filename, allowed=allowed)


def _refused(field: str, name: str | None, remedy: str) -> InvalidInput:
    return InvalidInput("The file was not taken.", errors=(FieldError(field, name, remedy),))


def read(key: str) -> bytes:
    """The bytes of a stored file. Raises `NotFound` when the store has lost it."""
    system, root = _store()
    try:
        with system.open(f"{root}/{key}", "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise NotFound("The file is no longer there.") from None


def forget(key: str) -> None:
    """Take a file out of the store, if it is there."""
    system, root = _store()
    if system.exists(f"{root}/{key}"):
        system.rm(f"{root}/{key}")

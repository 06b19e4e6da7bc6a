"""Uploads: what the bytes are counts, not the name; nothing too large; names without folders."""

from __future__ import annotations

from io import BytesIO

import pytest

from marketplace.core import files
from marketplace.core.errors import InvalidInput, NotFound

PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
       b"\x1f\x15\xc4\x89")


def test_file_is_kept_read_and_forgotten(app):
    stored = files.save(BytesIO(PNG), "C:\\photos\\门头.png")
    assert (stored.name, stored.media_type, stored.size) == ("门头.png", "image/png", len(PNG))
    assert files.read(stored.key) == PNG
    files.forget(stored.key)
    with pytest.raises(NotFound):
        files.read(stored.key)


@pytest.mark.parametrize(("content", "name"), [
    (b"<script>alert(1)</script>", "picture.png"), (b"", "empty.pdf"),
    (b"MZ\x90\x00", "licence.pdf"), (b"PK\x03\x04nothing of an office", "sheet.xlsx"),
])
def test_what_is_no_such_file_is_refused_whatever_its_name(app, content, name):
    with pytest.raises(InvalidInput) as refused:
        files.save(BytesIO(content), name, field="licence")
    assert refused.value.errors[0].field == "licence"


def test_only_allowed_kinds_and_sizes_are_taken(app, monkeypatch):
    with pytest.raises(InvalidInput):
        files.save(BytesIO(PNG), "a.png", allowed=("application/pdf",))
    monkeypatch.setattr(files, "LARGEST", 8)
    with pytest.raises(InvalidInput):
        files.save(BytesIO(PNG), "a.png")

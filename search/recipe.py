"""What every engine derives from settings and ids: versions, trade words, orders for ties."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict

from search.query import IndexSettings, TextField
from search.text import RECIPE

SALTS = 16
"""Precomputed orders for ties; each can be read in both directions when browsing."""
FIRST_TIE = 1 << 30
TIE_BITS = 24
TIE_FIELDS = [f"k{number}" for number in range(SALTS)]
_UNPACK = struct.Struct(f">{SALTS}I").unpack


def settings_hash(settings: IndexSettings, shape: str) -> str:
    """Names everything that decides how documents are indexed; the index's name is not in it.

    `shape` names the engine and the version of its fields.
    """
    body = {**asdict(settings), "name": "", "recipe": RECIPE, "shape": shape}
    raw = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(raw.encode(), digest_size=6).hexdigest()


def settings_to_json(settings: IndexSettings) -> str:
    return json.dumps(asdict(settings), ensure_ascii=False)


def settings_from_json(raw: str) -> IndexSettings:
    """Raises `ValueError`, `KeyError` or `TypeError` for anything else than settings."""
    body = json.loads(raw)
    return IndexSettings(
        name=body["name"],
        text=tuple(TextField(**field) for field in body["text"]),
        facets=tuple(body["facets"]),
        numbers=tuple(body["numbers"]),
        dictionary=tuple(body["dictionary"]),
        synonyms=tuple(tuple(group) for group in body["synonyms"]),
    )


def trade_words(settings: IndexSettings) -> tuple[str, ...]:
    """Words segmentation keeps whole: the dictionary and every synonym."""
    words = [*settings.dictionary, *(word for group in settings.synonyms for word in group)]
    return tuple(dict.fromkeys(words))


def ties(document_id: str) -> list[int]:
    """`SALTS` numbers that put documents in as many unrelated orders."""
    raw = hashlib.blake2b(document_id.encode(), digest_size=4 * SALTS).digest()
    return [FIRST_TIE + (number >> (32 - TIE_BITS)) for number in _UNPACK(raw)]


def tie_order(salt: str) -> tuple[str, bool]:
    """The tie field a salt chooses, and whether browsing reads it downwards."""
    chosen = hashlib.blake2b(salt.encode(), digest_size=2).digest()
    return TIE_FIELDS[chosen[0] % SALTS], bool(chosen[1] & 1)

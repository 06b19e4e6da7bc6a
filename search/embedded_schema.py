"""Shape of an embedded index: its fields, and how a document becomes one of tantivy's.

Fields are named by position (`t0`, `f0`, `n0`), so that any name may be used in settings; the
settings are stored beside the index and part of its name, so positions never shift.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import tantivy

from search.query import IndexDocument, IndexSettings, SearchError
from search.recipe import TIE_FIELDS, ties, trade_words
from search.text import Segmenter, has_digit, plain_key, segmenter

SHAPE = "embedded-1"
"""Version of the fields below; part of every index name."""
_TYPO_ANCHOR = 3


def typo_term(word: str) -> str:
    """A word as the typo field holds it: the first letter so often that no typo can change it."""
    return word[0] * _TYPO_ANCHOR + word


def typo_word(term: str) -> str:
    return term[_TYPO_ANCHOR:]


class Shape:
    """The schema for some settings, and documents in it."""

    def __init__(self, settings: IndexSettings) -> None:
        self.settings = settings
        self.segmenter: Segmenter = segmenter(trade_words(settings))
        self.text = {field.name: f"t{i}" for i, field in enumerate(settings.text)}
        self.facets = {name: f"f{i}" for i, name in enumerate(settings.facets)}
        self.numbers = {name: f"n{i}" for i, name in enumerate(settings.numbers)}
        self._exact = tuple(field.name for field in settings.text if field.exact)
        self.schema = self._build()

    def _build(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        # Unique key: deletes by an unsigned term silently delete nothing, so it is raw text.
        builder.add_text_field("id", fast=True, tokenizer_name="raw", index_option="basic")
        for name in self.text.values():
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("bi", tokenizer_name="whitespace", index_option="position")
        builder.add_text_field("lat", tokenizer_name="whitespace", index_option="basic")
        builder.add_text_field("exact", tokenizer_name="raw", index_option="basic")
        for name in self.facets.values():
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        for name in self.numbers.values():
            builder.add_float_field(name, indexed=True, fast=True)
        for name in TIE_FIELDS:
            builder.add_unsigned_field(name, fast=True)
        builder.add_unsigned_field("h0", fast=True)
        builder.add_unsigned_field("h1", fast=True)
        builder.add_bytes_field("doc", stored=True)
        return builder.build()

    def document(self, source: IndexDocument) -> tantivy.Document:
        """Raises `SearchError` for an empty id or a number that is not finite."""
        if not source.id:
            raise SearchError("a document needs an id")
        doc = tantivy.Document()
        doc.add_text("id", source.id)
        latin: set[str] = set()
        for name, indexed in self.text.items():
            text = source.text.get(name)
            if not text:
                continue
            tokens = self.segmenter.tokens(text)
            doc.add_text(indexed, tokens.words)
            # One value a field: the gap between values keeps phrases inside a field.
            doc.add_text("bi", tokens.stream)
            latin |= tokens.latin
        for name in self._exact:
            if key := plain_key(source.text.get(name, "")):
                doc.add_text("exact", key)
        typos = [typo_term(w) for w in latin if len(w) > 2 and not has_digit(w)]
        if typos:
            doc.add_text("lat", " ".join(typos))
        self._add_values(doc, source)
        doc.add_bytes("doc", self._stored(source))
        return doc

    def _add_values(self, doc: tantivy.Document, source: IndexDocument) -> None:
        for name, values in source.facets.items():
            indexed = self.facets.get(name)
            if indexed is not None:
                for value in dict.fromkeys(values):
                    doc.add_text(indexed, value)
        for name, number in source.numbers.items():
            indexed = self.numbers.get(name)
            if indexed is not None:
                if not math.isfinite(number):
                    raise SearchError(f"{source.id}: {name} is {number}, not a finite number")
                doc.add_float(indexed, float(number))
        for field, tie in zip(TIE_FIELDS, ties(source.id), strict=True):
            doc.add_unsigned(field, tie)
        content = source.content_hash
        doc.add_unsigned("h0", int(content[:16], 16))
        doc.add_unsigned("h1", int(content[16:], 16))

    def _stored(self, source: IndexDocument) -> bytes:
        text = {name: source.text[name] for name in self.text if source.text.get(name)}
        body = [source.id, text, source.stored]
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=list).encode()


def stored_parts(raw: bytes) -> tuple[str, Mapping[str, str], Mapping[str, Any]]:
    """(id, original texts, stored payload) of a stored document."""
    document_id, text, stored = json.loads(raw)
    return document_id, text, stored

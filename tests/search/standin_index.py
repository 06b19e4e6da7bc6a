"""An index of the stand-in: settings checked as strictly as by a Meilisearch server, documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.search.standin_filter import Document, Features, fits, parse_filter

RULES = ["words", "typo", "proximity", "attribute", "attributeRank", "wordPosition", "sort",
         "exactness"]
LOCALES = {"cmn", "zho", "zh", "eng", "en", "jpn", "ja", "kor", "ko"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,511}")


class Refused(Exception):
    """An answer of 400 or more, or the error of a failed task."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    @property
    def body(self) -> dict[str, str]:
        kind = "auth" if self.status in (401, 403) else "invalid_request"
        return {"message": self.message, "code": self.code, "type": kind,
                "link": f"https://docs.meilisearch.com/errors#{self.code}"}


def need(truth: object, code: str, message: str, status: int = 400) -> None:
    if not truth:
        raise Refused(code, message, status)


def only(body: Any, known: set[str], where: str, code: str = "bad_request") -> None:
    """The server refuses every field it does not know."""
    need(isinstance(body, dict), code, f"{where} is no object")
    for name in body:
        need(name in known, code, f"Unknown field `{name}` inside {where}")


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _patterns(value: Any) -> bool:
    return _texts(value) and bool(value)


def _filterable(value: Any) -> bool:
    for rule in value:
        if isinstance(rule, str):
            continue
        only(rule, {"attributePatterns", "features"}, "filterableAttributes")
        features = rule.get("features", {})
        only(features, {"facetSearch", "filter"}, "features")
        only(features.get("filter", {}), {"equality", "comparison"}, "filter")
        if not _patterns(rule["attributePatterns"]):
            return False
    return isinstance(value, list)


def _typos(value: Any) -> bool:
    only(value, {"enabled", "minWordSizeForTypos", "disableOnWords", "disableOnAttributes",
                 "disableOnNumbers"}, "typoTolerance")
    sizes = value.get("minWordSizeForTypos", {})
    only(sizes, {"oneTypo", "twoTypos"}, "minWordSizeForTypos")
    return 0 <= sizes.get("oneTypo", 5) <= sizes.get("twoTypos", 9) <= 255


def _localized(value: Any) -> bool:
    for rule in value:
        only(rule, {"attributePatterns", "locales"}, "localizedAttributes")
    return all(_patterns(r["attributePatterns"]) and set(r["locales"]) <= LOCALES for r in value)


def _faceting(value: Any) -> bool:
    only(value, {"maxValuesPerFacet", "sortFacetValuesBy"}, "faceting")
    return all(order in ("alpha", "count") for order in value["sortFacetValuesBy"].values())


def _pagination(value: Any) -> bool:
    only(value, {"maxTotalHits"}, "pagination")
    return isinstance(value["maxTotalHits"], int)


def _synonyms(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_texts, value.values()))


SETTINGS: Mapping[str, Callable[[Any], bool]] = {
    "searchableAttributes": _texts, "displayedAttributes": _texts, "sortableAttributes": _texts,
    "filterableAttributes": _filterable, "typoTolerance": _typos, "faceting": _faceting,
    "rankingRules": lambda value: _texts(value) and set(value) <= set(RULES),
    "localizedAttributes": _localized, "dictionary": _texts, "stopWords": _texts,
    "synonyms": _synonyms, "pagination": _pagination,
    "searchCutoffMs": lambda value: isinstance(value, int) and value > 0,
}


class StandInIndex:
    """Settings and documents under one name. `updated` is the day of the last write."""

    def __init__(self, primary_key: str | None) -> None:
        self.primary_key = primary_key
        self.settings: dict[str, Any] = {"pagination": {"maxTotalHits": 1000},
                                         "faceting": {"maxValuesPerFacet": 100}}
        self.documents: dict[str, Document] = {}

    @property
    def features(self) -> Features:
        return Features(self.settings.get("filterableAttributes", []))

    def set(self, settings: Mapping[str, Any]) -> None:
        self.settings |= settings

    def add(self, documents: list[dict[str, Any]]) -> None:
        """All or none: a bad id fails the whole task."""
        key = self.primary_key
        for document in documents:
            need(key in document, "missing_document_id", f"no `{key}` in {document}")
            found = document[key or ""]
            need(_ID.fullmatch(str(found)), "invalid_document_id", f"Document id {found!r} is bad")
        self.documents |= {str(document[key or ""]): Document(document) for document in documents}

    def delete(self, expression: str) -> None:
        test = parse_filter(expression, self.features)
        self.documents = {k: d for k, d in self.documents.items() if not test(d)}

    def shown(self, document: Document, wanted: list[str] | None = None) -> dict[str, Any]:
        """What the displayed attributes leave of a document."""
        displayed = self.settings.get("displayedAttributes", ["*"])
        return {name: value for name, value in document.items()
                if any(fits(pattern, name) for pattern in displayed)
                and (wanted is None or "*" in wanted or name in wanted)}


def check_settings(settings: Any, version: tuple[int, ...]) -> None:
    """Refuse what a server of this version refuses when settings arrive."""
    only(settings, set(SETTINGS), "the settings")
    for name, value in settings.items():
        need(SETTINGS[name](value), f"invalid_settings_{name}", f"Invalid value at .{name}")
    if version < (1, 15):
        typos = settings.get("typoTolerance", {})
        need("disableOnNumbers" not in typos, "invalid_settings_typo_tolerance",
             "Unknown field `disableOnNumbers` inside `.typoTolerance`")

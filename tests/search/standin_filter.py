"""Filter expressions as a Meilisearch server reads and refuses them; part of the stand-in.

Its grammar, less geography: `crates/filter-parser` of Meilisearch. Names and values are words or
quoted; a bare word that is an operator is refused, as are operators the attribute was not given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class Document(dict[str, Any]):
    """A document that remembers what its attributes hold for a filter."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        super().__init__(source)
        self._held: dict[str, frozenset[str]] = {}

    def held(self, name: str) -> frozenset[str]:
        if name not in self._held:
            self._held[name] = frozenset(_plain(value) for value in values_of(self, name))
        return self._held[name]


Test = Callable[[Document], bool]
MAX_DEPTH = 200
"""Of the server's parser, which counts four levels for each pair of brackets."""
_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
                    r"|(?P<sign>>=|<=|!=|[=<>()\[\],])|(?P<word>[\w./-]+))")
_KEYWORDS = {"AND", "OR", "NOT", "IN", "TO", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS"}


class BadFilter(Exception):
    """The server answers 400, `invalid_search_filter`."""


class Features:
    """What each attribute may be asked: rules in order, the first that fits decides."""

    def __init__(self, rules: Sequence[Any]) -> None:
        self._rules: list[tuple[list[str], bool, bool, bool]] = []
        for rule in rules:
            if isinstance(rule, str):
                self._rules.append(([rule], True, True, True))
            else:
                asked = rule.get("features", {})
                filters = asked.get("filter", {})
                self._rules.append((rule["attributePatterns"], filters.get("equality", True),
                                    filters.get("comparison", False),
                                    asked.get("facetSearch", False)))

    def of(self, name: str) -> tuple[bool, bool, bool]:
        """(equality, comparison, facet search)."""
        for patterns, *features in self._rules:
            if any(fits(pattern, name) for pattern in patterns):
                return features[0], features[1], features[2]
        return False, False, False

    def filterable(self, name: str) -> bool:
        return any(self.of(name)[:2])


def fits(pattern: str, name: str) -> bool:
    """Whether an attribute pattern (one star, at either end) covers a name."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) is not None


def parse_filter(text: str, features: Features) -> Test:
    """What an expression demands of a document. Raises `BadFilter`."""
    parser = _Parser(text, features)
    test = parser.any_of(0)
    if parser.peek() is not None:
        raise BadFilter(f"Found unexpected characters at the end of the filter: {text[-40:]!r}")
    return test


class _Parser:
    def __init__(self, text: str, features: Features) -> None:
        self._features = features
        self._tokens: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise BadFilter(f"unexpected {text[at:at + 20]!r}")
            kind = found.lastgroup or ""
            raw = found[kind]
            value = re.sub(r"\\(.)", r"\1", raw[1:-1]) if kind == "quoted" else raw
            self._tokens.append((kind, value))
            at = found.end()
        self._at = 0

    def peek(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _taken(self, kind: str, *values: str) -> str | None:
        token = self.peek()
        if token is None or token[0] != kind or (values and token[1] not in values):
            return None
        self._at += 1
        return token[1]

    def _expect(self, sign: str) -> None:
        if self._taken("sign", sign) is None:
            raise BadFilter(f"expected {sign!r}, found {self.peek()}")

    def any_of(self, depth: int) -> Test:
        if depth > MAX_DEPTH:
            raise BadFilter("The filter exceeded the maximum depth limit.")
        tests = [self._all_of(depth + 1)]
        while self._taken("word", "OR"):
            tests.append(self._all_of(depth + 1))
        return tests[0] if len(tests) == 1 else lambda d: any(test(d) for test in tests)

    def _all_of(self, depth: int) -> Test:
        tests = [self._not(depth + 1)]
        while self._taken("word", "AND"):
            tests.append(self._not(depth + 1))
        return tests[0] if len(tests) == 1 else lambda d: all(test(d) for test in tests)

    def _not(self, depth: int) -> Test:
        if self._taken("word", "NOT"):
            inner = self._not(depth + 1)
            return lambda d: not inner(d)
        if self._taken("sign", "("):
            inner = self.any_of(depth + 2)
            self._expect(")")
            return inner
        return self._condition()

    def _value(self) -> str:
        token = self.peek()
        if token is None or token[0] == "sign" or (token[0] == "word" and token[1] in _KEYWORDS):
            raise BadFilter(f"expected a value, found {token}")
        self._at += 1
        return token[1]

    def _condition(self) -> Test:
        name = self._value()
        equality, comparison, _ = self._features.of(name)
        if not (equality or comparison):
            raise BadFilter(f"Attribute `{name}` is not filterable.")
        if self._taken("word", "EXISTS"):
            return lambda d: name in d
        if self._taken("word", "IN"):
            self._expect("[")
            values = []
            while self._taken("sign", "]") is None:
                values.append(self._value())
                if self._taken("sign", ",") is None:
                    self._expect("]")
                    break
            self._demand(equality, name, "IN")
            wanted = {_plain(value) for value in values}
            return lambda d: not wanted.isdisjoint(d.held(name))
        sign = self._taken("sign", "=", "!=", ">", ">=", "<", "<=")
        if sign is None:
            raise BadFilter(f"Was expecting an operation after {name!r}, found {self.peek()}")
        value = self._value()
        if sign in ("=", "!="):
            self._demand(equality, name, sign)
            plain, expected = _plain(value), sign == "="
            return lambda d: (plain in d.held(name)) is expected
        self._demand(comparison, name, sign)
        return _compared(name, sign, value)

    @staticmethod
    def _demand(allowed: bool, name: str, sign: str) -> None:
        if not allowed:
            raise BadFilter(f"Filter operator `{sign}` is not allowed for the attribute `{name}`.")


def _compared(name: str, sign: str, value: str) -> Test:
    try:
        limit = float(value)
    except ValueError:
        raise BadFilter(f"{value!r} is no number") from None
    if limit - limit != 0:
        raise BadFilter("Non finite floats are not supported")
    tests = {">": limit.__lt__, ">=": limit.__le__, "<": limit.__gt__, "<=": limit.__ge__}
    return lambda d: any(tests[sign](float(n)) is True for n in values_of(d, name)
                         if isinstance(n, int | float))


def values_of(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _plain(value: Any) -> str:
    return str(value).strip().lower()

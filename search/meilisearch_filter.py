"""Queries as filter expressions of Meilisearch over our own tokens; see `meilisearch_documents`.

Every value in an expression is a hash or a number, so nothing a person typed is ever quoted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from search.meilisearch_documents import Layout, phrase_tokens, token
from search.parse import ParsedText, Phrase, Unit
from search.query import AllOf, AnyOf, Between, Exists, Filter, In, Not
from search.text import bigrams, is_cjk, latin_tokens, pieces, runs

Expression = str
EVERYTHING: Expression = ""
NOTHING: Expression = 'pk = "none"'


def all_of(parts: Iterable[Expression]) -> Expression:
    """Expressions joined by AND; `EVERYTHING` is left out."""
    kept = list(dict.fromkeys(part for part in parts if part != EVERYTHING))
    if len(kept) < 2:
        return kept[0] if kept else EVERYTHING
    return " AND ".join(f"({part})" for part in kept)


def any_of(parts: Sequence[Expression]) -> Expression:
    """Expressions joined by OR; nothing matches none."""
    kept = list(dict.fromkeys(parts))
    if EVERYTHING in kept:
        return EVERYTHING
    if len(kept) < 2:
        return kept[0] if kept else NOTHING
    return " OR ".join(f"({part})" for part in kept)


def _has(*tokens: str) -> Expression:
    return all_of(f'w = "{one}"' for one in tokens)


def _has_any(tokens: Sequence[str]) -> Expression:
    if not tokens:
        return NOTHING
    listed = ", ".join(f'"{one}"' for one in dict.fromkeys(tokens))
    return f"w IN [{listed}]"


class Expressions:
    """What the embedded engine's query objects match, as filter expressions.

    `near` gives for a Latin word of the query the words of the index it also stands for:
    longer ones while it is typed, and ones within its typos.
    """

    def __init__(self, layout: Layout, near: Mapping[str, Sequence[str]]) -> None:
        self._layout = layout
        self._near = near

    def strict(self, parsed: ParsedText) -> Expression:
        return all_of([*(self._unit(unit) for unit in parsed.units), self._literal(parsed)])

    def relaxed(self, parsed: ParsedText) -> Expression:
        words = [self._word(word, unit) for unit in parsed.units for word in _telling(unit)]
        words += [_synonym(phrase) for unit in parsed.units for phrase in unit.synonyms]
        return all_of([any_of(words) if words else EVERYTHING, self._literal(parsed)])

    def exact(self, parsed: ParsedText) -> Expression:
        return _has(token("x", parsed.key))

    def _literal(self, parsed: ParsedText) -> Expression:
        demanded = [_has(*phrase_tokens(phrase)) for phrase in parsed.phrases]
        excluded = [f"NOT ({_has(*phrase_tokens(phrase))})" for phrase in parsed.excluded]
        return all_of([*demanded, *excluded])

    def _unit(self, unit: Unit) -> Expression:
        branches = [all_of(self._word(word, unit) for word in unit.words)]
        if unit.cjk and len(unit.text) > 1:
            branches.append(_has(*(token("b", gram) for gram in unit.bigrams)))
        return any_of([*branches, *(_synonym(phrase) for phrase in unit.synonyms)])

    def _word(self, word: str, unit: Unit) -> Expression:
        if is_cjk(word):
            if len(word) == 1 and (unit.words == (word,) or unit.prefix):
                return _has(token("c", word))
            return _has(token("b" if len(word) == 2 else "w", word))
        branches = [_has(token("w", word))]
        parts = pieces(word)
        if len(parts) > 1:
            branches.append(_has(*(token("w", part) for part in parts)))
        elif len(split := latin_tokens(word)) > 2:
            branches.append(_has(*(token("w", part) for part in split[1:])))
        if near := self._near.get(word):
            found = _has_any([token("w", other) for other in near])
            branches.append(all_of([*(_has(token("w", part)) for part in parts[:-1]), found]))
        return any_of(branches)

    # --- structured filters ---------------------------------------------------------------

    def filters(self, clauses: Iterable[Filter]) -> Expression:
        return all_of(self._filter(clause) for clause in clauses)

    def _filter(self, clause: Filter) -> Expression:
        layout = self._layout
        match clause:
            case In(name, values):
                attribute = layout.facets.get(name)
                if attribute is None:
                    return NOTHING
                return _has_any([token(attribute, value) for value in values])
            case Between(name, low, high):
                number = layout.numbers.get(name)
                if number is None:
                    return NOTHING
                return all_of([_has(token("exists", number)), *_ends(number, low, high)])
            case Exists(name):
                attribute = layout.facets.get(name) or layout.numbers.get(name)
                return _has(token("exists", attribute)) if attribute else NOTHING
            case Not(inner):
                negated = self._filter(inner)
                return NOTHING if negated == EVERYTHING else f"NOT ({negated})"
            case AllOf(clauses):
                return all_of(self._filter(inner) for inner in clauses)
            case AnyOf(clauses):
                return any_of([self._filter(inner) for inner in clauses])


def _ends(number: str, low: float | None, high: float | None) -> Iterable[Expression]:
    """Both ends of a range. The server refuses what is not finite, so an infinite end is open,
    or shut."""
    for sign, end, limit in ((">=", low, -math.inf), ("<=", high, math.inf)):
        if end is None or end == limit:
            continue
        yield f'{number} {sign} "{float(end)!r}"' if math.isfinite(end) else NOTHING


def _synonym(phrase: Phrase) -> Expression:
    if sum(1 for _ in runs(phrase.text)) > 1:
        return _has(*phrase_tokens(phrase))
    return _has(token("w", phrase.text))


def _telling(unit: Unit) -> list[str]:
    """The words that make a relaxed match; single characters only if there is no more."""
    if not unit.cjk:
        return list(unit.words)
    longer = [word for word in unit.words if len(word) > 1]
    return longer or [*unit.words, *(gram for gram in bigrams(unit.text) if len(gram) > 1)]

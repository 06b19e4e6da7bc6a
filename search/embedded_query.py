"""Query objects for the embedded engine. User text never reaches tantivy's query parser.

Each question exists twice: `scored` ranks the hits, `counted` matches exactly the same documents
with fewer clauses and serves facet counts. What makes the second possible: a Chinese word stands
in a field only where its bigrams stand in `bi`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from search.embedded_schema import Shape, typo_term
from search.parse import ParsedText, Phrase, Unit, typo_budget
from search.text import bigrams, is_cjk, latin_tokens, pieces, runs

_BIGRAM_WEIGHT = 0.5
"""Of bigrams, relative to a field of weight 1."""
_SYNONYM_WEIGHT = 0.7
"""Of a synonym, relative to the word that was typed."""
_PREFIX_SCORE = 1.0
_TYPO_SCORE = 0.2
"""Constant scores, times the field's weight; below what an exact word scores."""
_EXACT_SCORE = 10_000.0
_STRICT_SCORE = 1_000.0
"""Added when a name is the query, and (in relaxed questions) when all words match."""
_TIE_BREAK = 0.3
"""Share of the other branches' scores added to the best branch of a dismax."""
_FIELD_EXPANSIONS = 100
_EXPANSIONS = 2_000
"""Words a prefix may stand for: ranked by field, and found at all."""
_COMMON_DOCUMENTS = 1_000
_COMMON_SHARE = 0.05
"""A word in more documents than both of these only ranks relaxed answers."""


def _all(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _best(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.disjunction_max_query(list(queries), _TIE_BREAK)


class Question(NamedTuple):
    """Two queries that match the same documents."""

    scored: Query
    counted: Callable[[], Query]


class QueryBuilder:
    """Builds the text part of one search on one searcher."""

    def __init__(self, shape: Shape, searcher: tantivy.Searcher, *, scoring: bool = True) -> None:
        self._schema = shape.schema
        self._shape = shape
        self._searcher = searcher
        self._scoring = scoring
        self._fields = [(shape.text[field.name], field.weight) for field in shape.settings.text]

    def frequency(self, word: str) -> int:
        """Documents that hold a word, as near as single fields tell."""
        fields = ["bi"] if len(word) <= 2 and is_cjk(word) else [name for name, _ in self._fields]
        return max((self._searcher.doc_freq(field, word) for field in fields), default=0)

    def rare(self, words: Iterable[str]) -> set[str]:
        """The words that are not very common; all, if the index holds none of those."""
        limit = max(_COMMON_DOCUMENTS, self._searcher.num_docs * _COMMON_SHARE)
        counts = {word: self.frequency(word) for word in words}
        rare = {word for word, count in counts.items() if count <= limit}
        return rare if any(counts[word] for word in rare) else set(counts)

    def strict(self, parsed: ParsedText) -> Question:
        """All units, all phrases; a name equal to the whole query first."""
        return self._question(QueryBuilder._strict, parsed)

    def relaxed(self, parsed: ParsedText) -> Question:
        """Any word of any unit; phrases stay demanded, documents with all words first.

        Very common words only rank, as long as the index holds another word of the query.
        """
        return self._question(QueryBuilder._relaxed, parsed)

    def _question(
        self, make: Callable[[QueryBuilder, ParsedText], Query], parsed: ParsedText
    ) -> Question:
        counting = QueryBuilder(self._shape, self._searcher, scoring=False)
        return Question(make(self, parsed), lambda: make(counting, parsed))

    def _strict(self, parsed: ParsedText) -> Query:
        return self._whole([(Occur.Must, self._unit(unit)) for unit in parsed.units], parsed)

    def _relaxed(self, parsed: ParsedText) -> Query:
        words = [(word, unit) for unit in parsed.units for word in _telling(unit)]
        rare = self.rare(word for word, _ in words)
        demanded = [self._unit_word(word, unit) for word, unit in words if word in rare]
        demanded += [self._synonym(phrase) for unit in parsed.units for phrase in unit.synonyms]
        clauses: list[tuple[Occur, Query]] = []
        if demanded:
            clauses.append((Occur.Must, _any(demanded)))
        if demanded and self._scoring:
            ranking = [self._unit_word(word, unit) for word, unit in words if word not in rare]
            ranking += [
                self._term("bi", gram, _BIGRAM_WEIGHT)
                for unit in parsed.units
                for gram in unit.bigrams
                if len(gram) > 1 and gram not in unit.words
            ]
            strict = _all([self._unit(unit) for unit in parsed.units])
            ranking.append(Query.const_score_query(strict, _STRICT_SCORE))
            clauses += [(Occur.Should, query) for query in ranking]
        return self._whole(clauses, parsed)

    def _whole(self, clauses: list[tuple[Occur, Query]], parsed: ParsedText) -> Query:
        for phrase in parsed.phrases:
            clauses.append((Occur.Must, self._phrase(phrase)))
            if self._scoring:
                words = [self._word(token) for token in phrase.tokens]
                clauses.append((Occur.Should, _all(words)))
        if not clauses:
            clauses.append((Occur.Must, Query.all_query()))
        elif self._scoring:
            exact = Query.term_query(self._schema, "exact", parsed.key, "basic")
            clauses.append((Occur.Should, Query.const_score_query(exact, _EXACT_SCORE)))
        clauses += [(Occur.MustNot, self._phrase(phrase)) for phrase in parsed.excluded]
        return Query.boolean_query(clauses)

    def _unit(self, unit: Unit) -> Query:
        words = [self._unit_word(word, unit) for word in unit.words]
        branches = [_all(words)]
        if unit.cjk and self._adds(unit):
            grams = [self._term("bi", gram, _BIGRAM_WEIGHT) for gram in unit.bigrams]
            branches.append(_all(grams))
        branches += [self._synonym(phrase) for phrase in unit.synonyms]
        return _best(branches)

    def _adds(self, unit: Unit) -> bool:
        """Whether the bigrams of a unit find, or rank, more than its words do."""
        if self._scoring:
            return unit.words != unit.bigrams
        return not set(unit.words) <= set(unit.bigrams)

    def _unit_word(self, word: str, unit: Unit) -> Query:
        alone = unit.cjk and len(unit.words) == 1
        return self._word(word, prefix=word == unit.words[-1] and (unit.prefix or alone))

    def _word(self, word: str, *, prefix: bool = False) -> Query:
        """A word in any field. `prefix`: it may be the beginning of one (Latin: while typing)."""
        if not is_cjk(word):
            return self._latin(word, prefix=prefix)
        if len(word) == 2 and not self._scoring:
            return self._term("bi", word)
        branches = self._in_fields(word)
        if len(word) == 2:
            branches.append(self._term("bi", word, _BIGRAM_WEIGHT))
        elif len(word) == 1 and prefix:
            branches += self._prefix(word)
        return _best(branches)

    def _latin(self, word: str, *, prefix: bool) -> Query:
        branches = self._in_fields(word)
        parts = pieces(word)
        if len(parts) > 1:
            branches.append(_all([_best(self._in_fields(part)) for part in parts]))
        elif len(split := latin_tokens(word)) > 2:
            branches.append(_all([_best(self._in_fields(part)) for part in split[1:]]))
        if prefix and parts and (started := self._prefix(parts[-1])):
            before = [_best(self._in_fields(part)) for part in parts[:-1]]
            branches.append(_all([*before, _best(started)]))
        budget = typo_budget(word)
        if budget:
            fuzzy = Query.fuzzy_term_query(self._schema, "lat", typo_term(word), budget)
            branches.append(Query.const_score_query(fuzzy, _TYPO_SCORE))
        return _best(branches)

    def _in_fields(self, word: str) -> list[Query]:
        return [self._term(field, word, weight) for field, weight in self._fields]

    def _term(self, field: str, word: str, weight: float = 1.0) -> Query:
        index_option = "position" if field == "bi" else "freq"
        term = Query.term_query(self._schema, field, word, index_option)
        return term if weight == 1.0 else Query.boost_query(term, weight)

    def _prefix(self, start: str) -> list[Query]:
        """Longer words that begin so, none if there are none.

        Prefix queries score a constant, so the words are looked up and weighted by field; the
        `bi` field holds them all and finds what the fields' share left.
        """
        found = self._searcher.terms_with_prefix("bi", start, limit=_EXPANSIONS)
        words = [word for word, _ in found if word != start or is_cjk(start)]
        if not words:
            return []
        anywhere = Query.term_set_query(self._schema, "bi", words)
        branches = [Query.const_score_query(anywhere, _PREFIX_SCORE * _BIGRAM_WEIGHT)]
        if self._scoring:
            first = words[:_FIELD_EXPANSIONS]
            for field, weight in self._fields:
                terms = Query.term_set_query(self._schema, field, first)
                branches.append(Query.const_score_query(terms, _PREFIX_SCORE * weight))
        return branches

    def _synonym(self, phrase: Phrase) -> Query:
        # Synonyms are trade words, which segmentation keeps whole; several runs are a phrase.
        if sum(1 for _ in runs(phrase.text)) > 1:
            return Query.boost_query(self._phrase(phrase), _SYNONYM_WEIGHT)
        return Query.boost_query(_best(self._in_fields(phrase.text)), _SYNONYM_WEIGHT)

    def _phrase(self, phrase: Phrase) -> Query:
        tokens = list(phrase.tokens)
        if phrase.open_end:
            words = [re.escape(token) for token in tokens[:-1]] + [f"{re.escape(tokens[-1])}.?"]
            if len(words) == 1:
                return Query.regex_query(self._schema, "bi", words[0])
            return Query.regex_phrase_query(self._schema, "bi", list(words))
        if len(tokens) == 1:
            return self._term("bi", tokens[0])
        return Query.phrase_query(self._schema, "bi", list(tokens))


def _telling(unit: Unit) -> list[str]:
    """The words that make a relaxed match; single characters only if there is no more."""
    if not unit.cjk:
        return list(unit.words)
    longer = [word for word in unit.words if len(word) > 1]
    return longer or [*unit.words, *(gram for gram in bigrams(unit.text) if len(gram) > 1)]

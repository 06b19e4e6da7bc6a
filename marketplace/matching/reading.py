"""From words to a need: what was understood becomes wishes a person can turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from marketplace.matching.need import DEPLOYMENT_CODES, Need, Wish, WishKind
from marketplace.matching.understanding.declared import Clue, Understanding
from marketplace.taxonomy.queries import active_industries, known_scenarios
from marketplace.taxonomy.registry import taxonomy
from search.text import fold, runs, segmenter

KINDS: dict[str, WishKind] = {
    "budget": "budget", "deadline": "deadline", "deployment": "deployment",
    "core_scenarios": "core_scenario", "scenarios": "scenario", "categories": "category",
    "excluded_categories": "excluded_category",
}

SHORTEST_LATIN = 4
"""Letters of a Latin word that is no abbreviation of the trade."""
_COMMON = frozenset((
    "about above across after again also around because been before being below between both "
    "budget could data does doing down each every everything from have having here into just "
    "keep know left less like live long made make makes many month months more most much must "
    "need needs never only other outside over part parts people please prefer preferred same "
    "should some such system take takes than that their them then there these they thing "
    "things this those three through under until upon very want wants week weeks were what "
    "when where which while will wish with within without work works would year years yuan "
    "your "
).split())
_LATIN = re.compile(r"[a-z][a-z0-9+-]+")


def wishes_of(understanding: Understanding) -> Iterator[Wish]:
    """The wishes in a text, of active industries; what names a kind to avoid starts hard."""
    industry = understanding.industry
    if industry is not None and industry.value in active_industries():
        yield _wish("industry", industry)
    shown = set(known_scenarios([c.value for c in understanding.scenarios]))
    for name, clue in understanding.wishes():
        kind = KINDS[name]
        if kind != "scenario" or clue.value in shown:
            yield _wish(kind, clue)


def _wish(kind: WishKind, clue: Clue[Any]) -> Wish:
    return Wish(kind, clue.value if isinstance(clue.value, str) else float(clue.value), clue.hard,
                clue.confidence, tuple((e.start, e.length) for e in clue.evidence))


def need_of(understanding: Understanding, **company: Any) -> Need:
    """The need a text states. `company` adds headcount, class, district, levels, subsidy share;
    headcount and district said in the text count unless given."""
    people = company.pop("people", None) or (
        understanding.headcount.value if understanding.headcount else None)
    district = company.pop("district", None) or (
        understanding.district.value if understanding.district else None)
    return Need(understanding.text, tuple(wishes_of(understanding)), people=people,
                district=district, **company)


def chosen_need(understanding: Understanding, keys: Iterable[str], hard: Iterable[str],
                **company: Any) -> Need:
    """The need after a person has turned the chips: the wishes named by `keys`, those in `hard`
    hard; of a kind that a need has once, the last counts. A wish the text states keeps its
    confidence and evidence; one the person added has 1."""
    read = need_of(understanding, **company)
    said = {w.key: w for w in read.wishes}
    insisted = set(hard)
    wishes: dict[str, Wish] = {}
    for key in dict.fromkeys(keys):
        wish = parse_wish(key)
        if wish is not None:
            stated = said.get(wish.key)
            same = stated is not None and stated.value == wish.value
            wishes[wish.key] = replace(stated if same and stated else wish,
                                       hard=wish.key in insisted)
    return replace(read, wishes=tuple(wishes.values()))


def parse_wish(key: str) -> Wish | None:
    """`scenario:ST-3.5`, `budget:200000`, `deployment:saas` … as a wish; None when not known."""
    kind, _colon, value = key.partition(":")
    tree = taxonomy()
    if kind == "industry" and value in active_industries():
        return Wish("industry", value)
    if kind == "core_scenario" and value in tree.core_scenarios:
        return Wish("core_scenario", value)
    if kind == "scenario" and value in tree.scenario_owner and known_scenarios([value]):
        return Wish("scenario", value)
    if kind in ("category", "excluded_category") and value in tree.categories:
        return Wish("category" if kind == "category" else "excluded_category", value)
    if kind == "deployment" and value in DEPLOYMENT_CODES:
        return Wish("deployment", value)
    if kind in ("budget", "deadline"):
        amount = _amount(value)
        if amount is not None:
            return Wish("budget" if kind == "budget" else "deadline", amount)
    return None


def _amount(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 1e10 else None


def wish_token(wish: Wish) -> str:
    """How a wish travels in forms and addresses; `parse_wish` reads it back."""
    value = f"{wish.value:g}" if isinstance(wish.value, float) else wish.value
    if isinstance(wish.value, float) and wish.value.is_integer():
        value = str(int(wish.value))
    return f"{wish.kind}:{value}"


@cache
def _vocabulary() -> frozenset[str]:
    tree = taxonomy()
    said = [*tree.all_dictionary(), *(word for group in tree.all_synonyms() for word in group)]
    return frozenset(fold(word) for word in said if len(word) > 1)


def words_of(text: str) -> tuple[str, ...]:
    """The words of the trade in a text, folded, in order, each once."""
    known, cut = _vocabulary(), segmenter(taxonomy().all_dictionary())
    words: dict[str, None] = {}
    for run in runs(fold(text)):
        said = cut.query_words(run.text) if run.cjk else _LATIN.findall(run.text)
        words.update(dict.fromkeys(w for w in said if w in known or (
            not run.cjk and len(w) >= SHORTEST_LATIN and w not in _COMMON)))
    return tuple(words)


def standing_in(words: Iterable[str], card: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the words that stand in the name or promise of a solution's card."""
    text = fold(" ".join(t for part in (card["name"], card["promise"]) for t in part.values()))
    return tuple(w for w in words if w in text and (not w.isascii() or re.search(
        rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])", text)))

"""Rules of fit: scenarios, industry, words, product category.

Each gives an outcome, or None when the need says nothing it could judge (neutral). A satisfied
wish scores 1, so that adding one never lowers a candidate.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from marketplace.core.i18n import LocalizedText as T
from marketplace.declarations import CoreScenario
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need, Wish
from marketplace.matching.outcomes import Outcome, listed
from marketplace.taxonomy.registry import GENERAL, taxonomy

REFINED = 0.4
"""What a core scenario still weighs when the need also names an industry scenario of it."""
OTHER_LEVEL, CORE_OF_WISHED, RELATED, NEAR = 0.3, 0.5, 0.4, 0.15
"""Shares of a wish: works there at another level; its industry scenario is of the wished core
scenario; shares core scenario and category with the wished one; shares the core scenario only."""
HINT = 0.2
"""A category understood with less than this share of the best one's confidence is only a hint."""
NEAREST_WORDS = 12
"""By this place in the order of closeness the score for words has halved."""


def scenario(need: Need, candidate: Candidate) -> Outcome | None:
    """Which wished scenarios it lifts, by confidence; the descriptor it brings is named."""
    weights = scenario_weights(need)
    if not weights:
        return None
    wishes = need.scenarios
    shares = {w.key: cover(w, need, candidate) for w in wishes}
    score = sum(shares[key] * weight for key, weight in weights.items()) / sum(weights.values())
    met = {key: share == 1 for key, share in shares.items()}
    order = sorted(wishes, key=lambda w: -weights[w.key])
    hard = next((w for w in wishes if w.hard and not met[w.key]), None)
    return Outcome("scenario", score, _scenario_text(order, met, need, candidate), wishes=met,
                   veto=_no_scenario(hard) if hard else None)


def scenario_weights(need: Need) -> Mapping[str, float]:
    """What each wished scenario weighs, by the wish's key."""
    return _weights(need.scenarios)


@lru_cache(maxsize=256)
def _weights(wishes: tuple[Wish, ...]) -> Mapping[str, float]:
    """What each wished scenario weighs, by the wish's key: its confidence, and less for a core
    scenario that a wished industry scenario refines, but never so little that naming the
    industry scenario would lower the sum."""
    refined: dict[str, float] = {}
    for wish in wishes:
        found = taxonomy().scenario(str(wish.value))
        for code in found.core_scenarios if found and not isinstance(found, CoreScenario) else ():
            refined[code] = refined.get(code, 0.0) + wish.confidence
    weights = {}
    for wish in wishes:
        finer = refined.get(str(wish.value), 0.0) if wish.kind == "core_scenario" else 0.0
        weights[wish.key] = max(wish.confidence * REFINED, wish.confidence - finer) if finer \
            else wish.confidence
    return weights


def cover(wish: Wish, need: Need, candidate: Candidate) -> float:
    """1 when the solution works in the scenario, or in a wished industry scenario that belongs to
    it; less when only in a related one."""
    code, tree = str(wish.value), taxonomy()
    levels = candidate.levels.get(code)
    if levels is not None:
        present = need.levels.get(code)
        return 1.0 if present is None or levels[0] <= present < levels[1] else OTHER_LEVEL
    found = tree.scenario(code)
    if isinstance(found, CoreScenario):
        own = {s.code for s in map(tree.scenario, candidate.levels)
               if s is not None and not isinstance(s, CoreScenario) and code in s.core_scenarios}
        wished = {str(w.value) for w in need.of("scenario")}
        return 1.0 if own & wished else CORE_OF_WISHED if own else 0.0
    if found is not None and set(found.core_scenarios) & set(candidate.levels):
        return RELATED if set(found.categories) & set(candidate.card["categories"]) else NEAR
    return 0.0


def _scenario_text(order: list[Wish], met: Mapping[str, bool], need: Need,
                   candidate: Candidate) -> T:
    worked = [str(w.value) for w in order if str(w.value) in candidate.levels]
    lifted = [str(w.value) for w in order if met[w.key] and str(w.value) in candidate.levels]
    if lifted:
        text = _lift_text(lifted[0], candidate)
        if len(lifted) > 1:
            others = listed([taxonomy().scenario_name(c) for c in lifted[1:4]])
            text = T(f"{text.zh}；还覆盖{others.zh}", f"{text.en}; also covers {others.en}")
        return text
    name = taxonomy().scenario_name(worked[0] if worked else str(order[0].value))
    if worked:
        (low, high), present = candidate.levels[worked[0]], need.levels[worked[0]]
        return T(f"“{name.zh}”您已在{present}级，它做的是{low}级到{high}级",
                 f"“{name.en}”: you are at level {present}, it works from {low} to {high}")
    if any(cover(w, need, candidate) for w in order):
        return T(f"与“{name.zh}”相关，但没有声明覆盖它",
                 f"Related to “{name.en}”, but not stated to cover it")
    return T(f"没有声明覆盖“{name.zh}”", f"Not stated to cover “{name.en}”")


def _lift_text(code: str, candidate: Candidate) -> T:
    tree = taxonomy()
    name, (low, high) = tree.scenario_name(code), candidate.levels[code]
    text = T(f"把“{name.zh}”从{low}级提升到{high}级",
             f"Lifts “{name.en}” from level {low} to level {high}")
    found = tree.scenario(code)
    if isinstance(found, CoreScenario):
        descriptor = found.levels[high - 1].descriptor
        return T(f"{text.zh}：{descriptor.zh}", f"{text.en}: {descriptor.en}")
    return text


def _no_scenario(wish: Wish) -> T:
    name = taxonomy().scenario_name(str(wish.value))
    return T(f"不覆盖必须的场景“{name.zh}”", f"Does not cover “{name.en}”, which you must have")


def industry(need: Need, candidate: Candidate) -> Outcome | None:
    """Whether it is made for the enterprise's industry; without one, whether it is for many."""
    wish, served, tree = need.one("industry"), candidate.card["industries"], taxonomy()
    if wish is None:
        return _for_many(served)
    name = tree.industry_name(str(wish.value))
    if wish.value in served:
        return Outcome("industry", 1.0, T(f"面向{name.zh}行业", f"Made for {name.en}"),
                       wishes={wish.key: True})
    if GENERAL in served:
        return Outcome("industry", 0.7, T("通用产品，各行业可用", "Made for all industries"))
    text = T(f"没有说明适用于{name.zh}", f"Not stated to suit {name.en}")
    return Outcome("industry", 0.0, text, wishes={wish.key: False},
                   veto=text if wish.hard else None)


def _for_many(served: list[str]) -> Outcome:
    names = listed([taxonomy().industry_name(code) for code in served])
    if GENERAL in served:
        return Outcome("industry", 1.0, T("通用产品，各行业可用", "Made for all industries"))
    return Outcome("industry", 0.7 if len(served) > 1 else 0.4, T(
        f"面向{names.zh}，用在您的行业要先问清楚",
        f"Made for {names.en}; ask whether it suits your trade"))


def relevance(need: Need, candidate: Candidate) -> Outcome | None:
    """How near its texts are to the words of the need, by its place in the search."""
    if not need.text:
        return None
    words = "、".join(_as_said(need.text, w) for w in candidate.words[:4])
    quoted = words.replace("、", ", ")
    if candidate.rank is None:
        said = T(f"写到了您提到的“{words}”", f"naming “{quoted}”") if words else T()
        text = T(f"介绍文字不算最接近您的描述{'，但' if words else ''}{said.zh}",
                 f"Its texts are not among the closest to yours{', though ' if words else ''}"
                 f"{said.en}")
        return Outcome("relevance", 0.0, text)
    score, place = 1 / (1 + candidate.rank / NEAREST_WORDS), candidate.rank + 1
    said = T(f"，写到了“{words}”", f", naming “{quoted}”") if words else T()
    return Outcome("relevance", score, T(
        f"介绍文字与您的描述的接近程度排第{place}{said.zh}",
        f"Its texts come {_ordinal(place)} in closeness to yours{said.en}"))


def _as_said(text: str, word: str) -> str:
    """The word as the person wrote it."""
    start = text.lower().find(word)
    return text[start:start + len(word)] if start >= 0 else word


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(
        number % 10, "th")
    return f"{number}{ending}"


def category(need: Need, candidate: Candidate) -> Outcome | None:
    """Whether it is one of the product kinds that fit; an excluded kind is a veto if hard.

    The wished kinds are alternatives: one is enough.
    """
    wishes, own = need.of("category"), candidate.card["categories"]
    tree = taxonomy()
    for wish in need.of("excluded_category"):
        if wish.value in own[:1] or (wish.value in own and not _wanted(wishes, own)):
            name = tree.category_name(str(wish.value))
            text = T(f"属于您不要的“{name.zh}”", f"It is {name.en}, which you do not want")
            return Outcome("category", 0.0, text, wishes={wish.key: False},
                           veto=text if wish.hard else None)
    met = {w.key: True for w in need.of("excluded_category")}
    if not wishes:
        return Outcome("category", 1.0, T("避开了您不要的产品类别",
                                          "Avoids the product kinds you do not want"),
                       wishes=met) if met else None
    best = max(w.confidence for w in wishes)
    share = max((w.confidence for w in wishes if w.value in own), default=0.0) / (best or 1.0)
    hits = listed([tree.category_name(str(w.value)) for w in wishes if w.value in own][:2])
    if share >= HINT:
        return Outcome("category", 1.0, T(
            f"正是这类需求用的产品：{hits.zh}", f"The kind of product for this need: {hits.en}"),
            wishes=met | {"category": True})
    kinds = listed([tree.category_name(code) for code in own[:2]])
    wanted = listed([tree.category_name(str(w.value)) for w in wishes[:2]])
    return Outcome("category", share, T(
        f"属于{kinds.zh}，这类需求一般用{wanted.zh}",
        f"It is {kinds.en}; such a need usually calls for {wanted.en}"),
        wishes=met | {"category": False})


def _wanted(wishes: tuple[Wish, ...], own: list[str]) -> bool:
    return any(w.value in own for w in wishes)

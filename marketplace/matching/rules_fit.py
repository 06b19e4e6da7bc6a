"""Rules of fit: scenarios, industry, words, product category.

Each gives an outcome, or None when the need says nothing it could judge (neutral). A satisfied
wish scores 1, so that adding one never lowers a candidate.
"""

from __future__ import annotations

from marketplace.core.i18n import LocalizedText as T
from marketplace.declarations import CoreScenario
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need, Wish
from marketplace.matching.outcomes import Outcome, listed
from marketplace.taxonomy.registry import GENERAL, taxonomy


def scenario(need: Need, candidate: Candidate) -> Outcome | None:
    """Which wished scenarios it lifts, by confidence; the descriptor it brings is named."""
    wishes = need.scenarios
    if not wishes:
        return None
    total = sum(w.confidence for w in wishes)
    got, met = 0.0, {}
    covered: list[str] = []
    for wish in wishes:
        share = _cover(wish, need, candidate)
        got += share * wish.confidence
        met[wish.key] = share == 1
        if share == 1:
            covered.append(str(wish.value))
    score = got / total
    if not covered:
        text = T("与所提场景只有间接关系", "Only indirectly related to the scenarios you named")
    else:
        text = _lift_text(covered[0], need, candidate)
        if len(covered) > 1:
            others = listed([taxonomy().scenario_name(c) for c in covered[1:4]])
            text = T(f"{text.zh}；还覆盖{others.zh}", f"{text.en}; also covers {others.en}")
    hard = next((w for w in wishes if w.hard and not met[w.key]), None)
    return Outcome("scenario", score, text, wishes=met, veto=_no_scenario(hard) if hard else None)


def _cover(wish: Wish, need: Need, candidate: Candidate) -> float:
    """1 when the solution works in the scenario, 0.5 when only in a related one."""
    code, tree = str(wish.value), taxonomy()
    levels = candidate.levels.get(code)
    if levels is not None:
        present = need.levels.get(code)
        return 1.0 if present is None or levels[0] <= present < levels[1] else 0.3
    found = tree.scenario(code)
    if isinstance(found, CoreScenario):
        related = any(code in s.core_scenarios for s in map(tree.scenario, candidate.levels)
                      if s is not None and not isinstance(s, CoreScenario))
        return 0.6 if related else 0.0
    if found is not None and set(found.core_scenarios) & set(candidate.levels):
        return 0.5 if set(found.categories) & set(candidate.card["categories"]) else 0.3
    return 0.0


def _lift_text(code: str, need: Need, candidate: Candidate) -> T:
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
    """Whether it is made for the enterprise's industry."""
    wish = need.one("industry")
    if wish is None:
        return None
    served, name = candidate.card["industries"], taxonomy().industry_name(str(wish.value))
    if wish.value in served:
        return Outcome("industry", 1.0, T(f"面向{name.zh}行业", f"Made for {name.en}"),
                       wishes={wish.key: True})
    if GENERAL in served:
        return Outcome("industry", 0.7, T("通用产品，各行业可用", "Made for all industries"))
    text = T(f"没有说明适用于{name.zh}", f"Not stated to suit {name.en}")
    return Outcome("industry", 0.0, text, wishes={wish.key: False},
                   veto=text if wish.hard else None)


def relevance(need: Need, candidate: Candidate) -> Outcome | None:
    """How near its texts are to the words of the need, by its place in the search."""
    if not need.text:
        return None
    if candidate.rank is None:
        return Outcome("relevance", 0.0, T("介绍文字里没有您的原话",
                                           "Your words do not appear in its texts"))
    score = 1 / (1 + candidate.rank / 12)
    words = "、".join(candidate.words[:4])
    place = candidate.rank + 1
    said = T(f"，写到了“{words}”", f", naming “{words}”") if words else T()
    return Outcome("relevance", score, T(
        f"介绍文字与您的描述相近，排在第{place}位{said.zh}",
        f"Its texts are close to your words, place {place}{said.en}"))


def category(need: Need, candidate: Candidate) -> Outcome | None:
    """Whether it is one of the product kinds that fit; an excluded kind is a veto if hard."""
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
    hits = [w for w in wishes if w.value in own]
    if not hits:
        wanted = listed([tree.category_name(str(w.value)) for w in wishes[:2]])
        return Outcome("category", 0.0, T(f"不属于{wanted.zh}类产品",
                                          f"Is not a {wanted.en} product"),
                       wishes=met | {"category": False})
    score = max(w.confidence for w in hits) / best
    names = listed([tree.category_name(str(w.value)) for w in hits[:2]])
    return Outcome("category", score, T(f"属于{names.zh}类产品",
                                        f"A product of the kind {names.en}"),
                   wishes=met | {"category": True})


def _wanted(wishes: tuple[Wish, ...], own: list[str]) -> bool:
    return any(w.value in own for w in wishes)

"""What would make a solution fit a need better, in words a provider can act on.

Each piece of advice says how many points of 100 it would bring. Only what is true may be stated:
the sentences ask for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from marketplace.catalog.labels import DEPLOYMENTS, district_name
from marketplace.core.i18n import LocalizedText as T
from marketplace.matching import attribute_rules
from marketplace.matching.facts import Candidate
from marketplace.matching.matcher import Recommendation
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome, listed
from marketplace.matching.rules_terms import COMPANY_SIZES
from marketplace.matching.weights import RuleBook
from marketplace.taxonomy.registry import taxonomy

MOST = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """A change of the solution's facts; `points` is what the fit would gain, of 100 (a veto that
    falls away counts as the whole fit)."""

    rule: str
    text: T
    points: int
    lifts_veto: bool = False


def advice(need: Need, item: Recommendation, book: RuleBook) -> list[Advice]:
    """What would improve the fit most, at most `MOST`; what stops it altogether first."""
    total = sum(o.weight for o in item.outcomes) or 1.0
    found = []
    for outcome in item.outcomes:
        points = round(100 * outcome.weight * (1 - outcome.score) / total)
        if outcome.veto is None and points < 1:
            continue
        text = _text(need, item.candidate, outcome, book)
        if text:
            found.append(Advice(outcome.rule, text, points, outcome.veto is not None))
    return sorted(found, key=lambda a: (not a.lifts_veto, -a.points))[:MOST]


def _text(need: Need, candidate: Candidate, outcome: Outcome, book: RuleBook) -> T | None:
    own = _CORE.get(outcome.rule)
    if own is not None:
        return own(need, candidate)
    rule = next((r for r in book.rules if r.code == outcome.rule), None)
    if rule is None:
        return None
    attribute = taxonomy().attributes[rule.attribute]
    values = [v for group in attribute_rules.wanted_values(rule, need) for v in group]
    names = listed([attribute.labels[v] for v in values if v in attribute.labels])
    if not names:
        return T(f"写明“{attribute.label.zh}”", f"State “{attribute.label.en}”")
    return T(f"如果支持，请在“{attribute.label.zh}”里写明{names.zh}",
             f"If you support it, state {names.en} under “{attribute.label.en}”")


def _scenario(need: Need, candidate: Candidate) -> T | None:
    missing = list(_missing(need, candidate))
    if missing:
        names = listed([taxonomy().scenario_name(code) for code in missing[:3]])
        return T(f"如果能做，请声明覆盖场景{names.zh}和等级",
                 f"If it does, state that it covers {names.en}, with levels")
    return T("把声明的起始等级放低，企业现在的等级不在范围内",
             "State a lower level to start from: the enterprise is outside the range")


def _missing(need: Need, candidate: Candidate) -> Iterator[str]:
    for wish in sorted(need.scenarios, key=lambda w: -w.confidence):
        if str(wish.value) not in candidate.levels:
            yield str(wish.value)


def _industry(need: Need, candidate: Candidate) -> T | None:
    wish = need.one("industry")
    if wish is None:
        return T("如果各行业都能用，请写明“通用”", "If it suits any trade, state “general”")
    name = taxonomy().industry_name(str(wish.value))
    return T(f"如果在{name.zh}行业做过，请写明适用该行业",
             f"If it has been used there, state that it serves {name.en}")


def _category(need: Need, candidate: Candidate) -> T | None:
    if any(w.value in candidate.card["categories"] for w in need.of("excluded_category")):
        return T("对方明确不要这类产品", "The enterprise refuses this kind of product")
    names = listed([taxonomy().category_name(str(w.value)) for w in need.of("category")[:2]])
    return T(f"这类需求一般找{names.zh}；确属这一类再加上该类别",
             f"Such needs look for {names.en}; add the category only if it is one") \
        if names else None


def _budget(need: Need, candidate: Candidate) -> T | None:
    wish, cost = need.one("budget"), candidate.price(need.company).first_year
    if wish is None:
        return None
    if cost is None:
        return T("补全价格分项，首年价格才能和预算比",
                 "Complete the price parts: then the first year compares with the budget")
    over = cost * (1 - need.subsidy_share) - float(wish.value)
    return T(f"首年再低{over:,.0f}元就在预算内；有小一号的套餐请写上",
             f"{over:,.0f} yuan less in the first year would be within the budget; state a smaller "
             "package if there is one")


def _go_live(need: Need, candidate: Candidate) -> T | None:
    wish, days = need.one("deadline"), candidate.card["go_live_days"]
    if wish is None:
        return None
    if days is None:
        return T("写明签约到上线的天数", "State the days from contract to go-live")
    late = days - float(wish.value)
    return T(f"上线再快{late:g}天就赶得上", f"Go-live {late:g} days shorter would be in time")


def _deployment(need: Need, candidate: Candidate) -> T | None:
    wish = need.one("deployment")
    if wish is None:
        return None
    name = DEPLOYMENTS[str(wish.value)]
    return T(f"如果支持{name.zh}，请写明", f"State that you offer {name.en}, if you do")


def _size(need: Need, candidate: Candidate) -> T | None:
    people = need.people or 0
    code = next((c for c, below in COMPANY_SIZES if people < below), "medium")
    label = taxonomy().attributes["company_sizes"].labels[code]
    return T(f"如果适合{label.zh}企业，请写进适用规模",
             f"If it suits {label.en} companies, state so under company sizes")


def _service(need: Need, candidate: Candidate) -> T | None:
    areas = candidate.facts["districts"]
    if need.district and areas and need.district not in areas:
        name = district_name(need.district)
        return T(f"服务区域加上{name.zh}（能上门再写）",
                 f"Add {name.en} to the districts you serve, if you do")
    return T("写明几小时内响应；4小时以内得满分",
             "State in how many hours you answer; up to 4 hours scores full")


def _cases(need: Need, candidate: Candidate) -> T | None:
    return T("补充同行案例，成效请客户确认", "Add a case in the trade, with results the customer "
             "confirms")


_CORE: Mapping[str, Callable[[Need, Candidate], T | None]] = {
    "scenario": _scenario, "industry": _industry, "category": _category, "budget": _budget,
    "go_live": _go_live, "deployment": _deployment, "company_size": _size, "service": _service,
    "cases": _cases, "provider_grade": lambda need, candidate: None,
}

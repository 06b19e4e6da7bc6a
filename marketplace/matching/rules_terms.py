"""Rules of terms: budget, time, deployment, size, service, grade, cases.

Each gives an outcome, or None when the need says nothing it could judge (neutral).
"""

from __future__ import annotations

from collections.abc import Collection

from marketplace.catalog.labels import DEPLOYMENTS, district_name
from marketplace.core.i18n import LocalizedText as T
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome, listed
from marketplace.matching.thresholds import DEFAULTS
from marketplace.taxonomy.registry import taxonomy

JUST_OVER = 0.7
"""What a budget or a deadline that is barely missed scores; from there it falls to nothing."""
COMPANY_SIZES = (("micro", 20), ("small", 300), ("medium", 1000))
"""Size classes by headcount below; larger companies match `medium`."""


def _missed(over: float, reach: float) -> float:
    """The score of what is this share over a limit, `reach` percent scoring nothing."""
    return max(0.0, JUST_OVER - over * (JUST_OVER / (reach / 100)))


def budget(need: Need, candidate: Candidate, reach: float = DEFAULTS["budget_over"],
           unstated: float = DEFAULTS["unstated"]) -> Outcome | None:
    """First-year payment, less the subsidy share, against the upper limit."""
    wish = need.one("budget")
    if wish is None:
        return None
    limit, computed = float(wish.value), candidate.price(need.company)
    if computed.first_year is None:
        return Outcome("budget", unstated / 100, T("价格分项不全，须向服务商询价",
                                                   "Price parts are missing: ask the provider"))
    cost = computed.first_year * (1 - need.subsidy_share)
    paid = T("，已扣补助", ", subsidy deducted") if need.subsidy_share else T()
    facts = T(f"首年约{_wan(cost)}{paid.zh}，您的预算{_wan(limit)}",
              f"About {cost:,.0f} yuan in the first year{paid.en}, your budget is {limit:,.0f}")
    if cost <= limit:
        return Outcome("budget", 1.0, facts, wishes={wish.key: True})
    over = cost / limit - 1 if limit else 1.0
    veto = T(f"超出预算：{facts.zh}", f"Over budget: {facts.en}") if wish.hard else None
    facts = T(f"{facts.zh}，超出{_wan(cost - limit)}", f"{facts.en}: {cost - limit:,.0f} over")
    return Outcome("budget", _missed(over, reach), facts, wishes={wish.key: False}, veto=veto)


def _wan(yuan: float) -> str:
    """An amount as a bookkeeper says it: 7.6万元, 6,600元. Never rounded to look affordable."""
    if yuan < 10_000:
        return f"{yuan:,.0f}元"
    digits = 1 if abs(yuan / 1_000 - round(yuan / 1_000)) < 1e-6 else 2
    return f"{yuan / 10_000:.{digits}f}".rstrip("0").rstrip(".") + "万元"


def _days(number: float) -> str:
    return "1 day" if number == 1 else f"{number:g} days"


def go_live(need: Need, candidate: Candidate, reach: float = DEFAULTS["deadline_late"],
            unstated: float = DEFAULTS["unstated"]) -> Outcome | None:
    """Days from contract to go-live against the deadline."""
    wish, days = need.one("deadline"), candidate.card["go_live_days"]
    if wish is None:
        return None
    if days is None:
        return Outcome("go_live", unstated / 100,
                       T("未说明上线周期", "Time to go-live is not stated"))
    limit = float(wish.value)
    facts = T(f"{days}天上线，您有{limit:g}天", f"{_days(days)} to go-live, you have {limit:g}")
    if days <= limit:
        return Outcome("go_live", 1.0, facts, wishes={wish.key: True})
    over = days / limit - 1 if limit else 1.0
    return Outcome("go_live", _missed(over, reach), facts, wishes={wish.key: False},
                   veto=T(f"来不及：{facts.zh}", f"Too late: {facts.en}") if wish.hard else None)


_NEAR = {("edge", "private"): 0.7, ("private", "hybrid"): 0.5,
         ("saas", "hybrid"): 0.7, ("edge", "hybrid"): 0.6, ("hybrid", "private"): 0.5,
         ("hybrid", "saas"): 0.5}


def deployment(need: Need, candidate: Candidate) -> Outcome | None:
    """Whether it can be run as wished; on site includes running at the machine."""
    wish = need.one("deployment")
    if wish is None:
        return None
    offered, wanted = candidate.card["deployments"], str(wish.value)
    names = listed([DEPLOYMENTS[d] for d in offered])
    if wanted in offered:
        name = DEPLOYMENTS[wanted]
        return Outcome("deployment", 1.0, T(f"支持{name.zh}", f"Offers {name.en}"),
                       wishes={wish.key: True})
    if wanted == "private" and "edge" in offered:
        return Outcome("deployment", 1.0, T("边缘部署，在厂内运行",
                                            "Edge: it runs inside your plant"),
                       wishes={wish.key: True})
    near = max((_NEAR.get((wanted, d), 0.0) for d in offered), default=0.0)
    text = T(f"只提供{names.zh}", f"Offers only {names.en}") if offered else T(
        "没有说明部署方式", "Deployment is not stated")
    return Outcome("deployment", near, text, wishes={wish.key: False},
                   veto=text if wish.hard else None)


def company_size(need: Need, candidate: Candidate,
                 unstated: float = DEFAULTS["unstated"]) -> Outcome | None:
    """Whether it suits the enterprise's headcount."""
    sizes = candidate.attributes.get("company_sizes")
    if need.people is None:
        return None
    if not sizes:
        return Outcome("company_size", unstated / 100,
                       T("未说明适用规模", "Company size is not stated"))
    mine = next((code for code, below in COMPANY_SIZES if need.people < below), "medium")
    label = taxonomy().attributes["company_sizes"].labels[mine]
    if mine in sizes:
        return Outcome("company_size", 1.0, T(f"适合{label.zh}企业",
                                              f"Suits a company of your size: {label.en}"))
    stated = listed(taxonomy().attributes["company_sizes"].labels.get(s, T(s, s)) for s in sizes)
    return Outcome("company_size", 0.2, T(f"适用规模写的是{stated.zh}，您是{label.zh}",
                                          f"Stated for {stated.en}; you are {label.en}"))


def service(need: Need, candidate: Candidate,
            prompt: float = DEFAULTS["prompt_answer"]) -> Outcome | None:
    """Whether the provider serves the district, and how soon it answers."""
    hours, areas = candidate.facts["response_hours"], candidate.facts["districts"]
    if need.district is None and hours is None:
        return None
    speed = 0.5 if hours is None else 1.0 if hours <= prompt else 0.8 if hours <= 8 else \
        0.6 if hours <= 24 else 0.3
    said = T("", "") if hours is None else T(f"{hours}小时内响应",
        f"answers within {hours} hour{'' if hours == 1 else 's'}")
    if need.district is None:
        return Outcome("service", speed, T(f"服务商{said.zh}", f"The provider {said.en}"))
    place = district_name(need.district)
    if "all" in areas or need.district in areas:
        return Outcome("service", 0.5 + speed / 2, T(
            f"服务{place.zh}，{said.zh}".rstrip("，"),
            f"Serves {place.en}, {said.en}".rstrip(", ")))
    return Outcome("service", speed / 4, T(f"未列出服务{place.zh}",
                                           f"Not stated to serve {place.en}"))


def provider_grade(need: Need, candidate: Candidate) -> Outcome | None:
    """The provider's grade in the pool; unrated is neutral, where it is registered never counts."""
    grade = candidate.facts.get("grade")
    score = {"A": 1.0, "B": 0.75, "C": 0.5}.get(str(grade))
    if score is None:
        return None
    return Outcome("provider_grade", score, T(f"服务商等级{grade}", f"Provider grade {grade}"))


def cases(need: Need, candidate: Candidate) -> Outcome | None:
    """Cases in the same sub-industry, else in the industry; confirmed ones above stated ones."""
    known = candidate.facts["cases"]
    trades = _trades(need)
    same = [confirmed for class_, confirmed in known if not trades or class_ in trades]
    trade = T("同行", " in your trade") if trades else T()
    if not same:
        text = T(f"没有{trade.zh}案例", f"No case{trade.en}")
        if known:
            text = T(f"{text.zh}，别的行业有{len(known)}个",
                     f"{text.en}, {len(known)} in other trades")
        return Outcome("cases", 0.2 if known else 0.0, text)
    number = T(f"{len(same)}个{trade.zh}案例",
               f"{len(same)} case{'' if len(same) == 1 else 's'}{trade.en}")
    confirmed = sum(same)
    if not confirmed:
        return Outcome("cases", 0.6, T(f"{number.zh}，成效为服务商自述",
                                       f"{number.en}, declared by the provider"))
    part = T("成效经确认", "with confirmed results") if confirmed == len(same) else T(
        f"其中{confirmed}个成效经确认", f"{confirmed} of them with confirmed results")
    return Outcome("cases", 1.0, T(f"{number.zh}，{part.zh}", f"{number.en}, {part.en}"))


def _trades(need: Need) -> Collection[str]:
    """The GB/T 4754 classes that count as the need's own trade; empty when it is not known."""
    if need.gbt4754:
        return (need.gbt4754,)
    own = taxonomy().industries.get(need.industry or "")
    return {choice.code for choice in own.gbt4754} if own else ()

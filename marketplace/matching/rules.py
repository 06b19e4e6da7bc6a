"""The core's match rules with what they look at in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marketplace.core.i18n import LocalizedText as T
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome
from marketplace.matching.rules_fit import category, industry, relevance, scenario
from marketplace.matching.rules_terms import (
    budget,
    cases,
    company_size,
    deployment,
    go_live,
    provider_grade,
    service,
)

Evaluate = Callable[..., Outcome | None]
"""Takes need, candidate and the thresholds that the rule names."""


@dataclass(frozen=True, slots=True)
class CoreRule:
    """A rule with what it looks at in plain words, for the page that explains matching."""

    code: str
    label: T
    explanation: T
    evaluate: Evaluate
    thresholds: tuple[str, ...] = ()

    def judge(self, need: Need, candidate: Candidate,
              thresholds: Mapping[str, float]) -> Outcome | None:
        """What the rule says with the thresholds in force."""
        return self.evaluate(need, candidate, *(thresholds[code] for code in self.thresholds))


def _rule(evaluate: Evaluate, label: T, explanation: T, *thresholds: str) -> CoreRule:
    return CoreRule(evaluate.__name__, label, explanation, evaluate, thresholds)


CORE: Mapping[str, CoreRule] = {rule.code: rule for rule in (
    _rule(scenario, T("场景与等级提升", "Scenarios and level lift"),
          T("看产品能否覆盖您提到的场景，并说明把企业带到哪一级。",
            "Whether the product works in the scenarios you named, and to which level it lifts.")),
    _rule(industry, T("行业", "Industry"),
          T("为您的行业做的得满分，通用产品略低。",
            "Made for your industry scores full, made for all a little less.")),
    _rule(relevance, T("文字相近", "Closeness of words"),
          T("产品介绍与您的原话有多接近。",
            "How close the product's texts are to your own words.")),
    _rule(category, T("产品类别", "Product category"),
          T("是否属于能解决这类问题的产品；您说不要的类别会被排除。",
            "Whether it is a kind of product for this problem; kinds you refuse are excluded.")),
    _rule(budget, T("预算", "Budget"),
          T("首年应付（扣除补助比例后）是否在预算内；超得越多分越低。",
            "Whether the first-year payment, less subsidy, is within the budget."),
          "budget_over", "unstated"),
    _rule(go_live, T("上线时间", "Time to go-live"),
          T("从签约到上线的天数是否赶得上。", "Whether it goes live before your deadline."),
          "deadline_late", "unstated"),
    _rule(deployment, T("部署方式", "Deployment"),
          T("云端、本地还是边缘，是否合您的要求。",
            "Cloud, on site or at the machine, as you wish.")),
    _rule(company_size, T("企业规模", "Company size"),
          T("是否适合您这样人数的企业。", "Whether it suits a company of your headcount."),
          "unstated"),
    _rule(service, T("服务", "Service"),
          T("服务商是否服务您所在区县、多久响应；注册在哪里不计分。",
            "Whether the provider serves your district and how soon it answers; where it is "
            "registered never counts."), "prompt_answer"),
    _rule(provider_grade, T("服务商等级", "Provider grade"),
          T("进入服务商库后的评级；没有评级不加分也不扣分。",
            "Its grade in the provider pool; unrated is neutral.")),
    _rule(cases, T("同行案例", "Cases in the trade"),
          T("同一细分行业的案例，成效经人确认的更高。",
            "Cases in the same sub-industry; confirmed results count more.")),
)}

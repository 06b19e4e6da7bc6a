"""Numbers of the rules that an operator may move between bounds: the core's and the plugins'."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText as T
from marketplace.declarations import Industry, Threshold

PERCENT, POINTS, HOURS = T("%", "%"), T("分", "points"), T("小时", "hours")

CORE_THRESHOLDS: Mapping[str, Threshold] = {t.code: t for t in (
    Threshold("budget_over", T("预算可超出", "Over the budget"), T(
        "不是必须的预算，超出到这个比例为止仍得部分分，越超越低；再多不得分。用于“预算”。",
        "Up to this much above a budget that is no must a solution still scores in part, the "
        "less the further; beyond it nothing. Acts in the rule on the budget."),
        PERCENT, 70, 10, 200),
    Threshold("deadline_late", T("时间可晚于", "Later than the deadline"), T(
        "不是必须的上线时间，晚到这个比例为止仍得部分分，越晚越低；再晚不得分。用于“上线时间”。",
        "Up to this much later than a deadline that is no must a solution still scores in part, "
        "the less the later; beyond it nothing. Acts in the rule on the time to go-live."),
        PERCENT, 70, 10, 200),
    Threshold("unstated", T("没有说明时的得分", "Score of what is not stated"), T(
        "价格、上线时间、适用规模没有说明时，这一条得满分的多少。",
        "What share of the full score a solution gets where its price, time to go-live or "
        "company size is not stated."), PERCENT, 40, 0, 60),
    Threshold("prompt_answer", T("响应及时", "A prompt answer"), T(
        "在这个时间内响应的服务商，响应速度得满分。用于“服务”。",
        "A provider that answers within this time scores full for speed. Acts in the rule on "
        "service."), HOURS, 4, 1, 8),
    Threshold("least_score", T("推荐的最低得分", "Smallest score of a recommendation"), T(
        "总分（满分100）低于它的产品不推荐。", "Solutions whose score, out of 100, is below it are "
        "not recommended."), POINTS, 0, 0, 60),
    Threshold("topic_share", T("算切题的比例", "Share that is on topic"), T(
        "场景得分达到最佳产品的这个比例才算切题；首选和差一点符合的产品只从切题的里面选。",
        "On topic is what scores this share of the best fit's in the wished scenarios; picks and "
        "near misses are taken from what is on topic."), PERCENT, 70, 40, 100),
    Threshold("pick_share", T("首选的总分比例", "Score share of a pick"), T(
        "总分达到最佳产品的这个比例，才会选为最省钱或最快的产品。",
        "The cheapest and the fastest are picked among those with this share of the best fit's "
        "score."), PERCENT, 75, 50, 100),
    Threshold("bundle_sure", T("组合要覆盖的把握", "Confidence a bundle covers"), T(
        "理解把握达到这个程度的场景，才要求组合方案覆盖。",
        "A bundle must cover the scenarios understood with this confidence or more."),
        PERCENT, 30, 10, 80),
)}
DEFAULTS: Mapping[str, float] = {code: t.default for code, t in CORE_THRESHOLDS.items()}


def thresholds_of(industry: Industry) -> dict[str, Threshold]:
    """The core's thresholds and the plugin's own, by code."""
    return {**CORE_THRESHOLDS, **{t.code: t for t in industry.thresholds}}


def field_of(code: str) -> str:
    """The field of a threshold; rules and thresholds stand in one form."""
    return f"threshold.{code}"


def threshold_errors(industry: Industry, values: Mapping[str, float]) -> list[FieldError]:
    """An error at each threshold that is missing, unknown or out of its bounds."""
    known = thresholds_of(industry)
    errors = [FieldError(field_of(code), value, "is no threshold of this industry; thresholds are "
                         + ", ".join(known)) for code, value in values.items()
              if code not in known]
    return errors + [bounds_error(t, values.get(code)) for code, t in known.items()
                     if not t.minimum <= values.get(code, t.minimum - 1) <= t.maximum]


def bounds_error(threshold: Threshold, value: object) -> FieldError:
    return FieldError(field_of(threshold.code), value,
                      f"give {threshold.minimum:g} to {threshold.maximum:g}")

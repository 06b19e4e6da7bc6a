"""Quick questions, asked only where an answer would change the ranking; and what would make the
need better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.catalog.labels import DEPLOYMENTS
from marketplace.core.i18n import LocalizedText
from marketplace.matching.matcher import MatchResult, Recommendation, evaluate_all
from marketplace.matching.need import Need, Wish
from marketplace.matching.reading import wish_token
from marketplace.matching.weights import RuleBook, rule_book
from marketplace.taxonomy.registry import taxonomy

T = LocalizedText
BUDGETS = (20_000, 50_000, 100_000, 300_000)
DEADLINES = (30, 60, 90, 180)
TOP = 3
EXAMPLES = 3


@dataclass(frozen=True)
class Option:
    """An answer to a question: the wish it adds and how many solutions would remain."""

    label: LocalizedText
    token: str
    remain: int


@dataclass(frozen=True)
class Question:
    code: str
    text: LocalizedText
    options: tuple[Option, ...]


def questions(need: Need, result: MatchResult) -> list[Question]:
    """Questions about budget, deadline and deployment that the need leaves open and whose answers
    would shrink the set or change the first three."""
    book, pool = rule_book(need.industry), list(result.recommendations)
    asked = []
    for code, text, wishes in _open_questions(need):
        options = [(label, wish, *_effect(need.with_wish(wish), pool, book))
                   for label, wish in wishes]
        counts = {remain for _l, _w, remain, _top in options}
        tops = {top for _l, _w, _r, top in options}
        if pool and (len(counts) > 1 or len(tops) > 1):
            asked.append(Question(code, text, tuple(
                Option(label, wish_token(wish), remain) for label, wish, remain, _t in options)))
    return asked


def _effect(need: Need, pool: list[Recommendation], book: RuleBook) -> tuple[int, tuple[int, ...]]:
    """How many of the pool remain and which come first once the wish is added."""
    kept = [r for r in evaluate_all(need, (p.candidate for p in pool), book) if not r.vetoes]
    kept.sort(key=lambda r: -r.score)
    return len(kept), tuple(r.candidate.id for r in kept[:TOP])


def _open_questions(need: Need) -> Iterator[tuple[str, T, list[tuple[T, Wish]]]]:
    if need.one("deployment") is None:
        yield "deployment", T("数据和系统放在哪里？", "Where should data and system be?"), [
            (DEPLOYMENTS[code], Wish("deployment", code, hard=True))
            for code in ("saas", "private", "edge")]
    if need.one("budget") is None:
        yield "budget", T("首年预算大概多少？", "Roughly what budget for the first year?"), [
            (T(f"{b / 10_000:g}万元以内", f"up to {b:,} yuan"),
             Wish("budget", float(b), hard=True)) for b in BUDGETS]
    if need.one("deadline") is None:
        yield "deadline", T("多久要用上？", "When must it be in use?"), [
            (T(f"{d}天以内", f"within {d} days"), Wish("deadline", float(d), hard=True))
            for d in DEADLINES]


@dataclass(frozen=True)
class Quality:
    """How good a description is, in percent, and what would make it better."""

    percent: int
    tips: tuple[LocalizedText, ...]
    example: str


def quality(need: Need, language: str) -> Quality:
    """Weighs what helps matching: the trouble named, the trade, figures, terms, the company."""
    checks = (
        (bool(need.scenarios), 30, T("说清楚是哪个环节出了什么问题，例如谁、在哪、多久一次",
                                     "Say what goes wrong, where, for whom and how often")),
        (need.industry is not None, 15, T("说明做什么产品、什么工序",
                                          "Say what you make and by which process")),
        (any(c.isdigit() for c in need.text), 10, T("写上数字：几台设备、多少人、每月多少批",
                                                    "Give figures: machines, people, batches")),
        (need.one("budget") is not None, 15, T("写上预算，例如“20万以内”",
                                               "State a budget, such as “within 200,000 yuan”")),
        (need.one("deadline") is not None, 10, T("写上希望什么时候用上，例如“三个月内”",
                                                 "Say by when, such as “within three months”")),
        (need.one("deployment") is not None, 10, T("说明数据能不能上云",
                                                   "Say whether data may be in the cloud")),
        (need.people is not None, 10, T("写上企业人数", "Give your headcount")),
    )
    percent = sum(points for good, points, _tip in checks if good)
    return Quality(percent, tuple(tip for good, _p, tip in checks if not good)[:EXAMPLES],
                   example_of(need.industry, language))


def example_of(industry: str | None, language: str) -> str:
    """A complete description in the words of the trade, put together from its own expressions."""
    tree = taxonomy()
    own = tree.industries.get(industry or "")
    scenarios = list(own.scenarios.values()) if own else list(tree.core_scenarios.values())
    latin = language == "en"
    for scenario in scenarios[len(scenarios) // 3:]:
        said = [e for e in scenario.expressions if e.isascii() == latin and len(e) > 11]
        if said:
            terms = T("60人，预算20万以内，三个月内用上，数据不出厂",
                      "60 people, within 200,000 yuan, in use within three months, data stays here")
            joint = ". " if latin else "。"
            return f"{said[0]}{joint}{terms.in_language('en' if latin else 'zh')}"
    return ""


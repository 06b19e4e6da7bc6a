"""What the matching pages show: the marked text, the chips, the rule table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import or_, select

from marketplace.catalog.models import ComparisonPair
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.matching.form import WizardState
from marketplace.matching.matcher import Recommendation
from marketplace.matching.need import SINGLE, Need, Wish
from marketplace.matching.reading import wish_token
from marketplace.matching.rules import CORE
from marketplace.matching.sheets import wish_label
from marketplace.matching.thresholds import CORE_THRESHOLDS, thresholds_of
from marketplace.matching.understanding.declared import Understanding
from marketplace.matching.weights import rule_book
from marketplace.taxonomy.registry import taxonomy

KIND_LABELS = {
    "industry": LocalizedText("行业", "Industry"),
    "scenario": LocalizedText("场景", "Scenario"),
    "core_scenario": LocalizedText("场景", "Scenario"),
    "excluded_category": LocalizedText("不要", "Not wanted"),
    "budget": LocalizedText("预算", "Budget"),
    "deadline": LocalizedText("时间", "Deadline"),
    "deployment": LocalizedText("部署", "Deployment"),
    "category": LocalizedText("产品类别", "Product category"),
}
CERTAIN = 0.75


EVENT_LABELS = {
    "opened": LocalizedText("打开", "Opened"), "compared": LocalizedText("对比", "Compared"),
    "sheet": LocalizedText("放进选型单", "Put on a sheet"),
    "shortlisted": LocalizedText("放进候选清单", "Shortlisted"),
    "enquired": LocalizedText("询单", "Enquired about"),
    "chosen": LocalizedText("选定", "Chosen"),
}


def rule_labels(industry: str | None) -> dict[str, LocalizedText]:
    """The rules by code as people read them, the core's and the industry's own."""
    return {**{code: rule.label for code, rule in CORE.items()},
            **{r.code: r.label for r in rule_book(industry).rules}}


@dataclass(frozen=True)
class Marked:
    """A stretch of the need's text; `labels` say what it was understood as, if anything."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chip:
    """An editable wish. `words` are those of the text that caused it."""

    wish: Wish
    token: str
    label: LocalizedText
    kind: LocalizedText
    words: tuple[str, ...]
    can_be_hard: bool

    @property
    def uncertain(self) -> bool:
        return self.wish.confidence < CERTAIN

    @property
    def in_field(self) -> bool:
        """Whether a field of the form carries it (there is at most one of its kind)."""
        return self.wish.kind in SINGLE


def chips(state: WizardState) -> list[Chip]:
    """The wishes of a need as chips, in order of kind."""
    order = list(KIND_LABELS)
    text = state.need.text
    made = [Chip(w, wish_token(w), wish_label(w), KIND_LABELS[w.kind],
                 tuple(dict.fromkeys(text[s:s + n] for s, n in w.evidence)),
                 w.kind != "category") for w in state.need.wishes]
    return sorted(made, key=lambda c: order.index(c.wish.kind))


def marked_text(need: Need, understood: Understanding) -> list[Marked]:
    """The text cut where evidence begins and ends, each piece with what it was understood as.
    Guessed product categories mark nothing: hardly any word stands for them."""
    text = understood.text
    labels: dict[int, list[str]] = defaultdict(list)
    for wish in need.wishes:
        if wish.kind == "category" and wish.confidence < CERTAIN:
            continue
        for start, length in wish.evidence:
            for place in range(start, min(start + length, len(text))):
                labels[place].append(str(wish_label(wish)))
    pieces: list[Marked] = []
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or labels.get(place) != labels.get(begin):
            pieces.append(Marked(text[begin:place], tuple(dict.fromkeys(labels.get(begin, ())))))
            begin = place
    return pieces


@dataclass(frozen=True)
class Bar:
    """A rule's part in a score, in points of 100: what it gave of what it could give."""

    label: LocalizedText
    points: float
    most: float
    text: LocalizedText

    @property
    def share(self) -> float:
        return self.points / self.most if self.most else 0.0


def bars(item: Recommendation, industry: str | None) -> list[Bar]:
    """How a score comes about, heaviest rule first; the points add up to the score."""
    own = {r.code: r.label for r in rule_book(industry).rules}
    total = sum(o.weight for o in item.outcomes) or 1.0
    made = [Bar(CORE[o.rule].label if o.rule in CORE else own[o.rule],
                100 * o.score * o.weight / total, 100 * o.weight / total, o.text)
            for o in item.outcomes]
    return sorted(made, key=lambda bar: -bar.most)


def wishes_met(need: Need, item: Recommendation) -> list[tuple[LocalizedText, bool]]:
    """The judged wishes in words, each with whether it is met; product categories are one wish."""
    labels = {w.key: wish_label(w) for w in need.wishes}
    labels["category"] = KIND_LABELS["category"]
    return [(labels[key], met) for key, met in item.judged.items() if key in labels]


def addable(need: Need) -> list[tuple[LocalizedText, list[tuple[str, LocalizedText]]]]:
    """Scenarios a person may add, by group, as (token, name): the industry's own, then the
    shared ones."""
    tree, held = taxonomy(), {w.key for w in need.wishes}
    own = tree.industries.get(need.industry or "")
    groups = [(g.name, [(f"scenario:{s.code}", s.name) for s in g.scenarios])
              for g in (own.groups if own else ())]
    groups += [(g.label, [(f"core_scenario:{s.code}", s.name)
                          for s in tree.core_scenarios.values() if s.group == g.code])
               for g in tree.core_groups]
    return [(label, [pair for pair in pairs if pair[0] not in held]) for label, pairs in groups]


@dataclass(frozen=True)
class Pain:
    """A scenario as something that hurts."""

    token: str
    scenario: LocalizedText
    trouble: LocalizedText


def painful(industry: str | None) -> list[tuple[LocalizedText, list[Pain]]]:
    """What can hurt in an industry (None: in any trade), by group, to be tapped."""
    tree = taxonomy()
    own = tree.industries.get(industry or "")
    if own is not None:
        return [(g.name, [Pain(f"scenario:{s.code}", s.name, _trouble(s.pain_points))
                          for s in g.scenarios]) for g in own.groups]
    return [(g.label, [Pain(f"core_scenario:{s.code}", s.name, _trouble(s.pain_points))
                       for s in tree.core_scenarios.values() if s.group == g.code])
            for g in tree.core_groups]


def _trouble(points: tuple[LocalizedText, ...]) -> LocalizedText:
    first = points[:2]
    return LocalizedText("；".join(p.zh for p in first), "; ".join(p.en for p in first))


def rule_table(industry: str | None) -> tuple[str, list[tuple[LocalizedText, float,
                                                              LocalizedText, bool]]]:
    """The version and, for each rule in force: label, weight, what it looks at, whether it can
    exclude; heaviest first."""
    book = rule_book(industry)
    rows = [(rule.label, book.weights.get(code, 0.0), rule.explanation,
             code in ("scenario", "industry", "category", "budget", "go_live", "deployment"))
            for code, rule in CORE.items()]
    rows += [(r.label, book.weights.get(r.code, r.weight), r.explanation, r.veto)
             for r in book.rules]
    return book.version, sorted(rows, key=lambda row: -row[1])


def threshold_table(industry: str | None) -> list[tuple[LocalizedText, LocalizedText, float,
                                                        LocalizedText]]:
    """For each threshold in force: label, what it does, value, unit."""
    own, book = taxonomy().industries.get(industry or ""), rule_book(industry)
    known = thresholds_of(own) if own else CORE_THRESHOLDS
    return [(t.label, t.explanation, book.thresholds[code], t.unit) for code, t in known.items()]


def often_compared(solution_id: int, limit: int = 4) -> list[tuple[int, int]]:
    """(solution id, times) that stood side by side with this one most."""
    rows = db.session.scalars(
        select(ComparisonPair).where(or_(ComparisonPair.first_id == solution_id,
                                         ComparisonPair.second_id == solution_id))
        .order_by(ComparisonPair.times.desc(), ComparisonPair.first_id, ComparisonPair.second_id)
        .limit(limit)).all()
    return [(r.second_id if r.first_id == solution_id else r.first_id, r.times) for r in rows]

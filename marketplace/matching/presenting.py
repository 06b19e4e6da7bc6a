"""What the matching pages show: the marked text, the chips, the rule table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import or_, select

from marketplace.catalog.models import ComparisonPair
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.matching.form import WizardState
from marketplace.matching.need import Need, Wish
from marketplace.matching.reading import wish_token
from marketplace.matching.rules import CORE
from marketplace.matching.sheets import wish_label
from marketplace.matching.understanding.declared import Understanding
from marketplace.matching.weights import rule_book

KIND_LABELS = {
    "industry": LocalizedText("行业", "Industry"),
    "scenario": LocalizedText("场景", "Scenario"),
    "core_scenario": LocalizedText("场景", "Scenario"),
    "category": LocalizedText("产品类别", "Product category"),
    "excluded_category": LocalizedText("不要", "Not wanted"),
    "budget": LocalizedText("预算", "Budget"),
    "deadline": LocalizedText("时间", "Deadline"),
    "deployment": LocalizedText("部署", "Deployment"),
}
CERTAIN = 0.75


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


def chips(state: WizardState) -> list[Chip]:
    """The wishes of a need as chips, in order of kind."""
    order = list(KIND_LABELS)
    text = state.need.text
    made = [Chip(w, wish_token(w), wish_label(w), KIND_LABELS[w.kind],
                 tuple(dict.fromkeys(text[s:s + n] for s, n in w.evidence)),
                 w.kind != "category") for w in state.need.wishes]
    return sorted(made, key=lambda c: order.index(c.wish.kind))


def marked_text(need: Need, understood: Understanding) -> list[Marked]:
    """The text cut where evidence begins and ends, each piece with what it was understood as."""
    text = understood.text
    labels: dict[int, list[str]] = defaultdict(list)
    for wish in need.wishes:
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


def often_compared(solution_id: int, limit: int = 4) -> list[tuple[int, int]]:
    """(solution id, times) that stood side by side with this one most."""
    rows = db.session.scalars(
        select(ComparisonPair).where(or_(ComparisonPair.first_id == solution_id,
                                         ComparisonPair.second_id == solution_id))
        .order_by(ComparisonPair.times.desc(), ComparisonPair.first_id, ComparisonPair.second_id)
        .limit(limit)).all()
    return [(r.second_id if r.first_id == solution_id else r.first_id, r.times) for r in rows]

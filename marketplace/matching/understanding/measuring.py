"""Figures for answers against labels, and each miss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from marketplace.matching.understanding.declared import Clue, Understanding
from marketplace.matching.understanding.labelled import Labelled

Answer = tuple[Labelled, Understanding]


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing understood otherwise than labelled."""

    id: str
    what: str
    expected: str
    got: str
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in [0, 1]; None where no statement has the thing. See `named` for what they are."""

    industry: float | None
    primary_core: float | None
    primary_core_3: float | None
    core_f1: float | None
    scenario: float | None
    scenario_3: float | None
    category_3: float | None
    first_category: float | None
    excluded: float | None
    budget: float | None
    deadline: float | None
    deployment: float | None
    invented: float | None
    rejected: float | None
    wrongly_rejected: float | None

    def named(self) -> Iterator[tuple[str, float | None]]:
        """The figures with the names under which they are printed."""
        names = ("industry", "primary core scenario, top 1", "primary core scenario, top 3",
                 "core scenarios, micro-F1", "industry scenario, top 1",
                 "industry scenario, top 3", "an acceptable category, top 3",
                 "best category, top 1", "excluded categories",
                 "budget where stated", "deadline where stated", "deployment where stated",
                 "budget/deadline/place invented", "un-needs rejected", "needs rejected")
        yield from zip(names, (getattr(self, n) for n in self.__slots__), strict=True)


def codes(clues: Sequence[Clue[str]]) -> list[str]:
    return [c.value for c in clues]


def measure(answers: Sequence[Answer]) -> tuple[Figures, tuple[Miss, ...]]:
    """Figures over all answers, and the misses in order."""
    needs = [a for a in answers if a[0].is_need]
    unneeds = [a for a in answers if not a[0].is_need]
    core = [a for a in needs if a[0].core]
    scenario = [a for a in needs if a[0].scenarios]
    category = [a for a in needs if a[0].categories]
    figures = Figures(
        industry=_share(answers, lambda x, u: _industry(u) == x.industry),
        primary_core=_share(core, lambda x, u: codes(u.core_scenarios)[:1] == [x.core[0]]),
        primary_core_3=_share(core, lambda x, u: x.core[0] in codes(u.core_scenarios)[:3]),
        core_f1=_f1(answers),
        scenario=_share(scenario, lambda x, u: codes(u.scenarios)[:1] == [x.scenarios[0]]),
        scenario_3=_share(scenario, lambda x, u: x.scenarios[0] in codes(u.scenarios)[:3]),
        category_3=_share(category, _category_found),
        first_category=_share(category, lambda x, u: codes(u.categories)[:1] == [x.categories[0]]),
        excluded=_share([a for a in answers if a[0].excluded_categories], _excluded_right),
        budget=_share([a for a in needs if a[0].budget], lambda x, u: _of(u.budget) == x.budget),
        deadline=_share([a for a in needs if a[0].deadline_days],
                        lambda x, u: u.deadline_days == x.deadline_days),
        deployment=_share([a for a in needs if a[0].deployment],
                          lambda x, u: _of(u.deployment) == x.deployment),
        invented=_share(answers, _invents),
        rejected=_share(unneeds, lambda x, u: not u.is_need),
        wrongly_rejected=_share(needs, lambda x, u: not u.is_need),
    )
    return figures, tuple(m for a in answers for m in _misses(*a))


def _share(answers: Sequence[Answer],
           right: Callable[[Labelled, Understanding], bool]) -> float | None:
    return sum(right(*a) for a in answers) / len(answers) if answers else None


def _of(clue: Clue[str] | Clue[int] | None) -> str | int | None:
    return clue.value if clue is not None else None


def _industry(answer: Understanding) -> str | None:
    return answer.industry.value if answer.industry else None


def _category_found(line: Labelled, answer: Understanding) -> bool:
    return bool(set(line.categories) & set(codes(answer.categories)[:3]))


def _excluded_right(line: Labelled, answer: Understanding) -> bool:
    return set(codes(answer.excluded_categories)) == set(line.excluded_categories)


def _f1(answers: Sequence[Answer]) -> float | None:
    hits = sum(len(set(x.core) & set(codes(u.core_scenarios))) for x, u in answers)
    size = sum(len(x.core) + len(u.core_scenarios) for x, u in answers)
    return 2 * hits / size if size else None


def _invents(line: Labelled, answer: Understanding) -> bool:
    return bool((answer.budget and not line.budget) or (answer.deadline and not line.deadline_days)
                or (answer.deployment and not line.deployment))


def _misses(line: Labelled, answer: Understanding) -> Iterator[Miss]:
    if answer.is_need != line.is_need:
        yield Miss(line.id, "need", str(line.is_need), f"{answer.is_need}", line.text)
        return
    pairs: list[tuple[str, object, object, bool]] = [
        ("industry", line.industry, _industry(answer), line.industry == _industry(answer)),
        ("core", line.core, codes(answer.core_scenarios),
         list(line.core[:1]) == codes(answer.core_scenarios)[:1]),
        ("category", line.categories, codes(answer.categories),
         not line.categories or _category_found(line, answer)),
        ("excluded", line.excluded_categories, codes(answer.excluded_categories),
         _excluded_right(line, answer)),
        ("budget", line.budget, _of(answer.budget), line.budget == _of(answer.budget)),
        ("deadline", line.deadline_days, answer.deadline_days,
         line.deadline_days == answer.deadline_days),
        ("deployment", line.deployment, _of(answer.deployment),
         line.deployment == _of(answer.deployment)),
    ]
    for what, expected, got, right in pairs:
        if not right:
            yield Miss(line.id, what, _text(expected), _text(got), line.text)


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)

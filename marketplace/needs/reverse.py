"""Needs that fit a provider's solutions: the rules of matching turned round.

The index of open needs is pruned by codes and industry, the best few hundred are scored exactly,
with the same rules as a match, less closeness of words, which compares solutions with each other.
Only what a need shows in public is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.accounts.models import Organisation
from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.catalog.models import Provider
from marketplace.core.access import current_person
from marketplace.core.database import db
from marketplace.core.errors import NotFound, Unavailable
from marketplace.declarations import CoreScenario
from marketplace.matching.facts import Candidate
from marketplace.matching.matcher import Recommendation, evaluate_all
from marketplace.matching.need import Need
from marketplace.matching.outcomes import weighted_mean
from marketplace.matching.weights import RuleBook, rule_book
from marketplace.needs.anonymity import PublicNeed, public_need, shown_need
from marketplace.needs.models import Enquiry, EnquiryInvitation, SavedNeed
from marketplace.needs.queries import ASKED, open_to_provider, provider_of
from marketplace.needs.reverse_advice import Advice, advice
from marketplace.needs.subscriptions_models import NeedTerm
from marketplace.taxonomy.registry import GENERAL, taxonomy
from search import In, IndexUnavailable, SearchQuery

PRUNED, SCORED = 360, 120
"""Needs kept by the index for their codes, and of those the number that is scored exactly."""
SOLUTIONS_A_NEED, SETTLED = 2, 40
"""For the best so many needs the nearest solutions are all scored, for the others the nearest."""
MOST_SOLUTIONS = 200
NEAR_MISSES = 10


@dataclass(frozen=True)
class FittingNeed:
    """A need with the solution that fits it best: score, reasons, and what would improve it."""

    saved: SavedNeed
    need: Need
    item: Recommendation
    book: RuleBook
    rest: tuple[int, ...] = ()
    """Near solutions that have not been scored for it."""

    @cached_property
    def shown(self) -> PublicNeed:
        return public_need(self.saved)

    @cached_property
    def advice(self) -> list[Advice]:
        return advice(self.need, self.item, self.book)


@dataclass(frozen=True)
class Fit:
    """The answer for a provider: needs best first, near misses with what stops them, how many of
    its solutions were compared."""

    needs: Sequence[FittingNeed]
    near_misses: Sequence[FittingNeed]
    solutions: int


def own_solutions(indexes: Indexes, provider: Provider) -> list[Candidate]:
    """The provider's public solutions as matching knows them. Raises `Unavailable`."""
    try:
        page = indexes[SOLUTIONS].search(SearchQuery(
            filters=(In("provider", (provider.slug,)),), per_page=MOST_SOLUTIONS))
    except IndexUnavailable as problem:
        raise Unavailable("Matching is being prepared; please try again in a minute.") from problem
    return [Candidate(hit.stored) for hit in page.hits]


def industries_of(solutions: Iterable[Candidate]) -> list[str]:
    return sorted({code for c in solutions for code in c.card["industries"]})


def fitting_needs(indexes: Indexes, provider: Provider | None = None, *,
                  industry: str | None = None, category: str | None = None) -> Fit:
    """The open needs that fit the provider's solutions (the current person's by default), of one
    industry or category if given."""
    provider = provider or provider_of()
    solutions = own_solutions(indexes, provider) if provider else []
    if not solutions or provider is None:
        return Fit((), (), 0)
    found = _pruned(solutions, industry) + _invited(provider)
    scored = [f for saved in {s.id: s for s in found}.values()
              if (industry is None or saved.industry == industry)
              and (category is None or _wishes(saved, category))
              and (f := best_fit(saved, solutions))]
    scored.sort(key=lambda f: (-f.item.score, -f.saved.id))
    scored = [_settled(f, solutions) if f.rest else f for f in scored[:SETTLED]] + scored[SETTLED:]
    scored.sort(key=lambda f: (-f.item.score, -f.saved.id))
    return Fit([f for f in scored if not f.item.vetoes],
               [f for f in scored if f.item.vetoes][:NEAR_MISSES], len(solutions))


def _wishes(saved: SavedNeed, category: str) -> bool:
    return any(w["kind"] == "category" and w["value"] == category
               for w in saved.facts.get("wishes", ()))


def _codes(candidate: Candidate) -> Set[str]:
    """Scenarios it works in, the core scenarios these belong to, and its categories."""
    return codes_of(tuple(candidate.levels), tuple(candidate.card["categories"]))


@lru_cache(maxsize=1024)
def codes_of(scenarios: tuple[str, ...], categories: tuple[str, ...]) -> Set[str]:
    """The codes under which needs may be found for these scenarios and categories."""
    codes = {*scenarios, *categories}
    for code in scenarios:
        found = taxonomy().scenario(code)
        if found is not None and not isinstance(found, CoreScenario):
            codes |= set(found.core_scenarios)
    return codes


def _pruned(solutions: Sequence[Candidate], industry: str | None) -> list[SavedNeed]:
    codes = set[str]().union(*map(_codes, solutions))
    served = industries_of(solutions)
    share = func.sum(NeedTerm.weight).label("share")
    best = select(NeedTerm.need_id, share).where(NeedTerm.code.in_(codes))
    if industry is not None:
        best = best.where(NeedTerm.industry == industry)
    elif GENERAL not in served:
        best = best.where(NeedTerm.industry.in_([*served, ""]))
    nearest = best.group_by(NeedTerm.need_id).order_by(
        share.desc(), NeedTerm.need_id.desc()).limit(PRUNED).subquery()
    return list(db.session.scalars(
        select(SavedNeed).join(nearest, nearest.c.need_id == SavedNeed.id)
        .where(open_to_provider(current_person(), served))
        .order_by(nearest.c.share.desc(), SavedNeed.id.desc()).limit(SCORED)))


def _invited(provider: Provider) -> list[SavedNeed]:
    """Needs the provider was asked about, whatever their audience."""
    asked = select(Enquiry.need_id).join(EnquiryInvitation).where(
        EnquiryInvitation.provider_id == provider.id, EnquiryInvitation.state.in_(ASKED))
    return list(db.session.scalars(
        select(SavedNeed).where(SavedNeed.id.in_(asked), open_to_provider(current_person(), ()))
        .order_by(SavedNeed.id.desc()).limit(SCORED)))


def best_fit(saved: SavedNeed, solutions: Sequence[Candidate]) -> FittingNeed | None:
    """The need with the provider's nearest solution for it; None when none does what it wishes.

    A second one is scored too where a must stands against the first.
    """
    need = shown_need(saved)
    wanted = {str(w.value): w.confidence for w in (*need.scenarios, *need.of("category"))}
    near = sorted(((overlap, n) for n, codes in enumerate(map(_codes, solutions))
                   if (overlap := sum(w for code, w in wanted.items() if code in codes)) > 0),
                  key=lambda row: (-row[0], row[1]))
    if not near:
        return None
    book = rule_book(need.industry)
    items = judged(need, [solutions[near[0][1]]], book)
    if items[0].vetoes and len(near) > 1:
        items += judged(need, [solutions[near[1][1]]], book)
    rest = tuple(n for _overlap, n in near[len(items):SOLUTIONS_A_NEED])
    return FittingNeed(saved, need, min(items, key=_order), book, rest)


def _order(item: Recommendation) -> tuple[bool, float]:
    return bool(item.vetoes), -item.score


def _settled(found: FittingNeed, solutions: Sequence[Candidate]) -> FittingNeed:
    """The need with the best of its near solutions, those not scored yet included."""
    items = judged(found.need, [solutions[n] for n in found.rest], found.book)
    return replace(found, item=min([found.item, *items], key=_order), rest=())


def judged(need: Need, candidates: Iterable[Candidate], book: RuleBook) -> list[Recommendation]:
    """The rules' verdicts without closeness of words."""
    found = []
    for whole in evaluate_all(need, candidates, book):
        kept = tuple(o for o in whole.outcomes if o.rule != "relevance")
        found.append(replace(whole, outcomes=kept, score=weighted_mean(kept)))
    return found


def know_organisations(rows: Iterable[FittingNeed]) -> None:
    """Load at once whose the named needs are, for a page that shows them."""
    named = [f.saved for f in rows if not f.saved.anonymous]
    if named:
        found = {o.id: o for o in db.session.scalars(select(Organisation).where(
            Organisation.id.in_({saved.organisation_id for saved in named})))}
        for saved in named:
            set_committed_value(saved, "organisation", found[saved.organisation_id])


def fits_of(indexes: Indexes, need_id: int) -> tuple[SavedNeed, list[FittingNeed]]:
    """One open need with every solution of the provider, best first. Raises `NotFound`."""
    provider = provider_of()
    solutions = own_solutions(indexes, provider) if provider else []
    saved = db.session.scalar(select(SavedNeed).where(
        SavedNeed.id == need_id, open_to_provider(current_person(), industries_of(solutions))))
    if saved is None or provider is None:
        raise NotFound("There is no such need.")
    need = shown_need(saved)
    book = rule_book(need.industry)
    found = [FittingNeed(saved, need, item, book) for item in judged(need, solutions, book)]
    found.sort(key=lambda f: (bool(f.item.vetoes), -f.item.score))
    return saved, found


def filters_of(fit: Fit) -> Mapping[str, Sequence[Any]]:
    """The industries and categories that occur, for the filters of the list."""
    rows = (*fit.needs, *fit.near_misses)
    return {"industries": sorted({f.saved.industry for f in rows if f.saved.industry}),
            "categories": sorted({str(w.value) for f in rows for w in f.need.of("category")})}

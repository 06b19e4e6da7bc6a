"""The wizard's state: one form that travels from step to step, never in an address or a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace.accounts.company_facts import own_company
from marketplace.core.clock import today
from marketplace.core.errors import FieldError
from marketplace.core.numbers import as_number
from marketplace.matching.need import Need
from marketplace.matching.reading import chosen_need, need_of, parse_wish, wish_token
from marketplace.matching.schemas import TEXT_LENGTH
from marketplace.matching.understand import understand
from marketplace.matching.understanding.declared import Understanding
from marketplace.taxonomy.queries import active_industries, districts

NEED_LENGTH = 12
"""From this many characters on the one box of the site asks whether the text is a need."""
SEARCH_LENGTH = 40
"""Longer words are not searched for: they are no product's name, and must not stand in an
address."""


@dataclass(frozen=True)
class WizardState:
    """What the person has said and turned so far.

    `checked` is False while the chips still are as they were understood.
    """

    need: Need
    understood: Understanding
    checked: bool
    errors: tuple[FieldError, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.need.text and not self.need.wishes


def read_form(form: MultiDict[str, str]) -> WizardState:
    """The state from the form: `text`, `wish` tokens, `hard` keys, facts of the company; `add` and
    `drop` change the wishes, `answer` adds a hard one.

    Values that cannot be read are left out and reported.
    """
    text = form.get("text", "").strip()
    errors: list[FieldError] = []
    if len(text) > TEXT_LENGTH[1]:
        errors.append(FieldError("text", text[:20] + "…",
                                 f"shorten it to {TEXT_LENGTH[1]} characters"))
        text = text[:TEXT_LENGTH[1]]
    industry = form.get("industry") or None
    fixed = industry if industry in active_industries() else None
    understood = understand(text, industry=fixed, today=today())
    company = _company(form, errors)
    if "checked" not in form:
        need = need_of(understood, **company)
        for token in [f"industry:{fixed}"] * bool(fixed) + form.getlist("wish"):
            wish = parse_wish(token)
            if wish is not None:
                need = need.with_wish(wish)
        return WizardState(_from_file(need, form), understood, False, tuple(errors))
    tokens, hard = _chosen(form, errors)
    need = chosen_need(understood, tokens, hard, **company)
    return WizardState(_from_file(need, form), understood, True, tuple(errors))


def _from_file(need: Need, form: Mapping[str, str]) -> Need:
    """What neither the text nor the form says of the company, from its enterprise file. A field
    that the person has emptied stays empty."""
    company = own_company()
    known = {name: value for name in ("people", "district", "gbt4754")
             if getattr(need, name) is None and name not in form
             and (value := getattr(company, name)) is not None}
    return replace(need, levels=need.levels or company.levels, **known)


def _chosen(form: MultiDict[str, str], errors: list[FieldError]) -> tuple[list[str], list[str]]:
    """The tokens of the wishes, the last of each key, without those to drop; and the hard keys."""
    tokens = form.getlist("wish") + _amounts(form, errors) + form.getlist("add")
    kept = {wish.key: wish_token(wish) for token in [*tokens, *form.getlist("answer")]
            if (wish := parse_wish(token))}
    answered = [wish.key for token in form.getlist("answer") if (wish := parse_wish(token))]
    dropped = set(form.getlist("drop"))
    return ([token for token in kept.values() if token not in dropped],
            form.getlist("hard") + answered)


def looks_like_need(text: str) -> bool:
    """Whether the words of a search would be understood as a need."""
    return len(text) >= NEED_LENGTH and understand(text[:TEXT_LENGTH[1]], today=today()).is_need


def _amounts(form: Mapping[str, str], errors: list[FieldError]) -> list[str]:
    """Budget (in 10,000 yuan) and deadline (days) typed into their fields."""
    tokens = []
    for field, kind, factor in (("budget_wan", "budget", 10_000), ("deadline_days", "deadline", 1)):
        text = form.get(field, "").strip()
        if not text:
            continue
        try:
            amount = float(text) * factor
        except ValueError:
            amount = -1.0
        if 0 < amount < 1e10:
            tokens.append(f"{kind}:{amount:.0f}")
        else:
            errors.append(FieldError(field, text, "write a number above 0"))
    return tokens


def _company(form: Mapping[str, str], errors: list[FieldError]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    people = form.get("people", "").strip()
    if number := as_number(people, 999_999):
        facts["people"] = number
    elif people:
        errors.append(FieldError("people", people, "write a whole number of people"))
    district = form.get("district", "")
    if district and district in {d.code for d in districts()}:
        facts["district"] = district
    share = form.get("subsidy", "").strip().removesuffix("%")
    if (percent := as_number(share, 100)) is not None:
        facts["subsidy_share"] = percent / 100
    elif share:
        errors.append(FieldError("subsidy", share, "write a share of 0 to 100 percent"))
    class_ = form.get("gbt4754", "").strip()
    if class_.isascii() and class_.isdecimal() and len(class_) == 4:
        facts["gbt4754"] = class_
    return facts

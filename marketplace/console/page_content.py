"""The landing text and the featured solutions of a sub-platform, as a form gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.catalog.models import Solution, SolutionIndustry, SolutionVersion
from marketplace.core.access import visible
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.registry import GENERAL

MOST_FEATURED = 6
LONGEST_LANDING, LONGEST_REASON = 8000, 120
LONGEST_SHOWN = timedelta(days=366)
_ADDRESS = re.compile(r"(?:.*/solutions/)?([a-z0-9][a-z0-9-]*)/?(?:[?#].*)?")
Checked = tuple[LocalizedText, list[dict[str, Any]], list[FieldError]]


def checked_page(industry: str, form: Mapping[str, Any]) -> Checked:
    """The landing text, the featured rows as they are stored, and what is wrong with them.

    A featured solution is named by its address or the last part of it. It must be visible to
    everybody and serve the industry; rows without an address are left out.
    """
    landing = LocalizedText(str(form.get("landing.zh", "")).strip(),
                            str(form.get("landing.en", "")).strip())
    errors = [FieldError(f"landing.{lang}", "", f"write at most {LONGEST_LANDING} characters")
              for lang in ("zh", "en") if len(getattr(landing, lang)) > LONGEST_LANDING]
    rows, seen = [], set[int]()
    for n in range(MOST_FEATURED):
        name = f"featured.{n}"
        address = str(form.get(f"{name}.solution", "")).strip()
        if not address:
            continue
        solution = _solution(industry, address)
        if solution is None:
            errors.append(FieldError(f"{name}.solution", address,
                                     "is no listed solution of this industry"))
        elif solution in seen:
            errors.append(FieldError(f"{name}.solution", address, "is named twice"))
        reason = LocalizedText(str(form.get(f"{name}.reason.zh", "")).strip(),
                               str(form.get(f"{name}.reason.en", "")).strip())
        errors += _reason(name, reason)
        until = _day(str(form.get(f"{name}.until", "")))
        if until is None or not today() <= until <= today() + LONGEST_SHOWN:
            errors.append(FieldError(f"{name}.until", form.get(f"{name}.until", ""),
                                     "choose a last day from today up to a year ahead"))
        if solution is not None:
            seen.add(solution)
            rows.append({"solution": solution, "reason": reason.as_dict(),
                         "until": until.isoformat() if until else ""})
    return landing, rows, errors


def _reason(name: str, reason: LocalizedText) -> list[FieldError]:
    errors = []
    if not 4 <= len(reason.zh) <= LONGEST_REASON:
        errors.append(FieldError(f"{name}.reason.zh", reason.zh,
                                 f"write 4 to {LONGEST_REASON} characters"))
    if len(reason.en) > LONGEST_REASON:
        errors.append(FieldError(f"{name}.reason.en", reason.en,
                                 f"write at most {LONGEST_REASON} characters"))
    return errors


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _solution(industry: str, address: str) -> int | None:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    return db.session.scalar(select(Solution.id).where(
        Solution.slug == found[1], visible(Solution),
        Solution.published.has(SolutionVersion.industries.any(
            SolutionIndustry.code.in_([industry, GENERAL])))))


def page_form(landing: LocalizedText, featured: list[dict[str, Any]]) -> dict[str, str]:
    """What the form's fields hold for a stored page; what has left by itself is not asked again."""
    featured = [row for row in featured if row["until"] >= today().isoformat()]
    slugs = dict(db.session.execute(select(Solution.id, Solution.slug).where(
        Solution.id.in_([row["solution"] for row in featured]))).all())
    fields = {"landing.zh": landing.zh, "landing.en": landing.en}
    for n, row in enumerate(featured):
        reason = LocalizedText.of(row["reason"])
        fields |= {f"featured.{n}.solution": slugs.get(row["solution"], ""),
                   f"featured.{n}.reason.zh": reason.zh, f"featured.{n}.reason.en": reason.en,
                   f"featured.{n}.until": row["until"]}
    return fields

"""Words that visitors searched for without finding anything, counted by day and industry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import OperationalError

from marketplace.catalog.search import Filters, nothing_found
from marketplace.core.clock import today
from marketplace.core.counting import add_counts
from marketplace.core.database import db, transaction
from marketplace.matching.models import MissedTerm
from marketplace.matching.understand import understand
from marketplace.taxonomy.registry import taxonomy

DAYS = 90
LENGTH = (2, 40)
SHORT = 8
"""Up to so many characters nobody says a sentence; what guesses at needs is not sure of so few."""
SHOWN = 200
ANYWHERE = ""
"""The industry of a search that named none."""
_PERSONAL = re.compile(r"\d{5,}|@")
"""What may be a telephone number, a code of a company or an address."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Missed:
    """Words with how often, and when last, they found nothing in the last `DAYS` days."""

    industry: str
    term: str
    times: int
    last: date


@nothing_found.connect
def count_missed_term(sender: object, *, filters: Filters) -> None:
    """A visitor's words found nothing in the whole catalogue or a whole industry."""
    term = " ".join(filters.q.split()).casefold()
    if not _counts(filters, term):
        return
    known = [code for code in filters.industries if code in taxonomy().industries]
    key = hashlib.blake2b(term.encode(), digest_size=16).hexdigest()
    try:
        _count(known or [ANYWHERE], key, term)
    except OperationalError as problem:
        # Counting must never cost a visitor the answer: a busy database only loses the count.
        log.warning("missed_term_not_counted", error=str(problem.orig))


def _counts(filters: Filters, term: str) -> bool:
    """Words alone, short, naming nobody, and no need in a sentence."""
    low, high = LENGTH
    narrowed = set(filters.chosen) - {"industry"} or filters.ranges or filters.price_max is not None
    return (low <= len(term) <= high and not narrowed and not _PERSONAL.search(term)
            and (len(term) <= SHORT or not understand(term).is_need))


def _count(industries: Sequence[str], key: str, term: str) -> None:
    with transaction() as session:
        add_counts(MissedTerm, [{"industry": code, "key": key, "day": today()}
                                for code in industries])
        earlier = select(MissedTerm.key).where(MissedTerm.key == key, MissedTerm.day < today())
        if session.scalar(select(exists(earlier))):
            session.execute(update(MissedTerm).where(MissedTerm.key == key).values(term=term))


def missed_terms(industry: str, limit: int = SHOWN) -> list[Missed]:
    """What found nothing in an industry and without one, the most frequent first."""
    times, last = func.sum(MissedTerm.times), func.max(MissedTerm.day)
    rows = db.session.execute(
        select(MissedTerm.industry, MissedTerm.term, times, last).where(
            MissedTerm.industry.in_([industry, ANYWHERE]), MissedTerm.term.is_not(None),
            MissedTerm.day > today() - timedelta(days=DAYS))
        .group_by(MissedTerm.industry, MissedTerm.term)
        .order_by(times.desc(), MissedTerm.term).limit(limit)).all()
    return [Missed(row[0], row[1] or "", int(row[2]), row[3]) for row in rows]

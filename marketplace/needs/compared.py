"""Answers side by side, for the enterprise alone. Sealed prices are not in it before the deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from marketplace.catalog.comparison import Cell, Row, yuan
from marketplace.catalog.labels import PRICE_PARTS, UNITS
from marketplace.catalog.pricing import PARTS, Price, ReferenceCompany, price
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.needs.anonymity import need_of
from marketplace.needs.models import Enquiry, EnquiryAnswer, EnquiryInvitation
from marketplace.needs.queries import TELL_PRICES, points_shown, prices_open
from marketplace.needs.web import SAYS


class AnswerPart(NamedTuple):
    part: str
    unit: str
    amount: float
    from_year: int


@dataclass(frozen=True)
class AnswersCompared:
    """Columns in order of arrival and the rows below them."""

    columns: tuple[EnquiryInvitation, ...]
    rows: tuple[Row, ...]
    company: ReferenceCompany
    prices_open: bool

    @property
    def names(self) -> list[str]:
        return [str(i.provider.organisation.name) for i in self.columns]


def price_of(parts: Sequence[dict[str, Any]], company: ReferenceCompany) -> Price:
    """What stated parts cost a company."""
    return price((AnswerPart(p["part"], p["unit"], float(p["amount"]), int(p["from_year"]))
                  for p in parts), company)


def compare_answers(enquiry: Enquiry) -> AnswersCompared:
    """The sent answers side by side; best values are marked only where all rest on one basis."""
    columns = tuple(sorted((i for i in enquiry.invitations if i.answer
                            and i.answer.state == "sent"), key=lambda i: (i.responded_at, i.id)))
    answers = [i.answer for i in columns if i.answer]
    company, shown = need_of(enquiry.need).company, prices_open(enquiry)
    rows = [*_points(enquiry, answers), *_days(answers)]
    if shown:
        rows += _prices(answers, company)
        rows.append(_texts("notes", _("Notes"), [a.notes for a in answers]))
    return AnswersCompared(columns, tuple(r for r in rows if r.cells), company, shown)


def _texts(key: str, label: str, values: Sequence[str | None]) -> Row:
    return Row(key, label, tuple(Cell(v or None) for v in values))


def _ranked(key: str, label: str, values: Sequence[float | None], show: Callable[[float], str],
            basis: str, best_of: Callable[[Sequence[float]], float] = min) -> Row:
    """A row of numbers; the best is marked when every answer has one and they differ."""
    known = [v for v in values if v is not None]
    best = best_of(known) if len(known) == len(values) > 1 and len(set(known)) > 1 else None
    cells = tuple(Cell() if v is None else Cell(show(v), v, best=v == best) for v in values)
    return Row(key, label, cells, basis if best is not None else "")


def _points(enquiry: Enquiry, answers: Sequence[EnquiryAnswer]) -> Iterator[Row]:
    shown = prices_open(enquiry)
    wishes = [w for w in enquiry.content["wishes"] if shown or w["key"] not in TELL_PRICES]
    said = [{p["key"]: p for p in points_shown(enquiry, a)} for a in answers]
    asked = len(wishes)
    yield _ranked("meets", _("Wishes met"),
                  [float(sum(p.get(w["key"], {}).get("says") == "meets" for w in wishes))
                   for p in said],
                  lambda n: _("%(met)s of %(all)s", met=f"{n:g}", all=asked),
                  _("most, as stated by each provider"), max)
    for wish in wishes:
        label = str(LocalizedText.of(wish["label"])) + (_(" (must)") if wish["hard"] else "")
        yield _texts(f"point.{wish['key']}", label, [_point(p.get(wish["key"])) for p in said])


def _point(point: dict[str, Any] | None) -> str | None:
    if not point or not point["says"]:
        return None
    words = str(SAYS[point["says"]])
    return f"{words}\n{point['evidence']}" if point["evidence"] else words


def _days(answers: Sequence[EnquiryAnswer]) -> Iterator[Row]:
    yield _ranked("days", _("Contract to go-live"), [a.days for a in answers],
                  lambda d: _("%(days)s days", days=f"{d:g}"),
                  _("shortest, as stated by each provider"))


def _prices(answers: Sequence[EnquiryAnswer], company: ReferenceCompany) -> Iterator[Row]:
    computed = [price_of(a.price_parts, company) for a in answers]
    basis = _("lowest for %(people)s people, %(lines)s lines, %(seats)s seats",
              people=company.people, lines=company.lines, seats=company.seats)
    for key, label, values in (
            ("first_year", _("First-year payment"), [p.first_year for p in computed]),
            ("three_years", _("Three-year total"), [p.three_years for p in computed])):
        row = _ranked(key, label, values, yuan, basis)
        yield Row(row.key, row.label, tuple(
            Cell(_("Price not comparable: %(parts)s not stated", parts="、".join(
                str(PRICE_PARTS[part]) for part in p.missing))) if c.missing else c
            for c, p in zip(row.cells, computed, strict=True)), row.basis)
    for part in PARTS:
        stated = [next((p for p in a.price_parts if p["part"] == part), None) for a in answers]
        if any(stated):
            yield _texts(f"part.{part}", str(PRICE_PARTS[part]), [
                None if p is None else _("included or not needed") if not p["amount"]
                else f"{yuan(p['amount'])} · {UNITS[p['unit']]}" for p in stated])

"""A provider's answer as a form: what was typed becomes an answer, errors go to their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.catalog.pricing import PARTS
from marketplace.core.errors import FieldError
from marketplace.needs.models import EnquiryAnswer


def read_answer(form: Mapping[str, str], wishes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer in the form of `AnswerSchema`: fields `says.KEY`, `evidence.KEY`, `price.PART`,
    `unit.PART`, `days`, `notes`, `solution_id`. Parts left empty are not stated."""
    points = [{"key": w["key"], "says": form.get(f"says.{w['key']}", ""),
               "evidence": form.get(f"evidence.{w['key']}", "").strip()} for w in wishes]
    parts = [{"part": part, "amount": text.replace(",", "").replace("，", ""),
              "unit": form.get(f"unit.{part}", "flat")}
             for part in PARTS if (text := form.get(f"price.{part}", "").strip())]
    return {"points": points, "price_parts": parts, "days": form.get("days", "").strip() or None,
            "notes": form.get("notes", "").strip(),
            "solution_id": form.get("solution_id", "").strip() or None}


def at_fields(errors: Sequence[FieldError], content: Mapping[str, Any]) -> list[FieldError]:
    """Errors named as the form names its fields."""
    return [FieldError(_field(e.field, content), e.value, e.remedy) for e in errors]


def _field(name: str, content: Mapping[str, Any]) -> str:
    pieces = name.split(".")
    if len(pieces) != 3 or not pieces[1].isdecimal():
        return name
    group, place, inner = pieces[0], int(pieces[1]), pieces[2]
    if group == "points":
        return f"{inner}.{content['points'][place]['key']}"
    if group == "price_parts":
        part = content["price_parts"][place]["part"]
        return f"{'price' if inner == 'amount' else inner}.{part}"
    return name


def shown_answer(answer: EnquiryAnswer | None) -> dict[str, Any]:
    """A kept answer as the form shows it."""
    if answer is None:
        return {"points": {}, "parts": {}, "days": None, "notes": "", "solution_id": None,
                "revision": 0}
    return {"points": {p["key"]: p for p in answer.points},
            "parts": {p["part"]: p for p in answer.price_parts}, "days": answer.days,
            "notes": answer.notes, "solution_id": answer.solution_id,
            "revision": answer.revision}


def typed_answer(content: Mapping[str, Any], revision: int) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    return {"points": {p["key"]: p for p in content["points"]},
            "parts": {p["part"]: p for p in content["price_parts"]}, "days": content["days"],
            "notes": content["notes"], "solution_id": content["solution_id"],
            "revision": revision}

"""Writes of what is kept at the desk: comparisons and decision sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate
from sqlalchemy import select

from marketplace.accounts.schemas import load
from marketplace.catalog.schemas import MAX_COMPARED, compared_ids
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.desk.models import KeptComparison, KeptSheet
from marketplace.matching.sheets import sheet_by

COMPANY = ("people", "lines", "seats")
"""For a company of which size the prices of a comparison were computed."""


class KeptSchema(Schema):
    """How something is kept: a name, a note, and whether colleagues see it."""

    name = fields.String(load_default="", validate=validate.Length(
        2, 80, error="give it a name of {min} to {max} characters"))
    note = fields.String(load_default="", validate=validate.Length(
        max=400, error="write at most {max} characters"))
    shared = fields.Boolean(load_default=False)

    @pre_load
    def tidy(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        return {k: v.strip() if isinstance(v, str) else v for k, v in sent.items()}


def keep_comparison(*, given: Mapping[str, Any], ids: str,
                    company: Mapping[str, int]) -> KeptComparison:
    """Keep a comparison under a name. Raises `InvalidInput` without a name or solutions."""
    with transaction() as session:
        allow("kept.own")
        loaded = load(KeptSchema(unknown=EXCLUDE), dict(given))
        chosen = compared_ids([ids])[0][:MAX_COMPARED]
        if not chosen:
            raise InvalidInput("There is nothing to keep.", errors=(
                FieldError("ids", ids, "choose 1 or more"),))
        kept = KeptComparison(**loaded, **_owner(), solution_ids=",".join(map(str, chosen)),
                              company={k: company[k] for k in COMPANY if k in company})
        session.add(kept)
        session.flush()
        record(session, actor=current_person().actor, action="comparison.keep",
               subject=f"comparison:{kept.id}",
               details={"solutions": chosen, "shared": kept.shared})
    return kept


def _owner() -> dict[str, Any]:
    person = current_person()
    return {"user_id": person.user_id, "organisation_id": person.organisation_id,
            "created_at": now()}


def forget_comparison(*, kept: KeptComparison) -> None:
    """Delete a kept comparison; only who kept it may."""
    with transaction() as session:
        allow("kept.own", kept)
        record(session, actor=current_person().actor, action="comparison.forget",
               subject=f"comparison:{kept.id}", details={"name": kept.name})
        session.delete(kept)


def keep_sheet(*, token: str, note: str, shared: bool) -> KeptSheet:
    """Keep a decision sheet at the desk; keeping it again changes note and visibility."""
    with transaction() as session:
        allow("kept.own")
        sheet = sheet_by(token)
        if sheet is None:
            raise NotFound("There is no decision sheet at this address.")
        given = load(KeptSchema(unknown=EXCLUDE, exclude=("name",)),
                     {"note": note, "shared": shared})
        kept = session.scalar(select(KeptSheet).where(
            KeptSheet.user_id == current_person().user_id, KeptSheet.sheet_id == sheet.id))
        if kept is None:
            kept = KeptSheet(**_owner(), sheet=sheet)
            session.add(kept)
        kept.note, kept.shared = given["note"], given["shared"]
        session.flush()
        record(session, actor=current_person().actor, action="sheet.keep",
               subject=f"sheet:{sheet.id}", details={"shared": kept.shared})
    return kept


def forget_sheet(*, kept: KeptSheet) -> None:
    """Take a decision sheet off the desk; its link goes on working."""
    with transaction() as session:
        allow("kept.own", kept)
        record(session, actor=current_person().actor, action="sheet.forget",
               subject=f"sheet:{kept.sheet_id}")
        session.delete(kept)

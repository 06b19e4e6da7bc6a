"""Writes of organisations: found, change, documents. One function a verb."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, Any

from pypinyin import lazy_pinyin
from sqlalchemy import select

from marketplace.accounts.models import Organisation, OrganisationFile, User
from marketplace.accounts.operations import put_on
from marketplace.accounts.organisation_checks import ask_for_check
from marketplace.accounts.organisation_schemas import (
    ImportedOrganisationSchema,
    OrganisationSchema,
    VisitedEnterpriseSchema,
)
from marketplace.accounts.roles import ROLES_OF_KIND
from marketplace.accounts.schemas import load
from marketplace.core import files
from marketplace.core.access import allow, current_person, rules
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from marketplace.core.i18n import LocalizedText

LICENCE = "licence"
FILE_KINDS = (LICENCE, "certificate", "other")
LICENCE_TYPES = ("application/pdf", *files.PICTURES)
ON_THE_LICENCE = ("name", "credit_code")
"""What the check compared with the licence: after a change it has to be checked anew."""


def administer(organisation: Organisation) -> None:
    """The current person must run this organisation. Raises `NotFound` or `NotAllowed`."""
    allow("organisation.manage", organisation)
    if not current_person().administrator:
        raise NotAllowed("Only an administrator of your organisation may do this.")


def found_organisation(*, given: Mapping[str, Any], licence: IO[bytes] | None = None,
                       file_name: str = "") -> Organisation:
    """A person founds an organisation and administers it; with a licence the check is asked for.

    Raises `InvalidInput` at the fields, also when the credit code is here already.
    """
    with transaction() as session:
        allow("organisation.found")
        columns = load(OrganisationSchema(), dict(given))
        _require_new(columns["credit_code"], given.get("credit_code"))
        organisation = _stored(columns)
        user = session.get_one(User, current_person().user_id)
        put_on(user, organisation, ROLES_OF_KIND[organisation.kind][0], administrator=True)
        record(session, actor=current_person().actor, action="organisation.found",
               subject=f"organisation:{organisation.id}", details={"after": trace(organisation)})
        if licence is not None:
            _keep_file(organisation, LICENCE, licence, file_name)
            ask_for_check(organisation=organisation)
    return organisation


def import_organisation(*, given: Mapping[str, Any]) -> Organisation | None:
    """An organisation known from a list: unverified, without members, to be claimed by its people.

    None when its credit code, or without one its name in its district, is here already.
    """
    with transaction() as session:
        allow("organisation.close")
        columns = load(ImportedOrganisationSchema(), dict(given))
        code = columns["credit_code"]
        if code is not None and _by_code(code) is not None:
            return None
        if code is None and any(o.name.zh == columns["name"].zh for o in session.scalars(
                select(Organisation).where(
                    Organisation.district_code == columns["district_code"]))):
            return None
        organisation = _stored(columns)
        record(session, actor=current_person().actor, action="organisation.import",
               subject=f"organisation:{organisation.id}", details={"after": trace(organisation)})
    return organisation


def register_on_visit(*, given: Mapping[str, Any]) -> tuple[Organisation, bool]:
    """Somebody who visits a firm that is not here yet enters it: unverified, without members.

    Returns the organisation and whether it is new: a credit code that is here leads to its
    organisation. Raises `InvalidInput` at the fields, also for a place or industry out of reach.
    """
    with transaction() as session:
        allow("enterprise_file.register")
        columns = load(VisitedEnterpriseSchema(), dict(given))
        known = _by_code(columns["credit_code"])
        if known is not None:
            return known, False
        _require_reach(columns)
        organisation = _stored(columns)
        record(session, actor=current_person().actor, action="organisation.register",
               subject=f"organisation:{organisation.id}", details={"after": trace(organisation)})
    return organisation, True


def _require_reach(columns: Mapping[str, Any]) -> None:
    """Whoever registers a firm must be able to visit it afterwards."""
    person = current_person()
    scope = rules()["enterprise_file.register"].roles[person.role]
    if scope == "district" and columns["district_code"] != person.district:
        raise InvalidInput("Please correct this.", errors=(FieldError(
            "district", columns["district_code"], "choose the district you look after"),))
    if scope == "industries" and columns["industry"] not in person.industries:
        raise InvalidInput("Please correct this.", errors=(FieldError(
            "industry", columns["industry"], "choose one of your industries"),))


def _by_code(code: str) -> Organisation | None:
    return db.session.scalar(select(Organisation).where(Organisation.credit_code == code))


def _require_new(code: str, typed: Any, own_id: int = 0) -> None:
    found = _by_code(code)
    if found is not None and found.id != own_id:
        raise InvalidInput("This organisation is here already.", errors=(FieldError(
            "credit_code", typed, "is registered already: ask to join the organisation, or claim "
            "it when nobody runs it yet"),))


def _stored(columns: dict[str, Any]) -> Organisation:
    organisation = Organisation(
        **columns, slug=_free_slug(columns["name"]), details={}, created_at=now(),
        city=LocalizedText("济南", "Jinan") if columns["district_code"] else LocalizedText())
    db.session.add(organisation)
    db.session.flush()
    return organisation


def _free_slug(name: LocalizedText) -> str:
    """An address made from the name, with a number where it is taken."""
    words = name.en or " ".join(lazy_pinyin(name.zh))
    stem = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "organisation"
    taken = set(db.session.scalars(select(Organisation.slug).where(
        Organisation.slug.startswith(stem, autoescape=True))))
    return next(n for n in (stem, *(f"{stem}-{i}" for i in range(2, len(taken) + 3)))
                if n not in taken)


def trace(organisation: Organisation) -> dict[str, Any]:
    """What of an organisation the audit trail shows before and after a change."""
    return {
        "name": organisation.name.as_dict(), "credit_code": organisation.credit_code,
        "kind": organisation.kind, "district": organisation.district_code,
        "industry": organisation.industry, "founded": organisation.founded,
        "staff": organisation.staff, "revenue": organisation.revenue,
        "contacts": organisation.contacts}


def change_organisation(*, organisation: Organisation, given: Mapping[str, Any]) -> bool:
    """Its administrator changes what it says of itself; the kind stays as it was founded.

    A changed name or credit code ends an earlier check, and the papers are checked anew. Returns
    whether that happened.
    """
    with transaction() as session:
        administer(organisation)
        columns = load(OrganisationSchema(exclude=("kind",)), dict(given))
        _require_new(columns["credit_code"], given.get("credit_code"), organisation.id)
        before = trace(organisation)
        anew = organisation.verified and any(
            getattr(organisation, k) != columns[k] for k in ON_THE_LICENCE)
        for name, value in columns.items():
            setattr(organisation, name, value)
        after = trace(organisation)
        changed = [k for k in after if after[k] != before[k]]
        if not changed:
            return False
        record(session, actor=current_person().actor, action="organisation.change",
               subject=f"organisation:{organisation.id}", details={
                   "before": {k: before[k] for k in changed},
                   "after": {k: after[k] for k in changed}, "to_check_anew": anew})
        if anew:
            organisation.verified_at = organisation.verified_by = None
            ask_for_check(organisation=organisation)
    return anew


# --- Documents -----------------------------------------------------------------------------------


def add_file(*, organisation: Organisation, kind: str, upload: IO[bytes],
             name: str) -> OrganisationFile:
    """Keep a document. A licence asks for the check, unless the organisation has been checked."""
    with transaction():
        administer(organisation)
        if kind not in FILE_KINDS:
            raise InvalidInput("The file was not taken.", errors=(
                FieldError("kind", kind, "choose one of the kinds offered"),))
        kept = _keep_file(organisation, kind, upload, name)
        if kind == LICENCE and not organisation.verified:
            ask_for_check(organisation=organisation)
    return kept


def _keep_file(organisation: Organisation, kind: str, upload: IO[bytes],
               name: str) -> OrganisationFile:
    allowed = LICENCE_TYPES if kind == LICENCE else tuple(files.MEDIA_TYPES)
    stored = files.save(upload, name, field="file", allowed=allowed)
    kept = OrganisationFile(
        organisation_id=organisation.id, kind=kind, file_key=stored.key, name=stored.name,
        media_type=stored.media_type, size=stored.size, uploaded_by=current_person().actor,
        created_at=now())
    db.session.add(kept)
    db.session.flush()
    record(db.session, actor=current_person().actor, action="organisation.file_add",
           subject=f"organisation:{organisation.id}", details={"kind": kind, "name": stored.name})
    return kept


def remove_file(*, file: OrganisationFile) -> None:
    """Take a document away; a licence that an officer has checked stays on record."""
    with transaction() as session:
        allow("organisation.manage", file)
        organisation = session.get_one(Organisation, file.organisation_id)
        administer(organisation)
        if file.kind == LICENCE and organisation.verified:
            raise Conflict("The licence has been checked and stays on record. Add a newer one "
                           "beside it.")
        session.delete(file)
        record(session, actor=current_person().actor, action="organisation.file_remove",
               subject=f"organisation:{organisation.id}",
               details={"kind": file.kind, "name": file.name})
    files.forget(file.file_key)


# --- For the command line ------------------------------------------------------------------------


def find_organisation(slug_or_code: str) -> Organisation:
    """For the command line: by slug, credit code or id. Raises `NotFound`."""
    wanted = slug_or_code.strip()
    by_id = Organisation.id == (int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0)
    found = db.session.scalar(select(Organisation).where(
        (Organisation.slug == wanted) | (Organisation.credit_code == wanted.upper()) | by_id))
    if found is None:
        raise NotFound(f"There is no organisation {wanted!r}; `marketplace org list` shows all.")
    return found

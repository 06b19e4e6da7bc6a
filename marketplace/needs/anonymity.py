"""What others see of a need: of a named one who wants it, of an anonymous one nothing telling."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.catalog.labels import district_name
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.matching.need import Need
from marketplace.matching.reading import parse_wish
from marketplace.matching.sheets import wish_row
from marketplace.needs.masking import Known, known_forms
from marketplace.needs.masking_names import in_letters
from marketplace.needs.models import SavedNeed

LOOK_ALIKES = 5
"""So many other enterprises of the same industry, size and district must exist before the district
of an anonymous need is shown."""
T = LocalizedText
_NO_DISTRICT = {"市外", "Outside the city", "济南", "Jinan", "市中", "南部", "Southern"}
"""What tells no district, or is an everyday word."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """A band of headcounts; `typical` stands for it where a number is needed."""

    low: int
    high: int | None
    typical: int
    label: LocalizedText


SIZES = (SizeClass(0, 19, 12, T("不足20人", "fewer than 20 people")),
         SizeClass(20, 99, 60, T("20至99人", "20 to 99 people")),
         SizeClass(100, 299, 180, T("100至299人", "100 to 299 people")),
         SizeClass(300, None, 500, T("300人以上", "300 people or more")))


def size_class(people: int | None) -> SizeClass | None:
    """The band a headcount lies in."""
    if people is None:
        return None
    return next(s for s in SIZES if s.high is None or people <= s.high)


@dataclass(frozen=True)
class PublicNeed:
    """A need as providers and operators see it. `organisation` is None for an anonymous one."""

    id: int
    title: str
    text: str
    wishes: tuple[dict[str, Any], ...]
    industry: str | None
    size: LocalizedText | None
    district: str | None
    organisation: LocalizedText | None

    @property
    def place(self) -> LocalizedText | None:
        return district_name(self.district) if self.district else None

    def as_dict(self) -> dict[str, Any]:
        """For keeping with an enquiry, and for programs."""
        return {"title": self.title, "text": self.text, "wishes": list(self.wishes),
                "industry": self.industry, "size": self.size.as_dict() if self.size else None,
                "district": self.district,
                "organisation": self.organisation.as_dict() if self.organisation else None}


def need_of(saved: SavedNeed) -> Need:
    """The need as the enterprise stated it."""
    facts = saved.facts
    wishes = tuple(replace(wish, hard=bool(w["hard"]), confidence=float(w["confidence"]))
                   for w in facts.get("wishes", ())
                   if (wish := parse_wish(f"{w['kind']}:{w['value']}")))
    return Need(saved.text, wishes, people=facts.get("people"), gbt4754=facts.get("gbt4754"),
                district=facts.get("district"), levels=facts.get("levels") or {},
                subsidy_share=float(facts.get("subsidy_share") or 0))


def shown_need(saved: SavedNeed) -> Need:
    """The need as matching may use it for others: of an anonymous one the headcount is the typical
    one of its band, and class, levels and a hidden district are left out."""
    need = replace(need_of(saved), text=saved.public_text)
    if not saved.anonymous:
        return need
    size = size_class(need.people)
    return replace(need, people=size.typical if size else None, gbt4754=None, levels={},
                   district=need.district if saved.district_shown else None)


def public_need(saved: SavedNeed) -> PublicNeed:
    """The need's public face. Reads the organisation of a named need only."""
    need = shown_need(saved)
    size = size_class(need.people)
    return PublicNeed(
        id=saved.id, title=saved.public_title, text=saved.public_text,
        wishes=tuple(wish_row(w) for w in need.wishes), industry=saved.industry,
        size=size.label if size else None, district=need.district,
        organisation=None if saved.anonymous else saved.organisation.name)


def look_alikes(saved: SavedNeed) -> int:
    """Other enterprises of the same industry, size and district as the one behind the need.

    Where the need states another headcount than the organisation's record, the smaller number
    counts: providers see the one, and may know the other. A sample hides no real enterprise.
    """
    own = saved.organisation
    sizes = [s for s in map(size_class, (own.staff, saved.facts.get("people"))) if s]
    district = saved.facts.get("district") or own.district_code
    if not sizes or district is None:
        return 0
    return min(_alike(saved, size, district) for size in set(sizes))


def _alike(saved: SavedNeed, size: SizeClass, district: str) -> int:
    own = saved.organisation
    staff: ColumnElement[bool] = Organisation.staff >= size.low
    if size.high is not None:
        staff = and_(staff, Organisation.staff <= size.high)
    return db.session.scalar(select(func.count()).select_from(Organisation).where(
        Organisation.kind == "enterprise", Organisation.id != own.id,
        Organisation.district_code == district, Organisation.deactivated_at.is_(None),
        Organisation.industry == (saved.industry or own.industry),
        Organisation.sample == own.sample, staff)) or 0


def known_of(saved: SavedNeed) -> Known:
    """What the record of the need's organisation knows; its district while that is hidden."""
    own = saved.organisation
    known = known_of_organisation(own)
    if saved.district_shown:
        return known
    places = {word for code in (saved.facts.get("district"), own.district_code)
              for word in _district_words(code)}
    return replace(known, places=known.places | places)


def known_of_organisation(own: Organisation) -> Known:
    """Names, people, addresses and contacts of an organisation and its members."""
    people, contacts = set[str](), set[str]()
    for name, phone, email, username in db.session.execute(
            select(User.name, User.phone, User.email, User.username).join(Membership).where(
                Membership.organisation_id == own.id)):
        people |= _names(name)
        contacts.update(c for c in (phone, email, username if _tells(username) else "") if c)
    for contact in own.contacts:
        people |= _names(str(contact.get("name") or ""))
        contacts.update(str(v) for k, v in contact.items() if k in ("phone", "email", "wechat")
                        and v)
    places = {str(own.details[key]) for key in ("address", "site") if own.details.get(key)}
    return Known(names=known_forms([own.name.zh, own.name.en, own.credit_code or ""]),
                 people=frozenset(people), places=frozenset(places), contacts=frozenset(contacts))


def _names(name: str) -> set[str]:
    """A person's name as kept, without a remark in brackets, and in pinyin."""
    bare = re.sub(r"[(（][^)）]*[)）]", "", name).strip()
    return {n for n in (name, bare, *in_letters(bare)) if n}


def _tells(username: str) -> bool:
    """Whether a user name could serve to find somebody: a number or a longer word."""
    return len(username) >= 6


def _district_words(code: str | None) -> set[str]:
    """A district's names, also as people shorten them ("莱芜" for 莱芜区)."""
    if code is None:
        return set()
    name = district_name(code)
    short = {re.sub("(?:高新区|起步区|山区|区|县)$", "", name.zh),
             re.sub(" (?:District|County|High-tech Zone|Start-up Area|Mountain Area)$", "",
                    name.en)}
    return {word for word in {name.zh, name.en} | short if word} - _NO_DISTRICT

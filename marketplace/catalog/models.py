"""Providers, solutions, versions and what hangs on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.core.database import Base
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.models import Programme

VERSION_STATES = ("draft", "in_review", "published", "archived")


class Provider(Base):
    """An organisation that offers solutions. `listed_on` is 上架, an operator's check.

    An operator may suspend the listing; the page then says since when and why.
    """

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    sort_key: Mapped[str] = mapped_column(String(120), index=True)
    summary: Mapped[LocalizedText]
    description: Mapped[LocalizedText]
    classes: Mapped[list[str]]
    service_districts: Mapped[list[str]]
    response_hours: Mapped[int | None]
    qualifications: Mapped[list[dict[str, Any]]]
    team: Mapped[LocalizedText]
    contact: Mapped[dict[str, Any]]
    listed_on: Mapped[date | None]
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    solutions: Mapped[list[Solution]] = relationship(back_populates="provider")
    admissions: Mapped[list[Admission]] = relationship(back_populates="provider")


class Solution(Base):
    """A product or service. What visitors read is its published version.

    `listed_on` (上架) is an operator's check; admission (入库) is a stored decision of a round and
    lives in `Admission`. A withdrawn solution keeps a public page that says since when and why.
    `suspended_by` names the operator who took it off; only an operator brings it back.
    """

    __tablename__ = "solution"
    __table_args__ = (Index("ix_solution_public", "withdrawn_at", "published_version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    sort_key: Mapped[str] = mapped_column(String(120), index=True)
    sample: Mapped[bool] = mapped_column(default=False)
    listed_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(400))
    suspended_by: Mapped[str | None] = mapped_column(String(80), index=True)
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("solution_version.id", use_alter=True), index=True)
    created_at: Mapped[datetime]

    provider: Mapped[Provider] = relationship(back_populates="solutions")
    published: Mapped[SolutionVersion | None] = relationship(
        foreign_keys=published_version_id, post_update=True)
    versions: Mapped[list[SolutionVersion]] = relationship(
        back_populates="solution", foreign_keys="SolutionVersion.solution_id",
        order_by="SolutionVersion.number", cascade="all, delete-orphan")
    admissions: Mapped[list[Admission]] = relationship(back_populates="solution")


class SolutionVersion(Base):
    """One version of a solution's content. Publishing archives the version before.

    `first_year` and `three_years` are yuan for the reference company, NULL when the price is not
    comparable (a part is missing); they are computed from the parts at every write. `files` names
    the uploads this version shows: id of a `SolutionFile`, kind and title.
    """

    __tablename__ = "solution_version"
    __table_args__ = (
        UniqueConstraint("solution_id", "number"),
        CheckConstraint("state in ('draft','in_review','published','archived')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[LocalizedText]
    promise: Mapped[LocalizedText]
    description: Mapped[LocalizedText]
    deployments: Mapped[list[str]]
    go_live_days: Mapped[int | None]
    smallest_package: Mapped[LocalizedText]
    interfaces: Mapped[list[str]]
    data_export: Mapped[LocalizedText]
    attributes: Mapped[dict[str, Any]]
    first_year: Mapped[float | None] = mapped_column(Numeric(14, 2, asdecimal=False))
    three_years: Mapped[float | None] = mapped_column(Numeric(14, 2, asdecimal=False))
    files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    solution: Mapped[Solution] = relationship(back_populates="versions", foreign_keys=solution_id)
    industries: Mapped[list[SolutionIndustry]] = relationship(cascade="all, delete-orphan")
    categories: Mapped[list[SolutionCategory]] = relationship(
        cascade="all, delete-orphan", order_by="SolutionCategory.position")
    scenarios: Mapped[list[SolutionScenario]] = relationship(
        cascade="all, delete-orphan", order_by="SolutionScenario.code")
    price_parts: Mapped[list[PricePart]] = relationship(
        cascade="all, delete-orphan", order_by="PricePart.id")
    cases: Mapped[list[Case]] = relationship(cascade="all, delete-orphan", order_by="Case.id")
    documents: Mapped[list[Document]] = relationship(
        cascade="all, delete-orphan", order_by="Document.id")


def _version_id() -> Mapped[int]:
    return mapped_column(ForeignKey("solution_version.id", ondelete="CASCADE"), primary_key=True)


class SolutionIndustry(Base):
    """An industry the solution serves; `general` serves all."""

    __tablename__ = "solution_industry"

    version_id: Mapped[int] = _version_id()
    code: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class SolutionCategory(Base):
    """A product category, the main one at position 0."""

    __tablename__ = "solution_category"

    version_id: Mapped[int] = _version_id()
    code: Mapped[str] = mapped_column(String(16), primary_key=True, index=True)
    position: Mapped[int]


class SolutionScenario(Base):
    """The solution brings a company in this scenario from one level to another (0 to 4)."""

    __tablename__ = "solution_scenario"
    __table_args__ = (CheckConstraint("from_level >= 0 and from_level < to_level and to_level <= 4",
                                      name="levels"),)

    version_id: Mapped[int] = _version_id()
    code: Mapped[str] = mapped_column(String(16), primary_key=True, index=True)
    from_level: Mapped[int]
    to_level: Mapped[int]


class PricePart(Base):
    """One part of the price in yuan. Subscription and maintenance are a year's."""

    __tablename__ = "price_part"
    __table_args__ = (UniqueConstraint("version_id", "part"),
                      CheckConstraint("amount >= 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("solution_version.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(12))
    amount: Mapped[float] = mapped_column(Numeric(14, 2, asdecimal=False))
    from_year: Mapped[int] = mapped_column(default=1)
    cost_class: Mapped[str] = mapped_column(String(24))


class Case(Base):
    """A customer's result. Without `confirmed_by` its figures are shown as 服务商自述."""

    __tablename__ = "solution_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("solution_version.id", ondelete="CASCADE"), index=True)
    title: Mapped[LocalizedText]
    gbt4754: Mapped[str | None] = mapped_column(String(4))
    company_size: Mapped[int | None]
    summary: Mapped[LocalizedText]
    figures: Mapped[list[dict[str, Any]]]
    base_period: Mapped[LocalizedText | None]
    confirmed_by: Mapped[LocalizedText | None]


class Document(Base):
    """A document that goes with a version: manual, certificate, test report …; Markdown body."""

    __tablename__ = "solution_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("solution_version.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[LocalizedText]
    body: Mapped[LocalizedText]


class SolutionFile(Base):
    """An uploaded document or picture of a solution; the bytes lie in the store.

    It is public only while the published version names it in `files`.
    """

    __tablename__ = "solution_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), index=True)
    file_key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    uploaded_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class Admission(Base):
    """A round's stored decision that takes a solution or a provider into the library (入库)."""

    __tablename__ = "admission"
    __table_args__ = (CheckConstraint("(solution_id is null) <> (provider_id is null)",
                                      name="subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    round_title: Mapped[LocalizedText]
    number: Mapped[str] = mapped_column(String(40))
    decided_on: Mapped[date]
    sample: Mapped[bool] = mapped_column(default=False)

    programme: Mapped[Programme] = relationship()
    solution: Mapped[Solution | None] = relationship(back_populates="admissions")
    provider: Mapped[Provider | None] = relationship(back_populates="admissions")


class ComparisonPair(Base):
    """How often two solutions stood side by side; `first_id` is the smaller id."""

    __tablename__ = "comparison_pair"

    first_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True, index=True)
    times: Mapped[int]


class ComparisonCount(Base):
    """How often a solution was opened in a comparison on a day; no person is recorded."""

    __tablename__ = "comparison_count"

    solution_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]


class SolutionCount(Base):
    """How often something happened to a solution on a day: `view`, `export`. No person is
    recorded."""

    __tablename__ = "solution_count"

    solution_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(12), primary_key=True)
    times: Mapped[int]

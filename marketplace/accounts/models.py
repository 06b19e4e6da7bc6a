"""Organisations, the people who work for them, how they sign in and what roles they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    exists,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from marketplace.accounts.throttle import Guarded
from marketplace.core.database import Base
from marketplace.core.i18n import LocalizedText

ORGANISATION_KINDS = ("enterprise", "provider", "operator", "agency", "expert_body", "assessor",
                      "supervisor", "chain_leader")
MEMBERSHIP_STATES = ("asked", "active", "refused", "left", "closed")


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(v) for v in values)})"


class Organisation(Base):
    """An enterprise, provider or other body. `credit_code` is 统一社会信用代码, checked on entry.

    `sample` marks an invented organisation of the seed data; samples never count in targets.
    `details` holds what only one kind has, such as an enterprise's production mode and systems.
    Until an operator or district officer has checked the licence (`verified_at`, `verified_by`) it
    may search, match and draft, not publish, enquire or answer. Deactivating keeps its history.
    """

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint(_in("kind", ORGANISATION_KINDS), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[LocalizedText]
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"), index=True)
    city: Mapped[LocalizedText]
    founded: Mapped[int | None]
    staff: Mapped[int | None]
    revenue: Mapped[int | None] = mapped_column(BigInteger)
    industry: Mapped[str | None] = mapped_column(String(40), index=True)
    gbt4754: Mapped[str | None] = mapped_column(String(4))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    sample: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    deactivated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")

    @property
    def verified(self) -> bool:
        return self.verified_at is not None


_user_role = Table(
    "account_role", Base.metadata,
    Column("user_id", ForeignKey("account.id"), primary_key=True),
    Column("role_id", ForeignKey("security_role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """Required by Flask-Security and kept empty: roles belong to memberships."""

    __tablename__ = "security_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(Base, Guarded):
    """A person who signs in with a user name or mobile number and a password.

    An account issued by invitation has an empty password, which fits nothing, until it is
    activated. An erased account keeps its row, so that history stays whole, and nothing that names
    the person.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    email: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    language: Mapped[str | None] = mapped_column(String(2))
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    sample: Mapped[bool] = mapped_column(default=False)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str]] = mapped_column(default=list)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=_user_role)
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", order_by="Membership.id")

    @property
    def shown_name(self) -> str:
        return self.name or self.username


class SecondFactorDemand(Base):
    """A role whose people must use a second factor; the security administrator decides which."""

    __tablename__ = "second_factor_demand"

    role: Mapped[str] = mapped_column(String(24), primary_key=True)
    demanded_at: Mapped[datetime]
    demanded_by: Mapped[str] = mapped_column(String(80))


class Membership(Base):
    """A role of a person in an organisation; the hat worn, never the person.

    `industries` binds an industry operator or consortium member, `district_code` a district
    officer. `administrator` may invite, accept and hand over. States: asked, active, refused,
    left, closed (with its organisation, and back with it).
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role"),
                      CheckConstraint(_in("state", MEMBERSHIP_STATES), name="state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(24), index=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    industries: Mapped[list[str]] = mapped_column(default=list)
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    state: Mapped[str] = mapped_column(String(8), default="active")
    note: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
    demands_second_factor: Mapped[bool] = column_property(
        exists().where(SecondFactorDemand.role == role), deferred=True)


class SignInSession(Base):
    """A browser that is signed in, so that its owner can see and end it. `token` is a hash.

    `membership_id` is the hat worn in this browser.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    browser: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Invitation(Base):
    """A personal way in: `activate` an account made for somebody, `recover` a lost password, or
    `join` an organisation. Link (or its QR) and six-digit code are kept as hashes and work once.
    """

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(_in("kind", ("activate", "recover", "join")), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(24))
    administrator: Mapped[bool] = mapped_column(default=False)
    industries: Mapped[list[str]] = mapped_column(default=list)
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    issued_by: Mapped[str] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class ApiToken(Base):
    """A key for programs: acts as one membership, within its scopes, until it expires.

    Only the hash is kept; `prefix` lets its owner tell tokens apart.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OrganisationClaim(Base):
    """Somebody says an imported organisation is theirs. Disputed when others already run it; then
    they `answer` before it is decided.

    States: waiting, granted, refused.
    """

    __tablename__ = "organisation_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    disputed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="waiting", index=True)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(400), default="")
    answered_by: Mapped[str | None] = mapped_column(String(80))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decision: Mapped[str] = mapped_column(String(400), default="")

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User] = relationship()


class OrganisationFile(Base):
    """A document of an organisation, such as its business licence; the bytes lie in the store."""

    __tablename__ = "organisation_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    file_key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    uploaded_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]

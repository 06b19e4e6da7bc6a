"""Organisations and sign-in accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Base
from marketplace.core.i18n import LocalizedText


class Organisation(Base):
    """An enterprise, provider or other body. `credit_code` is 统一社会信用代码, checked on entry.

    `sample` marks an invented organisation of the seed data; samples never count in targets.
    `details` holds what only one kind has, such as an enterprise's production mode and systems.
    """

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("kind in ('enterprise','provider','operator','agency',"
                                      "'expert_body','assessor','supervisor')", name="kind"),)

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
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


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


class User(Base, UserMixin):
    """A person who signs in with a user name and password."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(254), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=_user_role)

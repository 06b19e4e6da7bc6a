"""Whom a message or task is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody with `role` and, where given, of this organisation, running this industry, looking
    after this district; or one person in that role.

    One person who holds no role yet is meant by the role `member` and the `user_id`.
    """

    role: str
    organisation_id: int | None = None
    industry: str | None = None
    district: str | None = None
    user_id: int | None = None

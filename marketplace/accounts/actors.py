"""The names of those who did something, for people who know names and not user names."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText as T

WITHOUT_ACCOUNT = {
    "": T("–", "–"), "command line": T("系统管理命令", "a command of the system administrator"),
    "seeds": T("示例数据", "the sample data"), "setup": T("平台初始化", "the setup of the site"),
    "visitor": T("访客", "a visitor"), "system": T("系统", "the system")}
"""Actors of the audit trail behind whom stands no account."""


def know_actors(actors: Iterable[str | None]) -> str:
    """Load the names of all of them at once, before a list names one after the other."""
    known: dict[str, str] = g.setdefault("actor_names", {})
    wanted = {a for a in actors if a and a not in WITHOUT_ACCOUNT} - set(known)
    if wanted:
        known.update({u.username: u.shown_name for u in db.session.scalars(
            select(User).where(User.username.in_(wanted)))})
        known.update({a: a for a in wanted if a not in known})
    return ""


def actor_name(actor: str | None) -> str:
    """Under which name the person is known; the user name where no account is left."""
    if (actor or "") in WITHOUT_ACCOUNT:
        return str(WITHOUT_ACCOUNT[actor or ""])
    know_actors([actor])
    known: dict[str, str] = g.actor_names
    return known[str(actor)]

"""API tokens: keys for programs, narrower than their owner, shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts.codes import hashed, new_secret
from marketplace.accounts.models import ApiToken
from marketplace.accounts.schemas import TokenSchema, load
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput

PREFIX = "mkt_"
"""How tokens begin, so that scanners of leaked secrets know them."""
MOST = 20


def create_token(**sent: Any) -> tuple[ApiToken, str]:
    """A new token of the current person and the secret to show once.

    Raises `InvalidInput` at a wrong field, `Conflict` when the person has `MOST` already.
    """
    given, person = load(TokenSchema(), sent), current_person()
    if given["membership_id"] not in dict(person.roles):
        raise InvalidInput("The token needs a role.", errors=(FieldError(
            "membership_id", given["membership_id"], "choose one of your roles"),))
    secret = PREFIX + new_secret()
    with transaction() as session:
        allow("account.own")
        living = session.scalar(select(func.count()).select_from(ApiToken).where(
            ApiToken.user_id == person.user_id, ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now()))
        if (living or 0) >= MOST:
            raise Conflict(f"You have {MOST} tokens. Revoke one that is no longer used.")
        token = ApiToken(
            token=hashed(secret), prefix=secret[:10], name=given["token_name"],
            user_id=person.user_id, membership_id=given["membership_id"], created_at=now(),
            scopes=["read", "write"] if given["write"] else ["read"],
            expires_at=now() + timedelta(days=given["days"]))
        session.add(token)
        session.flush()
        record(session, actor=person.actor, action="token.create", subject=f"token:{token.id}",
               details={"name": token.name, "scopes": token.scopes,
                        "membership": token.membership_id})
    return token, secret


def revoke_token(*, token: ApiToken) -> None:
    """End one of one's own tokens."""
    with transaction() as session:
        allow("account.own", token)
        if token.revoked_at is None:
            token.revoked_at = now()
            record(session, actor=current_person().actor, action="token.revoke",
                   subject=f"token:{token.id}", details={"name": token.name})

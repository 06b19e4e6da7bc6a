"""Secrets that open something once or for a while. Only what cannot be turned back is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app


def new_secret() -> str:
    """A secret for a link, a browser session or an API token."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """How secrets of sessions, invitations and tokens are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_code() -> str:
    """Six digits that can be read aloud."""
    return f"{secrets.randbelow(10 ** 6):06}"


def code_hash(code: str, token: str) -> str:
    """How the code of an invitation is kept: six digits alone would be guessed from a hash, so
    the site's key and the invitation's own token go in."""
    key: str = current_app.extensions["settings"].session_secret()
    return hmac.new(key.encode(), f"{token}:{code}".encode(), hashlib.sha256).hexdigest()

"""Sign-in through another service, played by a small OpenID provider on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey

from marketplace.accounts.oidc import account_of_claims, init_oidc
from marketplace.core.clock import now
from marketplace.core.database import transaction
from tests.factories import make_user
from tests.support import IsolatedClient

CLIENT, SECRET = "market", "shared secret"
KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


class Provider(BaseHTTPRequestHandler):
    """Configuration, keys and token of an OpenID provider; `claims` are what it says of people."""

    claims: dict[str, Any]
    nonces: dict[str, str]

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path.startswith("/.well-known"):
            return self._send({
                "issuer": base, "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys",
                "id_token_signing_alg_values_supported": ["RS256"]})
        return self._send({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        claims = {"iss": base, "aud": CLIENT, "sub": "7", "iat": int(time.time()),
                  "exp": int(time.time()) + 60, "nonce": self.nonces[form["code"][0]],
                  **self.claims}
        self._send({"access_token": "a", "token_type": "Bearer", "expires_in": 60,
                    "id_token": jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY)})

    def _send(self, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *ignored: object) -> None:
        """Quiet."""


@pytest.fixture
def provider(app: Flask) -> Iterator[type[Provider]]:
    """A provider this site knows; set `claims` to what it is to say."""
    kind = type("Provider", (Provider,), {"claims": {}, "nonces": {}})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        app.extensions["settings"] = replace(
            app.extensions["settings"], oidc_client_id=CLIENT, oidc_client_secret=SECRET,
            oidc_metadata_url=f"{address}/.well-known/openid-configuration", oidc_name="政务网")
        init_oidc(app)
        yield kind
        server.shutdown()
        thread.join()


def come_back(client: IsolatedClient, provider: type[Provider], *, next_page: str = "/account",
              state: str | None = None) -> Any:
    """Go to the provider and come back with a code, as a browser does."""
    there = client.get(f"/sign-in/oidc?{urlencode({'next': next_page})}")
    sent = parse_qs(urlsplit(there.headers["Location"]).query)
    assert sent["redirect_uri"] == ["http://localhost/sign-in/oidc/back"]
    assert sent["code_challenge_method"] == ["S256"]
    provider.nonces["c"] = sent["nonce"][0]
    return client.get("/sign-in/oidc/back?" + urlencode(
        {"code": "c", "state": state or sent["state"][0]}))


@pytest.mark.parametrize("claims", [
    {"email": "Wang@Example.com", "email_verified": True},
    {"phone_number": "+86 138 0013 8000", "phone_number_verified": True}])
def test_verified_address_opens_the_account_that_has_it(
        client: IsolatedClient, provider: type[Provider], claims: dict[str, Any]) -> None:
    make_user(name="王工", email="wang@example.com", phone="13800138000", role="enterprise")
    provider.claims = claims
    assert "政务网" in client.get("/sign-in").text
    answer = come_back(client, provider)
    assert answer.headers["Location"] == "/account"
    assert "王工" in client.get("/account").text


@pytest.mark.parametrize("claims", [
    {"email": "wang@example.com", "email_verified": False}, {"email": "wang@example.com"},
    {"email": "wang@example.com", "email_verified": "true"},
    {"email": "other@example.com", "email_verified": True},
    {"phone_number": "13800138000"}, {}])
def test_nobody_gets_in_by_what_is_not_verified(
        client: IsolatedClient, provider: type[Provider], claims: dict[str, Any]) -> None:
    make_user(email="wang@example.com", phone="13800138000", role="enterprise")
    provider.claims = claims
    assert come_back(client, provider).headers["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


def test_answer_nobody_asked_for_is_refused(client: IsolatedClient,
                                            provider: type[Provider]) -> None:
    make_user(email="wang@example.com")
    provider.claims = {"email": "wang@example.com", "email_verified": True}
    assert come_back(client, provider, state="forged").headers["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("what", ["closed", "locked"])
def test_closed_account_stays_closed(client: IsolatedClient, provider: type[Provider],
                                     what: str) -> None:
    user = make_user(email="wang@example.com", active=what != "closed")
    if what == "locked":
        with transaction():
            user.locked_until = now().replace(year=2999)
    provider.claims = {"email": "wang@example.com", "email_verified": True}
    assert come_back(client, provider).headers["Location"] == "/sign-in"


def test_second_factor_is_asked_all_the_same(client: IsolatedClient,
                                             provider: type[Provider]) -> None:
    make_user(email="wang@example.com", tf_primary_method="authenticator", tf_totp_secret="x")
    provider.claims = {"email": "wang@example.com", "email_verified": True}
    assert "/sign-in/code" in come_back(client, provider).headers["Location"]


def test_goes_on_within_the_site_only(client: IsolatedClient, provider: type[Provider]) -> None:
    make_user(email="wang@example.com")
    provider.claims = {"email": "wang@example.com", "email_verified": True}
    answer = come_back(client, provider, next_page="https://evil.example/")
    assert answer.headers["Location"] == "/desk"


def test_off_by_default(client: IsolatedClient) -> None:
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    for path in ("/sign-in/oidc", "/sign-in/oidc/back?code=c&state=s"):
        assert client.get(path).headers["Location"] == "/sign-in"


def test_service_that_does_not_answer_is_told(app: Flask, client: IsolatedClient) -> None:
    app.extensions["settings"] = replace(
        app.extensions["settings"], oidc_client_id=CLIENT,
        oidc_metadata_url="http://127.0.0.1:9/.well-known/openid-configuration")
    init_oidc(app)
    assert client.get("/sign-in/oidc").headers["Location"] == "/sign-in"


def test_claims_without_any_account(app: Flask) -> None:
    make_user()
    assert account_of_claims({"email": "", "email_verified": True}) is None
    assert account_of_claims({"phone_number": "", "phone_number_verified": True}) is None

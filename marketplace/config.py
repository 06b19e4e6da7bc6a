"""Every setting, typed, from the environment. `marketplace config` lists them."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from marketplace.core.errors import ConfigurationError

PREFIX = "MARKETPLACE_"


def _setting(variable: str, default: Any, help: str, *, secret: bool = False,
             pattern: str = "", at_least: int = 0, at_most: int = 1_000_000) -> Any:
    return field(default=default, metadata={
        "variable": variable, "help": help, "secret": secret, "pattern": pattern,
        "range": (at_least, at_most)})


@dataclass(frozen=True)
class Settings:
    """The settings of a process. Environment variables that start with MARKETPLACE_ and name no
    setting are refused, so that a typing error does not go unnoticed."""

    data_dir: Path = _setting("MARKETPLACE_DATA_DIR", Path(".data"),
                              "Folder for the database, the index, keys and logs")
    host: str = _setting("MARKETPLACE_HOST", "127.0.0.1", "Address the site listens on")
    port: int = _setting("PORT", 8000, "Port the site listens on",
                         at_least=1, at_most=65_535)
    workers: int = _setting("MARKETPLACE_WORKERS", 2, "Web processes", at_least=1)
    threads: int = _setting("MARKETPLACE_THREADS", 4, "Threads a web process",
                            at_least=1)
    run_worker: bool = _setting("MARKETPLACE_RUN_WORKER", True, "Start the background worker with "
                                "the site; 0 where `marketplace work` runs as a service of its own")
    database_url: str = _setting("DATABASE_URL", "", "Database; empty is SQLite in the data folder "
                                 "(postgresql+psycopg://user:password@host/name)", secret=True)
    search_url: str = _setting("SEARCH_URL", "embedded:", "Search engine: embedded: or "
                               "meilisearch://host:7700", secret=True,
                               pattern=r"embedded:.*|(meilisearch|https?)://.+")
    search_key: str = _setting("MARKETPLACE_SEARCH_KEY", "", "Key of the search server",
                               secret=True)
    files_url: str = _setting("MARKETPLACE_FILES_URL", "", "Store for uploaded files; empty is a "
                              "folder in the data folder (an fsspec address, such as s3://bucket)")
    secret_key: str = _setting("MARKETPLACE_SECRET_KEY", "", "Signs sessions; empty makes one and "
                               "keeps it in the data folder", secret=True)
    secure_cookies: bool = _setting("MARKETPLACE_SECURE_COOKIES", False,
                                    "Send cookies over HTTPS only; set it wherever HTTPS is used")
    trusted_proxies: int = _setting("MARKETPLACE_TRUSTED_PROXIES", 0,
                                    "Number of reverse proxies whose X-Forwarded headers count")
    public_url: str = _setting("MARKETPLACE_PUBLIC_URL", "",
                               "Address of the site in links, QR codes and the sitemap",
                               pattern=r"https?://[^/?#]+/?")
    city: str = _setting("MARKETPLACE_CITY", "jinan", "City pack that `marketplace seed` loads")
    log_level: str = _setting("MARKETPLACE_LOG_LEVEL", "info", "debug, info, warning or error",
                              pattern="debug|info|warning|error")
    log_format: str = _setting("MARKETPLACE_LOG_FORMAT", "console", "console or json",
                               pattern="console|json")
    match_rate: str = _setting("MARKETPLACE_MATCH_RATE", "60 per minute",
                               "Matches one address may ask for")
    failure_rate: str = _setting("MARKETPLACE_FAILURE_RATE", "20 per 10 minutes",
                                 "Wrong passwords and codes one address may send")
    oidc_metadata_url: str = _setting("MARKETPLACE_OIDC_METADATA_URL", "", "Sign-in through another"
                                      " service: address of its OpenID configuration; empty is off",
                                      pattern=r"https?://.+")
    oidc_client_id: str = _setting("MARKETPLACE_OIDC_CLIENT_ID", "", "Name under which that service"
                                   " knows this site")
    oidc_client_secret: str = _setting("MARKETPLACE_OIDC_CLIENT_SECRET", "", "Secret shared with "
                                       "that service", secret=True)
    oidc_name: str = _setting("MARKETPLACE_OIDC_NAME", "OpenID Connect",
                              "What the button for that service says")
    mail_url: str = _setting("MARKETPLACE_MAIL_URL", "", "Mail server, smtp://user:password@host:587"
                             " or smtps://; empty keeps mails in the spool", secret=True,
                             pattern=r"smtps?://.+")
    mail_from: str = _setting("MARKETPLACE_MAIL_FROM", "", "Sender of mails; needed with a mail "
                              "server", pattern=r"[^\s]+@[^\s]+|.+ <[^\s]+@[^\s]+>")
    sms_url: str = _setting("MARKETPLACE_SMS_URL", "", "Address to which short messages are posted "
                            "as JSON; empty keeps them in the spool", secret=True,
                            pattern=r"https?://.+")
    sms_body: str = _setting("MARKETPLACE_SMS_BODY", '{"phone": "{phone}", "text": "{text}"}',
                             "JSON posted for a short message; {phone}, {text} and {key} are "
                             "filled in")
    sms_token: str = _setting("MARKETPLACE_SMS_TOKEN", "", "Sent to the short message gateway as "
                              "Authorization: Bearer", secret=True)
    wecom_url: str = _setting("MARKETPLACE_WECOM_URL", "", "Webhook of a WeCom group robot; empty "
                              "keeps its messages in the spool", secret=True,
                              pattern=r"https?://.+")
    dingtalk_url: str = _setting("MARKETPLACE_DINGTALK_URL", "", "Webhook of a DingTalk group robot"
                                 "; empty keeps its messages in the spool", secret=True,
                                 pattern=r"https?://.+")
    dingtalk_secret: str = _setting("MARKETPLACE_DINGTALK_SECRET", "", "Key that signs what goes to"
                                    " the DingTalk robot, where it asks for signatures",
                                    secret=True)

    @property
    def address(self) -> str:
        """Where the site is, without a slash at the end, for links outside a request."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the psycopg 3 driver filled in."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'marketplace.sqlite'}"
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    def session_secret(self) -> str:
        """The configured key, or one made at first start and kept readable by us only."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret-key"
        try:
            return path.read_text("ascii")
        except FileNotFoundError:
            pass
        key = secrets.token_urlsafe(48)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text("ascii")
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        return key

    def rows(self) -> list[tuple[str, str, str]]:
        """(variable, value with secrets hidden, help) of every setting."""
        return [(f.metadata["variable"],
                 "•••" if f.metadata["secret"] and getattr(self, f.name) else
                 str(getattr(self, f.name)), f.metadata["help"]) for f in fields(self)]


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Raises `ConfigurationError` naming variable, value and remedy."""
    env = os.environ if environment is None else environment
    known = {f.metadata["variable"]: f for f in fields(Settings)}
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in known:
            raise ConfigurationError(f"Unknown setting {name}. `marketplace config` lists all.")
    values = {f.name: _convert(v, env[v], f) for v, f in known.items() if env.get(v)}
    settings = Settings(**values)
    return Settings(**{**values, "data_dir": settings.data_dir.expanduser().resolve()})


def _convert(variable: str, text: str, setting: Field[Any]) -> Any:
    default, pattern, (low, high) = setting.default, *(
        setting.metadata[k] for k in ("pattern", "range"))
    if isinstance(default, bool):
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ConfigurationError(f"{variable}={text!r} must be 1 or 0.")
        return text.lower() in ("1", "true", "yes")
    if isinstance(default, int):
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise ConfigurationError(f"{variable}={text!r} must be a whole number.")
        if not low <= int(text) <= high:
            raise ConfigurationError(f"{variable}={text!r} must be {low} to {high}.")
        return int(text)
    if pattern and not re.fullmatch(pattern, text):
        shown = "a hidden value" if setting.metadata["secret"] else repr(text)
        raise ConfigurationError(f"{variable}={shown} cannot be used. It is: "
                                 f"{setting.metadata['help']}.")
    return Path(text) if isinstance(default, Path) else text


def prepare_data_dir(settings: Settings) -> None:
    """Make the data folder; raises `ConfigurationError` when it cannot be written."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise ConfigurationError(
            f"Cannot write to the data folder {settings.data_dir} ({problem.strerror}). "
            "Choose another with MARKETPLACE_DATA_DIR.") from None

"""Settings: typed, checked, listed, documented."""

from __future__ import annotations

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from marketplace.config import Settings, load_settings, prepare_data_dir
from marketplace.core.errors import ConfigurationError

WRITTEN = {
    "MARKETPLACE_DATA_DIR": ("/srv/x", "data_dir", Path("/srv/x")),
    "MARKETPLACE_HOST": ("0.0.0.0", "host", "0.0.0.0"),
    "PORT": ("8123", "port", 8123),
    "MARKETPLACE_WORKERS": ("3", "workers", 3),
    "MARKETPLACE_THREADS": ("8", "threads", 8),
    "DATABASE_URL": ("postgresql://a@b/c", "database_url", "postgresql://a@b/c"),
    "SEARCH_URL": ("meilisearch://m:7700", "search_url", "meilisearch://m:7700"),
    "MARKETPLACE_SEARCH_KEY": ("k", "search_key", "k"),
    "MARKETPLACE_SECRET_KEY": ("s" * 40, "secret_key", "s" * 40),
    "MARKETPLACE_SECURE_COOKIES": ("yes", "secure_cookies", True),
    "MARKETPLACE_TRUSTED_PROXIES": ("1", "trusted_proxies", 1),
    "MARKETPLACE_PUBLIC_URL": ("https://x.cn", "public_url", "https://x.cn"),
    "MARKETPLACE_CITY": ("jinan", "city", "jinan"),
    "MARKETPLACE_LOG_LEVEL": ("debug", "log_level", "debug"),
    "MARKETPLACE_LOG_FORMAT": ("json", "log_format", "json"),
    "MARKETPLACE_MATCH_RATE": ("5 per hour", "match_rate", "5 per hour"),
    "MARKETPLACE_FAILURE_RATE": ("5 per hour", "failure_rate", "5 per hour"),
    "MARKETPLACE_FILES_URL": ("s3://papers", "files_url", "s3://papers"),
    "MARKETPLACE_RUN_WORKER": ("0", "run_worker", False),
    "MARKETPLACE_OIDC_METADATA_URL": ("https://id.cn/.well-known/openid-configuration",
                                      "oidc_metadata_url",
                                      "https://id.cn/.well-known/openid-configuration"),
    "MARKETPLACE_OIDC_CLIENT_ID": ("market", "oidc_client_id", "market"),
    "MARKETPLACE_OIDC_CLIENT_SECRET": ("s", "oidc_client_secret", "s"),
    "MARKETPLACE_OIDC_NAME": ("工信统一登录", "oidc_name", "工信统一登录"),
    "MARKETPLACE_MAIL_URL": ("smtp://u:p@mail.cn:587", "mail_url", "smtp://u:p@mail.cn:587"),
    "MARKETPLACE_MAIL_FROM": ("site@mail.cn", "mail_from", "site@mail.cn"),
    "MARKETPLACE_SMS_URL": ("https://sms.cn/send", "sms_url", "https://sms.cn/send"),
    "MARKETPLACE_SMS_BODY": ('{"to": "{phone}"}', "sms_body", '{"to": "{phone}"}'),
    "MARKETPLACE_SMS_TOKEN": ("t", "sms_token", "t"),
    "MARKETPLACE_WECOM_URL": ("https://robot.cn/1", "wecom_url", "https://robot.cn/1"),
    "MARKETPLACE_DINGTALK_URL": ("https://robot.cn/2", "dingtalk_url", "https://robot.cn/2"),
    "MARKETPLACE_DINGTALK_SECRET": ("d", "dingtalk_secret", "d"),
}
VARIABLES = [f.metadata["variable"] for f in fields(Settings)]


@pytest.mark.parametrize("variable", VARIABLES)
def test_setting_from_environment_is_typed(variable: str) -> None:
    text, name, value = WRITTEN[variable]
    loaded = getattr(load_settings({variable: text}), name)
    assert loaded == value
    assert type(loaded) is type(value) or isinstance(value, Path)


@pytest.mark.parametrize("variable", VARIABLES)
def test_setting_left_empty_is_the_default(variable: str) -> None:
    field = next(f for f in fields(Settings) if f.metadata["variable"] == variable)
    value = getattr(load_settings({variable: ""}), field.name)
    assert value == (Path(".data").resolve() if field.name == "data_dir" else field.default)


@pytest.mark.parametrize(("variable", "text"), [
    ("PORT", "eighty"), ("PORT", "-1"), ("PORT", "80.5"), ("MARKETPLACE_WORKERS", "two"),
    ("MARKETPLACE_TRUSTED_PROXIES", "yes"), ("MARKETPLACE_SECURE_COOKIES", "maybe"),
])
def test_setting_of_wrong_type_is_refused_by_name(variable: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        load_settings({variable: text})
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("variable", "text"), [
    ("PORT", "70000"), ("MARKETPLACE_LOG_LEVEL", "loud"), ("MARKETPLACE_LOG_FORMAT", "xml"),
    ("MARKETPLACE_WORKERS", "0"), ("MARKETPLACE_THREADS", "0"),
    ("SEARCH_URL", "sqlite:///x"), ("MARKETPLACE_PUBLIC_URL", "example.org"),
])
def test_setting_out_of_its_range_is_refused_by_name(variable: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        load_settings({variable: text})


def test_setting_unknown_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="MARKETPLACE_WORKER"):
        load_settings({"MARKETPLACE_WORKER": "2"})


def test_settings_of_others_are_ignored() -> None:
    assert load_settings({"HOME": "/x", "WORKERS": "99"}) == load_settings({})


@pytest.mark.parametrize(("given", "used"), [
    ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
    ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
    ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
])
def test_database_url_names_the_driver(given: str, used: str) -> None:
    assert Settings(database_url=given).sqlalchemy_url == used


def test_database_url_empty_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).sqlalchemy_url == f"sqlite:///{tmp_path}/marketplace.sqlite"


def test_rows_hide_secrets() -> None:
    settings = load_settings({"MARKETPLACE_SECRET_KEY": "hush-hush", "DATABASE_URL": "postgres://u:p@h/d"})
    shown = {variable: value for variable, value, _help in settings.rows()}
    assert set(shown) == set(VARIABLES)
    assert shown["MARKETPLACE_SECRET_KEY"] == shown["DATABASE_URL"] == "•••"
    assert all(help for _variable, _value, help in settings.rows())


def test_session_secret_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = settings.session_secret()
    assert len(first) >= 48
    assert settings.session_secret() == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_data_dir_is_made(tmp_path: Path) -> None:
    prepare_data_dir(Settings(data_dir=tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").is_dir()
    assert not list((tmp_path / "a" / "b").iterdir())


def test_data_dir_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="MARKETPLACE_DATA_DIR"):
        prepare_data_dir(Settings(data_dir=tmp_path / "file" / "data"))

"""Commands that serve the site and list its settings."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from marketplace.config import Settings, load_settings, prepare_data_dir
from marketplace.core.errors import ConfigurationError
from marketplace.core.terminal import table
from seeds.cli import demo_accounts, setup

GUNICORN_CONFIG = Path(__file__).with_name("gunicorn_config.py")


@click.command("config")
def config_command() -> None:
    """List every setting with its value and meaning."""
    table(("Variable", "Value", "Meaning"), load_settings().rows())


@click.command()
def serve() -> None:
    """Serve the site with gunicorn; Ctrl-C stops it."""
    settings = load_settings()
    prepare_data_dir(settings)
    require_free_port(settings)
    os.execv(sys.executable, [  # noqa: S606
        sys.executable, "-m", "gunicorn", "--no-control-socket", "--config", str(GUNICORN_CONFIG),
        "marketplace.wsgi:app"])


@click.command()
@click.pass_context
def start(context: click.Context) -> None:
    """Set up database, samples and index if needed, print the accounts, serve."""
    settings = load_settings()
    prepare_data_dir(settings)
    require_free_port(settings)
    context.invoke(setup, samples=True)
    context.invoke(demo_accounts)
    context.invoke(serve)


def require_free_port(settings: Settings) -> None:
    """Raises `ConfigurationError` when the port cannot be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            raise ConfigurationError(
                f"Cannot listen on {settings.host}:{settings.port} ({problem.strerror}). "
                "Choose another port with PORT, for example: PORT=8001 make run") from None

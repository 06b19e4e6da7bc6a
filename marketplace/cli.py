"""The `marketplace` command. Sub-commands live with their domain."""

from __future__ import annotations

import sys
from typing import Any

import click

from marketplace.catalog.cli import catalog, search_commands
from marketplace.config import load_settings
from marketplace.core.cli import config_command, serve
from marketplace.core.errors import ConfigurationError, MarketplaceError
from marketplace.core.terminal import stderr
from marketplace.taxonomy.cli import plugin
from seeds.cli import demo_accounts, seed, setup


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="marketplace")
def cli() -> None:
    """The marketplace: serve it, fill it, look after it."""


for command in (config_command, serve, setup, seed, demo_accounts, plugin, search_commands, catalog):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; expected failures become one line on stderr and exit code 1."""
    try:
        load_settings()
        return cli(arguments, standalone_mode=True)
    except (ConfigurationError, MarketplaceError) as problem:
        stderr.print(f"marketplace: {problem}", style="red", markup=False, soft_wrap=True)
        for error in getattr(problem, "errors", ()):
            stderr.print(f"  {error.field}={error.value!r}: {error.remedy}", markup=False)
        sys.exit(1)

"""The `marketplace` command. Sub-commands live with their domain."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from marketplace.accounts.cli import user_commands
from marketplace.accounts.organisation_cli import org
from marketplace.administration.cli import audit_commands, calendar_commands
from marketplace.app import create_app
from marketplace.catalog.cli import catalog, search_commands
from marketplace.config import load_settings
from marketplace.core.errors import ConfigurationError, MarketplaceError
from marketplace.core.terminal import stderr
from marketplace.matching.cli import match_commands
from marketplace.notifications.cli import notification_commands
from marketplace.server.cli import config_command, serve, start
from marketplace.server.work import work_command
from marketplace.taxonomy.cli import plugin
from seeds.cli import demo_accounts, seed, setup


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="marketplace")
def cli() -> None:
    """The marketplace: serve it, fill it, look after it."""


for command in (start, serve, work_command, setup, seed, demo_accounts, plugin, search_commands,
                catalog, match_commands, user_commands, org, notification_commands,
                audit_commands, calendar_commands, config_command):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; expected failures become one line on stderr and exit code 1."""
    try:
        load_settings()
        return cli(arguments, standalone_mode=True, obj=create_app)
    except (ConfigurationError, MarketplaceError) as problem:
        stderr.print(f"marketplace: {problem}", style="red", markup=False, soft_wrap=True)
        for error in getattr(problem, "errors", ()):
            remedy = getattr(error.remedy, "en", error.remedy)  # commands speak English
            stderr.print(f"  {error.field}={error.value!r}: {remedy}", markup=False,
                         soft_wrap=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError) as problem:
        if load_settings().log_level == "debug":
            raise
        said = str(problem.orig).strip().splitlines()[0]
        stderr.print(f"marketplace: The database cannot be used ({said}). Look at DATABASE_URL; "
                     "`marketplace setup` makes and updates the tables.",
                     style="red", markup=False, soft_wrap=True)
        sys.exit(1)

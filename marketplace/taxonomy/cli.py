"""Commands for industry plugins."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from marketplace.core.command import with_app
from marketplace.core.terminal import console, table
from marketplace.taxonomy import operations, queries
from marketplace.taxonomy.registry import taxonomy
from marketplace.taxonomy.skeleton import write_skeleton

ACTOR = "command line"


@click.group()
def plugin() -> None:
    """Industry plugins: list, pause, resume, check, new."""


@plugin.command("list")
@with_app
def list_plugins() -> None:
    """List the installed plugins and their state."""
    off = queries.paused()
    rows = []
    for p in taxonomy().plugins.plugins.values():
        pause = off.get(p.industry.code) if p.industry else None
        state = p.error or (f"paused since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.reason}"
                            if pause else "working")
        rows.append((p.name, p.industry.name if p.industry else "",
                     len(p.industry.scenarios) if p.industry else "",
                     f"{p.distribution} {p.version}", state))
    table(("Plugin", "Industry", "Scenarios", "Distribution", "State"), rows)


@plugin.command()
@click.argument("industry")
@click.option("--reason", required=True, help="What visitors are told.")
@with_app
def pause(industry: str, reason: str) -> None:
    """Pause a sub-platform; running processes notice within two seconds."""
    operations.pause_industry(industry=industry, reason=reason, actor=ACTOR)
    console.print(f"{industry} is paused.")


@plugin.command()
@click.argument("industry")
@with_app
def resume(industry: str) -> None:
    """Resume a paused sub-platform."""
    operations.resume_industry(industry=industry, actor=ACTOR)
    console.print(f"{industry} is working again.")


@plugin.command()
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Check installed plugins (or one): data files, codes, weights, hooks."""
    plugins = taxonomy().plugins.plugins
    wanted = [p for p in plugins.values() if name in (None, p.name)]
    if not wanted:
        raise click.ClickException(f"No plugin {name!r}; installed are {', '.join(plugins)}.")
    for p in wanted:
        console.print(f"{p.name}: {p.error or 'ok'}", markup=False, soft_wrap=True)
    sys.exit(1 if any(p.error for p in wanted) else 0)


@plugin.command()
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(),
              help="Where to write it; default is here.")
def new(name: str, folder: Path) -> None:
    """Write a working skeleton distribution for a new industry."""
    target = write_skeleton(name, folder)
    console.print(f"Wrote {target}. Install it with: pip install -e {target}", markup=False)

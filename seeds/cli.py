"""Commands that fill and empty the database: set-up, samples, demo accounts."""

from __future__ import annotations

import click
from flask import current_app
from flask_migrate import upgrade

from marketplace.accounts.security import ADMINISTRATOR, bootstrap_administrator
from marketplace.catalog.indexer import COLLECTIONS, drain, elected, make_ready, rebuild
from marketplace.core.calendar_years import load_shipped
from marketplace.core.command import with_app
from marketplace.core.database import transaction
from marketplace.core.terminal import console, progress, table
from seeds.accounts import demo_password, demo_rows, load_accounts, remove_accounts
from seeds.loader import is_empty, load_city, load_samples, remove_samples
from seeds.needs import load_needs, remove_needs
from seeds.organisations import load_organisations, remove_organisation_states
from seeds.scale import load_scale


@click.command()
@click.option("--samples/--no-samples", default=False,
              help="Load the sample catalogue into an empty database.")
@with_app
def setup(samples: bool) -> None:
    """Bring database and index up to date; safe to run at every start."""
    settings = current_app.extensions["settings"]
    upgrade()
    load_city(settings.city)
    bootstrap_administrator(settings)
    load_shipped()
    if samples and is_empty():
        with progress() as report:
            load_samples(settings.city, report)
    if samples:
        load_accounts(settings)
        load_organisations()
        load_needs(settings.city)
    built = _bring_into_index()
    if built:
        console.print(f"Search index built: {', '.join(built)}.")


@click.command()
@click.option("--remove", is_flag=True, help="Take all samples out again.")
@click.option("--scale", type=click.IntRange(1, 5_000_000),
              help="Make a synthetic catalogue of this many solutions, for benchmarks.")
@with_app
def seed(remove: bool, scale: int | None) -> None:
    """Load the sample catalogue (loading twice changes nothing)."""
    settings = current_app.extensions["settings"]
    with progress() as report:
        if remove:
            with transaction():
                done = {"needs": remove_needs(), "claims": remove_organisation_states(),
                        "accounts": remove_accounts(settings)}
                done |= remove_samples()
        elif scale:
            done = load_scale(scale, report)
        else:
            done = load_samples(settings.city, report)
            done["accounts"] = load_accounts(settings)
            done["checks, claims and visits"] = load_organisations()
            done["needs"] = load_needs(settings.city)
    console.print(", ".join(f"{count:,} {what}" for what, count in done.items())
                  + (" removed." if remove else " added."))
    _bring_into_index(anew=bool(scale))


def _bring_into_index(*, anew: bool = False) -> list[str]:
    """Bring the changes into the index here, unless a running site does; names indexes built.

    `anew` builds from scratch: a bulk load leaves no outbox rows.
    """
    settings, indexes = current_app.extensions["settings"], current_app.extensions["indexes"]
    with elected(settings.data_dir, wait=anew) as leading:
        if leading and anew:
            for collection in COLLECTIONS:
                rebuild(indexes, collection)
        built = make_ready(indexes) if leading else []
        while leading and drain(indexes):
            pass
    return built


@click.command("demo-accounts")
@with_app
def demo_accounts() -> None:
    """Print the accounts to sign in with: the administrator, and one a role among the samples."""
    settings = current_app.extensions["settings"]
    shown = bootstrap_administrator(settings) or "(set at first start; its file has been removed)"
    console.print(f"Sign in at /sign-in as {ADMINISTRATOR} with password {shown}", markup=False)
    rows = demo_rows()
    if rows:
        table(("User name", "Role", "Organisation", "Name"), rows)
        console.print(f"All of them with password {demo_password(settings)}", markup=False,
                      highlight=False)

"""Commands for messages: send what waits, make the day's summaries, clear what is old."""

from __future__ import annotations

import click

from marketplace.core.command import with_app
from marketplace.core.terminal import console, progress
from marketplace.notifications.delivering import BATCH, clear_old, deliver_waiting
from marketplace.notifications.digests import make_digests
from marketplace.notifications.queries import waiting_deliveries


@click.group("notifications")
def notification_commands() -> None:
    """Messages through mail, short message and robots; `marketplace work` does all this too."""


@notification_commands.command()
@with_app
def deliver() -> None:
    """Send what waits for mail, short message and robots, and make the day's summaries."""
    make_digests()
    total, done = waiting_deliveries(), 0
    with progress() as report:
        while tried := deliver_waiting(limit=BATCH):
            done += tried
            report("deliveries", done, max(total, done))
    console.print(f"{done} deliveries tried." if done else
                  "Nothing waits, or another process is delivering.")


@notification_commands.command()
@with_app
def clear() -> None:
    """Remove messages and spooled letters older than 180 days."""
    console.print(f"{clear_old()} messages removed.")

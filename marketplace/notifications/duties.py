"""What the worker does for messages, at regular intervals."""

from __future__ import annotations

from marketplace.core.duties import every
from marketplace.notifications.delivering import clear_old, deliver_waiting
from marketplace.notifications.digests import make_digests
from marketplace.notifications.reminding import remind


@every(5)
def deliver() -> None:
    """What waits goes out within seconds."""
    deliver_waiting()


@every(300)
def digests() -> None:
    """The day's summaries, soon after eight."""
    make_digests()


@every(600)
def reminders() -> None:
    """Due dates that come near or have passed, on working days from eight on."""
    remind()


@every(24 * 3600)
def clear() -> None:
    """Messages and spooled letters that are too old go."""
    clear_old()

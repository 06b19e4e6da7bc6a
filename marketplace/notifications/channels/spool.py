"""The folder where letters lie whose channel has no settings.

A file is named by its delivery and written beside, then renamed: sending again overwrites it, and
a half-written one is never seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from marketplace.notifications.letters import Letter

FOLDER = "spool"


def path_of(data_dir: Path, channel: str, letter: Letter, ending: str) -> Path:
    """Where the letter lies: `spool/<channel>/<day>/<key>.<ending>`."""
    return data_dir / FOLDER / channel / letter.day / f"{letter.key}.{ending}"


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def forget(data_dir: Path, letters: Iterable[tuple[str, str]]) -> None:
    """Remove letters by channel and key, whatever day they lie under."""
    for channel, key in letters:
        for file in (data_dir / FOLDER / channel).glob(f"*/{key}.*"):
            file.unlink(missing_ok=True)


def clear_before(data_dir: Path, day: date) -> int:
    """Remove the folders of days before `day`; returns how many files went."""
    gone = 0
    for folder in (data_dir / FOLDER).glob("*/*"):
        if folder.name < day.isoformat():
            for file in folder.iterdir():
                file.unlink()
                gone += 1
            folder.rmdir()
    return gone

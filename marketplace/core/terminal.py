"""How commands talk: progress for long work, tables, errors as one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

console = Console()
stderr = Console(stderr=True)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yields `report(what, done, total)`, drawn as a bar for each `what`."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())
    with Progress(*columns, console=stderr, transient=True) as bar:
        tasks = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield report


def table(head: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print rows under a head; long text wraps, Chinese between any two characters."""
    drawn = Table(*(Column(name, overflow="fold") for name in head),
                  title=title or None, title_justify="left")
    for row in rows:
        drawn.add_row(*(Text(str(value)) for value in row))
    console.print(drawn)

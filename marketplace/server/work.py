"""`marketplace work`: the background worker, alone or as a child of the served site."""

from __future__ import annotations

import os
import signal
from types import FrameType

import click
from flask import current_app

from marketplace.core.command import with_app
from marketplace.core.terminal import console
from marketplace.core.worker import elected, work, work_once


@click.command("work")
@click.option("--once", is_flag=True, help="Do what waits and every duty, then end.")
@click.option("--child", is_flag=True, hidden=True)
@with_app
def work_command(once: bool, child: bool) -> None:
    """Do background jobs and regular duties; a served site runs this by itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    data_dir = app.extensions["settings"].data_dir
    if once:
        with elected(data_dir) as leading:
            console.print(f"{work_once()} jobs done." if leading else
                          "Another worker is at work over this data folder.")
        return
    parent, going = os.getppid(), [True]

    def stop(number: int, frame: FrameType | None) -> None:
        going.clear()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    work(app, data_dir, go_on=lambda: bool(going) and (not child or os.getppid() == parent),
         say=(lambda text: None) if child else console.print)

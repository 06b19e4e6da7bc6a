"""The worker as a child of gunicorn's master: started with the site, restarted when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

COMMAND = (sys.executable, "-c", "from marketplace.cli import main; main(['work', '--child'])")
RESTART_AFTER, PATIENCE = 1.0, 10.0
"""Seconds before a worker that ended is started again, and for it to stop when asked."""

_starting = threading.Lock()
"""Held while a worker is started, so that gunicorn forks no web process meanwhile: it would inherit
the pipe whose closing the start waits for, and the keeper would wait as long as that process lives.
"""
os.register_at_fork(before=_starting.acquire, after_in_parent=_starting.release,
                    after_in_child=_starting.release)


class Background:
    """Keeps one worker process alive until `stop`."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._stop_asked = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        while not self._stop_asked.is_set():
            with _starting:
                self._process = subprocess.Popen(self._command)
            self._process.wait()
            self._stop_asked.wait(RESTART_AFTER)

    @property
    def pid(self) -> int | None:
        """The worker's process id, None before the first start."""
        return self._process.pid if self._process else None

    def renew(self) -> None:
        """End the worker; a new one, with the new code, follows."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Ask the worker to stop and wait for it; kill it when it does not."""
        self._stop_asked.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            process.kill()
            self._thread.join(1)

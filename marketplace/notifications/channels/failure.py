"""What goes wrong on the way out."""

from __future__ import annotations


class SendFailed(Exception):
    """A letter did not leave, or nobody knows whether it did.

    `again` says that trying again later makes sense: not for an address that was refused, nor
    where the letter may have arrived although no answer came.
    """

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again

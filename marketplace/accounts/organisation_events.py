"""What happens to organisations, said to the floors above that tell people about it.

Every signal is sent inside the operation's own transaction, so that messages and tasks are kept or
dropped together with the change.
"""

from __future__ import annotations

from blinker import Signal

check_asked = Signal()
"""`check`: an organisation's papers wait to be checked."""
check_decided = Signal()
"""`check`: passed or returned."""
check_ended = Signal()
"""`organisation`: nobody needs to check it any more."""
joining_asked = Signal()
"""`membership`, `administrators`: somebody asks to join."""
joining_decided = Signal()
"""`membership`: accepted or declined."""
claim_made = Signal()
"""`claim`, `administrators`: somebody says an organisation is theirs; others may run it."""
claim_withdrawn = Signal()
"""`claim`: whoever made it takes it back."""
claim_decided = Signal()
"""`claim`: granted or refused."""
administration_given = Signal()
"""`membership`: its holder administers the organisation from now on."""
closing_asked = Signal()
"""`organisation`: what would go with it, or went? Receivers answer with a list of `Concerned`."""
deactivated = Signal()
"""`organisation`, `reason`: it is closed; what it offers to the public goes with it."""
reactivated = Signal()
"""`organisation`, `reason`, `administrators`: it is open again."""

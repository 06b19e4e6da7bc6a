"""What happens to accounts, said to the floors above that tell people about it.

Every signal is sent inside the operation's own transaction, so that messages are kept or dropped
together with the change.
"""

from __future__ import annotations

from blinker import Signal

invited = Signal()
"""`invitation`, `by`: somebody who has an account is asked to join an organisation."""
address_wanted = Signal()
"""`user`, `field`: somebody else tried to enter this person's mobile number or e-mail address."""
second_factor_taken_off = Signal()
"""`user`: the security administrator took the second factor off the account."""
role_given = Signal()
"""`membership`: the security administrator gave a role, or changed what it is bound to."""
role_taken = Signal()
"""`membership`: the security administrator took a role away."""

"""Checks the whole audit trail: what was changed, removed or inserted is found and named."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from flask import current_app
from sqlalchemy import select

from marketplace.core.audit import (
    GENESIS,
    KEY_FILE,
    AnySession,
    AuditEvent,
    AuditHead,
    head_seal,
)

BATCH = 1_000
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong. `event_id` is the event it was seen at; for missing ones `last_id` is the
    last that is missing."""

    kind: str
    event_id: int
    last_id: int | None = None

    def __str__(self) -> str:
        said = SENTENCES[self.kind].format(first=self.event_id, last=self.last_id)
        return said if self.last_id in (None, self.event_id) else RANGES[self.kind].format(
            first=self.event_id, last=self.last_id)


SENTENCES = {
    "changed": "Event {first} was changed after it was written.",
    "inserted": "Event {first} was inserted; the site did not write it.",
    "removed": "Event {first} was removed.",
    "broken": "Event {first} does not follow from the one before: it was changed, or an event "
              "before it was removed or inserted.",
    "head": "The head of the trail was changed; the last event it names is {first}.",
    "no_key": "audit-key is missing from the data folder: put it back from the backup. Until then "
              "only the hashes can be checked, and whoever can write to the database could have "
              "made them anew.",
    "other_key": "audit-key in the data folder is not the one that sealed this trail: put the "
                 "right one back from the backup. Until then only the hashes can be checked, and "
                 "whoever can write to the database could have made them anew.",
    "no_head": "The head of the trail was removed; the last event is {first}.",
}
RANGES = {"removed": "Events {first} to {last} were removed."}


def check(session: AnySession, tell: Callable[[int, int], None] = lambda done, total: None,
          ) -> list[Finding]:
    """Everything that is wrong with the trail, at most `MOST_FINDINGS`; empty when it is whole.

    What is written meanwhile is left to the next check.
    """
    return list(islice(_findings(session, tell), MOST_FINDINGS))


def broken_link(session: AnySession) -> Finding | None:
    """The first thing that is wrong with the trail, or None."""
    return next(_findings(session, lambda done, total: None), None)


def head(session: AnySession) -> AuditHead | None:
    """Where the trail ends. Whoever notes number and hash elsewhere can later show that nothing
    up to there was removed."""
    return session.scalar(select(AuditHead).execution_options(populate_existing=True))


def _findings(session: AnySession, tell: Callable[[int, int], None]) -> Iterator[Finding]:
    end = head(session)
    unchecked = _no_seals(session, end)
    if unchecked:
        yield unchecked
    elif end is None:
        yield from _missing_head(session)
    elif not _head_genuine(end):
        yield Finding("head", end.last_id)
    walk = _Walk(end.first_sealed if end and not unchecked else None, seals=not unchecked)
    for event in _events(session):
        yield from walk.follow(event)
        if walk.count % BATCH == 0:
            tell(walk.count, end.events if end else walk.count)
    yield from walk.end(end)
    tell(walk.count, walk.count)


def _head_genuine(end: AuditHead) -> bool:
    return hmac.compare_digest(end.seal, head_seal(
        end.events, end.last_id, end.chain, end.first_sealed))


def _no_seals(session: AnySession, end: AuditHead | None) -> Finding | None:
    """Why no seal can be checked: the key is gone (and is not made anew here), or fits nothing."""
    if end is None:
        return None
    if not (current_app.extensions["settings"].data_dir / KEY_FILE).exists():
        return Finding("no_key", end.last_id)
    probes = session.scalars(select(AuditEvent).where(AuditEvent.id.in_(
        {end.first_sealed, end.last_id}))).all()
    fits = _head_genuine(end) or not probes or any(map(_genuine, probes))
    return None if fits else Finding("other_key", end.last_id)


def _genuine(event: AuditEvent) -> bool:
    return event.seal is not None and hmac.compare_digest(event.seal, event.expected_seal())


def _missing_head(session: AnySession) -> Iterator[Finding]:
    """A database from before the head has neither sealed events nor a key."""
    last = session.execute(select(AuditEvent.id, AuditEvent.seal)
                           .order_by(AuditEvent.id.desc()).limit(1)).first()
    key = current_app.extensions["settings"].data_dir / KEY_FILE
    if key.exists() or (last is not None and last.seal is not None):
        yield Finding("no_head", last.id if last else 0)


def _events(session: AnySession) -> Iterator[AuditEvent]:
    """The events in order, in batches that are forgotten again."""
    at, full = 0, True
    while full:
        batch = session.scalars(
            select(AuditEvent).where(AuditEvent.id > at).order_by(AuditEvent.id).limit(BATCH)
            .execution_options(populate_existing=True)).all()
        yield from batch
        full = len(batch) == BATCH
        at = batch[-1].id if batch else at
        for event in batch:
            session.expunge(event)


class _Walk:
    """Follows the chain from event to event and says where it does not hold.

    A doubtful event is judged by its successor: if that follows from the one before the doubtful
    one, the doubtful one was inserted, otherwise changed. Without `seals` the chain alone counts.
    """

    def __init__(self, first_sealed: int | None, *, seals: bool = True) -> None:
        self._first_sealed, self._seals = first_sealed, seals
        self._before, self._chain = GENESIS, GENESIS
        self._doubtful = self._told = False
        self._last_id = self.count = 0

    def follow(self, event: AuditEvent) -> Iterator[Finding]:
        self.count += 1
        sealed = self._seals and (event.erased_at is not None or (
            self._first_sealed is not None and event.id >= self._first_sealed))
        if event.seal is not None and self._first_sealed and not sealed and not self._told:
            self._told = True  # a head made anew after the true one was removed
            yield Finding("no_head", self._first_sealed - 1)
        follows = self._follows(event, self._chain)
        if self.count > 1 and not follows and self._follows(event, self._before) and (
                self._doubtful or not sealed):
            yield Finding("inserted", self._last_id)
            self._chain, follows, self._doubtful = self._before, True, False
        after_changed = self._doubtful
        if after_changed:
            yield Finding("changed", self._last_id)
        good = _genuine(event) if sealed else follows
        gap = event.id > self._last_id + 1
        if gap and (not follows or event.erased_at is not None):
            yield Finding("removed", self._last_id + 1, event.id - 1)
            good = good or not sealed
        elif good and not follows and not after_changed:
            yield Finding("broken", event.id)
        self._doubtful = not good
        self._before, self._chain, self._last_id = self._chain, event.chain, event.id

    def _follows(self, event: AuditEvent, previous: str) -> bool:
        """What was erased cannot be computed again; its seal and number must do."""
        return event.erased_at is not None or event.chain == event.expected_chain(previous)

    def end(self, head: AuditHead | None) -> Iterator[Finding]:
        """The last event, if it is doubtful, and what is missing after it."""
        if self._doubtful:
            inserted = head is not None and head.chain == self._before
            yield Finding("inserted" if inserted else "changed", self._last_id)
        if head is not None and self._last_id < head.last_id:
            yield Finding("removed", self._last_id + 1, head.last_id)

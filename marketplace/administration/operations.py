"""What administrators do: try jobs again, have the index checked, notices, particulars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from marketplace.administration.models import NOTICE_KINDS, SiteNotice, SiteSetting
from marketplace.administration.particulars import PARTICULARS
from marketplace.administration.site import forget_site
from marketplace.catalog.index_checking import ask_for_check
from marketplace.catalog.index_rebuilding import ask_for_rebuild
from marketplace.core import jobs
from marketplace.core.access import allow, current_person
from marketplace.core.access_table import ROLES
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.jobs import Job

LONGEST_NOTICE = 400


def retry_job(*, found: Job) -> None:
    """Put a failed job back into the queue."""
    with transaction() as session:
        allow("job.retry", found)
        error = found.error
        jobs.retry(found)
        record(session, actor=current_person().actor, action="job.retry",
               subject=f"job:{found.id}", details={"kind": found.kind, "error": error})


def rebuild_index() -> Job:
    """Ask for the index to be built anew, in the background."""
    return _ask(ask_for_rebuild, "search.rebuild")


def check_index() -> Job:
    """Ask for index and database to be compared, in the background."""
    return _ask(ask_for_check, "search.verify")


def _ask(ask: Callable[[], Job], action: str) -> Job:
    with transaction() as session:
        allow("system.repair")
        asked = ask()
        record(session, actor=current_person().actor, action=action, subject=f"job:{asked.id}")
    return asked


# --- Notices -------------------------------------------------------------------------------------


def save_notice(*, found: SiteNotice | None, text: LocalizedText, kind: str,
                starts_at: datetime | None, ends_at: datetime | None,
                roles: Sequence[str]) -> SiteNotice:
    """Put a notice on top of the pages, or change one."""
    with transaction() as session:
        allow("notice.edit", found)
        _check_notice(text, kind, starts_at, ends_at, roles)
        assert starts_at is not None
        assert ends_at is not None
        before = _notice_facts(found) if found else None
        notice = found or SiteNotice()
        notice.text, notice.kind, notice.roles = text, kind, sorted(roles)
        notice.starts_at, notice.ends_at = starts_at, ends_at
        notice.changed_by, notice.changed_at = current_person().actor, now()
        session.add(notice)
        session.flush()
        record(session, actor=current_person().actor,
               action="notice.change" if found else "notice.create",
               subject=f"notice:{notice.id}",
               details={"before": before, "after": _notice_facts(notice)})
    forget_site()
    return notice


def _check_notice(text: LocalizedText, kind: str, starts_at: datetime | None,
                  ends_at: datetime | None, roles: Sequence[str]) -> None:
    wrong = []
    if not text.zh.strip():
        wrong.append(FieldError("text.zh", "", "is required"))
    wrong += [FieldError(f"text.{name}", word[:60], f"write at most {LONGEST_NOTICE} characters")
              for name, word in text.as_dict().items() if len(word) > LONGEST_NOTICE]
    if kind not in NOTICE_KINDS:
        wrong.append(FieldError("kind", kind, "choose one of the offered terms"))
    wrong += [FieldError(name, "", "write a day and time")
              for name, at in (("starts_at", starts_at), ("ends_at", ends_at)) if at is None]
    if starts_at and ends_at and ends_at <= starts_at:
        wrong.append(FieldError("ends_at", "", "choose an end after the start"))
    wrong += [FieldError("roles", role, "choose one of the offered terms")
              for role in roles if role not in ROLES]
    if wrong:
        raise InvalidInput("The notice was not saved.", errors=tuple(wrong))


def _notice_facts(notice: SiteNotice) -> dict[str, Any]:
    return {"text": notice.text.as_dict(), "kind": notice.kind, "roles": list(notice.roles),
            "from": notice.starts_at.isoformat(), "until": notice.ends_at.isoformat()}


def remove_notice(*, found: SiteNotice) -> None:
    """Take a notice off the pages for good."""
    with transaction() as session:
        allow("notice.edit", found)
        record(session, actor=current_person().actor, action="notice.remove",
               subject=f"notice:{found.id}", details={"before": _notice_facts(found)})
        session.delete(found)
    forget_site()


# --- Particulars of the site ---------------------------------------------------------------------


def save_particulars(*, given: Mapping[str, LocalizedText]) -> list[str]:
    """Change the site's name and contact lines; gives the keys that changed."""
    wrong = tuple(FieldError(f"{key}.{name}", word[:60],
                             f"write at most {PARTICULARS[key].longest} characters")
                  for key, text in given.items() for name, word in text.as_dict().items()
                  if len(word) > PARTICULARS[key].longest)
    if wrong:
        raise InvalidInput("The settings were not saved.", errors=wrong)
    with transaction() as session:
        allow("setting.edit")
        changed = []
        for key, text in given.items():
            row = session.get(SiteSetting, key)
            before = row.value if row else LocalizedText()
            if before == text:
                continue
            row = row or SiteSetting(key=key)
            row.value, row.changed_by, row.changed_at = text, current_person().actor, now()
            session.add(row)
            record(session, actor=current_person().actor, action="setting.change",
                   subject=f"setting:{key}",
                   details={"before": before.as_dict(), "after": text.as_dict()})
            changed.append(key)
    forget_site()
    return changed

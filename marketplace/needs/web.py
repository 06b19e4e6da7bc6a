"""What the pages of needs and enquiries share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, current_app, flash, redirect, request

from marketplace.catalog.indexer import Indexes
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText as T
from marketplace.core.numbers import as_numbers
from marketplace.needs.models import Enquiry

NEED_STATES = {"draft": T("草稿", "Draft"), "published": T("已发布", "Published"),
               "paused": T("已暂停", "Paused"), "closed": T("已结束", "Closed")}
ENQUIRY_STATES = {"open": T("进行中", "Open"), "closed": T("已截止", "Over"),
                  "withdrawn": T("已撤回", "Withdrawn")}
INVITATION_STATES = {
    "proposed": T("运营方推荐，待您确认", "Proposed, to be confirmed"),
    "dismissed": T("未邀请", "Not asked"), "invited": T("待应答", "Waiting for an answer"),
    "answered": T("已应答", "Answered"), "declined": T("不参加", "Declined"),
    "expired": T("未应答", "No answer")}
AUDIENCES = {"all": T("所有服务商", "All providers"),
             "industries": T("选定行业的服务商", "Providers of chosen industries"),
             "invited": T("只给受邀服务商", "Invited providers only")}
SAYS = {"meets": T("满足", "Meets it"), "partly": T("部分满足", "Partly"),
        "no": T("不满足", "Does not")}
OUTCOMES = {"chosen": T("选定了产品", "A solution was chosen"),
            "elsewhere": T("在平台之外解决了", "Solved elsewhere"),
            "none": T("没有选", "Nothing was chosen")}
TONES = {"published": "good", "open": "good", "answered": "good", "paused": "warn",
         "proposed": "warn", "invited": "warn", "declined": "bad", "withdrawn": "bad"}


def indexes() -> Indexes:
    found: Indexes = current_app.extensions["indexes"]
    return found


def see_other(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]


def attempt(action: Callable[[], object], path: str, done: str) -> Response:
    """Do it, say so, and go on to `path`; what hinders it is said there too."""
    try:
        action()
    except (Conflict, InvalidInput) as problem:
        for text in [str(e.remedy) for e in problem.errors] or [problem.detail]:
            flash(text, "error")
    else:
        flash(done, "success")
    return see_other(path)


def numbers(name: str) -> list[int]:
    """The ids sent under a name; anything else is left out."""
    return as_numbers(request.form.getlist(name))


def number(name: str) -> int | None:
    return next(iter(numbers(name)), None)


def day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def errors_of(problem: InvalidInput | Conflict) -> tuple[FieldError, ...]:
    """The errors at fields; one for the whole where there are none."""
    return problem.errors or (FieldError("", None, problem.detail),)


def put_off(enquiry: Enquiry) -> list[tuple[date, date, str]]:
    """Each time the deadline was put off: the day before, the day after and the reason."""
    return [(date.fromisoformat(e["before"]), date.fromisoformat(e["day"]), e["reason"])
            for e in enquiry.extensions]


def labels() -> dict[str, Any]:
    return {"need_states": NEED_STATES, "enquiry_states": ENQUIRY_STATES,
            "invitation_states": INVITATION_STATES, "audiences": AUDIENCES, "says": SAYS,
            "outcomes": OUTCOMES, "tones": TONES,
            "put_off": put_off}

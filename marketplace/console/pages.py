"""The blueprint of the operator's console; its views register themselves on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from marketplace.core.clock import today
from marketplace.core.i18n import LocalizedText as T

console_pages = Blueprint("console", __name__, url_prefix="/console",
                          template_folder="templates")
KINDS = {"listing": T("首次上架", "First listing"), "edit": T("修改", "Edit")}
STATES = {"waiting": T("待审核", "Waiting"), "approved": T("已通过", "Approved"),
          "returned": T("已退回", "Returned"), "withdrawn": T("已撤回", "Withdrawn")}
TONES = {"waiting": "warn", "approved": "good", "returned": "bad", "withdrawn": ""}


@console_pages.context_processor
def shared() -> dict[str, Any]:
    """What every page of the console names."""
    return {"submission_kinds": KINDS, "submission_states": STATES, "submission_tones": TONES,
            "today": today()}

"""The provider's workspace: home, company profile, beginning a solution."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.accounts.models import Organisation
from marketplace.catalog.labels import VERSION_STATES
from marketplace.catalog.pricing import DEFAULT_COST_CLASS
from marketplace.core import numbers
from marketplace.core.access import Person, current_person
from marketplace.core.clock import BEIJING
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.listing import operations, queries
from marketplace.listing.content import LOCALIZED, key_of
from marketplace.listing.forms import section_of
from marketplace.listing.labels import field_label, section_label, shown_value
from marketplace.notifications.cards import Card, cards_for
from marketplace.taxonomy.queries import districts
from marketplace.workspace.company import checked_profile, stored_profile, typed_profile

ROW_FIELDS = ("attributes", "scenarios", "price_parts", "cases", "documents")
workspace_pages = Blueprint("workspace", __name__, template_folder="templates")


@workspace_pages.context_processor
def shared() -> dict[str, Any]:
    """What pages of the workspace call to name fields and sections."""
    return {"field_label": field_label, "section_label": section_label,
            "shown_value": shown_value, "field_anchor": field_anchor, "row_fields": ROW_FIELDS,
            "usual_cost_class": DEFAULT_COST_CLASS, "version_states": VERSION_STATES}


def field_anchor(field: str) -> str:
    """Where a field stands on its page; a field of rows leads to the form."""
    if field in ROW_FIELDS:
        return "section-form"
    if field == "categories":  # the main one stands first, the further ones below it
        return "main_category"
    bilingual = field in LOCALIZED or field.endswith((".title", ".summary", ".body"))
    return f"{field}.zh" if bilingual else field


def text_of(value: object) -> LocalizedText:
    """A bilingual text of content that may not be there yet."""
    return LocalizedText.of(value if isinstance(value, Mapping | str | LocalizedText) else None)


def plain(value: object) -> str:
    """A number as it is typed; anything else as it was."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float | str) else ""


def clock_time(at: datetime) -> str:
    """The time of day in China."""
    return f"{at.astimezone(BEIJING):%H:%M:%S}"


for _name, _filter in (("text_of", text_of), ("plain", plain), ("clock", clock_time),
                       ("field_label", field_label), ("key_of", key_of),
                       ("section_of_field", section_of)):
    workspace_pages.add_app_template_filter(_filter, _name)


def page_number() -> int:
    """Which page of a list the address asks for."""
    return numbers.page_number(request.args.get("page"))


@workspace_pages.get("/workspace")
def home() -> str:
    rows, total = queries.own_solutions(page_number())
    return render("workspace/home.html", provider=queries.own_provider(), solutions=rows,
                  total=total, counts=queries.own_counts(), page=page_number(),
                  pages=-(-total // queries.PER_PAGE))


def _organisation() -> Organisation:
    return db.session.get_one(Organisation, current_person().organisation_id)


def _company_page(typed: dict[str, Any] | None = None, errors: Any = ()) -> str:
    provider, organisation = queries.own_provider(), _organisation()
    cases = queries.published_cases(provider.id) if provider else []
    return render("workspace/company.html", provider=provider, organisation=organisation,
                  profile=typed or stored_profile(organisation, provider), errors=errors,
                  districts=districts(), cases=cases)


@workspace_pages.get("/workspace/company")
def company() -> str:
    return _company_page()


@workspace_pages.post("/workspace/company")
def save_company() -> ResponseReturnValue:
    typed = typed_profile(request.form)
    try:
        operations.save_profile(content=checked_profile(typed, _organisation()))
    except InvalidInput as problem:
        return _company_page(typed, problem.errors), 422
    flash(_("The company profile has been saved."), "success")
    return redirect("/workspace/company", 303)


@workspace_pages.get("/workspace/solutions/new")
def new() -> ResponseReturnValue:
    if queries.own_provider() is None:
        flash(_("Fill in the company profile first; solutions belong to it."), "warning")
        return redirect("/workspace/company", 303)
    return render("workspace/new.html", errors=(), name="", copies=queries.own_solutions()[0])


@workspace_pages.post("/workspace/solutions")
def create() -> ResponseReturnValue:
    name, wanted = request.form.get("name.zh", ""), numbers.as_number(request.form.get("copy_of"))
    copy = queries.own_solution(wanted) if wanted is not None else None
    try:
        draft = operations.begin_draft(name=name, copy_of=copy)
    except InvalidInput as problem:
        return render("workspace/new.html", errors=problem.errors, name=name,
                      copies=queries.own_solutions()[0]), 422
    except Conflict:
        return new()
    flash(_("The draft has been created. Fill it in page by page; every page is saved by itself."),
          "success")
    return redirect(f"/workspace/solutions/{draft.solution_id}/edit/basics", 303)


@cards_for("provider")
def provider_cards(person: Person) -> list[Card]:
    """The provider's figures on the desk home."""
    counts = queries.own_counts()
    return [Card(_("My solutions"), "/workspace", counts["all"],
                 _("%(listed)s listed", listed=counts["listed"])),
            Card(_("In review"), "/workspace", counts["in_review"]),
            Card(_("Returned with comments"), "/workspace", counts["returned"])]

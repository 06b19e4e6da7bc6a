"""The sections of a solution's form, and what was typed as content in the authors' form.

What cannot be read as a number stays as it was typed, so that nothing is lost and the check says
what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace.catalog.pricing import PARTS
from marketplace.catalog.spreadsheet_cells import tidy
from marketplace.core.numbers import as_number
from marketplace.declarations import Attribute
from marketplace.listing.content import FILES, Content, key_of, pruned
from marketplace.taxonomy.registry import taxonomy

MOST_ROWS = 50
"""Cases, documents or figures of one list."""


Form = MultiDict[str, str]
"""What a browser sent."""


@dataclass(frozen=True)
class Section:
    """A page of the form: the keys of the content it holds, and how it is read."""

    code: str
    keys: tuple[str, ...]
    read: Callable[[Form, Content], dict[str, Any]]


def text(form: Form, name: str) -> str:
    """One text as it is kept: line ends as \\n, trimmed, without control characters."""
    return tidy(form.get(name, ""))


def both(form: Form, name: str) -> dict[str, str]:
    return {"zh": text(form, f"{name}.zh"), "en": text(form, f"{name}.en")}


def number(form: Form, name: str) -> int | float | str | None:
    """A number; anything else stays text for the check to name."""
    typed = text(form, name).replace(",", "").replace("，", "")
    if not typed:
        return None
    if re.fullmatch(r"-?\d{1,15}", typed):
        return int(typed)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,6}", typed):
        value = float(typed)
        return int(value) if value.is_integer() else value
    return text(form, name)


def _basics(form: Form, before: Content) -> dict[str, Any]:
    return {"go_live_days": number(form, "go_live_days"),
            **{n: both(form, n) for n in ("name", "promise", "description", "smallest_package")}}


def _industries(form: Form, before: Content) -> dict[str, Any]:
    main, others = text(form, "main_category"), form.getlist("categories")
    chosen = [main, *others] if main else others
    return {"industries": form.getlist("industries"), "categories": list(dict.fromkeys(chosen))}


def _scenarios(form: Form, before: Content) -> dict[str, Any]:
    rows = []
    for name in form:
        found = re.fullmatch(r"scenarios\.(.{1,16})\.to", name)
        low = text(form, f"scenarios.{found[1]}.from") if found else ""
        high = as_number(text(form, name))
        if found and high is not None and taxonomy().scenario(found[1]):
            rows.append({"code": found[1], "from": as_number(low) or 0, "to": high})
    return {"scenarios": sorted(rows, key=lambda row: str(row["code"]))}


def _deployment(form: Form, before: Content) -> dict[str, Any]:
    lines = text(form, "interfaces").replace("；", "\n").replace(";", "\n").split("\n")
    return {"deployments": form.getlist("deployments"), "data_export": both(form, "data_export"),
            "interfaces": [line.strip() for line in lines if line.strip()]}


def _prices(form: Form, before: Content) -> dict[str, Any]:
    rows = []
    for part in PARTS:
        amount = number(form, f"price_parts.{part}.amount")
        if amount is not None:
            rows.append({
                "part": part, "amount": amount, "unit": text(form, f"price_parts.{part}.unit"),
                "from_year": number(form, f"price_parts.{part}.from_year") or 1,
                "cost_class": text(form, f"price_parts.{part}.cost_class")})
    return {"price_parts": [{k: v for k, v in row.items() if v != ""} for row in rows]}


def attributes_shown(content: Content) -> list[Attribute]:
    """The attributes the form asks for: the core's and those of the chosen industries."""
    return list(taxonomy().attributes_for(content.get("industries") or ()))


def attribute_groups(content: Content) -> list[list[Attribute]]:
    """The same under their headings, as declared: the core's first, then industry by industry."""
    groups: dict[tuple[str | None, str], list[Attribute]] = {}
    for attribute in attributes_shown(content):
        groups.setdefault((attribute.industry, attribute.group.code), []).append(attribute)
    return list(groups.values())


def _attributes(form: Form, before: Content) -> dict[str, Any]:
    """Values of attributes this form did not ask for stay as they are: other industries may have
    been chosen in another tab since it was opened."""
    values = dict(before.get("attributes") or {})
    asked = form.getlist("asked")
    for attribute in attributes_shown(before):
        name = f"attr.{attribute.key}"
        if name not in form and attribute.key not in asked:
            continue
        value: Any = (
            form.getlist(name) if attribute.type == "choices" else
            number(form, name) if attribute.is_number else text(form, name))
        if attribute.type == "boolean":
            value = {"yes": True, "no": False}.get(value)
        values[attribute.key] = value
    return {"attributes": {k: v for k, v in values.items() if pruned(v) is not None}}


def _indexes(form: Form, prefix: str) -> list[int]:
    pattern = re.compile(rf"{re.escape(prefix)}\.(\d{{1,3}})\..*")
    found = {int(m[1]) for name in form if (m := pattern.fullmatch(name))}
    return sorted(found)[:MOST_ROWS]


def _kept(form: Form, name: str) -> bool:
    return not text(form, f"{name}.remove")


def _figure(form: Form, name: str) -> dict[str, Any]:
    return {"indicator": both(form, f"{name}.indicator"), "before": number(form, f"{name}.before"),
            "after": number(form, f"{name}.after"), "unit": both(form, f"{name}.unit")}


def _cases(form: Form, before: Content) -> dict[str, Any]:
    rows = []
    for n in _indexes(form, "cases"):
        name = f"cases.{n}"
        figures = [_figure(form, f"{name}.figures.{m}") for m in _indexes(form, f"{name}.figures")]
        row = {"title": both(form, f"{name}.title"), "class": text(form, f"{name}.class"),
               "company_size": number(form, f"{name}.company_size"),
               "summary": both(form, f"{name}.summary"),
               "figures": [f for f in figures if pruned(f) is not None],
               "base_period": both(form, f"{name}.base_period"),
               "confirmed_by": both(form, f"{name}.confirmed_by")}
        if _kept(form, name) and pruned(row) is not None:
            rows.append({k: v for k, v in row.items() if pruned(v) is not None})
    return {"cases": rows}


def _documents(form: Form, before: Content) -> dict[str, Any]:
    rows = []
    for n in _indexes(form, "documents"):
        name = f"documents.{n}"
        row = {"title": both(form, f"{name}.title"), "body": both(form, f"{name}.body")}
        if _kept(form, name) and pruned(row) is not None:
            rows.append({**row, "kind": text(form, f"{name}.kind")})
    files = [{**row, "kind": text(form, f"files.{row['file']}.kind") or row["kind"],
              "title": both(form, f"files.{row['file']}.title")}
             for row in before.get(FILES) or () if f"files.{row['file']}.kind" in form]
    return {"documents": rows, FILES: files}


SECTIONS: Mapping[str, Section] = {s.code: s for s in (
    Section("basics", ("name", "promise", "description", "go_live_days", "smallest_package"),
            _basics),
    Section("industries", ("industries", "categories"), _industries),
    Section("scenarios", ("scenarios",), _scenarios),
    Section("deployment", ("deployments", "interfaces", "data_export"), _deployment),
    Section("price", ("price_parts",), _prices),
    Section("attributes", ("attributes",), _attributes),
    Section("cases", ("cases",), _cases),
    Section("documents", ("documents", FILES), _documents),
)}
"""The form page by page, in the order in which it is filled in."""


def section_of(field: str) -> str:
    """The section that holds a field."""
    key = key_of(field)
    return next((s.code for s in SECTIONS.values() if key in s.keys), "basics")

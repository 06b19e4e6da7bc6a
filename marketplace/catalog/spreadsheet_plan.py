"""What a row would change: it is compared with what is stored, cell by cell, and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.catalog.spreadsheet_checking import NEEDED, Wrong, check_row, plugin_problems
from marketplace.catalog.spreadsheet_columns import ATTRIBUTES, SOLUTIONS, Sheet, nested_schema
from marketplace.catalog.spreadsheet_provider import ProviderContentSchema
from marketplace.catalog.spreadsheet_reading import Row, Table
from marketplace.catalog.spreadsheet_records import (
    CONTENT,
    Cells,
    part_rows,
    provider_content_row,
    provider_row,
    solution_row,
)
from marketplace.catalog.spreadsheet_slugs import SHAPE, is_slug
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.registry import taxonomy

State = Literal["new", "changed", "unchanged", "wrong"]
HELD = "left out together with its solution, whose own row is not right yet; mend that one first"


@dataclass
class Plan:
    """What to do with a record. `content` is set when something is to be written; `states` holds
    what became of the rows, by (sheet, row number); `wrong` the remedies at their cells."""

    slug: str
    content: dict[str, Any] | None = None
    states: dict[tuple[str, int], State] = field(default_factory=dict)
    wrong: list[tuple[str, Row, Wrong]] = field(default_factory=list)

    def settle(self, sheet: str, row: Row, state: State) -> None:
        self.states[sheet, row.number] = state

    def refuse(self, sheet: str, row: Row, wrong: Wrong) -> None:
        self.settle(sheet, row, "wrong")
        if wrong:
            self.wrong.append((sheet, row, wrong))


def _overlaid(table: Table, row: Row, before: Cells) -> Cells:
    """The row on top of what is stored: columns the file lacks keep their value."""
    kept = {k: v for k, v in before.items() if k not in table.columns}
    return {**kept, **row.cells}


def plan_provider(table: Table, row: Row, slug: str, provider: Provider | None,
                  schema: ProviderContentSchema) -> Plan:
    """What a row of `providers` changes."""
    plan, before = Plan(slug), provider_row(table.sheet, provider) if provider else {}
    cells = {**_overlaid(table, row, before), "slug": slug}
    if before and cells == before and not row.wrong:
        plan.settle(table.sheet.name, row, "unchanged")
        return plan
    content, wrong = check_row(table.sheet, cells, row.wrong, schema)
    if not before and slug and not is_slug(slug):
        wrong["slug"] = SHAPE
    if content is None or wrong:
        plan.refuse(table.sheet.name, row, wrong)
    elif provider_content_row(table.sheet, content, slug=slug) == before:
        plan.settle(table.sheet.name, row, "unchanged")
    else:
        if provider:
            content["contact"] = {**provider.contact, **content["contact"]}
        plan.content = content
        plan.settle(table.sheet.name, row, "changed" if before else "new")
    return plan


@dataclass
class Unit:
    """All rows of a file that tell of one solution; `row` is its own, `parts` hang on it."""

    slug: str
    row: Row | None = None
    parts: dict[str, list[Row]] = field(default_factory=dict)


def plan_solution(tables: Mapping[str, Table], unit: Unit, solution: Solution | None,
                  provider_wrong: str | None) -> Plan:
    """What the rows of a solution change. `provider_wrong` says what is wrong with the provider."""
    plan = Plan(unit.slug)
    version = solution.published if solution else None
    content, fresh = _head(plan, tables, unit, solution, provider_wrong)
    if content is None:
        _hold_parts(plan, unit)
        return plan
    for name, rows in unit.parts.items():
        loaded, different = _part(plan, tables[name].sheet, rows, version, unit.slug)
        if different:
            content[name], fresh = loaded, True
    if fresh and solution and solution.withdrawn_at:
        _refuse_withdrawn(plan, unit, solution)
    elif fresh:
        plan.content = content
    return plan


def _head(plan: Plan, tables: Mapping[str, Table], unit: Unit, solution: Solution | None,
          provider_wrong: str | None) -> tuple[dict[str, Any] | None, bool]:
    """The content without changes to parts, and whether it differs from what is published."""
    row, version = unit.row, solution.published if solution else None
    stored = stored_content(version) if version else {}
    if row is None:
        return (stored, False) if stored else (None, False)
    table = tables[SOLUTIONS]
    before: Cells = {}
    if solution and version:
        before = solution_row(table.sheet, version, slug=unit.slug, provider=solution.provider.slug)
    cells = {**_overlaid(table, row, before), "slug": unit.slug}
    if before and cells == before and not row.wrong:
        plan.settle(SOLUTIONS, row, "unchanged")
        return stored, False
    content, wrong = check_row(table.sheet, cells, row.wrong, CONTENT)
    if solution is None and unit.slug and not is_slug(unit.slug):
        wrong["slug"] = SHAPE
    if not cells.get("provider"):
        provider_wrong = NEEDED
    if provider_wrong:
        wrong.setdefault("provider", provider_wrong)
    if content is not None and not wrong:
        after = solution_row(table.sheet, content, slug=unit.slug, provider=cells["provider"])
        if before and after == before:
            plan.settle(SOLUTIONS, row, "unchanged")
            return stored, False
        wrong = plugin_problems(table.sheet, after, content["industries"])
    if content is None or wrong:
        plan.refuse(SOLUTIONS, row, wrong)
        return None, False
    known = taxonomy().attributes
    undeclared = {k: v for k, v in stored.get(ATTRIBUTES, {}).items() if k not in known}
    content[ATTRIBUTES] = {**undeclared, **content[ATTRIBUTES]}
    plan.settle(SOLUTIONS, row, "changed" if before else "new")
    return {**stored, **content, **{n: stored[n] for n in _parts() if n in stored}}, True


def _parts() -> tuple[str, ...]:
    return tuple(n for n, f in CONTENT.fields.items()
                 if n not in ("scenarios", "price_parts") and nested_schema(f) is not None)


def _part(plan: Plan, sheet: Sheet, rows: Sequence[Row], version: SolutionVersion | None,
          slug: str) -> tuple[list[dict[str, Any]], bool]:
    """The loaded rows of one kind, and whether they differ from the published ones."""
    before = part_rows(sheet, version, solution=slug) if version else []
    schema = nested_schema(CONTENT.fields[sheet.name])
    assert schema is not None
    loaded: list[dict[str, Any]] = []
    refused = False
    if [dict(row.cells) for row in rows] != before or any(row.wrong for row in rows):
        only_slug = len(rows) == 1 and set(rows[0].cells) == {sheet.key} and not rows[0].wrong
        for row in () if only_slug else rows:
            content, wrong = check_row(sheet, row.cells, row.wrong, schema)
            if content is None:
                plan.refuse(sheet.name, row, wrong)
                refused = True
            else:
                loaded.append(content)
        if not refused and part_rows(sheet, {sheet.name: loaded}, solution=slug) != before:
            _settle_all(plan, sheet.name, rows, "changed" if before else "new")
            return loaded, True
    _settle_all(plan, sheet.name, rows, "wrong" if refused else "unchanged")
    return [], False


def _settle_all(plan: Plan, sheet: str, rows: Sequence[Row], state: State) -> None:
    for row in rows:
        plan.settle(sheet, row, state)


def _hold_parts(plan: Plan, unit: Unit) -> None:
    for name, rows in unit.parts.items():
        for row in rows:
            plan.refuse(name, row, {"solution": HELD if unit.row else
                                    "is no slug of a published solution, here or in this file"})


def _refuse_withdrawn(plan: Plan, unit: Unit, solution: Solution) -> None:
    remedy = (f"was withdrawn on {solution.withdrawn_at:%Y-%m-%d}; an import does not bring it "
              "back, so remove the row")
    for row in [unit.row] if unit.row else []:
        plan.refuse(SOLUTIONS, row, {"slug": remedy})
    for name, rows in unit.parts.items():
        for row in rows:
            plan.refuse(name, row, {"solution": remedy})


def stored_content(version: SolutionVersion) -> dict[str, Any]:
    """A version's content as the schema loads it, taken over without checking it anew."""
    content: dict[str, Any] = {}
    for name, declared in CONTENT.fields.items():
        value, nested = getattr(version, name), nested_schema(declared)
        if nested is not None:
            value = [{n: _given(getattr(row, n), f.allow_none) for n, f in nested.fields.items()}
                     for row in value]
        elif isinstance(value, list):
            value = [getattr(item, "code", item) for item in value]
        content[name] = value
    return content


def _given(value: Any, may_miss: bool) -> Any:
    return None if may_miss and isinstance(value, LocalizedText) and not value else value

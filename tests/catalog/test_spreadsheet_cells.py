"""Whatever a cell says is read or refused with a remedy; whatever is stored comes back from it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import fields

from marketplace.catalog import spreadsheet_cells as cells
from marketplace.catalog.content_schema import SolutionContentSchema
from marketplace.catalog.labels import DEPLOYMENTS
from marketplace.catalog.pricing import PARTS, UNITS
from marketplace.catalog.spreadsheet_checking import check_row
from marketplace.catalog.spreadsheet_columns import PROVIDERS, SOLUTIONS, sheets
from marketplace.catalog.spreadsheet_labels import ALL
from marketplace.catalog.spreadsheet_provider import ProviderContentSchema
from marketplace.catalog.spreadsheet_reading import read_book
from marketplace.catalog.spreadsheet_records import CONTENT, PROVIDER, part_rows, solution_row
from marketplace.catalog.spreadsheet_writing import write_file
from marketplace.taxonomy.registry import taxonomy

SHEETS = sheets({"370102": taxonomy().industry_name("steel")})
MANY = settings(max_examples=60, deadline=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])
HARD = st.sampled_from([
    "=1+1", "'=1", "''", "'", "@x", "-1", "+1", "a;b；c", "a|b\nc", "\\", "a\\;b\\", "_x000D_",
    "_x005F_", "a\r\nb", "\x00", "#N/A", "# x", "1e5", "007", "，", "é", "𠮷", "nan", '"', "\t=1"])
TEXT = st.one_of(HARD, st.text(min_size=1, max_size=30),
                 st.lists(HARD, min_size=1, max_size=8).map("".join)).map(lambda text: text[:80])
NAMES = TEXT.filter(lambda text: cells.tidy(text) != "")
BOTH = st.fixed_dictionaries({"zh": NAMES, "en": st.one_of(st.just(""), TEXT)})
NUMBERS = st.one_of(st.integers(-10**9, 10**9), st.floats(-1e9, 1e9, allow_nan=False))
ATTRIBUTES = st.fixed_dictionaries({}, optional={
    "trial_days": st.integers(0, 10**14), "downtime_hours": st.one_of(
        st.floats(0, 1e9, allow_nan=False), st.sampled_from([48701614.367333345, 0.1, 5e-324])),
    "offline_capable": st.booleans(),
    "company_sizes": st.lists(st.sampled_from(["micro", "small", "medium"]), min_size=1)})
CONTENTS = st.fixed_dictionaries({
    "name": BOTH, "promise": BOTH, "description": BOTH,
    "industries": st.lists(st.sampled_from(["general", *taxonomy().industries]), min_size=1,
                           unique=True),
    "categories": st.lists(st.sampled_from([*taxonomy().categories]), min_size=1, max_size=6,
                           unique=True),
    "deployments": st.lists(st.sampled_from([*DEPLOYMENTS]), min_size=1),
    "scenarios": st.lists(st.builds(lambda code, low, up: {"code": code, "from": low, "to": up},
                                    st.sampled_from([*taxonomy().core_scenarios]),
                                    st.integers(0, 2), st.integers(3, 4)),
                          unique_by=lambda row: row["code"], max_size=4),
    "price_parts": st.lists(st.fixed_dictionaries({
        "part": st.sampled_from(PARTS), "unit": st.sampled_from(UNITS),
        "amount": st.integers(0, 10**10).map(lambda cents: cents / 100),
        "from_year": st.integers(1, 3)}), unique_by=lambda row: row["part"]),
    "go_live_days": st.one_of(st.none(), st.integers(1, 2000)),
    "smallest_package": st.fixed_dictionaries({"zh": st.one_of(st.just(""), TEXT), "en": TEXT}),
    "interfaces": st.lists(TEXT, max_size=4),
    "attributes": ATTRIBUTES,
    "cases": st.lists(st.fixed_dictionaries({
        "title": BOTH, "summary": BOTH, "company_size": st.one_of(st.none(), st.integers(1, 99)),
        "figures": st.lists(st.fixed_dictionaries({
            "indicator": BOTH, "before": st.one_of(st.none(), NUMBERS), "after": NUMBERS,
            "unit": st.fixed_dictionaries({"zh": st.one_of(st.just(""), TEXT)})}), max_size=3),
    }), max_size=3),
    "documents": st.lists(st.fixed_dictionaries({
        "title": BOTH, "kind": st.just("manual"), "body": BOTH}), max_size=2),
})


def _rows(content: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    return [(SOLUTIONS, solution_row(SHEETS[SOLUTIONS], content, slug="a-b", provider="p")),
            *((name, row) for name in ("cases", "documents")
              for row in part_rows(SHEETS[name], content, solution="a-b"))]


@MANY
@given(content=CONTENTS, kind=st.sampled_from(["xlsx", "csv"]))
def test_any_content_comes_back_from_a_file(content: dict[str, Any], kind: str,
                                            tmp_path: Path) -> None:
    rows = _rows(SolutionContentSchema().load(content))
    known = {name: SHEETS[name] for name in (SOLUTIONS, "cases", "documents")}
    read: list[tuple[str, dict[str, str]]] = []
    for path in write_file(tmp_path / f"x.{kind}", known, rows):
        for name, table in read_book(path, known).tables.items():
            read += [(name, dict(row.cells)) for row in table.rows]
            assert not any(row.wrong for row in table.rows)
    assert read == rows
    for name, row in read:
        schema = CONTENT if name == SOLUTIONS else _nested(name)
        loaded, wrong = check_row(SHEETS[name], row, {}, schema)
        assert loaded is not None, wrong
        again = (solution_row(SHEETS[name], {**loaded, "cases": [], "documents": []},
                              slug="a-b", provider="p") if name == SOLUTIONS
                 else part_rows(SHEETS[name], {name: [loaded]}, solution="a-b")[0])
        assert again == row


def _nested(name: str) -> Any:
    field = CONTENT.fields[name]
    assert isinstance(field, fields.List)
    assert isinstance(field.inner, fields.Nested)
    return field.inner.schema


@MANY
@given(st.data(), st.sampled_from([SOLUTIONS, PROVIDERS, "cases", "documents"]))
def test_any_cell_is_read_or_refused(data: st.DataObject, name: str) -> None:
    sheet = SHEETS[name]
    row = {key: cells.tidy(text) for key, text in data.draw(st.dictionaries(
        st.sampled_from([*sheet.by_key]), st.one_of(TEXT, st.sampled_from(
            ["MES", "steel", "OP-06:1>3", "9" * 400, "1e999", "-0", "yes", "a|b|c|d|e|f|g|h"])),
        max_size=12)).items()}
    schema = {SOLUTIONS: CONTENT, PROVIDERS: PROVIDER}.get(name) or _nested(name)
    content, wrong = check_row(sheet, row, {}, schema)
    assert (content is None) == bool(wrong)
    assert set(wrong) <= set(sheet.by_key)
    assert all(wrong.values())


@given(TEXT)
def test_escaping_of_formulas_is_exact(text: str) -> None:
    escaped = cells.escape(text)
    assert cells.unescape(escaped) == text
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(("text", "value"), [
    ("OP-06:1>3; ST-3.2：1→2", [("OP-06", 1, 3), ("ST-3.2", 1, 2)]), ("op-06: 0 -> 4",
                                                                       [("OP-06", 0, 4)])])
def test_scenarios_are_read_as_people_write_them(text: str, value: list[Any]) -> None:
    assert [(r["code"], r["from"], r["to"]) for r in cells.Scenarios().read(text)] == value


def test_choices_are_understood_by_code_and_by_name() -> None:
    codec = SHEETS[SOLUTIONS].by_key["deployments"].codec
    assert codec.read("SaaS 云服务； PRIVATE、混合部署") == ["saas", "private", "hybrid"]
    with pytest.raises(cells.CellError, match="did you mean private"):
        codec.read("privat")


@pytest.mark.parametrize("text", ["12 天", "1e400", "nan", "inf", "1_0", "九", "9" * 30, "--1"])
def test_numbers_without_a_number_are_refused(text: str) -> None:
    with pytest.raises(cells.CellError, match="write a number"):
        cells.Number().read(text)


@pytest.mark.parametrize(("code", "remedy"), [
    ("9137010", "write 18 characters (now 7)"),
    ("91000000000000000O", "write 8 digits, then"),
    ("913701000000000001", "the last character does not fit"),
])
def test_a_credit_code_is_told_what_is_wrong_with_it(code: str, remedy: str) -> None:
    errors = ProviderContentSchema().validate({"credit_code": code})["credit_code"]
    assert errors[0].startswith(remedy)


def test_every_column_has_a_label_and_every_label_a_column() -> None:
    keys = {k for sheet in SHEETS.values() for c in sheet.columns
            for k in (".".join(c.path), ".".join(c.path[:-1]), c.path[-1], c.key.split(".")[0])}
    assert {key for key in ALL if key not in keys} == set()
    for sheet in SHEETS.values():
        for column in sheet.columns:
            assert column.label.zh, column.key
            assert column.label.en, column.key
            assert column.label.zh != column.key, column.key


def test_every_declared_attribute_is_a_column() -> None:
    keys = set(SHEETS[SOLUTIONS].by_key)
    assert {f"attr.{key}" for key in taxonomy().attributes} <= keys


def test_csv_cells_are_escaped_on_disk(tmp_path: Path) -> None:
    rows = [("documents", {"solution": "a", "title_zh": "=cmd()", "body_zh": "'=x"})]
    (path,) = write_file(tmp_path / "d.csv", {"documents": SHEETS["documents"]}, rows)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    line = list(csv.reader(raw.decode("utf-8-sig").splitlines()))[1]
    assert "'=cmd()" in line
    assert "''=x" in line

"""Import and export on a real database: the round trip, what is reported, what is left alone."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.catalog import spreadsheet_reading
from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.catalog.operations import withdraw_solution
from marketplace.catalog.spreadsheet_checked import write_checked
from marketplace.catalog.spreadsheet_export import export_catalogue, write_template
from marketplace.catalog.spreadsheet_import import import_catalogue
from marketplace.catalog.spreadsheet_report import ImportReport
from marketplace.core.audit import AuditEvent
from marketplace.core.audit_checking import broken_link
from marketplace.core.database import db
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import speaking
from marketplace.core.outbox import OutboxMessage
from marketplace.taxonomy.registry import taxonomy
from seeds.loader import remove_samples, sample_credit_code
from tests.factories import make_provider, make_solution
from tests.support import environment, marketplace

SHEETS = ("providers", "solutions", "cases", "documents")
GOOD = {"slug": "new-one", "provider": "maker", "name_zh": "新方案", "promise_zh": "一句话",
        "description_zh": "说明", "industries": "general", "categories": "MES",
        "deployments": "saas"}
FIRM = {"slug": "maker", "name_zh": "某软件公司", "city_zh": "济南", "summary_zh": "简介",
        "description_zh": "说明", "classes": "product",
        "credit_code": sample_credit_code("maker")}


def _import(path: Path, **options: bool) -> ImportReport:
    return import_catalogue(path, actor="test", **options)


def _book(path: Path, **sheets: Sequence[dict[str, Any]]) -> Path:
    """A workbook with the keys of the rows in row 1 and nothing else."""
    book = Workbook()
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        keys = list(dict.fromkeys(key for row in rows for key in row))
        page.append(keys)
        for row in rows:
            page.append([row.get(key) for key in keys])
    del book["Sheet"]
    book.save(path)
    return path


def _counts() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (
        Organisation, Provider, Solution, SolutionVersion, AuditEvent, OutboxMessage))


def _problems(report: ImportReport) -> list[tuple[str, int, str, str]]:
    return [(p.sheet, p.row, p.key, p.remedy) for p in report.problems]


def _values(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {page.title: [tuple(cell.value for cell in row) for row in page.iter_rows()]
            for page in load_workbook(path).worksheets}


# --- round trip ---


def test_importing_an_export_changes_nothing(catalogue: Flask, tmp_path: Path) -> None:
    export_catalogue(tmp_path / "a.xlsx")
    before = _counts()
    report = _import(tmp_path / "a.xlsx")
    assert report.problems == []
    assert {name: (c.total, c.unchanged) for name, c in report.sheets.items()} == {
        "providers": (40, 40), "solutions": (150, 150), "cases": (182, 182), "documents": (64, 64)}
    assert _counts() == before


def test_importing_csv_exports_changes_nothing(catalogue: Flask, tmp_path: Path) -> None:
    files = export_catalogue(tmp_path / "a.csv")
    assert [f.name for f in files] == [f"a-{name}.csv" for name in SHEETS]
    before = _counts()
    for file in files:
        report = _import(file)
        assert (report.problems, report.changes) == ([], 0)
    assert _counts() == before


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_builds_the_same_catalogue_elsewhere(catalogue: Flask, tmp_path: Path,
                                                       kind: str) -> None:
    files = export_catalogue(tmp_path / f"a.{kind}")
    remove_samples()
    assert db.session.scalar(select(func.count()).select_from(Solution)) == 0
    for file in files:
        assert _import(file).problems == []
    again = export_catalogue(tmp_path / f"b.{kind}")
    if kind == "csv":
        assert [f.read_bytes() for f in files] == [f.read_bytes() for f in again]
    else:
        assert _values(files[0]) == _values(again[0])
    assert broken_link(db.session) is None
    solution = db.session.scalars(select(Solution)).first()
    assert solution is not None
    assert not solution.sample
    assert solution.published is not None
    assert solution.listed_on is not None


def test_a_workbook_saved_by_another_program_is_read_the_same(catalogue: Flask,
                                                              tmp_path: Path) -> None:
    export_catalogue(tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    book.save(tmp_path / "b.xlsx")
    assert _import(tmp_path / "b.xlsx").changes == 0


def test_csv_in_the_encoding_of_chinese_offices(app: Flask, tmp_path: Path) -> None:
    make_provider(slug="maker")
    (file,) = export_catalogue(tmp_path / "a.csv", ["providers"])
    text = file.read_bytes().decode("utf-8-sig")
    file.write_bytes(text.replace(",", "\t").encode("gb18030"))
    assert _import(file).sheets["providers"].unchanged == 1


def test_the_template_opens_and_imports_empty(app: Flask, tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == [*SHEETS, "codes"]
    page = book["solutions"]
    assert [page["A1"].value, page["A2"].value] == ["slug", "# 网址名\nSlug"]
    rules = {str(r.sqref): r for r in page.data_validations.dataValidation}
    unit = next(c.column_letter for c in page[1] if c.value == "price.licence.unit")
    rule = rules[f"{unit}4:{unit}1048576"]
    first, last = (int(part.split("$")[2]) for part in rule.formula1.split("!")[1].split(":"))
    assert [book["codes"].cell(n, 2).value for n in range(first, last + 1)] == [
        "flat", "per_seat", "per_line", "per_person"]
    before = _counts()
    report = _import(tmp_path / "t.xlsx")
    assert (report.problems, report.notes, report.changes) == ([], [], 0)
    assert _counts() == before


# --- new, changed, left alone ---


def test_new_rows_are_published_and_a_second_import_writes_nothing(app: Flask,
                                                                   tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx", providers=[FIRM], solutions=[GOOD], cases=[
        {"solution": "new-one", "title_zh": "案例", "summary_zh": "做了", "class": "3140",
         "figures": "交期 | Lead time | 9 | 4.5 | 天 | days"}])
    report = _import(path)
    assert _problems(report) == []
    solution = db.session.scalars(select(Solution)).one()
    version = solution.published
    assert version is not None
    assert (version.state, version.number, solution.sample) == ("published", 1, False)
    assert solution.provider.listed_on is not None
    assert version.cases[0].figures[0]["after"] == 4.5
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["provider.create", "solution.create", "solution.publish"]
    before = _counts()
    assert _import(path).changes == 0
    assert _counts() == before


def test_a_changed_cell_publishes_a_new_version(app: Flask, tmp_path: Path) -> None:
    _import(_book(tmp_path / "a.xlsx", providers=[FIRM], solutions=[GOOD]))
    report = _import(_book(tmp_path / "b.xlsx", providers=[{**FIRM, "staff": 12}],
                           solutions=[{**GOOD, "go_live_days": "30"}]))
    assert (report.sheets["solutions"].changed, report.sheets["providers"].changed) == (1, 1)
    solution = db.session.scalars(select(Solution)).one()
    assert [(v.number, v.state) for v in solution.versions] == [(1, "archived"), (2, "published")]
    assert solution.provider.organisation.staff == 12
    assert broken_link(db.session) is None


def test_missing_columns_keep_and_empty_cells_clear(app: Flask, tmp_path: Path) -> None:
    make_solution(slug="new-one", provider=make_provider(slug="maker"), go_live_days=30,
                  interfaces=["REST API"])
    row = {**GOOD, "name_zh": "改名", "interfaces": None, "name_en": None}
    _import(_book(tmp_path / "a.xlsx", solutions=[row]))
    version = db.session.scalars(select(Solution)).one().published
    assert version is not None
    assert (version.name.zh, version.go_live_days, version.interfaces) == ("改名", 30, [])
    assert len(version.price_parts) == 7


def test_cases_belong_to_the_solutions_they_name(app: Flask, tmp_path: Path) -> None:
    case = {"title": {"zh": "旧"}, "summary": {"zh": "旧事"}}
    provider = make_provider(slug="maker")
    for slug in ("one", "two", "three"):
        make_solution(slug=slug, provider=provider, cases=[case])
    report = _import(_book(tmp_path / "a.xlsx", cases=[
        {"solution": "one", "title_zh": "新", "summary_zh": "新事"},
        {"solution": "two", "title_zh": None, "summary_zh": None},
        {"solution": "nowhere", "title_zh": "新", "summary_zh": "新事"}]))
    titles = {s.slug: [c.title.zh for c in s.published.cases]
              for s in db.session.scalars(select(Solution)) if s.published}
    assert titles == {"one": ["新"], "two": [], "three": ["旧"]}
    assert [p[:3] for p in _problems(report)] == [("cases", 4, "solution")]


def test_a_wrong_case_leaves_the_solution_its_cases(app: Flask, tmp_path: Path) -> None:
    case = {"title": {"zh": "旧"}, "summary": {"zh": "旧事"}}
    make_solution(slug="new-one", provider=make_provider(slug="maker"), cases=[case])
    report = _import(_book(tmp_path / "a.xlsx", solutions=[GOOD], cases=[
        {"solution": "new-one", "title_zh": "好", "summary_zh": "好事", "class": "3140"},
        {"solution": "new-one", "title_zh": "坏", "summary_zh": "坏事", "class": "31"}]))
    version = db.session.scalars(select(Solution)).one().published
    assert version is not None
    assert (version.name.zh, [c.title.zh for c in version.cases]) == ("新方案", ["旧"])
    assert _problems(report) == [("cases", 3, "class", "write four digits")]


def test_slugs_are_made_from_pinyin_and_found_again(app: Flask, tmp_path: Path) -> None:
    firm = {**FIRM, "slug": None}
    solution = {**GOOD, "slug": None, "provider": "mou-ruan-jian-gong-si"}
    path = _book(tmp_path / "a.xlsx", providers=[firm], solutions=[
        solution, {**solution, "name_zh": "＊＊"}, {**solution, "name_zh": None}])
    report = _import(path)
    assert report.slugs == [("providers", 2, "mou-ruan-jian-gong-si"),
                            ("solutions", 2, "xin-fang-an")]
    assert [p[1:3] for p in _problems(report)] == [(3, "slug"), (4, "name_zh")]
    before = _counts()
    assert _import(path).changes == 0
    assert _counts() == before


def test_undeclared_attributes_survive(app: Flask, tmp_path: Path) -> None:
    solution = make_solution(slug="new-one", provider=make_provider(slug="maker"))
    assert solution.published is not None
    solution.published.attributes = {"of_a_removed_plugin": 1}
    db.session.commit()
    _import(_book(tmp_path / "a.xlsx", solutions=[{**GOOD, "attr.trial_days": 9}]))
    version = db.session.scalars(select(Solution)).one().published
    assert version is not None
    assert version.attributes == {"of_a_removed_plugin": 1, "trial_days": 9}


# --- what is wrong ---


BAD_CELLS = [
    ({"categories": "MESS"}, "categories", "did you mean"),
    ({"categories": None}, "categories", "required"),
    ({"scenarios": "OP-99:1>2"}, "scenarios", "no known scenario"),
    ({"scenarios": "OP-06:3>1"}, "scenarios", "above the level"),
    ({"scenarios": "OP-06"}, "scenarios", "code:from>to"),
    ({"go_live_days": "bald"}, "go_live_days", "whole number"),
    ({"go_live_days": 9999}, "go_live_days", "1 to 2000"),
    ({"name_zh": "长" * 81}, "name_zh", "shorten it to 80"),
    ({"name_en": "x" * 81}, "name_en", "shorten it to 80"),
    ({"price.licence": -1}, "price.licence", "0 or more"),
    ({"price.licence.unit": "flat"}, "price.licence", "write the amount"),
    ({"price.licence": 1, "price.licence.unit": "pro Kopf"}, "price.licence.unit", "choose from"),
    ({"price.maintenance": 1, "price.maintenance.from_year": 9}, "price.maintenance.from_year", ""),
    ({"attr.trial_days": "x"}, "attr.trial_days", "whole number"),
    ({"attr.gxp_scope": "gmp"}, "attr.gxp_scope", "no attribute of the chosen industries"),
    ({"provider": "nobody"}, "provider", "no slug of a provider"),
    ({"provider": None}, "provider", "required"),
    ({"slug": "Not A Slug"}, "slug", "small letters"),
    ({"name_zh": "=A1"}, "name_zh", "formula"),
]


@pytest.mark.parametrize(("change", "key", "remedy"), BAD_CELLS)
def test_a_bad_cell_is_named_and_the_good_row_is_taken(app: Flask, tmp_path: Path, remedy: str,
                                                       change: dict[str, Any], key: str) -> None:
    rows = [{**GOOD, "slug": "bad-one", **change}, GOOD]
    path = _book(tmp_path / "a.xlsx", providers=[FIRM], solutions=rows)
    report = _import(path)
    (problem,) = report.problems
    assert (problem.sheet, problem.row, problem.key) == ("solutions", 2, key)
    assert remedy in problem.remedy
    if problem.column:
        assert load_workbook(path)["solutions"][f"{problem.column}1"].value == key
    assert db.session.scalars(select(Solution.slug)).all() == ["new-one"]


def test_several_bad_cells_of_a_row_are_reported_together(app: Flask, tmp_path: Path) -> None:
    row = {**GOOD, "industries": "steel", "name_zh": "长" * 81, "attr.gxp_scope": "gmp",
           "categories": "no", "provider": "nobody", "attr.trial_days": -1}
    report = _import(_book(tmp_path / "a.xlsx", solutions=[row]))
    assert {p.key for p in report.problems} == {
        "name_zh", "attr.gxp_scope", "categories", "provider", "attr.trial_days"}


def test_a_plugin_may_object(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def call(hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        seen.update(arguments["solution"], only=arguments["only"])
        return [("steel", [FieldError("attr.trial_days", 9, "offer a month"),
                           FieldError("name", "新方案", "say more"), FieldError("x", 1, "no")])]

    monkeypatch.setattr(taxonomy().plugins, "call", call)
    row = {**GOOD, "attr.trial_days": 9, "price.licence": 5}
    report = _import(_book(tmp_path / "a.xlsx", providers=[FIRM], solutions=[row]))
    assert {(k, r) for _s, _n, k, r in _problems(report)} == {
        ("attr.trial_days", "offer a month"), ("name_zh", "say more"), ("slug", "x: no")}
    assert (seen["attr.trial_days"], seen["price.licence"], seen["categories"],
            seen["only"]) == (9, 5, ["MES"], ["general"])


def test_what_belongs_to_others_is_refused(app: Flask, tmp_path: Path) -> None:
    provider = make_provider(slug="maker")
    make_provider(slug="other")
    make_solution(slug="new-one", provider=provider)
    gone = make_solution(slug="gone", provider=provider)
    withdraw_solution(solution=gone, reason="no longer made", actor="test")
    db.session.add(Organisation(slug="works", kind="enterprise", created_at=gone.created_at,
                                name=provider.organisation.name, city=provider.organisation.city))
    db.session.commit()
    before = _counts()
    report = _import(_book(
        tmp_path / "a.xlsx",
        providers=[{**FIRM, "slug": "another"}, {**FIRM, "slug": "works", "credit_code": None}],
        solutions=[{**GOOD, "provider": "other"}, {**GOOD, "slug": "gone"}]))
    assert [(p.key, p.remedy.split()[0:3]) for p in report.problems] == [
        ("credit_code", ["belongs", "to", "maker"]), ("slug", ["is", "the", "slug"]),
        ("provider", ["the", "solution", "belongs"]), ("slug", ["was", "withdrawn", "on"])]
    assert _counts() == before


def test_doubled_slugs_are_all_refused(app: Flask, tmp_path: Path) -> None:
    report = _import(_book(tmp_path / "a.xlsx", providers=[FIRM],
                           solutions=[GOOD, {**GOOD, "name_zh": "另一个"}],
                           cases=[{"solution": "new-one", "title_zh": "x", "summary_zh": "y"}]))
    assert [(p.sheet, p.row) for p in report.problems] == [
        ("solutions", 2), ("solutions", 3), ("cases", 2)]
    assert "rows 2, 3" in report.problems[0].remedy
    assert db.session.scalars(select(Solution)).all() == []


def test_a_wrong_provider_holds_its_solutions(app: Flask, tmp_path: Path) -> None:
    report = _import(_book(tmp_path / "a.xlsx", providers=[{**FIRM, "classes": "none"}],
                           solutions=[GOOD]))
    assert [(p.sheet, p.key) for p in report.problems] == [
        ("providers", "classes"), ("solutions", "provider")]
    assert "mend" in report.problems[1].remedy


# --- modes ---


@pytest.mark.parametrize("options", [{"dry_run": True}, {"all_or_nothing": True},
                                     {"dry_run": True, "all_or_nothing": True}])
def test_nothing_is_written(app: Flask, tmp_path: Path, options: dict[str, bool]) -> None:
    rows = [GOOD, {**GOOD, "slug": "bad-one", "categories": "no"}]
    path = _book(tmp_path / "a.xlsx", providers=[FIRM], solutions=rows)
    before = _counts()
    report = _import(path, **options)
    assert _counts() == before
    assert not report.written
    assert (report.sheets["solutions"].new, report.sheets["solutions"].wrong) == (1, 1)
    assert report.sheets["providers"].new == 1


def test_all_of_a_good_file_is_written(app: Flask, tmp_path: Path) -> None:
    rows = [{**GOOD, "slug": f"s-{n}"} for n in range(450)]
    path = _book(tmp_path / "a.xlsx", providers=[FIRM], solutions=rows)
    told: list[tuple[str, int, int]] = []
    report = import_catalogue(path, actor="test", all_or_nothing=True,
                              progress=lambda *step: told.append(step))
    assert report.written
    assert report.sheets["solutions"].new == 450
    assert db.session.scalar(select(func.count()).select_from(Solution)) == 450
    assert ("checking solutions", 400, 450) in told
    assert ("solutions", 450, 450) in told
    assert broken_link(db.session) is None


def test_the_copy_carries_the_comments(app: Flask, tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx", providers=[FIRM], solutions=[{**GOOD, "categories": "no"}])
    report = _import(path)
    copy = load_workbook(write_checked(report))
    cell = copy["solutions"][f"{report.problems[0].column}2"]
    assert cell.value == "no"
    assert cell.comment.text == report.problems[0].said != report.problems[0].remedy
    with speaking("en"):
        copy = load_workbook(write_checked(report))
    assert copy["solutions"][cell.coordinate].comment.text == report.problems[0].remedy
    assert cell.fill.fgColor.rgb.endswith("FFC7CE")


def test_a_csv_gets_a_report(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    row = {**GOOD, "categories": "=no"}
    path.write_text(",".join(row) + "\n" + ",".join(row.values()), "utf-8")
    with speaking("en"):
        target = write_checked(_import(path))
    assert target.name == "a-report.csv"
    head, *rows = csv.reader(target.read_text("utf-8-sig").splitlines())
    assert head == ["Sheet", "Row", "Column", "Column key", "Name", "In the cell", "What to do"]
    assert [r[:6] for r in rows] == [
        ["solutions", "2", "G", "categories", "Product categories", "'=no"],
        ["solutions", "2", "B", "provider", "Slug of the provider", "maker"]]


# --- files that are none ---


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


def _broken(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 no archive")


def _old(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def _other(path: Path) -> None:
    _book(path, Tabelle=[{"a": 1, "b": 2}])


def _typo(path: Path) -> None:
    _book(path, solutions=[{"slug": "a", "nam_zh": "x", "provider": "y"}])


def _wide(path: Path) -> None:
    path.write_text("slug,title\n" + "x" * 200_000 + ",y", "utf-8")


@pytest.mark.parametrize(("make", "message"), [
    (_empty, "is empty"), (_picture, "neither a workbook nor text|holds no sheet"),
    (_broken, "cannot be read as a workbook"), (_old, "old or password-protected"),
    (_other, "holds no sheet of the catalogue"), (_typo, "does not fit the sheet solutions"),
    (_wide, "no proper CSV|holds no sheet"), (lambda path: None, "Cannot read"),
])
def test_a_file_that_is_no_catalogue_is_refused(app: Flask, tmp_path: Path, message: str,
                                                make: Callable[[Path], None]) -> None:
    make(tmp_path / "a.xlsx")
    with pytest.raises(InvalidInput, match=message):
        _import(tmp_path / "a.xlsx")


def test_a_file_that_unpacks_to_too_much_is_not_read(app: Flask, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_reading, "MAX_UNPACKED", 1000)
    _typo(tmp_path / "a.xlsx")
    with pytest.raises(InvalidInput, match="split it"):
        _import(tmp_path / "a.xlsx")


def test_wrong_columns_are_named_with_what_to_do(app: Flask, tmp_path: Path) -> None:
    _typo(tmp_path / "a.xlsx")
    with pytest.raises(InvalidInput) as caught:
        _import(tmp_path / "a.xlsx")
    said = {error.value: error.remedy for error in caught.value.errors}
    assert said["nam_zh"] == "is no column of this sheet; rename it to name_zh"
    assert said["categories"] == "is missing in row 1; add the column"


def test_too_many_rows_are_refused(app: Flask, tmp_path: Path,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.catalog.spreadsheet_reading.MAX_ROWS", 2)
    path = _book(tmp_path / "a.xlsx", solutions=[{**GOOD, "slug": f"s-{n}"} for n in range(4)])
    with pytest.raises(InvalidInput, match="more than 2 rows"):
        _import(path)


def test_the_commands_work_together(app: Flask, tmp_path: Path) -> None:
    env = environment(app)
    path = _book(tmp_path / "a.xlsx", providers=[FIRM], solutions=[GOOD, {
        **GOOD, "slug": "bad-one", "categories": "no"}])
    done = marketplace(env, "catalog", "import", str(path))
    assert done.returncode == 1, done.stderr
    assert "categories" in done.stdout
    assert (tmp_path / "a-checked.xlsx").exists()
    assert marketplace(env, "catalog", "export", str(tmp_path / "e.xlsx"), "--sheet",
                       "solutions").returncode == 0
    assert [row[0] for row in _values(tmp_path / "e.xlsx")["solutions"][3:]] == ["new-one"]


def test_another_kind_of_file_is_not_written(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a\.ods must end in \.xlsx or \.csv"):
        export_catalogue(tmp_path / "a.ods")
    with pytest.raises(InvalidInput, match="No sheet prices; there are providers, solutions"):
        write_template(tmp_path / "a.xlsx", ["prices"])

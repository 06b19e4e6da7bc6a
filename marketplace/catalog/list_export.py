"""The current list and the current comparison as files, with sentence, date and link on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Response

from marketplace.catalog.comparison import Comparison
from marketplace.catalog.counts import EXPORT, count
from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.catalog.labels import DEPLOYMENTS, PROVIDER_CLASSES, district_name
from marketplace.catalog.presenting import sentence
from marketplace.catalog.search import Card, Filters, Results, search
from marketplace.core.clock import today
from marketplace.core.exports import CSV, XLSX, Table, to_csv, to_xlsx
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.taxonomy.registry import taxonomy

MAX_ROWS = 2_000
"""Rows of one exported list; the file says when there were more."""
BATCH = 500
COUNTED = 200
"""Of an exported list so many solutions, from the top, count as exported: whoever takes all of the
catalogue along has hardly looked at those further down."""


def _yes_no(value: object) -> str:
    return _("yes") if value else _("no")


def _names(values: list[str], name: Any) -> str:
    return "; ".join(str(name(v)) for v in values)


def _solution_row(card: Card, host: str) -> list[Any]:
    data, tree = card.data, taxonomy()
    return [
        str(LocalizedText.of(data["name"])), str(LocalizedText.of(data["promise"])),
        str(LocalizedText.of(data["provider"]["name"])),
        _names(data["industries"], tree.industry_name),
        _names(data["categories"], tree.category_name),
        "; ".join(f"{c} {tree.scenario_name(c)} {low}→{high}" for c, low, high in
                  data["scenarios"]),
        _names(data["deployments"], DEPLOYMENTS.__getitem__), data["first_year"],
        data["three_years"] if data["three_years"] is not None else _("not comparable"),
        data["go_live_days"], _yes_no(data["listed"]), _yes_no(data["admitted"]),
        _yes_no(data["sample"]), f"{host}/solutions/{data['slug']}"]


def _provider_row(card: Card, host: str) -> list[Any]:
    data, tree = card.data, taxonomy()
    return [
        str(LocalizedText.of(data["name"])), str(LocalizedText.of(data["summary"])),
        _names(data["classes"], PROVIDER_CLASSES.__getitem__),
        str(LocalizedText.of(data["city"])), str(district_name(data["district"])),
        _names(data["industries"], tree.industry_name), data["solutions"],
        _yes_no(data["listed"]), _yes_no(data["admitted"]), _yes_no(data["sample"]),
        f"{host}/providers/{data['slug']}"]


def _head(collection: str) -> list[str]:
    if collection == SOLUTIONS:
        return [_("Solution"), _("In one line"), _("Provider"), _("Industry"),
                _("Product category"), _("Scenarios and levels"), _("Deployment"),
                _("First-year payment (yuan)"), _("Three-year total (yuan)"),
                _("Contract to go-live (days)"), _("Listed"), _("Admitted"), _("Sample"),
                _("Link")]
    return [_("Provider"), _("In one line"), _("Provider class"), _("City"), _("District"),
            _("Industry"), _("Solutions"), _("Listed"), _("Admitted"), _("Sample"), _("Link")]


def _pages(indexes: Indexes, collection: str, filters: Filters) -> Iterator[Results]:
    for page in range(1, MAX_ROWS // BATCH + 1):
        results = search(indexes, collection, replace(filters, page=page, per_page=BATCH),
                         with_facets=page == 1, highlight=False)
        yield results
        if page * BATCH >= results.total:
            return


def list_file(indexes: Indexes, collection: str, filters: Filters, kind: str,
              link: str) -> Response:
    """The list that `filters` describe, up to `MAX_ROWS` rows, as an XLSX or CSV download."""
    pages = list(_pages(indexes, collection, filters))
    make = _solution_row if collection == SOLUTIONS else _provider_row
    host = link.partition(f"/{collection}")[0]
    cards = [card for page in pages for card in page.cards]
    rows = [make(card, host) for card in cards]
    if collection == SOLUTIONS:
        count(EXPORT, [card.data["id"] for card in cards[:COUNTED]])
    lines = [sentence(collection, pages[0]), _("As of %(day)s", day=today().isoformat()), link]
    if pages[0].total > len(rows):
        lines.append(_("Only the first %(rows)s of %(total)s rows; narrow the search for the rest.",
                       rows=len(rows), total=pages[0].total))
    title = _("Solutions") if collection == SOLUTIONS else _("Providers")
    table = Table(title, _head(collection), rows, lines, widths=(28, 40, 24))
    body = to_xlsx([table]) if kind == "xlsx" else to_csv(table)
    return download(body, f"{collection}-{today():%Y%m%d}.{kind}")


def comparison_file(comparison: Comparison, link: str) -> Response:
    """The comparison as an XLSX download: a column a solution, a row a property."""
    head = [_("Group"), _("Property"), *(str(s.published.name) for s in comparison.solutions
                                         if s.published)]
    rows = [[group.label, row.label, *(
        (c.text or _("not stated")) + (f" ★ {row.basis}" if c.best else "") for c in row.cells)]
        for group in comparison.groups for row in group.rows]
    company = comparison.company
    lines = [_("Comparison of %(count)s solutions", count=len(comparison.solutions)),
             _("Prices for %(people)s people, %(lines)s lines, %(seats)s seats",
               people=company.people, lines=company.lines, seats=company.seats),
             _("As of %(day)s", day=today().isoformat()), link]
    table = Table(_("Comparison"), head, rows, lines, widths=(20, 26, *([34] * 6)))
    return download(to_xlsx([table]), f"comparison-{today():%Y%m%d}.xlsx")


def download(body: bytes, name: str) -> Response:
    """A file the browser saves under `name`."""
    kind = XLSX if name.endswith(".xlsx") else CSV
    return Response(body, mimetype=kind, headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})

"""Cases and documents as people read them: each part with its name, one a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.catalog.labels import DOCUMENT_KINDS
from marketplace.core.messages import gettext as _

Row = Mapping[str, Any]


def case_lines(case: Row) -> list[str]:
    """A case of a solution; what is not stated has no line."""
    parts = [
        (_("Customer or title"), _both(case.get("title"))),
        (_("What was done"), _both(case.get("summary"))),
        (_("GB/T 4754 class, four digits"), _plain(case.get("class"))),
        (_("People in that company"), _plain(case.get("company_size"))),
        *((_("Figures"), _figure(row)) for row in case.get("figures") or ()),
        (_("Base period"), _both(case.get("base_period"))),
        (_("Who confirmed the figures"), _both(case.get("confirmed_by"))),
    ]
    return list(_named(parts))


def document_lines(document: Row) -> list[str]:
    """A document written in the form."""
    kind = str(document.get("kind") or "")
    return list(_named([
        (_("Title"), _both(document.get("title"))),
        (_("Kind"), str(DOCUMENT_KINDS.get(kind, kind))),
        (_("Text (Markdown)"), _both(document.get("body"), "\n")),
    ]))


def _named(parts: list[tuple[str, str]]) -> Iterator[str]:
    return (f"{name}{_(': ')}{text}" for name, text in parts if text)


def _plain(value: Any) -> str:
    """What was typed, also where it is no number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value in (None, "") else str(value)


def _both(value: Any, between: str = " / ") -> str:
    """Both languages of a text: an operator checks either."""
    if not isinstance(value, Mapping):
        return _plain(value)
    texts = [str(value[language]) for language in ("zh", "en") if value.get(language)]
    return between.join(dict.fromkeys(texts))


def _figure(row: Row) -> str:
    before = _plain(row.get("before")) or _("not recorded")
    after = _plain(row.get("after")) or _("not recorded")
    name, unit = _both(row.get("indicator")), _both(row.get("unit"))
    figures = f"{before} → {after}"
    if unit:
        figures = _("%(text)s (%(note)s)", text=figures, note=unit)
    return f"{name}{_(': ')}{figures}" if name else ""

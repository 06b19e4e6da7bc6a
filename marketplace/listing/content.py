"""A draft's content in the authors' form, field by field.

The authors' form is what `SolutionContentSchema` loads, complete or not, plus `files`, the uploads.
`flat` names every field as forms and comments do (`name.zh`, `price_parts.licence`, `attr.<key>`,
`scenarios.<code>`, `cases.0`); merging, comparing and checking work on these names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.catalog.content_schema import Localized
from marketplace.catalog.models import SolutionVersion
from marketplace.catalog.pricing import DEFAULT_COST_CLASS, PARTS
from marketplace.catalog.spreadsheet_cells import tidy
from marketplace.catalog.spreadsheet_records import CONTENT, raw_of

Content = Mapping[str, Any]
FILES = "files"
LOCALIZED = tuple(n for n, f in CONTENT.fields.items() if isinstance(f, Localized))
LISTS = ("industries", "categories", "deployments", "interfaces")
ROWS = ("cases", "documents")
"""Lists of rows that are known by their position."""
FIELDS = (*CONTENT.fields, FILES)


def content_of(version: SolutionVersion) -> dict[str, Any]:
    """A stored version in the authors' form, without what it leaves empty."""
    raw = {**raw_of(CONTENT, version), FILES: [dict(f) for f in version.files or ()]}
    return unflat(flat(raw))


def pruned(value: Any) -> Any:
    """A value without its empty parts and without characters no cell or page can hold; None when
    nothing is left."""
    if isinstance(value, Mapping):
        kept = {k: p for k, v in value.items() if (p := pruned(v)) is not None}
        return kept or None
    if isinstance(value, list):
        return [p for v in value if (p := pruned(v)) is not None] or None
    if isinstance(value, str):
        return tidy(value) or None
    return value


def _price_row(row: Mapping[str, Any]) -> dict[str, Any]:
    part = row.get("part", "")
    return {"part": part, "unit": row.get("unit") or "flat", "amount": row.get("amount"),
            "from_year": row.get("from_year") or 1,
            "cost_class": row.get("cost_class") or DEFAULT_COST_CLASS.get(part)}


def flat(content: Content) -> dict[str, Any]:
    """Every filled field by its name."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        if name in LOCALIZED:
            found |= {f"{name}.{lang}": (value or {}).get(lang) for lang in ("zh", "en")}
        elif name == "scenarios":
            found |= {f"scenarios.{r.get('code')}": [r.get("from"), r.get("to")]
                      for r in value or ()}
        elif name == "price_parts":
            found |= {f"price_parts.{r.get('part')}": _price_row(r) for r in value or ()}
        elif name == "attributes":
            found |= {f"attr.{key}": v for key, v in (value or {}).items()}
        elif name == FILES:
            found |= {f"files.{r.get('file')}": r for r in value or ()}
        elif name in ROWS:
            found |= {f"{name}.{n}": row for n, row in enumerate(value or ())}
        else:
            found[name] = value
    return {k: p for k, v in found.items() if (p := pruned(v)) is not None}


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """A case with what `pruned` took: a figure's unknown value before must be said."""
    if "figures" not in row:
        return dict(row)
    return {**row, "figures": [{"before": None, **figure} for figure in row["figures"]]}


def unflat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The content that `flat` took apart; fields that are not named are left out."""
    content: dict[str, Any] = {}
    rows: dict[str, list[tuple[int, Any]]] = {name: [] for name in ROWS}
    for field, value in fields.items():
        name, _, rest = field.partition(".")
        if name == "attr":
            content.setdefault("attributes", {})[rest] = value
        elif name in LOCALIZED:
            content.setdefault(name, {})[rest] = value
        elif name == "scenarios":
            row = {"code": rest, "from": value[0] if value else None,
                   "to": value[1] if len(value) > 1 else None}
            content.setdefault(name, []).append(row)
        elif name in ("price_parts", FILES):
            content.setdefault(name, []).append(value)
        elif name in rows:
            rows[name].append((int(rest), _whole(value)))
        else:
            content[name] = value
    content |= {n: [v for _n, v in sorted(found, key=lambda r: r[0])]
                for n, found in rows.items() if found}
    if "scenarios" in content:
        content["scenarios"].sort(key=lambda row: row["code"])
    if "price_parts" in content:
        content["price_parts"].sort(key=lambda row: PARTS.index(row["part"])
                                    if row["part"] in PARTS else len(PARTS))
    if FILES in content:
        content[FILES].sort(key=lambda row: row["file"])
    return content


def key_of(field: str) -> str:
    """The content's key that a field belongs to: `attributes` of `attr.protocols`."""
    name = field.partition(".")[0]
    return "attributes" if name == "attr" else name


def part(content: Content, keys: tuple[str, ...]) -> dict[str, Any]:
    """The content of some keys."""
    return {k: content[k] for k in keys if k in content}

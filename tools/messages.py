"""Keeps the message catalogue: `python tools/messages.py extract|update|compile|check`.

English is the language of the source; Chinese comes from marketplace/translations. `check` fails
when the catalogue is out of date, or has an empty or fuzzy entry, or one whose placeholders differ.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "marketplace" / "translations"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None,
    "_setting": (3,)}
_NAMED = re.compile(r"%\((\w+)\)[sd]|\{\w*\}")


def extracted() -> Catalog:
    """What the source says now."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="marketplace", charset="utf-8")
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    for path, line, message, _comments, context in found:
        catalog.add(message, None, [(Path(path).as_posix(), line)], context=context)
    return catalog


def files() -> list[Path]:
    return sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def write(path: Path, catalog: Catalog) -> None:
    """Without dates and line numbers, so that a change shows what changed."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=100, omit_header=False, sort_output=True, no_location=True,
             ignore_obsolete=True)
    text = re.sub(r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|'
                  r'Report-Msgid-Bugs-To|Language-Team):.*\n', "",
                  buffer.getvalue().decode("utf-8"), flags=re.M)
    text = text[text.index("msgid"):]
    path.write_text(text.rstrip("\n") + "\n", "utf-8")


def update() -> None:
    """Add new messages (empty, to be translated) and drop those no longer used."""
    template = extracted()
    for path in files():
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=True)
        write(path, catalog)
        missing = sum(not _filled(m) for m in catalog if m.id)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {missing} to translate")


def compile_catalogues() -> None:
    """Write the .mo files the site reads, where they are missing or older."""
    for path in files():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with target.open("wb") as file:
            write_mo(file, read(path))


def _filled(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(texts) and all(texts)


def _placeholders(text: str) -> Counter[str]:
    return Counter(m.group(0) for m in _NAMED.finditer(text))


def problems(path: Path, template: Catalog) -> Iterator[str]:
    """What is wrong with one catalogue."""
    catalog = read(path)
    wanted, known = {m.id for m in template if m.id}, {m.id for m in catalog if m.id}
    yield from (f"not in the catalogue: {m!r}" for m in sorted(wanted - known, key=str))
    yield from (f"no longer used: {m!r}" for m in sorted(known - wanted, key=str))
    for message in catalog:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        if not _filled(message):
            yield f"not translated: {message.id!r}"
            continue
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        for text in filter(None, texts):
            if set(_placeholders(text)) != set(_placeholders(ids[-1])):
                yield f"other placeholders: {ids[-1]!r} -> {text!r}"


def check() -> int:
    """Print every problem; returns the exit code."""
    template = extracted()
    found = [(path, text) for path in files() for text in problems(path, template)]
    for path, text in found:
        print(f"{path.relative_to(ROOT)}: {text}")
    if not files():
        print(f"no catalogue under {FOLDER}")
        return 1
    if found:
        print("Run `python tools/messages.py update`, then translate what is empty.")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    command = arguments[0] if len(arguments) == 1 else ""
    if command == "extract":
        write_po(sys.stdout.buffer, extracted(), sort_output=True)
    elif command == "update":
        update()
    elif command == "compile":
        compile_catalogues()
    elif command == "check":
        return check()
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

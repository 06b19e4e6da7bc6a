"""Takes out of a text what tells who wrote it.

Two kinds of words are found: what the organisation's own record knows (its names and their short
forms, credit code, people, phones, addresses), however they are spaced; and what looks like a
phone number, an e-mail, a chat account, an address or a person with a title. Names after titles
are only guessed; the rest is certain and may not stand in a wording others see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marketplace.needs.masking_names import short_forms
from marketplace.needs.masking_words import (
    ADDRESS,
    CHAT,
    CONTACT,
    CREDIT_CODE,
    DATES,
    EMAIL,
    LEGAL_NAME,
    MEASURED,
    MOBILE,
    PHONE,
    PLACED,
    RANGE,
    SITE,
    STANDARD,
    STANDARD_NUMBER,
    TITLED,
    UNIT_AFTER,
)

REMOVED = {"zh": "［已隐去］", "en": "[removed]"}
_NUMERALS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
_DROPPED = frozenset("-—–_·•.、,，~～'\"“”()（）[]【】「」*|/\\")
"""Signs people put between the parts of a name or number."""
_CJK = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class Known:
    """What an organisation's record knows and no stranger may learn. `contacts` (phones, mail)
    stay out even of a named need; `names` and `places` only of an anonymous one."""

    names: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the text that tells too much. `certain` is False for a guess."""

    start: int
    end: int
    kind: str
    certain: bool = True


def known_forms(names: Iterable[str]) -> frozenset[str]:
    """Names of an organisation with the short forms people use for them."""
    return frozenset(form for name in names if name for form in short_forms(name))


def mask(text: str, known: Known, *, anonymous: bool = True) -> str:
    """The text without what tells who wrote it; of a named need only contacts go."""
    found = hits(text, known, anonymous=anonymous)
    sign = REMOVED["zh" if _CJK.search(text) else "en"]
    pieces, at = [], 0
    for start, end in _joined(found):
        pieces += [text[at:start], sign]
        at = end
    return "".join([*pieces, text[at:]])


def told(text: str, most: int) -> str:
    """The clauses of a masked text in which nothing was taken out, up to `most` characters."""
    clauses = [c.strip() for c in re.split(r"[，。；！？,;!?\n]|\.\s", text)]
    kept = [c for c in clauses if len(c) > 1 and not any(sign in c for sign in REMOVED.values())]
    found = "，".join(kept[:1])
    for clause in kept[1:]:
        longer = f"{found}{'，' if _CJK.search(found) else ', '}{clause}"
        if len(longer) > most:
            break
        found = longer
    return found if len(found) <= most else f"{found[:most - 1]}…"


def leaks(text: str, known: Known, *, anonymous: bool = True) -> list[str]:
    """The words of a wording that may not be shown, each once and as long as they go."""
    found = (h for h in hits(text, known, anonymous=anonymous) if h.certain)
    return list(dict.fromkeys(text[start:end] for start, end in _joined(found)))


def hits(text: str, known: Known, *, anonymous: bool = True) -> list[Hit]:
    """Everything that tells too much, in order."""
    found = [*_patterns(text, anonymous), *_known(text, known.contacts, "contact")]
    if anonymous:
        for words, kind in ((known.names, "name"), (known.people, "person"),
                            (known.places, "address")):
            found += _known(text, words, kind)
    own = [m.span() for sign in REMOVED.values() for m in re.finditer(re.escape(sign), text)]
    outside = [h for h in found if not any(s <= h.start and h.end <= e for s, e in own)]
    return sorted(outside, key=lambda h: (h.start, -h.end))


def _joined(found: Iterable[Hit]) -> Iterator[tuple[int, int]]:
    """The stretches with overlaps put together."""
    start = end = -1
    for hit in found:
        if hit.start > end:
            if end >= 0:
                yield start, end
            start, end = hit.start, hit.end
        end = max(end, hit.end)
    if end >= 0:
        yield start, end


def _folded(text: str, dropped: bool = True) -> tuple[str, list[int]]:
    """The text as it is compared: full-width and capital letters evened out, with `dropped` also
    without spaces and signs; and where each character came from."""
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if unicodedata.category(letter) in ("Cf", "Mn"):
                continue
            if dropped and (letter.isspace() or letter in _DROPPED):
                continue
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _known(text: str, words: Iterable[str], kind: str) -> Iterator[Hit]:
    folded, places = _folded(text)
    digits = folded.translate(_NUMERALS)
    for word in words:
        wanted, _places = _folded(word)
        if len(wanted) < 2:
            continue
        inside = digits if wanted.isdigit() else folded
        for match in re.finditer(f"(?={re.escape(wanted)})", inside):
            start, end = places[match.start()], places[match.start() + len(wanted) - 1] + 1
            if not wanted.isascii() or wanted.isdigit() or _stands_alone(text, start, end):
                yield Hit(start, end, kind)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Latin words are found as words, not inside others."""
    before, after = text[start - 1:start], text[end:end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii()
                                                                and after.isalnum())


def _patterns(text: str, anonymous: bool) -> Iterator[Hit]:
    plain, places = _folded(text, dropped=False)

    def spans(pattern: re.Pattern[str], kind: str, certain: bool = True) -> Iterator[Hit]:
        for match in pattern.finditer(plain):
            named = match.lastgroup or 0
            start, end = match.span(named)
            if start < end:
                yield Hit(places[start], places[end - 1] + 1, kind, certain)

    yield from spans(EMAIL, "email")
    yield from spans(SITE, "site")
    yield from spans(CHAT, "chat")
    yield from spans(MOBILE, "phone")
    yield from _phones(plain, places)
    if anonymous:
        yield from spans(CREDIT_CODE, "credit_code")
        yield from spans(ADDRESS, "address")
        yield from spans(PLACED, "address", certain=False)
        yield from spans(LEGAL_NAME, "name", certain=False)
        yield from spans(CONTACT, "person", certain=False)
        yield from spans(TITLED, "person", certain=False)


def _phones(plain: str, places: list[int]) -> Iterator[Hit]:
    """Runs of seven digits and more that measure nothing."""
    for match in PHONE.finditer(plain.translate(_NUMERALS)):
        if not _measures(plain, match):
            yield Hit(places[match.start()], places[match.end() - 1] + 1, "phone")


def _measures(plain: str, match: re.Match[str]) -> bool:
    """Whether a run of digits is a quantity, a date, a range of sizes or a standard's number."""
    found, before = match.group(), plain[max(0, match.start() - 8):match.start()]
    if UNIT_AFTER.match(plain[match.end():match.end() + 2].lstrip()) or DATES.fullmatch(found):
        return True
    if STANDARD_NUMBER.fullmatch(found) and STANDARD.search(before):
        return True
    sizes = RANGE.fullmatch(found)
    if sizes is None or int(sizes[1]) >= int(sizes[2]):
        return False
    return bool(MEASURED.search(before)) or len(sizes[1] + sizes[2]) in (9, 10)

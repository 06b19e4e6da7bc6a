"""Sentences written where no request is at hand, said in the visitor's language.

Operations and schemas speak English. What of it reaches a page is listed here, with `{}` for each
number, so that the message catalogue holds it; `said` translates by that pattern.
"""

from __future__ import annotations

import re

from flask_babel import gettext

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_CHOOSE = "choose from "


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "extract, translate later"
    return text


PHRASES = frozenset((
    N_("write a range as 5..20, ..20 or 5.."),
    N_("write finite numbers"),
    N_("write a number of yuan, for example 50000"),
    N_("write 0 or more"),
    N_("write a whole number"),
    N_("choose 1 or more"),
    N_("choose {} to {}, or narrow the search"),
    N_("write at most {} characters"),
    N_("write {} to {} characters"),
    N_("write ids of solutions, separated by commas"),
    N_("compare at most {} solutions"),
    N_("That page is out of reach."),
    N_("A pause needs a reason that visitors can read."),
    N_("Search is being prepared or does not answer; please try again in a minute."),
    N_("There is no such page."),
    N_("The query is longer than {} characters."),
    # Flask-Security
    N_("Authentication failed - identity or password/passcode invalid"),
    N_("Password not provided"),
    N_("You must sign in to view this resource."),
    N_("You do not have permission to view this resource."),
    N_("You can only access this endpoint when not logged in."),
    N_("Please reauthenticate to access this page."),
    N_("The CSRF token is missing."),
    N_("The CSRF tokens do not match."),
    N_("The CSRF token is invalid."),
    N_("The CSRF session token is missing."),
    N_("This field is required."),
))
_by_pattern = {_NUMBER.sub("{}", text): text for text in PHRASES}


def said(text: object) -> str:
    """`text` in the current language when it is one of `PHRASES`, else unchanged."""
    words = str(text)
    if words.startswith(_CHOOSE) and not words[len(_CHOOSE):len(_CHOOSE) + 1].isdigit():
        return gettext("choose from %(values)s", values=words.removeprefix(_CHOOSE))
    known = _by_pattern.get(_NUMBER.sub("{}", words))
    if known is None:
        return words
    translated = gettext(known)
    return translated.format(*_NUMBER.findall(words)) if "{}" in translated else translated

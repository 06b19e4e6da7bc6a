"""Translations of the interface, read once a language: pages ask for hundreds of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from markupsafe import Markup

from marketplace.core.i18n import Language, current_language

TRANSLATIONS = Path(__file__).parents[1] / "translations"


@cache
def _catalogue(language: Language) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [language])


@cache
def _said(language: Language, text: str) -> str:
    return str(_catalogue(language).gettext(text))


@cache
def _marked(language: Language, text: str) -> Markup:
    return Markup(_said(language, text))  # noqa: S704 - a message of our own catalogue


def gettext(text: str, /, **variables: Any) -> str:
    """The message in the current language, with `%(name)s` filled in."""
    said = _said(current_language(), text)
    return said % variables if variables else said


def ngettext(one: str, many: str, count: int, /, **variables: Any) -> str:
    """The message for one or many; `%(num)s` is the count."""
    said = _catalogue(current_language()).ngettext(one, many, count)
    return str(said % ({"num": count} | variables))


def template_gettext(text: str, /, **variables: Any) -> Markup:
    """For templates: the message as markup, what is filled in escaped."""
    said = _marked(current_language(), text)
    return said % variables if variables else said


def template_ngettext(one: str, many: str, count: int, /, **variables: Any) -> Markup:
    """For templates: the message for one or many as markup."""
    said = Markup(_catalogue(current_language()).ngettext(one, many, count))  # noqa: S704
    return said % ({"num": count} | variables)

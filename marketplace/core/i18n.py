"""Two languages, one value type: how bilingual content is declared, stored and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DEFAULT_LANGUAGE: Language = "zh"

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> Language:
    """The language of the running request or command; Chinese unless somebody chose."""
    return _current.get()


def set_language(language: Language) -> None:
    _current.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Everything inside is said in this language, as in a message to somebody else."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text in Chinese and English. Falls back to the other language when one is missing."""

    zh: str = ""
    en: str = ""

    @classmethod
    def of(cls, value: LocalizedText | Mapping[str, Any] | str | None) -> LocalizedText:
        """From a mapping with `zh` and `en`, from one string for both, or from nothing."""
        if value is None:
            return cls()
        if isinstance(value, LocalizedText):
            return value
        if isinstance(value, str):
            return cls(value, value)
        return cls(str(value.get("zh") or ""), str(value.get("en") or ""))

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def in_language(self, language: Language) -> str:
        first, other = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or other

    def __str__(self) -> str:
        return self.in_language(current_language())

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def fallback_language(self) -> Language | None:
        """The language actually shown when the wanted one is missing, else None."""
        wanted = current_language()
        if getattr(self, wanted) or not self:
            return None
        return "en" if wanted == "zh" else "zh"


class LocalizedTextType(TypeDecorator[LocalizedText]):
    """Stores a `LocalizedText` as JSON; the value is immutable, so it is replaced, never edited."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else LocalizedText.of(value).as_dict()

    def process_result_value(self, value: Any, dialect: Dialect) -> LocalizedText | None:
        return None if value is None else LocalizedText.of(value)

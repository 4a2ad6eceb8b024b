"""The languages that the site speaks. Which one a request wants is in its address alone (``/cy/search``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Babel, Domain

from directory.infra import files, pseudo

_FORMATS: Final = {
    "en": "en_GB",
    "en-XA": "en_GB",
    "ar-XB": "ar",
}  # plain "en" would write dates the American way


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the site: its BCP 47 code, its name in itself, and which way it runs."""

    code: str
    name: str
    direction: str  # "ltr" or "rtl"


PSEUDO_LANGUAGES: Final = (Language("en-XA", "Accented", "ltr"), Language("ar-XB", "Right to left", "rtl"))


def languages(codes: Iterable[str], *, pseudo: bool = False) -> tuple[Language, ...]:
    """The languages of a place, its own first; with ``pseudo`` also the two made-up ones, for tests."""
    real = tuple(_language(code) for code in codes)
    return real + PSEUDO_LANGUAGES if pseudo else real


def _language(code: str) -> Language:
    locale = Locale.parse(code, sep="-")
    name = locale.get_display_name(locale) or code
    return Language(code, name[0].upper() + name[1:], locale.text_direction)


def add_languages(app: Flask, known: Sequence[Language], current: Callable[[], str]) -> None:
    """Let ``app`` speak ``known``, the place's own first; ``current`` says which one the request is in."""
    _Site(current).init_app(
        app,
        default_locale=_formats(known[0].code),
        default_translation_directories=str(files.translations()),
        locale_selector=lambda: _formats(current()),
    )


def _formats(code: str) -> str:
    """The locale whose dates and numbers a language uses."""
    return _FORMATS.get(code, code.replace("-", "_"))


class _Domain(Domain):  # type: ignore[misc] # flask-babel comes without types
    """Catalogues by language code: the made-up languages share their locale with real ones.

    A page asks for its words a few hundred times, so the answer is one look into a dictionary.
    """

    def __init__(self, current: Callable[[], str]) -> None:
        super().__init__(domain="messages")
        self._current = current
        self._words: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The words of the request's language, English where it has none; a forced locale goes first."""
        if hasattr(getattr(g, "_flask_babel", None), "forced_babel_locale"):  # flask-babel asks no other way
            forced: NullTranslations = super().get_translations()
            return forced
        code = self._current()
        found = self._words.get(code)
        if found is None:
            made_up = code in pseudo.LANGUAGES
            found = self._words[code] = pseudo.catalogue(code) if made_up else super().get_translations()
        return found


class _Site(Babel):  # type: ignore[misc] # flask-babel comes without types
    def __init__(self, current: Callable[[], str]) -> None:
        super().__init__()
        self.domain_instance = _Domain(current)

"""What the search box offers, in words."""

from __future__ import annotations

from collections.abc import Iterator

from directory.browse.views.words import term_words
from directory.core.text import fold
from directory.listings.rules.taxonomy import Terms
from directory.search.service.suggest import Suggested
from directory.web.words import gettext as _


def suggestions(found: Suggested, terms: Terms) -> list[dict[str, str]]:
    """Each as ``text``, ``kind`` in words, and what it puts into the two fields: ``q``, or ``near``."""
    return list(_each(found, terms))


def _each(found: Suggested, terms: Terms) -> Iterator[dict[str, str]]:
    for slug, word in found.needs:
        name = term_words(terms.needs, slug)
        yield {"text": _begun(word, name), "kind": _("Need"), "q": name}
    for place, word in found.places:
        yield {"text": _begun(word, place), "kind": _("Place"), "near": place}
    for name in found.names:
        yield {"text": name, "kind": _("Organisation"), "q": name}


def _begun(word: str, name: str) -> str:
    """The word that was begun, with what it means if that is called otherwise: "leccy: Energy bills"."""
    return name if fold(word) == fold(name) else _("%(word)s: %(name)s", word=word, name=name)

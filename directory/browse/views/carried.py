"""The shortlist that a reader carries from page to page in the address, because readers get no cookie."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import has_request_context, request

from directory.listings.rules.codes import Listed, codes_in, written

PARAMETER: Final = "list"
_LISTED: Final = "directory.listed"  # in the WSGI environment: the list, once it was read


def listed() -> Listed:
    """The list of the request; an empty one outside of any."""
    if not has_request_context():
        return Listed()
    found: Listed | None = request.environ.get(_LISTED)
    if found is None:
        found = request.environ[_LISTED] = codes_in(request.args.get(PARAMETER, ""))
    return found


def pairs() -> tuple[tuple[str, str], ...]:
    """What a form or an address carries along: nothing without a list."""
    codes = listed().codes
    return ((PARAMETER, written(codes)),) if codes else ()


def count() -> int:
    """How many listings are on the list."""
    return len(listed().codes)


def carry(url: str) -> str:
    """``url``, a page of ours, with the list of the request."""
    kept = pairs()
    return f"{url}{'&' if '?' in url else '?'}{urlencode(kept)}" if kept else url


def with_list(url: str, codes: tuple[str, ...]) -> str:
    """``url`` with this list and no other, or with none."""
    scheme, host, path, query, fragment = urlsplit(url)
    kept = [pair for pair in parse_qsl(query) if pair[0] != PARAMETER]
    if codes:
        kept.append((PARAMETER, written(codes)))
    return urlunsplit((scheme, host, path, urlencode(kept), fragment))


class Toggles:
    """Addresses of one page that add a listing to the list, or take it off. Made once for a page of many."""

    def __init__(self, url: str) -> None:
        self._listed = listed()
        bare = with_list(url, ())
        self._bare = bare
        self._stem = f"{bare}{'&' if '?' in bare else '?'}{PARAMETER}="

    def has(self, code: str) -> bool:
        """Whether the listing is on the list."""
        return code in self._listed.codes

    def url(self, code: str) -> str:
        """The page with the listing added or taken off, at its place there; "" when the list is full."""
        if self._listed.is_full and not self.has(code):
            return ""
        codes = self._listed.toggled(code)
        return f"{self._stem}{written(codes)}#l-{code}" if codes else f"{self._bare}#l-{code}"

"""What is asked: for each page its addresses, all different, and each looked at before anything is timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from math import cos, radians
from random import Random
from typing import Final
from urllib.parse import urlencode

import sqlalchemy as sa

from directory.exchange.rules.hsds_facts import term_id
from directory.exchange.rules.oruk_request import PER_PAGE
from directory.infra.db import open_engine, table_of
from directory.infra.place import load_place
from directory.listings.models import Service
from tests.bench import ground, peer
from tests.bench.client import PLAIN, Client
from tests.bench.installation import Installation
from tests.bench.words import vocabulary

EACH: Final = 240  # addresses of a page; they come round again, never one twice in a row
PEER_EACH: Final = 40  # of Datasette, which keeps no answer either, and takes a second and more for each of 200,000
TRIED: Final = 6  # times so many are looked at before a page makes do with fewer
FULL: Final = 20  # rows of a page of results: a shorter one would flatter
ROW: Final = b"data-listing-id"
SHORTEST: Final = 5  # letters of a word that somebody mistypes
SCREEN: Final = (1280, 800)  # pixels of the map
TILE: Final = 256
ZOOMS: Final = {ground.CITY: (10, 12, 14, 16), ground.COUNTRY: (6, 9, 12, 16)}
SEARCHES: Final = ("search: words", "search: words, near", "search: need, near")  # what most people ask
WORDS: Final = SEARCHES[0]
NEAR_JSON: Final = "near-me JSON"
MAP: Final = "map viewport, zoom"
FACETS: Final = "search: two filters, open now"
TYPING: Final = "search: a typing error"
SUGGEST: Final = "suggest"
WORST: Final = "worst: "  # pages that would be slow if any were; each is one address
COUNTRY_BOX: Final = "-8.7,49.8,1.9,60.9"  # Great Britain, at the zoom of a screen that shows it
# What is open depends on the hour, and few have a rare word: these pages count however short they are.
SHORT: Final = frozenset({FACETS, "search: near, open now", TYPING})
PUT_RIGHT: Final = b"exact=1"  # in the link to what was typed
HELLO: Final = "hello world"
MEMORY: Final = "the same rows from memory"
MEMORY_JSON: Final = "the same JSON from memory"
PEERS: Final = "Datasette: "
PEER: Final = f"{PEERS}words"
SERVICES: Final = "API: a page of 50 services"
NARROWED: Final = "API: a page of 50 services, one need"
A_SERVICE: Final = "API: one service with everything"
API: Final = (SERVICES, NARROWED, A_SERVICE)
OF_SERVICES: Final = "/oruk/v3/services"
FULL_PAGE: Final = f'"size":{PER_PAGE},'.encode()
FIRST_PAGES: Final = 10
Maker = Callable[[], str]


@dataclass(slots=True)
class Page:
    """A kind of page and its addresses. ``tried``: how many were looked at to find so many."""

    name: str
    paths: list[str] = field(default_factory=list)
    tried: int = 0
    size: int = 0  # bytes of an answer before it is compressed, on average
    slowest_s: float = 0.0  # of those that were looked at: each for the first time
    status: int = 200  # what the last one said


class Asker:
    """Makes addresses for one installation, always the same."""

    def __init__(self, installation: Installation) -> None:
        self._random = Random(5)
        self._installation = installation
        place = load_place(installation.environ["DIRECTORY_PLACE"])
        self._points = ground.postcodes(place, installation.folder / "instance")
        self._postcodes = tuple(self._points)
        known = vocabulary()
        self._needs = tuple(known.offers)
        self._offers = tuple(name.lower() for _, name in known.services())
        self._themes = tuple(word for offers in known.offers.values() for word in offers.words)
        self._common = known.common

    def makers(self) -> dict[str, Maker]:
        """For each page that is asked with parameters, what makes one address after another."""
        zooms = ZOOMS[ground.place_for(self._installation.listings)]
        return {
            "search: words": lambda: _search(q=self._words()),
            "search: words, near": lambda: _search(q=self._words(), near=self._near()),
            "search: need, near": lambda: _search(need=self._need(), near=self._near()),
            "search: near only": lambda: _search(near=self._near()),
            "search: common words": lambda: _search(q=" ".join(self._random.sample(self._common[:40], 2))),
            FACETS: lambda: _search(need=self._need(), cost="free", open="now", near=self._near()),
            "search: near, open now": lambda: _search(near=self._near(), open="now"),
            TYPING: lambda: _search(q=self._misspelt()),
            **{f"{MAP} {zoom}": partial(self._viewport, zoom) for zoom in zooms},
            "filtered map viewport": lambda: self._viewport(zooms[1], need=self._need()),
            SUGGEST: lambda: f"/suggest?{urlencode({'q': self._begun()})}",
            NARROWED: self._narrowed,
            NEAR_JSON: lambda: f"/search.geojson?{urlencode({'near': self._near(), 'within': '0.5'})}",
        }

    def listings(self) -> Iterator[str]:
        """Addresses of listing pages."""
        engine = open_engine(self._installation.url)
        with engine.connect() as connection:
            slugs = connection.execute(sa.text("SELECT slug FROM organization ORDER BY id")).scalars().all()
        engine.dispose()
        return (f"/listings/{slug}" for slug in self._random.sample(slugs, min(EACH, len(slugs))))

    def services(self) -> dict[str, Iterator[str]]:
        """Addresses of the API: pages of all services, wherever they are, and single services."""
        engine = open_engine(self._installation.url)
        with engine.connect() as connection:
            uuids = connection.execute(sa.select(table_of(Service).c.uuid).order_by(Service.id)).scalars().all()
        engine.dispose()
        last = max(len(uuids) // PER_PAGE, 1)
        places = self._random.sample(range(1, last + 1), min(EACH, last))
        some = self._random.sample(uuids, min(EACH, len(uuids)))
        return {
            SERVICES: (f"{OF_SERVICES}?page={page}" for page in places),
            A_SERVICE: (f"{OF_SERVICES}/{uuid}" for uuid in some),
        }

    def worst(self) -> dict[str, str]:
        """What programs and impatient people ask, by what it is."""
        often = self._common[0]
        many = [*(f"n{number}" for number in range(380)), *self._needs[:20]]
        return {
            "one letter": _search(q="e"),
            "one letter at a time": _search(q="a b c d e f g h"),
            "stop words": _search(q="the and of in"),
            "the commonest word": _search(q=often),
            "the commonest word, its last page": _search(q=often, page="50000"),
            "a word and all but another": _search(q=f"{often} -{self._common[1]}"),
            "a phrase": _search(q=f'"{self._common[0]} {self._common[1]}"'),
            "300 characters": _search(q=" ".join(self._common)[:300]),
            "everything": "/search",
            "everything by name": _search(sort="name"),
            "everything, any distance": _search(near=self._near(), within="0"),
            "400 filters": f"/search?{urlencode([('need', each) for each in many])}",
            "the country's box": f"/map/features?bbox={COUNTRY_BOX}&zoom=5",
            "the country's box, filtered": f"/map/features?bbox={COUNTRY_BOX}&zoom=5&need={self._needs[0]}",
            "the country's box, a word": f"/map/features?bbox={COUNTRY_BOX}&zoom=5&{urlencode({'q': often})}",
        }

    def _narrowed(self) -> str:
        """One of the first pages of services that meet a need."""
        asked = {"taxonomy_term_id": term_id("need", self._need()), "page": self._random.randint(1, FIRST_PAGES)}
        return f"{OF_SERVICES}?{urlencode(asked)}"

    def _words(self) -> str:
        """Words as people search: a service, a word that tells more, or two words."""
        random = self._random
        kinds = (self._offers, self._themes, self._common[20:])
        chosen = random.choices(((0,), (1,), (1, 2), (0, 2), (2, 2)), (20, 20, 25, 15, 20))[0]
        return " ".join(random.choice(kinds[kind]) for kind in chosen)

    def _misspelt(self) -> str:
        """A longer word with a letter left out: another than the first, which people get right."""
        word = self._random.choice([each for each in (*self._themes, *self._common) if len(each) > SHORTEST])
        at = self._random.randrange(1, len(word))
        return word[:at] + word[at + 1 :]

    def _begun(self) -> str:
        """The beginning of what is searched for, as far as it is typed."""
        word = self._random.choice((*self._offers, *self._themes, *self._common))
        return word[: self._random.randrange(2, 9)]

    def _need(self) -> str:
        return self._random.choice(self._needs)

    def _near(self) -> str:
        return self._random.choice(self._postcodes)

    def _viewport(self, zoom: int, **asked: str) -> str:
        """What a screen shows, around somebody's postcode, of what is ``asked`` for."""
        at = self._points[self._near()]
        width = SCREEN[0] / TILE * 360 / 2**zoom
        height = SCREEN[1] / TILE * 360 / 2**zoom * cos(radians(at.lat))
        west, south = at.lon - width / 2, at.lat - height / 2
        box = ",".join(f"{edge:.5f}" for edge in (west, south, west + width, south + height))
        return f"/map/features?{urlencode({'bbox': box, 'zoom': zoom, **asked})}"


def pages(asker: Asker, port: int) -> list[Page]:
    """The product's pages with the addresses that answer well. Asking them once also warms the database.

    Raises SystemExit when a page has none.
    """
    with Client(port, encoding=PLAIN) as client:
        found = [_all("home", iter(["/"]), client), _all("listing", asker.listings(), client)]
        found += [_some(name, maker, client) for name, maker in asker.makers().items()]
        found += [_all(name, paths, client) for name, paths in asker.services().items()]
        found += [_all(f"{WORST}{name}", iter([path]), client) for name, path in asker.worst().items()]
    return found


def yardsticks(ours: list[Page], port: int) -> list[Page]:
    """The bench's own pages: the empty layout, and from memory what the searches in ``ours`` found."""
    by_name = {page.name: page.paths for page in ours}
    rows = [path.replace("/search", "/bench/memory", 1) for name in SEARCHES for path in by_name[name][::3]]
    api = {from_memory(name): [f"/bench/body{path}" for path in by_name[name]] for name in API}
    near = [f"/bench/body{path}" for path in by_name[NEAR_JSON]]
    with Client(port, encoding=PLAIN) as client:
        return [
            _all(HELLO, iter(["/bench/hello"]), client),
            _all(MEMORY, iter(rows), client),
            _all(MEMORY_JSON, iter(near), client),
            *(_all(name, iter(paths), client) for name, paths in api.items()),
        ]


def from_memory(name: str) -> str:
    """What the answers of a page are called that come from memory."""
    return f"{name}, from memory"


def peer_pages(ours: list[Page], port: int) -> list[Page]:
    """Datasette's pages of our searches for words: as they come, and without its suggestions of facets."""
    words_page = next(page for page in ours if page.name == WORDS)
    asked = [peer.searched(peer.words_of(path)) for path in words_page.paths[:PEER_EACH]]
    with Client(port, encoding=PLAIN) as client:
        return [
            _all(PEER, iter(asked), client),
            _all(f"{PEER}, no suggestions", (f"{path}&_nosuggest=1" for path in asked), client),
        ]


def _search(**asked: str) -> str:
    return f"/search?{urlencode(asked)}"


def _all(name: str, paths: Iterator[str], client: Client) -> Page:
    """A page whose every address counts."""
    page = Page(name)
    for path in islice(paths, EACH):
        _look(page, path, client)
        if page.status != 200:
            break
        page.paths.append(path)
    return _averaged(page)


def _some(name: str, make: Maker, client: Client) -> Page:
    """A page whose addresses are made: of a search only those that fill a page, or that were put right."""
    page = Page(name)
    seen: set[str] = set()
    while len(page.paths) < EACH and page.tried < TRIED * EACH:
        path = make()
        if path in seen:
            page.tried += 1
            continue
        seen.add(path)
        body = _look(page, path, client)
        if page.status != 200:
            break
        if _counts(name, path, body):
            page.paths.append(path)
    return _averaged(page)


def _counts(name: str, path: str, body: bytes) -> bool:
    if name == TYPING:
        return PUT_RIGHT in body
    if name == NARROWED:
        return FULL_PAGE in body
    return name in SHORT or not path.startswith("/search?") or body.count(ROW) >= FULL


def _look(page: Page, path: str, client: Client) -> bytes:
    answer = client.get(path)
    page.slowest_s = max(page.slowest_s, answer.seconds)
    page.tried += 1
    page.size += len(answer.body)
    page.status = answer.status
    return answer.body


def _averaged(page: Page) -> Page:
    if not page.paths:
        raise SystemExit(f"{page.name}: no good answer in {page.tried}, the last one was {page.status}")
    page.size //= page.tried
    return page

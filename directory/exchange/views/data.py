"""What the data page shows, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from directory.exchange.queries.extracts import Completeness
from directory.exchange.rules.about import About
from directory.exchange.rules.columns import OfferingRow
from directory.exchange.rules.tables import OFFERINGS, TABLES
from directory.exchange.service.hsds_package import MOST_ORGANIZATIONS
from directory.web.words import gettext as _
from directory.web.words import moment

SHOWN: Final = ("organisation", "service", "needs", "place", "postcode", "hours", "confirmed")  # of the first rows
UNBROKEN: Final = frozenset({"place", "postcode", "confirmed"})  # of them, those that a line must not break
LONGEST: Final = 60  # characters of a cell


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be taken: its name, what it is for, and where it is."""

    name: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Share:
    """A number of organisations and how many of a hundred that is."""

    text: str
    number: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    """The page: ``rows`` are the first of offerings, each as texts under ``head``; ``query``: "" for everything."""

    query: str
    search_url: str
    files: Sequence[File]
    programs: Sequence[File]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    unbroken: Collection[str]  # columns whose cells stay in one line
    total: int
    shares: Sequence[Share]
    about: About
    changed: str  # when something was last published, in words; "": never
    tables: Sequence[tuple[str, Sequence[tuple[str, str, str, str]]]]


def data_page(
    about: About,
    found: Completeness,
    rows: Sequence[OfferingRow],
    *,
    url_of: Callable[[str], str],
    search_url: str,
    zone: tzinfo,
) -> DataPage:
    """``rows``: the first of the search. ``url_of``: the name of a file to its address, with the search."""
    return DataPage(
        query=about.query,
        search_url=search_url,
        files=[File(name, text, url_of(file)) for file, (name, text) in _files().items()],
        programs=[File(name, text, url_of(file)) for file, (name, text) in _programs().items()],
        head=SHOWN,
        rows=[_texts(row) for row in rows],
        unbroken=UNBROKEN,
        total=found.organizations,
        shares=_shares(found),
        about=about,
        changed=moment(about.moment, zone) if about.moment else "",
        tables=[
            (table.name, [(each.name, each.kind, each.unit, each.meaning) for each in table.columns])
            for table in TABLES
        ],
    )


def _files() -> Mapping[str, tuple[str, str]]:
    return {
        "listings.xlsx": (
            _("Workbook for Excel and LibreOffice (XLSX)"),
            _("Every table as a sheet, with filters, dates as dates, and a sheet that says what made it."),
        ),
        "offerings.csv": (
            _("Offerings (CSV)"),
            _("One row for each service at each place: the one to begin with, and to count and map by."),
        ),
        "organisations.csv": (
            _("Organisations (CSV)"),
            _("One row for each organisation: who there is, how to reach them, when they last confirmed it."),
        ),
        "services.csv": (
            _("Services (CSV)"),
            _("One row for each service: what it is, for whom, what it costs, when and where people may live."),
        ),
        "locations.csv": (
            _("Places (CSV)"),
            _("One row for each place: address and point as far as they are public, access and how to get there."),
        ),
        "listings.geojson": (
            _("Offerings for maps (GeoJSON)"),
            _("For maps and GIS. A place whose address is not published has no point."),
        ),
    }


def _programs() -> Mapping[str, tuple[str, str]]:
    return {
        "hsds.zip": (
            _("Open Referral data package (HSDS 3.0)"),
            _(
                "Every organisation found, whole, as sixteen tables in one ZIP file: for other directories. At most "
                "%(most)s organisations: of more, narrow the search or read the API page by page.",
                most=f"{MOST_ORGANIZATIONS:,}",
            ),
        ),
        "changes.csv": (
            _("Changes (CSV)"),
            _("What was added, changed and removed, numbered without a gap. Ask with since= the last number you have."),
        ),
        "feed.atom": (
            _("Feed of new and changed listings (Atom)"),
            _("For feed readers: the fifty that changed last."),
        ),
        "datapackage.json": (
            _("Description of the files (datapackage.json)"),
            _("Every column with its type, unit and meaning, as a Frictionless data package."),
        ),
    }


def _shares(found: Completeness) -> list[Share]:
    counted = (
        (_("confirmed by the organisation in the last six months"), found.confirmed),
        (_("with a place on the map"), found.placed),
        (_("with days and times"), found.timed),
    )
    return [Share(text, number, round(100 * number / (found.organizations or 1))) for text, number in counted]


def _texts(row: OfferingRow) -> list[str]:
    values = {column.name: column.value(row) for column in OFFERINGS.columns if column.value and column.name in SHOWN}
    values["confirmed"] = str(values["confirmed"] or "")[:10]  # its day is enough here
    return [_short("" if values[name] is None else str(values[name])) for name in SHOWN]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"

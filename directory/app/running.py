"""What one process of the application holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from directory.infra.place import Place
from directory.infra.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from directory.accounts.service.sessions import Seen
    from directory.areas.service import AreaIndex
    from directory.geocoding.service import Geocoding
    from directory.listings.rules.record import Provider
    from directory.listings.rules.taxonomy import Terms
    from directory.moderation.service.erase import Forget
    from directory.publishing.service import Surroundings
    from directory.search.service import Index
    from directory.search.service.board import Boards
    from directory.search.service.unmet import UnmetCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What one process holds and passes to whoever needs it: ``app.extensions["directory"]``."""

    settings: Settings
    place: Place
    terms: Terms
    geocoding: Geocoding
    areas: AreaIndex
    index: Index
    boards: Boards  # what filters are counted on
    unmet: UnmetCounts  # what was looked for and not found
    seen: Seen  # when people were last here
    providers: Mapping[str, Provider]  # what feeds are called, by the name of their source
    versions: Mapping[str, int]  # what terms, areas and feeds were read at

    @property
    def around(self) -> Surroundings:
        """What the door into the published record needs."""
        from directory.exchange.rules.stored import stored
        from directory.publishing.service import Surroundings

        return Surroundings(
            place=self.place,
            terms=self.terms,
            geocoding=self.geocoding,
            areas=self.areas,
            index=self.index,
            lines=stored,
        )

    @property
    def forget(self) -> Sequence[Forget]:
        """What else is deleted of a listing that is deleted for good."""
        from directory.contribute.service import drafts
        from directory.exchange.service import feeds

        return (drafts.forget_about, feeds.forget_about)


def versions_of(found: Mapping[str, int]) -> dict[str, int]:
    """Those of the numbers of a database that tell what a process holds."""
    return {name: found.get(name, 0) for name in ("areas", "terms", "sources")}


def running_of(settings: Settings, place: Place, engine: Engine, keep: Running | None = None) -> Running:
    """What a process holds for ``place``; ``keep`` has what need not be made anew when terms or areas changed."""
    from directory.accounts.service.sessions import Seen
    from directory.areas.service import AreaIndex
    from directory.exchange.service import feeds
    from directory.geocoding.service import Geocoding
    from directory.infra import versions
    from directory.infra.db import reading
    from directory.listings.service.taxonomy import load_terms, own_file
    from directory.search.service import open_index
    from directory.search.service.board import Boards
    from directory.search.service.unmet import UnmetCounts

    index = keep.index if keep else open_index(engine.dialect.name)
    with reading(engine) as session:
        found = versions.current(session)
        areas = AreaIndex.load(session)
        providers = feeds.providers(session)
    return Running(
        settings=settings,
        place=place,
        terms=load_terms(own=own_file(settings.instance)),
        geocoding=keep.geocoding if keep else Geocoding.of(settings, place),
        areas=areas,
        index=index,
        boards=keep.boards if keep else Boards(index),
        unmet=keep.unmet if keep else UnmetCounts(),
        seen=keep.seen if keep else Seen(),
        providers=providers,
        versions=versions_of(found),
    )

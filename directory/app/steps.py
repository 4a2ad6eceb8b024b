"""What ``init`` and ``upgrade`` do after a migration, step by step, and what ``doctor`` looks at."""

from __future__ import annotations

from directory.app.running import running_of
from directory.infra.composition import Check, Progress, Step, Trouble, Work


def steps() -> list[Step]:
    """What follows a migration, in this order: each needs what came before."""
    from directory.infra.cli.own import OWN_STEPS

    return [
        *OWN_STEPS,
        Step("Needs and kinds", _apply_terms),
        Step("Postcodes", _build_postcodes),
        Step("Postcode districts", _build_districts),
        Step("Listings", _refresh_listings),
        Step("Sample", _load_sample),
        Step("Search index, map and files", _rebuild),
    ]


def _apply_terms(work: Work, _progress: Progress) -> str:
    from directory.infra.db import transaction
    from directory.listings.service.taxonomy import apply, load_terms, own_file

    with transaction(work.engine) as session:
        return apply(session, load_terms(own=own_file(work.settings.instance))).told


def _build_postcodes(work: Work, progress: Progress) -> str:
    from directory.geocoding.service import build_index

    return "index built" if build_index(work.settings.instance, progress) else ""


def _build_districts(work: Work, _progress: Progress) -> str:
    from directory.areas.service.districts import build_districts
    from directory.geocoding.service import Geocoding
    from directory.infra.db import transaction

    index = Geocoding.of(work.settings, work.place).index
    with transaction(work.engine) as session:
        done = build_districts(session, work.place, index)
    return f"{done.new} new, {done.changed} changed, {done.removed} removed" if done.differs else ""


def _refresh_listings(work: Work, progress: Progress) -> str:
    """Listings know the names of their terms and areas: when those changed, make again what is derived."""
    from directory.infra import facts
    from directory.infra.db import reading, transaction
    from directory.publishing.queries import published_count
    from directory.publishing.service.refresh import refresh_batch

    running = running_of(work.settings, work.place, work.engine)
    wanted = " ".join(f"{name} {number}" for name, number in running.versions.items())
    with reading(work.engine) as session:
        total, known = published_count(session), facts.fact(session, "refreshed")
    done, after = 0, 0 if total and known != wanted else None
    while after is not None:
        with transaction(work.engine) as session:
            count, after = refresh_batch(session, running.around, after=after)
        done += count
        progress(done, total)
    with transaction(work.engine) as session:
        facts.note(session, "refreshed", wanted)
    return f"{done} brought up to date" if done else ""


def _load_sample(work: Work, progress: Progress) -> str:
    from directory.exchange.service import sample
    from directory.infra.db import reading, transaction

    with reading(work.engine) as session:
        if not sample.is_wanted(session, work.place):
            return ""
    around = running_of(work.settings, work.place, work.engine).around
    listings = sample.records(work.place, around.terms, now=work.now)
    done = 0
    for batch in sample.batches(listings):
        with transaction(work.engine) as session:
            sample.load(session, batch, around=around, now=work.now)
        done += len(batch)
        progress(done, len(listings))
    with transaction(work.engine) as session:
        sample.loaded(session)
    return f"{done} invented listings (take them out with: directory sample remove)"


def _rebuild(work: Work, _progress: Progress) -> str:
    """Whatever is derived and is not what it should be, made again."""
    from directory.infra.db import transaction
    from directory.publishing.service import hours, refresh
    from directory.publishing.service.drift import drift

    around = running_of(work.settings, work.place, work.engine).around
    with transaction(work.engine) as session:
        hours.settled(session, around, work.now)
        found = drift(session, around)
    if not found.any:
        return ""
    with transaction(work.engine) as session:
        offerings, pins = refresh.rebuild_index(session, around)
    return f"{found}; now {offerings} offerings and {pins} pins"


def checks() -> list[Check]:
    """The lines of ``directory doctor`` after the settings."""
    from directory.infra.cli.own import OWN_CHECKS

    return [
        *OWN_CHECKS,
        Check("postcodes", _check_postcodes),
        Check("search index", _check_index),
    ]


def _check_postcodes(work: Work) -> str:
    from directory.geocoding.service import Geocoding

    unplaced = Geocoding.of(work.settings, work.place).unplaced
    if unplaced:
        raise Trouble(f"no postcode is known for {', '.join(unplaced)}: correct the place's file, then: directory init")
    return "every name of the place is found"


def _check_index(work: Work) -> str:
    from directory.infra.cli.session import require_current
    from directory.infra.db import reading
    from directory.publishing.service import renewal
    from directory.publishing.service.drift import drift

    require_current(work.settings)
    around = running_of(work.settings, work.place, work.engine).around
    with reading(work.engine) as session:
        found, late = drift(session, around), renewal.complaint(session, around, work.now)
    if wrong := f"{found}. Run: directory search rebuild" if found.any else late:
        raise Trouble(wrong)
    return "no drift"

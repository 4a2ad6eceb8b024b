"""The registry of doors: every way out of the application, and how it is kept from telling a confidential place.

Whoever adds a route says here which kind of door it is, or ``tests/contracts/test_doors.py`` fails. Then the tests in
``tests/doors`` walk it: a reader's doors as a reader, staff's as staff.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Door(Enum):
    """How a door is kept."""

    READER = "walked as a reader, by tests/doors/test_confidential.py"
    STAFF = "walked as a moderator who may not read addresses, by tests/doors/test_staff.py"
    STEWARD = "walked as whoever speaks for a listing, by tests/doors/test_steward.py"
    EXPORTED = "gives exporters what is not public, and writes it down, by tests/doors/test_exported.py"
    AUDITED = "tells a confidential place to those with the right, and writes it down"
    OWN = "tells a person what is theirs: no listing"
    TAKES = "takes something, and sends the browser on"


AUDITED: Final = frozenset({"moderation.published_places", "moderation.suggested_places"})
EXPORTED: Final = frozenset({"exchange.staff_extract"})
STAFF: Final = frozenset(
    {
        "contribute.moderated",
        "contribute.moderated_edit",
        "exchange.import_file",
        "exchange.import_gone",
        "exchange.imports",
        "moderation.batch",
        "moderation.change",
        "moderation.erase",
        "moderation.history",
        "moderation.jobs",
        "moderation.merging",
        "moderation.people",
        "moderation.queue",
        "moderation.reported",
        "moderation.reports",
        "moderation.suggestion",
        "moderation.take_off",
    }
)
STEWARD: Final = frozenset(
    {
        "contribute.close",
        "contribute.edit",
        "contribute.hand_over",
        "contribute.kept",
        "contribute.manage",
        "contribute.notice",
        "contribute.pause",
        "contribute.share",
        "contribute.today",
    }
)
OWN: Final = frozenset(
    {
        "contribute.claim_link",
        "contribute.handed_over",
        "contribute.invited",
        "contribute.mend",
        "contribute.still_right",
        "exchange.import_columns",  # of a file that they sent themselves
        "exchange.import_problems",
        "moderation.answer",
        "moderation.prove",
        "moderation.proved",
    }
)
OWN_SLICES: Final = ("accounts.",)  # sign-in, account, second factor
TAKES: Final = frozenset(
    {
        "contribute.back",
        "contribute.leave",
        "contribute.mails",
        "contribute.moderated_place",
        "contribute.moderated_service",
        "contribute.right",
        "contribute.take_out_place",
        "contribute.take_out_service",
        "exchange.import_drop",
        "exchange.import_go",
        "exchange.import_undo",
        "exchange.send_import",
        "moderation.accept",
        "moderation.accept_batch",
        "moderation.ask",
        "moderation.later",
        "moderation.merge",
        "moderation.refuse",
        "moderation.rollback",
        "moderation.settle",
        "moderation.unmerge",
    }
)
READER_SLICES: Final = ("browse.", "exchange.", "oruk.", "contribute.")
NAMED: Final = {
    Door.AUDITED: AUDITED,
    Door.EXPORTED: EXPORTED,
    Door.STAFF: STAFF,
    Door.STEWARD: STEWARD,
    Door.OWN: OWN,
    Door.TAKES: TAKES,
}


def door_of(endpoint: str) -> Door | None:
    """What kind of door an endpoint is; None for one that has not joined."""
    for kind, endpoints in NAMED.items():
        if endpoint in endpoints:
            return kind
    if endpoint.startswith(OWN_SLICES):
        return Door.OWN
    return Door.READER if endpoint.startswith(READER_SLICES) else None

"""Who acts: the value that entrances make of a sign-in, and that services check again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from directory.core.errors import Forbidden


class Role(StrEnum):
    """A right of staff. None includes another: who may decide need not be able to take data away."""

    MODERATOR = "moderator"
    EXPORTER = "exporter"
    ADMINISTRATOR = "administrator"
    CONFIDENTIAL = "confidential"  # may read addresses that are not published; each reading is written down


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """The person on whose behalf something is done; a visitor has no id.

    ``steward``: signed in at all; which listings are theirs, moderation knows. ``second_factor``: shown in
    this sign-in. ``language``: a BCP 47 code, the one to write to them in; "" is the place's own.
    """

    person_id: UUID | None = None
    email: str = ""
    roles: frozenset[Role] = frozenset()
    second_factor: bool = False
    steward: bool = False
    language: str = ""

    def may(self, role: Role) -> bool:
        """Whether they have ``role`` and showed their second factor."""
        return role in self.roles and self.second_factor

    def require(self, role: Role) -> None:
        """Raise Forbidden unless they have ``role`` and showed their second factor."""
        if not self.may(role):
            raise Forbidden(f"only a {role.value} with a second factor may do that")

    @property
    def known_id(self) -> UUID:
        """Their id. Raises Forbidden for a visitor."""
        if self.person_id is None:
            raise Forbidden("only somebody who has signed in may do that")
        return self.person_id


VISITOR: Final = Acting()

"""What can go wrong that the directory expects. Anything else that is raised is a mistake of ours."""

from typing import Final

LONGEST_SHOWN: Final = 80  # characters of what was given: an import may give a cell of 3 MB


class DirectoryError(Exception):
    """Something expected went wrong; the message is for operators, pages choose their own words."""


class NotFound(DirectoryError):
    """What was asked for does not exist, or the person asking may not know that it does."""


class Invalid(DirectoryError):
    """A value that cannot be used.

    ``field`` says which, ``given`` what came, ``wanted`` what would have done, in a few plain words
    ("a date as YYYY-MM-DD"). The message says all three, ``given`` cut short.
    """

    def __init__(self, field: str, given: object, wanted: str) -> None:
        super().__init__(field, given, wanted)  # all three, so that it pickles between processes
        self.field = field
        self.given = given
        self.wanted = wanted

    def __str__(self) -> str:
        shown = repr(self.given)
        if len(shown) > LONGEST_SHOWN:
            shown = f"{shown[:LONGEST_SHOWN]}… ({len(shown)} characters)"
        return f"{self.field}: {shown} was given; wanted: {self.wanted}"


class Conflict(DirectoryError):
    """Someone else changed it first; nothing was overwritten."""


class Unavailable(DirectoryError):
    """Something needed did not answer in time; worth another try later."""


class TooMuch(Unavailable):
    """What was asked for takes longer than the others may be kept waiting: to ask for less helps, to wait hardly."""


class Forbidden(DirectoryError):
    """The acting person has no right to that. Pages answer as if it did not exist."""

"""The values of filters as a page has them: a hundred on each, so what does not change is drawn once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from flask import get_template_attribute
from markupsafe import Markup

_COUNT: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # where the number stands, in what is kept
MOST_KEPT: Final = 4_096  # values, chosen or not, in each language: 3 MB


class Option(NamedTuple):  # a page makes a hundred: a frozen dataclass takes four times as long
    """A value of a filter. ``count`` None: not shown."""

    value: str
    label: str
    chosen: bool
    count: str | None = None  # type: ignore[assignment] # nobody asks a tuple to count


def drawn(name: str, options: Sequence[Option], *, multiple: bool) -> Markup:
    """``options`` of the filter ``name``: as tick boxes, or as lines to choose from."""
    parts: list[str] = []
    for value, label, chosen, count in options:
        before, after = _around(name if multiple else "", value, label, chosen, count is not None)
        parts.append(f"{before}{count}{after}" if count is not None else before)
    return Markup("".join(parts))  # noqa: S704 - a template's; numbers are ours


@lru_cache(maxsize=MOST_KEPT)
def _around(name: str, value: str, label: str, chosen: bool, counted: bool) -> tuple[str, str]:  # noqa: FBT001 - a key
    """What stands before and after the number of a tick box of ``name``, or with no name of a line to choose."""
    option, count = Option(value, label, chosen), _COUNT if counted else None
    macro = get_template_attribute("components/option.html", "tick" if name else "choice")
    html = str(macro(name, option, count) if name else macro(option, count))
    before, _, after = html.rpartition(_COUNT) if counted else (html, "", "")
    return before, after

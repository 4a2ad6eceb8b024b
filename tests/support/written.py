"""What a command measured, written into its place in a page of docs/."""

from __future__ import annotations

from typing import Final

from directory.infra import files

DOCS: Final = files.PACKAGE.parent / "docs"
END: Final = "<!-- to here -->"


def keep(page: str, command: str, text: str) -> None:
    """Put ``text`` between the marks of ``command`` in ``page``. Raises ValueError when they are not there."""
    path, begin = DOCS / page, f"<!-- {command} writes from here -->"
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"{page} has no place for {command}")
    path.write_text(f"{before}{begin}\n\n{text}\n\n{END}{after}", encoding="utf-8")

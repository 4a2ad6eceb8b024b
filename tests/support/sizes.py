"""The size limits of the house: no file over 400 lines, no function over 40, and no list of exceptions.

``python -m tests.support.sizes`` prints what breaks them and exits 1; tests/contracts asserts the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 400
FUNCTION_LINES = 40
SUFFIXES = {".py", ".js", ".mjs", ".scss"}
NOT_OURS = {"node_modules", "dist", "build", "instance", "lock", "__pycache__"}
VERSIONS = Path("directory/infra/migrations/versions")  # a migration is written once and never read again

# Comments, strings, template strings and regular expressions, in which a brace means nothing. A slash begins
# a regular expression only where no value can have ended; CSS has none, but its url(//...) is no comment.
_JS_OPAQUE = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    r"""|(?:(?<=[(,=:\[!&|?{};\n])|(?<=return))[ \t]*"""
    r"""/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/[a-z]*""",
    re.DOTALL,
)
_SCSS_OPAQUE = re.compile(r"""/\*.*?\*/|(?<!:)//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
_SCSS_HEAD = re.compile(r"@(?:mixin|function)\s+(?P<name>[\w-]+)[^;{}]*$")
_NOT_A_FUNCTION = {"if", "for", "while", "switch", "catch", "with"}


@dataclass(frozen=True, slots=True)
class Offence:
    """Something too long: where, what, and how many lines it has."""

    path: str
    line: int
    what: str
    lines: int
    limit: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what} has {self.lines} lines; the limit is {self.limit}"


def sources(root: Path) -> Iterator[Path]:
    """Every file of ours below ``root`` that the limits count, in order."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in NOT_OURS or path == root / VERSIONS:
            continue
        if path.is_dir():
            yield from (child for child in sources(path) if root / VERSIONS not in child.parents)
        elif path.suffix in SUFFIXES:
            yield path


def offences(root: Path) -> list[Offence]:
    """Every file and function below ``root`` that is too long."""
    return [offence for path in sources(root) for offence in examine(path, path.relative_to(root).as_posix())]


def examine(path: Path, name: str) -> Iterator[Offence]:
    """What is too long in one file, reported under ``name``."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        yield Offence(name, 1, "the file", lines, FILE_LINES)
    for line, what, length in functions(text, path.suffix):
        if length > FUNCTION_LINES:
            yield Offence(name, line, what, length, FUNCTION_LINES)


def functions(text: str, suffix: str) -> Iterator[tuple[int, str, int]]:
    """Each function of a source text: its first line, its name and how many lines it has."""
    if suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.lineno, f"{node.name}()", (node.end_lineno or node.lineno) - node.lineno + 1
    else:
        yield from _braced(text, scss=suffix == ".scss")


def _braced(text: str, *, scss: bool) -> Iterator[tuple[int, str, int]]:
    """The functions of a language with braces, by the text that stands before each opening brace."""
    opaque = _SCSS_OPAQUE if scss else _JS_OPAQUE
    plain = opaque.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    opened: list[tuple[int, str] | None] = []
    for brace in re.finditer(r"[{}]", plain):
        if brace[0] == "{":
            head = _scss_head if scss else _js_head
            opened.append(head(plain[: brace.start()].rstrip()))
        elif opened and (function := opened.pop()) is not None:
            line, name = function
            yield line, name, plain.count("\n", 0, brace.start()) + 2 - line


def _scss_head(before: str) -> tuple[int, str] | None:
    """First line and name of the mixin or function whose brace follows ``before``; None for a rule."""
    found = _SCSS_HEAD.search(before, max(before.rfind(sign) for sign in ";{}") + 1)
    return None if found is None else (_line(before, found.start()), f"@{found['name']}")


def _js_head(before: str) -> tuple[int, str] | None:
    """First line and name of the function whose brace follows ``before``; None for any other block."""
    if before.endswith("=>"):
        return _line(before, len(before)), "an arrow function"
    if not before.endswith(")"):
        return None
    start, depth = len(before), 0
    while start and (depth or start == len(before)):
        start -= 1
        depth += {")": 1, "(": -1}.get(before[start], 0)
    found = re.search(r"([\w$#]*)\s*$", before[:start])
    name = found[1] if found else ""
    if name in _NOT_A_FUNCTION:
        return None
    return _line(before, start), "a function" if name in {"", "function"} else f"{name}()"


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


if __name__ == "__main__":
    found = offences(ROOT)
    print(*found, sep="\n", end="\n" if found else "")
    raise SystemExit(1 if found else 0)

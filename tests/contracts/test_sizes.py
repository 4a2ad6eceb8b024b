"""Nothing of ours is too long, and the counter counts what we think it counts."""

import pytest

from tests.support import sizes

PYTHON = "def outer():\n    def inner():\n        pass\n    return inner\n"
SCRIPT = """\
const words = { of: "a { brace" }; // {
export function walk(step = (n) => n + 1) {
  if (step(1)) {
    return /[{/]/.test(`{`);
  }
  return [1].map((n) => {
    return n;
  });
}
class Pin { async open(at) {
  for (const one of at) { one(); }
} }
"""
STYLE = """\
@use "x"; // {
@mixin narrow($at: 40em) {
  @media (min-width: $at) { @content; }
}
.pin { background: url(//example.org/{); &:focus { color: red; } }
@function half($n) { @return $n * 0.5; }
"""


def test_no_file_and_no_function_of_ours_is_too_long():
    found = [str(offence) for offence in sizes.offences(sizes.ROOT)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("suffix", "text", "told"),
    [
        (".py", PYTHON, [(1, "outer()", 4), (2, "inner()", 2)]),
        (".js", SCRIPT, [(2, "walk()", 8), (6, "an arrow function", 3), (10, "open()", 3)]),
        (".scss", STYLE, [(2, "@narrow", 3), (6, "@half", 1)]),
    ],
)
def test_functions_are_found_with_their_lines(suffix, text, told):
    assert sorted(sizes.functions(text, suffix)) == told


@pytest.mark.parametrize("name", ["long.py", "long.js", "long.scss", "tests/deep/long.py"])
def test_a_file_of_401_lines_is_too_long_and_one_of_400_is_not(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n" * 400)
    assert sizes.offences(tmp_path) == []
    path.write_text("\n" * 401)
    assert [offence.lines for offence in sizes.offences(tmp_path)] == [401]


@pytest.mark.parametrize(
    ("suffix", "opening", "closing"),
    [
        (".py", "def long():", "    return 1"),
        (".js", "function long() {", "}"),
        (".scss", "@mixin long {", "}"),
    ],
)
def test_a_function_of_41_lines_is_too_long_and_one_of_40_is_not(tmp_path, suffix, opening, closing):
    path = tmp_path / f"one{suffix}"
    path.write_text(opening + "\n" * 39 + closing)
    assert sizes.offences(tmp_path) == []
    path.write_text(opening + "\n" * 40 + closing)
    assert [offence.lines for offence in sizes.offences(tmp_path)] == [41]


def test_migrations_and_what_others_wrote_are_not_counted(tmp_path):
    for name in (
        "directory/infra/migrations/versions/0001.py",
        "node_modules/x.js",
        "static/dist/a.js",
        ".venv/a.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n" * 999)
    assert sizes.offences(tmp_path) == []

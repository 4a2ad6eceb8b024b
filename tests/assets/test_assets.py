"""The build makes every file that a page names, small enough and for this site alone."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import brotli
import pytest

import hatch_build

ROOT = Path(__file__).resolve().parents[2]
SOURCE, DIST, TEMPLATES = ROOT / "static/src", ROOT / "static/dist", ROOT / "templates"
MANIFEST = json.loads((DIST / "manifest.json").read_text())
TAXONOMIES = sorted((ROOT / "directory/listings/taxonomies").glob("*.toml"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")  # what the server takes for "never changes"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)(?:-\w+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|left|right"
    r"|(?:text-align|float|clear|justify-content)\s*:\s*(?:left|right))\s*[:;}!]"
)
NAMES_NOT_ADDRESSES = {
    "http://www.w3.org/2000/svg",  # the name of SVG, which no browser fetches
    "https://leafletjs.com",  # the link in Leaflet's credit, which map.js takes away
}


FONTS = [name for name in MANIFEST if name.endswith(".woff2")]
EXTENDED = [name for name in FONTS if "-latin-ext-" in name]
LATIN = [name for name in FONTS if name not in EXTENDED]


def built(name):
    return (DIST / MANIFEST[name]).read_text()


def test_the_manifest_names_what_was_built_and_all_of_it():
    files = {path.name for path in DIST.iterdir() if path.suffix not in {".br", ".gz"}}
    assert set(MANIFEST.values()) == files - {"manifest.json", ".stamp"}
    assert {"app.css", "app.js", "map.css", "map.js", "icons.svg", "favicon.svg"} <= MANIFEST.keys()


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_each_name_carries_its_hash(name):
    assert HASHED.search(MANIFEST[name])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_asks_only_for_assets_there_are(page):
    asked = set(re.findall(r"""asset\(["']([^"']+)["']\)""", page.read_text()))
    assert asked <= MANIFEST.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_has_nothing_inline_and_nothing_of_others(page):
    text = re.sub(r"\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)
    inline = re.findall(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    scripts = re.findall(r"<script(?![^>]*\b(?:src=|type=\"application/ld\+json\"))", text)
    # A link may lead elsewhere; what a browser fetches by itself, or sends a form to, may not.
    foreign = re.findall(r"<(?!a\s)[^<>]*\s(?:src|srcset|href|action)=[\"'](?:https?:)?//[^\"']+", text)
    assert (inline, scripts, foreign) == ([], [], [])


@pytest.mark.parametrize("name", ["app.css", "app.js", "map.css", "map.js", "icons.svg", "favicon.svg"])
def test_nothing_built_leads_off_this_site(name):
    text = COMMENT.sub("", built(name))
    found = set(re.findall(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"'`)<>]*", text))
    assert found <= NAMES_NOT_ADDRESSES


def test_the_lock_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert "registry" not in json.dumps(lock)


@pytest.mark.parametrize(
    ("names", "limit"),
    [
        (["app.css"], 14_000),
        (["app.js"], 5_500),
        (["map.js"], 45_000),
        (["tiles.js"], 35_000),
        (["map.css"], 5_000),
        (["forms.css"], 3_000),
        (["pin.js"], 1_500),
        (["icons.svg"], 4_000),
        # What a results page fetches beside itself: with its own 9 kB it stays under 60 kB before the map.
        (["app.css", "app.js", "icons.svg", "favicon.svg", *LATIN], 43_000),
        (EXTENDED, 15_000),  # only when Welsh or Polish names need the extended letters
    ],
    ids=lambda value: "+".join(value[:2]) if isinstance(value, list) else str(value),
)
def test_what_is_sent_stays_small(names, limit):
    sizes = {name: len(brotli.compress((DIST / MANIFEST[name]).read_bytes(), quality=11)) for name in names}
    assert sum(sizes.values()) <= limit, sizes


@pytest.mark.parametrize("name", [name for name in MANIFEST if name.endswith((".css", ".js", ".svg"))])
def test_a_text_file_lies_compressed_beside_itself(name):
    file = DIST / MANIFEST[name]
    assert brotli.decompress(file.with_name(f"{file.name}.br").read_bytes()) == file.read_bytes()
    assert file.with_name(f"{file.name}.gz").is_file()


def test_pages_work_right_to_left_for_no_style_names_a_side():
    assert PHYSICAL.findall(COMMENT.sub("", built("app.css"))) == []


@pytest.mark.parametrize("style", sorted(SOURCE.rglob("*.scss")), ids=lambda style: style.name)
def test_our_own_styles_name_no_side_either(style):
    assert PHYSICAL.findall(re.sub(r"//.*", "", style.read_text())) == []


@pytest.mark.parametrize(
    ("physical", "logical"),
    [
        ("margin-left: 1px;", "margin-inline-start: 1px;"),
        ("border-right-color: red;", "border-inline-end-color: red;"),
        ("left: 0;", "inset-inline-start: 0;"),
        ("border-top-left-radius: 3px;", "border-start-start-radius: 3px;"),
        ("text-align: right;", "text-align: end;"),
        ("float: left;", "float: inline-start;"),
        ("padding: 1px 2px 3px 2px;", "padding: 1px 2px 3px 2px;"),
        ("margin: 0 5px 0 calc(1px + 2px);", "margin-block: 0 0;\nmargin-inline: calc(1px + 2px) 5px;"),
        ("margin: 0 0 0 4px !important;", "margin-block: 0 0 !important;\nmargin-inline: 4px 0 !important;"),
    ],
)
def test_a_physical_side_becomes_a_logical_one(physical, logical):
    code = f"import {{ logical }} from './static/logical.mjs'; console.log(logical({physical!r}))"
    node = hatch_build.node_home() / "bin/node"
    said = subprocess.run(
        [node, "--input-type=module", "--eval", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout == f"{logical}\n"


SYMBOLS = ET.fromstring(built("icons.svg")).findall("{http://www.w3.org/2000/svg}symbol")  # noqa: S314 - our own file
ICONS = {symbol.get("id") for symbol in SYMBOLS}


def test_every_icon_is_drawn_on_the_same_square():
    assert {symbol.get("viewBox") for symbol in SYMBOLS} == {"0 0 24 24"}
    assert len(ICONS) == len(SYMBOLS)


@pytest.mark.parametrize("taxonomy", TAXONOMIES, ids=lambda path: path.stem)
def test_every_term_that_shows_an_icon_has_one(taxonomy):
    terms = tomllib.loads(taxonomy.read_text())["terms"]
    default = "slug" if taxonomy.stem == "needs" else "icon"  # a need without an icon of its own has its slug's
    assert {term.get("icon", term.get(default)) for term in terms} - {None} <= ICONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_shows_only_icons_there_are(page):
    text = page.read_text()
    named = re.findall(r'icon\([^,()]+(?:\([^)]*\))?,\s*"([a-z-]+)"\)|\}\}#([a-z-]+)"', text)
    assert {first or second for first, second in named} <= ICONS


def luminance(colour):
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PALETTE = dict(re.findall(r"^\$(\w+): #(\w+);", (SOURCE / "styles/_settings.scss").read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", "white leaf primrose rose sky lilac gold line"),
        ("soft", "white leaf primrose"),
        ("green", "white leaf"),
        ("deep", "white leaf gold"),
        ("plum", "white leaf primrose"),
        ("red", "white"),
        ("blue", "sky white"),
        ("white", "deep green"),
        ("mint", "deep"),
    ],
)
def test_words_stand_out_from_their_ground_seven_to_one(text, grounds):
    for ground in grounds.split():
        light, dark = sorted((luminance(PALETTE[text]), luminance(PALETTE[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 7, ground

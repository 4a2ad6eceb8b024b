"""The built wheel serves from an empty folder, with its pages, styles, scripts and words inside."""

from __future__ import annotations

import tarfile
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup

from tests.support.sizes import ROOT

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]

PAGES = (
    "/",
    "/search?q=food&near=B12+9",
    "/map",
    "/areas",
    "/about",
    "/privacy",
    "/accessibility",
    "/data",
    "/attributions",
)


def get(address: str) -> tuple[int, str, bytes]:
    with urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
        return answer.status, answer.headers["Content-Type"], answer.read()


def test_the_archives_hold_the_licence_and_no_built_file_is_missing(archives):
    archive, wheel = archives
    with tarfile.open(archive) as packed:
        names = {name.split("/", 1)[1] for name in packed.getnames() if "/" in name}
    assert {"LICENSE", "README.md", "templates/base.html", "static/src/app.js"} <= names
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert {"directory/_templates/base.html", "directory/_static/manifest.json"} <= names
    assert {f"directory/{file.relative_to(ROOT / 'directory')}" for file in ROOT.glob("directory/**/*.toml")} <= names


def test_nothing_is_read_from_the_checkout(installed):
    said = installed.run("python", "-c", "import directory, sys; print(directory.__file__, *sys.path, sep='\\n')")
    assert str(installed.programs.parent) in said.stdout
    assert str(ROOT) not in said.stdout


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_every_file_it_asks_for_are_there(site, path):
    status, kind, body = get(site + path)
    assert (status, kind) == (200, "text/html; charset=utf-8")
    page = BeautifulSoup(body, "html.parser")
    files = [tag["src"] for tag in page.select("script[src], img[src]")]
    files += [tag["href"] for tag in page.select("link[rel=stylesheet], link[rel=preload], link[rel=icon]")]
    assert len(files) >= 4
    for file in files:
        status, _kind, body = get(site + file)
        assert (status, bool(body)) == (200, True), file


def test_the_sample_is_found(site):
    page = BeautifulSoup(get(f"{site}/search?q=food")[2], "html.parser")
    assert len(page.select("a[href^='/listings/']")) >= 10


def test_the_doctor_finds_nothing_wrong(site, installed):
    said = installed.run("directory", "doctor", tiles_url="")
    assert said.returncode == 0, said.stdout + said.stderr


def test_everything_kept_is_in_the_instance_folder(site, installed):
    assert {item.name for item in installed.folder.iterdir()} == {"instance", "serve.log"}

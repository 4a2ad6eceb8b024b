"""The Atom feed of new and changed listings (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from directory.exchange.rules.about import About

ATOM: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A listing as the feed has it."""

    id: UUID
    slug: str
    name: str
    summary: str
    published: datetime
    updated: datetime


def atom(about: About, entries: Sequence[Entry], *, here: str, url_of: Callable[[str], str]) -> bytes:
    """The feed at the address ``here``: ``entries`` in their order."""
    register_namespace("", ATOM)
    feed = Element(f"{{{ATOM}}}feed")
    _add(feed, "title", about.title if not about.query else f"{about.title}: {about.query}")
    _add(feed, "id", here)
    _add(feed, "updated", (max((entry.updated for entry in entries), default=about.made)).isoformat())
    _link(feed, "self", here)
    _link(feed, "alternate", about.address)
    _link(feed, "license", about.licence_url)
    _add(SubElement(feed, f"{{{ATOM}}}author"), "name", about.publisher)
    _add(feed, "rights", f"{about.licence_name}. {about.attribution}")
    for entry in entries:
        one = SubElement(feed, f"{{{ATOM}}}entry")
        _add(one, "title", entry.name)
        _add(one, "id", entry.id.urn)
        _add(one, "published", entry.published.isoformat())
        _add(one, "updated", entry.updated.isoformat())
        _link(one, "alternate", url_of(entry.slug))
        _add(one, "summary", entry.summary)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _NOT_XML.sub(" ", text)


def _link(parent: Element, rel: str, href: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=href)

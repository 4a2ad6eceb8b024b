"""What must be true of every page and every answer, whichever test fetched it.

Each rule yields a sentence for each fault it finds; all are gathered, so that one failure tells everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import Headers

OWN = {"'self'"}
NOTHING = {"'none'"}
POLICY = {  # every directive there must be, and all it may allow; what is not here may not be there
    "default-src": NOTHING,
    "base-uri": NOTHING,
    "connect-src": OWN,
    "font-src": OWN,
    "form-action": OWN,
    "frame-ancestors": NOTHING,
    "img-src": OWN | {"data:"},
    "manifest-src": OWN,
    "object-src": NOTHING,
    "script-src": OWN,
    "style-src": OWN,
}
FIXED_HEADERS = {
    "X-Content-Type-Options": {"nosniff"},
    "Referrer-Policy": {"strict-origin-when-cross-origin", "no-referrer"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Cross-Origin-Resource-Policy": {"same-origin"},
}
UNUSED_FEATURES = {"camera=()", "microphone=()", "payment=()", "usb=()"}
TELLING_HEADERS = ("X-Powered-By", "Via")
DATA_SCRIPTS = {"application/ld+json", "application/json"}  # never run, so no policy minds them
POINTING = {"for", "aria-describedby", "aria-labelledby", "aria-controls", "list"}  # their values are ids
UNLABELLED_INPUTS = {"hidden", "submit", "button", "reset", "image"}
LEAKS = ("Traceback (most recent call last)", "Werkzeug/", "gunicorn/")


def page_faults(soup: BeautifulSoup) -> list[str]:
    """What is wrong with a page's markup."""
    tags: list[Tag] = soup.find_all()  # gone through once: a selector goes through all of them each time
    rules = (_ids, _references, _controls, _names, _inline)
    return [*_head(soup), *(fault for rule in rules for fault in rule(tags))]


def answer_faults(
    headers: Headers, *, page: bool, tile_hosts: AbstractSet[str], embed: bool, frames: bool = False
) -> list[str]:
    """What is wrong with an answer's headers.

    ``embed``: a page that other sites may frame; ``frames``: one that holds a frame of our own.
    """
    fixed = FIXED_HEADERS if page else {"X-Content-Type-Options": {"nosniff"}}
    faults = [
        f"{name} is {headers.get(name)!r}, not {' or '.join(sorted(allowed))}"
        for name, allowed in fixed.items()
        if headers.get(name) not in allowed
    ]
    if page:
        faults += _policy(headers.get("Content-Security-Policy", ""), tile_hosts=tile_hosts, embed=embed, frames=frames)
        if ("X-Frame-Options" in headers) == embed:
            faults.append(f"X-Frame-Options is {headers.get('X-Frame-Options')!r}")
        if "geolocation=(self)" not in headers.get("Permissions-Policy", "") or "camera=()" not in headers.get(
            "Permissions-Policy", ""
        ):
            faults.append(f"Permissions-Policy is {headers.get('Permissions-Policy')!r}")
    faults += [f"{name} tells what runs here" for name in ("X-Powered-By",) if name in headers]
    return faults


def _policy(policy: str, *, tile_hosts: AbstractSet[str], embed: bool, frames: bool) -> Iterator[str]:
    """Every directive is there, allows what it may and nothing else, and no other directive is."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    given = {part[0]: set(part[1:]) for part in parts}
    for directive, allowed in POLICY.items():
        extra = tile_hosts if directive == "img-src" else set()
        found = given.pop(directive, None)
        if directive == "frame-ancestors" and embed:
            continue
        if found is None or not allowed & found or found - allowed - extra:
            yield f"the policy's {directive} is {found}, not {allowed | extra}"
    if frames and given.pop("frame-src", set()) != OWN:
        yield "the policy does not let the page hold a frame of its own site, and no other"
    yield from (f"the policy has {directive}, which we did not ask for" for directive in given)


def _head(soup: BeautifulSoup) -> Iterator[str]:
    """A language, a direction, one title with words in it, one first heading, one main part, room to zoom."""
    html = soup.html or soup.new_tag("html")
    if not html.get("lang"):
        yield "html has no lang"
    if html.get("dir") not in {"ltr", "rtl"}:
        yield f"html has dir={html.get('dir')!r}"
    titles = soup.select("head > title")
    if len(titles) != 1 or not titles[0].get_text(strip=True):
        yield f"there are {len(titles)} titles, or it is empty"
    for name in ("h1", "main"):
        found = soup.find_all(name)
        if len(found) != 1 or not found[0].get_text(strip=True):
            yield f"there are {len(found)} {name}, or it is empty"
    viewport = soup.select_one("meta[name=viewport]")
    if viewport is None or "user-scalable" in str(viewport.get("content")):
        yield "there is no viewport, or it forbids zooming"


def _ids(tags: list[Tag]) -> Iterator[str]:
    """No id stands twice."""
    counted = Counter(str(tag["id"]) for tag in tags if "id" in tag.attrs)
    yield from (f"id {name!r} stands {times} times" for name, times in counted.items() if times > 1)


def _references(tags: list[Tag]) -> Iterator[str]:
    """What a label, a description or a link within the page points at is there."""
    ids = {str(tag["id"]) for tag in tags if "id" in tag.attrs}
    for tag in tags:
        for name in POINTING & tag.attrs.keys():
            value = tag[name]
            wanted = value if isinstance(value, list) else str(value).split()
            yield from (f"{name}={one!r} of {tag.name} points at nothing" for one in wanted if one not in ids)
        href = str(tag.get("href", ""))
        if tag.name == "a" and href[:1] == "#" and href[1:] and href[1:] not in ids:
            yield f"the link to {href} leads nowhere"


def _controls(tags: list[Tag]) -> Iterator[str]:
    """Every control has a label with words, and a label belongs to a control."""
    labels: dict[str, str] = {}
    owners = {str(tag["id"]): tag for tag in reversed(tags) if "id" in tag.attrs}
    for label in (tag for tag in tags if tag.name == "label" and "for" in tag.attrs):
        labels[str(label["for"])] = labels.get(str(label["for"]), "") + label.get_text(strip=True)
        owner = owners.get(str(label["for"]))
        if owner is not None and owner.name not in {"input", "select", "textarea"}:
            yield f"the label {label.get_text(strip=True)!r} belongs to a {owner.name}"
    for control in (tag for tag in tags if tag.name in {"input", "select", "textarea"}):
        if control.name == "input" and control.get("type") in UNLABELLED_INPUTS:
            continue
        around = control.find_parent("label")
        own = labels.get(str(control.get("id")), "") or (around.get_text(strip=True) if around else "")
        if not (own or control.get("aria-label") or control.get("aria-labelledby")):
            yield f"no label for {control.name} name={control.get('name')!r}"


def _names(tags: list[Tag]) -> Iterator[str]:
    """Every link and button says something, every picture has a text or says it needs none."""
    for tag in tags:
        if tag.name not in {"button", "summary"} and not (tag.name == "a" and "href" in tag.attrs):
            continue
        pictures = "".join(str(image.get("alt", "")) for image in tag.find_all("img"))
        if not (tag.get_text(strip=True) or pictures or tag.get("aria-label") or tag.get("aria-labelledby")):
            yield f"a {tag.name} says nothing: {str(tag)[:120]}"
    for name, needed, called in (("img", "alt", "picture"), ("iframe", "title", "frame")):
        bare = (tag for tag in tags if tag.name == name and needed not in tag.attrs)
        yield from (f"a {called} without {needed}: {tag.get('src')}" for tag in bare)


def _inline(tags: list[Tag]) -> Iterator[str]:
    """No script, style or handler stands in the page: the policy would refuse it."""
    for tag in tags:
        if tag.name == "script" and "src" not in tag.attrs and tag.get("type") not in DATA_SCRIPTS:
            yield f"an inline script: {tag.get_text()[:80]}"
        if tag.name == "style":
            yield f"an inline style element: {tag.get_text()[:80]}"
        yield from (f"{tag.name} has {name}" for name in _attributes(tag) if name == "style" or name[:2] == "on")
        if str(tag.get("href", "")).strip().lower().startswith("javascript:"):
            yield f"{tag.name} has a javascript: address"


def _attributes(tag: Tag) -> list[str]:
    return [name.lower() for name in tag.attrs]

"""The watch over every page sees what it is there to see."""

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import Headers

from tests.support import page_rules

GOOD = """<!doctype html><html lang="en-GB" dir="ltr"><head><title>Search - Community Directory</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><script src="/a.js"></script>
<script type="application/ld+json">{"@type": "NGO"}</script></head>
<body><a href="#main">Skip</a><main id="main"><h1>Search</h1><form method="get">
<label for="q">What do you need?</label><input id="q" name="q" aria-describedby="q-hint">
<p id="q-hint">A word</p>
<label>Near <input name="near"></label><input type="hidden" name="x"><button>Search</button></form>
<a href="/x"><img src="/i.svg" alt="Map"></a></main></body></html>"""
POLICY = {directive: " ".join(allowed) for directive, allowed in page_rules.POLICY.items()}


def faults(markup):
    return page_rules.page_faults(BeautifulSoup(markup, "html.parser"))


def test_a_good_page_has_no_fault():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('lang="en-GB"', "", "html has no lang"),
        ('dir="ltr"', "", "html has dir=None"),
        ("<title>Search - Community Directory</title>", "<title> </title>", "titles"),
        ("<h1>Search</h1>", "", "there are 0 h1"),
        ("<h1>Search</h1>", "<h1>Search</h1><h1>Again</h1>", "there are 2 h1"),
        ("initial-scale=1", "initial-scale=1, user-scalable=no", "forbids zooming"),
        ('<p id="q-hint">', '<p id="q">', "id 'q' stands 2 times"),
        ('<p id="q-hint">', "<p>", "aria-describedby='q-hint' of input points at nothing"),
        ('<label for="q">What do you need?</label>', "", "no label for input name='q'"),
        (
            '<label for="q">What do you need?</label>',
            '<label for="q"></label>',
            "no label for input name='q'",
        ),
        ('<label for="q">', '<label for="r">', "for='r' of label points at nothing"),
        ("<label>Near <input", "<label><input", "no label for input name='near'"),
        ("<button>Search</button>", "<button></button>", "a button says nothing"),
        (' alt="Map"', "", "a picture without alt"),
        (' alt="Map"', ' alt=""', "a a says nothing"),
        ('href="#main"', 'href="#top-part"', "the link to #top-part leads nowhere"),
        (' src="/a.js"', "", "an inline script"),
        ("</head>", "<style>p{}</style></head>", "an inline style element"),
        ("<h1>", '<h1 style="color:red">', "h1 has style"),
        ("<h1>", '<h1 ONCLICK="x()">', "h1 has onclick"),
        ('href="/x"', 'href=" JavaScript:x()"', "javascript: address"),
    ],
)
def test_each_fault_is_told(good, bad, told):
    assert good in GOOD
    assert [fault for fault in faults(GOOD.replace(good, bad)) if told in fault]


def headers(policy=POLICY, **changed):
    given = {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    }
    return Headers({**given, **{name.replace("_", "-"): value for name, value in changed.items()}})


def answered(given, *, page=True, tile_hosts=frozenset(), embed=False):
    return page_rules.answer_faults(given, page=page, tile_hosts=tile_hosts, embed=embed)


def test_the_full_policy_has_no_fault():
    assert answered(headers()) == []


@pytest.mark.parametrize(
    "policy",
    [
        {name: sources for name, sources in POLICY.items() if name != "object-src"},
        POLICY | {"script-src": "'self' 'unsafe-inline'"},
        POLICY | {"script-src": "'self' 'nonce-abc'"},
        POLICY | {"style-src": "https://cdn.example.org"},
        POLICY | {"img-src": "'self' data: https://tile.example.org"},
        POLICY | {"frame-ancestors": "'self'"},
        POLICY | {"worker-src": "*"},
        {},
    ],
)
def test_a_laxer_policy_is_told(policy):
    assert answered(headers(policy))


def test_the_tile_host_and_the_embed_are_allowed_when_told():
    tiles = "https://tile.example.org"
    assert answered(headers(POLICY | {"img-src": f"'self' data: {tiles}"}), tile_hosts={tiles}) == []
    framed = headers(POLICY | {"frame-ancestors": "*"})
    assert answered(framed, embed=True)
    del framed["X-Frame-Options"]
    assert answered(framed, embed=True) == []


def test_a_page_that_holds_a_frame_holds_only_our_own():
    framing = headers(POLICY | {"frame-src": "'self'"})
    assert page_rules.answer_faults(framing, page=True, tile_hosts=set(), embed=False, frames=True) == []
    assert answered(framing)
    for sources in ("*", "'self' https://example.org"):
        lax = headers(POLICY | {"frame-src": sources})
        assert page_rules.answer_faults(lax, page=True, tile_hosts=set(), embed=False, frames=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"X_Content_Type_Options": ""},
        {"Referrer_Policy": "unsafe-url"},
        {"Cross_Origin_Opener_Policy": "unsafe-none"},
        {"Permissions_Policy": "camera=*"},
        {"X_Powered_By": "Flask"},
    ],
)
def test_a_missing_or_lax_header_is_told(changed):
    assert len(answered(headers(**changed))) == 1


def test_files_need_nosniff_alone():
    assert answered(Headers({"X-Content-Type-Options": "nosniff"}), page=False) == []
    assert answered(Headers(), page=False)

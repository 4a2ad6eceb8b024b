"""The watch over the browser sees errors, violations and requests that leave; axe is really there."""

from urllib.parse import urlsplit

import pytest

from tests.support import browsers, keyboard

ORIGIN = "http://127.0.0.1:1"  # nothing listens there: every answer is given by `shown`
PAGE = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>{}</main>'
POLICY = "default-src 'none'; script-src 'self'; img-src 'self'; connect-src 'self'"


@pytest.fixture
def shown(browser):
    """Show a page with some markup, and tell what was complained of."""
    context = browser.new_context(base_url=ORIGIN)
    context.add_init_script(browsers.TELL_VIOLATIONS)
    page = context.new_page()
    seen: list[str] = []
    browsers.watch(page, ORIGIN, seen)

    def show(markup, policy="", script=""):
        def answer(route):
            path = urlsplit(route.request.url).path
            headers = {"Content-Security-Policy": policy}
            if path == "/":
                route.fulfill(body=PAGE.format(markup), content_type="text/html", headers=headers)
            else:
                route.fulfill(body=script, content_type="text/javascript")

        page.route(f"{ORIGIN}/**", answer)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        return page, seen

    yield show
    context.close()


def test_a_good_page_brings_no_complaint_and_axe_agrees(shown):
    page, seen = shown('<p>Words</p><script src="/a.js"></script>', POLICY, "document.title += '.'")
    browsers.axe(page)
    assert page.title() == "A page."
    assert seen == []


@pytest.mark.parametrize(
    ("markup", "policy", "script", "told"),
    [
        ('<script src="/a.js"></script>', "", "console.error('oh')", "console: oh"),
        ('<script src="/a.js"></script>', "", "throw new Error('oh')", "script: oh"),
        ("<script>1</script>", POLICY, "", "policy violated: script-src"),
        ('<p style="color: red">', POLICY, "", "policy violated: style-src"),
        ('<img alt="" src="http://example.org/x.png">', "", "", "left the site: http://example.org/x.png"),
        ('<img alt="" src="http://127.0.0.1:2/x.png">', "", "", "left the site: http://127.0.0.1:2/x.png"),
    ],
)
def test_each_kind_of_trouble_is_told(shown, markup, policy, script, told):
    _, seen = shown(markup, policy, script)
    assert [complaint for complaint in seen if told in complaint], seen


def test_axe_fails_what_cannot_be_read(shown):
    page, _ = shown('<img src="/x.png"><input>')
    with pytest.raises(AssertionError, match="image-alt"):
        browsers.axe(page)


WALK = """
<p id="said">Nothing</p><a href="#there">On</a><div role="button" onclick="">Not for keys</div>
<label><input type="radio" name="way" value="a">By bus</label><label><input type="radio" name="way">On foot</label>
<label><input type="checkbox">Tea</label><label>Name<input value="old"></label>
<label>Day<select><option value="0">Monday<option value="1">Tuesday</select></label>
"""


def test_whoever_uses_keys_alone_reaches_what_they_lead_to_and_nothing_else(shown):
    page, _ = shown(WALK)
    with keyboard.keys_alone(page):
        page.get_by_label("Name").fill("new")
        page.get_by_label("On foot").check()
        page.get_by_label("Tea").check()
        page.get_by_label("Day").select_option("1")
        page.get_by_role("link", name="On", exact=True).click()
        with pytest.raises(AssertionError, match="no key leads to"):
            page.get_by_text("Not for keys").click()
    assert page.get_by_label("Name").input_value() == "new"
    assert (page.get_by_label("On foot").is_checked(), page.get_by_label("By bus").is_checked()) == (True, False)
    assert page.get_by_label("Tea").is_checked()
    assert page.get_by_label("Day").input_value() == "1"
    assert page.url.endswith("#there")

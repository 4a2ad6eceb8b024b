"""What axe is made to remember changes nothing of what it finds, and it looks at a page that has come to rest."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.support.browsers import REMEMBER_COLOURS, axe

COLOURS = ("#777", "rgb(200 200 200)", "rgba(0, 0, 0, 0.3)", "hsl(120 50% 70%)", "color(srgb 0.9 0.5 0.5)", "#222")
WRITE = """(colours) => {
  for (const colour of [...colours, ...colours]) {
    const said = document.createElement("p");
    said.textContent = `Written in ${colour}`;
    said.style.color = colour;
    document.querySelector("main").append(said);
  }
}"""
CONTRASTS = """async () => {
  const { violations, passes } = await axe.run({ runOnly: ["color-contrast"] });
  const found = (rules) => rules.flatMap(({ nodes }) => nodes.map(({ target, any }) => [target, any[0].data]));
  return { wrong: found(violations), right: found(passes) };
}"""


def test_axe_finds_the_same_contrasts_when_it_remembers_colours(web_page):
    web_page.goto("/about")
    web_page.evaluate(WRITE, COLOURS)
    web_page.evaluate(AXE_SCRIPT)
    without = web_page.evaluate(CONTRASTS)
    assert len(without["wrong"]) == 2 * (len(COLOURS) - 1)
    assert len(without["right"]) > 2
    web_page.evaluate(REMEMBER_COLOURS)
    assert web_page.evaluate(CONTRASTS) == without
    assert web_page.evaluate(CONTRASTS) == without  # and now every colour is known


def test_what_is_no_colour_is_refused_each_time(web_page):
    web_page.goto("/about")
    web_page.evaluate(AXE_SCRIPT + REMEMBER_COLOURS)
    refused = """() => [1, 2].map(() => {
      try { return String(new axe.commons.color.Color().parseString("no colour")); }
      catch (error) { return error.message; }
    })"""
    assert web_page.evaluate(refused) == ['Unable to parse color "no colour"'] * 2


def test_what_fades_in_is_looked_at_when_it_is_there(web_page):
    web_page.goto("/about")
    web_page.evaluate("""() => {
      const said = document.createElement("p");
      said.textContent = "Here I come";
      document.querySelector("main").append(said);
      said.animate([{ opacity: 0.2 }, { opacity: 1 }], { duration: 1_500 });
      document.querySelector("h1").animate([{ rotate: "0deg" }, { rotate: "1deg" }], { iterations: Infinity });
    }""")
    axe(web_page)


def test_what_never_fades_in_is_found(web_page):
    web_page.goto("/about")
    web_page.evaluate("document.querySelector('main p').style.opacity = 0.2")
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(web_page)

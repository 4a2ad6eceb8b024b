"""What axe is made to remember changes nothing of what it finds."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.support.browsers import REMEMBER_COLOURS

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

"""The pairs of formula and code: z and a have their colours in both, and nothing else has one."""

import pytest

PAGE = "book/04b-write-it-for-any-network.html"

#: For each pair, in the order of the page: the letters z and a of its formula and of its code.
LETTERS = """() => [...document.querySelectorAll(".pair")].map((pair) =>
  [".katex-html", "pre"].map((part) =>
    [...pair.querySelector(part).querySelectorAll("span")]
      .filter((it) => ["z", "a"].includes(it.textContent) && !it.children.length)
      .map((it) => [it.textContent, getComputedStyle(it).color])))"""
#: What else in the code is blue or orange.
OTHERS = """(colours) => [...document.querySelectorAll(".pair pre span")]
  .filter((it) => !it.children.length && !["z", "a"].includes(it.textContent))
  .filter((it) => colours.includes(getComputedStyle(it).color)).map((it) => it.textContent)"""
COLOUR = """(name) => {
  const it = document.body.appendChild(document.createElement("span"));
  it.className = name;
  return getComputedStyle(it).color;
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_z_and_a_have_their_colours_in_the_formula_and_in_the_code(revisit, dark):
    page = revisit(PAGE, dark=dark)
    colours = {name: page.evaluate(COLOUR, name) for name in "za"}
    pairs = page.evaluate(LETTERS)
    assert len(pairs) == 6
    for formula, code in pairs:
        for letter, colour in [*formula, *code]:
            assert colour == colours[letter]
        assert {letter for letter, _ in formula} - {letter for letter, _ in code} <= {"a"}
    assert page.evaluate(OTHERS, list(colours.values())) == []


def test_a_line_of_code_is_as_wide_as_its_pair_on_a_desktop(revisit):
    page = revisit(PAGE, width=1400)
    wide = page.locator(".pair pre").evaluate_all(
        "all => all.filter((it) => it.scrollWidth > it.clientWidth + 1).length"
    )
    assert wide == 0

"""The comparison of notebooks sees what it must: a stored output that was changed fails."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbclient
import nbformat
import nbformat.v4 as nbf
import pytest
import same_figures as figures

FIGURE = """
fig, ax = plt.subplots()
ax.plot([0, 1, 2], [0.25, 0.5, 0.75], "o-", color=plots.Z)
ax.set(xlabel="training steps")
plt.show()"""


def replace(old, new):
    def change(outputs):
        """Replace the first match in the text of the outputs."""
        for output in outputs:
            for where in (output, output.get("data", {})):
                for kind in ("text", "text/plain", "image/svg+xml"):
                    if kind in where and re.search(old, where[kind]):
                        where[kind] = re.sub(old, new, where[kind], count=1)
                        return
        raise AssertionError(f"{old} is not in the outputs")

    return change


def shift(points):
    """Move the first point of the curve, the one path that ends in a clip path."""
    first = r'(<path d="M )([\d.]+)( [^"]*" clip-path=)'
    return replace(first, lambda m: f"{m[1]}{float(m[2]) + points:.6f}{m[3]}")


CASES = {
    # name: (source, what is done to the stored outputs, whether the comparison passes)
    "print, untouched": ("print(0.125)", lambda outputs: None, True),
    "print, one digit": ("print(0.125)", replace("0.125", "0.124"), False),
    "value, one digit": ("1 / 8", replace("0.125", "0.124"), False),
    "print, removed": ("print(0.125)", list.clear, False),
    "output, added": ("0.125;", lambda o: o.append(nbf.new_output("stream", text="0")), False),
    "figure, untouched": (FIGURE, lambda outputs: None, True),
    "figure, curve moved by 0.001 points": (FIGURE, shift(0.001), True),
    "figure, curve moved by 0.02 points": (FIGURE, shift(0.02), False),
    "figure, curve cut short": (FIGURE, replace(r'\nL [^"\n]*(\n" clip)', r"\1"), False),
    "figure, last element removed": (FIGURE, replace("(?s)<clipPath.*</clipPath>", ""), False),
    "figure, label": (FIGURE, replace(">training steps<", ">training step<"), False),
    "figure, tick label": (FIGURE, replace(">0.25<", ">0.251<"), False),
    "figure, colour": (FIGURE, replace("#0072b2", "#0072b3"), False),
    "figure, line width": (FIGURE, replace("stroke-width: 1.8", "stroke-width: 1.79"), False),
    "figure, removed": (FIGURE, list.clear, False),
    "figure, twice": (FIGURE, lambda outputs: outputs.append(outputs[0]), False),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run a notebook, change its outputs, and return whether nbval passes each cell."""
    setup = "import matplotlib.pyplot as plt\nfrom nnlib import plots\nplots.use_house_style()"
    sources = [setup, *(source for source, _, _ in CASES.values())]
    notebook = nbf.new_notebook(cells=[nbf.new_code_cell(source) for source in sources])
    nbclient.NotebookClient(notebook, kernel_name="python3").execute()
    for cell, (_, change, _) in zip(notebook.cells[1:], CASES.values(), strict=True):
        change(cell.outputs)
    folder = tmp_path_factory.mktemp("comparison")
    nbformat.write(notebook, folder / "changed.ipynb")
    options = "-p same_figures --nbval --nbval-current-env --junitxml=report.xml"
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), f"-c{os.devnull}", "changed.ipynb"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(figures.__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    report = ElementTree.parse(folder / "report.xml")
    cells = report.findall(".//testcase")
    assert len(cells) == len(sources), result.stdout
    return dict(zip(CASES, (len(cell) == 0 for cell in cells[1:]), strict=True)), result.stdout


@pytest.mark.parametrize("case", CASES)
def test_comparison(case, outcomes):
    assert outcomes[0][case] == CASES[case][2], outcomes[1]


def drawn(*lines, at=0.0):
    """Return a figure with a label of these lines and axes that begin at this point."""
    label = "".join(f"<text>{line}</text>" for line in lines)
    axes = f'<g id="patch_1"><path d="M {at} 0"/></g>'
    return figures.Figure(
        f'<svg xmlns="http://www.w3.org/2000/svg"><g id="text_1">{label}</g>{axes}</svg>'
    )


def test_with_another_matplotlib_axes_give_way_to_each_line_of_a_label(monkeypatch):
    monkeypatch.setattr(figures, "SAME_LAYOUT", False)
    assert drawn("wants a") == drawn("wants a", at=1.56)
    assert drawn("wants a") != drawn("wants a", at=3.13)
    assert drawn("x(1 − x),", "wants a") == drawn("x(1 − x),", "wants a", at=3.13)
    assert drawn("x(1 − x),", "wants a") != drawn("x(1 − x),", "wants a", at=3.3)
    monkeypatch.setattr(figures, "SAME_LAYOUT", True)
    assert drawn("wants a") != drawn("wants a", at=1.56)


#: What Matplotlib 3.8 writes, what 3.11 writes, and what looks different.
SPELLINGS = {
    "bold": (
        '<text style="font: 700 9px serif">b</text>',
        '<text style="font-weight: 700; font-size: 9px; font-family: serif">b</text>',
        '<text style="font-weight: 400; font-size: 9px; font-family: serif">b</text>',
    ),
    "formula": (
        '<g style="fill: #00f"><tspan style="font: oblique 9px serif">x</tspan></g>',
        '<g style="fill: #00f"><tspan style="font-style: oblique; font-size: 9px; '
        'font-family: serif; fill: #00f">x</tspan></g>',
        '<g style="fill: #00f"><tspan style="font-style: oblique; font-size: 9px; '
        'font-family: serif; fill: #f00">x</tspan></g>',
    ),
    "letters of a formula": (
        '<text><tspan style="font: italic 7px serif" x="9 10" y="1 -4">il</tspan></text>',
        '<text><tspan style="font-style: italic; font-size: 7px; font-family: serif" x="9" y="1">i'
        '</tspan><tspan style="font-style: italic; font-size: 7px; font-family: serif" x="10" '
        'y="-4">l</tspan></text>',
        '<text><tspan style="font: italic 7px serif" x="9 10" y="1 -4">li</tspan></text>',
    ),
    "rectangle": (
        '<path d="M 3 3 L 3 9 L 6 9 L 6 3 z" clip-path="url(#p)"/>',
        '<path d="M 3 9 L 6 9 L 6 3 L 3 3 z" clip-path="url(#p)"/>',
        '<path d="M 3 9 L 6.1 9 L 6.1 3 L 3 3 z" clip-path="url(#p)"/>',
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_matplotlib_s_spelling_is_no_difference(monkeypatch, name):
    monkeypatch.setattr(figures, "SAME_LAYOUT", False)
    clip = '<clipPath id="p"><rect x="0" y="0" width="10" height="10"/></clipPath>'
    old, new, other = (
        figures.Figure(f'<svg xmlns="http://www.w3.org/2000/svg">{content}{clip}</svg>')
        for content in SPELLINGS[name]
    )
    assert old == new
    assert old != other
    assert new != other

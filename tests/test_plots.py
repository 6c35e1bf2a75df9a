"""The figures' common parts: what a reader of a figure, or of its file, relies on."""

import io

import IPython
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShellABC
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from matplotlib_inline.config import InlineBackend
from traitlets.config import SingletonConfigurable

from nnlib import plots
from nnlib.ensemble import interval


@pytest.fixture
def ax():
    """Give a pair of axes in the house style, and leave the style of other tests alone."""
    with mpl.rc_context():
        plots.use_house_style()
        _, ax = plt.subplots()
        yield ax
        plt.close("all")


def svg(fig):
    file = io.StringIO()
    fig.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def test_a_figure_is_the_same_file_each_time_with_its_text_as_text(ax):
    ax.plot([0, 1], [0, 1], "o-")
    ax.set_xlabel("training steps")
    assert ">training steps<" in svg(ax.figure)
    assert svg(ax.figure) == svg(ax.figure)


def test_ink_is_the_colour_of_all_that_has_no_meaning(ax):
    (line,) = ax.plot([0, 1], [0, 1])
    drawn = [line, ax.title, ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels()]
    assert all(same_color(part.get_color(), plots.INK) for part in drawn)
    assert ax.get_facecolor()[3] == ax.figure.get_facecolor()[3] == 0


# matplotlib-inline tells traitlets of a change in the old way.
@pytest.mark.filterwarnings("ignore:InlineBackend:DeprecationWarning")
def test_a_notebook_gets_svg_without_the_hour(monkeypatch):
    """For a shell that has not drawn yet, and keeps what others have set: tight edges."""

    class Shell(SingletonConfigurable):
        display_formatter = DisplayFormatter()

    InteractiveShellABC.register(Shell)
    shell = Shell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    InlineBackend.clear_instance()
    try:
        with mpl.rc_context():
            plots.use_house_style()
        inline = InlineBackend.instance()
        assert inline.parent is shell
        assert inline.figure_formats == {"svg"}
        # Matplotlib 3.8 asks for this in the very first cell, before it has told its shell.
        assert Figure in shell.display_formatter.formatters["image/svg+xml"].type_printers
        assert inline.print_figure_kwargs == {
            "bbox_inches": "tight",
            "metadata": {"Date": None, "Creator": None},
        }
    finally:
        InlineBackend.clear_instance()


def test_elsewhere_no_notebook_is_needed(monkeypatch):
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    monkeypatch.setattr(InlineBackend, "instance", None)
    with mpl.rc_context():
        plots.use_house_style()


def test_label_end_writes_to_the_right_of_the_point_at_its_height(ax):
    ax.set(xlim=(0, 10), ylim=(0, 1))
    plots.label_end(ax, 10, 0.5, "twice")
    (label,) = ax.texts
    assert label.get_text() == "twice"
    ax.figure.canvas.draw()
    box, (x, y) = label.get_window_extent(), ax.transData.transform((10, 0.5))
    assert x < box.x0 < x + 20
    assert box.y0 + box.y1 == pytest.approx(2 * y, abs=2)
    assert label.get_annotation_clip() is False  # where the line ends, the axes end


def test_powers_of_ten_are_the_only_ticks_and_are_text(ax):
    ax.set(xscale="log", xlim=(1e-12, 1e12))
    plots.powers_of_ten(ax.xaxis, range(-12, 13, 6))
    assert ax.get_xticks() == pytest.approx([1e-12, 1e-6, 1, 1e6, 1e12])
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["10⁻¹²", "10⁻⁶", "10⁰", "10⁶", "10¹²"]
    assert len(ax.get_xticks(minor=True)) == 0


@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 1)])
def test_two_outcomes(shape, ax):
    at = np.array([1, 10, 100, 1000, 10_000])
    learned, stuck = (np.random.default_rng(seed).random(shape) for seed in (0, 1))
    fig = plots.two_outcomes(at, learned, stuck, ("tanh", "sigmoid"))
    (axes,) = fig.axes
    assert len(axes.lines) == 8
    for lines, outputs, color, style in (
        (axes.lines[:4], stuck, plots.BUG, "--"),
        (axes.lines[4:], learned, plots.RIGHT, "-"),
    ):
        for row, line in enumerate(lines):
            np.testing.assert_array_equal(line.get_xdata(), at)
            np.testing.assert_array_equal(line.get_ydata(), outputs.reshape(5, 4)[:, row])
            assert same_color(line.get_color(), color)
            assert line.get_linestyle() == style
            assert line.get_linewidth() < mpl.rcParams["lines.linewidth"]  # eight are drawn
    # what learned lies above what did not
    assert min(line.zorder for line in axes.lines[4:]) > max(line.zorder for line in axes.lines[:4])
    assert {(text.get_text(), text.xy) for text in axes.texts} == {
        ("tanh, rows that want 1", (10_000, 1)),
        ("sigmoid, all four rows", (10_000, 0.5)),
        ("tanh, rows that want 0", (10_000, 0)),
    }
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("training steps", "output")
    assert axes.get_xscale() == "log"
    assert axes.get_xlim() == (1, 10_000)
    bottom, top = axes.get_ylim()
    assert -0.5 < bottom < 0
    assert 1 < top < 1.5
    assert list(axes.get_yticks()) == [0, 0.5, 1]
    fig.canvas.draw()
    assert "1,000" in [label.get_text() for label in axes.get_xticklabels()]


def test_dots_stand_at_the_shares_and_their_lines_end_where_the_intervals_do(ax):
    shares = {"solved": (160, 200), "stuck": (20, 200), "neither": (20, 200)}
    plots.dots(ax, {"right": {"solved": (200, 200)}, "twice": shares})
    lines = [(line.get_xdata(), line.get_ydata(), line.get_marker()) for line in ax.lines]
    dots = [(float(x), float(y), marker) for [x], [y], marker in lines[1::2]]
    assert dots == [(100, 0, "o"), (80, 1, "o"), (10, 1, "s"), (10, 1, "x")]
    low, high = (100 * end for end in interval(160, 200))
    assert [float(x) for x in lines[2][0]] == pytest.approx([low, high])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["right", "twice"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first row stands on top"


def test_dots_are_told_apart_by_shape_and_by_colour_and_only_what_solved_is_filled(ax):
    plots.dots(ax, {"one": {"solved": (1, 2), "stuck": (1, 2), "neither": (0, 2)}})
    lines, dots = ax.lines[::2], ax.lines[1::2]
    assert len({dot.get_marker() for dot in dots}) == len({dot.get_color() for dot in dots}) == 3
    for line, dot, color in zip(lines, dots, (plots.RIGHT, plots.BUG, plots.INK), strict=True):
        assert same_color(line.get_color(), color)
        assert same_color(dot.get_color(), color)
        assert dot.get_linestyle() == "None"  # whose end would show in a hollow dot
        assert line.get_linewidth() < mpl.rcParams["lines.linewidth"]  # the dot stands out
        assert line.get_solid_capstyle() == "butt"  # and the line ends where the interval does
    assert same_color(dots[0].get_markerfacecolor(), plots.RIGHT)
    assert same_color(dots[1].get_markerfacecolor(), "none")


def test_dots_stand_in_rows_on_a_scale_of_percent(ax):
    plots.dots(ax, {name: {"solved": (1, 2)} for name in ("one", "two", "three")}, heading="σ")
    ax.figure.canvas.draw()
    assert list(ax.get_xticks()) == [0, 50, 100]
    left, right = ax.get_xlim()
    assert 0 < 0 - left == right - 100 < 10  # a dot at either end is whole
    assert ax.get_ylim() == (2.5, -0.5)  # each row is as high as the next
    for axis, grid in ((ax.xaxis, True), (ax.yaxis, False)):  # lines lead down to the numbers only
        assert {line.get_visible() for line in axis.get_gridlines()} == {grid}
        assert {line.get_markersize() > 0 for line in axis.get_ticklines()} == {grid}
    line = ax.get_xgridlines()[0]
    assert same_color(line.get_color(), plots.INK)
    assert line.get_alpha() < 0.5  # and stay behind what is measured
    assert ax.spines["left"].get_visible() is False
    (heading,) = ax.texts
    assert heading.get_text() == "σ"
    text, frame = heading.get_window_extent(), ax.get_window_extent()
    assert text.x0 == pytest.approx(frame.x0, abs=2)
    assert frame.y1 < text.y0 < frame.y1 + 20

"""The book's figures: one style, one meaning for each colour, and what several chapters draw.

Colours are from Okabe and Ito's set, which colour-blind readers can tell apart, also in grey. Each
comes with a line style or a label that says the same. The background is transparent and the ink a
grey that can be read on white and on black; the book's pages use brighter colours instead when the
reader's theme is dark.
"""

import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import NullLocator

from nnlib.ensemble import interval

__all__ = [
    "BUG",
    "INK",
    "RIGHT",
    "A",
    "Z",
    "dots",
    "label_end",
    "powers_of_ten",
    "two_outcomes",
    "use_house_style",
]

Z = "#0072B2"  # z, and what is computed from it: blue
A = "#D55E00"  # a, and what is computed from it: vermilion
RIGHT = "#009E73"  # what is right: bluish green
BUG = "#CC79A7"  # what the bug does: reddish purple
INK = "#757575"  # all else: grey

_STYLE = {
    "figure.figsize": (6.4, 3.4),
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=[INK]),
    "axes.formatter.useoffset": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    "font.size": 10,
    # Serif, as formulas are; and wide enough for the page's own letters, which take their place.
    "mathtext.fontset": "dejavuserif",
    # Text stays text: it can be searched, read aloud and set in the page's own face.
    "svg.fonttype": "none",
    # The same figure gives the same file, so that a re-executed one can be compared.
    "svg.hashsalt": "sigmoid-twice",
    "path.simplify": False,
}


def use_house_style():
    """Draw all later figures in the book's style; in a notebook, as SVG.

    Examples
    --------
    >>> from nnlib import plots
    >>> plots.use_house_style()
    """
    mpl.style.use(["default", _STYLE])  # whatever a matplotlibrc or another style has set
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()) is not None:
        from matplotlib_inline.config import InlineBackend

        # Not set_matplotlib_formats: Matplotlib before 3.9 may load this backend only when the
        # first cell has ended, and then it would go back to what is configured, PNG. Knowing its
        # shell, it draws SVG in that cell too.
        inline = InlineBackend.instance(parent=shell)
        inline.shell = shell
        inline.print_figure_kwargs |= {"metadata": {"Date": None, "Creator": None}}
        inline.figure_formats = {"svg"}


def label_end(ax, x, y, text):
    """Write a label to the right of a line's end, in place of a legend.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : float
        Where the line ends, in data coordinates.
    text : str
    """
    ax.annotate(
        text,
        (x, y),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        annotation_clip=False,
    )


#: How `dots` draws each fate of a network: only the dots of those that solved XOR are filled.
_KINDS = {
    "solved": {"color": RIGHT, "marker": "o"},
    "stuck": {"color": BUG, "marker": "s", "markerfacecolor": "none"},
    "neither": {"color": INK, "marker": "x", "markerfacecolor": "none"},
}


def dots(ax, rows, *, heading=None):
    """Draw shares of networks in percent, as dots with their 95 % intervals, in place of a table.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rows : dict
        Maps the name of each row, from the top down, to a dict with a dot or more, which maps
        ``"solved"``, ``"stuck"`` or ``"neither"`` to (how many networks, of how many).
    heading : str, optional
        The line above the rows, where several of these charts stand side by side.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> fig, ax = plt.subplots()
    >>> plots.dots(ax, {"right": {"solved": (160, 200)}, "twice": {"solved": (12, 200)}})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['right', 'twice']
    >>> plt.close(fig)
    """
    for y, shares in enumerate(rows.values()):
        for kind, (count, n) in shares.items():
            look = _KINDS[kind]
            ends = [100 * end for end in interval(count, n)]
            ax.plot(ends, [y, y], color=look["color"], linewidth=1.4, solid_capstyle="butt")
            ax.plot(100 * count / n, y, linestyle="none", **look)
    ax.set(xlim=(-4, 104), ylim=(len(rows) - 0.5, -0.5), xticks=(0, 50, 100))
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=INK, alpha=0.2)
    ax.spines["left"].set_visible(False)
    if heading:
        ax.annotate(heading, (0, 1.03), xycoords="axes fraction")


def powers_of_ten(axis, exponents):
    """Put the ticks of a logarithmic axis at powers of ten, and write them as text: 10⁻².

    Left alone, each version of Matplotlib chooses its own ticks and places each digit of the
    exponent separately, so nobody can search for it or have it read aloud.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        `ax.xaxis` or `ax.yaxis`, after its scale was set.
    exponents : iterable of int

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> fig, ax = plt.subplots()
    >>> ax.set(yscale="log", ylim=(1e-12, 1))  # doctest: +ELLIPSIS
    [...]
    >>> plots.powers_of_ten(ax.yaxis, range(-12, 1, 6))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['10⁻¹²', '10⁻⁶', '10⁰']
    >>> plt.close(fig)
    """
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    ticks = {10.0**n: "10" + str(n).translate(raised) for n in exponents}
    axis.set_ticks(list(ticks), list(ticks.values()))
    axis.set_minor_locator(NullLocator())


def two_outcomes(at, learned, stuck, names):
    """Draw the picture of the book: one network's outputs part, the other's stay at 0.5.

    Parameters
    ----------
    at : array_like, shape (points,)
        After how many steps the outputs were recorded, at least 1: the axis is logarithmic, since
        one network has learned long before the other is given up on.
    learned, stuck : ndarray, each of shape (points, 4) or (points, 4, 1)
        The outputs of the two networks for the rows of XOR, as `nnlib.learning_curve` gives them.
    names : (str, str)
        The labels' names for the network that learned and the one that did not.

    Returns
    -------
    matplotlib.figure.Figure
    """
    fig, ax = plt.subplots()
    for outputs, color, style, zorder in ((stuck, BUG, "--", 2), (learned, RIGHT, "-", 3)):
        for row in range(4):
            curve = outputs.reshape(len(at), 4)[:, row]
            ax.plot(at, curve, color=color, linestyle=style, linewidth=1.4, zorder=zorder)
    label_end(ax, at[-1], 1, f"{names[0]}, rows that want 1")
    label_end(ax, at[-1], 0.5, f"{names[1]}, all four rows")
    label_end(ax, at[-1], 0, f"{names[0]}, rows that want 0")
    ax.set(xlabel="training steps", ylabel="output", xscale="log", yticks=(0, 0.5, 1))
    ax.set(xlim=(at[0], at[-1]), ylim=(-0.15, 1.15))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    return fig

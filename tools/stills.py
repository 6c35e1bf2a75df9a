"""Draw the still pictures of the explorables: for paper, JupyterLab and browsers without scripts.

`make stills` runs this and writes each picture beside its module in ``_static/explorables``, and
a narrow cut of it, which a phone shows: there the other's letters would be too small to read.
"""

import io
import json
from functools import cache, partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import quickjs
from matplotlib.patches import FancyArrowPatch
from stills_chapter7 import going_round, triangle
from stills_size import size
from stills_step import step_by_hand

from nnlib import Network, plots, sigmoid
from nnlib.ensemble import X, Y, train_ensemble

BOOK = Path(__file__).parents[1] / "book"
FOLDER = BOOK / "_static" / "explorables"
EXPERIMENTS = BOOK / "data" / "experiments.json"


@cache
def trained(slope):
    """Return the network that the bench shows at the end, trained once for all cuts."""
    network = Network([2, 2, 1], sigmoid, slope=slope, rng=np.random.default_rng(0))
    network.train(X, Y, steps=100_000, learning_rate=0.2)
    return network


def xor_bench(*panels, narrow):
    """Draw a network's output over the square, for given slopes of its two layers."""
    counted = json.loads(EXPERIMENTS.read_text(encoding="utf-8"))
    grid = np.linspace(-0.3, 1.3, 41)
    square = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    fig, axes = plt.subplots(1, 2, figsize=size(3.6, narrow, narrow_height=3.2), sharey=True)
    for ax, (place, slope, name, color) in zip(axes, panels):
        outputs = trained(slope).predict(square).reshape(len(grid), -1)
        for tenth in range(10):  # as xor-bench.js: ten shades, a leap at 0.5
            low, high = tenth / 10, (tenth + 1) / 10
            alpha = 0.055 * tenth + (0.03 if low < 0.5 else 0.2)
            if ((outputs >= low) & (outputs < high)).any():
                ax.contourf(grid, grid, outputs, [low, high], colors=[plots.A], alpha=alpha)
        for x, target in zip(X, Y):
            ax.annotate(f"{target}", x, ha="center", va="center")
        ax.plot(*X.T, "o", markersize=17, markerfacecolor="none")
        many = counted[f"places: sigmoid, {place}"]
        space = "\n" if narrow else " "
        text = f"{name}:{space}{many['solved']:,} of {many['n']:,}{space}learn XOR"
        above(ax, text, 1.04, color=color)
        ax.set(aspect="equal", xlabel="$x_1$", xticks=(0, 1), yticks=(0, 1))
    axes[0].set_ylabel("$x_2$")
    return fig


def slope_explorer(*, narrow):
    """Draw σ with two points, each with its tangent, and where the bug reads its slope."""
    z = np.linspace(-7, 7, 141)
    fig, ax = plt.subplots(figsize=size(3.8, narrow))
    ax.axvspan(0, 1, color=plots.BUG, alpha=0.18, linewidth=0)
    ax.axhline(0, linewidth=0.8)
    ax.axvline(0, linewidth=0.8)
    ax.plot(z, sigmoid(z), linewidth=1.2)
    quarter = np.linspace(0, np.pi / 2, 31)
    for here in (-4, 4):
        a = sigmoid(here)
        probe = sigmoid(a)
        doubled = sigmoid.derivative(a)
        ax.plot([here, here], [0, a], color=plots.Z, linewidth=1)
        ax.plot([here, 0], [a, a], color=plots.A, linewidth=1)
        ax.plot(a * np.sin(quarter), a * np.cos(quarter), ":", color=plots.A, linewidth=1)
        ax.plot([a, a], [0, probe], color=plots.A, linewidth=1)
        for x, y, slope, color, style, length in [
            (here, a, sigmoid.derivative(here), plots.RIGHT, "-", 1.3),
            (here, a, doubled, plots.BUG, "--", 1.3),
            (a, probe, doubled, plots.BUG, "--", 0.9),
        ]:
            dz = length * np.array([-1, 1]) / np.hypot(1, 7 * slope)  # equally long
            ax.plot(x + dz, y + slope * dz, style, color=color)
        ax.plot(here, a, "o", markersize=5)
        ax.plot(a, probe, "o", markersize=4.5, markerfacecolor="none", color=plots.BUG)
    ax.annotate("right", (5.4, 0.93), va="center", color=plots.RIGHT)
    ax.annotate("twice", (4.8, 1.15), va="center", color=plots.BUG)
    ax.annotate("slope read here", (-0.2, 0.72), ha="right", color=plots.BUG)
    ax.annotate("0 < z < 1", (0.5, 1.22), ha="center", color=plots.BUG)
    ax.annotate("z", (4, -0.09), ha="center", color=plots.Z)
    ax.annotate("a", (0.98, -0.09), ha="center", color=plots.A)
    ax.set(xlabel="z", ylabel="a", xlim=(-7, 7), ylim=(-0.2, 1.2), yticks=(0, 0.5, 1))
    return fig


def secant(*, narrow):
    """Draw σ with its tangent at z = 1 and secants to three points on the right."""
    fig, ax = plt.subplots(figsize=size(3.8, narrow))
    z = np.linspace(-3, 6, 181)
    ax.plot(z, sigmoid(z), "--", color=plots.A)
    point, a = 1, sigmoid(1)
    for h, style, low in [(4, ":", 0.05), (2, "-.", 0.22), (1, (0, (6, 2)), 0.39)]:
        slope = (sigmoid(point + h) - a) / h
        ax.axline((point, a), slope=slope, linestyle=style, linewidth=1)
        plots.label_end(ax, 6, a + slope * (6 - point), f"h = {h}")
        ax.plot(point + h, sigmoid(point + h), "o", markersize=4)
        ax.plot([point, point + h], [low, low], "|-", linewidth=1, markersize=9)
        ax.plot([point + h] * 2, [low, sigmoid(point + h)], linewidth=0.6, alpha=0.6)
        ax.annotate(f"h = {h}", (point + h / 2, low + 0.02), ha="center")
    ax.plot([point] * 2, [0.05, a], linewidth=0.6, alpha=0.6)
    tangent = sigmoid.derivative(point)
    ax.axline((point, a), slope=tangent, color=plots.Z)
    plots.label_end(ax, 6, a + tangent * (6 - point), "tangent")
    ax.plot(point, a, "o", color=plots.A)
    ax.set(xlabel="z", ylabel="a = σ(z)", xlim=(-3, 6), ylim=(0, 1.8), yticks=(0, 0.5, 1))
    return fig


def separating_line(*, narrow):
    """Draw three lines across the square of XOR, each with its count of right corners."""
    fig, axes = plt.subplots(1, 3, figsize=size(2.7, narrow, narrow_height=2.2), sharey=True)
    for ax, (angle, shift) in zip(axes, [(90, 0.01), (45, -0.35), (225, -0.35)]):
        sunny = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        along = np.array([-sunny[1], sunny[0]])
        middle = 0.5 + shift * sunny
        ax.fill(
            *np.transpose(
                [middle + s * along + t * sunny for s, t in [(-2, 0), (2, 0), (2, 3), (-2, 3)]]
            ),
            color=plots.A,
            alpha=0.16,
            linewidth=0,
        )
        ax.axline(middle, middle + along, color=plots.A)
        right = ((X - 0.5) @ sunny > shift) == Y
        for x, target, is_right in zip(X, Y, right):
            ax.annotate(f"{target}", x, ha="center", va="center")
            ax.annotate(
                "right" if is_right else "wrong",
                x,
                xytext=(0, 13),
                textcoords="offset points",
                ha="center",
            )
            ax.plot(
                *x,
                "o",
                markersize=16,
                markerfacecolor="none",
                color=plots.RIGHT if is_right else plots.INK,
            )
        ax.annotate(f"{right.sum()} of 4", (0.5, 1.04), xycoords="axes fraction", ha="center")
        ax.set(aspect="equal", xlabel="$x_1$", xticks=(0, 1), yticks=(0, 1))
        ax.set(xlim=(-0.35, 1.35), ylim=(-0.3, 1.65 if narrow else 1.45))
    axes[0].set_ylabel("$x_2$")
    return fig


def direction(*, narrow):
    """Draw the step each row asks of the hidden weights, and the sum of the four."""
    weights = train_ensemble(
        1,
        slope="twice",
        batch="all",
        steps=200,
        learning_rate=1.0,
        weights=[W[np.newaxis] for W in first_weights(8)],
        rng=np.random.default_rng(0),
    ).weights
    fig, axes = plt.subplots(2, 3, figsize=size(4.4, narrow))
    for slope, name, color, style, width in [
        ("input", "right", plots.RIGHT, "-", 3),
        ("twice", "twice", plots.BUG, "--", 1.6),
    ]:
        one = Network([2, 2, 1], sigmoid, slope=slope, rng=np.random.default_rng(0))
        one.weights = [W[0] for W in weights]
        # What moves a unit's two weights, in the rows 01, 10 and 11: row 00 moves neither.
        arrows = -np.array([one.gradient(X[[r]], Y[[r]])[0][1:] for r in (1, 2, 3)])
        ends = np.concatenate([0 * arrows[:1], arrows.cumsum(axis=0)])
        looks = {"color": color, "linestyle": style, "linewidth": width}
        looks |= {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
        looks |= {"mutation_scale": 9, "joinstyle": "miter"}
        for j, (whole, left) in enumerate(axes.T):
            for row, start, end in zip(("01", "10", "11"), ends[:-1, :, j], ends[1:, :, j]):
                whole.add_artist(FancyArrowPatch(start, end, **looks))
                if slope == "input":
                    middle = (start + end) / 2
                    beside(whole, row, middle, middle - ends[:3, :, j].mean(axis=0))
            whole.plot(*ends[:, :, j].T, alpha=0)  # an arrow does not widen the axes
            left.add_artist(FancyArrowPatch((0, 0), ends[-1, :, j], **looks))
            left.plot(*np.vstack([ends[-1, :, j], -ends[-1, :, j]]).T, alpha=0)
            x, y = ends[-1, :, j]
            away = (x, y) if slope == "input" else (y, -x)
            beside(left, name, (x, y), np.array(away), color=color)
    means = (np.column_stack([np.ones(4), X]) @ weights[0][0]).mean(axis=0)
    for j, ax in enumerate(axes[0]):
        side = "above" if means[j] > 0 else "below"
        space = "\n" if narrow else " "
        above(ax, f"unit {j + 1},{space}{side} zero", 1.05)
    for ax in axes.flat:
        ax.plot(0, 0, "o", markersize=4)
        ax.margins(0.35 if narrow else 0.25)
        ax.set(aspect="equal", adjustable="datalim", xticks=(), yticks=())
        ax.axis("off")
    return fig


def above(ax, text, height, **options):
    """Write a text over the middle of a pair of axes."""
    ax.annotate(text, (0.5, height), xycoords="axes fraction", ha="center", **options)


def beside(ax, text, place, away, **options):
    """Write a text a little away from a place, in a direction."""
    options |= {"textcoords": "offset points", "ha": "center", "va": "center"}
    ax.annotate(text, place, xytext=16 * away / np.hypot(*away), **options)


def first_weights(seed):
    """Return the first weights that a seed gives in the browser."""
    js = quickjs.Context()
    for module in ("random", "network"):
        js.eval((FOLDER / f"{module}.js").read_text(encoding="utf-8").replace("export ", ""))
    js.eval(f"const {{ W1, W2 }} = new Network({{ random: Random.seeded({seed}) }})")
    W1, W2 = json.loads(js.eval("JSON.stringify([[...W1], [...W2]])"))
    return [np.reshape(W1, (3, 3)), np.reshape(W2, (3, 1))]


#: The function that draws each. The name is the module's; a dot and a word tell its pictures apart.
STILLS = {
    "secant": secant,
    "slope-explorer": slope_explorer,
    "separating-line": separating_line,
    "direction": direction,
    "triangle": triangle,
    "going-round": going_round,
    "step-by-hand": step_by_hand,
    "xor-bench": partial(
        xor_bench,
        ("both", "twice", "σ twice", plots.BUG),
        ("none", "output", "right", plots.RIGHT),
    ),
    "xor-bench.layers": partial(
        xor_bench,
        ("hidden only", ("twice", "output"), "σ twice, hidden", plots.BUG),
        ("output only", ("output", "twice"), "σ twice, output", plots.BUG),
    ),
}

#: The pictures that are stored: two of each.
CUTS = [name + cut for name in STILLS for cut in ("", ".narrow")]


def drawn(name):
    """Return a still picture as SVG; ``NAME.narrow`` is the cut for a phone."""
    file = io.StringIO()
    with plt.rc_context():
        plots.use_house_style()
        figure = STILLS[name.removesuffix(".narrow")](narrow=name.endswith(".narrow"))
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return file.getvalue()


def main():
    """Draw them all before any is written, so that a mistake leaves each as it was."""
    for name, svg in {name: drawn(name) for name in CUTS}.items():
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()

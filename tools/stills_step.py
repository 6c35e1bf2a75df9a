"""Draw the still picture of *One step by hand*: the worked example with its numbers written in."""

import matplotlib.pyplot as plt
import numpy as np
from stills_size import size

from nnlib import Network, plots, sigmoid

START = [
    np.array([[0.5, -0.5, 0.0], [-0.5, 1.5, -1.0], [1.0, 1.0, 2.0]]),
    np.array([[1.0], [-1.0], [2.0]]),
]
RATE = 0.2


def step_by_hand(*, narrow):
    """Draw what step-by-hand.js shows after its last tap, and the weights as well."""
    network = Network([2, 2, 1], sigmoid, rng=np.random.default_rng(0))
    network.weights = START
    z, a = network.forward([[1, 0]])
    changes = [-RATE * G for G in network.gradient([[1, 0]], [[1]])]
    # A weight changes by the rate times a times delta, and the constant 1 has a = 1.
    deltas = [changes[0][0] / RATE, changes[1][0] / RATE / a[1][0, 0]]

    fig, ax = plt.subplots(figsize=size(4.2, narrow, narrow_height=4.6))
    columns = [0.2, 1.87, 3.6] if narrow else [0.3, 3.25, 5.9]
    heights = [2.4, 0, -2.4]
    hidden = [(columns[1], height) for height in heights]
    output = (columns[2], 0)
    for value, name, height in zip(a[0][0], ["constant", "x₁", "x₂"], heights):
        box(ax, (columns[0], height), 0.34, 0.66)
        ax.annotate(f"{value:.0f}", (columns[0], height), color=plots.A, **CENTRED)
        ax.annotate(name, (columns[0], height + 0.85), **CENTRED)
    for j, unit in enumerate(hidden):
        lead(ax, [(columns[0] + 0.17, h) for h in heights], unit, START[0][:, j], changes[0][:, j])
        write(ax, unit, z[0][0, j], a[1][0, j], deltas[0][j])
    lead(ax, [(x + 0.5, h) for x, h in hidden], output, START[1][:, 0], changes[1][:, 0])
    write(ax, output, z[1][0, 0], a[2][0, 0], deltas[1][0])
    for height, text in [(-1.5, "target y = 1"), (-2.0, f"y − a = {1 - a[2][0, 0]:.4f}")]:
        ax.annotate(text, (output[0] + 0.5, height), ha="right", va="center")
    ax.set(xlim=(-0.2, output[0] + 0.55), ylim=(-3.6, 3.6))
    ax.axis("off")
    return fig


CENTRED = {"ha": "center", "va": "center"}


def box(ax, at, width, height):
    """Draw a unit's frame, over the lines that end at it."""
    x, y = at[0] - width / 2, at[1] - height / 2
    ax.add_patch(
        plt.Rectangle((x, y), width, height, facecolor="white", edgecolor=plots.INK, zorder=2)
    )


def lead(ax, starts, unit, weights, changes):
    """Draw the lines into a unit, each with its weight and the change of it."""
    for i, (start, weight, change) in enumerate(zip(starts, weights, changes)):
        end = (unit[0] - 0.5, unit[1] + 0.62 * (1 - i))
        ax.plot(*zip(start, end), linewidth=0.8, zorder=1)
        text = f"{written(weight)}  {'−' if change < 0 else '+'}{written(abs(change))}"
        ax.annotate(
            text,
            (end[0] - 0.04, end[1]),
            ha="right",
            va="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )


def write(ax, unit, z, a, delta):
    """Draw a unit with its three numbers."""
    box(ax, unit, 1, 1.9)
    for line, (name, value, color) in enumerate(
        [("z", z, plots.Z), ("a", a, plots.A), ("δ", delta, plots.INK)]
    ):
        place = (unit[0] - 0.42, unit[1] + 0.58 * (1 - line))
        ax.annotate(f"{name} {written(value)}", place, va="center", color=color)


def written(value):
    """Return a number as the figure writes it: four decimals where there are more than one."""
    text = f"{value:.4f}" if abs(10 * value - round(10 * value)) > 1e-9 else f"{value:g}"
    return text.replace("-", "−")

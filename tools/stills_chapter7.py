"""The still pictures of chapter 7's explorables, for `stills.py`."""

import matplotlib.pyplot as plt
import numpy as np
from stills_size import size

from nnlib import plots, sigmoid

D = 0.16  # u₁² − u₂² of the unit that the page works in numbers


def curvature(z):
    """Return σ″."""
    return sigmoid.derivative(z) * (1 - 2 * sigmoid(z))


def triangle(*, narrow):
    """Draw what three rows ask of a unit's two weights, end to end, for three slopes."""
    z = np.array([-1.8, -1.2, -0.8, -0.2])  # a unit below zero, rows 00 to 11
    slopes = {
        "constant": (np.full(4, 0.235), plots.INK),
        "right": (sigmoid.derivative(z), plots.RIGHT),
        "doubled": (sigmoid.derivative(sigmoid(z)), plots.BUG),
    }
    shape = size(2.7, narrow, narrow_height=2)
    fig, axes = plt.subplots(1, 3, figsize=shape, sharex=True, sharey=True)
    for ax, (name, (s, color)) in zip(axes, slopes.items()):
        steps = (s / s[1:].mean())[1:, np.newaxis] * [[0, 1], [1, 0], [-1, -1]]
        ends = np.vstack([[0, 0], steps.cumsum(axis=0)])
        for row, start, end in zip(["01", "10", "11"], ends[:-1], ends[1:]):
            arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", end, start, arrowprops=arrow)
            away = {"01": (-0.16, 0), "10": (0, 0.12), "11": (0.18, -0.08)}[row]
            ax.annotate(row, (start + end) / 2 + away, ha="center", va="center")
        ax.plot(0, 0, "o", color=plots.INK, markersize=4)
        gap = np.hypot(*ends[-1])
        text = f"{name}: gap {gap:.2f}" if gap > 1e-9 else f"{name}: no gap"
        if narrow:
            text = text.replace(" ", "\n", 1)
        ax.annotate(text, (0.5, 1.4), ha="center", color=color)
        ax.set(
            xlim=(-0.6 if narrow else -0.35, 1.3),
            ylim=(-0.4, 1.8 if narrow else 1.55),
            aspect="equal",
        )
        ax.axis("off")
    return fig


def going_round(*, narrow):
    """Draw the paths of a unit below zero, with the right slope and with the doubled one."""
    mean = -1.0
    V, q = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-0.6, 0.6, 61))
    r2 = np.sqrt(D**2 + 4 * q**2)
    bend = curvature(mean)
    fig, axes = plt.subplots(1, 2, figsize=size(3, narrow), sharey=True)
    for ax, name, change, color, style in [
        (axes[0], "right slope: a saddle", bend, plots.RIGHT, "-"),
        (
            axes[1],
            "σ twice: a loop",
            curvature(sigmoid(mean)) * sigmoid.derivative(mean),
            plots.BUG,
            "--",
        ),
    ]:
        for x, y in [(0, -0.6), (-3, 0)]:  # where V q is negative, the unit helps
            area = plt.Rectangle((x, y), 3, 0.6, color=plots.RIGHT, alpha=0.12, linewidth=0)
            ax.add_patch(area)
        ax.axhline(0, color=plots.INK, linewidth=0.8)
        ax.axvline(0, color=plots.INK, linewidth=0.8)
        kept = change * V**2 - 2 * bend * r2  # (7.11)
        at = change * np.square([1, 1.7, 0, 0]) - 2 * bend * np.sqrt(
            D**2 + 4 * np.square([0.15, 0, 0.3, 0.45])
        )
        ax.contour(*(V, q, kept, np.unique(at)), colors=[color], linestyles=[style], linewidths=1.4)
        for V0, q0 in [(1, 0.15), (-1, -0.15), (-1, 0.15), (1, -0.15)]:
            dV, dq = -4 * bend * q0, -change * np.sqrt(D**2 + 4 * q0**2) * V0
            long = np.hypot(dV / 3, dq / 0.6) / 0.05
            tip = (V0 + dV / long, q0 + dq / long)
            ax.annotate("", tip, (V0, q0), arrowprops={"arrowstyle": "-|>", "color": color})
        ax.annotate(name, (0.5, 1.04), xycoords="axes fraction", ha="center", color=color)
        ax.set(xlabel="$V$", xticks=(-2, 0, 2), yticks=(-0.5, 0, 0.5))
        ax.set(xlim=(-3, 3), ylim=(-0.6, 0.6))
    axes[1].annotate("helps", (2.9, -0.57), ha="right")  # on the left it would cross a path
    axes[0].set_ylabel("$q$")
    return fig

"""The still pictures of chapter 7's explorables, for `stills.py`."""

import matplotlib.pyplot as plt
import numpy as np
from stills_size import size

from nnlib import plots, sigmoid

D = 0.16  # u₁² − u₂² of the unit that the page works in numbers


def curvature(z):
    """Return σ″."""
    return sigmoid.derivative(z) * (1 - 2 * sigmoid(z))


def going_round(*, narrow):
    """Draw the paths of a unit below zero, with the right slope and with the doubled one."""
    mean = -1.0
    V, q = np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-0.6, 0.6, 121))
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
        ax.annotate("helps", (2.9, -0.57), ha="right")
        ax.set(xlabel="$V$", xticks=(-2, 0, 2), yticks=(-0.5, 0, 0.5))
        ax.set(xlim=(-3, 3), ylim=(-0.6, 0.6))
    axes[0].set_ylabel("$q$")
    return fig

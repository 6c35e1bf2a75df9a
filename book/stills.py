"""Draw the still pictures of the explorables: for paper, JupyterLab and browsers without scripts.

`make stills` runs this and writes each picture beside its module in ``_static/explorables``.
"""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from nnlib import Network, plots, sigmoid
from nnlib.ensemble import X, Y

HERE = Path(__file__).parent
FOLDER = HERE / "_static" / "explorables"
EXPERIMENTS = HERE / "data" / "experiments.json"


def xor_bench(*panels):
    """Draw what a network makes of the square, for slopes of the two layers."""
    counted = json.loads(EXPERIMENTS.read_text(encoding="utf-8"))
    grid = np.linspace(-0.3, 1.3, 41)
    square = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.6), sharey=True)
    for ax, (place, slope, name, color) in zip(axes, panels):
        one = Network(
            [2, 2, 1], sigmoid, slope=slope, rng=np.random.default_rng(0)
        )
        one.train(X, Y, steps=100_000, learning_rate=0.2)
        outputs = one.predict(square).reshape(len(grid), -1)
        for tenth in range(10):  # as xor-bench.js: ten shades, a leap at 0.5
            low, high = tenth / 10, (tenth + 1) / 10
            alpha = 0.055 * tenth + (0.03 if low < 0.5 else 0.2)
            if ((outputs >= low) & (outputs < high)).any():
                ax.contourf(
                    *(grid, grid, outputs, [low, high]),
                    colors=[plots.A],
                    alpha=alpha,
                )
        for x, target in zip(X, Y):
            ax.annotate(f"{target}", x, ha="center", va="center")
        ax.plot(*X.T, "o", markersize=17, markerfacecolor="none")
        many = counted[f"places: sigmoid, {place}"]
        ax.annotate(
            f"{name}: {many['solved']:,} of {many['n']:,} learn XOR",
            (0.5, 1.04),
            xycoords="axes fraction",
            ha="center",
            color=color,
        )
        ax.set(aspect="equal", xlabel="$x_1$", xticks=(0, 1), yticks=(0, 1))
    axes[0].set_ylabel("$x_2$")
    return fig


#: What draws each: the name is the module's, and after a dot what tells two pictures of one apart.
STILLS = {
    "xor-bench": lambda: xor_bench(
        ("both", "twice", "σ twice", plots.BUG),
        ("none", "output", "right", plots.RIGHT),
    ),
    "xor-bench.layers": lambda: xor_bench(
        ("hidden only", ["twice", "output"], "σ twice, hidden", plots.BUG),
        ("output only", ["output", "twice"], "σ twice, output", plots.BUG),
    ),
}

if __name__ == "__main__":
    plots.use_house_style()
    for name, draw in STILLS.items():
        draw().savefig(
            FOLDER / f"{name}.svg", metadata={"Date": None, "Creator": None}
        )

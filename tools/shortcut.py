"""Measure what a slope from a saves against a slope from z: `make shortcut`, about a minute.

Writes book/data/shortcut.json, which chapter 9 reads. A time depends on the machine and on what
else it does. So both ways are timed in turn, within one run, and only their ratio is stored: above
1, the way from z takes longer. Of many rounds, the middle half and its median are kept.
"""

import json
import platform
import sys
from pathlib import Path
from time import process_time

import numpy as np

from nnlib import Network, relu, sigmoid, tanh
from nnlib.slopes import SLOPES

FILE = Path(__file__).parents[1] / "book" / "data" / "shortcut.json"
FUNCTIONS = [sigmoid, tanh, relu]
UNITS = [10**k for k in range(2, 8)]
NETWORKS = [([2, 2, 1], 4), *(([n, n, n], 100) for n in (10, 100, 1000))]
ROUNDS = 31


def ratio(from_z, from_a, *, rounds=ROUNDS, shortest=0.004):
    """Return the quartiles of time(from_z) / time(from_a), with what was measured in turn."""
    calls = 1
    while seconds(from_a, calls) < shortest:
        calls *= 2
    ratios = []
    for _ in range(rounds):
        ratios.append(seconds(from_z, calls) / seconds(from_a, calls))
    return [round(float(q), 2) for q in np.percentile(ratios, [25, 50, 75])]


def seconds(function, calls):
    """Return how long the processor works on so many calls, whatever else it has to do."""
    start = process_time()
    for _ in range(calls):
        function()
    return process_time() - start


def slope_ratios(units, rounds=ROUNDS):
    """Compare the two slopes alone, as a network calls them, on arrays of so many units."""
    rng = np.random.default_rng(0)
    result = []
    for f in FUNCTIONS:
        for n in units:
            z = rng.normal(scale=2, size=n)
            a = f(z)
            by_input, by_output = SLOPES["input"](f), SLOPES["output"](f)
            quartiles = ratio(
                lambda z=z, a=a, slope=by_input: slope(z, a),
                lambda z=z, a=a, slope=by_output: slope(z, a),
                rounds=rounds,
            )
            result.append({"function": f.name, "units": n, "ratio": quartiles})
    return result


def gradient_ratios(networks, rounds=ROUNDS):
    """Compare a whole gradient, forward and back, of networks that differ in the slope only."""
    result = []
    for sizes, rows in networks:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(rows, sizes[0]))
        y = rng.uniform(size=(rows, sizes[-1]))
        nets = [
            Network(sizes, sigmoid, slope=s, rng=np.random.default_rng(0))
            for s in ("input", "output")
        ]
        quartiles = ratio(
            *(lambda net=net, X=X, y=y: net.gradient(X, y) for net in nets),
            rounds=rounds,
        )
        result.append({"sizes": sizes, "rows": rows, "ratio": quartiles})
    return result


def measure(units=UNITS, networks=NETWORKS, rounds=ROUNDS):
    """Return everything that the file holds."""
    return {
        "made by": "python tools/shortcut.py",
        "machine": f"{platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "slope": slope_ratios(units, rounds),
        "gradient": gradient_ratios(networks, rounds),
    }


def show(measured):
    """Print the ratios, one a line."""
    for row in measured["slope"]:
        print(f"{row['function']:8s} {row['units']:>10,d}  {row['ratio']}")
    for row in measured["gradient"]:
        print(f"{row['sizes']!s:19s} {row['ratio']}")


if __name__ == "__main__":
    measured = measure()
    show(measured)
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")

"""Measure what a slope from a saves against a slope from z: `make shortcut`.

Writes book/data/shortcut.json, which chapter 9 reads. A time depends on the machine and on what
else it does. So both ways are timed in turn, within one run, and it is their ratio that counts:
above 1, the way from z takes longer. Of many rounds, the middle half and its median are kept.

The slopes are timed twice: with arrays made beforehand, and with a new array for each step, as a
line of NumPy makes them. The first measures arithmetic, the second memory allocation as well.
"""

import json
import platform
import sys
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np

from nnlib import Network, sigmoid
from nnlib.more_activations import ACTIVATIONS

FILE = Path(__file__).parents[1] / "book" / "data" / "shortcut.json"
UNITS = [10**k for k in range(2, 8)]
NETWORKS = [([2, 2, 1], 4), *(([n, n, n], 100) for n in (10, 100, 1000))]
ROUNDS = 31


def sigmoid_from_z(z, u, out):
    """Put u/(1 + u)² into out, with u = exp(−|z|)."""
    np.abs(z, out=u)
    np.negative(u, out=u)
    np.exp(u, out=u)
    np.add(u, 1, out=out)
    np.multiply(out, out, out=out)
    np.divide(u, out, out=out)


def sigmoid_from_a(a, u, out):
    """Put a(1 − a) into out."""
    np.subtract(1, a, out=out)
    np.multiply(a, out, out=out)


def tanh_from_z(z, u, out):
    """Put 4u/(1 + u)² into out, with u = exp(−2|z|)."""
    np.multiply(z, 2, out=u)
    sigmoid_from_z(u, u, out)
    np.multiply(out, 4, out=out)


def tanh_from_a(a, u, out):
    """Put 1 − a² into out."""
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


def relu_from_either(value, u, out):
    """Put 1 where the value, z or a, is above 0, and 0 elsewhere."""
    np.greater(value, 0, out=out)


FORMULAS = {
    "sigmoid": (sigmoid_from_z, sigmoid_from_a),
    "tanh": (tanh_from_z, tanh_from_a),
    "relu": (relu_from_either, relu_from_either),
}


def compare(from_z, from_a, units, *, rounds=ROUNDS, shortest=0.004):
    """Return quartiles of time(from_z) / time(from_a), timed in turn, and nanoseconds a unit."""
    calls = 1
    while seconds(from_a, calls) < shortest:
        calls *= 2
    times = np.array([(seconds(from_z, calls), seconds(from_a, calls)) for _ in range(rounds)])
    quartiles = np.percentile(times[:, 0] / times[:, 1], [25, 50, 75])
    each = np.median(times, axis=0) / calls / units * 1e9
    return {
        "ratio": [round(float(q), 2) for q in quartiles],
        "nanoseconds": [round(float(t), 3) for t in each],
    }


def seconds(function, calls):
    """Return how long the processor works on this many calls, whatever else it has to do."""
    start = process_time()
    for _ in range(calls):
        function()
    return process_time() - start


def slope_ratios(units, rounds=ROUNDS):
    """Compare the two formulas of each slope, on arrays of these sizes, made beforehand."""
    rng = np.random.default_rng(0)
    result = []
    for name, (from_z, from_a) in FORMULAS.items():
        for n in units:
            z = rng.normal(scale=2, size=n)
            a = ACTIVATIONS[name](z)
            u, out = np.empty(n), np.empty(n)
            times = compare(
                partial(from_z, z, u, out), partial(from_a, a, u, out), n, rounds=rounds
            )
            result.append({"function": name, "units": n, **times})
    return result


def new_array_ratios(units, rounds=ROUNDS):
    """Compare sigmoid's two formulas as lines of NumPy, where each step makes a new array."""
    rng = np.random.default_rng(0)
    result = []
    for n in units:
        z = rng.normal(scale=2, size=n)
        times = compare(
            partial(sigmoid.compute_derivative, z),
            partial(sigmoid.compute_derivative_from_output, sigmoid(z)),
            n,
            rounds=rounds,
        )
        result.append({"function": "sigmoid", "units": n, **times})
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
        times = compare(
            *(partial(net.gradient, X, y) for net in nets), sum(sizes[1:]) * rows, rounds=rounds
        )
        result.append({"sizes": sizes, "rows": rows, **times})
    return result


def measure(units=UNITS, networks=NETWORKS, rounds=ROUNDS):
    """Return everything that the file holds."""
    return {
        "made by": "python tools/shortcut.py",
        "machine": f"{platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        # First: once large arrays have been freed, memory is allocated in another way.
        "slope, new arrays": new_array_ratios(units, rounds),
        "slope": slope_ratios(units, rounds),
        "gradient": gradient_ratios(networks, rounds),
    }


def show(measured):
    """Print the ratios, one a line."""
    for row in [*measured["slope"], *measured["slope, new arrays"]]:
        print(f"{row['function']:8s} {row['units']:>10,d}  {row['ratio']}  {row['nanoseconds']}")
    for row in measured["gradient"]:
        print(f"{row['sizes']!s:19s} {row['ratio']}")


if __name__ == "__main__":
    measured = measure()
    show(measured)
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")

"""The large counts of chapters 6 and 7: `make experiments` trains some fifty thousand networks.

It takes about a quarter of an hour, so the chapters read what this program has stored in
`data/experiments.json`. Every count can be had again, to the last network: each experiment has a
seed of its own, made from its name, and a test repeats some of them.
"""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from nnlib import sigmoid, tanh
from nnlib.ensemble import train_ensemble

STORED = Path(__file__).parents[1] / "book" / "data" / "experiments.json"
FUNCTIONS = {"sigmoid": sigmoid, "tanh": tanh}


def constant(c):
    """Return a slope that is c everywhere."""
    return lambda z, a: np.full_like(z, c)


def weakened(k):
    """Return sigmoid's slope with its distance from 0.2 shrunk to the share k."""
    return lambda z, a: 0.2 + (a * (1 - a) - 0.2) * k


def mirrored(z, a):
    """Return the doubled slope in a mirror: sigmoid's slope at σ(−z) instead of σ(z)."""
    return sigmoid.derivative(1 - a)


SLOPES = {
    "constant 0.235": constant(0.235),
    "constant 0.75": constant(0.75),
    "k = 1/4": weakened(1 / 4),
    "k = 1/7": weakened(1 / 7),
    "k = 1/20": weakened(1 / 20),
    "mirrored": mirrored,
}

TUTORIAL = {
    "n": 2000,
    "activation": "sigmoid",
    "steps": 100_000,
    "learning_rate": 0.2,
    "hidden": 2,
    "batch": "one",
}
ALL_ROWS = {**TUTORIAL, "n": 1000, "steps": 25_000, "batch": "all"}
#: What the words right, twice and constant mean for the hidden and the output layer.
CASES = {
    "right": ["output", "output"],
    "twice": ["twice", "twice"],
    "constant": ["constant 0.235", "output"],
}


def experiments():
    """Return all experiments: a dict from a name to what `train_ensemble` is called with."""
    wanted = {
        "fix: 500,000 steps": {
            **TUTORIAL,
            "n": 1000,
            "steps": 500_000,
            "slope": CASES["right"],
        }
    }
    for function, c in [
        ("sigmoid", "constant 0.235"),
        ("tanh", "constant 0.75"),
    ]:
        places = {
            "none": ["output", "output"],
            "output only": ["output", "twice"],
            "hidden only": ["twice", "output"],
            "both": ["twice", "twice"],
            "constant hidden": [c, "output"],
        }
        for place, slope in places.items():
            name = f"places: {function}, {place}"
            wanted[name] = {
                **TUTORIAL,
                "activation": function,
                "slope": slope,
            }
    for case, slope in CASES.items():
        for units in [3, 8, 16]:
            name = f"degree: one row, rate 0.2, {units} units, {case}"
            wanted[name] = {
                **TUTORIAL,
                "n": 1000,
                "hidden": units - 1,
                "slope": slope,
            }
        for rate in [0.2, 1.0]:
            for units in [3, 8]:
                name = f"degree: all rows, rate {rate}, {units} units, {case}"
                changes = {
                    "learning_rate": rate,
                    "hidden": units - 1,
                    "slope": slope,
                }
                wanted[name] = {**ALL_ROWS, **changes}
    for word in [
        "output",
        "twice",
        "k = 1/4",
        "k = 1/7",
        "k = 1/20",
        "mirrored",
    ]:
        slope = [word, "output"]
        wanted[f"theory: one row, {word}"] = {
            **TUTORIAL,
            "n": 1000,
            "slope": slope,
        }
        wanted[f"theory: all rows, {word}"] = {
            **ALL_ROWS,
            "learning_rate": 1.0,
            "slope": slope,
        }
    for batch, scale in [("one", 20_000), ("all", 5_000)]:
        for rate in [0.05, 0.2, 1.0]:
            for units in [3, 5, 8, 16]:
                wanted[f"map: {batch}, rate {rate}, {units} units"] = {
                    **TUTORIAL,
                    "n": 200,
                    "batch": batch,
                    "learning_rate": rate,
                    "hidden": units - 1,
                    "steps": round(scale / rate),
                    "slope": CASES["twice"],
                }
    return wanted


def run(name, settings):
    """Train the networks of one experiment and count.

    Returns
    -------
    dict
        The settings; how many networks are ``solved`` and ``stuck``; and by the number k of hidden
        units that start above zero, as ``above[k]``, how many networks there are and how many of
        them are solved; ``above at the end`` is the mean number of such units in the solved and in
        the other networks. Above zero: the mean of z over the four rows is positive. For the
        fixed network of chapter 6, also the ``outputs`` themselves.
    """
    arguments = {
        **settings,
        "activation": FUNCTIONS[settings["activation"]],
        "slope": [SLOPES.get(word, word) for word in settings["slope"]],
    }
    rng = np.random.default_rng(list(name.encode()))
    nets = train_ensemble(arguments.pop("n"), rng=rng, **arguments)
    solved, stuck = nets.solved().which, nets.stuck().which
    first, last = (
        (nets.pre_activations(start=start).mean(axis=1) > 0).sum(axis=1) for start in (True, False)
    )
    units = range(settings["hidden"] + 2)
    ends = [last[of].mean().item() if of.any() else None for of in (solved, ~solved)]
    outputs = {"outputs": nets.outputs.round(5).tolist()} if name.startswith("fix") else {}
    return {
        **settings,
        **outputs,
        "solved": int(solved.sum()),
        "stuck": int(stuck.sum()),
        "above": [[int((first == k).sum()), int((solved & (first == k)).sum())] for k in units],
        "above at the end": [end and round(end, 2) for end in ends],
    }


def main():
    """Run all experiments on all cores and store what they count."""
    wanted = experiments()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = {}
        for name, result in zip(wanted, pool.map(run, wanted, wanted.values())):
            print(
                f"{name}: {result['solved']} of {result['n']} solved",
                flush=True,
            )
            results[name] = result
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in results.items())
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

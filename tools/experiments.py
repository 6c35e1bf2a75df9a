"""The large counts of chapters 6 and 7: `make experiments` trains some hundred thousand networks.

It takes too long to run while you read, so the chapters read what this program has stored in
`data/experiments.json`. Every count can be repeated, to the last network: each experiment has a
seed of its own, made from its name, and a test repeats some of them. With names on the command
line, only these experiments run, and the others' results stay.

Most experiments are settings of `nnlib.ensemble.train_ensemble`. Chapter 7 also needs two changes
to training itself that nobody else should want: `train` makes them.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlib import sigmoid, tanh
from nnlib.ensemble import Ensemble, X, Y, train_ensemble
from nnlib.slopes import slopes

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


def steepened(z, a):
    """Return the doubled slope of sigmoid, varying six times as much about its middle."""
    return 0.2233 + 6 * (sigmoid.derivative(a) - 0.2233)


def weak_bump(z, a):
    """Return the doubled slope of tanh, varying a sixth as much about its middle."""
    return 0.71 + (tanh.derivative(a) - 0.71) / 6


def falling(k):
    """Return a slope about the middle of tanh's doubled one that only falls, as sigmoid's does."""
    return lambda z, a: 0.71 - 0.29 * k * a


SLOPES = {
    "constant 0": constant(0.0),
    "constant 0.235": constant(0.235),
    "constant 0.25": constant(0.25),
    "constant 0.75": constant(0.75),
    "k = 1/4": weakened(1 / 4),
    "k = 1/6": weakened(1 / 6),
    "k = 1/7": weakened(1 / 7),
    "k = 1/20": weakened(1 / 20),
    "mirrored": mirrored,
    "twice, steepened": steepened,
    "twice, weakened": weak_bump,
    "falling": falling(1),
    "falling, weakened": falling(1 / 6),
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
#: What right, twice and constant mean for the hidden and the output layer.
CASES = {
    "right": ["output", "output"],
    "twice": ["twice", "twice"],
    "constant": ["constant 0.235", "output"],
}


@dataclass(frozen=True)
class Shifted(Ensemble):
    """Networks whose output adds up V·(a − less), what the hidden units send minus a constant."""

    less: float = 0.0

    @property
    def outputs(self):
        """The outputs for the rows 00, 01, 10, 11, shape (n, 4)."""
        a = self.activation(self.pre_activations()) - self.less
        return self.activation(a @ self.weights[1])[..., 0]


def train(n, *, less=0.0, lift=0.0, steps, learning_rate, rng, slope, weights=None, **others):
    """Train as `train_ensemble` does, with two changes that chapter 7 makes on purpose.

    Parameters
    ----------
    n, steps, learning_rate, rng, slope, weights, **others
        As for `train_ensemble`: of the others, `activation`, `hidden` and `batch`.
    less : float
        The output adds up V·(a − less) instead of V·a.
    lift : float
        How much of chapter 7's sinking to undo. In each step each bias rises by ``lift`` times
        ¾ η² s² s_j (a_j − less) e², which at errors of ±½ is the sinking of a step. A lift of 1
        undoes the sinking but keeps the noise of single rows; −1 adds sinking where there was none.

    Returns
    -------
    Shifted
    """
    activation, one = others.get("activation", sigmoid), others.get("batch", "one") == "one"
    units = others.get("hidden", 2) + 1
    hidden_slope, out_slope = slopes(slope, activation, layers=2)
    if weights is None:
        U = rng.uniform(-1, 1, (4, units, n))
    else:
        U = np.moveaxis(np.concatenate([weights[0], weights[1].swapaxes(1, 2)], axis=1), 0, -1)
    start, U, rate = U, U.copy(), float(learning_rate)
    bias, W, V = U[0], U[1:3], U[3]
    rows = [(x[:, np.newaxis, np.newaxis], y) for x, y in zip(X.astype(float), Y)]
    for step in range(steps):
        if one:
            if step % 64 == 0:
                drawn = rng.integers(4, size=(min(64, steps - step), n))
            now = drawn[step % 64]
            rows = [(X[now].T[:, np.newaxis], Y[now])]
        added = []
        for x, y in rows:
            z = bias + W[0] * x[0] + W[1] * x[1]
            a = activation.compute(z)
            sent = a - less if less else a
            z_out = (V * sent).sum(axis=0)
            out = activation.compute(z_out)
            delta_out = rate * (y - out) * out_slope(z_out, out)
            s = hidden_slope(z, a)
            delta = delta_out * V * s
            added.append([delta.copy() if lift else delta, x[0] * delta, x[1] * delta])
            added[-1].append(delta_out * sent)
            if lift:
                added[-1][0] += lift * 0.75 * delta_out**2 * s * sent
        for changes in added:
            for row, change in zip(U, changes):
                row += change
    shown = ([np.moveaxis(w[:3], -1, 0), w[3].T[..., np.newaxis]] for w in (start, U))
    return Shifted(steps, activation, *shown, less)


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
    wanted |= sinking()
    wanted |= reasons()
    return wanted


def sinking():
    """Return the experiments on noise and sinking, for three hidden slopes."""
    one, all_rows = TUTORIAL | {"n": 1000, "ends": True}, ALL_ROWS | {"ends": True}
    wanted = {}
    for word in ["output", "twice", "mirrored"]:
        slope = {"slope": [word, "output"]}
        wanted[f"path: one row, {word}"] = one | slope | {"looks": 20}
        wanted[f"path: all rows, {word}"] = all_rows | slope | {"looks": 20}
        wanted[f"lifted: one row, {word}"] = one | slope | {"lift": 1}
        wanted[f"pressed: all rows, {word}"] = all_rows | slope | {"lift": -1}
        for less in [0.5, 1.0]:
            wanted[f"less {less}: {word}"] = one | slope | {"less": less}
    for rate, steps in [(0.1, 16_000), (0.2, 4000), (0.4, 1000)]:
        for out in ["constant 0.25", "output"]:
            wanted[f"drift: rate {rate}, output {out}"] = TUTORIAL | {
                "n": 3000,
                "steps": steps,
                "learning_rate": rate,
                "slope": ["constant 0.235", out],
                "burn": steps // 4,
                "looks": 10,
            }
    return wanted


def reasons():
    """Return the experiments that separate the ways in which the two functions' slopes differ."""
    one = TUTORIAL | {"n": 500}
    wanted = {}
    for word in ["k = 1/6", "twice, steepened"]:
        for less in [0.0, 0.5]:
            wanted[f"reasons: sigmoid, {word}, less {less}"] = one | {
                "slope": [word, "output"],
                "less": less,
            }
    for word in ["twice", "twice, weakened", "falling", "falling, weakened"]:
        for less in [0.0, -1.0]:
            wanted[f"reasons: tanh, {word}, less {less}"] = one | {
                "activation": "tanh",
                "slope": [word, "output"],
                "less": less,
            }
    wanted["open: rate 0.188, hidden only"] = TUTORIAL | {
        "steps": 106_400,
        "learning_rate": 0.188,
        "slope": ["twice", "output"],
    }
    for c in ["constant 0", "constant 0.235"]:
        wide = {"n": 100, "hidden": 15, "slope": [c, "output"], "ends": True}
        wanted[f"wide: one row, {c}"] = TUTORIAL | wide
        wanted[f"wide: one row, lifted, {c}"] = TUTORIAL | wide | {"lift": 1}
        wanted[f"wide: all rows, {c}"] = ALL_ROWS | wide
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
        fixed network of chapter 6, also the ``outputs`` themselves. Where the settings ask for
        ``looks``, also what `paths` returns; where they ask for ``ends``, how many networks have
        all four outputs on the right ``side`` of 0.5, and ``low``, the share of hidden units in
        stuck networks that send less than 0.1 in every row.
    """
    arguments = {
        **settings,
        "activation": FUNCTIONS[settings["activation"]],
        "slope": [SLOPES.get(word, word) for word in settings["slope"]],
    }
    rng = np.random.default_rng(list(name.encode()))
    ends = arguments.pop("ends", False)
    if "looks" in settings:
        nets, more = paths(rng=rng, **arguments)
    else:
        training = train if {"less", "lift"} & set(settings) else train_ensemble
        nets, more = training(arguments.pop("n"), rng=rng, **arguments), {}
    solved, stuck = nets.solved().which, nets.stuck().which
    first, last = (
        (nets.pre_activations(start=start).mean(axis=1) > 0).sum(axis=1) for start in (True, False)
    )
    units = range(settings["hidden"] + 2)
    means = [last[of].mean().item() if of.any() else None for of in (solved, ~solved)]
    if name.startswith("fix"):
        more["outputs"] = nets.outputs.round(5).tolist()
    if ends:
        low = (nets.activation(nets.pre_activations()) < 0.1).all(axis=1)[stuck]
        more["side"] = int(((nets.outputs > 0.5) == Y).all(axis=1).sum())
        more["low"] = round(low.mean().item(), 3) if stuck.any() else None
    return {
        **settings,
        **more,
        "solved": int(solved.sum()),
        "stuck": int(stuck.sum()),
        "above": [[int((first == k).sum()), int((solved & (first == k)).sum())] for k in units],
        "above at the end": [mean and round(mean, 2) for mean in means],
    }


def paths(n, *, steps, looks, burn=0, rng, **arguments):
    """Train networks and look at their hidden units on the way.

    Returns
    -------
    Ensemble
    dict
        A list for each of: ``z``, the mean z of the units over the rows, with ``z±``, half the 95 %
        interval of how far it has moved since the first look; ``a``, the mean activation; and
        ``units``, how many units of a network are above zero, with ``units±``. The first look
        comes after `burn` steps, the others evenly over `steps` more.
    """
    nets = train_ensemble(n, steps=burn, rng=rng, **arguments)
    start, first = nets.start, nets.pre_activations().mean(axis=1)
    half, told = 1.96 / n**0.5, []
    for more in [0] + looks * [steps // looks]:
        if more:
            nets = train_ensemble(n, steps=more, rng=rng, weights=nets.weights, **arguments)
        z = nets.pre_activations().mean(axis=1)
        above, moved = (z > 0).sum(axis=1), (z - first).mean(axis=1)
        a = nets.activation(nets.pre_activations()).mean()
        told.append([z.mean(), half * moved.std(), a, above.mean(), half * above.std()])
    names = ["z", "z±", "a", "units", "units±"]
    rounded = [[float(f"{value:.4g}") for value in column] for column in zip(*told)]
    return Ensemble(steps, nets.activation, start, nets.weights), dict(zip(names, rounded))


def main(names):
    """Run the named experiments, or all, on all cores and store what they count."""
    wanted = experiments()
    results = json.loads(STORED.read_text(encoding="utf-8")) if names else {}
    if unknown := set(names) - set(wanted):
        sys.exit(f"There is no experiment {sorted(unknown)}. Choose from {sorted(wanted)}.")
    names = names or list(wanted)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, result in zip(names, pool.map(run, names, [wanted[name] for name in names])):
            print(
                f"{name}: {result['solved']} of {result['n']} solved",
                flush=True,
            )
            results[name] = result
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(results[name], ensure_ascii=False)}"
        for name in wanted
        if name in results
    )
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The ensemble and the network against other libraries, in one run.

    python benchmarks/bench.py [--rounds 10] [--write FILE]

Each contestant trains the tutorial's network (2-2-1, XOR, rate 0.2) in float64 on single random
rows, sigmoid with the right slope unless a line says otherwise. Speeds are network-steps a second.
The contestants are timed in turn, several times, and the best time of each counts, so that what
else the machine does hurts all of them alike.
"""

import argparse
import multiprocessing
import os
import platform
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from time import perf_counter

os.environ.pop("OPENBLAS_CORETYPE", None)  # before NumPy is imported: all of the processor counts

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.neural_network import MLPRegressor

from nnlib import Network, ensemble, sigmoid, tanh

try:
    import torch
except ImportError:
    torch = None

X, Y = ensemble.X, ensemble.Y
X1 = np.insert(X, 0, 1, axis=1).astype(float)
RATE = 0.2
NETWORK_STEPS = 2**23  # in each measurement of many networks, but
LEAST_STEPS = 500  # so that what a run costs once, for each network, does not count as its steps
jax.config.update("jax_enable_x64", True)


# --- one network ---------------------------------------------------------------------------------


class Tutorial:
    """The tutorial's loop: its algorithm and the operations it takes, in our words."""

    def __init__(self, activation, slope, rng):
        self.f = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh}[activation]
        self.slope = {
            ("sigmoid", "output"): lambda a: a * (1 - a),
            ("sigmoid", "twice"): lambda a: self.f(a) * (1 - self.f(a)),
            ("tanh", "output"): lambda a: 1 - a**2,
        }[activation, slope]
        self.weights, self.rng = [rng.uniform(-1, 1, (3, 3)), rng.uniform(-1, 1, (3, 1))], rng

    def train(self, steps):
        """Take some steps."""
        rows = np.concatenate((np.atleast_2d(np.ones(4)).T, X), axis=1)
        for _ in range(steps):
            i = self.rng.integers(4)
            a = [rows[i]]
            for W in self.weights:
                a.append(self.f(np.dot(a[-1], W)))
            deltas = [(Y[i] - a[-1]) * self.slope(a[-1])]
            for layer in range(len(a) - 2, 0, -1):
                deltas.append(deltas[-1].dot(self.weights[layer].T) * self.slope(a[layer]))
            deltas.reverse()
            for k in range(len(self.weights)):
                layer, delta = np.atleast_2d(a[k]), np.atleast_2d(deltas[k])
                self.weights[k] += RATE * layer.T.dot(delta)


def network(activation, slope):
    net = Network([2, 2, 1], activation, rng=np.random.default_rng(0), slope=slope)
    return lambda steps: net.train(X, Y, steps=steps, learning_rate=RATE)


def tutorial(activation, slope):
    return Tutorial(activation, slope, np.random.default_rng(0)).train


def scikit_learn():
    net = MLPRegressor(
        hidden_layer_sizes=[3], activation="logistic", solver="sgd", learning_rate_init=RATE
    )
    net.partial_fit(X[:1], Y[:1])
    rng = np.random.default_rng(0)

    def train(steps):
        for i in rng.integers(4, size=steps):
            net.partial_fit(X[i : i + 1], Y[i : i + 1])

    return train


# --- many networks: f(steps) trains all of them --------------------------------------------------


def nnlib_ensemble(start, rows, executor=None):
    n = len(start[0])

    def train(steps):
        return ensemble.train_ensemble(
            n,
            steps=steps,
            learning_rate=RATE,
            rng=np.random.default_rng(0),
            slope="output",
            weights=start,
            rows=None if rows is None else rows[:steps],
            executor=executor,
        ).weights

    return train


def jax_ensemble(layout):
    """JAX with scan, vmap and jit, in two ways of which the faster counts.

    `layout` says whether the networks stand first or last. A row meets its weights as a sum of
    scaled columns; as a product of matrices it is slower. Scan outside of vmap takes as long.
    """
    x_rows, y_rows = jnp.array(X1), jnp.array(Y, dtype=float)
    axis = 0 if layout == "first" else -1

    def step(weights, row):
        W, V = weights
        x, y = x_rows[row], y_rows[row]
        a = 1 / (1 + jnp.exp(-(W[0] + x[1] * W[1] + x[2] * W[2])))
        out = 1 / (1 + jnp.exp(-(a * V[:, 0]).sum(keepdims=True)))
        d_out = RATE * (y - out) * out * (1 - out)
        d = d_out @ V.T * a * (1 - a)
        return W + jnp.outer(x, d), V + jnp.outer(a, d_out)

    def all_steps(weights, rows):
        return jax.lax.scan(lambda w, row: (step(w, row), None), weights, rows)[0]

    run = jax.jit(jax.vmap(all_steps, in_axes=(axis, 1), out_axes=axis))

    def contestant(start, rows):
        start = [jnp.array(np.moveaxis(W, 0, axis)) for W in start]
        rows = jnp.array(rows)

        def train(steps):
            weights = jax.block_until_ready(run(tuple(start), rows[:steps]))
            return [np.moveaxis(np.asarray(W), axis, 0) for W in weights]

        return train

    return contestant


def torch_ensemble(start, rows):
    start = [torch.tensor(np.ascontiguousarray(W)) for W in start]
    x_rows, y_rows, rows = (
        torch.tensor(X1),
        torch.tensor(Y, dtype=torch.float64),
        torch.tensor(rows),
    )

    def train(steps):
        W, V = (w.clone() for w in start)
        for row in rows[:steps]:
            x, y = x_rows[row], y_rows[row]
            a = torch.sigmoid(torch.bmm(x[:, None], W))
            out = torch.sigmoid(torch.bmm(a, V))
            d_out = RATE * (y[:, None, None] - out) * out * (1 - out)
            d = d_out * V.mT * a * (1 - a)
            V += torch.bmm(a.mT, d_out)
            W += torch.bmm(x[:, :, None], d)
        return [W.numpy(), V.numpy()]

    return train


def exponentials(start, rows):
    """Compute the four exponentials of a step alone, in threads and blocks like the ensemble's."""
    n = len(start[0])
    cores = os.cpu_count() if n >= 12_000 else 1
    size = min(-(-n // cores), 8000)
    z = np.random.default_rng(0).uniform(-3, 3, (cores, 4, size))
    out = np.empty_like(z)

    def some(core, steps):
        for _ in range(steps):
            np.exp(z[core], out=out[core])

    def train(steps):
        steps = steps * n // (size * cores)
        with ThreadPoolExecutor(cores) as threads:
            list(threads.map(some, range(cores), [steps] * cores))

    return train


# --- timing --------------------------------------------------------------------------------------


def race(contestants, networks, steps, rounds):
    """Return network-steps a second of each in each of the rounds, where all take their turns."""
    speeds = {name: np.empty(rounds) for name in contestants}
    for train in contestants.values():
        train(steps)  # compile, warm up
    for i in range(rounds):
        for name, train in contestants.items():
            begin = perf_counter()
            train(steps)
            speeds[name][i] = networks * steps / (perf_counter() - begin)
    return speeds


def ratio(a, b):
    """Return the median of a / b over the rounds: what slows a machine down mostly slows both."""
    return np.median(a / b)


def table(head, rows):
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def one_network(rounds):
    rows = []
    for name, activation, slope in [
        ("sigmoid, right slope", sigmoid, "output"),
        ("sigmoid, applied twice", sigmoid, "twice"),
        ("tanh, right slope", tanh, "output"),
    ]:
        speed = race(
            {
                "tutorial": tutorial(activation.name, slope),
                "Network": network(activation, slope),
                **({"scikit-learn": scikit_learn()} if name == "sigmoid, right slope" else {}),
            },
            networks=1,
            steps=5000,
            rounds=rounds,
        )
        base = speed["tutorial"]
        rows += [
            [f"{who}: {name}", f"{s.max() / 1e6:.3f}", f"{ratio(s, base):.2f}"]
            for who, s in speed.items()
        ]
    return table(["one network", "million steps/s", "times the tutorial's loop"], rows)


def many_networks(sizes, rounds, processes):
    contestants = {
        "nnlib, threads": lambda start, rows: nnlib_ensemble(start, None),
        "nnlib, processes": lambda start, rows: nnlib_ensemble(start, None, processes),
        "nnlib, given rows": nnlib_ensemble,
        **{f"JAX, networks {layout}": jax_ensemble(layout) for layout in ("first", "last")},
        "four exponentials": exponentials,
    }
    if torch:
        contestants["PyTorch"] = torch_ensemble
    else:
        print("PyTorch is not installed, so it is left out. To include it: pip install torch")
    speeds = {name: [] for name in contestants}
    for n in sizes:
        rng = np.random.default_rng(0)
        start = [rng.uniform(-1, 1, (n, 3, 3)), rng.uniform(-1, 1, (n, 3, 1))]
        rows = rng.integers(4, size=(max(NETWORK_STEPS // n, LEAST_STEPS), n), dtype=np.int32)
        trainers = {name: make(start, rows) for name, make in contestants.items()}
        expected = trainers["nnlib, given rows"](20)
        for name, train in trainers.items():
            if name.startswith(("JAX", "PyTorch")):  # the same computation?
                for a, b in zip(train(20), expected, strict=True):
                    np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
        for name, speed in race(trainers, n, len(rows), rounds).items():
            speeds[name].append(speed)
            print(f"{n:6} {name}: {speed.max() / 1e6:.1f}", flush=True)
    jax_names = [name for name in speeds if name.startswith("JAX")]
    speeds = {name: np.array(speed) for name, speed in speeds.items()}
    best = {
        "nnlib": np.maximum(speeds["nnlib, threads"], speeds["nnlib, processes"]),
        "JAX": np.max([speeds.pop(name) for name in jax_names], axis=0),
        "floor": speeds.pop("four exponentials"),
    }
    speeds[f"JAX, the faster of {len(jax_names)} layouts"] = best["JAX"]
    speeds["NumPy's exp alone, four a step: the floor"] = best["floor"]
    rows = [[name, *(f"{s.max() / 1e6:.1f}" for s in v)] for name, v in speeds.items()]
    ratios = {
        "nnlib's speed, in times JAX's": (best["nnlib"], best["JAX"]),
        "nnlib's time, in times the floor's": (best["floor"], best["nnlib"]),
    }
    rows += [
        [f"**{name}**", *(f"**{ratio(*pair):.2f}**" for pair in zip(*speeds, strict=True))]
        for name, speeds in ratios.items()
    ]
    return table(["million network-steps/s", *(f"{n:,}" for n in sizes)], rows)


def threads(sizes, rounds):
    """Who does the work by default, against one thread, and the threads that Python would take."""
    speeds = []
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor() as more:
        for n in sizes:
            steps = max(NETWORK_STEPS // n, LEAST_STEPS)
            rng = np.random.default_rng(0)
            start = [rng.uniform(-1, 1, (n, 3, 3)), rng.uniform(-1, 1, (n, 3, 1))]
            executors = {"default": None, "one thread": one, "four threads more than cores": more}
            contestants = {
                name: nnlib_ensemble(start, None, executor) for name, executor in executors.items()
            }
            speeds.append(race(contestants, n, steps, rounds))
    rows = [[name, *(f"{speed[name].max() / 1e6:.1f}" for speed in speeds)] for name in executors]
    ratios = [f"**{ratio(speed['default'], speed['one thread']):.2f}**" for speed in speeds]
    rows.append(["**default, in times one thread**", *ratios])
    return table(["million network-steps/s", *(f"{n:,}" for n in sizes)], rows)


def scaling(rounds):
    """Cost of a network-step against n and against steps, each relative to the smallest."""

    def contestant(n, steps):
        def train(_):
            ensemble.train_ensemble(
                n, steps=steps, learning_rate=RATE, rng=np.random.default_rng(0), slope="output"
            )

        return train

    smallest = (16_000, 200)
    shapes = [smallest, (64_000, 200), (256_000, 200), (16_000, 800), (16_000, 3200)]
    runs = race({shape: contestant(*shape) for shape in shapes}, 1, 1, rounds)
    speeds = {(n, steps): n * steps * speed for (n, steps), speed in runs.items()}
    return table(
        ["cost of a network-step", "relative"],
        [
            [f"{n:,} networks, {steps:,} steps", f"{ratio(speeds[smallest], speed):.2f}"]
            for (n, steps), speed in speeds.items()
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="how often to measure")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 4000, 16_000, 64_000])
    parser.add_argument("--write", help="a Markdown file for the tables")
    options = parser.parse_args()
    exp = np.lib.introspect.opt_func_info("^exp$", "float64")["exp"]["dd"]["current"]
    warnings.simplefilter("ignore")  # scikit-learn's on convergence
    # JAX has started threads, which do not survive a fork.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as processes:
        text = "\n".join(
            [
                f"{platform.machine()}, {os.cpu_count()} cores, "
                f"Python {platform.python_version()}, "
                f"NumPy {np.__version__} with its exp for {exp}, JAX {jax.__version__}"
                + (f", PyTorch {torch.__version__}" if torch else "")
                + f". Float64, all cores. Of {options.rounds} rounds in turn: "
                "the best speeds, and the medians of the ratios.\n",
                "## One network\n",
                one_network(options.rounds),
                "## Many networks at once\n",
                many_networks(options.sizes, options.rounds, processes),
                "## Threads\n",
                threads([1000, 4000, 8000, 16_000, 64_000], 2 * options.rounds),
                "## Cost against size\n",
                scaling(options.rounds),
            ]
        )
    print(text)
    if options.write:
        with open(options.write, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()

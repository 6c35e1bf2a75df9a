"""Ask PyTorch what it keeps for the backward pass, and at what precision: `make saved-tensors`.

Writes book/data/saved-tensors.json, which chapter 9 reads, so that no reader needs PyTorch.
Nothing here is timed or drawn at random: the same version gives the same file on any machine.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

FILE = Path(__file__).parents[1] / "book" / "data" / "saved-tensors.json"
LAYERS = range(1, 13)
WIDTH = 4
BITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
PLACES = [-6.0, 4.0, 5.0, 6.0, 6.25]
LOGITS = [5.0, 10.0, 15.0, 16.0, 17.0, 20.0]


class SigmoidFromInput(torch.autograd.Function):
    """Sigmoid whose slope is computed from z, so that z has to be kept."""

    @staticmethod
    def forward(ctx, z):
        """Keep z."""
        ctx.save_for_backward(z)
        return torch.sigmoid(z)

    @staticmethod
    def backward(ctx, upstream):
        """Return the gradient with respect to z: u/(1 + u)² with u = exp(−|z|)."""
        (z,) = ctx.saved_tensors
        u = torch.exp(-z.abs())
        return upstream * u / (1 + u) ** 2


class SigmoidFromOutput(torch.autograd.Function):
    """Sigmoid whose slope is computed from a, which the next layer keeps anyway."""

    @staticmethod
    def forward(ctx, z):
        """Keep a."""
        a = torch.sigmoid(z)
        ctx.save_for_backward(a)
        return a

    @staticmethod
    def backward(ctx, upstream):
        """Return the gradient with respect to z: a(1 − a)."""
        (a,) = ctx.saved_tensors
        return upstream * a * (1 - a)


FUNCTIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "softplus": functional.softplus,
    "elu": functional.elu,
    "silu": functional.silu,
    "mish": functional.mish,
    "gelu": functional.gelu,
    "our sigmoid, saving z": SigmoidFromInput.apply,
    "our sigmoid, saving a": SigmoidFromOutput.apply,
}
IN_PLACE = {
    "sigmoid": torch.sigmoid_,
    "relu": functional.relu_,
    "elu": functional.elu_,
    "silu": lambda z: functional.silu(z, inplace=True),
    "mish": lambda z: functional.mish(z, inplace=True),
}


def saved(functions):
    """Return how many arrays some layers, each a linear map and a function, keep for the way back.

    The weights are there anyway and are not counted. Two tensors that share their memory are one.
    """
    torch.manual_seed(0)
    linear = [nn.Linear(WIDTH, WIDTH) for _ in functions]
    weights = {w.untyped_storage().data_ptr() for one in linear for w in one.parameters()}
    kept = []

    def keep(tensor):
        kept.append(tensor)  # which also keeps its memory from being reused
        return tensor

    a = torch.ones(3, WIDTH)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        for one, f in zip(linear, functions):
            a = f(one(a))
    a.sum().backward()  # what was kept is enough
    return len({tensor.untyped_storage().data_ptr() for tensor in kept} - weights)


def under_autocast():
    """Return the precision of a sigmoid after a linear map, where PyTorch chooses precisions."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        a = torch.sigmoid(nn.Linear(WIDTH, WIDTH)(torch.ones(3, WIDTH)))
    return str(a.dtype).removeprefix("torch.")


def first_one(name):
    """Return the smallest z of this precision, a multiple of 1/32, whose sigmoid is exactly 1."""
    z = (torch.arange(64 * 32, dtype=torch.float64) / 32).to(getattr(torch, name))
    return float(z[torch.sigmoid(z) == 1][0])


def slopes(name):
    """Return sigmoid and the gradient that PyTorch computes from it, at PLACES."""
    z = torch.tensor(PLACES, dtype=getattr(torch, name), requires_grad=True)
    a = torch.sigmoid(z)
    a.sum().backward()
    return {"sigmoid": a.tolist(), "slope": z.grad.tolist()}


def cross_entropy(loss):
    """Return loss and gradient with respect to z for the target 0 and each z of LOGITS."""
    z = torch.tensor(LOGITS, requires_grad=True)
    losses = loss(z, torch.zeros_like(z))
    losses.sum().backward()
    return {"loss": losses.tolist(), "gradient": z.grad.tolist()}


def after_sigmoid(z, y):
    """Return the cross-entropy of a probability: sigmoid first, and then the logarithms."""
    return functional.binary_cross_entropy(torch.sigmoid(z), y, reduction="none")


def with_logits(z, y):
    """Return the same loss, from z at once."""
    return functional.binary_cross_entropy_with_logits(z, y, reduction="none")


def measure():
    """Return everything that the file holds."""
    return {
        "made by": "python tools/saved_tensors.py",
        "torch": torch.__version__.partition("+")[0],
        "layers": list(LAYERS),
        "saved": {name: [saved([f] * n) for n in LAYERS] for name, f in FUNCTIONS.items()},
        "saved in place": {name: [saved([f] * n) for n in LAYERS] for name, f in IN_PLACE.items()},
        "silu and sigmoid in turn, six layers": saved([functional.silu, torch.sigmoid] * 3),
        "sigmoid under autocast": under_autocast(),
        "sigmoid is 1 from": {name: first_one(name) for name in BITS},
        "places": PLACES,
        "slopes": {name: slopes(name) for name in BITS},
        "logits": LOGITS,
        "after sigmoid": cross_entropy(after_sigmoid),
        "with logits": cross_entropy(with_logits),
    }


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    measured = measure()
    for name in ("saved", "saved in place", "sigmoid is 1 from"):
        print(name, measured[name], sep="\n  ")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")

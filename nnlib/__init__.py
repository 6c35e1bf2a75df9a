"""The small network behind the book *Sigmoid, Twice*.

`nnlib.activations`
    a function and its slope, by input and by output;
`nnlib.network`
    one network, written to be read beside chapter 4;
`nnlib.ensemble`
    thousands of them at once, the same arithmetic;
`nnlib.gradients`
    derivatives and gradients by number, and how far two of them are apart;
`nnlib.contracts`
    what a derivative expects, the input or the output, found out by trying;
`nnlib.exercises`
    checks for the book's exercises that say what is wrong;
`nnlib.plots`
    the figures that chapters share. It needs Matplotlib, so it is imported by its own name:
    ``from nnlib import plots``.
"""

from nnlib.activations import (
    Activation,
    arctan,
    elu,
    gelu,
    leaky_relu,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
    tanh,
)
from nnlib.network import Network, learning_curve

__all__ = [
    "Activation",
    "Network",
    "arctan",
    "elu",
    "gelu",
    "leaky_relu",
    "learning_curve",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "tanh",
]

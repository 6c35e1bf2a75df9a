"""The small network behind the book *Sigmoid, Twice*.

Read these first, in this order:

`nnlib.activations`
    σ and tanh, each with its slope from the input and from the output;
`nnlib.slopes`
    three words for which value the derivative gets, one of which is the bug;
`nnlib.network`
    one network, written to be read beside chapter 4.

More functions and more networks:

`nnlib.more_activations`
    the other activation functions, from relu to gelu;
`nnlib.ensemble`
    thousands of networks at once, with the same arithmetic.

For checks and figures:

`nnlib.gradients`
    numerical derivatives and gradients, and how far apart two of them are;
`nnlib.contracts`
    whether a derivative expects the input or the output, found by trying;
`nnlib.watch`
    which lines of a program hand a derivative the wrong value, found by running it;
`nnlib.exercises`
    checks for the book's exercises that say what is wrong;
`nnlib.plots`
    the figures that chapters share. It needs Matplotlib, so it is imported by its own name:
    ``from nnlib import plots``.
"""

from nnlib.activations import Activation, sigmoid, tanh
from nnlib.more_activations import (
    arctan,
    elu,
    gelu,
    leaky_relu,
    relu,
    selu,
    silu,
    softplus,
    softsign,
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

"""The small network behind the book *Sigmoid, Twice*.

To read, in this order:

`nnlib.activations`
    σ and tanh, each with its slope, by input and by output;
`nnlib.slopes`
    which value the derivative gets: three words, and one of them is the bug;
`nnlib.network`
    one network, written to be read beside chapter 4.

More of the same:

`nnlib.more_activations`
    the other activation functions, from relu to gelu;
`nnlib.ensemble`
    thousands of networks at once, the same arithmetic.

To check and to draw:

`nnlib.gradients`
    derivatives and gradients by number, and how far two of them are apart;
`nnlib.contracts`
    what a derivative expects, the input or the output, found out by trying;
`nnlib.watch`
    which lines of a program hand a derivative the wrong value, found out by running it;
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

"""The small network behind the book *Sigmoid, Twice*.

`nnlib.activations`
    a function and its slope, by input and by output;
`nnlib.network`
    one network, written to be read beside chapter 4;
`nnlib.gradients`
    derivatives and gradients by number, and how far two of them are apart;
`nnlib.plots`
    the figures that chapters share. It needs Matplotlib, so it is imported by its own name:
    ``from nnlib import plots``.
"""

from nnlib.activations import Activation, sigmoid, tanh
from nnlib.network import Network, learning_curve

__all__ = ["Activation", "Network", "learning_curve", "sigmoid", "tanh"]

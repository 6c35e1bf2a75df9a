"""Three words for which value the derivative gets, one of which is the bug.

`SLOPES` is the table, `slopes` reads it. Everything that trains a network in this project uses
these words: `nnlib.network`, `nnlib.ensemble`, and the digits of chapter 8.
"""

from nnlib.activations import Activation

__all__ = ["SLOPES", "slopes"]

#: The slope to use at (z, a) that each word makes of an activation function f.
SLOPES = {
    "input": lambda f: lambda z, a: f.compute_derivative(z),  # right, from z
    "output": lambda f: lambda z, a: f.compute_derivative_from_output(a),  # right, from a
    "twice": lambda f: lambda z, a: f.compute_derivative(a),  # the bug: a is f(z), so f comes twice
}


def slopes(word, activation, layers):
    """Return one function (z, a) -> slope for each layer after the input.

    Parameters
    ----------
    word : str, callable, or a list or tuple of them with one for each layer
        A word of `SLOPES`, for all layers; or a function (z, a) -> slope of your own.
    activation : Activation
        The function whose slope the words mean.
    layers : int
        How many layers there are after the input.

    Returns
    -------
    list of callable
        Each takes the arrays z and a of its layer and returns the slopes, in their shape.

    Raises
    ------
    TypeError, ValueError
        If a word is not in the table, if it asks for a slope that the activation function does not
        have, or if there are not as many words as layers. The message says what is accepted.

    Examples
    --------
    >>> from nnlib import sigmoid
    >>> from nnlib.slopes import slopes
    >>> z = 2.0
    >>> for word in ("input", "output", "twice"):
    ...     (slope,) = slopes(word, sigmoid, layers=1)
    ...     print(f"{word:6s} {slope(z, sigmoid(z)):.4f}")
    input  0.1050
    output 0.1050
    twice  0.2072
    """
    if not isinstance(activation, Activation):
        raise TypeError(f"activation is {activation!r}; give an Activation such as nnlib.sigmoid.")
    words = list(word) if isinstance(word, (list, tuple)) else [word] * layers
    if len(words) != layers:
        raise ValueError(
            f"slope has {len(words)} entries {words}; give one word for all layers or a list "
            f"of {layers}, one for each layer after the input."
        )
    return [_slope(one, activation) for one in words]


def _slope(word, activation):
    if callable(word):
        return word
    if not isinstance(word, str) or word not in SLOPES:
        error = ValueError if isinstance(word, str) else TypeError
        raise error(
            f"slope is {word!r}; give one of {', '.join(map(repr, SLOPES))}, "
            f"or a function of (z, a)."
        )
    if word == "output" and activation.derivative_from_output is None:
        raise ValueError(
            f"slope is 'output', but the output of {activation!r} does not settle its slope; "
            f"give 'input'."
        )
    return SLOPES[word](activation)

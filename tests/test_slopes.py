"""The three words for a slope, and the one function that reads them for every network."""

import digits
import numpy as np
import pytest

from nnlib import Network, sigmoid, silu, tanh
from nnlib.ensemble import train_ensemble
from nnlib.slopes import SLOPES, slopes

Z = np.linspace(-3, 3, 13)


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("f", [sigmoid, tanh], ids=repr)
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("input", lambda f, z: f.derivative(z)),
        ("output", lambda f, z: f.derivative_from_output(f(z))),
        ("twice", lambda f, z: f.derivative(f(z))),
    ],
)
def test_what_each_word_means(f, word, expected):
    (slope,) = slopes(word, f, layers=1)
    np.testing.assert_array_equal(slope(Z, f(Z)), expected(f, Z))


def test_there_are_three_words():
    assert list(SLOPES) == ["input", "output", "twice"]


def test_one_word_is_for_all_layers_and_a_list_has_one_for_each():
    def mine(z, a):
        return z

    assert len(slopes("input", tanh, layers=3)) == 3
    assert slopes(mine, tanh, layers=2) == [mine, mine]
    hidden, output = slopes(("twice", mine), tanh, layers=2)
    assert output is mine
    np.testing.assert_array_equal(hidden(Z, tanh(Z)), tanh.derivative(tanh(Z)))


USERS = {
    "slopes": lambda word: slopes(word, sigmoid, layers=2),
    "Network": lambda word: Network([2, 2, 1], sigmoid, slope=word, rng=rng()),
    "train_ensemble": lambda word: train_ensemble(
        2, steps=1, learning_rate=1, slope=word, rng=rng()
    ),
    "digits, hidden": lambda word: digits.DigitsNetwork([3, 3, 2], hidden=word, rng=rng()),
    "digits, output": lambda word: digits.DigitsNetwork([3, 3, 2], output=word, rng=rng()),
}


@pytest.mark.parametrize("use", USERS.values(), ids=USERS)
@pytest.mark.parametrize(
    ("word", "error", "began"), [("outptu", ValueError, "'outptu'"), (1, TypeError, "1")]
)
def test_whoever_reads_a_word_says_the_same_of_a_wrong_one(use, word, error, began):
    with pytest.raises(error) as told:
        use(word)
    rest = "give one of 'input', 'output', 'twice', or a function of (z, a)."
    assert str(told.value) == f"slope is {began}; {rest}"


def test_too_few_words_an_unsettled_slope_and_another_function_are_named():
    with pytest.raises(ValueError, match=r"^slope has 1 entries \['input'\]; .* list of 2, one "):
        slopes(["input"], tanh, layers=2)
    with pytest.raises(ValueError, match=r"nnlib\.silu does not settle its slope; give 'input'"):
        slopes("output", silu, layers=1)
    with pytest.raises(TypeError, match=r"^activation is <ufunc 'tanh'>; give an Activation "):
        slopes("input", np.tanh, layers=1)

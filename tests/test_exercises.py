"""The checks of the exercises: right answers pass, and wrong ones hear what they are."""

import math
import re

import numpy as np
import pytest

from nnlib import relu, sigmoid, tanh
from nnlib.exercises import Feedback, check_derivative, check_number


@pytest.mark.parametrize(
    ("answer", "of", "expects"),
    [
        (sigmoid.derivative, sigmoid, "input"),
        (lambda a: a * (1 - a), sigmoid, "output"),
        (lambda x: x > 0, relu, "input"),
        (lambda x: x > 0, relu, "output"),
        (math.cos, math.sin, "input"),
    ],
)
def test_a_right_derivative(answer, of, expects):
    feedback = check_derivative(answer, of=of, expects=expects)
    assert feedback.ok, feedback
    assert feedback.message.startswith("Right: with ")


@pytest.mark.parametrize(
    ("answer", "expects", "words"),
    [
        (lambda a: 1 - a * a, "input", "with a it is the slope of tanh, and .* a function of z"),
        (tanh.derivative, "output", "with z it is the slope of tanh, and .* a function of a"),
        (lambda a: a * a - 1, "output", "Likely slip: the sign"),
        (lambda a: 1 / 0, "output", "none of the points tried.*division by zero"),
        (0.5, "output", "derivative is 0.5; give a function"),
    ],
)
def test_a_wrong_derivative_hears_what_it_is(answer, expects, words):
    feedback = check_derivative(answer, of=tanh, expects=expects)
    assert feedback.ok is False
    assert feedback.message.startswith("Not yet: ")
    assert re.search(words, feedback.message, flags=re.DOTALL)


def test_a_function_is_called_by_its_name_where_it_has_one():
    class Shift:
        def __call__(self, z):
            return np.sin(z)

    for of, name in ((tanh, "tanh"), (math.sin, "sin"), (Shift(), "the function")):
        slope = tanh.derivative if of is tanh else np.cos
        message = check_derivative(slope, of=of, expects="input").message
        assert message == f"Right: with z, it is the slope of {name}."


@pytest.mark.parametrize("bad", ["z", "both", None, ""])
def test_an_unknown_contract_is_refused(bad):
    with pytest.raises(ValueError, match=r"expects is .*; give 'input' or 'output'"):
        check_derivative(tanh.derivative, of=tanh, expects=bad)


def test_a_function_to_compare_with_is_needed():
    with pytest.raises(TypeError, match="of is 3; give the function"):
        check_derivative(tanh.derivative, of=3, expects="input")


@pytest.mark.parametrize("answer", [0.3, np.float32(0.3), np.array([0.3]), 0.3 + 1e-9])
def test_a_right_number(answer):
    assert check_number(answer, 0.3) == Feedback(True, "Right.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (-0.3, "sign"),
        (0.6, "twice"),
        (0.15, "half"),
        (0.09, "the square of"),
        (0.3**0.5, "the square root of"),
        (1 / 0.3, "reciprocal"),
        (0.7, "1 minus"),
        (30, "percent"),
        (0.301, "close: the relative error must be 1e-06 or less"),
        (0.8, "0.8 is larger than"),
        (-5, "-5 is smaller than"),
        (math.nan, "this is nan"),
        (math.inf, "overflow"),
        ("0.3", "one real number"),
        (None, "one real number"),
        ([0.3, 0.3], "one real number"),
        (0.3 + 0j, "one real number"),
    ],
)
def test_a_wrong_number_hears_its_slip(answer, words):
    feedback = check_number(answer, 0.3)
    assert feedback.ok is False
    assert words in repr(feedback)


def test_the_slips_of_an_exercise_come_first():
    feedback = check_number(0.6, 0.3, slips={"you added both rows": 0.6})
    assert feedback.message == "Not yet: you added both rows."


def test_close_is_within_a_hundredth_or_ten_tolerances():
    assert "close" in check_number(2.98, 3.0).message
    assert "close" not in check_number(2.96, 3.0).message
    assert "close" in check_number(3.29, 3.0, tolerance=0.01).message
    assert "close" not in check_number(3.31, 3.0, tolerance=0.01).message


def test_zero_is_compared_as_it_is():
    assert check_number(1e-9, 0.0).ok
    assert check_number(0.125, 0.0, tolerance=0.125).ok  # the limit is still right
    assert check_number(0.1875, 0.0, tolerance=0.125).ok is False
    assert not check_number(0.1, 0.0).ok


@pytest.mark.parametrize(
    "wrong", [{"expected": math.nan}, {"tolerance": 0}, {"slips": {"x": math.inf}}]
)
def test_a_wrong_call_is_refused(wrong):
    with pytest.raises(ValueError, match="give finite numbers, and a positive tolerance"):
        check_number(0.3, **{"expected": 0.3} | wrong)

"""What the box on "Check your own" asks of nnlib: two functions, or a program, judged as pasted."""

import pytest

from nnlib._pasted import ask

PROGRAM = """\
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))

z = np.array([0.3, -1.2])
for step in range(20):
    a = sigmoid(z)
    slope = sigmoid_prime(a)
print("over")
"""
PAIR = """\
def act(x):
    return 1 / (1 + np.exp(-x))

def dact(x):
    return x * (1 - x)
"""


def test_a_program_is_watched_and_its_line_is_marked():
    answer = ask(PROGRAM)
    assert (answer["kind"], answer["code"], answer["printed"]) == ("program", 1, "over\n")
    ((line, words),) = answer["lines"]
    assert line == 12
    assert words.startswith("wrong: sigmoid_prime wants the input z")
    lines = [line for line, _ in ask("%matplotlib inline\n!pip install numpy\n" + PROGRAM)["lines"]]
    assert lines == [14]


@pytest.mark.parametrize(
    ("source", "pair", "code", "title"),
    [
        (PAIR, ["act", "dact"], 0, "dact wants a, the output of act"),
        (
            "slope = lambda z: 1 - np.tanh(z)**2\nact = lambda z: np.tanh(z)\n",
            ["act", "slope"],
            0,
            "slope wants z, the input of act",
        ),
        ("def one(x): return x * x\ndef two(x): return 2 * x", ["one", "two"], 0, "two wants z"),
        (
            "def nonlin(x, deriv=False):\n return x*(1-x) if deriv else 1/(1+math.exp(-x))",
            ["nonlin", "nonlin"],
            0,
            "nonlin wants a",
        ),
        (
            "    def s(self, x):\n        return 1/(1+np.exp(-x))\n"
            "    def s_prime(self, x):\n        return self.s(x) * (1 - self.s(x))\n",
            ["s", "s_prime"],
            0,
            "s_prime wants z",
        ),
        ("def f(x): return x**3\ndef df(x): return x**2", ["f", "df"], 1, "df is not the slope"),
        ("def f(x): return x\ndef g(x): raise ValueError('no')", ["f", "g"], 2, "These two"),
        ("def f(x): return x", ["f", "f"], 2, "f is alone"),
        ("def f(x):\n\xa0   return x*x\r\ndef df(x): return 2*x", ["f", "df"], 0, "df wants z"),
    ],
)
def test_two_functions_are_told_apart_and_judged(source, pair, code, title):
    answer = ask(source)
    assert (answer["kind"], answer["pair"], answer["code"]) == ("functions", pair, code)
    assert answer["title"].startswith(title)


def test_the_reader_may_choose_the_two():
    source = PAIR + "\ndef other(x):\n    return np.tanh(x)\n"
    assert ask(source)["pair"] == ["act", "dact"]
    answer = ask(source, ["other", "dact"])
    assert (answer["pair"], answer["code"]) == (["other", "dact"], 1)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("def f(x:\n    pass", "Line 1 is not Python"),
        ("", "There is nothing in the box"),
        ("# nothing", "There is nothing in the box"),
    ],
)
def test_what_cannot_be_judged_is_said(source, title):
    answer = ask(source)
    assert (answer["code"], answer["title"]) == (2, title)

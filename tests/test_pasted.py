"""What the box on "Check your own" asks of nnlib: two functions, or a program, judged as pasted."""

import re

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
    assert answer["title"] == "Wrong"
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
        (" def f(x): return x*x\r\n\r\n def df(x): return 2*x", ["f", "df"], 0, "df wants z"),
        ("def Act(x): return x\ndef F(x): return x*x\ndef dF(x): return 2*x", ["F", "dF"], 0, "dF"),
        (
            "f = np.vectorize(lambda x: x)\n@np.vectorize\ndef g(x): return x * x\n"
            "@numpy.vectorize\ndef dg(x): return 2.0 * x",
            ["g", "dg"],
            0,
            "dg wants z",
        ),
    ],
)
def test_two_functions_are_told_apart_and_judged(source, pair, code, title):
    answer = ask(source)
    assert (answer["kind"], answer["pair"], answer["code"]) == ("functions", pair, code)
    assert answer["title"].startswith(title)


@pytest.mark.parametrize(
    ("slope", "code", "title", "verdict", "text"),
    [
        ("1.0", 0, "df is right for z and for a", "right", "call it with z or with a.\n  with z: "),
        ("2.0", 1, "df is not the slope of f", "wrong", "Likely slip: a constant factor."),
        ("print(x) or np.random.rand()", 3, "Undecided", "unknown", "gave two answers"),
    ],
)
def test_the_verdict_on_two_functions_stands_at_the_derivative(
    slope, code, title, verdict, text, capsys
):
    hello = "import sys\nhello = sys.stdout.write('hello')\n"
    answer = ask(hello + f"def f(x): return x\ndef df(x): return {slope}")
    assert text in answer.pop("text")
    assert answer == {
        "kind": "functions",
        "code": code,
        "title": title,
        "lines": [(4, f"{verdict}: {title}")],
        "names": ["f", "df"],
        "pair": ["f", "df"],
        "printed": "",
    }
    assert capsys.readouterr() == ("", "")


def test_the_reader_may_choose_the_two():
    source = PAIR + "\ndef other(x):\n    return np.tanh(x)\n"
    assert ask(source)["pair"] == ["act", "dact"]
    answer = ask(source, ["other", "dact"])
    assert (answer["pair"], answer["code"]) == (["other", "dact"], 1)


NOTHING = "Paste a function and its derivative, or a program that trains."
NOT_CLOSED = "'(' was never closed"
NULL = "source code string cannot contain null bytes"  # Python gives no line for it


@pytest.mark.parametrize(
    ("source", "title", "text", "lines"),
    [
        (
            "n = 1\ndef f(x:\n    pass",
            "Line 2 is not Python",
            f"{NOT_CLOSED}. Paste whole lines, without prompts such as >>>.",
            [(2, f"unknown: {NOT_CLOSED}")],
        ),
        (
            "x = 1\0",
            "Line 1 is not Python",
            f"{NULL}. Paste whole lines, without prompts such as >>>.",
            [(1, f"unknown: {NULL}")],
        ),
        ("", "There is nothing in the box", NOTHING, []),
        ("# nothing", "There is nothing in the box", NOTHING, []),
    ],
)
def test_what_cannot_be_judged_is_said(source, title, text, lines):
    assert ask(source) == {
        "kind": "program",
        "code": 2,
        "title": title,
        "text": text,
        "lines": lines,
        "names": [],
        "pair": [],
        "printed": "",
    }


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("def f(x): return x", "^Paste its derivative as well, or the whole program.$"),
        ("def f(x): return x\ndef g(x): raise OSError('no')", "^ValueError: the derivative, g,"),
        ("def f(x):\n break\ndef g(x): pass", r"^SyntaxError: .* \(yours.py, line 2\)$"),
    ],
)
def test_two_functions_that_cannot_be_judged_hear_why(source, text):
    assert re.match(text, ask(source)["text"])


def test_a_program_may_be_right_or_beyond_judgement():
    right = ask(PROGRAM.replace("sigmoid_prime(a)", "sigmoid_prime(z)"))
    assert (right["code"], right["title"]) == (0, "Right, as far as was seen")
    endless = ask("while True: pass", seconds=0.1)
    assert (endless["code"], endless["title"]) == (3, "No verdict")
    assert endless["text"].startswith("yours.py was stopped after 0.1 seconds")

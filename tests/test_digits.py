"""Chapter 8: its data, its network against numerical gradients, and what it has stored."""

import hashlib
import json
import re
from pathlib import Path

import digits
import numpy as np
import pytest

from nnlib import sigmoid
from nnlib.gradients import check_network, numerical_derivative

BOOK = Path(__file__).parents[1] / "book"

SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"


def test_the_images_are_those_of_scikit_learn_byte_for_byte():
    assert hashlib.sha256(digits.IMAGES.read_bytes()).hexdigest() == SHA256
    assert SHA256 in (BOOK / "data" / "README.md").read_text(encoding="utf-8")


def test_the_images_are_what_the_chapter_says():
    images, shown = digits.load()
    assert images.shape == (1797, 64)
    assert (images.min(), images.max()) == (0, 1)
    np.testing.assert_array_equal(np.unique(shown), np.arange(10))


def test_a_split_uses_each_image_once():
    X, Y, X_test, shown = digits.split(np.random.default_rng(0))
    assert (len(X), len(X_test)) == (1400, 397)
    rows = np.column_stack([np.vstack([X, X_test]), [*Y.argmax(axis=1), *shown]])
    images, all_shown = digits.load()
    expected = np.column_stack([images, all_shown])
    np.testing.assert_array_equal(*(t[np.lexsort(t.T)] for t in (rows, expected)))


def small(seed=0, **slopes):
    """Return a network with two hidden layers, away from its start, and a batch for it."""
    rng = np.random.default_rng(seed)
    network = digits.DigitsNetwork([5, 4, 3, 3], rng=rng, **slopes)
    network.weights = [W + rng.normal(0, 0.5, size=W.shape) for W in network.weights]
    return network, rng.uniform(size=(7, 5)), rng.integers(2, size=(7, 3))


@pytest.mark.parametrize("output", ["output", "input", "cross-entropy"])
def test_right_slopes_give_the_gradient(output):
    network, X, Y = small(hidden="output", output=output)
    assert check_network(network, X, Y).ok


@pytest.mark.parametrize("output", ["output", "twice", "cross-entropy"])
@pytest.mark.parametrize("hidden", ["output", "twice"])
def test_the_bug_spoils_its_layer_and_those_before(hidden, output):
    network, X, Y = small(hidden=hidden, output=output)
    errors = check_network(network, X, Y).errors
    spoiled = [hidden == "twice" or output == "twice"] * 2 + [output == "twice"]
    assert [error > 1e-3 for error in errors] == spoiled


def test_the_output_bug_alone_is_the_gradient_of_another_loss():
    """An exercise of the chapter: the loss whose slope with respect to z is (a − y) σ′(a)."""
    network, X, Y = small(hidden="output", output="twice")

    def other(z, a, Y):
        t, w = np.polynomial.legendre.leggauss(60)
        # −∫ (y − σ) σ′(σ) from 0 to z; the constant that makes it 0 at its lowest does not matter.
        t, w = z[..., None] * (t + 1) / 2, z[..., None] * w / 2
        s = sigmoid(t)
        return ((s - Y[..., None]) * sigmoid.derivative(s) * w).sum(axis=(-1, -2))

    network.error = other
    assert check_network(network, X, Y).ok


def test_cross_entropy_is_its_formula():
    z, Y = np.array([[-3.0, 0.5, 2.0]]), np.array([[1, 0, 1]])
    a = sigmoid(z)
    formula = (-Y * np.log(a) - (1 - Y) * np.log(1 - a)).sum(axis=1)
    np.testing.assert_allclose(digits.cross_entropy(z, a, Y), formula)
    by_z = numerical_derivative(lambda z: np.logaddexp(0, z) - Y * z, z)
    np.testing.assert_allclose(by_z, a - Y, atol=1e-9)


def test_adam_steps_along_the_weighted_means_of_all_gradients():
    """Written out: β^(t − i) weighs gradient i, and the weights are made to add up to 1."""
    gradients = np.random.default_rng(0).normal(size=(20, 3, 2)) * 10.0 ** np.arange(-4, 2, 3)
    adam = digits.Adam()
    for t, gradient in enumerate(gradients, start=1):
        got = adam([gradient[0], gradient[1:]])
        mean, square = (
            np.average(power, axis=0, weights=beta ** np.arange(t - 1, -1, -1.0))
            for power, beta in [(gradients[:t], 0.9), (gradients[:t] ** 2, 0.999)]
        )
        expected = mean / (np.sqrt(square) + 1e-8)
        np.testing.assert_allclose(got[0], expected[0], rtol=1e-9)
        np.testing.assert_allclose(got[1], expected[1:], rtol=1e-9)


def test_adam_keeps_its_means_for_one_network_alone():
    makers = digits.NETWORKS["right, Adam"], digits.NETWORKS["right, Adam 0.9"]
    for slopes in makers:
        networks = [small(**slopes)[0] for _ in range(2)]
        assert networks[0].direction is not networks[1].direction
    assert networks[0].direction.beta2 == 0.9


def test_the_experiments_are_all_stored_with_the_present_settings():
    stored = json.loads(digits.RESULTS.read_text(encoding="utf-8"))
    setup = stored["setup"]
    assert [setup["training"], setup["batch"], setup["epochs"]] == [1400, 10, 30]
    assert [digits.TRAINING, digits.BATCH, digits.EPOCHS] == [1400, 10, 30]
    wanted = [[size, name, rate] for size, name, rate, _ in digits.experiments()]
    assert [result["experiment"] for result in stored["results"]] == wanted
    for size, name, rate, seeds in digits.experiments():
        assert digits.stored(size, name, rate).shape == (seeds, 30)


@pytest.mark.parametrize(
    ("size", "name", "rate", "seed", "epochs"),
    [
        ("64-30-10", "right", 0.5, 0, 10),
        ("64-30-10", "twice in all layers", 0.5, 1, 10),
        ("64-30-10", "twice in output layer", 0.5, 2, 10),
        ("64-30-10", "cross-entropy", 0.125, 2, 10),
        ("64-30-30-30-10", "cross-entropy", 0.5, 3, 10),
        ("64-30-10", "twice in output layer, Adam", 0.003, 4, 5),
        ("64-30-30-30-10", "right, Adam", 0.001, 5, 5),
        ("64-30-30-30-10", "right, Adam 0.9", 0.001, 6, 5),
    ],
)
def test_a_network_trained_again_reads_as_many_digits(size, name, rate, seed, epochs):
    """Within two images: another machine rounds another way."""
    slopes = digits.NETWORKS[name]
    _, correct = digits.train(size, seed=seed, learning_rate=rate, epochs=epochs, **slopes)
    stored = digits.stored(size, name, rate)[seed, :epochs] * 3.97
    np.testing.assert_allclose(correct, stored, atol=2.001, rtol=0)


def test_the_code_that_the_chapter_quotes_is_the_code_that_runs():
    source = (BOOK / "digits.py").read_text(encoding="utf-8")
    chapter = json.loads(next(BOOK.glob("08-*.ipynb")).read_text(encoding="utf-8"))
    text = "\n".join("".join(c["source"]) for c in chapter["cells"] if c["cell_type"] == "markdown")
    quoted = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    assert quoted
    have = {line.strip() for line in source.splitlines()}
    assert [
        line for block in quoted for line in block.splitlines() if line.strip() not in have
    ] == []

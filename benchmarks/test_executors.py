"""An ensemble on Dask's cluster is the one on threads, to the bit."""

import numpy as np
import pytest
from dask.distributed import Client, LocalCluster

from nnlib import ensemble


@pytest.fixture(scope="module")
def cluster():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        Client(local) as client,
    ):
        yield client.get_executor()


def test_an_ensemble_in_several_rounds_and_blocks(cluster):
    def train(executor):
        return ensemble.train_ensemble(
            8000,
            steps=2100,
            learning_rate=0.2,
            slope="twice",
            rng=np.random.default_rng(0),
            executor=executor,
        )

    same(train(cluster), train(None))


def same(one, other):
    for a, b in zip([*one.start, *one.weights], [*other.start, *other.weights], strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.steps == other.steps

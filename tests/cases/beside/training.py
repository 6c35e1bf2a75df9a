import maths.activations as act


def update(w, x, error):
    z = x @ w
    again = act.logistic(z)
    assert act.logistic_prime(z).shape == again.shape  # right
    return w - 0.1 * x.T @ error

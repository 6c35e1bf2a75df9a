"""Numbers as a person would write them."""

from math import isclose


def apart(x, y):
    """Return two numbers in words, with enough digits to differ if the numbers do.

    >>> apart(0.06774, 0.06773)
    ('0.06774', '0.06773')
    >>> apart(1 / 3, 2 / 3)
    ('0.333', '0.667')
    """
    for digits in range(3, 18):
        words = f"{x:.{digits}g}", f"{y:.{digits}g}"
        if words[0] != words[1]:
            return words
    return f"{x:.3g}", f"{y:.3g}"


def factor(value):
    """Return a factor in words, and whether it is a round number.

    >>> factor(0.25), factor(-1.0), factor(1 / 60), factor(0.3)
    (('¼', True), ('−1', True), ('1/60', True), ('0.3', False))

    A thousandth is forgiven, and what has seven digits is not round.

    >>> factor(0.5), factor(-0.33325), factor(59.95), factor(0.2508), factor(1e6)
    (('½', True), ('−⅓', True), ('60', True), ('0.2508', False), ('1e+06', False))
    """
    sign, size = "−" * (value < 0), abs(value)
    for share, words in ((1 / 2, "½"), (1 / 4, "¼"), (1 / 3, "⅓")):
        if isclose(size, share, rel_tol=1e-3):
            return sign + words, True
    for number, pattern in ((size, "{}"), (1 / size, "1/{}")):
        if isclose(number, round(number), rel_tol=1e-3) and round(number) < 1e6:
            return sign + pattern.format(round(number)), True
    return f"{sign}{size:.4g}", False

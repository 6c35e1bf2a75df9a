"""The book's pages as a reader's browser shows them."""

import pytest
from test_book import contents


@pytest.mark.parametrize("name", contents())
def test_nothing_is_wider_than_a_phone(visit, name):
    page = visit(f"{name}.html", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

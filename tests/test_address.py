"""The book stands at the root of a host or below a path: both settings of html.baseurl."""

import re
from pathlib import Path

import pytest
from serve import serve


@pytest.mark.parametrize("base", ["/", "/some/where/"])
def test_the_page_for_wrong_addresses_has_its_styles_and_leads_into_the_book(browser, html, base):
    """Built for another address, this page differs in one place alone, as test_pages.py shows."""
    text = (html / "404.html").read_text(encoding="utf-8")
    text, count = re.subn(r'<base href="[^"]*"', f'<base href="{base}"', text)
    assert count == 1
    with serve(html, base) as site, browser.new_context() as context:
        page, lost = context.new_page(), []
        page.on("response", lambda answer: answer.status < 400 or lost.append(answer.url))
        page.route("**/no/such/*", lambda route: route.fulfill(body=text, content_type="text/html"))
        page.goto(f"{site}/no/such/page", wait_until="networkidle")
        assert lost == []
        assert page.locator("body").evaluate("it => getComputedStyle(it).fontFamily") != "serif"
        links = page.locator("a[href]").evaluate_all("all => all.map((link) => link.href)")
    inside = [link.partition("#")[0] for link in links if link.startswith(f"{site}/")]
    outside = [link for link in links if not link.startswith(f"{site}/")]
    assert len(inside) > 25
    assert [link for link in outside if "//127.0.0.1" in link] == []
    files = [html / (link.removeprefix(f"{site}/").partition("?")[0]) for link in inside]
    assert [str(f) for f in files if not (f.is_file() or (f / "index.html").is_file())] == []


def test_no_test_looks_for_the_book_at_the_root_of_its_host():
    """Below a path, a page's modules are at `../_static`, and at `/_static` there is nothing."""
    asks = re.compile(r"(?:import|fetch)\([\"'`]/")
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    assert len(files) > 40
    assert [path.name for path in files if asks.search(path.read_text(encoding="utf-8"))] == []

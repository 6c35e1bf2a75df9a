"""The box on "Check your own": what it says, when it fetches, and what a reader can do about it.

Python is played by a worker of the test's own, which answers as nnlib would; the last test, marked
`pyodide`, brings the real one (`make test-lite`).
"""

import json

import pytest
from playwright.sync_api import expect
from test_each_page import look
from test_lite import answers, kernel, pyodide, settings  # noqa: F401
from test_pasted import PAIR, PROGRAM

from nnlib._pasted import ask

PAGE = "book/check-your-own.html"
#: Stands for Python: says what the script in `steps` tells it to, each message after its delay.
WORKER = """
const steps = STEPS;
onmessage = async ({ data }) => {
  for (const [delay, message] of steps) {
    if (delay) await new Promise((after) => setTimeout(after, delay));
    postMessage(message ?? { answer: { ...ANSWER, printed: data.pair ? data.pair.join() : "" } });
  }
};
"""
FETCHING = {"fetching": "Python", "host": "python.example"}


class Box:
    def __init__(self, page):
        self.page = page
        self.figure = page.locator("figure#ask")
        self.area = self.figure.get_by_label("Your function and its derivative")
        self.ask = self.figure.get_by_role("button", name="Ask", exact=True)
        self.stop = self.figure.get_by_role("button", name="Stop", exact=True)
        self.status = self.figure.get_by_role("status")
        self.verdict = self.figure.locator(".verdict")
        self.marked = self.figure.locator("mark")

    def put(self, source):
        self.area.fill(source)
        self.ask.click()


@pytest.fixture
def box(visit):
    """Return a function: box(steps, source for the answer, **options) -> Box."""

    def open_box(steps=((0, FETCHING), (0, {"running": True}), (0, None)), source=PROGRAM, **more):
        page = visit("book/glossary.html", **more)
        page.clock.install()
        answer = json.dumps(ask(source, seconds=1))
        body = WORKER.replace("STEPS", json.dumps(steps)).replace("ANSWER", answer)
        page.route(
            "**/_static/ask-worker.js",
            lambda route: route.fulfill(body=body, content_type="text/javascript"),
        )
        page.goto(page.url.replace("glossary", "check-your-own"))
        return Box(page)

    return open_box


def test_nothing_is_fetched_before_the_click(visit):
    page = visit(PAGE)
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(r => r.name)")
    assert [url for url in loaded if "ask-worker" in url or "/lite/" in url] == []
    promise = page.locator("#ask .promise").inner_text()
    assert "Nothing you paste leaves your browser" in promise
    assert "17 MB" in promise


def test_the_verdict_marks_the_line_and_takes_the_focus(box):
    it = box()
    it.put(PROGRAM)
    expect(it.verdict).to_have_text("Wrong")
    expect(it.verdict).to_be_focused()
    expect(it.marked).to_have_count(1)
    expect(it.marked).to_contain_text("12>     slope = sigmoid_prime(a)")
    expect(it.figure.locator(".listing")).to_contain_text("wants the input z of sigmoid")
    expect(it.figure.locator(".words")).to_contain_text("yours.py:12 wrong")
    expect(it.figure.locator(".result > p").nth(1)).to_contain_text("but not both")
    assert it.ask.is_enabled()
    assert it.stop.is_disabled()


def test_progress_names_the_host_and_what_has_come(box):
    it = box([(0, FETCHING), (0, {"bytes": 4_250_000}), (1000, {"running": True}), (1000, None)])
    it.put(PROGRAM)
    expect(it.status).to_have_text("Fetching Python from python.example …")
    bar = it.figure.get_by_role("progressbar")
    expect(bar).to_be_visible()
    assert bar.evaluate("it => it.value") == 4.25
    it.page.clock.run_for(1100)
    expect(it.status).to_have_text("Running your code …")
    expect(bar).to_be_hidden()


def test_a_silent_host_is_named_and_may_still_answer(box):
    it = box([(0, FETCHING), (25_000, {"running": True}), (0, None)])
    it.put(PROGRAM)
    expect(it.status).to_contain_text("Fetching")
    it.page.clock.fast_forward(21_000)
    expect(it.status).to_contain_text("python.example has not answered for 20 seconds")
    assert it.stop.is_enabled()


def test_a_host_that_refuses_is_named(box):
    it = box([(0, FETCHING), (0, {"failed": "NetworkError", "host": "python.example"})])
    it.put(PROGRAM)
    expect(it.status).to_contain_text("python.example did not answer")
    assert it.ask.is_enabled()


def test_a_site_without_python_is_named(box):
    it = box()
    it.page.route("**/lite/jupyter-lite.json", lambda route: route.fulfill(json={}))
    it.put(PROGRAM)
    expect(it.status).to_contain_text("127.0.0.1")
    expect(it.status).to_contain_text("did not answer")


def test_stop_ends_it_and_another_ask_works(box):
    it = box([(0, FETCHING), (0, {"running": True}), (5000, None)])
    it.put(PROGRAM)
    expect(it.status).to_have_text("Running your code …")
    expect(it.stop).to_be_focused()
    it.page.keyboard.press("Enter")
    expect(it.status).to_have_text("Stopped. Nothing was judged.")
    expect(it.ask).to_be_focused()
    assert it.figure.locator(".result").inner_text() == ""
    it.page.keyboard.press("Enter")
    expect(it.status).to_have_text("Running your code …")


def test_it_takes_no_longer_than_its_limit(box):
    it = box([(0, {"running": True}), (100_000, None)])
    it.put(PROGRAM)
    expect(it.status).to_have_text("Running your code …")
    it.page.clock.fast_forward(41_000)
    expect(it.status).to_contain_text("Stopped after 40 seconds without a verdict")
    assert it.ask.is_enabled()


def test_a_framework_is_answered_at_once(box):
    it = box()
    asked = []
    it.page.on("request", lambda request: asked.append(request.url))
    it.put("import torch.nn as nn\nmodel = nn.Linear(2, 1)\n")
    expect(it.status).to_contain_text("This imports PyTorch")
    assert asked == []
    it.put("  \n")
    expect(it.status).to_have_text("Paste something first.")


def test_two_functions_can_be_exchanged(box):
    it = box(source=PAIR)
    it.put(PAIR)
    expect(it.verdict).to_have_text("dact wants a, the output of act")
    it.figure.get_by_label("Function", exact=True).select_option("dact")
    it.figure.get_by_label("Derivative", exact=True).select_option("act")
    it.ask.click()
    expect(it.figure.locator("details pre")).to_contain_text("dact,act")


def test_from_a_folder_the_command_is_there(browser, html):
    page = browser.new_page()
    page.goto((html / PAGE).as_uri())
    figure = page.locator("figure#ask")
    expect(figure).to_contain_text("opened from a folder")
    expect(figure).to_contain_text("python -m nnlib watch")
    assert figure.locator("textarea").count() == 0
    page.close()


def test_without_scripts_the_command_is_there(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert "python -m nnlib watch" in page.locator("figure#ask").inner_text()


def test_its_verdict_shuts_nobody_out_on_a_phone(box):
    it = box(width=390, height=844)
    it.put(PROGRAM)
    expect(it.verdict).to_have_text("Wrong")
    assert it.page.evaluate("document.documentElement.scrollWidth") <= 390
    for theme in ["light", "dark"]:
        it.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        it.page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        assert look(it.page, "figure#ask") == []


# ---- With Python itself ----


@pytest.mark.pyodide
def test_python_in_the_browser_gives_the_same_answer(browser, site, kernel, pyodide):  # noqa: F811
    answer, taken, refused = answers(site, kernel, pyodide)
    with browser.new_context() as context:
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"{site}/{PAGE}")
        it = Box(page)
        for source in [PROGRAM, PAIR]:
            here = ask(source)
            it.put(source)
            expect(it.verdict).to_have_text(here["title"], timeout=120_000)
            assert it.figure.locator(".words").inner_text() == here["text"]
            assert it.marked.count() == len(here["lines"])
    assert refused == []
    assert 16e6 < sum(len(pyodide[file]) for file in taken) < 18e6, (
        taken
    )  # what the page says it fetches


@pytest.mark.pyodide
def test_a_host_that_is_down_is_named_by_the_real_worker(browser, site, kernel):  # noqa: F811
    with browser.new_context() as context:
        context.route(
            "**/*",
            lambda route: (
                route.continue_() if route.request.url.startswith(site) else route.abort()
            ),
        )
        page = context.new_page()
        page.goto(f"{site}/{PAGE}")
        it = Box(page)
        it.put(PROGRAM)
        expect(it.status).to_contain_text("cdn.jsdelivr.net did not answer", timeout=30_000)

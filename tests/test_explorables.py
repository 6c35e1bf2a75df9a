"""The explorables: the arithmetic in the page is nnlib's, and the XOR bench works for everybody."""

import re
from itertools import chain, product

import numpy as np
import pytest
from PIL import Image, ImageDraw

import nnlib
from conftest import moved
from nnlib import Network
from nnlib.ensemble import Ensemble, interval
from nnlib.slopes import SLOPES

X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
FUNCTIONS = {"sigmoid": nnlib.sigmoid, "tanh": nnlib.tanh}
CHAPTER = "book/05-apply-sigmoid-twice.html"


@pytest.fixture
def run(revisit):
    """Return a function that runs JavaScript in a page that has no explorable.

    The JavaScript can use the modules `network`, `random` and `ensemble` by name.
    """
    page = revisit("404.html")
    modules = "const names = ['network', 'random', 'ensemble'];"
    modules += "const [network, random, ensemble] = await Promise.all(names.map((name) => "
    modules += "import(`./_static/explorables/${name}.js`)));"
    return lambda body, given=None: page.evaluate(f"async (given) => {{ {modules} {body} }}", given)


# ---- The arithmetic


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_slopes_are_those_of_nnlib(run, name):
    f = FUNCTIONS[name]
    z = np.concatenate([np.linspace(-30, 30, 601), [-700.0, -0.0, 1e-300, 700.0]])
    a = f(z)
    body = """const f = network.ACTIVATIONS[given.name];
      const [z, a] = [given.z, given.a];
      return [z.map(f.call), z.map(f.derivative), a.map(f.derivativeFromOutput)]"""
    got = run(body, {"name": name, "z": z.tolist(), "a": a.tolist()})
    for ours, theirs in zip(got, [a, f.derivative(z), f.derivative_from_output(a)]):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-300)


def test_the_network_computes_what_nnlib_does_to_12_digits(run):
    """Outputs, the gradient of each row and of all, and 1,000 steps, with each slope in each layer.

    From much larger weights, training with tanh can be chaotic: a change in the last bit of one
    weight then changes the first digit of the result, even within nnlib.
    """
    cases, expected = [], []
    draw = np.random.default_rng(0)
    for name, hidden, output in product(FUNCTIONS, SLOPES, SLOPES):
        network = Network([2, 2, 1], FUNCTIONS[name], slope=[hidden, output], rng=draw)
        rows = np.random.default_rng(5).integers(4, size=1000)
        case = {"activation": name, "slopes": [hidden, output], "rows": rows.tolist()}
        cases.append(case | {"W": [W.ravel().tolist() for W in network.weights]})
        z, a = network.forward(X)
        gradients = [network.gradient([X[i]], [Y[i]]) for i in range(4)]
        gradients.append(network.gradient(X, Y))
        network.rng = np.random.default_rng(5)
        network.train(X, Y, steps=1000, learning_rate=0.2)
        numbers = [np.hstack([z[0], a[1], z[1], a[2]]), *chain(*gradients), *network.weights]
        expected.append(np.concatenate([np.ravel(n) for n in numbers]))
    body = """return given.map(({ activation, slopes, rows, W }) => {
        const net = new network.Network({ activation, slopes, random: new random.Random(1) });
        net.W1.set(W[0]);
        net.W2.set(W[1]);
        const numbers = network.X.map((x) => {
          net.forward(x);
          return [...net.z1, ...net.a1, net.z2, net.a2];
        });
        for (const some of [[0], [1], [2], [3], undefined]) {
          const { W1, W2 } = net.gradient(some);
          numbers.push([...W1], [...W2]);
        }
        for (const row of rows) net.step(0.2, row);
        return [...numbers, [...net.W1], [...net.W2]].flat();
      })"""
    assert len(cases) == 18
    for case, ours, theirs in zip(cases, run(body, cases), expected):
        words = f"{case['activation']}, {case['slopes']}"
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14, err_msg=words)


def test_random_numbers_are_those_of_the_reference_implementation(run):
    """Rust's rand_xoshiro has them in its tests, computed by the authors' own program."""
    expected = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849]
    body = "const r = new random.Random(1, 2, 3, 4); return given.map(() => r.bits())"
    assert run(body, expected) == expected


def test_as_many_networks_learn_as_in_nnlib(run):
    """Chapter 7 counts 1,619 of 2,000. The page draws first weights and rows of its own."""
    body = """const made = new ensemble.Ensemble({ activation: "sigmoid", rate: 0.2, seed: 0,
        slopes: ["output", "output"], networks: 200 });
      made.advance(100_000, Infinity);
      return made.states().filter((state) => state === "solved").length"""
    low, high = interval(run(body), 200)
    assert low < 1619 / 2000 < high


def test_a_network_does_not_depend_on_how_many_are_beside_it(run):
    body = """return [1, 200].map((networks) => {
        const made = new ensemble.Ensemble({ activation: "tanh", slopes: ["twice", "input"],
          rate: 0.2, seed: 7, networks });
        made.advance(500, Infinity);
        return made.outputs[0];
      })"""
    alone, among = run(body)
    assert alone == among


def test_intervals_are_those_of_nnlib(run):
    pairs = [[0, 1], [1, 1], [0, 200], [11, 200], [100, 200], [200, 200]]
    ours = run("return given.map(([seen, n]) => ensemble.interval(seen, n))", pairs)
    np.testing.assert_allclose(ours, [interval(*pair) for pair in pairs], rtol=1e-12, atol=1e-15)


def test_solved_and_stuck_are_counted_as_in_nnlib(run):
    draw = np.random.default_rng(2)
    weights = [draw.normal(0, 6, (3000, 3, 3)), draw.normal(0, 6, (3000, 3, 1))]
    weights[0][:100], weights[1][:100] = 0.1, 0.1  # some that are stuck at 0.5
    weights[0][100:200] = [[2.5, -2.8, -7.4], [-1.3, 6, 5.2], [1.3, 6.5, 4.5]]  # some that learned
    weights[1][100:200] = [[-4.9], [9.4], [-10]]
    ensemble = Ensemble(0, nnlib.sigmoid, weights, weights)
    body = """const made = new ensemble.Ensemble({ activation: "sigmoid", rate: 0.2, seed: 0,
        slopes: ["input", "input"], networks: 1 });
      made.outputs = given;
      return made.states()"""
    states = np.array(run(body, ensemble.outputs.tolist()))
    assert ensemble.solved().count >= 100
    assert ensemble.stuck().count >= 100
    np.testing.assert_array_equal(states == "solved", ensemble.solved().which)
    np.testing.assert_array_equal(states == "stuck", ensemble.stuck().which)


# ---- The XOR bench in its chapter


@pytest.fixture
def open_bench(alone):
    """Return a function that opens a bench and returns its page and itself."""

    def open_bench(state="", *, hurried=False, path=CHAPTER, name="xor-bench", **options):
        page = alone(f"{path}#{name}{state}", **options)
        if hurried:
            page.evaluate(HURRY)
        figure = page.locator(f"figure#{name}")
        figure.get_by_role("button", name="Run").scroll_into_view_if_needed()
        return page, figure

    return open_bench


def steps(figure):
    words = figure.locator(".report").inner_text()
    found = re.match(r"After ([\d,]+) step", words)
    return int(found[1].replace(",", "")) if found else 0


def wait_for(page, condition, given=None):
    page.wait_for_function(condition, arg=given, timeout=60_000)


#: Each frame follows at once and none is painted, so that a run of four seconds takes one.
HURRY = """() => {
  const { port1, port2 } = new MessageChannel(), waiting = new Map();
  let last = 0;
  window.requestAnimationFrame = (frame) => {
    waiting.set(++last, frame);
    port2.postMessage(last);
    return last;
  };
  window.cancelAnimationFrame = (id) => waiting.delete(id);
  port1.onmessage = ({ data }) => {
    const frame = waiting.get(data);
    waiting.delete(data);
    frame?.(performance.now());
  };
}"""
SMALL = """all => all.filter((it) => {
  const { width, height } = it.getBoundingClientRect();
  return Math.min(width, height) < 24;
}).map((it) => it.outerHTML)"""
FINISHED = "document.querySelector('#xor-bench .report').textContent.startsWith('After 100,000 ')"
STEPS = """() => Number(/After ([\\d,]+)/.exec(
  document.querySelector('#xor-bench .report').textContent)?.[1].replaceAll(',', '') ?? 0)"""
FRAMES = (
    "(n) => new Promise((done) => { const f = () => n-- ? requestAnimationFrame(f) : done();f() })"
)


LEARNS = [
    "σ twice: all four outputs are near 0.5.",
    "right: XOR is learned.",
]


def lines(figure):
    """Return what the bench says about its two networks."""
    return figure.locator(".report span").all_inner_texts()


def test_it_opens_at_the_end_with_bug_and_fix_from_the_same_seed(open_bench):
    page, figure = open_bench(hurried=True)
    wait_for(page, FINISHED)
    assert lines(figure) == LEARNS
    assert figure.locator(".twin strong").all_inner_texts() == ["σ twice", "right"]
    for kind in ["bug", "right"]:
        assert figure.locator(f".curve.{kind}").count() == 4
    labels = figure.locator(".panels > svg text:is(.bug, .right)").all_text_contents()
    assert sorted(labels) == ["right: 00, 11", "right: 01, 10", "twice: all four"]


def test_twins_begin_alike_and_see_the_same_rows(open_bench):
    """Without the bug in either, they are the same network to the end."""
    page, figure = open_bench("&one=none&seed=3", hurried=True)
    wait_for(page, FINISHED)
    ends = [path.get_attribute("d") for path in figure.locator(".curve").all()]
    assert ends[:4] == ends[4:]
    assert len(set(ends)) == 4


def test_in_chapter_7_it_opens_with_the_bug_in_one_layer_each(open_bench):
    page, figure = open_bench(
        path="book/07-see-why-it-hurts.html", name="xor-bench-layers", hurried=True
    )
    wait_for(page, FINISHED.replace("#xor-bench", "#xor-bench-layers"))
    said = ["σ twice, hidden: all four outputs are near 0.5.", "σ twice, output: XOR is learned."]
    assert lines(figure) == said


def test_run_plays_it_from_the_first_step(open_bench):
    page, figure = open_bench()
    wait_for(page, FINISHED)
    figure.get_by_role("button", name="Run").click()
    wait_for(page, f"0 < ({STEPS})() && ({STEPS})() < 1000")
    figure.get_by_role("button", name="Pause").click()
    assert steps(figure) < 100_000


def test_the_next_seed_shows_its_end(open_bench):
    page, figure = open_bench(hurried=True)
    wait_for(page, FINISHED)
    before = figure.locator(".curve").first.get_attribute("d")
    figure.get_by_role("button", name="Next seed").click()
    page.wait_for_url("**#xor-bench&seed=1")
    wait_for(
        page, "(d) => document.querySelector('#xor-bench .curve').getAttribute('d') !== d", before
    )
    wait_for(page, FINISHED)


def test_a_setting_changed_in_mid_run_begins_again_and_says_so(open_bench):
    page, figure = open_bench()
    wait_for(page, FINISHED)
    figure.get_by_role("button", name="Run").click()
    wait_for(page, f"({STEPS})() > 200")
    figure.get_by_role("radio", name="tanh").check()
    assert figure.locator(".report").inner_text().startswith("Started again.")
    assert figure.get_by_role("button", name="Pause").is_visible()
    assert figure.locator(".twin strong").all_inner_texts() == ["tanh twice", "right"]


def test_a_hundred_pairs_wait_until_they_are_asked_to(open_bench):
    page, figure = open_bench("&pairs=100")
    page.evaluate(FRAMES, 10)
    assert steps(figure) == 0
    assert figure.locator(".report").inner_text().strip() == "Before training."
    assert figure.locator(".dots .one-stuck, .dots .other-stuck").count() == 0
    assert figure.get_by_role("button", name="Run").is_visible()


def test_everything_can_be_done_with_the_keyboard(open_bench):
    page, figure = open_bench()
    figure.get_by_role("button", name="Run").focus()
    page.keyboard.press("Tab")
    for expected in [1, 2, 3]:
        page.keyboard.press("Enter")
        assert steps(figure) == expected
    one = figure.get_by_role("group", name="First network")
    one.get_by_role("radio", name="both layers").focus()
    page.keyboard.press("ArrowRight")
    assert one.get_by_role("radio", name="hidden").is_checked()
    figure.get_by_role("slider", name="Rate").focus()
    page.keyboard.press("ArrowRight")
    figure.get_by_role("slider", name="Seed").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**#xor-bench&one=hidden&rate=0.5&seed=1")


def test_everything_can_be_done_by_touch(open_bench):
    page, figure = open_bench(width=390, height=844, has_touch=True)
    figure.get_by_role("radio", name="tanh").tap()
    figure.get_by_role("radio", name="a hundred").tap()
    figure.locator(".dots span").nth(41).tap()
    figure.get_by_role("button", name="Step").tap()
    assert steps(figure) == 1
    page.wait_for_url("**#xor-bench&activation=tanh&pairs=100&watch=42")
    controls = figure.locator("label:visible, button:visible, .dots span")
    assert controls.count() > 100
    assert controls.evaluate_all(SMALL) == []


def test_on_a_phone_a_run_is_seen_whole(open_bench):
    """The buttons, the report, the squares and the curves fit on one screen."""
    _, figure = open_bench("&pairs=100", width=390, height=844)
    top = figure.get_by_role("button", name="Run").bounding_box()["y"]
    curves = figure.locator(".panels > svg").bounding_box()
    report = figure.locator(".report").bounding_box()
    assert top < report["y"] < curves["y"]
    assert curves["y"] + curves["height"] - top < 700


def test_an_address_opens_its_view(open_bench):
    state = "&activation=tanh&one=hidden&other=output&rate=1&seed=12&pairs=100&watch=9"
    page, figure = open_bench(state)
    checked = figure.locator("input:checked + span").all_inner_texts()
    assert checked == ["hidden", "output", "tanh", "a hundred", "100,000"]
    assert figure.locator("output").all_inner_texts() == ["9", "1", "12"]
    at_the_top = "figure => Math.abs(figure.getBoundingClientRect().top) < 150"
    wait_for(page, at_the_top, figure.element_handle())  # it scrolls once the fonts are there


def test_an_address_that_makes_no_sense_changes_nothing(open_bench):
    _, figure = open_bench("&activation=relu&rate=1000&seed&one=hidden")
    checked = figure.locator("input:checked + span").all_inner_texts()
    assert checked == ["hidden", "none", "sigmoid", "one", "100,000"]


def test_links_in_the_text_set_the_bench(revisit):
    page = revisit(CHAPTER)
    figure = page.locator("figure#xor-bench")
    page.get_by_role("link", name="a hundred pairs").click()
    checked = figure.locator("input:checked + span").all_inner_texts()
    assert checked == ["both layers", "none", "sigmoid", "a hundred", "100,000"]


@pytest.mark.parametrize(
    "chapter", ["05-apply-sigmoid-twice", "06-fix-it-two-ways", "07-see-why-it-hurts"]
)
def test_links_between_chapters_ask_for_states_that_exist(revisit, alone, chapter):
    """A state that the bench does not know would show the default, and no one would notice."""
    page = revisit(f"book/{chapter}.html")
    links = page.locator("a[href*='#xor-bench']")
    links = [link.evaluate("link => link.href") for link in links.all()]
    links = [address for address in links if "&" in address]
    assert links
    for address in links:
        page = alone(address.partition("/book/")[2].join(["book/", ""]))
        figure, *pairs = address.partition("#")[2].split("&")
        wanted = dict(pair.split("=") for pair in pairs)
        shown = page.locator(f"#{figure} input:checked").all()
        names = ["one", "other", "activation", "pairs", "steps"]
        values = dict(zip(names, (it.get_attribute("value") for it in shown), strict=True))
        assert values | wanted == values, address


def test_it_says_in_words_what_it_shows(open_bench):
    _, figure = open_bench()
    spoken = figure.locator("[aria-live=polite]")
    figure.get_by_role("button", name="Step").click()
    said = r"{}: [^:]*\. Outputs: 0\.\d\d for 00, 0\.\d\d for 01, .* for 11\."
    expected = r"After 1 step\. " + said.format("σ twice") + " " + said.format("right")
    assert re.fullmatch(expected, spoken.inner_text())
    for kind in ["The output over the square of inputs, σ twice", "The outputs for the four rows"]:
        assert figure.get_by_role("img", name=kind).count() == 1
    figure.get_by_role("radio", name="a hundred").check()
    figure.get_by_role("button", name="Step").click()
    share = "right: 0 of 100 have learned XOR, 0.0 % (0.0 to 3.7 %)"
    assert share in spoken.inner_text()


def test_what_a_pause_shows_is_of_the_step_that_it_names(open_bench):
    """A run of a hundred pairs usually stops between two of the steps that it keeps outputs of."""
    page, figure = open_bench("&pairs=100&steps=1000000", hurried=True)
    for to in [3000, 5000, 7000]:
        figure.get_by_role("button", name="Run").click()
        wait_for(page, f"({STEPS})() > {to}")
        figure.get_by_role("button", name="Pause").click()
        axis = figure.locator(".axis").first.get_attribute("d")
        left, right = re.match(r"M(\d+),.*H(.*)", axis).groups()
        for curve in figure.locator(".curve").all():  # of both twins
            end = curve.get_attribute("d").rpartition("L")[2].split(",")[0]
            place = (float(end) - float(left)) / (float(right) - float(left))
            assert place == pytest.approx(np.log10(steps(figure)) / 6, abs=2e-4)


def test_it_does_not_speak_with_every_frame(open_bench):
    page, figure = open_bench(hurried=True)
    wait_for(page, FINISHED)
    page.evaluate(
        """() => {
          window.said = 0;
          new MutationObserver((changes) => (said += changes.length)).observe(
            document.querySelector("#xor-bench [aria-live]"), { childList: true });
          window.drawn = 0;
          new MutationObserver(() => drawn++).observe(
            document.querySelector("#xor-bench .report"), { childList: true });
          window.began = performance.now();
        }"""
    )
    figure.get_by_role("button", name="Run").click()
    wait_for(page, "drawn > 0")  # begun again, even if it is over by now
    wait_for(page, FINISHED)
    said, seconds = page.evaluate("[said, (performance.now() - began) / 1000]")
    assert 1 <= said <= 3 + seconds / 5


def test_it_rests_out_of_sight(open_bench):
    page, figure = open_bench("&pairs=100&steps=1000000")
    figure.get_by_role("button", name="Run").click()
    wait_for(page, f"({STEPS})() > 5")
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(FRAMES, 5)
    before = steps(figure)
    page.evaluate(FRAMES, 20)
    assert steps(figure) == before
    figure.scroll_into_view_if_needed()
    wait_for(page, f"(before) => ({STEPS})() > before", before)


def test_it_rests_in_a_hidden_tab(open_bench):
    page, figure = open_bench("&pairs=100&steps=1000000")
    figure.get_by_role("button", name="Run").click()
    wait_for(page, f"({STEPS})() > 5")
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    before = steps(figure)
    page.evaluate(FRAMES, 20)
    assert steps(figure) == before
    page.evaluate(hide, False)
    wait_for(page, f"(before) => ({STEPS})() > before", before)


def test_with_less_motion_it_draws_only_now_and_then(open_bench):
    page, figure = open_bench(reduced_motion="reduce", hurried=True)
    wait_for(page, FINISHED)
    page.evaluate(
        """() => {
          window.drawn = 0;
          new MutationObserver(() => drawn++).observe(
            document.querySelector("#xor-bench .curve"), { attributeFilter: ["d"] });
          window.began = performance.now();
        }"""
    )
    figure.get_by_role("button", name="Run").click()
    wait_for(page, "drawn > 0")  # begun again, even if it is over by now
    wait_for(page, FINISHED)
    drawn, seconds = page.evaluate("[drawn, (performance.now() - began) / 1000]")
    assert 1 <= drawn <= 4 + seconds


@pytest.mark.parametrize("how", ["no scripts", "paper", "screen"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        (CHAPTER, "xor-bench"),
        (CHAPTER, "slope-explorer"),
        ("book/07b-watch-teaching-go-round.html", "direction"),
        ("book/07b-watch-teaching-go-round.html", "going-round"),
        ("book/04-derive-backpropagation.html", "step-by-hand"),
    ],
)
def test_the_still_picture_stands_in_where_nothing_can_move(alone, path, name, how):
    page = alone(path, java_script_enabled=how != "no scripts")
    page.emulate_media(media="print" if how == "paper" else "screen")
    figure = page.locator(f"figure#{name}")
    assert figure.locator("> svg.picture:not(.narrow)").is_visible() == (how != "screen")
    assert figure.locator(".live").is_visible() == (how == "screen")
    assert figure.locator(".live").count() == (how != "no scripts")
    assert figure.locator("figcaption").is_visible()


def test_it_works_from_a_folder(browser, html):
    errors = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((html / CHAPTER).as_uri() + "#xor-bench&activation=tanh")
    figure = page.locator("#xor-bench")
    figure.get_by_role("button", name="Step").click()
    assert steps(figure) == 1
    assert figure.locator("input:checked + span").nth(2).inner_text() == "tanh"
    figure.get_by_role("radio", name="hidden").first.check()
    page.wait_for_url("**#xor-bench&activation=tanh&one=hidden")
    page.close()
    assert errors == []


def test_a_page_without_an_explorable_loads_none(html, pages):
    """A page with one holds its whole script, since browsers load no module from a folder."""
    with_script = [p.name for p in pages if "const modules = {}" in p.read_text(encoding="utf-8")]
    figures = [p.name for p in pages if re.search(r"<figure[^>]*explorable", p.read_text("utf-8"))]
    assert "05-apply-sigmoid-twice.html" in figures
    assert "03-derive-the-slope-of-tanh.html" not in figures
    assert with_script == figures


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_looks_as_it_did(open_bench, same_picture, dark):
    page, figure = open_bench("&seed=2", dark=dark, hurried=True)
    wait_for(page, FINISHED)
    page.mouse.move(0, 0)
    same_picture(figure.locator(".live"), f"xor-bench-{'dark' if dark else 'light'}")


def test_it_looks_as_it_did_on_a_phone(open_bench, same_picture):
    _, figure = open_bench("&pairs=100", width=390, height=844)
    for _ in range(30):
        figure.get_by_role("button", name="Step").click()
    same_picture(figure.locator(".live"), "xor-bench-phone")


def test_a_picture_is_the_same_unless_something_has_moved():
    def drawn(y=100, shade=0, letters=0):
        picture = Image.new("RGB", (600, 400), "white")
        pen = ImageDraw.Draw(picture)
        pen.line([(50, y), (550, y)], fill=(0, shade, 158), width=2)
        for x in range(40, 560, 12):  # as another rasteriser might draw letters
            pen.line([(x, 300 + letters), (x, 312)], fill=(80 + 30 * letters, 80, 80))
        return picture

    assert moved(drawn(), drawn()) == ""
    assert moved(drawn(), drawn(shade=12, letters=1)) == ""
    assert "differ" in moved(drawn(), drawn(y=104))
    assert "differ" in moved(drawn(), drawn(shade=255))
    assert "pixels" in moved(drawn(), drawn().crop((0, 0, 600, 390)))

// The XOR bench of chapters 5 to 7: train two of the tutorial's networks, alike but for the bug, and compare.

import { button, choice, slider } from "./controls.js";
import { makeCurves } from "./curves.js";
import { Ensemble, report } from "./ensemble.js";
import { afterSteps, html, loop, number, onTheme, range, settings, sparing, speaker, start } from "./explorable.js";
import { makeSurface } from "./surface.js";

const MANY = 100; // pairs
const RATES = [0.05, 0.1, 0.2, 0.5, 1, 2];
const STEPS = [100_000, 1_000_000]; // powers of ten, which a run meets
const BUDGET = 9; // milliseconds of a frame, of 16.7, for drawing and training; the browser needs the rest

// Where a network has the bug: the slopes of its two layers, and what it is called in the figure and in a label.
const BUGS = {
  both: { slopes: ["twice", "twice"], title: "σ twice", name: "twice", kind: "bug" },
  hidden: { slopes: ["twice", "input"], title: "σ twice, hidden", name: "hidden", kind: "bug" },
  output: { slopes: ["input", "twice"], title: "σ twice, output", name: "output", kind: "bug" },
  none: { slopes: ["input", "input"], title: "right", name: "right", kind: "right" },
};
const TWINS = ["one", "other"]; // the same first weights, and the same rows in the same order

// What a setting may be, its default first.
function allowed(figure) {
  const [one, other] = figure.id === "xor-bench-layers" ? ["hidden", "output"] : ["both", "none"];
  return {
    activation: ["sigmoid", "tanh"],
    one: [one, ...Object.keys(BUGS)],
    other: [other, ...Object.keys(BUGS)],
    rate: [0.2, ...RATES],
    seed: range(0, 99),
    pairs: [1, MANY],
    steps: STEPS,
    watch: range(1, MANY),
  };
}

function build(figure) {
  const setting = settings(figure, allowed(figure), changed);
  const { now } = setting;
  const set = (name) => (value) => setting.set(name, value);
  const bugs = [["both", "both layers", "bug"], ["hidden", "hidden", "bug"], ["output", "output", "bug"], ["none", "none", "right"]];
  const controls = {
    one: choice("First network: the bug is in", bugs, set("one")),
    other: choice("Second network: the bug is in", bugs, set("other")),
    activation: choice("Activation", [["sigmoid", "sigmoid"], ["tanh", "tanh"]], set("activation")),
    pairs: choice("Pairs", [[1, "one"], [MANY, "a hundred"]], set("pairs")),
    steps: choice("Steps", STEPS.map((steps) => [steps, number(steps)]), set("steps")),
    rate: slider("Rate η", { min: 0, max: RATES.length - 1, step: 1, format: (i) => RATES[i] }, (i) => set("rate")(RATES[i])),
    seed: slider("Seed", { min: 0, max: 99, step: 1 }, set("seed")),
    watch: slider("Pair shown above", { min: 1, max: MANY, step: 1 }, set("watch")),
  };
  const run = button("Run", toggle, "run"), step = button("Step", onward), next = button("Next seed", nextSeed);
  const surfaces = TWINS.map(makeSurface), curves = makeCurves();
  const titles = TWINS.map(() => html("strong"));
  const squares = TWINS.map((_, i) => html("div", { class: "twin" }, titles[i], surfaces[i].node));
  const lines = html("div", { class: "report", "aria-hidden": true });
  const key = html("p", { class: "key", "aria-hidden": true });
  const dots = html("div", { class: "dots", "aria-hidden": true, onclick: pick });
  const { node: spoken, say } = speaker();
  const running = loop(figure, frame, told);
  const show = sparing(() => say(draw(), { now: false }));
  let pair, goal, made, kept, silent, again;

  const over = () => pair.every((ensemble) => ensemble.step >= now.steps);
  const bugOf = (i) => BUGS[now[TWINS[i]]];
  const titleOf = (i) => bugOf(i).title.replace("σ", now.activation === "tanh" ? "tanh" : "σ");

  // Returns in words what it draws, also between two steps whose outputs are kept.
  function draw() {
    while (pair[1].step < pair[0].step) pair[1].advance(pair[0].step, Infinity);
    for (const ensemble of pair) ensemble.keep();
    const watched = Math.min(now.watch, now.pairs) - 1;
    const words = pair.map((ensemble) => report(ensemble, watched));
    const after = `${again ? "Started again. " : ""}${afterSteps(pair[0].step)}`;
    const said = words.map(({ share }, i) => (share ? `${titleOf(i)}: ${share}.` : ""));
    lines.replaceChildren(
      html("strong", {}, after),
      ...said.map((text, i) => html("span", { class: bugOf(i).kind }, text)),
    );
    pair.forEach((ensemble, i) => {
      surfaces[i].draw(ensemble.networks[watched]);
      surfaces[i].node.setAttribute("aria-label", `The output over the square of inputs, ${titleOf(i)}. ${words[i].outputs}`);
    });
    curves.draw(pair, watched);
    const outputs = words.map((word, i) => `${titleOf(i)}. ${word.outputs}`).join(" ");
    curves.node.setAttribute("aria-label", `The outputs for the four rows over the steps. ${outputs}`);
    const states = pair.map((ensemble) => (ensemble.step === 0 ? [] : ensemble.states()));
    for (let i = 0; i < now.pairs; i++) {
      const kind = TWINS.map((twin, k) => `${twin}-${states[k][i] ?? "between"}`).join(" ") + (i === watched ? " watched" : "");
      if (dots.children[i].className !== kind) dots.children[i].className = kind;
    }
    return [after, ...said.flatMap((text, i) => [text, words[i].outputs])].join(" ");
  }

  // To the next step after which outputs are kept, in both networks, or until the time is `end`; say which.
  function advance(end) {
    const done = pair.every((ensemble) => ensemble.advance(goal, end));
    if (done) goal = pair[0].next;
    return done;
  }

  // Draw what the last frame kept first: training can give way to however long that takes.
  function frame() {
    const end = performance.now() + BUDGET;
    if (kept && !silent) show();
    do kept = advance(end);
    while (silent && kept && !over());
    return !over();
  }

  function told(going) {
    run.textContent = going && !silent ? "Pause" : "Run";
    if (going) return;
    silent = again = false;
    say(draw());
  }

  // From the first step again, if the run is over or was not seen.
  function toggle() {
    const playing = running.running && !silent;
    if (playing) return running.stop();
    if (silent || over()) restart();
    running.go();
  }

  function onward() {
    if (silent || over()) restart();
    running.stop();
    while (!advance(Infinity));
    told(false);
  }

  function nextSeed() {
    setting.set("seed", (now.seed + 1) % 100);
  }

  function restart() {
    running.stop();
    pair = TWINS.map((_, i) => new Ensemble({ ...now, networks: now.pairs, slopes: bugOf(i).slopes }));
    goal = pair[0].next;
    told(false);
  }

  function pick({ target }) {
    const i = [...dots.children].indexOf(target);
    if (i >= 0) setting.set("watch", i + 1);
  }

  // Whatever makes other networks starts afresh: a run goes on from the first step, and says so; one pair that
  // rests is trained to its end at once, and a hundred, which take longer, wait for `Run`. Watching another pair
  // starts nothing.
  function changed() {
    for (const [name, control] of Object.entries(controls)) {
      control.show(name === "rate" ? RATES.indexOf(now.rate) : now[name]);
    }
    const { watch, ...rest } = now, asked = JSON.stringify(rest);
    if (asked === made) return say(draw());
    made = asked;
    const playing = running.running && !silent;
    dots.replaceChildren(...range(1, now.pairs).map(() => html("span")));
    dots.hidden = key.hidden = controls.watch.node.hidden = now.pairs === 1;
    reframe();
    restart();
    again = playing;
    silent = !playing && now.pairs === 1;
    if (silent) lines.firstChild.textContent = "Training.";
    if (playing || silent) running.go();
  }

  function reframe() {
    TWINS.forEach((_, i) => {
      titles[i].textContent = titleOf(i);
      titles[i].className = bugOf(i).kind;
      surfaces[i].frame();
    });
    key.textContent = `Each field is a pair: ${titleOf(0)} on the left, ${titleOf(1)} on the right. Filled: learned. Ring: stuck near 0.5. Small: neither.`;
    curves.frame(TWINS.map((_, i) => bugOf(i)), now);
  }

  onTheme(redraw);
  function redraw() {
    reframe();
    draw();
  }
  new ResizeObserver(redraw).observe(curves.node);
  queueMicrotask(changed);
  const { watch, one, other, ...others } = controls;
  const nodes = (group) => Object.values(group).map((control) => control.node);
  return [
    html("div", { class: "buttons" }, run, step, next),
    lines,
    html("div", { class: "panels" }, html("div", { class: "squares" }, ...squares), curves.node),
    watch.node,
    key,
    dots,
    html("div", { class: "controls" }, one.node, other.node),
    html("div", { class: "controls" }, ...nodes(others)),
    spoken,
  ];
}

start("xor-bench", build);

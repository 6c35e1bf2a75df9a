// The XOR bench of chapters 5 to 7: train the tutorial's network, or two hundred of them, and watch.

import { button, choice, slider } from "./controls.js";
import { makeCurves } from "./curves.js";
import { Ensemble, report } from "./ensemble.js";
import { html, loop, number, onTheme, range, settings, sparing, speaker, start } from "./explorable.js";
import { makeSurface } from "./surface.js";

const MANY = 200;
const RATES = [0.05, 0.1, 0.2, 0.5, 1, 2];
const STEPS = [100_000, 1_000_000]; // powers of ten, which a run meets
const BUDGET = 9; // milliseconds of a frame, of 16.7, for drawing and training; the browser needs the rest

// What a setting may be, its default first.
const ALLOWED = {
  activation: ["sigmoid", "tanh"],
  hidden: ["twice", "input", "output"],
  output: ["twice", "input", "output"],
  rate: [0.2, ...RATES],
  seed: range(0, 99),
  networks: [1, MANY],
  steps: STEPS,
  watch: range(1, MANY),
};

function build(figure) {
  const setting = settings(figure, ALLOWED, changed);
  const { now } = setting;
  const set = (name) => (value) => setting.set(name, value);
  const slopes = [["input", "from z", "right"], ["output", "from a", "right"], ["twice", "twice", "bug"]];
  const controls = {
    activation: choice("Activation", [["sigmoid", "sigmoid"], ["tanh", "tanh"]], set("activation")),
    hidden: choice("Slope in the hidden layer", slopes, set("hidden")),
    output: choice("Slope in the output layer", slopes, set("output")),
    networks: choice("Networks", [[1, "one"], [MANY, "two hundred"]], set("networks")),
    steps: choice("Steps", STEPS.map((steps) => [steps, number(steps)]), set("steps")),
    rate: slider("Rate η", { min: 0, max: RATES.length - 1, step: 1, format: (i) => RATES[i] }, (i) => set("rate")(RATES[i])),
    seed: slider("Seed", { min: 0, max: 99, step: 1 }, set("seed")),
    watch: slider("Network shown above", { min: 1, max: MANY, step: 1 }, set("watch")),
  };
  const run = button("Run", toggle, "run"), step = button("Step", onward), back = button("Start again", restart);
  const surface = makeSurface(), curves = makeCurves();
  const line = html("p", { class: "report", "aria-hidden": true });
  const dots = html("div", { class: "dots", "aria-hidden": true, onclick: pick });
  const { node: spoken, say } = speaker();
  const running = loop(figure, frame, told);
  const show = sparing(() => say(draw(), { now: false }));
  let ensemble, made, kept;

  const over = () => ensemble.step >= now.steps;
  const nextSeed = () => (now.seed + 1) % 100;

  // Returns in words what it draws: a pause may be between two steps whose outputs are kept.
  function draw() {
    ensemble.keep();
    const watched = Math.min(now.watch, now.networks) - 1;
    const words = report(ensemble, watched);
    line.replaceChildren(html("strong", {}, words.after), ` ${words.share}`);
    surface.draw(ensemble.networks[watched]);
    surface.node.setAttribute("aria-label", `The output over the square of inputs. ${words.outputs}`);
    curves.draw(ensemble, watched);
    curves.node.setAttribute("aria-label", `The outputs for the four rows over the steps. ${words.outputs}`);
    ensemble.states().forEach((state, i) => {
      const kind = i === watched ? `${state} watched` : state;
      if (dots.children[i].className !== kind) dots.children[i].className = kind;
    });
    return Object.values(words).join(" ");
  }

  // What the last frame kept is drawn first: how long that takes, training can give way to.
  function frame() {
    const end = performance.now() + BUDGET;
    if (kept) show();
    kept = ensemble.advance(ensemble.next, end);
    return !over();
  }

  function told(going) {
    run.textContent = going ? "Pause" : over() ? `Run seed ${nextSeed()}` : "Run";
    step.disabled = over();
    if (!going) say(draw());
  }

  function toggle() {
    if (running.running) return running.stop();
    if (over()) setting.set("seed", nextSeed());
    running.go();
  }

  // To the next step after which outputs are kept.
  function onward() {
    running.stop();
    ensemble.advance(ensemble.next, Infinity);
    told(false);
  }

  function restart() {
    running.stop();
    ensemble = new Ensemble(now);
    dots.replaceChildren(...ensemble.networks.map(() => html("span")));
    dots.hidden = controls.watch.node.hidden = now.networks === 1;
    told(false);
  }

  function pick({ target }) {
    const i = [...dots.children].indexOf(target);
    if (i >= 0) setting.set("watch", i + 1);
  }

  // Whatever makes other networks starts afresh; watching another one does not.
  function changed() {
    for (const [name, control] of Object.entries(controls)) {
      control.show(name === "rate" ? RATES.indexOf(now.rate) : now[name]);
    }
    const { watch, ...rest } = now, asked = JSON.stringify(rest);
    if (asked === made) return say(draw());
    made = asked;
    surface.frame();
    curves.frame(now);
    restart();
  }

  function redraw() {
    surface.frame();
    curves.frame(now);
    draw();
  }

  onTheme(redraw);
  new ResizeObserver(redraw).observe(curves.node);
  queueMicrotask(changed);
  const { activation, hidden, output, watch, ...others } = controls;
  const nodes = (group) => Object.values(group).map((control) => control.node);
  return [
    html("div", { class: "controls" }, ...nodes({ activation, hidden, output })),
    html("div", { class: "controls" }, ...nodes(others)),
    html("div", { class: "buttons" }, run, step, back),
    html("div", { class: "panels" }, surface.node, curves.node),
    line,
    watch.node,
    dots,
    spoken,
  ];
}

start("xor-bench", build);

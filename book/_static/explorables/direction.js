// The direction of a step, in chapter 7: what each row asks of the hidden weights, with the right slope
// and with the doubled one, and what the four rows leave over when they are added up.

import { makeArrows } from "./arrows.js";
import { button, choice, slider } from "./controls.js";
import { afterSteps, html, loop, minus, range, settings, sparing, speaker, start } from "./explorable.js";
import { ROWS, UNITS } from "./network.js";
import { compare, train, twins } from "./twins.js";

const LAST = 20000; // steps of a run
const RATES = [0.2, 1];
// It opens at a telling step, which its caption describes.
const ALLOWED = { slope: ["twice", "right"], rate: [1, 0.2], seed: [8, ...range(0, 99)], steps: [200, ...range(0, LAST)] };

const digits = (value, n) => (Number.isFinite(value) ? minus(value.toFixed(n)) : "none");
const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "none");

// What the doubled slope does to a unit, in a word or two: where what it leaves points, beside the right rest.
export function verdict({ cosine, length }) {
  if (!Number.isFinite(cosine)) return "not taught";
  if (cosine < -0.5) return "taught backwards";
  if (cosine < 0.5) return "taught sideways";
  return length < 0.5 ? "taught forwards, weakly" : "taught forwards";
}

function words({ outputs, rows, hidden, units }, done) {
  const each = units.map((unit, j) =>
    `unit ${j + 1}, ${verdict(unit)}, right ${percent(unit.right.share)}, twice ${percent(unit.twice.share)}, ` +
      `cosine ${digits(unit.cosine, 2)}`);
  return (
    `${afterSteps(done)} The outputs are ${outputs.map((a) => a.toFixed(2)).join(", ")}. ` +
    `The cosine of the right step and the doubled one is at least ${digits(Math.min(...rows.map((row) => row.cosine)), 3)} ` +
    `in each row. For the hidden weights and the four rows together it is ${digits(hidden.cosine, 2)}, ` +
    `and the doubled step is ${digits(hidden.length, 2)} times as long. ` +
    `What is left of a row's step: ${each.join("; ")}.`
  );
}

const cell = (text, kind) => html("td", { class: kind }, text);
const row = (name, ...cells) => html("tr", {}, html("th", { scope: "row" }, name), ...cells);
const table = (caption, body, ...heads) =>
  html("table", { class: "numbers" }, html("caption", {}, caption),
    html("thead", {}, html("tr", {}, ...heads.map((name) => html("th", { scope: "col" }, name)))), body);

function build(figure) {
  const view = settings(figure, ALLOWED, changed);
  const { now } = view;
  let pair, made, done;

  const restart = (name) => (value) => {
    run.stop();
    now.steps = 0;
    view.set(name, value);
  };
  const controls = {
    slope: choice("Trained with", [["twice", "σ twice", "bug"], ["right", "right", "right"]], restart("slope")),
    rate: choice("Rate η", RATES.map((rate) => [rate, rate]), restart("rate")),
    seed: slider("Seed", { min: 0, max: 99, step: 1 }, restart("seed")),
  };
  const toggle = button("Run", () => (run.running ? rest() : run.go()), "run");
  const one = button("One step", () => {
    advance(1);
    rest();
  });
  const back = button("Back to the start", () => restart("steps")(0));
  const line = html("span", { class: "after", "aria-hidden": true });
  const rows = html("tbody"), units = html("tbody");
  const pictures = range(1, UNITS).map(() => ({ head: html("strong"), taught: html("span"), ...makeArrows() }));
  const { node: spoken, say } = speaker();
  const run = loop(figure, frame, (running) => (toggle.textContent = running ? "Pause" : "Run"));
  const show = sparing(() => say(draw(), { now: false }));

  function advance(steps) {
    const more = Math.min(steps, LAST - done);
    train(pair, now.slope, now.rate, more);
    now.steps = done += more;
  }

  // A frame takes two percent more steps: each power of ten lasts as long.
  function frame() {
    advance(1 + Math.floor(done / 50));
    show();
    if (done === LAST) rest();
    return done < LAST;
  }

  function rest() {
    run.stop();
    view.set("steps", done);
  }

  // Everything can be repeated, so an address with the number of steps is enough to come back.
  function changed() {
    const { steps, ...others } = now, asked = JSON.stringify(others);
    if (asked !== made || steps !== done) {
      run.stop();
      made = asked;
      pair = twins(now.seed);
      done = 0;
      advance(steps);
    }
    for (const [name, control] of Object.entries(controls)) control.show(now[name]);
    say(draw());
  }

  // Returns in words what it draws.
  function draw() {
    const shown = compare(pair);
    const beside = ({ cosine, length }) => [cell(digits(cosine, 3)), cell(digits(length, 2))];
    line.textContent = afterSteps(done);
    toggle.disabled = one.disabled = done >= LAST;
    rows.replaceChildren(
      ...ROWS.map((name, i) => row(name, cell(shown.outputs[i].toFixed(3), "a"), ...beside(shown.rows[i]))),
      row("sum, hidden", cell(""), ...beside(shown.hidden)),
    );
    units.replaceChildren(...shown.units.map((unit, j) =>
      row(j + 1, cell(digits(unit.mean, 2), "z"), cell(percent(unit.right.share), "right"),
        cell(percent(unit.twice.share), "bug"), cell(digits(unit.cosine, 2)))));
    pictures.forEach(({ head, taught, chains, left, draw }, j) => {
      const unit = shown.units[j];
      draw(unit);
      head.textContent = `Unit ${j + 1}, ${unit.mean < 0 ? "below" : "above"} zero`;
      taught.textContent = verdict(unit);
      taught.className = unit.cosine > 0.5 ? "" : "bug";
      chains.setAttribute("aria-label", `Unit ${j + 1}: the steps of the rows 01, 10 and 11 end to end`);
      left.setAttribute("aria-label", `Unit ${j + 1}: what is left. Right ${percent(unit.right.share)}, ` +
        `twice ${percent(unit.twice.share)} of a row's step, cosine ${digits(unit.cosine, 2)}`);
    });
    return words(shown, done);
  }

  queueMicrotask(changed);
  return [
    html("div", { class: "controls" }, ...Object.values(controls).map((control) => control.node)),
    html("div", { class: "buttons" }, toggle, one, back, line),
    html("div", { class: "units" }, ...pictures.map(({ head, taught, chains, left }) =>
      html("div", { class: "unit" }, html("div", {}, head, html("br"), taught), chains, left))),
    html("details", {}, html("summary", {}, "The numbers"), html("div", { class: "panels" },
      table("The doubled step beside the right one", rows, "row", "output", "cosine", "length"),
      table("What is left, as a share of a row’s step", units, "unit", "mean z", "right", "twice", "cosine"))),
    spoken,
  ];
}

start("direction", build);

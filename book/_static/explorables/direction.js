// The direction of a step, in chapter 7: what each row asks of the hidden weights, with the right slope
// and with the doubled one, and what the four rows leave over when they are added up.

import { Network, Random, UNITS, X } from "./network.js";
import { choice, html, lessMotion, loop, settings, slider, speaker, start, svg } from "./explorable.js";

const LAST = 20000; // steps of a run
const ROWS = ["00", "01", "10", "11"];
const RATES = [0.2, 1];
const ALLOWED = {
  slope: ["twice", "right"],
  rate: [1, 0.2],
  seed: [8, ...Array.from({ length: 100 }, (_, i) => i)],
  steps: Array.from({ length: LAST + 1 }, (_, i) => i),
};

// A network whose steps can be asked for with either slope: two that share their weights.
export function twins(seed) {
  const right = new Network({ random: Random.seeded(seed) });
  const twice = new Network({ slopes: ["twice", "twice"], random: Random.seeded(seed) });
  twice.W1 = right.W1;
  twice.W2 = right.W2;
  return { right, twice };
}

// Steps of all four rows, their entries added up, with one of the two slopes.
export function train(pair, name, rate, steps) {
  for (let i = 0; i < steps; i++) {
    const { W1, W2 } = pair[name].gradient();
    pair.right.W1.forEach((_, k, weights) => (weights[k] -= 4 * rate * W1[k]));
    pair.right.W2.forEach((_, k, weights) => (weights[k] -= 4 * rate * W2[k]));
  }
}

// What the figure shows of a network. A row's step has twelve entries: nine of W1, then three of W2.
export function compare(pair) {
  const stepsWith = (network) =>
    ROWS.map((_, row) => {
      const { W1, W2 } = network.gradient([row]);
      return [...W1, ...W2].map((entry) => -entry);
    });
  const right = stepsWith(pair.right), twice = stepsWith(pair.twice);
  const z1 = ROWS.map((_, row) => {
    pair.right.forward(X[row]);
    return [...pair.right.z1];
  });
  return {
    outputs: pair.right.predict(),
    rows: ROWS.map((_, row) => beside(right[row], twice[row])),
    hidden: beside(sum(right).slice(0, 3 * UNITS), sum(twice).slice(0, 3 * UNITS)),
    units: Array.from({ length: UNITS }, (_, j) => {
      const one = unit(right, j), other = unit(twice, j);
      const mean = z1.reduce((total, z) => total + z[j], 0) / 4;
      return { mean, right: one, twice: other, ...beside(one.left, other.left) };
    }),
  };
}

// The part of the four steps that moves one unit's two weights: three arrows, since row 00 moves neither;
// what is left of them when they are added up; and how long that is, measured by their mean length.
function unit(steps, j) {
  const arrows = steps.slice(1).map((step) => [step[UNITS + j], step[2 * UNITS + j]]);
  const left = sum(arrows);
  return { arrows, left, share: norm(left) / (arrows.reduce((total, v) => total + norm(v), 0) / 3) };
}

const sum = (vectors) => vectors[0].map((_, i) => vectors.reduce((total, v) => total + v[i], 0));
const dot = (u, v) => u.reduce((total, entry, i) => total + entry * v[i], 0);
const norm = (v) => Math.sqrt(dot(v, v));
const beside = (u, v) => ({ cosine: dot(u, v) / (norm(u) * norm(v)), length: norm(v) / norm(u) });

const digits = (value, n) => (Number.isFinite(value) ? value.toFixed(n) : "none");
const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "none");

function words({ outputs, rows, hidden, units }, done) {
  const each = units.map((unit, j) =>
    `of unit ${j + 1}, right ${percent(unit.right.share)}, twice ${percent(unit.twice.share)}, ` +
      `cosine ${digits(unit.cosine, 2)}`);
  return (
    `After ${done} steps the outputs are ${outputs.map((a) => a.toFixed(2)).join(", ")}. ` +
    `The cosine of the right step and the doubled one is at least ${digits(Math.min(...rows.map((row) => row.cosine)), 3)} ` +
    `in each row. For the hidden weights and the four rows together it is ${digits(hidden.cosine, 2)}, ` +
    `and the doubled step is ${digits(hidden.length, 2)} times as long. ` +
    `Left over of a row's step: ${each.join("; ")}.`
  );
}

const SIZE = 180; // of a square picture

// The three arrows end to end, with the right slope and with the doubled one. Returns its scale.
function drawChains(picture, unit) {
  const chains = [unit.right, unit.twice].map(({ arrows }) =>
    [0, 1, 2, 3].map((n) => sum([[0, 0], ...arrows.slice(0, n)])));
  const [x, y] = [0, 1].map((axis) => {
    const values = chains.flat().map((point) => point[axis]);
    return { low: Math.min(...values), high: Math.max(...values) };
  });
  const scale = 125 / (Math.max(x.high - x.low, y.high - y.low) || 1);
  const at = ([px, py]) => [
    SIZE / 2 + scale * (px - (x.low + x.high) / 2),
    SIZE / 2 - scale * (py - (y.low + y.high) / 2),
  ];
  // A row's name stands outside of both, as seen from the middle of the three arrows.
  const middle = at(sum(chains[0].slice(0, 3)).map((total) => total / 3));
  const names = [1, 2, 3].map((n) => {
    const away = chains.map((points) =>
      at(sum([points[n - 1], points[n]]).map((total) => total / 2)).map((p, axis) => p - middle[axis]));
    const length = norm(away[0]) || 1, far = 19 + Math.max(...away.map((v) => dot(v, away[0]) / length));
    const [left, top] = middle.map((p, axis) => p + (far * away[0][axis]) / length);
    return svg("text", { x: left, y: top + 4, "text-anchor": "middle" }, ROWS[n]);
  });
  picture.replaceChildren(
    begin(at([0, 0])),
    ...["right", "bug"].flatMap((kind, k) =>
      [1, 2, 3].map((n) => arrow(at(chains[k][n - 1]), at(chains[k][n]), kind))),
    ...names,
  );
  return scale;
}

// What is left of the three arrows, so large that the longer one fits.
function drawLeft(picture, unit, chainScale) {
  const scale = SIZE / 4 / (Math.max(norm(unit.right.left), norm(unit.twice.left)) || 1);
  const middle = SIZE / 2;
  const parts = [["right", "right", unit.right.left], ["bug", "twice", unit.twice.left]].map(([kind, name, v]) => {
    const end = [middle + scale * v[0], middle - scale * v[1]];
    let [x, y] = v.map((entry) => entry / (norm(v) || 1));
    if (kind === "bug" && unit.cosine > 0.5) [x, y] = [y, -x]; // beside it: the other arrow goes on
    const anchor = x > 0.4 ? "start" : x < -0.4 ? "end" : "middle";
    return [
      arrow([middle, middle], end, kind),
      svg("text", { class: kind, x: end[0] + 8 * x, y: end[1] - 14 * y + 4, "text-anchor": anchor }, name),
    ];
  });
  picture.replaceChildren(
    svg("rect", { class: "grid", x: 1, y: 1, width: SIZE - 2, height: SIZE - 2 }),
    svg("text", { x: 8, y: SIZE - 9 }, `enlarged ${(scale / chainScale).toPrecision(2)} times`),
    begin([middle, middle]),
    ...parts.flat(),
  );
}

const begin = ([cx, cy]) => svg("circle", { cx, cy, r: 3 });

function arrow(from, to, kind) {
  const along = to.map((place, axis) => place - from[axis]), length = norm(along) || 1;
  const [x, y] = along.map((d) => d / length), head = Math.min(9, length);
  const corner = (side) => [to[0] - head * x + side * 0.4 * head * y, to[1] - head * y - side * 0.4 * head * x];
  return svg("g", { class: `arrow ${kind}` },
    svg("path", { class: "curve", d: `M${from}L${to[0] - head * x},${to[1] - head * y}` }),
    svg("path", { class: "head", d: `M${to}L${corner(1)}L${corner(-1)}Z` }));
}

function build(figure) {
  const view = settings(figure, ALLOWED, changed);
  const { now } = view;
  let pair, made, done, drawn;

  const restart = (name) => (value) => {
    run.stop();
    now.steps = 0;
    view.set(name, value);
  };
  const controls = {
    slope: choice("Trained with the slope", [["twice", "σ twice", "bug"], ["right", "right", "right"]], restart("slope")),
    rate: choice("Rate η", RATES.map((rate) => [rate, rate]), restart("rate")),
    seed: slider("Seed", { min: 0, max: 99, step: 1 }, restart("seed")),
  };
  const button = (name, onclick, kind) => html("button", { type: "button", class: kind, onclick }, name);
  const toggle = button("Run", () => (run.running ? rest() : run.go()), "run");
  const one = button("One step", () => {
    advance(1);
    rest();
  });
  const back = button("Back to the start", () => restart("steps")(0));
  const line = html("span", { class: "after", "aria-hidden": true });
  const rows = html("tbody"), units = html("tbody");
  const pictures = Array.from({ length: UNITS }, () => ({
    head: html("strong"),
    chains: svg("svg", { role: "img", viewBox: `0 0 ${SIZE} ${SIZE}` }),
    left: svg("svg", { role: "img", viewBox: `0 0 ${SIZE} ${SIZE}` }),
  }));
  const { node: spoken, say } = speaker();
  const run = loop(figure, frame, (running) => (toggle.textContent = running ? "Pause" : "Run"));

  function advance(steps) {
    const more = Math.min(steps, LAST - done);
    train(pair, now.slope, now.rate, more);
    now.steps = done += more;
  }

  // A frame takes two percent more steps: each power of ten lasts as long.
  function frame() {
    advance(1 + Math.floor(done / 50));
    if (!lessMotion.matches || performance.now() - drawn > 1000) draw();
    say(words(compare(pair), done), { now: false });
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
    draw();
    say(words(compare(pair), done));
  }

  function draw() {
    drawn = performance.now();
    const shown = compare(pair);
    const cell = (text, kind) => html("td", { class: kind }, text);
    const beside = ({ cosine, length }) => [cell(digits(cosine, 3)), cell(digits(length, 2))];
    const row = (name, ...cells) => html("tr", {}, html("th", { scope: "row" }, name), ...cells);
    line.textContent = done === 0 ? "Before training." : `After ${done.toLocaleString("en")} steps.`;
    toggle.disabled = one.disabled = done >= LAST;
    rows.replaceChildren(
      ...ROWS.map((name, i) => row(name, cell(shown.outputs[i].toFixed(3), "a"), ...beside(shown.rows[i]))),
      row("sum, hidden", cell(""), ...beside(shown.hidden)),
    );
    units.replaceChildren(...shown.units.map((unit, j) =>
      row(j + 1, cell(unit.mean.toFixed(2), "z"), cell(percent(unit.right.share), "right"),
        cell(percent(unit.twice.share), "bug"), cell(digits(unit.cosine, 2)))));
    pictures.forEach(({ head, chains, left }, j) => {
      const unit = shown.units[j];
      head.textContent = `Unit ${j + 1}, ${unit.mean < 0 ? "below" : "above"} zero`;
      drawLeft(left, unit, drawChains(chains, unit));
      chains.setAttribute("aria-label", `Unit ${j + 1}: the steps of the rows 01, 10 and 11 end to end`);
      left.setAttribute("aria-label", `Unit ${j + 1}: what is left. Right ${percent(unit.right.share)}, ` +
        `twice ${percent(unit.twice.share)} of a row's step, cosine ${digits(unit.cosine, 2)}`);
    });
  }

  const table = (caption, body, ...heads) =>
    html("table", { class: "numbers" }, html("caption", {}, caption),
      html("thead", {}, html("tr", {}, ...heads.map((name) => html("th", { scope: "col" }, name)))), body);
  queueMicrotask(changed);
  return [
    html("div", { class: "controls" }, ...Object.values(controls).map((control) => control.node)),
    html("div", { class: "buttons" }, toggle, one, back, line),
    html("div", { class: "units" }, ...pictures.map(({ head, chains, left }) =>
      html("div", { class: "unit" }, head, chains, left))),
    html("div", { class: "panels" },
      table("The doubled step beside the right one", rows, "row", "output", "cosine", "length"),
      table("Left over, in parts of a row’s step", units, "unit", "mean z", "right", "twice", "cosine")),
    spoken,
  ];
}

if (globalThis.document) start("direction", build);

// One step by hand, in chapter 4: the worked example on a picture of the network. Each tap writes in
// the next numbers, z and a forwards, delta backwards, and says in a sentence how they come about.

import { button, choice } from "./controls.js";
import { html, minus, range, settings, start, svg } from "./explorable.js";
import { Network, ROWS, UNITS, X, Y } from "./network.js";

const W1 = [0.5, -0.5, 0, -0.5, 1.5, -1, 1, 1, 2]; // W1[3 * i + j] leads from input i to unit j
const W2 = [1, -1, 2];
const RATE = 0.2;
const LAST = 6; // taps

// All the numbers of one step on one row.
export function worked(row) {
  const net = new Network({ random: { next: () => 0 } });
  net.W1.set(W1);
  net.W2.set(W2);
  net.forward(X[row]);
  net.backward(Y[row]);
  const change1 = new Float64Array(W1.length), change2 = new Float64Array(UNITS);
  net.add(RATE, X[row], change1, change2);
  return {
    a0: [1, ...X[row]],
    z1: [...net.z1],
    a1: [...net.a1],
    slope1: [...net.z1].map((z, j) => net.slope1(z, net.a1[j])),
    z2: net.z2,
    a2: net.a2,
    slope2: net.slope2(net.z2, net.a2),
    y: Y[row],
    delta2: net.delta2,
    delta1: [...net.delta1],
    change1: [...change1],
    change2: [...change2],
  };
}

// Four decimals where there are more than one, and a minus sign as wide as a plus.
function written(value) {
  const short = Math.abs(10 * value - Math.round(10 * value)) < 1e-9;
  return minus(short ? Math.round(10 * value) / 10 : value.toFixed(4));
}
const factor = (value) => (value < 0 ? `(${written(value)})` : written(value));
const change = (value) => (value < 0 ? "" : "+") + written(value);
const list = (values) => values.map(written).join(", ");

// What each tap does, in a sentence with the numbers of the middle hidden unit.
function told({ a0, z1, a1, slope1, z2, a2, slope2, y, delta2, delta1, change1 }) {
  const terms = (a, W) => a.map((value, i) => `${written(value)} · ${factor(W[i])}`).join(" + ");
  const middle = [W1[1], W1[4], W1[7]];
  return [
    `The row comes in on the left, below the constant 1. Beside each unit are the weights of the lines ` +
      `that lead into it. Nothing has been computed yet.`,
    `First forwards. Each hidden unit multiplies what comes in by its weights and adds up the products. ` +
      `The middle one: ${terms(a0, middle)} = ${written(z1[1])}. These sums are the z's.`,
    `Each unit sends its z through sigmoid, and passes on its activation a: ` +
      `${z1.map((z, j) => `σ(${written(z)}) = ${written(a1[j])}`).join(", ")}.`,
    `The output unit does the same with what it receives: z = ${terms(a1, W2)} = ${written(z2)}, ` +
      `and a = σ(${written(z2)}) = ${written(a2)}. The target is ${y}, so the error y − a is ${written(y - a2)}.`,
    `Now backwards. At the output, δ is the error times the slope of sigmoid there, ` +
      `a(1 − a) = ${written(slope2)}: ${factor(y - a2)} · ${written(slope2)} = ${written(delta2)}.`,
    `δ goes back along each line, times the line's weight, times the slope of the unit where it ` +
      `arrives. The middle one: ${factor(delta2)} · ${factor(W2[1])} · ${written(slope1[1])} = ${written(delta1[1])}.`,
    `Each weight changes by ${RATE} times the a where its line begins, times the δ where it ends. ` +
      `From the constant 1 to the middle unit: ${RATE} · 1 · ${factor(delta1[1])} = ${change(change1[1])}. ` +
      `${a0.includes(0) ? "An input of 0 changes nothing." : "No input is 0, so every weight changes."}`,
  ];
}

function build(figure) {
  const picture = svg("svg", { class: "surface", role: "img", height: 344 });
  const count = html("span", { class: "count" });
  const words = html("p", { class: "report", "aria-live": "polite" });
  const view = settings(figure, { row: ["10", ...ROWS], step: range(0, LAST) }, show);
  const { now } = view;
  const rows = choice("Row", ROWS.map((row) => [row, row.split("").join(", ")]), (row) => view.set("row", row));
  const back = button("Back", () => go(now.step - 1));
  const next = button("Next", forward, "run");

  function go(step) {
    if (step >= 0 && step <= LAST) view.set("step", step);
  }
  function forward() {
    go((now.step + 1) % (LAST + 1));
  }

  function show() {
    const numbers = worked(ROWS.indexOf(now.row));
    rows.show(now.row);
    back.setAttribute("aria-disabled", now.step === 0);
    next.textContent = now.step === LAST ? "Start again" : "Next";
    count.textContent = `${now.step} of ${LAST}`;
    words.textContent = told(numbers)[now.step];
    picture.setAttribute("aria-label", seen(numbers, now.step));
    draw(numbers, now.step);
  }

  function draw({ a0, z1, a1, z2, a2, y, delta1, delta2, change1, change2 }, step) {
    const width = picture.clientWidth, wide = width >= 480;
    const box = { width: wide ? 92 : 74, height: 64 };
    const x = [20, wide ? width * 0.52 : width * 0.51, width - box.width / 2 - 2];
    const y0 = 62, apart = 118, heights = range(0, 2).map((i) => y0 + i * apart);
    const edges = [], labels = [];

    // Three lines lead into a unit, each to its own place on the left, beside its weight.
    function leads(starts, end, weights, changes, layer) {
      starts.forEach((from, i) => {
        const to = [end[0] - box.width / 2, end[1] + 21 * (i - 1)];
        const forwards = step === (layer === 1 ? 1 : 3), backwards = layer === 2 && step === 5;
        const kind = forwards ? "now" : backwards ? "now back" : "";
        edges.push(svg("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: `edge ${kind}` }));
        if (backwards) edges.push(head(to, from));
        const text = step === LAST ? change(changes[i]) : written(weights[i]);
        const long = 7.3 * text.length + 6;
        labels.push(
          svg("rect", { x: to[0] - long - 3, y: to[1] - 9, width: long, height: 18, class: "paper" }),
          word([to[0] - 6, to[1] + 4.5], text, { class: step === LAST ? "now" : "", "text-anchor": "end" }),
        );
      });
    }

    function unit([cx, cy], z, a, delta, [zAt, aAt, deltaAt]) {
      const lines = [["z", z, zAt, "z"], ["a", a, aAt, "a"], ["δ", delta, deltaAt, "delta"]];
      return svg("g", {},
        svg("rect", { x: cx - box.width / 2, y: cy - box.height / 2, width: box.width, height: box.height, rx: 6, class: "unit" }),
        ...lines.filter(([, , at]) => step >= at).map(([name, value, at, kind], i) =>
          word([cx - box.width / 2 + 8, cy - 14 + 19 * i], `${name} ${written(value)}`, {
            class: `${kind} ${step === at ? "now" : ""}`,
          })));
    }

    const inputs = heights.map((height) => [x[0], height]);
    const hidden = heights.map((height) => [x[1], height]);
    const output = [x[2], heights[1]];
    hidden.forEach((to, j) =>
      leads(inputs.map(([px, py]) => [px + 16, py]), to, [W1[j], W1[3 + j], W1[6 + j]],
        [change1[j], change1[3 + j], change1[6 + j]], 1));
    leads(hidden.map(([px, py]) => [px + box.width / 2, py]), output, W2, change2, 2);
    picture.replaceChildren(
      ...edges,
      ...labels,
      ...inputs.flatMap(([cx, cy], i) => [
        svg("circle", { cx, cy, r: 16, class: "unit" }),
        word([cx, cy + 4.5], a0[i], { class: "a", "text-anchor": "middle" }),
        word([i ? cx : 0, cy - 24], ["constant", "x₁", "x₂"][i], { "text-anchor": i ? "middle" : "start" }),
      ]),
      ...hidden.map((at, j) => unit(at, z1[j], a1[j], delta1[j], [1, 2, 5])),
      unit(output, z2, a2, delta2, [3, 3, 4]),
      word([output[0], output[1] - 46], "output", { "text-anchor": "middle" }),
      word([x[1], y0 - 46], "hidden", { "text-anchor": "middle" }),
      word([output[0] + box.width / 2, output[1] + 56], `target y = ${y}`, { "text-anchor": "end" }),
      ...(step >= 3
        ? [word([output[0] + box.width / 2, output[1] + 76], `y − a = ${written(y - a2)}`, {
            class: step < 5 ? "now" : "", "text-anchor": "end",
          })]
        : []),
    );
  }

  // A swipe scrolls the page and is no tap.
  picture.addEventListener("click", forward);
  const buttons = html("div", { class: "buttons" }, back, next, count);
  buttons.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowRight") go(now.step + 1);
    if (key === "ArrowLeft") go(now.step - 1);
  });
  new ResizeObserver(() => draw(worked(ROWS.indexOf(now.row)), now.step)).observe(picture);
  show();
  return [html("div", { class: "controls" }, rows.node), picture, words, buttons];
}

// What the picture shows, for those who do not see it.
function seen({ a0, z1, a1, z2, a2, delta1, delta2, change1, change2 }, step) {
  const layers = [
    `A network: the inputs ${list(a0)}, three hidden units, one output`,
    `hidden z ${list(z1)}`,
    `hidden a ${list(a1)}`,
    `output z ${written(z2)} and a ${written(a2)}`,
    `output delta ${written(delta2)}`,
    `hidden delta ${list(delta1)}`,
    `changes of W1, row by row, ${list(change1)}, and of W2 ${list(change2)}`,
  ];
  return `${layers.slice(0, step + 1).join("; ")}.`;
}

// An arrowhead half-way along a line.
function head([x1, y1], [x2, y2]) {
  const long = Math.hypot(x2 - x1, y2 - y1), [dx, dy] = [(x2 - x1) / long, (y2 - y1) / long];
  const [x, y] = [x2 - 14 * dx, y2 - 14 * dy];
  const side = (by) => `${x - 10 * dx - by * dy},${y - 10 * dy + by * dx}`;
  return svg("polygon", { points: `${x},${y} ${side(5)} ${side(-5)}`, class: "head" });
}

const word = ([x, y], text, attributes) => svg("text", { x, y, ...attributes }, String(text));

start("step-by-hand", build);

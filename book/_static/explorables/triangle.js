// Parity, drawn, in chapter 7: what three rows ask of a unit's two weights, end to end, for three slopes.

import { arrow, begin } from "./arrows.js";
import { slider } from "./controls.js";
import { html, minus, range, settings, speaker, start, svg } from "./explorable.js";
import { ROWS, SLOPES, X, sigmoid } from "./network.js";
import { dot, norm, sum } from "./vectors.js";

const WEIGHTS = [1, 0.6]; // of the unit, as on the chapter's next page
const ASKS = [[0, 1], [1, 0], [-1, -1]]; // rows 01, 10 and 11 at the slope 1; row 00 moves neither weight
const KINDS = {
  constant: { slope: () => 1, kind: "plain" },
  right: { slope: SLOPES.input(sigmoid), kind: "right" },
  doubled: { slope: SLOPES.twice(sigmoid), kind: "bug" },
};
const MEANS = range(-20, 20).map((tenths) => tenths / 10);

// The arrows of a unit with this mean z, of the mean length that slope 1 would give them, and what is left of them.
export function ask(name, mean) {
  const slopes = X.slice(1).map((x) => {
    const z = mean + dot(WEIGHTS, x.map((xi) => xi - 0.5));
    return KINDS[name].slope(z, sigmoid.call(z));
  });
  const average = slopes.reduce((total, slope) => total + slope, 0) / 3;
  const arrows = ASKS.map((ask, r) => ask.map((d) => (d * slopes[r]) / average));
  return { arrows, left: sum(arrows) };
}

const at = ([across, up]) => [42 + 60 * across, 110 - 60 * up]; // in a picture of 122 x 160

function build(figure) {
  const pictures = Object.keys(KINDS).map((name) =>
    ({ name, gap: html("span"), node: svg("svg", { role: "img", viewBox: "0 0 122 160" }) }));
  const told = html("p", { class: "told" });
  const speech = speaker();
  const view = settings(figure, { mean: [-1, ...MEANS] }, show, draw);
  const now = view.now;
  const mean = slider("Mean z of the unit",
    { min: MEANS[0], max: MEANS.at(-1), step: 0.1, format: (z) => z.toFixed(1) },
    (z) => view.drag({ mean: z }));

  function show() {
    draw();
    speech.say(told.textContent);
  }

  function draw() {
    mean.show(now.mean);
    pictures.forEach(drawOne);
    const [right, doubled] = ["right", "doubled"].map((name) => ask(name, now.mean).left);
    told.textContent = `Mean z = ${minus(now.mean.toFixed(1))}: the constant slope leaves no gap, the right one ` +
      `${norm(right).toFixed(2)} of an arrow, the doubled one ${norm(doubled).toFixed(2)}, ` +
      `${dot(right, doubled) < 0 ? "the other way" : "the same way"}.`;
  }

  function drawOne({ name, gap, node }) {
    const { arrows, left } = ask(name, now.mean), { kind } = KINDS[name];
    const ends = range(0, 3).map((n) => at(sum([[0, 0], ...arrows.slice(0, n)])));
    const middle = (n) => ends[n].map((end, axis) => (end + ends[n + 1][axis]) / 2);
    const beside = [[-16, 4], [0, -9], [18, 8]];
    gap.textContent = norm(left) < 1e-9 ? "no gap" : `gap ${norm(left).toFixed(2)}`;
    node.setAttribute("aria-label", `${name} slope: three arrows end to end, ${gap.textContent}`);
    node.replaceChildren(
      ...ROWS.slice(1).map((row, n) => {
        const [x, y] = middle(n).map((place, axis) => place + beside[n][axis]);
        return svg("text", { x, y, "text-anchor": "middle" }, row);
      }),
      ...range(0, 2).map((n) => arrow(ends[n], ends[n + 1], kind)),
      begin(at([0, 0])),
    );
  }

  draw();
  return [
    html("div", { class: "controls" }, mean.node),
    html("div", { class: "triangles" }, ...pictures.map(({ name, gap, node }) =>
      html("div", {}, html("strong", { class: KINDS[name].kind }, name), html("br"), gap, node))),
    told, speech.node,
  ];
}

start("triangle", build);

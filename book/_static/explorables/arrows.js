// What the rows ask of the two weights of a hidden unit, as arrows: those of the rows 01, 10 and 11 end to
// end, since row 00 moves neither weight; and what is left of them when they are added up, enlarged.

import { svg } from "./explorable.js";
import { ROWS } from "./network.js";
import { dot, norm, sum } from "./vectors.js";

const SIZE = 180; // of a square picture

// Two pictures, `chains` and `left`, and draw(unit) with one of the units that compare() returns.
export function makeArrows() {
  const [chains, left] = [0, 1].map(() => svg("svg", { role: "img", viewBox: `0 0 ${SIZE} ${SIZE}` }));
  return { chains, left, draw: (unit) => drawLeft(left, unit, drawChains(chains, unit)) };
}

// The three arrows end to end, with the right slope and with the doubled one. Returns its scale.
function drawChains(picture, { right, twice }) {
  const chains = [right, twice].map(({ arrows }) =>
    [0, 1, 2, 3].map((n) => sum([[0, 0], ...arrows.slice(0, n)])));
  const [x, y] = [0, 1].map((axis) => {
    const values = chains.flat().map((point) => point[axis]);
    return { low: Math.min(...values), high: Math.max(...values) };
  });
  const scale = 112 / (Math.max(x.high - x.low, y.high - y.low) || 1);
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
    const [x, y] = [left, top].map((p) => Math.max(12, Math.min(SIZE - 12, p))); // never cut off
    return svg("text", { x, y: y + 4, "text-anchor": "middle" }, ROWS[n]);
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
function drawLeft(picture, { right, twice }, chainScale) {
  const scale = SIZE / 4 / (Math.max(norm(right.left), norm(twice.left)) || 1);
  const middle = SIZE / 2, at = (v) => [middle + scale * v[0], middle - scale * v[1]];
  const corner = (text, x, y, kind, anchor) => svg("text", { class: kind, x, y, "text-anchor": anchor }, text);
  picture.replaceChildren(
    svg("rect", { class: "grid", x: 1, y: 1, width: SIZE - 2, height: SIZE - 2 }),
    corner("right", 8, 18, "right", "start"),
    corner("twice", SIZE - 8, 18, "bug", "end"),
    corner(`${(scale / chainScale).toPrecision(2)} × the arrows’ scale`, 8, SIZE - 9, "", "start"),
    begin([middle, middle]),
    arrow([middle, middle], at(right.left), "right"),
    arrow([middle, middle], at(twice.left), "bug"),
  );
}

export const begin = ([cx, cy]) => svg("circle", { cx, cy, r: 3 });

export function arrow(from, to, kind) {
  const along = to.map((place, axis) => place - from[axis]), length = norm(along) || 1;
  const [x, y] = along.map((d) => d / length), head = Math.min(9, length);
  const corner = (side) => [to[0] - head * x + side * 0.4 * head * y, to[1] - head * y - side * 0.4 * head * x];
  return svg("g", { class: `arrow ${kind}` },
    svg("path", { class: "curve", d: `M${from}L${to[0] - head * x},${to[1] - head * y}` }),
    svg("path", { class: "head", d: `M${to}L${corner(1)}L${corner(-1)}Z` }));
}

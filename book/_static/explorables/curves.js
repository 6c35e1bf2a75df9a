// The four outputs of a network over the steps of its training, as lines that are labelled at their ends.

import { number, svg } from "./explorable.js";
import { ROWS } from "./network.js";

// `frame` draws what stays, `draw` what moves: sixty times a second a browser draws four lines with ease,
// but not all the numbers at the axes.
export function makeCurves() {
  const [axes, labels] = [svg("g"), svg("g")];
  const lines = ROWS.map(() => svg("path"));
  const node = svg("svg", { role: "img" }, axes, ...lines, labels);
  let kind, x, y;

  function frame({ activation, hidden, output, steps }) {
    const width = node.clientWidth, height = node.clientHeight;
    const [left, right, top, bottom] = [30, width - 82, 8, height - 40];
    const low = activation === "tanh" ? -1.1 : -0.1;
    x = (step) => left + ((right - left) * Math.log10(step)) / Math.log10(steps);
    y = (a) => bottom - ((bottom - top) * (a - low)) / (1.1 - low);
    kind = hidden === "twice" || output === "twice" ? "bug" : "right";
    for (const line of lines) line.setAttribute("class", `curve ${kind}`);
    const write = (text, x, y, anchor) => svg("text", { x, y, "text-anchor": anchor }, text);
    axes.replaceChildren(
      svg("path", { class: "axis", d: `M${left},${top}V${bottom}H${right}` }),
      write("training steps", (left + right) / 2, height - 4, "middle"),
    );
    for (const a of activation === "tanh" ? [-1, 0, 0.5, 1] : [0, 0.5, 1]) {
      axes.append(svg("path", { class: "grid", d: `M${left},${y(a)}H${right}` }), write(a, left - 6, y(a) + 4, "end"));
    }
    for (let step = 1; step <= steps; step *= 10) {
      axes.append(svg("path", { class: "axis", d: `M${x(step)},${bottom}v4` }));
      const crowded = right - left < 300 && step > 100 && step < steps;
      if (!crowded) axes.append(write(number(step), x(step), bottom + 18, "middle"));
    }
  }

  function draw({ at, kept, outputs }, watched) {
    const xs = at.map((step) => x(step).toFixed(1));
    lines.forEach((line, row) => {
      const points = kept.map((then, k) => `${xs[k]},${y(then[watched][row]).toFixed(1)}`);
      line.setAttribute("d", points.length > 0 ? `M${points.join("L")}` : "");
    });
    // Lines that end together share a label: four of them would lie on top of each other.
    const ends = ROWS.map((name, i) => ({ name, y: y(outputs[watched][i]) }));
    const groups = [];
    for (const end of ends.sort((one, other) => one.y - other.y)) {
      if (end.y - groups.at(-1)?.at(-1).y < 14) groups.at(-1).push(end);
      else groups.push([end]);
    }
    const last = x(at.at(-1) ?? 1);
    const texts = groups.map((group) => {
      const names = group.length === 4 ? "all four rows" : group.map(({ name }) => name).sort().join(", ");
      const middle = group.reduce((sum, end) => sum + end.y, 0) / group.length;
      return svg("text", { class: kind, x: last + 6, y: middle + 4 }, names);
    });
    labels.replaceChildren(...texts);
  }

  return { node, frame, draw };
}

// The four outputs of two networks over the steps of their training, as lines that are labelled at their ends.

import { number, svg } from "./explorable.js";
import { ROWS } from "./network.js";

const APART = 15; // pixels from one label to the next

// `frame` draws what stays, `draw` what moves: sixty times a second a browser draws eight lines with ease,
// but not all the numbers at the axes.
export function makeCurves() {
  const [axes, labels] = [svg("g"), svg("g")];
  const lines = [0, 1].map(() => ROWS.map(() => svg("path")));
  const node = svg("svg", { role: "img" }, axes, ...lines.flat(), labels);
  let twins, x, y;

  // `named` are the two networks' { name, kind }; the lines of the first are dashed.
  function frame(named, { activation, steps }) {
    twins = named;
    const width = node.clientWidth, height = node.clientHeight;
    const [left, right, top, bottom] = [26, width - 106, 8, height - 40];
    const low = activation === "tanh" ? -1.1 : -0.1;
    x = (step) => left + ((right - left) * Math.log10(step)) / Math.log10(steps);
    y = (a) => bottom - ((bottom - top) * (a - low)) / (1.1 - low);
    lines.forEach((four, i) => {
      for (const line of four) line.setAttribute("class", `curve ${twins[i].kind} ${["dashed", "solid"][i]}`);
    });
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

  function draw(pair, watched) {
    const { at } = pair[0], last = x(at.at(-1) ?? 1);
    const xs = at.map((step) => x(step).toFixed(1));
    const texts = pair.flatMap(({ kept, outputs }, i) => {
      lines[i].forEach((line, row) => {
        const points = kept.map((then, k) => `${xs[k]},${y(then[watched][row]).toFixed(1)}`);
        line.setAttribute("d", points.length > 0 ? `M${points.join("L")}` : "");
      });
      return ends(outputs[watched]).map(({ rows, y }) => ({ ...twins[i], rows, y }));
    });
    texts.sort((one, other) => one.y - other.y);
    texts.forEach((text, i) => {
      if (i > 0) text.y = Math.max(text.y, texts[i - 1].y + APART);
    });
    labels.replaceChildren(
      ...texts.map(({ name, kind, rows, y }) => svg("text", { class: kind, x: last + 6, y: y + 4 }, `${name}: ${rows}`)),
    );
  }

  // Lines of one network that end together share a label: four of them would lie on top of each other.
  function ends(outputs) {
    const groups = [];
    for (const end of ROWS.map((row, i) => ({ row, y: y(outputs[i]) })).sort((one, other) => one.y - other.y)) {
      if (end.y - groups.at(-1)?.at(-1).y < APART) groups.at(-1).push(end);
      else groups.push([end]);
    }
    return groups.map((group) => ({
      rows: group.length === 4 ? "all four" : group.map(({ row }) => row).sort().join(", "),
      y: group.reduce((sum, end) => sum + end.y, 0) / group.length,
    }));
  }

  return { node, frame, draw };
}

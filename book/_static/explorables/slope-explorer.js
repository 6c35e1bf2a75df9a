// The slope explorer of chapter 5: drag z along a function, and see two tangents, one with the right
// slope and one with the slope that the bug computes: that of the curve at a, which it takes for a z.

import { choice, draggable, slider } from "./controls.js";
import { html, minus, range, settings, speaker, start, svg } from "./explorable.js";
import { ACTIVATIONS, SLOPES } from "./network.js";

const REACH = 6; // z goes from -6 to 6, in tenths
const EDGE = 6.6; // where the picture ends
const [TOP, BOTTOM] = [24, 344]; // in pixels
const Z = range(-10 * REACH, 10 * REACH).map((tenths) => tenths / 10);

const WRITTEN = {
  sigmoid: { sign: "σ", low: 0, output: "a(1 − a)", twice: "σ(a)(1 − σ(a))" },
  tanh: { sign: "tanh", low: -1, output: "1 − a²", twice: "1 − tanh²(a)" },
};

// All that the figure shows, at one z.
export function slopesAt(activation, z) {
  const f = ACTIVATIONS[activation];
  const a = f.call(z);
  const [input, output, twice] = ["input", "output", "twice"].map((word) => SLOPES[word](f)(z, a));
  return { a, input, output, twice, factor: twice / input };
}

function build(figure) {
  const picture = svg("svg", { class: "surface", role: "img", height: BOTTOM + 20 });
  const numbers = html("tbody");
  const speech = speaker();
  const view = settings(figure, { activation: ["sigmoid", "tanh"], z: [2, ...Z] }, show, draw);
  const now = view.now;
  const functions = choice("Function", [["sigmoid", "σ"], ["tanh", "tanh"]], (name) =>
    view.set("activation", name));
  const zSlider = slider("z", { min: -REACH, max: REACH, step: 0.1, format: (z) => z.toFixed(1) },
    (z) => view.drag({ z }));
  let zAt;

  function show() {
    draw();
    const { a, input, twice, factor } = slopesAt(now.activation, now.z);
    speech.say(
      `At z = ${now.z.toFixed(1)} the output a is ${a.toFixed(4)}. The slope is ${input.toFixed(4)}; ` +
        `the bug takes it for ${twice.toFixed(4)}, which is ${factor.toFixed(2)} times that.`,
    );
  }

  function draw() {
    functions.show(now.activation);
    zSlider.show(now.z);
    const { sign, low, output, twice } = WRITTEN[now.activation];
    const here = slopesAt(now.activation, now.z);
    numbers.replaceChildren(
      ...[
        ["z", minus(now.z.toFixed(1)), "z"],
        [`a = ${sign}(z)`, here.a.toFixed(4), "a"],
        [`the slope, ${sign}′(z)`, here.input.toFixed(4), "right"],
        [`the same from a, ${output}`, here.output.toFixed(4), "right"],
        [`the slope at a, ${twice}`, here.twice.toFixed(4), "bug"],
        ["twice / right", here.factor.toFixed(2), ""],
      ].map(([name, value, kind]) =>
        html("tr", { class: kind }, html("th", { scope: "row" }, name), html("td", {}, value))),
    );
    picture.setAttribute("aria-label",
      `${sign} with a point at z = ${now.z.toFixed(1)} and two lines through it: one with the right slope, ` +
        `${here.input.toFixed(4)}, and one with the doubled slope, ${here.twice.toFixed(4)}`);

    const width = picture.clientWidth, side = now.z < 0 ? -1 : 1, { a } = here;
    if (width === 0) return; // nothing has a size before the styles have loaded
    const f = ACTIVATIONS[now.activation].call;
    const x = (z) => 6 + ((z + EDGE) / (2 * EDGE)) * (width - 12);
    // Tangents leave the function's range: keep a quarter of it free above and below.
    const y = (a) => BOTTOM - ((a - low) / (1 - low) + 0.25) * ((BOTTOM - TOP) / 1.5);
    zAt = (px) => ((px - 6) / (width - 12)) * 2 * EDGE - EDGE;
    const at = [x(now.z), y(a)], probe = [x(a), y(f(a))];
    const curve = range(-10 * EDGE, 10 * EDGE).map((i) => i / 10).map((z) => `${x(z)},${y(f(z))}`);
    // The letters under the axis stand apart where z and a nearly meet.
    const apart = Math.abs(at[0] - probe[0]) < 16 ? (now.z < a ? -8 : 8) : 0;
    // Away from the middle, the empty side of the strip has room to say what it is for.
    const note = [side > 0 ? x(low) - 6 : x(1) + 6, probe[1] + 4];
    picture.replaceChildren(
      svg("rect", { x: x(low), y: TOP, width: x(1) - x(low), height: BOTTOM - TOP, class: "strip" }),
      word([x((low + 1) / 2), TOP - 6], `${low} < z < 1`, { class: "bug", "text-anchor": "middle" }),
      line([x(-EDGE), y(0)], [x(EDGE), y(0)], "axis"),
      line([x(0), TOP], [x(0), BOTTOM], "axis"),
      ...[low, 1].map((a) => line([x(-EDGE), y(a)], [x(EDGE), y(a)], "grid")),
      ...[-6, -3, 3, 6].map((z) => word([x(z), y(0) + 17], z, { "text-anchor": "middle" })),
      // The 1 stands at the edge: beside the axis, the name of a tangent would cover it.
      word([x(0) - 6, y(low || 0.5) - 5], low || 0.5, { "text-anchor": "end" }),
      word([x(-EDGE), y(1) - 5], 1, { "text-anchor": "start" }),
      svg("polyline", { points: curve.join(" "), class: "curve" }),
      // z leads up to the curve, a back to the axis; laid down on the z-axis, a leads up to where the bug reads.
      line(at, [at[0], y(0)], "z"),
      line(at, [x(0), at[1]], "a"),
      svg("path", {
        d: `M${x(0)},${at[1]}A${Math.abs(x(a) - x(0))},${Math.abs(at[1] - y(0))} 0 0 1 ${x(a)},${y(0)}`,
        class: "fold",
      }),
      line([x(a), y(0)], probe, "a"),
      word([at[0] + apart, y(0) + 34], "z", { class: "z", "text-anchor": "middle" }),
      word([probe[0] - apart, y(0) + 34], "a", { class: "a", "text-anchor": "middle" }),
      ...tangent(at, here.input, "right", "right", -side, side > 0 ? -15 : 22),
      ...tangent(at, here.twice, "bug", "twice", side, 4),
      ...tangent(probe, here.twice, "bug"),
      Math.abs(now.z) > 2.5 ? word(note, "slope read here", { class: "bug", "text-anchor": side > 0 ? "end" : "start" }) : "",
      svg("circle", { cx: probe[0], cy: probe[1], r: 4.5, class: "probe" }),
      svg("circle", { cx: at[0], cy: at[1], r: 7, class: "handle" }),
    );

    // Its name, if any, goes to the end that is clear of the curve. A tangent without a name is shorter.
    function tangent([px, py], slope, kind, name = "", end = 1, below = 0) {
      const run = x(1) - x(0), rise = y(slope) - y(0);
      const long = width / (name ? 7 : 11) / Math.hypot(run, rise);
      const [dx, dy] = [run * long, rise * long];
      return [
        line([px - dx, py - dy], [px + dx, py + dy], `tangent ${kind}`),
        word([px + end * (dx + 5), py + end * dy + below], name, {
          class: kind,
          "text-anchor": end > 0 ? "start" : "end",
        }),
      ];
    }
  }

  // The picture is the slider's large twin, for a mouse or a finger; the slider serves the keyboard.
  draggable(picture, (px) => {
    const z = zAt(px - picture.getBoundingClientRect().left);
    view.drag({ z: Math.round(10 * Math.max(-REACH, Math.min(REACH, z))) / 10 });
  });
  new ResizeObserver(draw).observe(picture);
  return [
    html("div", { class: "controls" }, functions.node, zSlider.node),
    picture,
    html("table", { class: "numbers" }, numbers),
    speech.node,
  ];
}

const line = ([x1, y1], [x2, y2], kind) => svg("line", { x1, y1, x2, y2, class: kind });
const word = ([x, y], text, attributes) => svg("text", { x, y, ...attributes }, minus(text));

start("slope-explorer", build);

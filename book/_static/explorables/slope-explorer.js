// The slope explorer of chapter 5: drag z along a function, and see two tangents, one with the right
// slope and one with the slope that the bug computes.

import { choice, slider } from "./controls.js";
import { html, range, settings, speaker, start, svg } from "./explorable.js";
import { ACTIVATIONS, SLOPES } from "./network.js";

const REACH = 6; // z goes from -6 to 6, in tenths
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
  const picture = svg("svg", { class: "surface", role: "img", height: 340 });
  const numbers = html("tbody");
  const speech = speaker();
  const view = settings(figure, { activation: ["sigmoid", "tanh"], z: [2, ...Z] }, show);
  const now = view.now;
  const functions = choice("Function", [["sigmoid", "σ"], ["tanh", "tanh"]], (name) =>
    view.set("activation", name));
  const zSlider = slider("z", { min: -REACH, max: REACH, step: 0.1, format: (z) => z.toFixed(1) }, move);
  let scale, settled;

  // A browser refuses an address that changes many times a second, and nobody wants to hear each
  // tenth of a drag: both wait until the hand rests.
  function move(z) {
    now.z = z;
    draw();
    clearTimeout(settled);
    settled = setTimeout(() => view.set("z", z), 300);
  }

  function show() {
    clearTimeout(settled);
    draw();
    const { a, input, twice, factor } = slopesAt(now.activation, now.z);
    speech.say(
      `At z = ${now.z.toFixed(1)} the output a is ${a.toFixed(4)}. The slope is ${input.toFixed(4)}; ` +
        `applied twice it would be ${twice.toFixed(4)}, which is ${factor.toFixed(2)} times that.`,
    );
  }

  function draw() {
    functions.show(now.activation);
    zSlider.show(now.z);
    const { sign, low, output, twice } = WRITTEN[now.activation];
    const here = slopesAt(now.activation, now.z);
    numbers.replaceChildren(
      ...[
        ["z", now.z.toFixed(1), "z"],
        [`a = ${sign}(z)`, here.a.toFixed(4), "a"],
        [`the slope, ${sign}′(z)`, here.input.toFixed(4), "right"],
        [`the same from a, ${output}`, here.output.toFixed(4), "right"],
        [`applied twice, ${twice}`, here.twice.toFixed(4), "bug"],
        ["twice / right", here.factor.toFixed(2), ""],
      ].map(([name, value, kind]) =>
        html("tr", { class: kind }, html("th", { scope: "row" }, name), html("td", {}, value))),
    );
    picture.setAttribute("aria-label",
      `${sign} with a point at z = ${now.z.toFixed(1)} and two tangents there: the right slope ` +
        `${here.input.toFixed(4)}, and applied twice ${here.twice.toFixed(4)}`);

    const width = picture.clientWidth, left = 46, top = 20, bottom = 300;
    const x = (z) => left + ((z + 7.5) / 15) * (width - left - 8);
    // A tangent leaves the function's range: a quarter of it is free above and below.
    const y = (a) => bottom - ((a - low) / (1 - low) + 0.25) * ((bottom - top) / 1.5);
    scale = { x, zAt: (px) => ((px - left) / (width - left - 8)) * 15 - 7.5 };
    const at = [x(now.z), y(here.a)], side = now.z < 0 ? -1 : 1;
    const f = ACTIVATIONS[now.activation].call;
    const curve = range(-75, 75).map((i) => i / 10).map((z) => `${x(z)},${y(f(z))}`);
    picture.replaceChildren(
      line([left, bottom], [width - 8, bottom], "axis"),
      line([left, top], [left, bottom], "axis"),
      ...[low, 1].map((a) => line([left, y(a)], [width - 8, y(a)], "grid")),
      ...[-6, -3, 0, 3, 6].map((z) => word([x(z), bottom + 17], z, { "text-anchor": "middle" })),
      ...[low, (1 + low) / 2, 1].map((a) => word([left - 6, y(a) + 4], a, { "text-anchor": "end" })),
      word([width - 8, bottom + 34], "z", { class: "z", "text-anchor": "end" }),
      word([left - 6, top + 4], "a", { class: "a", "text-anchor": "end" }),
      svg("polyline", { points: curve.join(" "), class: "curve" }),
      line(at, [at[0], bottom], "z"),
      line(at, [left, at[1]], "a"),
      ...tangent(here.input, "right", "right", -side, side > 0 ? -15 : 22),
      ...tangent(here.twice, "bug", "twice", side, 4),
      svg("circle", { cx: at[0], cy: at[1], r: 6, class: "handle" }),
    );

    // The names stand at opposite ends, on the side of the tangent where the curve is not.
    function tangent(slope, kind, name, end, below) {
      const run = x(1) - x(0), rise = y(slope) - y(0);
      const long = width / 7 / Math.hypot(run, rise);
      const [dx, dy] = [run * long, rise * long], [px, py] = at;
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
  function drag(event) {
    if (event.type === "pointerdown") picture.setPointerCapture(event.pointerId);
    else if (!picture.hasPointerCapture(event.pointerId)) return;
    const z = scale.zAt(event.clientX - picture.getBoundingClientRect().left);
    move(Math.round(10 * Math.max(-REACH, Math.min(REACH, z))) / 10);
  }
  picture.addEventListener("pointerdown", drag);
  picture.addEventListener("pointermove", drag);
  new ResizeObserver(draw).observe(picture);
  return [
    html("div", { class: "controls" }, functions.node, zSlider.node),
    picture,
    html("table", { class: "numbers" }, numbers),
    speech.node,
  ];
}

const line = ([x1, y1], [x2, y2], kind) => svg("line", { x1, y1, x2, y2, class: kind });
const word = ([x, y], text, attributes) => svg("text", { x, y, ...attributes }, String(text));

start("slope-explorer", build);

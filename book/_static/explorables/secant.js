// The secant of chapter 2: drag the second point towards the first, and the line through both turns into the tangent.

import { draggable, slider } from "./controls.js";
import { html, minus, range, settings, speaker, start, svg } from "./explorable.js";
import { sigmoid } from "./network.js";

const Z = 1; // where the tangent touches
const H = range(-40, 40).map((tenths) => tenths / 10);
const [LEFT, RIGHT, HIGH] = [-3, 6, 1.3]; // what the picture shows
const [TOP, BOTTOM] = [14, 250]; // in pixels
const ROOM = 60; // beside it, for a name

// The slope of the line through the points at Z and at Z + h. At h = 0 the two are one, and this is 0/0, not a number.
export const secant = (h) => (sigmoid.call(Z + h) - sigmoid.call(Z)) / h;

function build(figure) {
  const picture = svg("svg", { class: "surface", role: "img", height: BOTTOM + 24 });
  const told = html("p", { class: "told" });
  const speech = speaker();
  const view = settings(figure, { h: [2, ...H] }, show, draw);
  const now = view.now;
  const hSlider = slider("h", { min: H[0], max: H.at(-1), step: 0.1, format: (h) => h.toFixed(1) },
    (h) => view.drag({ h }));
  let zAt;

  function show() {
    draw();
    speech.say(told.textContent);
  }

  function draw() {
    const { h } = now, slope = secant(h), limit = sigmoid.derivative(Z);
    hSlider.show(h);
    told.textContent = h === 0
      ? "h = 0: a single point makes no secant, and the quotient is 0/0."
      : `h = ${minus(h.toFixed(1))}: the secant has the slope ${slope.toFixed(4)}, the tangent ${limit.toFixed(4)}.`;
    picture.setAttribute("aria-label", `Sigmoid with its tangent at z = ${Z} and a secant. ${told.textContent}`);

    const width = picture.clientWidth;
    if (width === 0) return; // nothing has a size before the styles have loaded
    const x = (z) => 6 + ((z - LEFT) / (RIGHT - LEFT)) * (width - 6 - ROOM);
    const y = (a) => BOTTOM - (a / HIGH) * (BOTTOM - TOP);
    zAt = (px) => LEFT + ((px - 6) / (width - 6 - ROOM)) * (RIGHT - LEFT);
    const first = [x(Z), y(sigmoid.call(Z))], second = [x(Z + h), y(sigmoid.call(Z + h))];
    const curve = range(10 * LEFT, 10 * RIGHT).map((i) => i / 10).map((z) => `${x(z)},${y(sigmoid.call(z))}`);
    picture.replaceChildren(
      line([x(LEFT), y(0)], [x(RIGHT), y(0)], "axis"),
      line([x(LEFT), y(1)], [x(RIGHT), y(1)], "grid"),
      ...[LEFT, 0, Z, 3, RIGHT].map((z) => word([x(z), y(0) + 18], z, "middle")),
      word([x(LEFT), y(1) - 5], 1, "start"),
      svg("polyline", { points: curve.join(" "), class: "curve" }),
      // The run and the rise, and the names of both lines on the sides where they part.
      line(first, [second[0], first[1]], "axis"),
      line([second[0], first[1]], second, "axis"),
      Math.abs(h) < 0.4 ? "" : word([(first[0] + second[0]) / 2, first[1] + (h > 0 ? 16 : -6)], "h", "middle"),
      ...across(limit, "tangent z", "tangent", slope < limit ? -1 : 1),
      ...(h === 0 ? [] : across(slope, "secant", "secant", slope < limit ? 1 : -1)),
      svg("circle", { cx: first[0], cy: first[1], r: 4.5, class: "probe first" }),
      svg("circle", { cx: second[0], cy: second[1], r: 7, class: "handle" }),
    );

    // A line through the first point from edge to edge of the picture, with its name at the upper end.
    function across(slope, kind, name, side) {
      const a = sigmoid.call(Z), at = (z) => [x(z), y(a + slope * (z - Z))];
      const end = at(Math.min(RIGHT, Z + (HIGH - a) / slope));
      // On the upper side the name must clear the line, which falls away to the left.
      const [right, down, anchor] = side > 0 ? [6, 4, "start"] : [-10, -2, "end"];
      return [
        line(at(Math.max(LEFT, Z - a / slope)), end, kind),
        word([end[0] + right, end[1] + down], name, anchor),
      ];
    }
  }

  // The picture is the slider's large twin, for a mouse or a finger; the slider serves the keyboard.
  draggable(picture, (px) => {
    const h = zAt(px - picture.getBoundingClientRect().left) - Z;
    view.drag({ h: Math.round(10 * Math.max(H[0], Math.min(H.at(-1), h))) / 10 });
  });
  new ResizeObserver(draw).observe(picture);
  return [html("div", { class: "controls" }, hSlider.node), picture, told, speech.node];
}

const line = ([x1, y1], [x2, y2], kind) => svg("line", { x1, y1, x2, y2, class: kind });
const word = ([x, y], text, anchor) => svg("text", { x, y, "text-anchor": anchor }, minus(text));

start("secant", build);

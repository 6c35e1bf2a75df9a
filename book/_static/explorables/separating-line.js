// The square of chapter 1: a line to drag across it, and a count of the corners that are on the side they want.

import { choice, slider } from "./controls.js";
import { html, range, settings, speaker, start, svg } from "./explorable.js";
import { ROWS, X } from "./network.js";

export const TASKS = { XOR: [0, 1, 1, 0], OR: [0, 1, 1, 1], AND: [0, 0, 0, 1] };

// A line is given by the direction of its shaded side, in degrees, and by its distance from the middle of the
// square in that direction. The distances are odd hundredths, so that no line runs through a corner.
const ANGLES = range(0, 71).map((k) => 5 * k);
const SHIFTS = range(-39, 38).map((k) => (2 * k + 1) / 100);

// A unit that weighs the inputs, adds them up, and answers 1 where the sum is above a threshold.
export function unitAt(angle, shift) {
  const radians = (angle * Math.PI) / 180;
  const weights = [Math.cos(radians), Math.sin(radians)];
  const threshold = shift + (weights[0] + weights[1]) / 2;
  const answers = X.map((x) => Number(weights[0] * x[0] + weights[1] * x[1] > threshold));
  return { weights, threshold, answers };
}

export const rightOnes = (task, angle, shift) =>
  unitAt(angle, shift).answers.map((answer, row) => answer === TASKS[task][row]);

const SIZE = 300, CORNER = 60, SIDE = 180; // of the picture, in its own units
const across = (x1) => CORNER + SIDE * x1;
const down = (x2) => SIZE - CORNER - SIDE * x2;

function build(figure) {
  const shade = svg("polygon", { class: "sunny" });
  const line = svg("line", { class: "boundary" });
  const corners = X.map((x) => corner(x));
  const [middle, ...ends] = range(0, 2).map(() =>
    svg("g", { class: "handle" }, svg("circle", { r: 22, class: "reach" }), svg("circle", { r: 7 })));
  const picture = svg("svg", { class: "square", role: "img", viewBox: `0 0 ${SIZE} ${SIZE}` },
    svg("rect", { x: across(0), y: down(1), width: SIDE, height: SIDE, class: "grid" }),
    shade, line, ...corners.map(({ node }) => node), middle, ...ends,
    word(across(0.5), SIZE - 4, "x₁"), word(16, down(0.5), "x₂"));
  const count = html("strong", { class: "count" }), rule = html("span");
  const speech = speaker();
  const view = settings(figure,
    { task: Object.keys(TASKS), angle: [45, ...ANGLES], shift: [-0.35, ...SHIFTS] }, show, draw);
  const now = view.now;
  const tasks = choice("Task", Object.keys(TASKS).map((task) => [task, task]), (task) => view.set("task", task));
  const turn = slider("Turn", { min: 0, max: 355, step: 5, format: (angle) => `${angle}°` },
    (angle) => view.drag({ angle }));
  const shift = slider("Shift", { min: SHIFTS[0], max: SHIFTS.at(-1), step: 0.02, format: (d) => signed(d) },
    (distance) => view.drag({ shift: nearest(SHIFTS, distance) }));

  function words() {
    const right = rightOnes(now.task, now.angle, now.shift);
    const wrong = ROWS.filter((_, row) => !right[row]);
    return `${right.filter(Boolean).length} of 4 corners are on the side they want` +
      (wrong.length ? ` (wrong: ${wrong.join(", ")}).` : ".");
  }

  function show() {
    draw();
    speech.say(`${now.task}: ${words()}`);
  }

  function draw() {
    tasks.show(now.task);
    turn.show(now.angle);
    shift.show(now.shift);
    const { weights, threshold } = unitAt(now.angle, now.shift);
    const right = rightOnes(now.task, now.angle, now.shift);
    corners.forEach(({ show }, row) => show(TASKS[now.task][row], right[row]));
    count.textContent = `${right.filter(Boolean).length} of 4 right`;
    rule.textContent = `It answers 1 (shaded) where ` +
      `${signed(weights[0])}·x₁ ${weights[1] < -0.005 ? "−" : "+"} ${Math.abs(weights[1]).toFixed(2)}·x₂ ` +
      `> ${signed(threshold)}.`;
    picture.setAttribute("aria-label",
      `A square with a corner for each row of ${now.task} and a line across it. ${words()}`);

    // In units of the square, from its middle: a place on the line, `along` to the left of its shaded side.
    const place = (along, out = 0) => [
      across(0.5 + (now.shift + out) * weights[0] - along * weights[1]),
      down(0.5 + (now.shift + out) * weights[1] + along * weights[0]),
    ];
    shade.setAttribute("points", [place(-2), place(2), place(2, 3), place(-2, 3)].join(" "));
    const [[x1, y1], [x2, y2]] = [place(-2), place(2)];
    for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value);
    [place(0), place(0.45), place(-0.45)].forEach(([x, y], i) =>
      [middle, ...ends][i].setAttribute("transform", `translate(${x} ${y})`));
  }

  // A finger that starts off the handles scrolls the page. One that starts on a handle must not, and only
  // the touch event can prevent it: browsers ignore touch-action within an SVG picture.
  function drag(handle, dragged) {
    handle.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = picture.getBoundingClientRect(), scale = SIZE / box.width;
      const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
      view.drag(dragged((x - across(0.5)) / SIDE, (down(0.5) - y) / SIDE));
    });
  }
  drag(middle, (x, y) => {
    const { weights } = unitAt(now.angle, now.shift);
    return { shift: nearest(SHIFTS, x * weights[0] + y * weights[1]) };
  });
  // The line keeps its distance from the middle of the square, and turns until it runs through the finger.
  ends.forEach((end, i) => drag(end, (x, y) => {
    const off = Math.acos(Math.max(-1, Math.min(1, now.shift / Math.hypot(x, y))));
    const degrees = ((Math.atan2(y, x) + (i ? off : -off)) * 180) / Math.PI;
    return { angle: (5 * Math.round(degrees / 5) + 720) % 360 };
  }));

  draw();
  return [
    html("div", { class: "controls" }, tasks.node, turn.node, shift.node),
    picture,
    html("p", { class: "told" }, count, " ", rule),
    speech.node,
  ];
}

// A corner of the square: what it wants, in a ring, and a tick or a cross.
function corner([x1, x2]) {
  const ring = svg("circle", { r: 15 }), wants = svg("text", { y: 5, "text-anchor": "middle" });
  const mark = svg("path", { class: "mark" });
  const node = svg("g", { transform: `translate(${across(x1)} ${down(x2)})` }, ring, wants, mark);
  return {
    node,
    show(target, right) {
      node.setAttribute("class", `corner ${right ? "right" : "wrong"}`);
      wants.textContent = target;
      mark.setAttribute("d", right ? "M20,-15 l4,5 l8,-11" : "M21,-21 l10,10 m0,-10 l-10,10");
    },
  };
}

const word = (x, y, text) => svg("text", { x, y, "text-anchor": "middle" }, text);
const signed = (x) => (x < -0.005 ? "−" : "") + Math.abs(x).toFixed(2);
const nearest = (values, x) => values.reduce((best, v) => (Math.abs(v - x) < Math.abs(best - x) ? v : best));

start("separating-line", build);

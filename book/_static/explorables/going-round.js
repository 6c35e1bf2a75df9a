// A unit near ½, in chapter 7: the paths of its output weight V and of q, the product of its two weights, by
// (7.10). Where the slope's derivative and σ″ have the same sign, the middle is a saddle; where not, a loop.

import { choice, slider } from "./controls.js";
import { html, minus, number, range, settings, speaker, start, svg } from "./explorable.js";
import { sigmoid } from "./network.js";

const D = 0.16; // u₁² − u₂², which never changes: that of u = (0.5, 0.3)
const KAPPA = 0.025; // half of the rate 0.2 times the output slope ¼
const REACH = { V: 3, q: 0.6 }; // the plane that is drawn
const MARGIN = 34;

// σ″, and the derivatives of the slopes that a reader can choose.
const curvature = (z) => sigmoid.derivative(z) * (1 - 2 * sigmoid.call(z));
export const CHANGES = {
  right: curvature,
  twice: (z) => curvature(sigmoid.call(z)) * sigmoid.derivative(z),
  mirrored: (z) => -curvature(sigmoid.call(-z)) * sigmoid.derivative(z),
  constant: () => 0,
};

// What one step of all four rows adds to [V, q].
export function step(slope, mean, [V, q]) {
  const r2 = Math.sqrt(D ** 2 + 4 * q ** 2);
  return [-4 * KAPPA * curvature(mean) * q, -KAPPA * CHANGES[slope](mean) * r2 * V];
}

// The path from a point, until it leaves the plane, comes back or comes to rest, and how many steps it took.
// Runge and Kutta's method, in pieces that are equally long on the screen.
export function path(slope, mean, from) {
  const points = [from], length = ([V, q]) => Math.hypot(V / REACH.V, q / REACH.q);
  let here = from, steps = 0, around = 0;
  for (let i = 0; i < 3000; i++) {
    const speed = length(step(slope, mean, here));
    if (speed < 1e-9) return { points, steps, ends: "rests" };
    const dt = (0.01 * Math.min(1, 4 * length(here))) / speed, plus = (k, by) => here.map((value, axis) => value + by * dt * k[axis]);
    const k1 = step(slope, mean, here), k2 = step(slope, mean, plus(k1, 0.5));
    const k3 = step(slope, mean, plus(k2, 0.5)), k4 = step(slope, mean, plus(k3, 1));
    const next = here.map((value, axis) => value + (dt / 6) * (k1[axis] + 2 * k2[axis] + 2 * k3[axis] + k4[axis]));
    const angle = ([V, q]) => Math.atan2(q / REACH.q, V / REACH.V);
    const turned = angle(next) - angle(here);
    around += turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI));
    here = next;
    steps += dt;
    points.push(here);
    if (Math.abs(around) >= 2 * Math.PI) return { points, steps, ends: "comes back" };
    if (Math.abs(here[0]) > REACH.V || Math.abs(here[1]) > REACH.q) return { points, steps, ends: "leaves" };
  }
  return { points, steps, ends: "rests" };
}

// What kind of place the middle of the plane is, and what that means, in a few words.
export function verdict(slope, mean) {
  const product = CHANGES[slope](mean) * curvature(mean);
  if (product > 0) return { kind: "right", head: "A saddle: taught forwards", words: "What the unit sends grows the right way." };
  if (product < 0) return { kind: "bug", head: "A loop: gets nowhere", words: "Parity comes, goes, and comes back with the other sign." };
  if (curvature(mean) === 0) return { kind: "", head: "On the edge: no parity", words: "Where σ″ is 0 the unit sends none, whatever its weights." };
  return { kind: "", head: "Nothing is taught", words: "The unit’s own weights stay as they are." };
}

const tenths = (reach) => range(-10 * reach, 10 * reach).map((n) => n / 10);
const hundredths = (reach) => range(-100 * reach, 100 * reach).map((n) => n / 100);
const ALLOWED = {
  slope: ["twice", ...Object.keys(CHANGES)],
  mean: [-1, ...tenths(3)],
  V: [1, ...tenths(REACH.V)],
  q: [0.15, ...hundredths(REACH.q)],
};
const SEEDS = [0.1, 0.2, 0.35, 0.5].flatMap((q) => [[0, q], [0, -q]]).concat([-2.6, -1.6, 1.6, 2.6].map((V) => [V, 0.001]));

function build(figure) {
  const picture = svg("svg", { class: "surface plane", role: "img", height: 320 });
  const head = html("strong"), words = html("span");
  const speech = speaker();
  const view = settings(figure, ALLOWED, show, draw);
  const { now } = view;
  const names = [["twice", "σ twice", "bug"], ["right", "right", "right"], ["mirrored", "mirror image"], ["constant", "constant"]];
  const controls = {
    slope: choice("Hidden slope", names, (slope) => view.set("slope", slope)),
    mean: slider("Mean z", { min: -3, max: 3, step: 0.1, format: (z) => z.toFixed(1) }, (z) => view.drag({ mean: z })),
    V: slider("Start: V", { min: -REACH.V, max: REACH.V, step: 0.1, format: (V) => V.toFixed(1) }, (V) => view.drag({ V })),
    q: slider("Start: q", { min: -REACH.q, max: REACH.q, step: 0.01, format: (q) => q.toFixed(2) }, (q) => view.drag({ q })),
  };
  let scale;

  function show() {
    speech.say(draw());
  }

  // Returns in words what it draws.
  function draw() {
    for (const [name, control] of Object.entries(controls)) control.show(now[name]);
    const { kind, head: title, words: meaning } = verdict(now.slope, now.mean);
    const own = path(now.slope, now.mean, [now.V, now.q]);
    const about = number(Number(own.steps.toPrecision(2)));
    const end = { "comes back": `Comes back after about ${about} steps.`, leaves: `Leaves the picture after about ${about} steps.`, rests: "" }[own.ends];
    head.textContent = `${title}.`;
    head.className = kind;
    words.textContent = ` ${meaning} ${end}`;
    picture.setAttribute("aria-label", `The plane of V and q, mean z = ${now.mean.toFixed(1)}. ${title}. ${end}`);

    const width = Math.max(picture.clientWidth, 3 * MARGIN), height = 320; // 0 where it is hidden, on paper
    const x = (V) => MARGIN + ((V / REACH.V + 1) / 2) * (width - 2 * MARGIN);
    const y = (q) => height - MARGIN - ((q / REACH.q + 1) / 2) * (height - 2 * MARGIN);
    scale = { V: (px) => (((px - MARGIN) / (width - 2 * MARGIN)) * 2 - 1) * REACH.V, q: (py) => (((height - MARGIN - py) / (height - 2 * MARGIN)) * 2 - 1) * REACH.q };
    const within = ([V, q]) => Math.abs(V) <= 1.001 * REACH.V && Math.abs(q) <= 1.001 * REACH.q;
    const d = (points) => `M${points.filter(within).map(([V, q]) => `${x(V).toFixed(1)},${y(q).toFixed(1)}`).join("L")}`;
    // The unit helps where V P is negative: P = σ″ q, and σ″ has the sign of −z.
    const side = -Math.sign(curvature(now.mean));
    const quarters = side === 0 ? [] : [[0, side], [-1, -side]].map(([left, up]) =>
      svg("rect", { class: "helps", x: x(left * REACH.V), y: up > 0 ? y(REACH.q) : y(0), width: x(REACH.V) - x(0), height: y(0) - y(REACH.q) }));
    picture.replaceChildren(
      ...quarters,
      svg("path", { class: "axis", d: `M${x(-REACH.V)},${y(0)}H${x(REACH.V)}M${x(0)},${y(-REACH.q)}V${y(REACH.q)}` }),
      ...SEEDS.map((seed) => svg("path", { class: "faint", d: d(path(now.slope, now.mean, seed).points) })),
      svg("path", { class: `curve ${kind}`, d: d(own.points) }),
      ...heads(own.points.filter(within)),
      svg("circle", { class: "handle", cx: x(now.V), cy: y(now.q), r: 7 }),
      ...quarters.slice(0, 1).map((rect) => word([x(REACH.V) - 6, Number(rect.getAttribute("y")) + (side > 0 ? 16 : y(0) - y(REACH.q) - 8)], "helps", "end")),
      word([x(REACH.V), y(0) + 16], "V", "end"),
      word([x(0) + 8, y(REACH.q) - 6], "q = u₁u₂", "start"),
      ...[-2, 2].map((V) => word([x(V), y(0) + 16], V, "middle")),
      ...[-0.5, 0.5].map((q) => word([x(0) - 6, y(q) + 4], q, "end")),
    );
    return `${title}. ${meaning} ${end}`;

    // Arrowheads a third and two thirds of the way along.
    function heads(points) {
      return [1 / 3, 2 / 3].filter(() => points.length > 8).map((share) => {
        const i = Math.floor(share * points.length), [from, to] = [points[i - 2], points[i + 2]].map(([V, q]) => [x(V), y(q)]);
        const turn = (180 / Math.PI) * Math.atan2(to[1] - from[1], to[0] - from[0]);
        return svg("path", { class: `head ${kind}`, d: "M7,0L-5,5L-5,-5Z", transform: `translate(${to}) rotate(${turn})` });
      });
    }
  }

  // With a mouse the whole plane is the handle; a finger has to begin at the point, so that a swipe still scrolls.
  function drag(event) {
    const box = picture.getBoundingClientRect(), [px, py] = [event.clientX - box.left, event.clientY - box.top];
    if (event.type === "pointerdown") {
      if (event.pointerType !== "mouse" && !event.target.classList.contains("handle")) return;
      picture.setPointerCapture(event.pointerId);
    } else if (!picture.hasPointerCapture(event.pointerId)) return;
    const near = (value, reach, per) => Math.round(per * Math.max(-reach, Math.min(reach, value))) / per;
    view.drag({ V: near(scale.V(px), REACH.V, 10), q: near(scale.q(py), REACH.q, 100) });
  }
  picture.addEventListener("pointerdown", drag);
  picture.addEventListener("pointermove", drag);
  new ResizeObserver(draw).observe(picture);
  queueMicrotask(show);
  return [
    html("div", { class: "controls" }, ...Object.values(controls).map((control) => control.node)),
    html("p", { class: "verdict" }, head, words),
    picture,
    speech.node,
  ];
}

const word = ([x, y], text, anchor) => svg("text", { x, y, "text-anchor": anchor }, minus(text));

start("going-round", build);

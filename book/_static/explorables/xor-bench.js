// The XOR bench of chapters 5 to 7: train the tutorial's network, or two hundred of them, and watch.

import { choice, slider } from "./controls.js";
import { html, lessMotion, loop, onTheme, settings, speaker, start, svg } from "./explorable.js";
import { Network, X, Y } from "./network.js";
import { Random } from "./random.js";

const MANY = 200;
const RATES = [0.05, 0.1, 0.2, 0.5, 1, 2];
const STEPS = [100_000, 1_000_000];
const BUDGET = 9; // milliseconds of training in a frame; a sixtieth of a second has 16.7
const count = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

// What a setting may be, its default first.
const ALLOWED = {
  activation: ["sigmoid", "tanh"],
  hidden: ["twice", "input", "output"],
  output: ["twice", "input", "output"],
  rate: [0.2, ...RATES],
  seed: count(0, 99),
  networks: [1, MANY],
  steps: STEPS,
  watch: count(1, MANY),
};

// The 95 % interval of Wilson for a share, as nnlib.ensemble.interval has it.
export function interval(seen, n) {
  const z = 1.959963984540054; // 97.5 % of a normal distribution lie below
  const p = seen / n, spread = z ** 2 / n;
  const middle = p + spread / 2;
  const half = z * Math.sqrt((p * (1 - p)) / n + spread / (4 * n));
  return [Math.max(0, (middle - half) / (1 + spread)), Math.min(1, (middle + half) / (1 + spread))];
}

// Networks that are trained side by side, and what their outputs were on the way.
export class Bench {
  constructor({ activation, hidden, output, rate, seed, networks }) {
    this.rate = rate;
    this.networks = count(0, networks - 1).map(
      (i) => new Network({ activation, slopes: [hidden, output], random: Random.seeded(seed, i) }),
    );
    this.step = 0;
    this.at = []; // after how many steps the outputs were kept
    this.kept = []; // for each of these, the outputs of each network for the four rows
    this.keep();
  }

  keep() {
    this.outputs = this.networks.map((network) => network.predict());
    if (this.step === 0) return; // a logarithmic axis has no 0
    this.at.push(this.step);
    this.kept.push(this.outputs);
  }

  // The next step after which outputs are kept: sixty in each power of ten. A run plays evenly on a
  // logarithmic axis that way.
  get next() {
    return Math.max(this.step + 1, Math.round(10 ** ((Math.floor(60 * Math.log10(this.step || 1)) + 1) / 60)));
  }

  // Go on to the step `to` and keep the outputs there, or until the time is over; say which.
  advance(to, milliseconds) {
    const end = performance.now() + milliseconds;
    while (this.step < to) {
      const steps = Math.min(to - this.step, Math.ceil(5000 / this.networks.length));
      for (const network of this.networks) network.train(this.rate, steps);
      this.step += steps;
      if (performance.now() > end) break;
    }
    if (this.step < to) return false;
    this.keep();
    return true;
  }

  // As nnlib.ensemble has it: "solved" with all four outputs within 0.1 of their targets, "stuck"
  // with all four within 0.1 of 0.5.
  states() {
    const near = (a, targets) => a.every((value, row) => Math.abs(value - targets[row]) <= 0.1);
    return this.outputs.map((a) => (near(a, Y) ? "solved" : near(a, [0.5, 0.5, 0.5, 0.5]) ? "stuck" : "between"));
  }
}

const number = (value) => value.toLocaleString("en");
const percent = (share) => (100 * share).toFixed(1);

function report(bench, watch) {
  const states = bench.states(), n = states.length;
  const outputs = bench.outputs[watch].map((a, row) => `${a.toFixed(2)} for ${X[row].join("")}`);
  const solved = states.filter((state) => state === "solved").length;
  const stuck = states.filter((state) => state === "stuck").length;
  const after = bench.step === 0 ? "Before training." : `After ${number(bench.step)} step${bench.step > 1 ? "s" : ""}.`;
  const [low, high] = interval(solved, n).map(percent);
  const share =
    n === 1
      ? { solved: "XOR is learned.", stuck: "Stuck: all four outputs are near 0.5.", between: "Not learned." }[states[0]]
      : `${solved} of ${n} networks have learned XOR: ${percent(solved / n)} % (${low} to ${high} %). ` +
        `Stuck near 0.5: ${stuck}.`;
  return { after, share, outputs: `Outputs${n === 1 ? "" : ` of network ${watch + 1}`}: ${outputs.join(", ")}.` };
}

const small = html("canvas", { width: 110, height: 110 });

// How high the output is over the square of inputs, in ten shades of a's colour with a leap at 0.5.
// In its corners the rows, each with its target in a ring, which is green once the output is there.
function drawSurface(canvas, network) {
  const style = getComputedStyle(canvas), context = canvas.getContext("2d");
  const size = 110, scale = canvas.width / 220, at = (x) => (x + 0.3) / 1.6;
  const [paper, colour] = ["--paper", "--a"].map((name) => {
    context.fillStyle = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((i) => parseInt(context.fillStyle.slice(i, i + 2), 16));
  });
  const shades = count(0, 9).map((i) => {
    const share = 0.055 * i + (i < 5 ? 0.03 : 0.2);
    return paper.map((value, i) => value + share * (colour[i] - value));
  });
  const image = new ImageData(size, size), x = [0, 0];
  for (let i = 0; i < size * size; i++) {
    x[0] = (1.6 * ((i % size) + 0.5)) / size - 0.3;
    x[1] = 1.3 - (1.6 * (Math.floor(i / size) + 0.5)) / size;
    const shade = shades[Math.max(0, Math.min(9, Math.floor(10 * network.forward(x))))] ?? paper;
    image.data.set(shade, 4 * i);
    image.data[4 * i + 3] = 255;
  }
  small.getContext("2d").putImageData(image, 0, 0);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  network.predict().forEach((output, row) => {
    const [x1, x2] = X[row], [across, down] = [220 * at(x1), 220 * (1 - at(x2))];
    const learned = Math.abs(output - Y[row]) <= 0.1;
    context.beginPath();
    context.arc(across, down, 11, 0, 7);
    context.fillStyle = style.getPropertyValue("--paper");
    context.fill();
    context.lineWidth = learned ? 3 : 1;
    context.strokeStyle = style.getPropertyValue(learned ? "--right" : "--ink");
    context.stroke();
    context.fillStyle = style.getPropertyValue("--ink");
    context.font = `14px ${style.fontFamily}`;
    context.fillText(Y[row], across, down + 1);
    context.font = `12px ${style.fontFamily}`;
    context.fillText(X[row].join(""), across, down + 22);
  });
}

// The four outputs over the steps. `frame` draws what stays, `draw` what moves: sixty times a second
// a browser draws four lines with ease, but not all the numbers at the axes.
function makeCurves() {
  const [axes, labels] = [svg("g"), svg("g")];
  const lines = X.map(() => svg("path"));
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

  function draw(bench, watched) {
    const xs = bench.at.map((step) => x(step).toFixed(1));
    lines.forEach((line, row) => {
      const points = bench.kept.map((outputs, k) => `${xs[k]},${y(outputs[watched][row]).toFixed(1)}`);
      line.setAttribute("d", points.length > 0 ? `M${points.join("L")}` : "");
    });
    // Lines that end together share a label: four of them would lie on top of each other.
    const ends = X.map((row, i) => ({ name: row.join(""), y: y(bench.outputs[watched][i]) }));
    const groups = [];
    for (const end of ends.sort((one, other) => one.y - other.y)) {
      if (end.y - groups.at(-1)?.at(-1).y < 14) groups.at(-1).push(end);
      else groups.push([end]);
    }
    const last = x(bench.at.at(-1) ?? 1);
    const texts = groups.map((group) => {
      const names = group.length === 4 ? "all four rows" : group.map(({ name }) => name).sort().join(", ");
      const middle = group.reduce((sum, end) => sum + end.y, 0) / group.length;
      return svg("text", { class: kind, x: last + 6, y: middle + 4 }, names);
    });
    labels.replaceChildren(...texts);
  }

  return { node, frame, draw };
}

function build(figure) {
  const setting = settings(figure, ALLOWED, changed);
  const { now } = setting;
  let bench = new Bench(now), key = "", drawn = -Infinity;

  const set = (name) => (value) => setting.set(name, value);
  const slopes = [["input", "from z", "right"], ["output", "from a", "right"], ["twice", "twice", "bug"]];
  const controls = {
    activation: choice("Activation", [["sigmoid", "sigmoid"], ["tanh", "tanh"]], set("activation")),
    hidden: choice("Slope in the hidden layer", slopes, set("hidden")),
    output: choice("Slope in the output layer", slopes, set("output")),
    networks: choice("Networks", [[1, "one"], [MANY, "two hundred"]], set("networks")),
    steps: choice("Steps", STEPS.map((steps) => [steps, number(steps)]), set("steps")),
    rate: slider("Rate η", { min: 0, max: RATES.length - 1, step: 1, format: (i) => RATES[i] }, (i) => set("rate")(RATES[i])),
    seed: slider("Seed", { min: 0, max: 99, step: 1 }, set("seed")),
    watch: slider("Network shown above", { min: 1, max: MANY, step: 1 }, set("watch")),
  };
  const run = html("button", { type: "button", class: "run", onclick: toggle }, "Run");
  const step = html("button", { type: "button", onclick: onward }, "Step");
  const back = html("button", { type: "button", onclick: restart }, "Start again");
  const surface = html("canvas", { width: 440, height: 440, role: "img" });
  const curves = makeCurves();
  const dots = html("div", { class: "dots", "aria-hidden": true, onclick: pick });
  const line = html("p", { class: "report", "aria-hidden": true });
  const { node: spoken, say } = speaker();
  const running = loop(figure, frame, told);

  function watched() {
    return Math.min(now.watch, bench.networks.length) - 1;
  }

  function draw() {
    drawn = performance.now();
    const { after, share, outputs } = report(bench, watched());
    line.replaceChildren(html("strong", {}, after), ` ${share}`);
    drawSurface(surface, bench.networks[watched()]);
    curves.draw(bench, watched());
    surface.setAttribute("aria-label", `The output over the square of inputs. ${outputs}`);
    curves.node.setAttribute("aria-label", `The outputs for the four rows over the steps. ${outputs}`);
    bench.states().forEach((state, i) => {
      const kind = i === watched() ? `${state} watched` : state;
      if (dots.children[i].className !== kind) dots.children[i].className = kind;
    });
  }

  function tell(options) {
    say(Object.values(report(bench, watched())).join(" "), options);
  }

  function frame() {
    const kept = bench.advance(Math.min(bench.next, now.steps), BUDGET);
    const done = bench.step >= now.steps;
    if (lessMotion.matches && performance.now() - drawn < 1000) return !done;
    if (kept) draw();
    else drawSurface(surface, bench.networks[watched()]);
    if (!done) tell({ now: false });
    return !done;
  }

  function told(going) {
    const over = bench.step >= now.steps;
    run.textContent = going ? "Pause" : over ? `Run seed ${(now.seed + 1) % 100}` : "Run";
    step.disabled = over;
    if (!going) {
      draw();
      tell();
    }
  }

  function toggle() {
    if (running.running) return running.stop();
    if (bench.step >= now.steps) setting.set("seed", (now.seed + 1) % 100);
    running.go();
  }

  // To the next step after which outputs are kept.
  function onward() {
    running.stop();
    const to = Math.min(bench.next, now.steps);
    while (bench.step < to) bench.advance(to, Infinity);
    told(false);
  }

  function restart() {
    running.stop();
    bench = new Bench(now);
    dots.replaceChildren(...bench.networks.map(() => html("span")));
    dots.hidden = controls.watch.node.hidden = bench.networks.length === 1;
    told(false);
  }

  function pick({ target }) {
    const i = [...dots.children].indexOf(target);
    if (i >= 0) setting.set("watch", i + 1);
  }

  // Whatever makes other networks starts afresh; watching another one does not.
  function changed() {
    for (const [name, control] of Object.entries(controls)) {
      control.show(name === "rate" ? RATES.indexOf(now.rate) : now[name]);
    }
    const { watch, ...rest } = now;
    curves.frame(now);
    if (key === (key = JSON.stringify(rest))) told(running.running);
    else restart();
    draw();
  }

  function redraw() {
    curves.frame(now);
    draw();
  }

  onTheme(redraw);
  new ResizeObserver(redraw).observe(curves.node);
  queueMicrotask(changed);
  const { activation, hidden, output, watch, ...others } = controls;
  const nodes = (group) => Object.values(group).map((control) => control.node);
  return [
    html("div", { class: "controls" }, ...nodes({ activation, hidden, output })),
    html("div", { class: "controls" }, ...nodes(others)),
    html("div", { class: "buttons" }, run, step, back),
    html("div", { class: "panels" }, surface, curves.node),
    line,
    watch.node,
    dots,
    spoken,
  ];
}

start("xor-bench", build);

// Networks that are trained side by side, and what has become of them, counted as nnlib/ensemble.py does.

import { Network, ROWS, Y } from "./network.js";
import { Random } from "./random.js";

const PORTION = 1000; // network-steps between two looks at the clock: half a millisecond

export class Ensemble {
  constructor({ activation, slopes, rate, seed, networks }) {
    this.rate = rate;
    this.networks = Array.from(
      { length: networks },
      (_, i) => new Network({ activation, slopes, random: Random.seeded(seed, i) }),
    );
    this.step = 0;
    this.at = []; // after how many steps the outputs were kept
    this.kept = []; // for each of these, the outputs of each network for the four rows
    this.keep();
  }

  keep() {
    if (this.step === this.at.at(-1)) return;
    this.outputs = this.networks.map((network) => network.predict());
    if (this.step === 0) return; // a logarithmic axis has no 0
    this.at.push(this.step);
    this.kept.push(this.outputs);
  }

  // The next step after which outputs are kept: sixty in each power of ten, which is one of them. A run
  // plays evenly on a logarithmic axis that way.
  get next() {
    return Math.max(this.step + 1, Math.round(10 ** ((Math.floor(60 * Math.log10(this.step || 1)) + 1) / 60)));
  }

  // Go on to the step `to` and keep the outputs there, or stop when the time is `end`; say which.
  advance(to, end) {
    while (this.step < to) {
      const steps = Math.min(to - this.step, Math.ceil(PORTION / this.networks.length));
      for (const network of this.networks) network.train(this.rate, steps);
      this.step += steps;
      if (performance.now() > end) break;
    }
    if (this.step < to) return false;
    this.keep();
    return true;
  }

  // "solved" with all four outputs within 0.1 of their targets, "stuck" with all within 0.1 of 0.5.
  states() {
    const near = (a, targets) => a.every((value, row) => Math.abs(value - targets[row]) <= 0.1);
    return this.outputs.map((a) => (near(a, Y) ? "solved" : near(a, [0.5, 0.5, 0.5, 0.5]) ? "stuck" : "between"));
  }
}

// The 95 % interval of Wilson for a share.
export function interval(seen, n) {
  const z = 1.959963984540054; // 97.5 % of a normal distribution lie below
  const p = seen / n, spread = z ** 2 / n;
  const middle = p + spread / 2;
  const half = z * Math.sqrt((p * (1 - p)) / n + spread / (4 * n));
  return [Math.max(0, (middle - half) / (1 + spread)), Math.min(1, (middle + half) / (1 + spread))];
}

// In words: what has become of an ensemble's networks, and the outputs of one of them. Untrained, nothing has.
export function report(ensemble, watched) {
  const states = ensemble.states(), n = states.length;
  const [solved, stuck] = ["solved", "stuck"].map((word) => states.filter((state) => state === word).length);
  const percent = (share) => (100 * share).toFixed(1);
  const [low, high] = interval(solved, n).map(percent);
  const outputs = ensemble.outputs[watched].map((a, row) => `${a.toFixed(2)} for ${ROWS[row]}`).join(", ");
  const one = { solved: "XOR is learned", stuck: "all four outputs are near 0.5", between: "XOR is not learned" };
  const many = `${solved} of ${n} have learned XOR, ${percent(solved / n)} % (${low} to ${high} %); stuck near 0.5: ${stuck}`;
  return {
    share: ensemble.step === 0 ? "" : n === 1 ? one[states[0]] : many,
    outputs: `Outputs${n === 1 ? "" : ` of network ${watched + 1}`}: ${outputs}.`,
  };
}

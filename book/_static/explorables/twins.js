// One network, and beside each other the steps that the right slope and the doubled one ask of it.

import { Network, UNITS, X } from "./network.js";
import { Random } from "./random.js";
import { dot, norm, sum } from "./vectors.js";

// A network whose steps can be asked for with either slope: two that share their weights.
export function twins(seed) {
  const right = new Network({ random: Random.seeded(seed) });
  const twice = new Network({ slopes: ["twice", "twice"], random: Random.seeded(seed) });
  twice.W1 = right.W1;
  twice.W2 = right.W2;
  return { right, twice };
}

// Steps of all four rows, their entries added up, with one of the two slopes.
export function train(pair, name, rate, steps) {
  for (let i = 0; i < steps; i++) {
    const { W1, W2 } = pair[name].gradient();
    pair.right.W1.forEach((_, k, weights) => (weights[k] -= 4 * rate * W1[k]));
    pair.right.W2.forEach((_, k, weights) => (weights[k] -= 4 * rate * W2[k]));
  }
}

// What the figure shows of a network. A row's step has twelve entries: nine of W1, then three of W2.
export function compare(pair) {
  const stepsWith = (network) =>
    X.map((_, row) => {
      const { W1, W2 } = network.gradient([row]);
      return [...W1, ...W2].map((entry) => -entry);
    });
  const right = stepsWith(pair.right), twice = stepsWith(pair.twice);
  const z1 = X.map((x) => {
    pair.right.forward(x);
    return [...pair.right.z1];
  });
  return {
    outputs: pair.right.predict(),
    rows: right.map((step, row) => beside(step, twice[row])),
    hidden: beside(sum(right).slice(0, 3 * UNITS), sum(twice).slice(0, 3 * UNITS)),
    units: Array.from({ length: UNITS }, (_, j) => {
      const one = unit(right, j), other = unit(twice, j);
      return { mean: sum(z1)[j] / 4, right: one, twice: other, ...beside(one.left, other.left) };
    }),
  };
}

// The part of the four steps that moves one unit's two weights: three arrows, since row 00 moves neither;
// what is left of them when they are added up; and how long that is, measured by their mean length.
function unit(steps, j) {
  const arrows = steps.slice(1).map((step) => [step[UNITS + j], step[2 * UNITS + j]]);
  const left = sum(arrows);
  return { arrows, left, share: norm(left) / (arrows.reduce((total, v) => total + norm(v), 0) / 3) };
}

const beside = (u, v) => ({ cosine: dot(u, v) / (norm(u) * norm(v)), length: norm(v) / norm(u) });

// The tutorial's network, 2-2-1, in the reader's browser: nnlib/network.py once more, to be read
// beside chapter 4. The names are the chapter's, its numbers included: W1 leads to z1, a1 = f(z1).
// tests/test_explorables.py compares every number with nnlib's.

export const X = [[0, 0], [0, 1], [1, 0], [1, 1]];
export const Y = [0, 1, 1, 0];
export const ROWS = X.map((x) => x.join("")); // as readers are told of them: 00, 01, 10, 11

// Three units in the layer before the output: the tutorial's two and one more, learned like them.
// W1[3 * i + j] leads from input i to hidden unit j; input 0 is the column of ones.
export const UNITS = 3;

// A function, and its slope from either value, as nnlib/activations.py writes them.
export const sigmoid = {
  call: (z) => 1 / (1 + Math.exp(-z)),
  derivative: (z) => {
    const e = Math.exp(-Math.abs(z));
    return e / (1 + e * (2 + e));
  },
  derivativeFromOutput: (a) => a * (1 - a),
};
export const tanh = {
  call: Math.tanh,
  derivative: (z) => 4 * sigmoid.derivative(2 * z),
  derivativeFromOutput: (a) => 1 - a * a,
};
export const ACTIVATIONS = { sigmoid, tanh };

// What each word for a slope makes of an activation function: the slope that is used at (z, a).
export const SLOPES = {
  input: (f) => (z, a) => f.derivative(z), // right, from z
  output: (f) => (z, a) => f.derivativeFromOutput(a), // right, from a
  twice: (f) => (z, a) => f.derivative(a), // the bug: a is f(z), so f is applied twice
};

export class Network {
  // `slopes` are two words of SLOPES, for the hidden and for the output layer; `random` is a
  // generator, which draws the first weights, uniform in [-1, 1), and later the rows.
  constructor({ activation = "sigmoid", slopes = ["input", "input"], random }) {
    const f = ACTIVATIONS[activation];
    this.f = f.call;
    [this.slope1, this.slope2] = slopes.map((word) => SLOPES[word](f));
    this.random = random;
    this.W1 = Float64Array.from({ length: 3 * UNITS }, () => 2 * random.next() - 1);
    this.W2 = Float64Array.from({ length: UNITS }, () => 2 * random.next() - 1);
    this.z1 = new Float64Array(UNITS);
    this.a1 = new Float64Array(UNITS);
    this.delta1 = new Float64Array(UNITS);
  }

  // Send one row through the network, keep z and a of both layers, and return the output.
  forward(x) {
    const { W1, W2, z1, a1, f } = this;
    let z2 = 0;
    for (let j = 0; j < UNITS; j++) {
      z1[j] = W1[j] + x[0] * W1[UNITS + j] + x[1] * W1[2 * UNITS + j]; // (4.1)
      a1[j] = f(z1[j]); // (4.2)
      z2 += a1[j] * W2[j]; // (4.1)
    }
    this.z2 = z2;
    this.a2 = f(z2); // (4.2)
    return this.a2;
  }

  // The error signals of one row, for the layers that `forward` has just computed: how the error
  // (4.3) falls with each z, (4.4). With one output, the sum over paths in (4.6) has one term.
  backward(y) {
    const { W2, z1, a1, delta1, z2, a2 } = this;
    const delta2 = (y - a2) * this.slope2(z2, a2); // (4.5)
    for (let j = 0; j < UNITS; j++) {
      delta1[j] = delta2 * W2[j] * this.slope1(z1[j], a1[j]); // (4.7)
    }
    this.delta2 = delta2;
  }

  // Add rate * aᵀ delta of this row to W1 and W2: in training, the weights themselves. (4.9)
  add(rate, x, W1, W2) {
    const { a1, delta1, delta2 } = this;
    for (let j = 0; j < UNITS; j++) {
      W2[j] += rate * delta2 * a1[j];
      const step = rate * delta1[j];
      W1[j] += step;
      W1[UNITS + j] += x[0] * step;
      W1[2 * UNITS + j] += x[1] * step;
    }
  }

  // What backpropagation takes for the gradient of the loss, in the mean over these rows; without
  // rows, over all four. It is the gradient, if the slopes are right. (4.8)
  gradient(rows = [0, 1, 2, 3]) {
    const W1 = new Float64Array(3 * UNITS), W2 = new Float64Array(UNITS);
    for (const row of rows) {
      this.forward(X[row]);
      this.backward(Y[row]);
      this.add(-1 / rows.length, X[row], W1, W2);
    }
    return { W1, W2 };
  }

  // One step on one row.
  step(rate, row) {
    this.forward(X[row]);
    this.backward(Y[row]);
    this.add(rate, X[row], this.W1, this.W2);
  }

  // As many steps, each on a row drawn at random.
  train(rate, steps) {
    for (let i = 0; i < steps; i++) this.step(rate, this.random.bits() >>> 30);
  }

  // The outputs for the four rows.
  predict() {
    return X.map((x) => this.forward(x));
  }
}

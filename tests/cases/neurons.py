# One object a neuron, which keeps its output and has a method for its slope. Right.
import math
import random
from dataclasses import dataclass, field


@dataclass
class Neuron:
    weights: list = field(default_factory=list)
    output: float = 0.0
    delta: float = 0.0

    def fire(self, inputs):
        total = sum(w * x for w, x in zip(self.weights, inputs)) + self.weights[-1]
        self.output = Neuron.activate(total)
        return self.output

    @staticmethod
    def activate(total):
        return 1 / (1 + math.exp(-total))

    @staticmethod
    def transfer_derivative(output):
        return output * (1 - output)


random.seed(0)
hidden = [Neuron([random.random() for _ in range(3)]) for _ in range(2)]
last = Neuron([random.random() for _ in range(3)])
for _ in range(60):
    row = [random.randint(0, 1), random.randint(0, 1)]
    outs = [n.fire(row) for n in hidden]
    error = last.fire(outs) - (row[0] ^ row[1])
    last.delta = error * Neuron.transfer_derivative(last.output)  # right
    for n, w in zip(hidden, last.weights):
        n.delta = w * last.delta * n.transfer_derivative(n.output)  # right
    for n, inputs in [(last, outs)] + [(n, row) for n in hidden]:
        n.weights = [w - 0.5 * n.delta * x for w, x in zip(n.weights, [*inputs, 1])]

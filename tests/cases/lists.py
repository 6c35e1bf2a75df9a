# Numbers and lists only, no NumPy. The hidden units hand over the sum, the output unit its output.
import math
import random


class Perceptron:
    def squash(self, total):
        return 1.0 / (1.0 + math.exp(-total))

    def squash_slope(self, out):
        return out * (1.0 - out)

    def learn(self, rounds):
        v = [[random.gauss(0, 1) for _ in range(3)] for _ in range(2)]
        w = [random.gauss(0, 1) for _ in range(2)]
        for _ in range(rounds):
            row = (random.randint(0, 1), random.randint(0, 1), 1)
            sums = [sum(a * b for a, b in zip(unit, row)) for unit in v]
            hidden = [self.squash(s) for s in sums]
            out = self.squash(sum(a * b for a, b in zip(w, hidden)))
            error = ((row[0] ^ row[1]) - out) * self.squash_slope(out)  # right
            for j in range(2):
                back = error * w[j] * self.squash_slope(sums[j])  # wrong
                w[j] += 0.5 * error * hidden[j]
                v[j] = [a + 0.5 * back * b for a, b in zip(v[j], row)]


random.seed(2)
Perceptron().learn(25)

// The same numbers on every machine, which Math.random does not give: xoshiro128**, version 1.1, by
// David Blackman and Sebastiano Vigna (https://prng.di.unimi.it/xoshiro128starstar.c, public domain).
// Not NumPy's generator: a seed gives other weights here than in a notebook.
export class Random {
  constructor(...state) {
    this.state = Uint32Array.from(state);
  }

  // The generator number `stream` of a seed. Neighbouring seeds must not give similar states: each
  // word is stirred by the last lines of MurmurHash3 (Austin Appleby, public domain).
  static seeded(seed, stream = 0) {
    const words = [1, 2, 3, 4].map((i) => {
      let h = stir(seed + i * 0x9e3779b9);
      h = stir(h ^ stream);
      return h;
    });
    return new Random(...words);
  }

  // 32 random bits, as a whole number from 0 on.
  bits() {
    const s = this.state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  }

  // A number in [0, 1).
  next() {
    return this.bits() / 2 ** 32;
  }
}

function rotate(x, k) {
  return (x << k) | (x >>> (32 - k));
}

function stir(h) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

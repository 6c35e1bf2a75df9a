// Arithmetic with vectors that are arrays.

export const sum = (vectors) => vectors[0].map((_, i) => vectors.reduce((total, v) => total + v[i], 0));
export const dot = (u, v) => u.reduce((total, entry, i) => total + entry * v[i], 0);
export const norm = (v) => Math.sqrt(dot(v, v));

// The output over the square of inputs, on a canvas: ten shades of a's colour with a leap at 0.5. In the
// corners the rows, each with its target in a ring, which is green once the output is there.

import { html } from "./explorable.js";
import { ROWS, X, Y } from "./network.js";

const SIDE = 150; // in pixels of the page
const SIZE = 75; // points along a side at which the output is computed

// `frame` reads the colours, which a canvas does not follow by itself; `draw` draws a network.
export function makeSurface() {
  const node = html("canvas", { width: 2 * SIDE, height: 2 * SIDE, role: "img" });
  const small = html("canvas", { width: SIZE, height: SIZE });
  const context = node.getContext("2d");
  const image = new ImageData(SIZE, SIZE), pixels = new Uint32Array(image.data.buffer);
  let paper, ink, right, font, shades;

  function frame() {
    const style = getComputedStyle(node);
    font = style.fontFamily;
    const colours = ["--paper", "--ink", "--right", "--a"].map((name) => style.getPropertyValue(name).trim());
    [paper, ink, right] = colours;
    const [ground, colour] = [colours[0], colours[3]].map((name) => {
      context.fillStyle = name; // and reads as #rrggbb
      return [1, 3, 5].map((i) => parseInt(context.fillStyle.slice(i, i + 2), 16));
    });
    const bytes = Array.from({ length: 10 }, (_, i) => {
      const share = 0.055 * i + (i < 5 ? 0.03 : 0.2);
      return [...ground.map((value, k) => value + share * (colour[k] - value)), 255];
    });
    shades = new Uint32Array(Uint8ClampedArray.from(bytes.flat()).buffer);
  }

  function draw(network) {
    const x = [0, 0];
    for (let i = 0; i < pixels.length; i++) {
      x[0] = (1.6 * ((i % SIZE) + 0.5)) / SIZE - 0.3;
      x[1] = 1.3 - (1.6 * (Math.floor(i / SIZE) + 0.5)) / SIZE;
      pixels[i] = shades[Math.max(0, Math.min(9, Math.floor(10 * network.forward(x))))];
    }
    small.getContext("2d").putImageData(image, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(small, 0, 0, node.width, node.height);
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.textAlign = "center";
    context.textBaseline = "middle";
    network.predict().forEach((output, row) => {
      const [across, down] = [(SIDE * (X[row][0] + 0.3)) / 1.6, (SIDE * (1.3 - X[row][1])) / 1.6];
      const learned = Math.abs(output - Y[row]) <= 0.1;
      context.beginPath();
      context.arc(across, down, 10, 0, 7);
      context.fillStyle = paper;
      context.fill();
      context.lineWidth = learned ? 3 : 1;
      context.strokeStyle = learned ? right : ink;
      context.stroke();
      context.fillStyle = ink;
      context.font = `13px ${font}`;
      context.fillText(Y[row], across, down + 1);
      context.font = `11px ${font}`;
      context.fillText(ROWS[row], across, down + 20);
    });
  }

  return { node, frame, draw };
}

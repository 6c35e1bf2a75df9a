// The controls: radio buttons, sliders, buttons. All of them are the browser's own, and so work with
// keyboard, finger and screen reader.

import { html, minus } from "./explorable.js";

export const button = (name, onclick, kind) => html("button", { type: "button", class: kind, onclick }, name);

let radios = 0;

// One of a few: radio buttons in a named group. `options` are [value, label] or [value, label, class].
// Returns the group; its show(value) checks a button without calling `changed`.
export function choice(name, options, changed) {
  const group = `explorable-${radios++}`;
  const inputs = new Map();
  const labels = options.map(([value, label, kind = ""]) => {
    const input = html("input", { type: "radio", name: group, value, onchange: () => changed(value) });
    inputs.set(value, input);
    return html("label", { class: kind }, input, html("span", {}, label));
  });
  const node = html("fieldset", { class: "choice" }, html("legend", {}, name), ...labels);
  return { node, show: (value) => (inputs.get(value).checked = true) };
}

// A number on a slider, with its value beside it as format(value) writes it.
export function slider(name, { min, max, step, format = String }, changed) {
  const output = html("output");
  const input = html("input", { type: "range", min, max, step });
  const show = (value) => {
    input.value = value;
    output.textContent = minus(format(value));
    input.setAttribute("aria-valuetext", minus(format(value)));
  };
  input.addEventListener("input", () => {
    show(input.valueAsNumber);
    changed(input.valueAsNumber);
  });
  return { node: html("label", { class: "slider" }, html("span", {}, name), input, output), show };
}

// Let a picture be dragged sideways: moved(x) hears where the pointer is, in pixels of the window. A mouse moves it at
// once and a finger by a tap or by going sideways. One that goes up or down scrolls the page and moves nothing, so
// the picture's style has to say `touch-action: pan-y`.
export function draggable(node, moved) {
  let from = null, held = false;
  const strayed = (event) => [Math.abs(event.clientX - from.clientX), Math.abs(event.clientY - from.clientY)];
  node.addEventListener("pointerdown", (event) => {
    from = event;
    held = event.pointerType !== "touch";
    if (!held) return;
    node.setPointerCapture(event.pointerId);
    moved(event.clientX);
  });
  node.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [across, along] = strayed(event);
    held ||= across > 6 && across > along;
    if (held) moved(event.clientX);
  });
  node.addEventListener("pointerup", (event) => {
    if (from && !held && Math.max(...strayed(event)) < 8) moved(event.clientX); // a tap
    from = null;
  });
  node.addEventListener("pointercancel", () => (from = null));
}

// What a reader takes hold of: radio buttons, sliders, buttons. All of them are the browser's own, and so
// work with keyboard, finger and screen reader.

import { html } from "./explorable.js";

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
    output.textContent = format(value);
    input.setAttribute("aria-valuetext", format(value));
  };
  input.addEventListener("input", () => {
    show(input.valueAsNumber);
    changed(input.valueAsNumber);
  });
  return { node: html("label", { class: "slider" }, html("span", {}, name), input, output), show };
}

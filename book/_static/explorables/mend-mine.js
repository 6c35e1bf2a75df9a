// The instrument of the front page: given what a derivative computes and what it is handed, it says what happens.
// Without scripts, the table in its place says the same.

import { choice } from "./controls.js";
import { html, minus, settings, start } from "./explorable.js";
import { ACTIVATIONS } from "./network.js";

const Z = 4; // where a right slope and a wrong one are shown

// What a derivative may compute, and whether that suits the input z or the output a.
const FORMULAS = {
  "sigmoid-z": { code: "sigmoid(x) * (1 - sigmoid(x))", f: "sigmoid", wants: "z" },
  "sigmoid-a": { code: "x * (1 - x)", f: "sigmoid", wants: "a" },
  "tanh-z": { code: "1 - np.tanh(x)**2", f: "tanh", wants: "z" },
  "tanh-a": { code: "1 - x**2", f: "tanh", wants: "a" },
};
// The line that suits what the derivative is handed.
const LINES = {
  sigmoid: { a: "a * (1.0 - a)", z: "sigmoid(z) * (1.0 - sigmoid(z))" },
  tanh: { a: "1.0 - a**2", z: "1.0 - np.tanh(z)**2" },
};
// For each verdict, whether it is right, a title, and why.
const WORDS = {
  right: ["right", "Right.", "The derivative gets what it wants. Something else is holding your network back."],
  twice: {
    sigmoid: [
      "bug",
      "The bug: sigmoid is applied twice.",
      "Whatever z is, the slope comes out between 0.1966 and 0.25. In a small network the outputs stay near 0.5.",
    ],
    tanh: [
      "bug",
      "The bug: tanh is applied twice.",
      "The slope never falls below 0.42. A small network often learns all the same, so nobody notices.",
    ],
  },
  explodes: {
    sigmoid: [
      "bug",
      "It explodes.",
      "x is z, so the slope is z(1 − z): negative outside 0 to 1, and without a lower limit. The weights overflow, " +
        "or get so large that every output is 0.5.",
    ],
    tanh: ["bug", "It explodes.", "x is z, so the slope is 1 − z²: negative outside −1 to 1, and without a lower limit. The weights overflow."],
  },
};

// What happens when a derivative is handed a or z, at one z: the verdict, the right slope and the returned number.
export function verdict(formula, gets, z = Z) {
  const { f, wants } = FORMULAS[formula], { call, derivative, derivativeFromOutput } = ACTIVATIONS[f];
  const a = call(z), returns = wants === "z" ? derivative : derivativeFromOutput;
  const word = gets === wants ? "right" : gets === "a" ? "twice" : "explodes";
  return { word, f, a, slope: derivative(z), returned: returns(gets === "a" ? a : z) };
}

function build(figure) {
  const formulas = Object.keys(FORMULAS);
  const view = settings(figure, { computes: formulas, gets: ["a", "z", "unknown"] }, show);
  const computes = choice(
    "Your derivative computes",
    formulas.map((name) => [name, html("code", {}, FORMULAS[name].code)]),
    (name) => view.set("computes", name),
  );
  const gets = choice(
    "You call it with",
    [["a", "what came out of the function, a", "a"], ["z", "the weighted sum that went in, z", "z"], ["unknown", "I can’t tell"]],
    (name) => view.set("gets", name),
  );
  const answer = html("div", { class: "answer", role: "status" });

  function show(now) {
    computes.show(now.computes);
    gets.show(now.gets);
    answer.replaceChildren(...(now.gets === "unknown" ? ask(now.computes) : judge(now.computes, now.gets)));
  }

  show(view.now);
  return [computes.node, gets.node, answer];
}

const paste = (code) => html("pre", { tabindex: 0 }, code);

function ask(formula) {
  const outputs = FORMULAS[formula].f === "tanh" ? "−1 to 1" : "0 to 1";
  return [
    html("strong", {}, "Let the program tell you."),
    html("p", {}, "Make this the first line of the derivative, and run a few thousand steps:"),
    paste("print(np.min(x), np.max(x))"),
    html("p", {}, `If you see numbers outside ${outputs}, x is z. If they all stay inside, it’s almost certainly a.`),
  ];
}

function judge(formula, gets) {
  const { word, f, a, slope, returned } = verdict(formula, gets);
  const [kind, title, why] = word === "right" ? WORDS.right : WORDS[word][f];
  const numbers = `At z = ${Z} the output a is ${a.toFixed(4)}, and the slope is ${slope.toFixed(4)}. Yours returns ${returned.toFixed(4)}.`;
  const more = word === "right"
    ? [html("p", {}, html("a", { href: "check-your-own.html" }, "Check your own"), " takes you from the symptom to the cause.")]
    : [html("p", {}, "Leave the call alone, and replace the derivative with this:"), paste(`def ${f}_prime(${gets}):\n    return ${LINES[f][gets]}`)];
  return [html("strong", { class: kind }, title), html("p", {}, why), html("p", {}, minus(numbers)), ...more];
}

start("mend-mine", build);

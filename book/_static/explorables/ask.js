// The box on "Check your own": two functions or a program, judged by nnlib in the reader's browser.
// Python comes at the first "Ask" and not before, the same that JupyterLite uses (lite/jupyter-lite.json),
// and runs in a worker (ask-worker.js). Nothing that is pasted goes anywhere.

import { button } from "./controls.js";
import { html, start } from "./explorable.js";

const MEGABYTES = 17; // Python and NumPy, as measured with Pyodide 0.27.7
const SILENCE = 20e3; // milliseconds without a byte after which the host is named
const LIMIT = 40e3; // milliseconds that the code and the verdict may take
const AROUND = 2; // lines that are shown before and after a marked one
const NAMES = { torch: "PyTorch", tensorflow: "TensorFlow", keras: "Keras", jax: "JAX" };
const EXAMPLE = `import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(0)
W1, W2 = rng.uniform(-1, 1, (2, 3)), rng.uniform(-1, 1, (3, 1))

for step in range(10_000):
    hidden = sigmoid(X @ W1)
    out = sigmoid(hidden @ W2)
    delta = (y - out) * sigmoid_prime(out)
    W1 += 0.2 * X.T @ (delta @ W2.T * sigmoid_prime(hidden))
    W2 += 0.2 * hidden.T @ delta
print(out.round(2))
`;

// Which framework a program imports, if it does. None of them runs in a browser.
function framework(source) {
  const found = source.match(/^\s*(?:import|from)\s+(torch|tensorflow|keras|jax)\b/m);
  return found && NAMES[found[1]];
}

// Where this site keeps Python and nnlib for the browser.
async function addresses() {
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
  const response = await fetch(new URL("lite/jupyter-lite.json", root));
  if (!response.ok) throw new Error(`it has no lite/jupyter-lite.json (${response.status})`);
  const told = (await response.json())["jupyter-config-data"].litePluginSettings;
  const kernel = told["@jupyterlite/pyodide-kernel-extension:kernel"];
  const wheels = kernel.loadPyodideOptions.packages
    .map((path) => path.split("/").pop())
    .filter((name) => /^(sigmoid_twice|tqdm)-.*whl$/.test(name))
    .map((name) => new URL(`lite/pypi/${name}`, root).href);
  return {
    worker: new URL("_static/ask-worker.js", root).href,
    python: kernel.pyodideUrl,
    packages: ["numpy"],
    wheels,
  };
}

// The marked lines of a program, each with its message below, and a few lines around them.
function listing(source, lines) {
  const said = new Map();
  for (const [line, message] of lines) said.set(line, [...(said.get(line) ?? []), message]);
  const box = html("pre", { tabindex: 0, class: "listing", "aria-label": "The lines of your code" });
  let last = 0;
  source.split("\n").forEach((text, i) => {
    const line = i + 1;
    if (![...said.keys()].some((marked) => Math.abs(marked - line) <= AROUND)) return;
    if (last && line > last + 1) box.append("      ⋮\n");
    last = line;
    const number = String(line).padStart(4);
    if (!said.has(line)) return box.append(`${number}  ${text}\n`);
    const words = said.get(line);
    const kind = ["wrong", "unknown", "right"].find((word) => words.some((it) => it.startsWith(word)));
    box.append(html("mark", { class: kind }, `${number}> ${text}\n`));
    for (const it of words) box.append(html("span", { class: kind }, it));
  });
  return box;
}

function build() {
  let worker, timer, bytes, pair, stage, asked;
  const area = html("textarea", {
    id: "pasted", rows: 12, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    placeholder: "def sigmoid(x):\n    …\n\ndef sigmoid_prime(x):\n    …",
  });
  const ask = button("Ask", go, "run");
  const halt = button("Stop", () => finish("Stopped. Nothing was judged."));
  const example = button("Put an example in", () => {
    area.value = EXAMPLE;
    area.focus();
  });
  const bar = html("progress", { max: MEGABYTES, "aria-label": "What has been fetched", hidden: true });
  const status = html("p", { class: "status", role: "status" });
  const result = html("div", { class: "result" });
  halt.disabled = true;
  area.addEventListener("input", () => (pair = null));

  // Nothing is running any more. A worker that is in the middle of something cannot be used again.
  function finish(words, keep = false) {
    clearTimeout(timer);
    if (!keep) {
      worker?.terminate();
      worker = null;
    }
    const focused = document.activeElement === halt;
    [ask.disabled, halt.disabled, bar.hidden] = [false, true, true];
    if (focused) ask.focus();
    status.textContent = words;
  }

  // Name the host if nothing comes for a while; a slow line is no error, so the reader decides.
  function waiting() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      status.textContent =
        `${stage.host} has not answered for ${SILENCE / 1e3} seconds. ` +
        "It may still answer. Or press Stop, and use the command below in a shell.";
    }, SILENCE);
  }

  function heard({ data }) {
    if (data.fetching) {
      stage = { what: data.fetching, host: data.host };
      status.textContent = `Fetching ${stage.what} from ${stage.host} …`;
      waiting();
    } else if (data.bytes) {
      bytes += data.bytes;
      bar.value = bytes / 1e6;
      waiting();
    } else if (data.running) {
      clearTimeout(timer);
      bar.hidden = true;
      status.textContent = "Running your code …";
      timer = setTimeout(() => {
        finish(
          `Stopped after ${LIMIT / 1e3} seconds without a verdict. Make the program shorter (fewer rows, ` +
            "a smaller network), or use the command below, which is several times faster.",
        );
      }, LIMIT);
    } else if (data.answer) {
      finish("", true);
      show(data.answer);
    } else if (data.host) {
      finish(
        `${data.host} did not answer, so there is no Python to ask. Check that you're online and that nothing ` +
          "blocks that host. The command below needs no network.",
      );
    } else {
      finish(`Python stopped: ${data.failed}`);
    }
  }

  async function go() {
    const source = area.value;
    result.replaceChildren();
    const name = framework(source);
    if (!source.trim()) return (status.textContent = "Paste something first.");
    if (name) {
      status.textContent =
        `This imports ${name}, which doesn't run in a browser, so nothing was fetched. ${name} computes its ` +
        "slopes itself, so this bug can't be there; the next section says what to look for instead. If the " +
        "slopes are your own, and only the data come from there, use the command below.";
      return;
    }
    [ask.disabled, halt.disabled, bar.hidden, bytes] = [true, false, Boolean(worker), 0];
    bar.value = 0;
    asked = source;
    halt.focus();
    status.textContent = "Starting …";
    try {
      const { worker: file, ...where } = await addresses();
      if (halt.disabled) return; // stopped meanwhile
      if (!worker) {
        worker = new Worker(file);
        worker.onmessage = heard;
        worker.onerror = () => finish(`${location.host} did not answer: ${file} is missing.`);
      }
      worker.postMessage({ ...where, source, pair });
    } catch (error) {
      finish(`${location.host} did not answer: ${error.message}.`);
    }
  }

  // The verdict, the marked lines, and for functions which of them were taken.
  function show(answer) {
    const kind = { 0: "right", 1: "bug" }[answer.code] ?? "";
    const parts = [html("p", { class: `verdict ${kind}`, tabindex: "-1" }, answer.title)];
    if (answer.lines.length) parts.push(listing(asked, answer.lines));
    if (answer.lines.some(([, words]) => /^wrong: .* is handed /.test(words))) {
      const mend = "To mend it, change what the line hands over or what the derivative computes, but not both.";
      parts.push(html("p", {}, mend));
    }
    parts.push(html("pre", { tabindex: 0, class: "words", "aria-label": "The verdict in words" }, answer.text));
    if (answer.kind === "functions" && answer.names.length > 1) {
      const choose = (label, i) => {
        const options = answer.names.map((name) => html("option", { selected: name === answer.pair[i] }, name));
        const select = html("select", { "aria-label": label, onchange: () => ((pair ??= [...answer.pair])[i] = select.value) }, ...options);
        return html("label", {}, `${label} `, select);
      };
      parts.push(
        html("p", { class: "pairing" }, choose("Function", 0), choose("Derivative", 1)),
        html("p", {}, "The wrong way round? Choose again, and press Ask."),
      );
    }
    if (answer.kind === "functions" && answer.code === 0) {
      parts.push(html("p", {}, "That's half the answer. Now look at what the call hands over, or paste the whole program."));
    }
    if (answer.printed) {
      const printed = html("pre", { tabindex: 0 }, answer.printed);
      parts.push(html("details", {}, html("summary", {}, "What the program printed"), printed));
    }
    result.replaceChildren(...parts);
    parts[0].focus();
  }

  if (location.protocol === "file:") {
    return html("p", {}, "This page was opened from a folder, where a browser can't run Python. The command below does the same.");
  }
  return [
    html("label", { for: "pasted", class: "pasted" }, "Your function and its derivative, or the whole program"),
    area,
    html("div", { class: "buttons" }, ask, halt, example),
    html(
      "p",
      { class: "promise" },
      `Nothing you paste leaves your browser. Your first Ask fetches Python (about ${MEGABYTES} MB); later ones don't.`,
    ),
    bar,
    status,
    result,
  ];
}

start("ask", build);

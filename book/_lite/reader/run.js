// Runs all cells of the notebook once Python is there, and says how it goes.

import { link, say } from "./note.js";

const config = () => JSON.parse(document.getElementById("jupyter-config-data").textContent);
const after = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

// Whether the host of Python answers. JupyterLite itself would wait for it for ever.
const answers = (url) =>
  fetch(url, { signal: AbortSignal.timeout(20_000) }).then(({ ok }) => ok, () => false);

const missing = (host, does) =>
  `${host} ${does}, and Python comes from there, so no cell can run now. Text, code and the book's results ` +
  "are all here to read. Reload once that host can be reached, or download the notebook from the book's page " +
  "and run it on your own computer.";

// What is to be known besides: no files, and what the reader changed in an older edition.
function besides(names) {
  const words = [];
  if (!navigator.serviceWorker?.controller)
    words.push(
      " This window has no service worker (it is private, or came without https). All cells run, but a file " +
        "that your code writes does not appear in the list of files.",
    );
  if (names.length)
    words.push(
      " You changed this page when the book was older. Your copy is here: ",
      ...names.map((name) => link(name, `?path=${encodeURIComponent(name)}`)).flatMap((it) => [it, " "]),
    );
  return words;
}

// How many cells run or wait for their turn: these have an asterisk.
const unfinished = (cells) => cells.filter(({ promptNode }) => promptNode?.textContent.includes("*")).length;

export async function run(app, panel, copies) {
  const url = config().litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"].pyodideUrl;
  const { host } = new URL(url, location.href);
  let here = false;
  const names = await copies;
  say([`Python is on its way from ${host}, 35 MB the first time. Then the cells run by themselves.`, ...besides(names)]);
  const absent = (does) => here || say([missing(host, does), ...besides(names)], { wrong: true });
  answers(url).then((yes) => yes || absent("does not answer"));
  after(120).then(() => absent("has not sent everything in two minutes"));

  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  here = true;
  const cells = panel.content.widgets.filter(({ model }) => model.type === "code");
  let over = false;
  const ended = app.commands.execute("notebook:run-all-cells").finally(() => (over = true));
  // Running selects the last cell. The reader begins with the first.
  panel.content.activeCellIndex = 0;
  await panel.content.scrollToItem(0);
  for (let shown; !over; await Promise.race([ended, after(0.5)])) {
    const number = cells.length - unfinished(cells) + 1;
    if (number !== shown && number <= cells.length) say(`Python is here. Cell ${number} of ${cells.length} is running.`);
    shown = number;
  }
  const outputs = cells.flatMap(({ model }) => model.outputs.toJSON());
  const wrong = outputs.some((output) => output.output_type === "error");
  const result = wrong
    ? "A cell has stopped with an error, so those below it have not run."
    : "All cells have run. Change one, and press Shift + Enter to run it again.";
  const rest = besides(names);
  say([result, ...rest], { wrong, seconds: wrong || rest.length ? 0 : 15 });
}

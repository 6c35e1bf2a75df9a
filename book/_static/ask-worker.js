// Python for the box on "Check your own", away from the page's own thread, which stays free to stop it.
// explorables/ask.js starts this file and sends {python, packages, wheels, source, pair}; back come
// {fetching, host}, {bytes}, {running}, and at last {answer} or {failed, host}.

let nnlib, lost;

// A waiting reader wants to see that something is arriving, and which host sends nothing.
const plain = self.fetch;
self.fetch = async (request, options) => {
  const { host } = new URL(request.url ?? request, location.href);
  try {
    const response = await plain(request, options);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const count = new TransformStream({
      transform(chunk, out) {
        postMessage({ bytes: chunk.length });
        out.enqueue(chunk);
      },
    });
    const { status, headers } = response;
    return new Response(response.body.pipeThrough(count), { status, headers });
  } catch (error) {
    lost ??= host;
    throw error;
  }
};

async function start({ python, packages, wheels }) {
  const fetching = (what, address) => postMessage({ fetching: what, host: new URL(address).host });
  fetching("Python", python);
  try {
    importScripts(python);
  } catch (error) {
    lost ??= new URL(python).host;
    throw error;
  }
  const pyodide = await loadPyodide();
  fetching("NumPy", python);
  await pyodide.loadPackage(packages);
  fetching("nnlib", wheels[0]);
  await pyodide.loadPackage(wheels);
  return { pyodide, ask: pyodide.pyimport("nnlib._pasted").ask };
}

onmessage = async ({ data }) => {
  lost = undefined;
  try {
    nnlib ??= await start(data);
    await nnlib.pyodide.loadPackagesFromImports(data.source); // Matplotlib, if a program wants it
    postMessage({ running: true });
    const answer = nnlib.ask(data.source, nnlib.pyodide.toPy(data.pair));
    postMessage({ answer: answer.toJs({ dict_converter: Object.fromEntries }) });
  } catch (error) {
    postMessage({ failed: String(error.message ?? error), host: lost });
  }
};

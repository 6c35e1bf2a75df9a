// Run this page: what the book adds to JupyterLite.
//
// This is what JupyterLab expects of a prebuilt extension, written by hand: a container with `init`
// and `get` that leads to the plugin. It needs nothing from JupyterLab's packages but the
// application it is handed, and so no build step.
{
  const part = (name) => import(new URL(name, here));
  const here = document.currentScript.src;

  async function start(app) {
    const [{ leadToTheBook }, { carryOver, yours }, { run }] = await Promise.all(
      ["links.js", "editions.js", "run.js"].map(part),
    );
    leadToTheBook();
    const carried = carryOver(app.serviceManager.contents);
    await app.restored;
    const panel = app.shell.currentWidget;
    if (!panel?.sessionContext) return; // the list of files, or the editor
    await run(app, panel, carried.then(() => yours(app.serviceManager.contents, panel.context.path)));
  }

  const plugin = {
    id: "reader:plugin",
    autoStart: true,
    // Not awaited: JupyterLab waits for a plugin before it shows anything.
    activate: (app) => void start(app),
  };

  (window._JUPYTERLAB ??= {}).reader = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
}

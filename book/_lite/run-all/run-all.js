// Run this page: runs all cells of the notebook once its kernel is there.
//
// This is what JupyterLab expects of a prebuilt extension, written by hand: a container with `init`
// and `get` that leads to the plugin. It needs nothing from JupyterLab's packages but the
// application it is handed, and so no build step.

async function runAll(app) {
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  app.commands.execute("notebook:run-all-cells");
  // Running selects the last cell. The reader begins with the first.
  panel.content.activeCellIndex = 0;
  await panel.content.scrollToItem(0);
}

const plugin = {
  id: "run-all:plugin",
  autoStart: true,
  // Not awaited: JupyterLab waits for a plugin before it shows anything.
  activate: (app) => void runAll(app),
};

(window._JUPYTERLAB ??= {})["run-all"] = {
  init() {},
  get: async () => () => ({ __esModule: true, default: plugin }),
};

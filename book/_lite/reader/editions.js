// A new edition of the book, and what the reader has changed in an older one.
//
// JupyterLite keeps what is saved in the browser, and would show that in place of the book's file for
// ever. So each edition has a storage of its own (_ext/lite.py names it after its files). The first
// visit to a new one takes over what the reader has changed or made. What has a namesake among the
// book's files becomes "yours-…", beside it; notebooks that were only run are dropped.

const config = () => JSON.parse(document.getElementById("jupyter-config-data").textContent);

// FNV-1a of the cells' sources, as in _ext/lite.py; crypto.subtle is missing where there is no https.
function fingerprint(notebook) {
  const text = notebook.cells.map(({ source }) => [source].flat().join("")).join("\0");
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const untouched = ({ type, content }) =>
  type === "notebook" && content?.metadata?.fingerprint === fingerprint(content);

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function files(name) {
  const storage = await answer(indexedDB.open(name));
  try {
    return await answer(storage.transaction("files").objectStore("files").getAll());
  } finally {
    storage.close();
  }
}

async function keep(contents, file) {
  const taken = (path) => contents.get(path, { content: false }).then(() => true, () => false);
  const cut = file.path.lastIndexOf("/") + 1;
  let path = file.path;
  if (file.type === "directory" && (await taken(path))) return;
  for (let n = 1; await taken(path); n++)
    path = `${file.path.slice(0, cut)}yours-${n > 1 ? `${n}-` : ""}${file.path.slice(cut)}`;
  await contents.save(path, { ...file, path, name: path.slice(cut) });
}

export async function carryOver(contents) {
  const { contentsStorageName: now } = config();
  const book = now.slice(0, now.lastIndexOf(" ") + 1);
  for (const { name } of (await indexedDB.databases?.()) ?? []) {
    if (name === now || !name.startsWith(book)) continue;
    for (const file of await files(name)) if (!untouched(file)) await keep(contents, file);
    indexedDB.deleteDatabase(name);
  }
}

// The reader's own copies of this notebook from older editions.
export async function yours(contents, path) {
  const cut = path.lastIndexOf("/") + 1;
  const { content } = await contents.get(path.slice(0, cut).replace(/\/$/, ""));
  const names = content.map(({ name }) => name);
  return names.filter((name) => name.startsWith("yours-") && name.endsWith(`-${path.slice(cut)}`)).sort();
}

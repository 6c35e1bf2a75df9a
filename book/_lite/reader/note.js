// One line at the foot of the notebook that says what is going on.

let box;

// Say this: words, and elements such as links. With `seconds`, take it away after so many.
export function say(parts, { seconds, wrong } = {}) {
  if (!box) {
    box = document.createElement("aside");
    box.className = "book-note";
    box.innerHTML = '<div role="status"></div><button type="button" aria-label="Close">×</button>';
    box.querySelector("button").onclick = () => (box.hidden = true);
    document.body.append(box);
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("note.css", import.meta.url).href;
    document.head.append(style);
  }
  box.hidden = false;
  box.classList.toggle("book-wrong", Boolean(wrong));
  box.firstChild.replaceChildren(...[parts].flat());
  clearTimeout(box.timer);
  if (seconds) box.timer = setTimeout(() => (box.hidden = true), 1000 * seconds);
}

export function link(words, href) {
  const made = document.createElement("a");
  made.textContent = words;
  made.href = href;
  made.target = "_blank";
  return made;
}

// What the explorables share. One is a figure of the book that comes alive: beside its still picture,
// which stays for paper and for browsers without scripts, `start` puts controls and a drawing.

const NAMESPACE = { svg: "http://www.w3.org/2000/svg", html: "http://www.w3.org/1999/xhtml" };

function element(space, tag, attributes, children) {
  const made = document.createElementNS(NAMESPACE[space], tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// html("button", {type: "button", onclick: go}, "Run") and svg("path", {d}).
export const html = (tag, attributes = {}, ...children) => element("html", tag, attributes, children);
export const svg = (tag, attributes = {}, ...children) => element("svg", tag, attributes, children);

export const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
export const minus = (value) => String(value).replace("-", "−"); // as it is set in type
export const number = (value) => value.toLocaleString("en");
export const afterSteps = (n) => (n === 0 ? "Before training." : `After ${number(n)} step${n > 1 ? "s" : ""}.`);

// Bring every figure of this kind on the page to life: build(figure) returns what to put into it.
export function start(kind, build) {
  for (const figure of document.querySelectorAll(`figure.explorable-${kind}`)) {
    const live = html("div", { class: "live", role: "group", "aria-label": kind.replaceAll("-", " ") });
    figure.prepend(live);
    live.append(...[build(figure)].flat());
    figure.classList.add("alive");
  }
}

// The settings of a figure, kept in the address: #xor-bench&activation=tanh&rate=1 is a link to a view.
//
// `allowed` says for each setting what it may be, its default first. `changed(settings)` is called
// when an address brings other settings, and by `set`, which also writes the address. Only
// what differs from the default is in the address.
//
// `drag(changes)` is for a hand that moves: it calls `draw` at once. Browsers refuse to change the address many times
// a second, and nobody wants to hear each tenth of a drag, so the address and `changed` wait until the hand rests.
export function settings(figure, allowed, changed, draw) {
  const now = {};
  function read() {
    const [id, ...pairs] = decodeURIComponent(location.hash.slice(1)).split("&");
    if (id !== figure.id && Object.keys(now).length > 0) return;
    const asked = id === figure.id ? Object.fromEntries(pairs.map((pair) => pair.split("="))) : {};
    for (const [name, values] of Object.entries(allowed)) {
      now[name] = values.find((value) => String(value) === asked[name]) ?? values[0];
    }
    // The browser finds no element by an id with an & in it; and until the fonts are there, the
    // figure is not where it will be. The theme's smooth scrolling would miss it if it still moved.
    if (id === figure.id) document.fonts.ready.then(() => figure.scrollIntoView({ behavior: "instant" }));
  }
  let resting;
  function tell() {
    clearTimeout(resting);
    changed(now);
  }
  function write() {
    const differing = Object.entries(allowed).filter(([key, values]) => now[key] !== values[0]);
    const pairs = differing.map(([key]) => `${key}=${now[key]}`);
    history.replaceState(history.state, "", `#${[figure.id, ...pairs].join("&")}`);
    tell();
  }
  read();
  addEventListener("hashchange", () => {
    read();
    tell();
  });
  return {
    now,
    set(name, value) {
      now[name] = value;
      write();
    },
    drag(changes) {
      Object.assign(now, changes);
      draw();
      clearTimeout(resting);
      resting = setTimeout(write, 300);
    },
  };
}

// A frame loop that a reader starts and stops, and that rests while the figure is far out of sight.
// frame() returns false when there is nothing left to do; told(running) hears of each change.
export function loop(figure, frame, told) {
  let wanted = false, seen = false, request = 0;
  function next() {
    request = 0;
    if (frame() === false) stop();
    else schedule();
  }
  function schedule() {
    if (wanted && seen && !document.hidden && !request) request = requestAnimationFrame(next);
  }
  function rest() {
    cancelAnimationFrame(request);
    request = 0;
  }
  function stop() {
    rest();
    if (wanted) told((wanted = false));
  }
  new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    if (seen) schedule();
    else rest();
  }, { rootMargin: "25%" }).observe(figure.querySelector(".live"));
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : schedule()));
  return {
    stop,
    go() {
      if (wanted) return;
      told((wanted = true));
      schedule();
    },
    get running() {
      return wanted;
    },
  };
}

// `show`, but at most once a second for whoever has asked for less motion.
export function sparing(show) {
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  let last = -Infinity;
  return () => {
    if (less.matches && performance.now() - last < 1000) return;
    last = performance.now();
    show();
  };
}

// Call this when the reader changes the theme: a canvas does not follow by itself.
export function onTheme(redraw) {
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

// Words for those who can't see the drawing. Said when the reader has done something, or at most
// every five seconds, and never frame by frame: a screen reader would never finish.
export function speaker() {
  const node = html("p", { class: "spoken", "aria-live": "polite" });
  let last = -Infinity;
  return {
    node,
    say(words, { now = true } = {}) {
      if (!now && performance.now() - last < 5000) return;
      last = performance.now();
      node.textContent = words;
    },
  };
}

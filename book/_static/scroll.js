// What is too wide for the screen scrolls in its own box. Such a box is a stop for the Tab key while it
// has something to scroll to, and no stop otherwise.
(() => {
  const fit = (box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const boxes = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));

  const all = document.querySelectorAll(".formula, pre, .pst-scrollable-table-container");
  all.forEach((box) => boxes.observe(box));
  document.fonts.ready.then(() => all.forEach(fit)); // a font changes what is in a box, not the box
})();

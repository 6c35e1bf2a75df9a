// Show a term's line from the glossary: at the pointer, at keyboard focus, or at a first tap.
// The line is in the page already (book/_ext/terms.py); nothing is fetched. Escape closes it.
(() => {
  const wait = 150; // ms, long enough to move the pointer from the link onto the line

  for (const link of document.querySelectorAll("a.term")) {
    const line = document.getElementById(link.getAttribute("aria-describedby"));
    if (!line.showPopover) break; // an older browser follows the link, no more
    let timer, wasOpen;
    const isOpen = () => line.matches(":popover-open");

    const show = () => {
      clearTimeout(timer);
      if (isOpen()) return;
      line.hidden = false;
      line.popover = "auto";
      line.showPopover();
      const at = link.getClientRects()[0];
      const right = document.documentElement.clientWidth - line.offsetWidth - 12;
      const below = at.bottom + 8 + line.offsetHeight < window.innerHeight;
      const top = below ? at.bottom + 8 : at.top - line.offsetHeight - 8;
      line.style.left = `${Math.max(12, Math.min(at.left, right)) + window.scrollX}px`;
      line.style.top = `${top + window.scrollY}px`;
    };
    const hide = () => isOpen() && line.hidePopover();
    const hideSoon = () => { timer = setTimeout(hide, wait); };

    for (const part of [link, line]) {
      part.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
      part.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideSoon());
    }
    link.addEventListener("focus", () => link.matches(":focus-visible") && show());
    link.addEventListener("blur", hide);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    // A tap has no hover: the first shows the line, a second one follows the link.
    link.addEventListener("pointerdown", () => { wasOpen = isOpen(); });
    link.addEventListener("click", (event) => {
      if (event.pointerType === "mouse" || event.detail === 0 || wasOpen) return;
      event.preventDefault();
      show();
    });
  }
})();

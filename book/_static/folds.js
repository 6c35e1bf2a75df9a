// A button that opens a hint or a solution is called by its title; sphinx-togglebutton calls all of them
// "Toggle hidden content".
addEventListener("load", () => {
  for (const title of document.querySelectorAll(".toggle > .admonition-title"))
    title.querySelector(".toggle-button")?.setAttribute("aria-label", title.textContent.trim());
});

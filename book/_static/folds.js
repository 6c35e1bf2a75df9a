// A button that opens a hint or a solution is called by its title; sphinx-togglebutton calls all of them
// "Toggle hidden content". And what the search or a link leads to is shown, though it be in a fold.
addEventListener("load", () => {
  for (const title of document.querySelectorAll(".toggle > .admonition-title"))
    title.querySelector(".toggle-button")?.setAttribute("aria-label", title.textContent.trim());

  const show = (it) => {
    for (let fold = it; (fold = fold?.closest("details, .toggle-hidden")); fold = fold.parentElement)
      if (fold.matches("details")) fold.open = true;
      else fold.querySelector(".toggle-button")?.click();
  };
  const target = () => location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const arrive = () => {
    const it = target();
    if (!it || it.checkVisibility?.({ visibilityProperty: true })) return;
    show(it);
    it.scrollIntoView();
  };
  setTimeout(() => document.querySelectorAll("span.highlighted").forEach(show), 50); // Sphinx marks them after 10 ms
  arrive();
  addEventListener("hashchange", arrive);
});

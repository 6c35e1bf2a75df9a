// Show what the search or a link leads to, even inside a fold.
addEventListener("load", () => {
  const show = (it) => {
    for (let fold = it; (fold = fold?.closest("details")); fold = fold.parentElement) fold.open = true;
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

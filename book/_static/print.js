// Paper is light. The theme keeps its colours in an attribute, which no print style can take back.
{
  const page = document.documentElement;
  let chosen;
  addEventListener("beforeprint", () => {
    chosen = page.dataset.theme;
    page.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = chosen;
  });
}

// The links in a notebook. What begins with "book:" leads to the book's pages (_ext/copies.py), whose
// folder stands two above; and no link takes the reader away from the notebook that is running.

const BOOK = new URL("../../book/", location.href);

function mend() {
  for (const link of document.querySelectorAll('a[href^="book:"]'))
    link.href = new URL(link.getAttribute("href").slice("book:".length), BOOK).href;
  for (const link of document.querySelectorAll('.jp-Notebook a[href^="http"]:not([target="_blank"])')) {
    link.target = "_blank";
    link.rel = "noopener";
  }
}

export function leadToTheBook() {
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ["href"] };
  new MutationObserver(mend).observe(document.body, changes);
  mend();
}

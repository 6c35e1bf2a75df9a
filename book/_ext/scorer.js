// Sphinx's weights. Pages of equal weight come in the book's order, not in that of the alphabet; those for whoever is
// stuck, who searches most, come after the first two chapters.
var Scorer = {
  score: ([docname, , , , score]) => {
    const chapter = docname.match(/book\/(\d\d)\w?-/);
    const stuck = /book\/(check-|suspects-|questions$)/.test(docname);
    const place = docname === "book/index" ? 0 : stuck ? 2.5 : chapter ? Number(chapter[1]) : 99;
    return score - place / 100;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

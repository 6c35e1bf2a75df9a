"""Let the search find what readers type: 0.5 and 100,000 are one word each, and `a` is a word."""

import re

from sphinx.search import SearchEnglish


class English(SearchEnglish):
    """Sphinx's English, in which points and commas belong to their number, and a is a variable."""

    stopwords = SearchEnglish.stopwords - {"a"}
    _word_re = re.compile(r"\d+(?:[.,]\d+)+|\w+")
    js_splitter_code = r"""
var splitQuery = (query) => query.match(/\d+(?:[.,]\d+)+|[\p{L}\p{N}_]+/gu) || [];
"""


def setup(app):
    """Take the place of Sphinx's English."""
    app.add_search_language(English)
    return {"version": "1", "parallel_read_safe": True}

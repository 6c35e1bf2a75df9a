"""Let the search find numbers as they are written: 0.5 is one word, not two."""

import re

from sphinx.search import SearchEnglish


class English(SearchEnglish):
    """Sphinx's English, in which a decimal point belongs to its number."""

    _word_re = re.compile(r"\d+\.\d+|\w+")
    js_splitter_code = r"""
var splitQuery = (query) => query.match(/\d+\.\d+|[\p{L}\p{N}_]+/gu) || [];
"""


def setup(app):
    """Take the place of Sphinx's English."""
    app.add_search_language(English)
    return {"version": "1", "parallel_read_safe": True}

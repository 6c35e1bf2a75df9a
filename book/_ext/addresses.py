"""Give paper the addresses behind its links.

On paper a link cannot be followed. So each page ends with the addresses it links to outside of the
book, in their order; a screen hides them. book/_static/print.css writes the numbers.
"""

from docutils import nodes


def note(app, doctree, docname):
    """Mark the links that do not show their address, and list the addresses at the end."""
    links = [
        node
        for node in doctree.findall(nodes.reference)
        if node.get("refuri", "").startswith(("http:", "https:"))
        and node["refuri"] != node.astext()
    ]
    if app.builder.name != "html" or not links:
        return
    items = []
    for node in links:
        node["classes"].append("noted")
        words = nodes.paragraph("", node["refuri"])
        items.append(nodes.list_item("", words))
    title = nodes.paragraph("", "Addresses", classes=["rubric"])
    addresses = nodes.container("", title, nodes.enumerated_list("", *items))
    addresses["classes"].append("addresses")
    doctree.append(addresses)


def setup(app):
    """Run when all references are resolved."""
    app.connect("doctree-resolved", note)
    return {"version": "1", "parallel_read_safe": True}

"""How large the still pictures of the explorables are."""


def size(height, narrow, *, narrow_height=None):
    """Return the size of a figure in inches: a page's column wide, or a phone's."""
    return (4.2, narrow_height or 0.75 * height) if narrow else (6.4, height)

"""The progress of a long training, where somebody watches."""

import os
import sys

from tqdm import tqdm


def progress(total):
    """Return a progress bar of steps that shows only where somebody watches, after a second.

    A terminal can be asked. In a notebook standard error is never a terminal; Jupyter's server sets
    ``JPY_SESSION_NAME`` for the kernels that a person opened, and the programs that re-execute
    notebooks do not.
    """
    if sys.platform == "emscripten":  # there are no threads, and tqdm's monitor is one
        tqdm.monitor_interval = 0
    watched = sys.stderr.isatty() or "JPY_SESSION_NAME" in os.environ
    return tqdm(total=total, unit="step", delay=1, leave=False, disable=not watched)

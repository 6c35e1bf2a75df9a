"""The progress of long training, shown where somebody watches."""

import os
import sys

from tqdm import tqdm


def progress(total):
    """Return a progress bar that appears after a second, and only where somebody watches.

    Standard error knows whether it is a terminal. In a notebook it never is, but Jupyter's server
    sets ``JPY_SESSION_NAME`` for kernels that a person opened, and programs that re-execute
    notebooks do not.
    """
    if sys.platform == "emscripten":  # there are no threads, and tqdm's monitor is one
        tqdm.monitor_interval = 0
    watched = sys.stderr.isatty() or "JPY_SESSION_NAME" in os.environ
    return tqdm(total=total, unit="step", delay=1, leave=False, disable=not watched)

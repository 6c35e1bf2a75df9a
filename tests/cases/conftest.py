"""These are programs for tests/test_watch.py to run: nothing here is a test or has doctests."""

collect_ignore_glob = ["*.py"]

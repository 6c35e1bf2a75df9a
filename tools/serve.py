"""Serve a folder as a static host would: `make serve`, and the tests."""

import argparse
import os
import re
import sys
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class Server(ThreadingHTTPServer):
    """Refuses a port that another program has; Windows would let both have it."""

    allow_reuse_address = os.name == "posix"


class Handler(SimpleHTTPRequestHandler):
    """Serves files below a path, as a host with several books does, and logs nothing."""

    def __init__(self, *arguments, base="/", **options):
        self.base = base
        super().__init__(*arguments, **options)

    def translate_path(self, path):
        """Return the file, or one that does not exist for what is outside of the path."""
        inside = path.startswith(self.base)
        return super().translate_path(path.removeprefix(self.base) if inside else "/outside/")

    def send_error(self, code, message=None, explain=None):
        """Show the book's own page for a wrong address, if there is one."""
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.read_bytes())

    def log_message(self, *arguments):
        """Say nothing."""


def path_of(folder):
    """Return the path that a book says it is published below: the base of its page 404.html."""
    page = Path(folder, "404.html")
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    found = re.search(r'<base href="([^"]*)"', text)
    return found[1] if found else "/"


@contextmanager
def serve(folder, base="/"):
    """Give the address of a server for this folder, without a final slash; stop it at the end."""
    handler = partial(Handler, directory=folder, base=base)
    with Server(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{base.rstrip('/')}"
        server.shutdown()


def main():
    """Serve a folder until Ctrl+C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    base = path_of(asked.folder)
    handler = partial(Handler, directory=asked.folder, base=base)
    try:
        server = Server(("127.0.0.1", asked.port), handler)
    except (OSError, OverflowError) as error:
        sys.exit(
            f"Port {asked.port} is not available ({error}). "
            "Try another from 1024 to 65535: make serve PORT=8001"
        )
    with server:
        print(f"http://127.0.0.1:{server.server_port}{base} - stop with Ctrl+C", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()

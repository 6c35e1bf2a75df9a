"""Write a list of exact versions with hashes and print what changed: `make lock`.

The arguments are those of `uv pip compile`; the last names the file.
"""

import re
import subprocess
import sys
from pathlib import Path


def versions(path):
    """Return {package: its version, or its versions where they differ between systems}."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.M):
        found[name] = f"{found[name]}, {version}" if name in found else version
    return found


def changes(before, after):
    """Return a line for each package that was added, dropped or has another version."""
    lines = []
    for name in sorted(before | after):
        old, new = before.get(name), after.get(name)
        if old != new:
            how = f"{old} -> {new}" if old and new else f"{new} is new" if new else f"{old} is gone"
            lines.append(f"  {name} {how}")
    return lines


def main(*arguments):
    """Let uv make the list."""
    path = Path(arguments[-1])
    before = versions(path)
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal",
         "--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes",
         "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
         *arguments[:-1], "--output-file", path],
        check=True,
    )  # fmt: skip
    lines = changes(before, versions(path))
    print(
        f"{path}: {len(lines)} changed" if lines else f"{path}: nothing changed", *lines, sep="\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

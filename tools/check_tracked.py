"""Checks that no tracked file names a package host or a path of one machine, and that none is large."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 2 * 1024 * 1024
# Written so that this file does not match itself.
FORBIDDEN = {
    "a package host": re.compile(
        r"pypi[.]org|pythonhosted[.]|npmjs[.]|registry[.]yarnpkg|deb[.]debian[.]org|conda[.]anaconda[.]org"
        r"|index[-]url|find[-]links|\"resolved\": *\"http"
    ),
    "a path of one machine": re.compile(
        r"(?<![\w./-])/(wor[k]|far[m]|roo[t]|hom[e]/\w+|User[s]/\w+)/|[A-Z]:\\\\?User[s]"
    ),
    "a folder beside the project": re.compile(r"\.\./share[d]"),
}


def tracked(root: Path = ROOT) -> list[Path]:
    """Files that git tracks, or would if everything not ignored were added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
    paths = (root / name for name in listed.decode().split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def faults(paths: list[Path], root: Path = ROOT) -> list[str]:
    """What is wrong, one line per place."""
    found = []
    for path in paths:
        name, data = path.relative_to(root).as_posix(), path.read_bytes()
        if len(data) > LARGEST:
            found.append(f"{name}: {len(data) / 1024**2:.1f} MiB, more than {LARGEST // 1024**2}")
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
            for what, pattern in FORBIDDEN.items():
                if pattern.search(line):
                    found.append(f"{name}:{number}: names {what}: {line.strip()[:100]}")
    return found


if __name__ == "__main__":
    listed = tracked()
    found = faults(listed)
    print("\n".join(found) if found else f"{len(listed)} files: no package host, no machine path, none large")
    sys.exit(bool(found))

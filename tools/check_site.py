"""Checks that built HTML pages load nothing from elsewhere: tools/check_site.py FOLDER."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

# Attributes that make a browser fetch something when the page opens; a plain link (a href) does not.
LOADING = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
QUIET_LINKS = {"canonical", "prev", "next", "alternate", "author", "license", "help"}
ELSEWHERE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])\s*((?:https?:)?//[^'\")\s]+)", re.IGNORECASE)
# Inside a page's own scripts; the theme's script files fetch only for diagrams, which are refused below.
IN_SCRIPT = re.compile(r"""(?:fetch|import|open)\s*\(\s*["'`]((?:https?:)?//[^"'`\s]+)""")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.loaded: list[str] = []
        self.diagram = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.diagram |= "mermaid" in values.get("class", "").split()
        if tag == "link" and set(values.get("rel", "").lower().split()) & QUIET_LINKS:
            return
        addresses = [values[name] for name in LOADING.get(tag, ()) if name in values]
        addresses += IN_STYLE.findall(values.get("style", ""))
        self.loaded += [address for address in addresses if ELSEWHERE.match(address)]


def loaded_from_elsewhere(text: str, suffix: str) -> list[str]:
    """Addresses outside the site that a browser would fetch on opening this text."""
    if suffix == ".css":
        return [address for address in IN_STYLE.findall(text) if ELSEWHERE.match(address)]
    page = _Page()
    page.feed(text)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL | re.IGNORECASE)
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL | re.IGNORECASE)
    found = page.loaded + [address for style in styles for address in IN_STYLE.findall(style)]
    found += [address for script in scripts for address in IN_SCRIPT.findall(script)]
    return found + (["a diagram library (class mermaid)"] if page.diagram else [])


def faults(folder: Path) -> list[str]:
    """One line per address loaded from elsewhere by a file under `folder`."""
    files = [p for p in sorted(folder.rglob("*")) if p.suffix in {".html", ".css", ".svg"}]
    if not any(p.suffix == ".html" for p in files):
        return [f"{folder}: no HTML file in it"]
    return [
        f"{path.relative_to(folder).as_posix()}: loads {address}"
        for path in files
        for address in loaded_from_elsewhere(path.read_text(encoding="utf-8", errors="replace"), path.suffix)
    ]


if __name__ == "__main__":
    found = faults(Path(sys.argv[1]))
    print("\n".join(found) if found else f"{sys.argv[1]}: every page loads only what lies beside it")
    sys.exit(bool(found))

"""A running explorer and a real browser. Run with ``make browser``; left out of ``make test``."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ASKED = os.environ.get("PAPAVER_BROWSER_TESTS") == "1"
SHOTS = Path(os.environ.get("PAPAVER_SCREENSHOTS", "screenshots"))
collect_ignore_glob = [] if ASKED else ["test_*.py"]
WIDE, PHONE = {"width": 1300, "height": 1000}, {"width": 390, "height": 844}
PATIENCE = 30_000  # ms: what takes a moment on an idle machine may wait its turn on a busy one


@dataclass
class Explorer:
    """A server of its own: where it is and how long it took to answer."""

    address: str
    seconds: float


@pytest.fixture(scope="session")
def explorer() -> Iterator[Explorer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "papaver", "app", "--no-show", "--port", str(port)]
    start = time.monotonic()
    # the server looks for a test runner in the environment and then behaves otherwise
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=plain)
    address = f"http://127.0.0.1:{port}"
    try:
        yield Explorer(address, _answered(address, server) - start)
    finally:
        server.terminate()
        server.wait(10)


def _answered(address: str, server: subprocess.Popen[bytes]) -> float:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(address, timeout=5).read()
        except (URLError, OSError):
            time.sleep(0.05)
        else:
            return time.monotonic()
    raise AssertionError("the explorer did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    path = os.environ.get("PAPAVER_CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is not here: install the package chromium, or name it in PAPAVER_CHROMIUM"
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@dataclass
class Visit:
    """One person's tab and what it asked for and complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shot(self, name: str) -> None:
        """Keep a picture of the page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"))

    def hands_out(self, button: str, name: str, start: str, timeout: float = 2 * PATIENCE) -> None:
        """Press a button that keeps a file, and see its name and how it begins."""
        with self.page.expect_download(timeout=timeout) as saved:
            self.page.get_by_role("button", name=button).click()
        assert saved.value.suggested_filename == name
        assert saved.value.path().read_text(encoding="utf-8").startswith(start)


@pytest.fixture
def visit(browser: Browser, explorer: Explorer) -> Iterator[Callable[..., Visit]]:
    """Open a page; at the end no page may have asked elsewhere or complained in its console."""
    visits: list[Visit] = []
    contexts = []

    def opened(path: str, size: Any = WIDE) -> Visit:
        context = browser.new_context(viewport=size, accept_downloads=True)
        context.set_default_timeout(2 * PATIENCE)
        contexts.append(context)
        one = Visit(context.new_page())
        visits.append(one)
        one.page.on("request", lambda request: one.asked.append(request.url))
        one.page.on("websocket", lambda opened: one.asked.append(opened.url))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.on(
            "console", lambda said: one.complaints.append(said.text) if said.type == "error" else None
        )
        one.page.goto(explorer.address + path)
        one.page.wait_for_load_state("networkidle")
        return one

    yield opened
    here = explorer.address.removeprefix("http://")
    for one in visits:
        away = [url for url in one.asked if "//" in url and url.split("//")[1].split("/")[0] != here]
        assert away == []
        assert one.complaints == []
    for context in contexts:
        context.close()

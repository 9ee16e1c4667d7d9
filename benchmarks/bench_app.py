"""The explorer: from a dose that changes to the chart that shows it, and to the bands over people.

Two parts. What the server works out for a new dose, in this process; and, where Chromium and Playwright are
here, the whole way in a browser: a key on the slider, the server, the socket, the chart drawn anew. Wanted on
two cores that do nothing else: the chart within 300 ms, the bands within 2 s.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.harness import Report, Way, compare
from papaver.app.bodystate import State

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOVES, WARM = 12, 3
FACTS = (
    "start to first page (wanted: 5 s)",
    "slider to chart in the browser (wanted: 300 ms)",
    "slider to bands over 30 people (wanted: 2,000 ms)",
)
WATCH = """() => {
  window.drawn = [];
  const box = document.querySelector('canvas').closest('[id]');
  const chart = getElement(parseInt(box.id.slice(1))).chart;
  chart.on('rendered', () => window.drawn.push([performance.now(), chart.getOption().series.length]));
}"""


def new_dose(state: State, doses: Iterator[int]) -> None:
    """The curve of the typical person for a dose not seen before, as the browser gets it."""
    state.mg = 20.0 + 0.25 * next(doses)
    state.typical()


def new_bands(state: State, doses: Iterator[int]) -> None:
    """Virtual people around it."""
    state.mg = 20.0 + 0.25 * next(doses)
    state.banded(state.course(1))


def run() -> Report:
    state, doses = State(), count()
    ways = {
        "typical curve": Way(lambda: new_dose(state, doses), 1),
        "bands over people": Way(lambda: new_bands(state, doses), 1),
    }
    rows = compare("explorer, server's part", ways, unit="answers", baseline="bands over people")
    return Report(rows, in_browser())


def in_browser() -> dict[str, str]:
    """The times of the whole way, in the order of ``FACTS``; or why they cannot be had."""
    path = os.environ.get("PAPAVER_CHROMIUM") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        return dict.fromkeys(FACTS, "not measured: Chromium or Playwright is not here")
    with served() as (address, seconds), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(240_000)
        page.goto(address + "/body")
        page.get_by_text("of rest at").first.wait_for()
        page.wait_for_timeout(3000)
        charts, bands = moved(page)
        browser.close()
    found = (f"{seconds:.1f} s", _spread(charts), _spread(bands))
    return dict(zip(FACTS, found, strict=True))


def _spread(taken: list[float]) -> str:
    return f"{statistics.median(taken):.0f} ms ({min(taken):.0f} to {max(taken):.0f})"


def moved(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds from each key on the slider to the chart, and to the bands after it."""
    page.evaluate(WATCH)
    slider = page.get_by_role("slider").first.locator("[tabindex='0']").first
    slider.focus()
    charts, bands = [], []
    for _ in range(WARM + MOVES):
        start = page.evaluate("window.drawn.length = 0, performance.now()")
        slider.press("ArrowRight")
        page.wait_for_function("window.drawn.some(([, series], k) => series > window.drawn[0][1])")
        drawn = page.evaluate("window.drawn")
        charts.append(drawn[0][0] - start)
        bands.append(next(when for when, series in drawn if series > drawn[0][1]) - start)
        page.wait_for_timeout(300)
    return charts[WARM:], bands[WARM:]


@contextmanager
def served() -> Iterator[tuple[str, float]]:
    """An explorer of its own on a free port, and how many seconds it took to answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "papaver", "app", "--no-show", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        began = time.monotonic()
        while time.monotonic() < began + 60:
            try:
                urlopen(address, timeout=5).read()
                break
            except (URLError, OSError):
                time.sleep(0.05)
        yield address, time.monotonic() - began
    finally:
        server.terminate()
        server.wait(10)

"""A study run for a page: in a thread, watched, cancelled, its results in a folder that goes with it."""

from __future__ import annotations

import secrets
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from papaver.errors import InputError
from papaver.scenario import Scenario
from papaver.study import Progress

MOST_KEPT = 12
_kept: dict[str, Job] = {}


class Cancelled(KeyboardInterrupt):
    """The person asked the run to stop."""


@dataclass
class Job:
    """One run: ``state`` is running, done, cancelled or failed; ``token`` is the key to its report."""

    scenario: Scenario
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    state: str = "running"
    share: float = 0.0
    seconds_left: float | None = None
    message: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="papaver-", ignore_cleanup_errors=True)
    )

    @property
    def folder(self) -> Path:
        """Where its results are."""
        return Path(self._folder.name) / self.scenario.name

    @property
    def report(self) -> Path:
        """Its report."""
        return self.folder / "report.html"

    def start(self) -> None:
        """Run in a thread of its own."""
        _keep(self)
        threading.Thread(target=self._run, daemon=True).start()

    def cancel(self) -> None:
        """Stop after the block in hand."""
        self._stop.set()

    def _watch(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise Cancelled
        if progress.people_total:
            self.share = progress.people / progress.people_total

    def _run(self) -> None:
        from papaver import study
        from papaver.report import write

        try:
            study.run(self.scenario, self.folder, progress=self._watch)
            write(self.folder)
        except KeyboardInterrupt:
            self.state = "cancelled"
        except InputError as error:
            self.state, self.message = "failed", str(error)
        except Exception as error:  # told on the page, where nobody sees a terminal
            self.state, self.message = "failed", f"{type(error).__name__}: {error}"
        else:
            self.share, self.state = 1.0, "done"


def _keep(job: Job) -> None:
    """Remember a job by its token; the oldest go with their results."""
    _kept[job.token] = job
    while len(_kept) > MOST_KEPT:
        _kept.pop(next(iter(_kept))).cancel()


def find(token: str) -> Job | None:
    """The job of a token."""
    return _kept.get(token)

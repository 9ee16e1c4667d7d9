"""Runs of a forward model kept on disk, so that an interrupted fit goes on where it stood.

Searches and samplers are deterministic: begun anew with the same seed they ask for the same values in the
same order, and what was run before is read instead of simulated. The file names what it rests on (stage,
targets, inputs, sources); runs of anything else are dropped.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from papaver.atlas.stamp import sources_hash
from papaver.errors import Fault, InputError
from papaver.evidence import all_inputs, evidence_hash
from papaver.inference.posterior import Stage

ROOMS = ("body", "person", "population", "atlas", "inference", "evidence")
Forward = Callable[[Mapping[str, float]], Mapping[str, float]]


def rests_on(stage: Stage) -> str:
    """Hash of all a stage's runs depend on: its definition, every input, the sources of the model."""
    parts = [stage.name, *stage.parameters, *stage.nuisance, *map(repr, stage.targets)]
    parts += sorted(repr(one) for one in all_inputs())
    return hashlib.sha256("\n".join([*parts, evidence_hash(), sources_hash(ROOMS)]).encode()).hexdigest()[:16]


def key(values: Mapping[str, float]) -> str:
    """The values exactly, as text."""
    return ";".join(f"{name}={float(value).hex()}" for name, value in sorted(values.items()))


@dataclass
class Remembered:
    """A forward model that appends every run to a file and reads it back. Safe from several threads."""

    forward: Forward
    path: Path
    mark: str
    known: dict[str, dict[str, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read what was run before, or begin a new file."""
        lines = self.path.read_text(encoding="utf-8").split("\n") if self.path.is_file() else []
        if not lines or lines[0] != self.mark:
            self._write(f"{self.mark}\n", "w")
            return
        for line in lines[1:-1]:  # what an interruption cut off has no end of line
            run = json.loads(line)
            self.known[run["at"]] = run["got"]
        self._write("".join(line + "\n" for line in lines[:-1]), "w")

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Findings simulated for these values, now or before."""
        at = key(values)
        if at not in self.known:
            got = {name: float(value) for name, value in self.forward(values).items()}
            with self.lock:
                self.known[at] = got
                self._write(json.dumps({"at": at, "got": got}) + "\n", "a")
        return self.known[at]

    def _write(self, text: str, mode: str) -> None:
        try:
            with self.path.open(mode, encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            what = f"cannot be written: {(error.strerror or str(error)).lower()}."
            raise InputError(Fault(what, "Choose another folder with -o.", file=str(self.path))) from None


def remembering(stage: Stage, folder: Path) -> tuple[Stage, int]:
    """The stage with runs kept in ``folder``, and how many it starts with."""
    kept = Remembered(stage.forward, folder / f"runs_{stage.name}.jsonl", rests_on(stage))
    return replace(stage, forward=kept), len(kept.known)

"""What a validation rests on: hashes of evidence, inputs and the model's code, and how it was run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from papaver.errors import Fault, InputError
from papaver.evidence import all_inputs, evidence_hash

ROOMS = ("body", "person", "population", "atlas", "evidence")
SHOWN = 12
SHOWING = {"atlas/page.py", "atlas/forest.py", "atlas/notes.py"}  # no number depends on these


@dataclass(frozen=True)
class Stamp:
    """Hashes, draws of all findings, size of cohorts relative to full, run time (s), draws at most."""

    evidence: str
    inputs: str
    code: str
    draws: int
    size: float
    seconds: float
    most_draws: int = 0

    def is_of(self, other: Stamp) -> bool:
        """Whether both stand for the same evidence, inputs and code."""
        return (self.evidence, self.inputs, self.code) == (other.evidence, other.inputs, other.code)


def stamp_now(draws: int = 0, size: float = 0.0, seconds: float = 0.0, most_draws: int = 0) -> Stamp:
    """The stamp of the package as it is."""
    rows = sorted(repr(one) for one in all_inputs())
    inputs = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return Stamp(
        evidence_hash()[:SHOWN], inputs[:SHOWN], model_hash(), draws, size, round(seconds), most_draws
    )


def model_hash() -> str:
    """Hash of the sources a simulated value depends on; other rooms may change without making it old."""
    return sources_hash(ROOMS)


@cache
def sources_hash(rooms: tuple[str, ...]) -> str:
    """Hash of the Python sources of some rooms, and of the tables of the body's room."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in rooms:
        tables = (path for path in (root / room / "data").glob("*") if room == "body" and path.is_file())
        for path in sorted([*(root / room).rglob("*.py"), *tables]):
            name = path.relative_to(root).as_posix()
            if name in SHOWING:
                continue
            digest.update(name.encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:SHOWN]


def to_json(stamp: Stamp) -> str:
    """The stamp as text."""
    return json.dumps(asdict(stamp), indent=2) + "\n"


def from_json(path: Path) -> Stamp:
    """A stored stamp. Raises ``InputError`` where it is missing or of another form."""
    try:
        return Stamp(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise InputError(
            Fault("is no stamp of `papaver validate`.", "Run it anew.", file=str(path))
        ) from None

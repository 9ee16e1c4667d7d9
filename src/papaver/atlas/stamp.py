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


@dataclass(frozen=True)
class Stamp:
    """Hashes, number of draws, size of cohorts relative to full, and run time (s)."""

    evidence: str
    inputs: str
    code: str
    draws: int
    size: float
    seconds: float

    def is_of(self, other: Stamp) -> bool:
        """Whether both stand for the same evidence, inputs and code."""
        return (self.evidence, self.inputs, self.code) == (other.evidence, other.inputs, other.code)


def stamp_now(draws: int = 0, size: float = 0.0, seconds: float = 0.0) -> Stamp:
    """The stamp of the package as it is."""
    rows = sorted(repr(one) for one in all_inputs())
    inputs = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return Stamp(evidence_hash()[:SHOWN], inputs[:SHOWN], model_hash(), draws, size, round(seconds))


@cache
def model_hash() -> str:
    """Hash of the sources a simulated value depends on; other rooms may change without making it old."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
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

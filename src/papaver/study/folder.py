"""The folder of a run: what it holds already, what may be done with it, and its marker.

States of a folder: free (missing or empty), running (a run that stopped half-way), finished, or foreign
(anything else). A marker, run.json, tells them apart and names the run by its fingerprint. Nothing that
papaver did not write is ever removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from papaver.errors import Fault, InputError
from papaver.results import schema
from papaver.results.schema import BLOCKS, MARKER, SCHEMA, TABLES
from papaver.results.store import check_version, write_json
from papaver.scenario import Scenario

RUNNING, FINISHED = "running", "finished"
RESULTS = (
    schema.SCENARIO,
    schema.PROVENANCE,
    schema.SUMMARY,
    schema.INPUTS,
    *(table.file for table in TABLES.values()),
)
BLOCK = re.compile(r"p\d{3,}_d\d{5,}_f\d{9,}_n\d{7,}\.npz")
_NAMES = "|".join(re.escape(name) for name in (*RESULTS, schema.COSTS, schema.REPORT, MARKER))
LEFT = re.compile(rf"\.({_NAMES}|{BLOCK.pattern})\.\d+\.tmp")
PARTS = {
    "scenario": "the scenario",
    "people": "the number of people",
    "draws": "the number of draws",
    "seed": "the seed",
    "evidence": "the evidence",
    "code": "the version of papaver",
}


@dataclass(frozen=True)
class Identity:
    """What a result is a function of; ``fingerprint`` is the hash of it all."""

    scenario: str
    people: int
    draws: int
    seed: int
    evidence: str
    code: str

    @property
    def fingerprint(self) -> str:
        """Hash of all parts, as hexadecimal digits."""
        parts = {"schema": SCHEMA, **asdict(self)}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Marker:
    """The content of run.json."""

    identity: Identity
    state: str
    block_people: int
    started: tuple[str, ...] = field(default_factory=tuple)
    """When each session of the run started, UTC."""

    def write(self, folder: Path) -> None:
        """Write it into the folder, atomically."""
        data = {
            "papaver_run": SCHEMA,
            "state": self.state,
            "fingerprint": self.identity.fingerprint,
            "identity": asdict(self.identity),
            "block_people": self.block_people,
            "started": list(self.started),
        }
        write_json(folder / MARKER, data)


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_marker(folder: Path) -> Marker:
    """The marker of a folder. Raises ``InputError`` if it is broken or newer."""
    path = folder / MARKER
    try:
        data = json.loads(path.read_bytes())
        version, state, size = int(data["papaver_run"]), str(data["state"]), int(data["block_people"])
        identity = Identity(**data["identity"]) if version <= SCHEMA else None
        started = tuple(str(when) for when in data["started"])
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        what, remedy = f"{MARKER} is not papaver's, or is broken.", "Choose another folder with -o."
        raise InputError(Fault(what, remedy, str(folder))) from None
    check_version(path, version)
    assert identity is not None
    return Marker(identity, state, max(1, size), started)


def claim(folder: Path, identity: Identity, *, resume: bool, overwrite: bool) -> Marker | None:
    """Decide what a run may do with a folder; nothing is changed yet.

    Returns the marker of the run to complete, or of the finished run found; None for a folder that is free
    or may be cleared. Raises ``InputError`` with the remedy for a folder that holds something else.
    """
    if not occupied(folder):
        return None
    if not (folder / MARKER).is_file():
        what = "this folder holds files that are not papaver's."
        raise InputError(Fault(what, "Choose another folder with -o.", str(folder)))
    marker = read_marker(folder)
    if overwrite:
        return None
    if marker.identity != identity:
        _refuse_other(folder, marker.identity, identity)
    if marker.state != FINISHED and not resume:
        what = "this folder holds this run, half-way."
        remedy = "Complete it with --resume, or start anew with --overwrite."
        raise InputError(Fault(what, remedy, str(folder)))
    if marker.state == FINISHED:
        lost = [name for name in RESULTS if not (folder / name).is_file()]
        if lost:
            what = f"this run was finished, but {', '.join(lost)} is missing."
            raise InputError(Fault(what, "Run it again with --overwrite.", str(folder)))
    return marker


def occupied(folder: Path) -> bool:
    """Whether a folder holds anything but half-written files of ours. ``InputError`` if it is none."""
    try:
        return folder.exists() and any(not LEFT.fullmatch(path.name) for path in folder.iterdir())
    except NotADirectoryError:
        raise InputError(Fault("is a file.", "Name a folder with -o.", str(folder))) from None
    except OSError as error:
        raise unusable(folder, error) from None


def _refuse_other(folder: Path, there: Identity, asked: Identity) -> None:
    before, wanted = asdict(there), asdict(asked)
    changed = [words for part, words in PARTS.items() if before[part] != wanted[part]]
    what = f"this folder holds another run: {' and '.join(changed)} changed."
    remedy = "Choose another folder with -o, or replace it with --overwrite."
    raise InputError(Fault(what, remedy, str(folder)))


def unusable(folder: Path, error: OSError) -> InputError:
    """The error for a folder that cannot be written."""
    what = f"cannot be written: {error.strerror or error}."
    return InputError(Fault(what, "Choose another folder with -o.", str(folder)))


@contextlib.contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make a folder; folders made here are removed again if they are still empty when the block ends.

    Raises ``InputError`` if it cannot be made.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(folder, error) from None
        yield
    finally:
        for path in new:
            with contextlib.suppress(OSError):
                path.rmdir()


def prepare(folder: Path, marker: Marker, *, overwrite: bool) -> None:
    """Write the marker into a folder, cleared first where asked. ``InputError`` if it cannot be written."""
    try:
        if overwrite and (folder / MARKER).is_file():
            clear(folder)
        _sweep(folder)
        marker.write(folder)
        (folder / BLOCKS).mkdir(exist_ok=True)
        _sweep(folder / BLOCKS)
    except OSError as error:
        raise unusable(folder, error) from None


def clear(folder: Path) -> None:
    """Remove what papaver wrote into a folder, the marker last, and nothing else."""
    drop_blocks(folder)
    for name in (*RESULTS, schema.COSTS, schema.REPORT):
        (folder / name).unlink(missing_ok=True)
    _sweep(folder)
    (folder / MARKER).unlink()


def drop_blocks(folder: Path) -> None:
    """Remove the finished blocks, and their folder if nothing else is in it."""
    blocks = folder / BLOCKS
    if blocks.is_symlink() or not blocks.is_dir():
        return
    for path in blocks.iterdir():
        if BLOCK.fullmatch(path.name):
            path.unlink()
    _sweep(blocks)
    with contextlib.suppress(OSError):
        blocks.rmdir()


def _sweep(folder: Path) -> None:
    """Remove half-written files that a killed run left."""
    for path in folder.iterdir():
        if LEFT.fullmatch(path.name):
            path.unlink()


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder while this one works in it; the system lets go if the run is killed.

    Raises ``InputError`` if another run is at work there. Does nothing where folders cannot be locked.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise unusable(folder, error) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = "another run is at work in this folder."
            raise InputError(Fault(what, "Wait for it, or choose another with -o.", str(folder))) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(handle)


def identify(scenario: Scenario, *, evidence: str, code: str) -> Identity:
    """The identity of a run; the numbers of the scenario are kept apart, to name what changed."""
    content: Mapping[str, Any] = json.loads(scenario.fingerprint_data())
    rest = {key: value for key, value in content.items() if key not in {"people", "draws", "seed"}}
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
    return Identity(digest, scenario.people, scenario.draws, scenario.seed, evidence, code)

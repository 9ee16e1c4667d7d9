"""The overdose surface: how likely a dose is to leave a person unrousable, or to end in collapse.

Read from ``data/surface*.csv``, which ``python -m papaver.body.surface --rebuild`` writes anew: critical
doses of virtual people, found by running their breathing, and smooth monotone curves over them
(``surface_build``, ``surface_model``). Loads are peaks of the typical person: the load that a dose adds and
any that is there already; a load of 1 binds half of the receptors.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver.body.surface_model import FALLING, RISING, Curve, Spread
from papaver.errors import Fault, InputError

if TYPE_CHECKING:
    from papaver.body.surface_build import Check, ClassFit

Floats = npt.NDArray[np.float64]
THRESHOLDS = ("unrousable", "collapse")
AXES = RISING + FALLING
FIELDS = ("intake", "part", "item", "index", "value")
GENERATED = ("surface.csv", "surface_checks.csv", "surface_provenance.csv")


@dataclass(frozen=True)
class Face:
    """The surface of one class of intake.

    ``load_per_mg``: peak load of 1 mg in the typical person; ``curves`` and ``spreads`` by threshold (of the
    log critical load); ``log_ratio``: log of the load of collapse over the one that leaves unrousable, at
    evenly spaced shares of people; ``minutes``: a, b and sd of
    ``ln minutes to collapse = a + b exp(-excess)``, excess the log load over the critical one.
    """

    name: str
    load_per_mg: float
    curves: Mapping[str, Curve]
    spreads: Mapping[str, Spread]
    log_ratio: Floats
    minutes: Mapping[str, float]


@dataclass(frozen=True)
class Surface:
    """The stored surface: one face per class of intake, and where it comes from."""

    faces: Mapping[str, Face]
    provenance: Mapping[str, str]

    def face(self, name: str) -> Face:
        """The face of a class. Raises InputError for an unknown one."""
        if name not in self.faces:
            raise InputError(
                Fault(f"there is no {name!r}.", f"Known: {', '.join(self.faces)}.", field="intake")
            )
        return self.faces[name]

    def critical_load(self, name: str, threshold: str = "unrousable", **axes: npt.ArrayLike) -> Floats:
        """Median critical load of people with these axes (``AXES``: drug-free, healthy, young and without
        tolerance but for what is given). Raises InputError for what is unknown or out of range."""
        face, at = self.face(name), _axes(axes)
        return np.asarray(np.exp(_threshold(face, threshold)(at)))

    def critical_mg(self, name: str, threshold: str = "unrousable", **axes: npt.ArrayLike) -> Floats:
        """The dose (mg) that brings the typical person to the median critical load; 0 where what is present
        is enough."""
        face, at = self.face(name), _axes(axes)
        load = self.critical_load(name, threshold, **axes) - at["present"]
        return np.asarray(np.maximum(0.0, load) / face.load_per_mg)

    def share(
        self, name: str, mg: npt.ArrayLike, threshold: str = "unrousable", **axes: npt.ArrayLike
    ) -> Floats:
        """Share of people who pass a threshold after a dose of ``mg`` (of the salt that the class counts).

        Collapse is never likelier than being unrousable.
        """
        face, given = self.face(name), np.atleast_1d(np.asarray(mg, np.float64))
        if not (np.isfinite(given) & (given >= 0.0)).all():
            raise InputError(Fault("is not a dose.", "Give mg, 0 or more.", field="mg"))
        at = _axes(axes, given.size)
        load = given * face.load_per_mg + at["present"]
        shares = [_passed(face, one, load, at) for one in THRESHOLDS[: _place(threshold) + 1]]
        return np.asarray(np.min(shares, axis=0))

    def minutes_to_collapse(self, name: str, mg: npt.ArrayLike, **axes: npt.ArrayLike) -> Floats:
        """Median minutes from a dose to collapse in people of median sensitivity; nan below their critical
        dose."""
        face, given = self.face(name), np.atleast_1d(np.asarray(mg, np.float64))
        at = _axes(axes, given.size)
        load = given * face.load_per_mg + at["present"]
        with np.errstate(divide="ignore"):
            excess = np.log(load) - face.curves["collapse"](at)
        minutes = np.exp(face.minutes["a"] + face.minutes["b"] * np.exp(-np.maximum(0.0, excess)))
        return np.asarray(np.where(excess >= 0.0, minutes, np.nan))


def _passed(face: Face, threshold: str, load: Floats, at: Mapping[str, Floats]) -> Floats:
    with np.errstate(divide="ignore"):
        return face.spreads[threshold].share(np.log(load) - face.curves[threshold](at))


def _place(threshold: str) -> int:
    if threshold not in THRESHOLDS:
        known = f"Choose: {', '.join(THRESHOLDS)}."
        raise InputError(Fault(f"{threshold!r} is no threshold.", known, field="threshold"))
    return THRESHOLDS.index(threshold)


def _threshold(face: Face, threshold: str) -> Curve:
    return face.curves[THRESHOLDS[_place(threshold)]]


def _axes(given: Mapping[str, npt.ArrayLike], count: int = 1) -> dict[str, Floats]:
    faults, columns = [], {}
    count = max([count, *(np.size(value) for value in given.values())])
    for name in given:
        if name not in AXES:
            faults.append(Fault(f"there is no {name!r}.", f"Known: {', '.join(AXES)}.", field=name))
    for name in AXES:
        least = 1.0 if name in RISING else 0.0
        value = np.asarray(given.get(name, least), np.float64)
        most = np.inf if name in {"tolerance", "present"} else 1.0
        right = (value >= least) & (value < most if name == "sedation" else value <= most)
        if not right.all() or value.size not in {1, count}:
            faults.append(Fault(f"must be {least:g} or more, and below {most:g}.", field=name))
            continue
        columns[name] = np.broadcast_to(value.reshape(-1), (count,)).astype(np.float64)
    if faults:
        raise InputError(faults)
    return columns


# ----------------------------------------------------------------------------------------------- stored


@cache
def stored() -> Surface:
    """The surface that ships with the body. Raises InputError where its files are missing."""
    folder = files("papaver.body") / "data"
    if not (folder / GENERATED[0]).is_file():
        remedy = "Build it: python -m papaver.body.surface --rebuild"
        raise InputError(Fault("the overdose surface is not there.", remedy))
    rows = csv.DictReader((folder / GENERATED[0]).read_text(encoding="utf-8").splitlines())
    parts: dict[str, dict[tuple[str, str], list[float]]] = {}
    for row in rows:
        items = parts.setdefault(row["intake"], {})
        items.setdefault((row["part"], row["item"]), []).append(float(row["value"]))
    text = (folder / GENERATED[2]).read_text(encoding="utf-8").splitlines()
    return Surface(
        {name: _face(name, items) for name, items in parts.items()},
        {row["name"]: row["value"] for row in csv.DictReader(text)},
    )


def _face(name: str, items: Mapping[tuple[str, str], list[float]]) -> Face:
    def one(part: str, item: str) -> float:
        return items[part, item][0]

    curves, spreads = {}, {}
    for threshold in THRESHOLDS:
        curves[threshold] = Curve(
            one(threshold, "at"),
            {axis: one("top", axis) for axis in AXES},
            {axis: np.array(items[threshold, axis]) for axis in AXES},
        )
        spreads[threshold] = Spread(one(threshold, "below"), one(threshold, "above"))
    minutes = {item: one("minutes", item) for item in ("a", "b", "sd")}
    log_ratio = np.array(items["face", "log_ratio"])
    return Face(name, one("face", "load_per_mg"), curves, spreads, log_ratio, minutes)


def _rows(fit: ClassFit) -> list[tuple[str, str, str, int, float]]:
    curve = fit.curves[THRESHOLDS[0]]
    found = [
        ("face", "load_per_mg", [fit.load_per_mg]),
        ("face", "log_ratio", list(fit.log_ratio)),
        *(("minutes", item, [value]) for item, value in fit.minutes.items()),
        *(("top", axis, [curve.tops[axis]]) for axis in AXES),
    ]
    for threshold in THRESHOLDS:
        one, spread = fit.curves[threshold], fit.spreads[threshold]
        found += [(threshold, "at", [one.at])]
        found += [(threshold, axis, list(one.coefficients[axis])) for axis in AXES]
        found += [(threshold, "below", [spread.below]), (threshold, "above", [spread.above])]
    return [
        (fit.name, part, item, k, float(value))
        for part, item, numbers in found
        for k, value in enumerate(numbers)
    ]


def _text(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[f"{v:.8g}" if isinstance(v, float) else v for v in row] for row in rows])
    return out.getvalue()


def _check_row(check: Check) -> list[object]:
    axes = [float(check.axes[axis]) for axis in AXES]
    return [check.name, check.threshold, *axes, check.mg, check.people, check.simulated, check.fitted]


def write(
    fits: Sequence[ClassFit], checks: Sequence[Check], provenance: Mapping[str, str], folder: Path
) -> None:
    """Write the surface, its checks and its provenance into ``folder``, each file whole or not at all."""
    texts = (
        _text(FIELDS, [row for fit in fits for row in _rows(fit)]),
        _text(
            ("intake", "threshold", *AXES, "mg", "people", "simulated", "fitted"),
            [_check_row(check) for check in checks],
        ),
        _text(("name", "value"), list(provenance.items())),
    )
    for name, text in zip(GENERATED, texts, strict=True):
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / name)


def body_hash() -> str:
    """Hash of the sources and data that the surface is built from, but for its own files (16 hex digits)."""
    root = Path(str(files("papaver.body")))
    digest = hashlib.sha256()
    data = [*(root / "data").glob("*.csv"), *(root / "data" / "opioids").glob("*.toml")]
    for path in sorted([*_sources(root), *data]):
        if path.name not in GENERATED:
            digest.update(path.name.encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def _sources(root: Path) -> set[Path]:
    """Modules of the body that building the surface imports, directly or through others."""
    found, ahead = set(), ["surface_build"]
    while ahead:
        path = root / f"{ahead.pop()}.py"
        if path in found or not path.is_file():
            continue
        found.add(path)
        text = path.read_text(encoding="utf-8")
        ahead += re.findall(r"^\s*from papaver\.body\.(\w+) import", text, re.MULTILINE)
        for names in re.findall(r"^\s*from papaver\.body import ([\w, ]+)$", text, re.MULTILINE):
            ahead += [name.strip() for name in names.split(",")]
    return found


def rebuild(seed: int = 1, threads: int = 2, folder: Path | None = None) -> None:
    """Build the surface and store it in ``folder``, the body's own data by default."""
    from papaver.body.surface_build import build
    from papaver.evidence.inputs import evidence_hash

    fits, checks = build(seed, threads=threads, tell=lambda line: _say(line))
    off = np.array([check.simulated - check.fitted for check in checks])
    provenance = {
        "body_hash": body_hash(),
        "evidence_hash": evidence_hash(),
        "seed": str(seed),
        "people_by_intake": " ".join(f"{fit.name}={fit.people}" for fit in fits),
        "checks": str(len(checks)),
        "check_people": str(checks[0].people),
        "check_rms": f"{math.sqrt(float(np.mean(off**2))):.4f}",
        "check_mean": f"{float(np.mean(off)):.4f}",
        "check_largest": f"{float(np.abs(off).max()):.4f}",
    }
    write(fits, checks, provenance, folder or Path(str(files("papaver.body"))) / "data")
    stored.cache_clear()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def summary() -> list[str]:
    """The stored surface in lines: median critical doses of the typical person, and its checks."""
    surface = stored()
    lines = ["median mg of people without tolerance: unrousable, collapse; minutes to collapse at twice that"]
    for name, face in surface.faces.items():
        low, high = (float(surface.critical_mg(name, threshold)[0]) for threshold in THRESHOLDS)
        minutes = float(surface.minutes_to_collapse(name, 2.0 * high)[0])
        widths = " ".join(f"{s.below:.2f}/{s.above:.2f}" for s in face.spreads.values())
        lines.append(f"  {name}: {low:.3g}, {high:.3g}; {minutes:.0f} min (spread {widths})")
    facts = surface.provenance
    state = "as the body is now" if facts["body_hash"] == body_hash() else "of an earlier state of the body"
    rms, largest = facts["check_rms"], facts["check_largest"]
    lines.append(f"built {state}; {facts['checks']} checks: root mean square {rms}, largest {largest}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m papaver.body.surface [--rebuild] [--seed N] [--threads N]``."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m papaver.body.surface", description="The overdose surface."
    )
    parser.add_argument("--rebuild", action="store_true", help="build and store it anew (about ten minutes)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args(arguments)
    if asked.rebuild:
        rebuild(asked.seed, asked.threads)
    for line in summary():
        _say(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

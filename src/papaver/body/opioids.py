"""Opioids that are declared, not programmed: one file each in ``data/opioids``.

A file names the drug and its routes, the body it moves through (linear compartments), its metabolites, its
binding to the mu receptor, what differs between people, and the largest doses on record. Every number of
kinetics and binding is named by its input, so that it carries its evidence; a name's ending is its unit
(``_h``, ``_min``, ``_per_h``, ``_l``, ``_l_per_kg``). ``chains_declared`` writes the chain from it,
``ligands`` the binding, ``variability`` the spread, ``drugs`` the table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from papaver.errors import Fault, InputError

FILE = frozenset(("name", "about", "salt", "formula", "g_per_mol", "routes", "body", "ligand"))
FORMED = frozenset(("name", "about", "formula", "g_per_mol", "share", "volume"))
KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "the file": FILE
        | {"base_formula", "base_g_per_mol", "kind", "slider", "largest", "metabolites"}
        | {"quantities"},
        "routes": frozenset(("share", "uptake", "uptake_peak")),
        "largest": frozenset(("route", "mg", "source", "about")),
        "body": frozenset(("clearance", "volume", "around", "effect", "renal_share")),
        "around": frozenset(("exchange", "volume", "with_daily_use")),
        "ligand": frozenset(("half", "half_ratio", "half_of", "off", "activity", "inverse")),
        "metabolites": FORMED | {"clearance", "half_life", "renal_share", "ligand"},
        "quantities": frozenset(("kind", "spread", "powers", "kidney")),
    }
)
NEEDED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "the file": FILE,
        "largest": frozenset(("route", "mg", "source", "about")),
        "body": frozenset(("clearance", "volume")),
        "around": frozenset(("exchange", "volume")),
        "ligand": frozenset(("off", "activity")),
        "metabolites": FORMED,
        "quantities": frozenset(("powers",)),
    }
)
_beside: list[Path] = []


@dataclass(frozen=True)
class Declared:
    """One declared opioid: its file's tables, checked. Names of numbers are names of inputs."""

    name: str
    about: str
    salt: str
    formula: str
    g_per_mol: float
    routes: Mapping[str, Mapping[str, str]]
    body: Mapping[str, Any]
    ligand: Mapping[str, Any]
    base_formula: str = ""
    base_g_per_mol: float = 0.0
    kind: str = "agonist"
    slider: tuple[float, ...] = ()
    largest: tuple[Mapping[str, Any], ...] = ()
    metabolites: tuple[Mapping[str, Any], ...] = ()
    quantities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def ligands(self) -> dict[str, Mapping[str, Any]]:
        """What of it binds: the drug, and metabolites that do."""
        return {self.name: self.ligand} | {
            one["name"]: one["ligand"] for one in self.metabolites if "ligand" in one
        }


@cache
def declared() -> Mapping[str, Declared]:
    """Every declared opioid by name. Raises ``InputError`` for a file that cannot be understood."""
    folders = [Path(str(files("papaver.body"))) / "data" / "opioids", *_beside]
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    found = [read(path) for path in paths]
    return MappingProxyType({one.name: one for one in found})


def read(path: Path) -> Declared:
    """One file. Raises ``InputError`` with every key that is unknown or missing."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Fault(f"is no TOML: {error}.", field=path.name)) from error
    faults = list(_faults(table, path.name))
    if faults:
        raise InputError(faults)
    tables = {**table, "largest": tuple(table.get("largest", ())), "slider": tuple(table.get("slider", ()))}
    return Declared(**{**tables, "metabolites": tuple(table.get("metabolites", ()))})


def _faults(table: Mapping[str, Any], file: str) -> Iterator[Fault]:
    body = table.get("body", {})
    parts = [("the file", table), ("body", body), ("ligand", table.get("ligand", {}))]
    parts += [("routes", one) for one in table.get("routes", {}).values()]
    parts += [("around", one) for one in body.get("around", ())]
    parts += [(key, one) for key in ("largest", "metabolites") for one in table.get(key, ())]
    parts += [("quantities", one) for one in table.get("quantities", {}).values()]
    parts += [("ligand", one["ligand"]) for one in table.get("metabolites", ()) if "ligand" in one]
    for part, given in parts:
        for key in sorted(set(given) - KEYS[part]):
            known = ", ".join(sorted(KEYS[part]))
            yield Fault(f"{file}: {part} has no {key!r}.", f"It may have: {known}.", field=key)
        for key in sorted(NEEDED.get(part, frozenset()) - set(given)):
            yield Fault(f"{file}: {part} needs {key!r}.", "See data/opioids/fentanyl.toml.", field=key)


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Have the opioids of another folder as well, for a while."""
    from papaver.body import drugs

    def forget() -> None:
        declared.cache_clear()
        drugs.table.cache_clear()

    _beside.append(folder)
    forget()
    try:
        yield
    finally:
        _beside.remove(folder)
        forget()


def hours(p: Mapping[str, Any], name: str) -> Any:
    """A time named by its input, in hours. Raises ``InputError`` where the name has no unit of time."""
    if name.endswith("_min"):
        return p[name] / 60.0
    if name.endswith("_h"):
        return p[name]
    raise InputError(Fault(f"{name} is no time.", "End its name in _min or _h.", field=name))


def liters(p: Mapping[str, Any], name: str) -> Any:
    """A volume named by its input, in L: given as such (``_l``) or by body weight (``_l_per_kg``)."""
    if name.endswith("_l_per_kg"):
        return p[name] * p["body_weight_kg"]
    if name.endswith("_l"):
        return p[name]
    raise InputError(Fault(f"{name} is no volume.", "End its name in _l or _l_per_kg.", field=name))

"""The drugs that a body can take: names, salts, routes, what they turn into, and the largest doses on record.

The table is data (``data/drugs.csv``, ``data/largest_doses.csv``, and one file each of ``data/opioids`` for
opioids that are declared); how each drug moves through a body is its chain, found by the same name in
``body/chainlist.py``.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from papaver.body.opioids import Declared, declared
from papaver.errors import Fault, InputError

ROUTES = ("iv", "smoked", "intranasal", "im", "sc", "oral", "rectal", "sublingual", "depot")
KINDS = ("agonist", "partial", "antagonist", "sedative", "metabolite")


@dataclass(frozen=True)
class Largest:
    """Largest single dose on record by a route: mg of the salt, what is known of it, and its source."""

    mg: float
    about: str
    source: str


@dataclass(frozen=True)
class Drug:
    """One drug.

    ``g_per_mol`` is the molar mass of the named ``salt``, in which doses in mg are told; ``base_g_per_mol``
    that of the drug itself. ``entries`` are the pairs of route and product it can be given by; ``analytes``
    what is found of it in a body; ``slider`` first value, top and step of a slider of its dose (mg), if told.
    """

    name: str
    kind: str
    salt: str
    g_per_mol: float
    base_g_per_mol: float
    entries: tuple[tuple[str, str], ...]
    analytes: tuple[str, ...]
    largest: Mapping[str, Largest]
    about: str
    slider: tuple[float, ...] = ()

    @property
    def routes(self) -> tuple[str, ...]:
        """Routes by which the drug can be taken."""
        return tuple(dict.fromkeys(route for route, _ in self.entries))

    @property
    def largest_mg(self) -> Mapping[str, float]:
        """Largest single dose on record by route, mg of the salt."""
        return {route: one.mg for route, one in self.largest.items()}

    def products(self, route: str) -> tuple[str, ...]:
        """Named products by a route ("" is the drug without a product's name)."""
        return tuple(product for way, product in self.entries if way == route)

    def umol(self, mg: float) -> float:
        """Micromoles in a dose of the salt."""
        return 1000.0 * mg / self.g_per_mol


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("papaver.body") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def table() -> Mapping[str, Drug]:
    """Every drug and metabolite by name: agonists, those with a file of their own next, then the others."""
    largest: dict[str, dict[str, Largest]] = {}
    for row in _rows("largest_doses.csv"):
        dose = Largest(float(row["mg"]), row["meaning"], row["source"])
        largest.setdefault(row["drug"], {})[row["route"]] = dose
    rows = [_drug(row, largest) for row in _rows("drugs.csv")]
    first = [one for one in rows if one.kind == "agonist"]
    told = [part for one in declared().values() for part in _of_file(one)]
    found: dict[str, Drug] = {}
    for part in (*first, *told, *(one for one in rows if one.kind != "agonist")):
        if part.name in found:
            raise InputError(Fault(f"{part.name} is declared twice.", "Choose another name.", field="name"))
        found[part.name] = part
    return MappingProxyType(found)


def _of_file(one: Declared) -> tuple[Drug, ...]:
    """A declared opioid and its metabolites."""
    largest = {row["route"]: Largest(row["mg"], row["about"], row["source"]) for row in one.largest}
    entries = tuple((route, "") for route in one.routes)
    analytes = (one.name, *(row["name"] for row in one.metabolites))
    base = one.base_g_per_mol or one.g_per_mol
    parent = Drug(
        one.name,
        one.kind,
        one.salt,
        one.g_per_mol,
        base,
        entries,
        analytes,
        MappingProxyType(largest),
        one.about,
        one.slider,
    )
    nothing: Mapping[str, Largest] = MappingProxyType({})
    formed = [
        Drug(row["name"], "metabolite", "", mass, mass, (), (row["name"],), nothing, row["about"])
        for row in one.metabolites
        for mass in (row["g_per_mol"],)
    ]
    return (parent, *formed)


def _drug(row: dict[str, str], largest: Mapping[str, Mapping[str, Largest]]) -> Drug:
    entries = tuple(e.partition(":")[::2] for e in row["entries"].split())
    return Drug(
        name=row["name"],
        kind=row["kind"],
        salt=row["salt"],
        g_per_mol=float(row["g_per_mol"]),
        base_g_per_mol=float(row["base_g_per_mol"]),
        entries=tuple((route, product.replace("_", " ")) for route, product in entries),
        analytes=tuple(row["analytes"].split()),
        largest=MappingProxyType(dict(largest.get(row["name"], {}))),
        about=row["meaning"],
    )


def drugs() -> tuple[Drug, ...]:
    """Every drug that can be taken, in the order of the table."""
    return tuple(one for one in table().values() if one.entries)


def drug(name: str) -> Drug:
    """The drug or metabolite of this name. An unknown one is an ``InputError`` with the nearest names."""
    found = table().get(name)
    if found is None:
        near = difflib.get_close_matches(str(name).lower(), list(table()), n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(table())}."
        raise InputError(Fault(f"there is no drug {name!r}.", remedy, field="drug"))
    return found


def entry_of(name: str, route: str, product: str | None = None) -> tuple[str, str]:
    """The pair of route and product of a dose. Raises ``InputError`` where the drug has no such way in."""
    one = drug(name)
    if not one.entries:
        raise InputError(Fault(f"{name} is formed in the body, not taken.", "Name a drug.", field="drug"))
    if route not in one.routes:
        remedy = f"{name} can be taken {', '.join(one.routes)}."
        raise InputError(Fault(f"{name} {route}: there is no such route.", remedy, field="route"))
    if (route, product or "") in one.entries:
        return route, product or ""
    named = [f"{p!r}" for p in one.products(route) if p]
    plain = "no product" if "" in one.products(route) else ""
    remedy = f"Name {' or '.join(part for part in (*named, plain) if part)}."
    raise InputError(Fault(f"{name} {route}: there is no product {product!r}.", remedy, field="product"))

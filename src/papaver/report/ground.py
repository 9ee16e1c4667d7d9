"""What the numbers of a run rest on: how many inputs of each kind, which are assumed, and the sources."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from papaver.errors import InputError
from papaver.report.read import Run

if TYPE_CHECKING:
    from papaver.evidence import Source

KINDS = {
    "published": "measured and published",
    "derived": "computed from published numbers",
    "fitted": "chosen so that the model reproduces published findings",
    "assumed": "nobody has measured it; varied over a range, for a stated reason",
}
_WITHOUT_UNIT = ("", "1", "dimensionless")


@dataclass(frozen=True)
class Assumed:
    """An input nobody has measured: what it is, the range it is varied over, and why that range."""

    name: str
    meaning: str
    range: str
    reason: str


@dataclass(frozen=True)
class Reference:
    """A source as a line to read and, where known, an address."""

    text: str
    url: str


def citation(version: str) -> str:
    """How papaver itself is cited."""
    return f"The papaver developers. papaver: a simulator of opioid use, version {version}. Apache-2.0."


def counts(run: Run) -> dict[str, int]:
    """How many inputs of the run are of each kind; every kind is a key."""
    seen = Counter(row["kind"] for row in run.results.inputs)
    return {kind: seen[kind] for kind in KINDS}


def assumed(run: Run) -> list[Assumed]:
    """The assumed inputs of the run, in the order of the table."""
    return [_assumed(row) for row in run.results.inputs if row["kind"] == "assumed"]


def sources(run: Run) -> list[Reference]:
    """The sources behind the inputs of the run, in the order of their first authors."""
    from papaver.evidence import cite, source

    keys = {key for row in run.results.inputs for key in _keys(row["evidence"])}
    found = [source(key) for key in keys]
    return sorted((Reference(cite(one), _address(one)) for one in found), key=lambda one: one.text.casefold())


def _keys(ids: str) -> list[str]:
    """Keys of the sources behind evidence ids; an id that only a newer papaver knows has none here."""
    from papaver.evidence import published

    keys = []
    for one in filter(None, ids.split(";")):
        with contextlib.suppress(InputError):
            keys.append(published(one).source)
    return keys


def _address(one: Source) -> str:
    if one.doi:
        return f"https://doi.org/{quote(one.doi, safe='/()')}"
    if one.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{quote(one.pmid)}/"
    address = one.url_seen.split("; ")[0]
    return address if address.startswith(("https://", "http://")) else ""


def _assumed(row: Mapping[str, str]) -> Assumed:
    unit = "" if row["unit"] in _WITHOUT_UNIT else f" {row['unit']}"
    low, high = (_short(row[bound]) for bound in ("lo", "hi"))
    varied = low and high and row["distribution"] != "fixed"
    return Assumed(
        row["name"], row["meaning"], f"{low} to {high}{unit}" if varied else "not varied", row["rule"]
    )


def _short(cell: str) -> str:
    return f"{float(cell):g}" if cell else ""

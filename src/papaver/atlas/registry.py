"""Counterparts of findings: functions from a simulated world to an estimate, registered by finding id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from papaver.atlas.estimates import Estimate

if TYPE_CHECKING:
    from papaver.atlas.protocols import World

Function = Callable[["World"], "Estimate | float"]
# Module of counterparts -> domain of its findings.
MODULES = {
    "kinetics": "kinetics",
    "toxicology": "kinetics",
    "dynamics": "dynamics",
    "blockade": "dynamics",
    "breathing": "dynamics",
    "withdrawal": "withdrawal",
    "precipitated": "withdrawal",
    "lingering": "withdrawal",
    "tapers": "withdrawal",
    "detoxifications": "withdrawal",
    "natural_history": "natural_history",
    "liability": "natural_history",
    "treatment": "treatment",
    "services": "treatment",
    "protection": "treatment",
    "overdose": "overdose",
    "after_release": "overdose",
    "supply": "overdose",
    "beside": "overdose",
}
ROOMS = tuple(dict.fromkeys(MODULES.values()))
_registered: dict[str, Counterpart] = {}


@dataclass(frozen=True)
class Counterpart:
    """How a finding is simulated: the function and, from its docstring, what was taken for granted."""

    finding: str
    domain: str
    run: Function

    @property
    def about(self) -> str:
        """First line of the function's docstring."""
        return (self.run.__doc__ or "").strip().split("\n")[0]


def counterpart(*ids: str) -> Callable[[Function], Function]:
    """Register a function as the counterpart of one finding or of several that state the same result."""

    def register(function: Function) -> Function:
        for id in ids:
            if id in _registered:
                raise ValueError(f"{id} has two counterparts")
            _registered[id] = Counterpart(id, MODULES[function.__module__.rsplit(".", 1)[-1]], function)
        return function

    return register


@cache
def counterparts() -> Mapping[str, Counterpart]:
    """All counterparts by finding id, in the order of their modules."""
    for module in MODULES:
        import_module(f"papaver.atlas.{module}")
    return MappingProxyType(_registered)

"""Compartments by name: how a chain of a drug is written down before it is solved.

A chain builder adds compartments in the order of flow, says what leaves each of them and where it goes,
where doses enter by route and product, and what is read as plasma level, effect site or urine. Every rate
is a number or an array over people. What leaves a compartment without a named place is counted as
``elsewhere``, so that amounts always balance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Entry = tuple[str, str]
"""Route and product ("" for the plain drug) of a dose."""
Share = Any  # a number, an array over people, or a function of the dose in mg that gives either

ELSEWHERE, UNABSORBED = "elsewhere", "unabsorbed"
PLASMA, SITE, URINE = "plasma", "site", "urine"


@dataclass
class Network:
    """Compartments, flows, entries and readings of one drug in ``people`` persons."""

    people: int
    names: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    sinks: list[str] = field(default_factory=lambda: [ELSEWHERE, UNABSORBED])
    entries: dict[Entry, Mapping[str, Share]] = field(default_factory=dict)
    readings: dict[tuple[str, str], list[tuple[str, Any]]] = field(default_factory=dict)
    without_mass: set[str] = field(default_factory=set)
    _out: dict[str, Any] = field(default_factory=dict)
    _flows: dict[tuple[str, str], Any] = field(default_factory=dict)

    def add(self, name: str, out: Any, *, beside: bool = False) -> None:
        """A compartment that loses ``out`` of its amount per hour; ``beside``: in the last one's block."""
        if name in self._out:
            raise ValueError(f"{name} is there already")
        if not beside:
            self.starts.append(len(self.names))
        self.names.append(name)
        self._out[name] = out

    def out(self, name: str) -> Any:
        """What a compartment loses per hour, as a rate (1/h)."""
        return self._out[name]

    def flow(self, source: str, to: str, rate: Any) -> None:
        """Let ``rate`` (1/h) of a compartment's amount flow to a compartment, or leave the body to a sink."""
        if to not in self._out and to not in self.sinks:
            self.sinks.append(to)
        self._flows[source, to] = self._flows.get((source, to), 0.0) + rate

    def body(self, name: str, clearance: Any, volume: Any, *around: tuple[Any, Any]) -> None:
        """Central compartment (clearance in L/h, volume in L) and peripheral ones (L/h, L) around it."""
        total = clearance
        for exchange, _ in around:
            total = total + exchange
        self.add(name, total / volume)
        for k, (exchange, outer) in enumerate(around):
            far = f"{name} {k + 2}"
            self.add(far, exchange / outer, beside=True)
            self.flow(name, far, exchange / volume)
            self.flow(far, name, exchange / outer)

    def effect(self, name: str, source: str, rate: Any, volume: Any) -> None:
        """Effect site (umol/L) that follows the level in ``source`` at ``rate`` (1/h); takes no drug away."""
        self.add(name, rate)
        self.without_mass.add(name)
        self._flows[source, name] = rate / volume

    def enter(self, entry: Entry, shares: Mapping[str, Share]) -> None:
        """Where a dose by this route and product enters: places and shares; the rest is not absorbed."""
        self.entries[entry] = shares

    def read(self, kind: str, analyte: str, compartment: str, times: Any = 1.0) -> None:
        """Tell an analyte's plasma level or effect site (nmol/L) or urine (umol): amount in umol ``times``.

        Told twice, the parts add up.
        """
        self.readings.setdefault((kind, analyte), []).append((compartment, times))

    def place(self, name: str) -> int:
        """Place of a compartment in the matrix."""
        return self.names.index(name)

    def matrix(self) -> Floats:
        """Rates (people, n, n) in 1/h: ``dx/dt = matrix @ x``."""
        n = len(self.names)
        a = np.zeros((self.people, n, n))
        for i, name in enumerate(self.names):
            a[:, i, i] = -np.asarray(self._out[name])
        for (source, to), rate in self._flows.items():
            if to in self._out:
                a[:, self.place(to), self.place(source)] = rate
        return a

    def leaving(self) -> Floats:
        """Rates (people, sinks, n) in 1/h at which amounts leave to each sink; not named: elsewhere."""
        out = np.zeros((self.people, len(self.sinks), len(self.names)))
        left = np.zeros((self.people, len(self.names)))
        for i, name in enumerate(self.names):
            left[:, i] = 0.0 if name in self.without_mass else self._out[name]
        for (source, to), rate in self._flows.items():
            if to in self.without_mass:
                continue
            if to not in self._out:
                out[:, self.sinks.index(to), self.place(source)] += rate
            left[:, self.place(source)] -= rate
        out[:, 0] = np.where(left > 0.0, left, 0.0)
        return out

    def share_into(self, entry: Entry, mg: float) -> tuple[Floats, Floats]:
        """Shares of a dose that enter compartments (people, n) and sinks (people, sinks)."""
        into, lost = np.zeros((self.people, len(self.names))), np.zeros((self.people, len(self.sinks)))
        for name, given in self.entries[entry].items():
            share = given(mg) if isinstance(given, Callable) else given  # type: ignore[arg-type]
            if name in self._out:
                into[:, self.place(name)] += share
            else:
                lost[:, self.sinks.index(name)] += share
        lost[:, 1] += np.maximum(0.0, 1.0 - into.sum(axis=1) - lost.sum(axis=1))
        return into, lost

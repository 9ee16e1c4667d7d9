"""What doses lead to: plasma levels, effect sites and urine over time, for any number of people at once.

Each drug's chain is solved exactly (``linear.py``), so hours may be as uneven as one likes and every dose,
infusion and product adds up. Ethanol, whose elimination saturates, has its own solver. Levels just after a
dose by vein are those with the dose in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from papaver.body import linear
from papaver.body.chainlist import SOLVERS, chain_of
from papaver.body.drugs import drug, entry_of
from papaver.body.network import PLASMA, SITE, URINE, Entry, Network
from papaver.body.people import People, personal, typical
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as all_numbers

if TYPE_CHECKING:
    import polars as pl

    from papaver.body.regimen import Dose, Regimen

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
Levels = dict[str, Floats]


@dataclass(frozen=True)
class Exposure:
    """Courses of everything the doses gave rise to.

    ``hours`` (T,); ``plasma`` and ``site`` (effect site) by analyte, (people, T) in nmol/L; ``urine`` by
    analyte, (people, T) in umol excreted so far (conjugates of codeine, buprenorphine and norbuprenorphine
    counted with them; morphine, M3G and M6G apart). ``breaks``: hours at which an input begins or ends, where
    courses may jump or bend.
    """

    hours: Floats
    plasma: Levels = field(default_factory=dict)
    site: Levels = field(default_factory=dict)
    urine: Levels = field(default_factory=dict)
    breaks: tuple[float, ...] = ()

    @property
    def people(self) -> int:
        """How many people."""
        return len(next(iter(self.plasma.values()))) if self.plasma else 0

    def ng_per_ml(self, analyte: str) -> Floats:
        """Plasma level in ng/mL (ug/L) of the free base, (people, T). Raises ``InputError`` if not there."""
        if analyte not in self.plasma:
            known = ", ".join(self.plasma) or "nothing"
            raise InputError(Fault(f"there is no {analyte!r} here.", f"There is: {known}.", field="analyte"))
        return self.plasma[analyte] * drug(analyte).base_g_per_mol / 1000.0

    def _columns(self) -> dict[str, Floats]:
        people, times = self.people, len(self.hours)
        columns: dict[str, Any] = {
            "person": np.repeat(np.arange(people), times),
            "hour": np.tile(self.hours, people),
        }
        for kind, levels in ((PLASMA, self.plasma), (SITE, self.site), (URINE, self.urine)):
            unit = "umol" if kind == URINE else "nmol_l"
            columns.update({f"{kind}_{name}_{unit}": course.ravel() for name, course in levels.items()})
        return columns

    def to_polars(self) -> pl.DataFrame:
        """One row per person and hour, one column per course."""
        import polars as pl

        return pl.DataFrame(self._columns())

    def to_pandas(self) -> Any:
        """One row per person and hour, one column per course. Needs pandas."""
        import pandas as pd  # type: ignore[import-untyped]

        return pd.DataFrame(self._columns())


def follow(
    regimen: Regimen | Sequence[Dose],
    hours: npt.ArrayLike,
    people: People | None = None,
    *,
    numbers: Numbers | None = None,
    urine: bool = False,
) -> Exposure:
    """Follow doses in people and read levels at the given hours (ascending, none before hour 0).

    ``people``: one typical person unless given. ``numbers``: the inputs (``evidence.inputs.numbers``),
    central values unless given. ``urine``: what leaves in urine as well. A drug's analytes appear whenever
    one of its doses is in the regimen, also if it comes after the last hour. Raises ``InputError`` for an
    unknown drug, route or product, and for hours out of order.
    """
    p = all_numbers() if numbers is None else numbers
    who = typical(numbers=p) if people is None else people
    when = _checked_hours(hours)
    doses: dict[str, list[Dose]] = {}
    taken = regimen if isinstance(regimen, Sequence) else regimen.doses
    for dose in taken:
        drug(dose.drug)
        doses.setdefault(dose.drug, []).append(dose)
    kinds = (PLASMA, SITE, URINE) if urine else (PLASMA, SITE)
    found: dict[str, Levels] = {kind: {} for kind in kinds}
    for name, given in doses.items():
        solve = SOLVERS.get(name)
        courses = (
            solve(given, when, personal(p, who))
            if solve is not None
            else _follow_chain(name, given, when, personal(p, who), kinds)
        )
        for (kind, analyte), course in courses.items():
            if kind in found:
                before = found[kind].get(analyte)
                found[kind][analyte] = course if before is None else before + course
    edges = {float(d.hour + part) for given in doses.values() for d in given for part in (0.0, d.duration_h)}
    return Exposure(when, found[PLASMA], found[SITE], found.get(URINE, {}), tuple(sorted(edges)))


def _checked_hours(hours: npt.ArrayLike) -> Floats:
    when = np.atleast_1d(np.asarray(hours, float))
    remedy = "Give finite hours from 0 on, each later than the one before."
    if when.ndim != 1 or not len(when) or not np.isfinite(when).all():
        raise InputError(Fault("the hours are no list of finite numbers.", remedy, field="hours"))
    if when[0] < 0.0 or (np.diff(when) <= 0.0).any():
        raise InputError(Fault("the hours are out of order.", remedy, field="hours"))
    return when


@dataclass(frozen=True)
class System:
    """A drug's chain in people, solved: what a umol that enters does, and how to read the modes.

    ``enter`` (people, entries, n) and ``read_amount`` (people, readings, n) are in amounts, for the matrix
    exponential; the others as in ``linear.carry``.
    """

    network: Network
    matrix: Floats
    modes: linear.Modes
    gain: Floats
    read: Floats
    constant: Floats
    enter: Floats
    enter_sink: Floats
    read_amount: Floats
    read_sink: Floats
    names: tuple[tuple[str, str], ...]


def network_of(name: str, entries: Sequence[Entry], own: Mapping[str, Any]) -> Network:
    """The chain of a drug in these people, with the entries that are used."""
    net = Network(own["people"].count)
    chain_of(name)(net, own, tuple(dict.fromkeys(entries)))
    return net


def solve(net: Network, uses: Sequence[tuple[Entry, float]], names: Sequence[tuple[str, str]]) -> System:
    """Solve a chain for doses by these entries and sizes (mg), and for these readings (kind, analyte)."""
    matrix, leaving = net.matrix(), net.leaving()
    modes = linear.modes(matrix, net.starts)
    shares = [net.share_into(entry, mg) for entry, mg in uses]
    enter = np.stack([into for into, _ in shares], axis=1)
    enter_sink = np.stack([lost for _, lost in shares], axis=1)
    gain = np.einsum("pij,pej->pei", modes.to_mode, enter)
    n, sinks = len(net.names), len(net.sinks)
    read_amount = np.zeros((net.people, len(names), n))
    read_sink = np.zeros((net.people, len(names), sinks))
    for k, one in enumerate(names):
        for place, times in net.readings[one]:
            if place in net.sinks:
                read_sink[:, k, net.sinks.index(place)] += times
            else:
                read_amount[:, k, net.place(place)] += times
    out = np.einsum("psi,pij->psj", leaving, modes.to_amount) / modes.rate[:, None, :]
    read = np.einsum("pki,pij->pkj", read_amount, modes.to_amount) - np.einsum("pks,psj->pkj", read_sink, out)
    left = np.einsum("psj,pej->pse", out, gain) + enter_sink.transpose(0, 2, 1)
    constant = np.einsum("pks,pse->pke", read_sink, left)
    return System(
        net, matrix, modes, gain, read, constant, enter, enter_sink, read_amount, read_sink, tuple(names)
    )


def _follow_chain(
    name: str, doses: Sequence[Dose], hours: Floats, own: Mapping[str, Any], kinds: Sequence[str]
) -> dict[tuple[str, str], Floats]:
    one = drug(name)
    entries = [entry_of(name, dose.route, dose.product) for dose in doses]
    net = network_of(name, entries, own)
    uses: dict[tuple[Entry, float], int] = {}
    which = []
    for dose, entry in zip(doses, entries, strict=True):
        sized = any(callable(share) for share in net.entries[entry].values())
        which.append(uses.setdefault((entry, dose.mg if sized else 1.0), len(uses)))
    readings = [reading for reading in net.readings if reading[0] in kinds]
    system = solve(net, list(uses), readings)
    umol = [one.umol(dose.mg) for dose in doses]
    events = _events(doses, which, umol, hours)
    courses = run(system, events, len(hours))
    return {reading: courses[:, k] for k, reading in enumerate(readings)}


Events = tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]


def _events(doses: Sequence[Dose], which: Sequence[int], umol: Sequence[float], hours: Floats) -> Events:
    """Doses and looks in the order in which they happen: hour, kind, entry, amount."""
    last = float(hours[-1])
    found = [(float(hour), linear.LOOK, 0, 0.0) for hour in hours]
    for dose, entry, amount in zip(doses, which, umol, strict=True):
        if dose.hour > last:
            continue
        speed = amount / dose.duration_h if dose.duration_h > 0.0 else np.inf
        if np.isfinite(speed) and dose.hour + dose.duration_h > dose.hour:
            found.append((float(dose.hour), linear.START_INPUT, entry, speed))
            found.append((float(dose.hour + dose.duration_h), linear.STOP_INPUT, entry, speed))
        else:
            found.append((float(dose.hour), linear.DOSE, entry, amount))
    found.sort(key=lambda event: event[:2])
    at, kind, what, much = zip(*found, strict=True)
    return np.array(at), np.array(kind, np.int64), np.array(what, np.int64), np.array(much)


def run(system: System, events: Events, looks: int) -> Floats:
    """Readings (people, readings, looks) of a solved chain under events."""
    people, readings = len(system.matrix), len(system.names)
    out = np.zeros((people, readings, looks))
    linear.carry(system.modes.rate, system.gain, *events, system.read, system.constant, out)
    for person in np.flatnonzero(~system.modes.sound):
        out[person] = _by_exponential(system, events, int(person))
    return out


def _by_exponential(system: System, events: Events, person: int) -> Floats:
    """Readings of one person without eigenvectors: the sinks become compartments of their own."""
    a, leaving = system.matrix[person], system.network.leaving()[person]
    n, sinks = len(a), len(leaving)
    whole = np.zeros((n + sinks, n + sinks))
    whole[:n, :n], whole[n:, :n] = a, leaving
    enter = np.concatenate([system.enter[person], system.enter_sink[person]], axis=1)
    read = np.concatenate([system.read_amount[person], system.read_sink[person]], axis=1)
    return linear.carry_by_exponential(whole, enter, *events, read)

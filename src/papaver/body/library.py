"""Simulated specimens to compare a panel with: many people, uses, times since the last use, and voids.

A *library* holds, for each source of a drug (street heroin, prescribed codeine, poppy seeds ...), people who
took it once or daily, by each of its routes, at a time before the specimen that is log-uniform over a range,
under several draws of the inputs. Levels are those of one reference amount; as kinetics are linear (but for
sublingual buprenorphine, where this is an approximation), another amount multiplies them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from papaver.body import specimens as bench
from papaver.body.detection import BEFORE, MOST_SEED, STRIDE, look_hours
from papaver.body.exposure import Exposure, follow
from papaver.body.panel import PLASMA, Specimen
from papaver.body.people import People, draw
from papaver.body.regimen import Dose, Regimen
from papaver.body.specimens import BLOOD, DAY, URINE, Measured, Voids, measured, normals, uniform
from papaver.evidence.inputs import input_
from papaver.evidence.inputs import numbers as all_numbers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Numbers = Mapping[str, float]
NONE = "none"
CENTRAL_95 = 196 / 100 * 2  # standard deviations between the ends of a central 95 %
PATTERNS = SINGLE, DAILY = ("single", "daily")


@dataclass(frozen=True)
class Source:
    """What may lie behind a result: a drug, its routes, how often daily use is, and what comes along."""

    name: str
    family: str
    drug: str
    routes: tuple[str, ...]
    times_a_day: int
    companion: str
    companion_share: str
    words: str

    @property
    def reference_mg(self) -> float:
        """The amount that levels are told for: the median of the prior."""
        return input_(f"panel_dose_{self.name}_mg").value

    @property
    def dose_sd(self) -> float:
        """Spread (log units) of the prior over amounts."""
        return log_sd(f"panel_dose_{self.name}_mg")


def log_sd(name: str) -> float:
    """Standard deviation on the log scale of a log-normal input, from its central 95 % interval."""
    one = input_(name)
    assert one.lo is not None and one.hi is not None, name
    return float(np.log(one.hi / one.lo) / CENTRAL_95)


@cache
def sources() -> Mapping[str, Source]:
    """All sources by name."""
    text = (files("papaver.body") / "data" / "panel_uses.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        routes = tuple(row["routes"].split())
        rest = (row["companion"], row["companion_share"], row["words"])
        found[row["source"]] = Source(
            row["source"], row["family"], row["drug"], routes, int(row["times_a_day"]), *rest
        )
    return MappingProxyType(found)


@dataclass(frozen=True)
class Key:
    """A level to look up: specimen and analyte."""

    specimen: Specimen
    analyte: str

    @property
    def measured(self) -> Measured:
        """What the laboratory measures."""
        matrix = BLOOD if self.specimen.matrix == PLASMA else self.specimen.matrix
        return measured()[matrix, self.analyte]


@dataclass(frozen=True)
class Library:
    """Simulated specimens, one particle each.

    ``source`` (P,) index into ``names``; ``pattern`` (P,) index into ``PATTERNS``; ``hours`` (P,) since the
    last use at the first specimen; ``share`` (P,) of its source among all particles of that source, adding
    to 1 by source and pattern; ``levels`` by key (P,) ng/mL at the reference amount; ``creatinine`` by
    specimen of urine (P,) mg/mL; ``person`` (P,) number of the simulated person.
    """

    names: tuple[str, ...]
    source: Ints
    pattern: Ints
    hours: Floats
    share: Floats
    levels: Mapping[Key, Floats]
    creatinine: Mapping[Specimen, Floats]
    dose_sd: Floats
    span: tuple[float, float]


def build(
    family: str,
    keys: Sequence[Key],
    *,
    people: int = 30,
    times: int = 20,
    draws: int = 16,
    seed: int = 1,
    span: tuple[float, float] | None = None,
    numbers: Numbers | None = None,
) -> Library:
    """Simulate the sources of a family for the specimens and analytes of a panel.

    ``people`` are followed under each of ``draws`` draws of the inputs (``numbers``: under these alone), each
    seen at ``times`` times since the last use, between ``span`` (h), log-uniform.
    """
    central = all_numbers() if numbers is None else numbers
    low, high = span or (central["panel_hours_lo"], central["panel_hours_hi"])
    chosen = [one for one in sources().values() if one.family == family]
    parts: list[_Part] = []
    worlds = [numbers] if numbers is not None else [all_numbers(seed, k) for k in range(1, draws + 1)]
    for number, p in enumerate(worlds):
        stage = _Stage(p, keys, (seed + number * STRIDE) % MOST_SEED, people, times, (low, high))
        for place, source in enumerate(chosen):
            parts += list(stage.parts(source, place))
    return _join(tuple(one.name for one in chosen), parts, keys, (low, high), chosen)


@dataclass(frozen=True)
class _Part:
    source: int
    pattern: int
    routes: int
    hours: Floats
    levels: Mapping[Key, Floats]
    creatinine: Mapping[Specimen, Floats]


class _Stage:
    """The people of one draw of the inputs, their times and voids, shared by all sources."""

    def __init__(
        self,
        p: Numbers,
        keys: Sequence[Key],
        seed: int,
        people: int,
        times: int,
        span: tuple[float, float],
    ) -> None:
        self.p, self.keys, self.seed, self.times, self.span = p, keys, seed, times, span
        self.count = people
        self.later = max((key.specimen.hours for key in keys), default=0.0)
        self.since = self._since()
        self.look = look_hours(0.0, span[1] + self.later)
        someone = draw(people, seed, numbers=p)
        asked = any(key.specimen.matrix == URINE for key in keys)
        self.voids = [self._voids(someone, k) for k in range(times if asked else 0)]

    def _since(self) -> Floats:
        """Hours since the last use (people, times): log-uniform, one in each of as many strata."""
        low, high = np.log(self.span)
        u = np.stack([uniform(self.seed, f"since:{k}", self.count) for k in range(self.times)], axis=1)
        share = (np.arange(self.times) + u) / self.times
        return np.asarray(np.exp(low + (high - low) * share))

    def _voids(self, people: People, course: int) -> Voids:
        seed = (self.seed + (course + 1) * STRIDE * STRIDE) % MOST_SEED
        last = float(self.since[:, course].max()) + self.later + 1
        return bench.voids(self.p, people, seed=seed, first=-BEFORE, last=last)

    def parts(self, source: Source, place: int) -> Iterator[_Part]:
        for pattern, name in enumerate(PATTERNS):
            daily = name == DAILY
            people = draw(self.count, self.seed, numbers=self.p, daily_use=float(daily))
            for route in source.routes:
                main = self._follow(source.drug, route, source.reference_mg, source, daily, people)
                beside = self._companion(source, route, daily, people)
                levels = {key: self._level(key, main, beside).ravel() for key in dict.fromkeys(self.keys)}
                urines = {key.specimen for key in self.keys if key.specimen.matrix == URINE}
                creatinine = {one: self._creatinine(one).ravel() for one in urines}
                yield _Part(place, pattern, len(source.routes), self.since.ravel(), levels, creatinine)

    def _follow(
        self, name: str, route: str, mg: float, source: Source, daily: bool, people: People
    ) -> tuple[Exposure, Regimen]:
        """Levels around the last dose, hours counted from it."""
        many = round(self.p["panel_daily_days"] * source.times_a_day) if daily else 1
        step = DAY / source.times_a_day
        last = max((many - 1) * step, BEFORE)
        doses = tuple(Dose(name, last - k * step, mg, route) for k in reversed(range(many)))
        found = follow(Regimen(doses), last + self.look, people, numbers=self.p, urine=True)
        near = Regimen(
            tuple(Dose(d.drug, d.hour - last, d.mg, d.route) for d in doses[-source.times_a_day :])
        )
        return Exposure(self.look, found.plasma, found.site, found.urine), near

    def _companion(
        self, source: Source, route: str, daily: bool, people: People
    ) -> tuple[Exposure, Regimen, Floats] | None:
        """What comes along, at the median share, and each person's share over it."""
        if not source.companion:
            return None
        share = input_(source.companion_share).value
        way, reaches = (route, 1.0) if route in ("iv", "oral") else ("iv", self.p[_REACHES[route]])
        mg = source.reference_mg * share * reaches
        found, near = self._follow(source.companion, way, mg, source, daily, people)
        own = np.exp(log_sd(source.companion_share) * normals(self.seed, source.companion_share, self.count))
        return found, near, own

    def _level(
        self,
        key: Key,
        main: tuple[Exposure, Regimen],
        beside: tuple[Exposure, Regimen, Floats] | None,
    ) -> Floats:
        total = self._of(key, *main)
        if beside is not None:
            total = total + beside[2][:, None] * self._of(key, beside[0], beside[1])
        return total

    def _of(self, key: Key, exposure: Exposure, regimen: Regimen) -> Floats:
        """Level (people, times) of one exposure in the specimen."""
        when = self.since + key.specimen.hours
        one, matrix = key.measured, key.specimen.matrix
        if matrix == URINE:
            ug = bench.excreted_ug(one, exposure)
            return np.stack(
                [self._urine(ug, v, when[:, k : k + 1]) for k, v in enumerate(self.voids)], axis=1
            )
        if matrix == PLASMA:
            course = bench.in_plasma(one, exposure)
        elif matrix == BLOOD:
            course = bench.in_blood(self.p, one, exposure)
        else:
            course = bench.in_oral_fluid(self.p, one, exposure, regimen, self.seed)
        return bench.between(self.look, course, when)

    def _urine(self, ug: Floats, voids: Voids, when: Floats) -> Floats:
        begin, liters, _ = voids.on_demand(when)
        amount = bench.between(self.look, ug, when) - bench.between(self.look, ug, begin)
        return np.asarray(np.maximum(amount, 0.0) / liters)[:, 0]

    def _creatinine(self, specimen: Specimen) -> Floats:
        """Creatinine (people, times) in mg/mL of a specimen of urine."""
        found = []
        for k, voids in enumerate(self.voids):
            _, liters, mg = voids.on_demand(self.since[:, k : k + 1] + specimen.hours)
            found.append((mg / liters / 1000.0)[:, 0])
        return np.stack(found, axis=1)


_REACHES = {"smoked": "heroin_smoked_f", "intranasal": "heroin_in_f"}


def _join(
    names: tuple[str, ...],
    parts: Sequence[_Part],
    keys: Sequence[Key],
    span: tuple[float, float],
    chosen: Sequence[Source],
) -> Library:
    sizes = [len(part.hours) for part in parts]
    source = np.repeat([part.source for part in parts], sizes)
    pattern = np.repeat([part.pattern for part in parts], sizes)
    share = np.zeros(len(source))
    for place in range(len(names)):
        for kind in range(len(PATTERNS)):
            here = (source == place) & (pattern == kind)
            share[here] = 1.0 / max(int(here.sum()), 1)
    urines = {key.specimen for key in keys if key.specimen.matrix == URINE}
    return Library(
        names,
        source,
        pattern,
        np.concatenate([part.hours for part in parts]),
        share,
        {key: np.concatenate([part.levels[key] for part in parts]) for key in dict.fromkeys(keys)},
        {one: np.concatenate([part.creatinine[one] for part in parts]) for one in urines},
        np.array([chosen[k].dose_sd for k in range(len(names))])[source],
        span,
    )

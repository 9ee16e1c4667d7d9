"""How long a drug is found: the chance of a positive result over time since the last dose, and windows.

A result depends on the person (kinetics, size, flow of urine), on the specimen (when the last void was, how
dilute the urine is, what was left in the mouth), on the laboratory's error, and on what nobody knows exactly
(the inputs). People are drawn once and followed under several draws of the inputs; each has several courses
of voids. The chance at an hour is that of a specimen asked for then. A window ends with the last positive
specimen: of the voids a person passes, or the last hour at which blood, oral fluid or the hair next to the
skin would be positive; it is 0 where none ever is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from papaver.body import hair, specimens
from papaver.body.cutoffs import SCREEN, Cutoff, Rule, rules
from papaver.body.drugs import drug
from papaver.body.exposure import Exposure, follow
from papaver.body.people import People, draw, typical
from papaver.body.regimen import Regimen
from papaver.body.specimens import BLOOD, DAY, HAIR, URINE, Voids, measured, normals
from papaver.evidence.inputs import numbers as all_numbers
from papaver.showing import table

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
BEFORE = DAY / 2  # hours before the last dose in which a void may have ended
LONGEST_DAYS, HAIR_DAYS, HAIR_STEP_DAYS = 180, 360, 5
QUANTILES = (5, 50, 95)
STRIDE = 1_000_003  # between the seeds of one person's courses of voids
MOST_SEED = 2**63
DAILY_DAYS = 2  # a regimen this long counts as daily use


@dataclass(frozen=True)
class Curve:
    """Chance of a positive specimen asked for at each hour after the last dose, by a rule.

    ``chance`` is the mean over people and draws; ``low`` and ``high`` hold 90 % of the draws of the inputs;
    ``central`` is over people at the central inputs, ``typical`` over the voids of the typical person alone.
    """

    rule: Rule
    hours: Floats
    chance: Floats
    low: Floats
    high: Floats
    central: Floats
    typical: Floats


@dataclass(frozen=True)
class Window:
    """Hours from the last dose to the last positive specimen, by a rule.

    ``hours``: (draws, people, courses of voids); draw 0 has the central inputs; other draws have one course,
    the rest is not a number. ``end``: how long people were followed; a window beyond it is told as ``end``.
    """

    rule: Rule
    hours: Floats
    end: float

    @property
    def values(self) -> Floats:
        """All windows over people, voids and draws, one course each so that every draw counts alike."""
        return np.asarray(self.hours[:, :, 0].ravel())

    def quantile(self, percent: float) -> float:
        """A quantile over people, voids and draws, in hours."""
        return float(np.quantile(self.values, percent / 100.0))

    @property
    def never(self) -> float:
        """Share in whom no specimen is ever positive."""
        return float((self.values <= 0.0).mean())

    @property
    def open(self) -> float:
        """Share still positive when the simulation ends."""
        return float((self.values >= self.end).mean())

    @property
    def parts(self) -> dict[str, float]:
        """Standard deviations (h) by cause: between people, between voids, and of what is not known."""
        central = self.hours[0]
        central = central[:, ~np.isnan(central[0])]
        courses = central.shape[1]
        within = float(central.var(axis=1, ddof=1).mean()) if courses > 1 else 0.0
        people = float(central.mean(axis=1).var(ddof=1)) - within / courses if len(central) > 1 else 0.0
        means = self.hours[:, :, 0].mean(axis=1)
        unknown = float(means[1:].var(ddof=1)) if len(means) > 2 else 0.0
        found = {"people": people, "voids": within, "unknown": unknown}
        return {name: float(np.sqrt(max(0.0, variance))) for name, variance in found.items()}


@dataclass(frozen=True)
class Detection:
    """What was asked, and the curves and windows that came of it, in the order of the rules."""

    regimen: Regimen
    curves: tuple[Curve, ...]
    windows: tuple[Window, ...]
    people: int
    draws: int
    seed: int

    def _repr_html_(self) -> str:
        heads = ("last positive result", "hours: median", "5 %", "95 %", "share never positive")
        found = (
            (w.rule.name, *(float(w.quantile(q)) for q in (50, 5, 95)), float(w.never)) for w in self.windows
        )
        return table(f"{self.people} people, {self.draws} draws of the inputs", [heads, *found])


def detect(
    regimen: Regimen,
    cutoffs: Sequence[Cutoff],
    *,
    people: int = 200,
    draws: int = 20,
    courses: int = 4,
    seed: int = 1,
    days: float | None = None,
    numbers: Numbers | None = None,
) -> Detection:
    """Chance over time and windows after the last dose of a regimen, by each rule of the cutoffs.

    ``people`` are followed under the central inputs and under ``draws`` draws of them, with ``courses`` of
    voids each under the central ones. ``numbers``: these inputs in place of the central ones, without
    draws. ``days``: how long after the last dose; without it as long as anybody is likely to be positive.
    """
    molecules = {analyte for dose in regimen.doses for analyte in drug(dose.drug).analytes}
    asked = rules(cutoffs, molecules)
    worlds = [numbers] if numbers is not None else [all_numbers(seed, k) for k in range(draws + 1)]
    ends = {rule: _horizon(regimen, rule, worlds[0], days) for rule in asked}
    end = max(_fluid_ends(ends), default=DAY)
    daily = float(is_daily(regimen))
    runs = [
        _World(
            p, regimen, draw(people, seed, numbers=p, daily_use=daily), seed, courses if k == 0 else 1, end
        )
        for k, p in enumerate(worlds)
    ]
    alike = typical(numbers=worlds[0], daily_use=np.full(people, daily))
    of_typical = _World(worlds[0], regimen, alike, seed, 1, end)
    curves, windows = [], []
    for rule in asked:
        hours = _report_hours(ends[rule], rule.matrix)
        chances = np.stack([run.chance(rule, hours) for run in runs])
        curves.append(_curve(rule, hours, chances, of_typical.chance(rule, hours)))
        found = np.full((len(runs), people, courses), np.nan)
        for k, run in enumerate(runs):
            got = run.windows(rule, ends[rule])
            found[k, :, : got.shape[1]] = got
        windows.append(Window(rule, found, ends[rule]))
    return Detection(regimen, tuple(curves), tuple(windows), people, len(runs) - 1, seed)


def _curve(rule: Rule, hours: Floats, chances: Floats, of_typical: Floats) -> Curve:
    low, high = np.quantile(chances, (QUANTILES[0] / 100.0, QUANTILES[-1] / 100.0), axis=0)
    return Curve(rule, hours, chances.mean(axis=0), low, high, chances[0], of_typical)


# ------------------------------------------------------------------------------------------------- times


def last_hour(regimen: Regimen) -> float:
    """Hour at which the last dose is taken."""
    return max(dose.hour for dose in regimen.doses)


def is_daily(regimen: Regimen) -> bool:
    """Whether doses go on for days."""
    hours = [dose.hour for dose in regimen.doses]
    return max(hours) - min(hours) >= DAILY_DAYS * DAY


def look_hours(last: float, end: float) -> Floats:
    """Hours at which levels are read: dense after the last dose, sparse later."""
    quarter = np.arange(-BEFORE, DAY, 1 / 4)
    half, whole = np.arange(DAY, 3 * DAY, 1 / 2), np.arange(3 * DAY, 10 * DAY, 1)
    late = np.arange(10 * DAY, end + 2 * DAY, 4)
    after = np.concatenate([quarter, half, whole, late])
    after = after[after <= end + 2 * DAY]
    hours = last + after
    return np.asarray(hours[hours >= 0.0])


def _report_hours(end: float, matrix: str) -> Floats:
    if matrix == HAIR:
        return np.arange(0, end + 1, HAIR_STEP_DAYS * DAY)
    parts = [
        np.arange(1 / 2, DAY / 2, 1 / 4),
        np.arange(DAY / 2, DAY, 1 / 2),
        np.arange(DAY, 4 * DAY, 2),
        np.arange(4 * DAY, end + 1, 6),
    ]
    hours = np.concatenate(parts)
    return np.asarray(hours[hours <= end])


def _fluid_ends(ends: Mapping[Rule, float]) -> Iterator[float]:
    return (end for rule, end in ends.items() if rule.matrix != HAIR)


def _horizon(regimen: Regimen, rule: Rule, p: Numbers, days: float | None) -> float:
    """Hours to follow: three times as long as the typical person stays above a third of the last cutoff."""
    if days is not None:
        return days * DAY
    if rule.matrix == HAIR:
        return HAIR_DAYS * DAY
    last = last_hour(regimen)
    hours = last + np.concatenate([np.arange(0, 2 * DAY), np.arange(2 * DAY, LONGEST_DAYS * DAY, 6)])
    who = typical(numbers=p, daily_use=float(is_daily(regimen)))
    exposure = follow(regimen, hours, who, numbers=p, urine=True)
    one = measured()[rule.matrix, rule.last.analyte]
    if rule.matrix == URINE:
        ug = specimens.excreted_ug(one, exposure)[0]
        flow = p["urine_flow_ml_per_min"] * 60.0 / 1000.0
        level = np.append(np.diff(ug) / np.diff(hours), 0.0) / flow
    else:
        level = fluid_levels(p, rule.last, exposure, regimen, seed=0)[0]
    above = np.flatnonzero(level >= rule.last.value / 3)
    found = float(hours[above[-1]] - last) if len(above) else 0.0
    return min(3 * found + 2.0 * DAY, float(LONGEST_DAYS * DAY))


# ------------------------------------------------------------------------------------------------- worlds


def fluid_levels(p: Numbers, cutoff: Cutoff, exposure: Exposure, regimen: Regimen, seed: int) -> Floats:
    """Level (people, T) in ng/mL in blood or oral fluid of what a cutoff is about."""
    one = measured()[cutoff.matrix, cutoff.analyte]
    if cutoff.matrix == BLOOD:
        return specimens.in_blood(p, one, exposure)
    return specimens.in_oral_fluid(p, one, exposure, regimen, seed)


def chance_above(level: Floats, cutoff: Cutoff, p: Numbers) -> Floats:
    """Chance that a laboratory finds a level at or above a cutoff, given the true level."""
    from scipy.special import ndtr

    sd = p["lab_screen_sd" if cutoff.stage == SCREEN else "lab_confirm_sd"]
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr((np.log(level) - np.log(cutoff.value)) / sd))


class _World:
    """The people under one set of inputs: courses of levels and voids, computed when first asked for."""

    def __init__(
        self, p: Numbers, regimen: Regimen, people: People, seed: int, courses: int, end: float
    ) -> None:
        self.p, self.regimen, self.people, self.seed, self.end = p, regimen, people, seed, end
        self.last = last_hour(regimen)
        self.hours = look_hours(self.last, end)
        self.exposure = follow(regimen, self.hours, self.people, numbers=p, urine=True)
        self.voids = [self._voids(k) for k in range(courses)]
        self._levels: dict[tuple[str, str], Floats] = {}

    def _voids(self, course: int) -> Voids:
        seed = (self.seed + course * STRIDE) % MOST_SEED
        first = max(self.last, self.hours[0])
        return specimens.voids(self.p, self.people, seed=seed, first=first, last=self.last + self.end)

    def levels(self, cutoff: Cutoff) -> Floats:
        """Course (people, T): ug excreted so far for urine, ng/mL in blood and oral fluid."""
        key = cutoff.matrix, cutoff.analyte
        if key not in self._levels:
            if cutoff.matrix == URINE:
                self._levels[key] = specimens.excreted_ug(measured()[key], self.exposure)
            else:
                self._levels[key] = fluid_levels(self.p, cutoff, self.exposure, self.regimen, self.seed)
        return self._levels[key]

    def _asked_for(self, cutoff: Cutoff, hours: Floats) -> Floats:
        """Levels (people, M) of specimens asked for so many hours after the last dose."""
        if cutoff.matrix == HAIR:
            return self._hair(cutoff, hours)
        times = np.broadcast_to(self.last + hours, (self.people.count, len(hours)))
        course = self.levels(cutoff)
        if cutoff.matrix != URINE:
            return specimens.between(self.hours, course, times)
        begin, liters, _ = self.voids[0].on_demand(times)
        ug = specimens.between(self.hours, course, times) - specimens.between(self.hours, course, begin)
        return np.asarray(np.maximum(ug, 0.0) / liters)

    def _hair(self, cutoff: Cutoff, hours: Floats) -> Floats:
        one = measured()[cutoff.matrix, cutoff.analyte]
        doses = self.regimen.doses
        return hair.levels(self.p, self.people, one, doses, self.last + hours, seed=self.seed)

    def chance(self, rule: Rule, hours: Floats) -> Floats:
        """Share of people positive by a rule at each hour."""
        chance = np.ones((self.people.count, len(hours)))
        for cutoff in rule.cutoffs:
            chance = chance * chance_above(self._asked_for(cutoff, hours), cutoff, self.p)
        return np.asarray(chance.mean(axis=0))

    def windows(self, rule: Rule, end: float) -> Floats:
        """Hours from the last dose to the last positive specimen (people, courses)."""
        if rule.matrix == URINE:
            return np.stack([self._last_void(rule, v, k, end) for k, v in enumerate(self.voids)], axis=1)
        hours = _report_hours(end, HAIR) if rule.matrix == HAIR else self.hours - self.last
        hours = hours[(hours >= 0.0) & (hours <= end)]
        positive = np.ones((self.people.count, len(hours)), np.bool_)
        for cutoff in rule.cutoffs:
            error = np.exp(self._error(cutoff, "one"))[:, None]
            positive &= self._asked_for(cutoff, hours) * error >= cutoff.value
        return np.asarray(np.where(positive, hours, 0.0).max(axis=1))[:, None]

    def _last_void(self, rule: Rule, voids: Voids, course: int, end: float) -> Floats:
        since = voids.ends[:, 1:] - self.last
        positive = np.asarray((since > 0.0) & (since <= end))
        for cutoff in rule.cutoffs:
            level = voids.levels(self.hours, self.levels(cutoff))
            names = (f"{course}:{k}" for k in range(level.shape[1]))
            error = np.stack([self._error(cutoff, name) for name in names], axis=1)
            positive &= level * np.exp(error) >= cutoff.value
        return np.asarray(np.where(positive, since, 0.0).max(axis=1))

    def _error(self, cutoff: Cutoff, name: str) -> Floats:
        sd = self.p["lab_screen_sd" if cutoff.stage == SCREEN else "lab_confirm_sd"]
        return sd * normals(self.seed, f"lab:{cutoff.stage}:{name}", self.people.count)

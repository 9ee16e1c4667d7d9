"""From a body to a specimen: what a laboratory would find in urine, blood and oral fluid.

Urine is what the kidneys gave off since the last void over the urine that came with it. People pass urine
at their own times, asleep less often; flow differs between people, from void to void and by night, and so
does creatinine, against which dilution is measured. Blood is plasma times the share that red cells carry.
Oral fluid follows blood by a ratio that differs from specimen to specimen and, after smoking, snorting or a
tablet under the tongue, holds what was left in the mouth, which says nothing about blood.

All numbers come from ``inputs.csv`` (``urine_...``, ``creatinine_...``, ``blood_...``, ``oral_fluid_...``).
Levels are ng/mL of the molecule that the laboratory reports (``data/measured.csv``): total morphine is
morphine and its glucuronides as morphine.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver.body.drugs import drug
from papaver.evidence.sampling import uniforms

if TYPE_CHECKING:
    from papaver.body.exposure import Exposure
    from papaver.body.people import People
    from papaver.body.regimen import Regimen

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
DAY = 24.0
MATRICES = ("urine", "blood", "oral_fluid", "hair")
URINE, BLOOD, ORAL_FLUID, HAIR = MATRICES
MORE_VOIDS = 6  # beyond the mean number, in root counts: nobody runs out of voids before the end
LEFT_IN_MOUTH = ("smoked", "intranasal", "sublingual")


@dataclass(frozen=True)
class Measured:
    """Something a laboratory measures in a matrix: the molecules it is made of and the one it is told as."""

    analyte: str
    matrix: str
    parts: tuple[str, ...]
    reported_as: str
    screen: str
    family: str
    words: str

    def ng_per_nmol(self) -> float:
        """Grams per mole of the molecule it is told as, which is ng per nmol."""
        return drug(self.reported_as).base_g_per_mol


@cache
def measured() -> Mapping[tuple[str, str], Measured]:
    """What can be measured, by matrix and analyte."""
    text = (files("papaver.body") / "data" / "measured.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        parts = tuple(row["parts"].split())
        fields = (row[name] for name in ("reported_as", "screen", "family", "words"))
        found[row["matrix"], row["analyte"]] = Measured(row["analyte"], row["matrix"], parts, *fields)
    return MappingProxyType(found)


def normals(seed: int, stream: str, count: int) -> Floats:
    """Standard normals, one per person, from a stream of their own: the first n are alike for any count."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(seed, f"specimens:{stream}", 1, count)))


def uniform(seed: int, stream: str, count: int) -> Floats:
    """Uniforms, one per person, as ``normals``."""
    return uniforms(seed, f"specimens:{stream}", 1, count)


def between(hours: Floats, values: Floats, times: Floats) -> Floats:
    """Values (people, T) on common ``hours`` read between them at each person's own ``times`` (people, K)."""
    right = np.clip(np.searchsorted(hours, times), 1, len(hours) - 1)
    low, high = hours[right - 1], hours[right]
    share = np.clip((times - low) / (high - low), 0.0, 1.0)
    before, after = np.take_along_axis(values, right - 1, 1), np.take_along_axis(values, right, 1)
    return np.asarray(before + share * (after - before))


# ------------------------------------------------------------------------------------------------- urine


@dataclass(frozen=True)
class Voids:
    """When people pass urine, how much, and how much creatinine is in it.

    ``ends`` (people, K + 1): hours at which voids end, the first one before the time of interest; of the
    K spans between them ``volume_l`` (people, K) of urine and ``creatinine_mg`` (people, K). ``clock``
    (people,): hour of the day at hour 0; ``flow`` (L/h) and ``creatinine_mg_per_h`` of each span.
    """

    ends: Floats
    volume_l: Floats
    creatinine_mg: Floats
    clock: Floats
    flow: Floats
    creatinine_mg_per_h: Floats
    sleep: tuple[float, float, float]
    least_h: float

    @property
    def count(self) -> int:
        """How many people."""
        return len(self.ends)

    def amounts(self, hours: Floats, excreted: Floats) -> Floats:
        """Amount in each void (people, K) of what is ``excreted`` in all by each hour (people, T)."""
        return np.diff(between(hours, excreted, self.ends), axis=1)

    def levels(self, hours: Floats, excreted: Floats) -> Floats:
        """Concentration in each void: amount per liter."""
        return np.asarray(self.amounts(hours, excreted) / self.volume_l)

    @property
    def creatinine_mg_per_ml(self) -> Floats:
        """Creatinine in each void."""
        return np.asarray(self.creatinine_mg / self.volume_l / 1000.0)

    def on_demand(self, times: Floats) -> tuple[Floats, Floats, Floats]:
        """Specimens asked for at ``times`` (people, M): begin of the urine, its liters, its mg of creatinine.

        The urine is what came since the last void that lies ``least_h`` or longer back.
        """
        soon = times - self.least_h
        span = (self.ends[:, :, None] < soon[:, None, :]).sum(axis=1)
        span = np.clip(span - 1, 0, self.ends.shape[1] - 2)
        begin = np.take_along_axis(self.ends, span, 1)
        clock = self.clock[:, None]
        passed = _flowed(times + clock, self.sleep) - _flowed(begin + clock, self.sleep)
        liters = np.take_along_axis(self.flow, span, 1) * passed
        creatinine = np.take_along_axis(self.creatinine_mg_per_h, span, 1) * (times - begin)
        return begin, liters, creatinine


def _asleep(clock: Floats, begin: float, length: float) -> Floats:
    """Hours asleep from clock hour 0 to each clock hour (negative before)."""
    days, rest = np.divmod(clock - begin, DAY)
    return np.asarray(days * length + np.minimum(rest, length))


def _flowed(clock: Floats, sleep: tuple[float, float, float]) -> Floats:
    """Hours of usual flow up to a clock hour, where asleep flow is ``share`` of that awake; mean 1 a day."""
    begin, length, share = sleep
    asleep = _asleep(clock, begin, length)
    mean = 1.0 - (1.0 - share) * length / DAY
    return np.asarray((clock - (1.0 - share) * asleep) / mean)


def _void_times(p: Numbers, count: int, seed: int, first: float, last: float, clock: Floats) -> Floats:
    """Ends of voids (people, K + 1) from before hour ``first`` until after ``last``.

    Voids come as renewals on the bladder's own clock, which runs slower asleep.
    """
    by_day, by_night = p["urine_void_interval_h"], p["urine_void_interval_night_h"]
    sleep = (p["urine_sleep_from_h"], p["urine_sleep_hours"], by_day / by_night)
    mean = 1.0 - (1.0 - sleep[2]) * sleep[1] / DAY
    sd = p["urine_void_interval_sd"]

    def ticks(hours: Floats) -> Floats:
        return _flowed(hours, sleep) * mean / by_day

    begin = ticks(first + clock)
    need = float((ticks(last + clock) - begin).max())
    many = int(np.ceil(need * np.exp(sd * sd / 2.0) + MORE_VOIDS * (1.0 + np.sqrt(need)))) + 1
    spans = np.stack([np.exp(sd * normals(seed, f"void:{k}", count)) for k in range(many)], axis=1)
    passed = uniform(seed, "void:start", count) * spans[:, 0]  # of the span that is under way at the start
    at = (begin - passed)[:, None] + np.concatenate([np.zeros((count, 1)), np.cumsum(spans, axis=1)], axis=1)
    days = np.arange(-4, last / DAY + many)[:, None] * DAY
    grid = (sleep[0] + days + np.array([0.0, sleep[1]])).ravel()
    there = np.interp(at, ticks(grid), grid) - clock[:, None]
    needed = int((there < last).sum(axis=1).max()) + 1
    return np.asarray(there[:, :needed])


def voids(
    p: Numbers, people: People, *, seed: int, first: float, last: float, clock: float | None = None
) -> Voids:
    """Voids of each person from hour ``first`` until one at or after hour ``last``.

    ``clock``: hour of the day at hour 0; without it every person has another. The first people are the same
    however many there are. Flow L/h and creatinine mg/h are log-normal over people and voids.
    """
    count = people.count
    offset = uniform(seed, "clock", count) * DAY if clock is None else np.full(count, clock)
    ends = _void_times(p, count, seed, first, last, offset)
    spans = ends.shape[1] - 1

    def spread(name: str, sd: str) -> Floats:
        z = np.stack([normals(seed, f"{name}:{k}", count) for k in range(spans)], axis=1)
        own = p[f"{name}_sd_between"] * normals(seed, name, count)
        return np.asarray(np.exp(own[:, None] + p[sd] * z))

    usual = p["urine_flow_ml_per_min"] * 60.0 / 1000.0
    flow = usual * spread("urine_flow", "urine_flow_sd_within")
    sleep = (p["urine_sleep_from_h"], p["urine_sleep_hours"], p["urine_flow_night_share"])
    volume = flow * np.diff(_flowed(ends + offset[:, None], sleep), axis=1)
    men, women = p["creatinine_men_umol_per_kg_day"], p["creatinine_women_umol_per_kg_day"]
    per_kg = (men + people.woman * (women - men)) * p["creatinine_g_per_mol"] / 1000.0 / DAY
    creatinine = (per_kg * people.weight_kg)[:, None] * spread("creatinine", "creatinine_sd_within")
    least = p["urine_specimen_least_min"] / 60.0
    return Voids(ends, volume, creatinine * np.diff(ends, axis=1), offset, flow, creatinine, sleep, least)


def excreted_ug(one: Measured, exposure: Exposure) -> Floats:
    """Micrograms (people, T) excreted so far of what is measured, its parts told as one molecule."""
    parts = [exposure.urine[part] for part in one.parts if part in exposure.urine]
    if not parts:
        return np.zeros((exposure.people, len(exposure.hours)))
    return np.asarray(sum(parts) * one.ng_per_nmol())


# --------------------------------------------------------------------------------------- blood, oral fluid


def in_blood(p: Numbers, one: Measured, exposure: Exposure) -> Floats:
    """Whole blood level (people, T) in ng/mL at the hours of the exposure."""
    total = np.zeros((exposure.people, len(exposure.hours)))
    for part in one.parts:
        if part in exposure.plasma:
            name = "glucuronides" if part in ("m3g", "m6g") else part
            total += p[f"blood_over_plasma_{name}"] * exposure.plasma[part]
    return np.asarray(total * one.ng_per_nmol() / 1000.0)


def in_plasma(one: Measured, exposure: Exposure) -> Floats:
    """Plasma level (people, T) in ng/mL at the hours of the exposure."""
    parts = [exposure.plasma[part] for part in one.parts if part in exposure.plasma]
    if not parts:
        return np.zeros((exposure.people, len(exposure.hours)))
    return np.asarray(sum(parts) * one.ng_per_nmol() / 1000.0)


def in_oral_fluid(p: Numbers, one: Measured, exposure: Exposure, regimen: Regimen, seed: int) -> Floats:
    """Oral fluid level (people, T) in ng/mL: what comes from blood, and what was left in the mouth."""
    people, hours = exposure.people, np.asarray(exposure.hours)
    total = np.zeros((people, len(hours)))
    for part in one.parts:
        spread = np.exp(p["oral_fluid_ratio_sd"] * normals(seed, f"oral fluid:{part}", people))
        if part in exposure.plasma:
            level = (
                p[f"blood_over_plasma_{part}"] * exposure.plasma[part] * drug(part).base_g_per_mol / 1000.0
            )
            total += p[f"oral_fluid_over_blood_{part}"] * spread[:, None] * level
        total += _left_in_mouth(p, part, hours, regimen, seed, people)
    return total


def _left_in_mouth(p: Numbers, part: str, hours: Floats, regimen: Regimen, seed: int, people: int) -> Floats:
    """Deposit (people, T) in ng/mL of one molecule: smoked, snorted or melted under the tongue."""
    left = np.zeros((people, len(hours)))
    shares = {
        ("heroin", "mam"): p["oral_fluid_deposit_mam_share"],
        ("heroin", "morphine"): p["oral_fluid_deposit_morphine_share"],
    }
    sd = p["oral_fluid_deposit_sd"]
    size = np.exp(sd * normals(seed, "deposit", people))[:, None]
    half_life = (
        p["oral_fluid_deposit_half_life_h"] * np.exp(sd * normals(seed, "deposit time", people))[:, None]
    )
    for dose in regimen.doses:
        share = 1.0 if dose.drug == part else shares.get((dose.drug, part), 0.0)
        if dose.route not in LEFT_IN_MOUTH or share == 0.0:
            continue
        route = 1.0 if dose.route == "smoked" else p[f"oral_fluid_deposit_{dose.route}_share"]
        top = p["oral_fluid_deposit_ng_ml_per_mg"] * dose.mg * route * share
        since = hours[None, :] - dose.hour
        gone = np.exp2(-np.maximum(since, 0.0) / half_life)
        left += np.where(since >= 0.0, top * size * gone, 0.0)
    return left

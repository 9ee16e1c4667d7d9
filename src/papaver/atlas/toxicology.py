"""Counterparts of findings on what tests show: urine, oral fluid and hair after known doses.

Volunteers take their dose in the morning; all voids count. People who use daily do so for a month. What a
study does not tell (daily amounts, limits of old assays) is taken for granted in the first line of each
counterpart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, median, ratio, share
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body import hair, specimens
from papaver.body.detection import is_daily, last_hour, look_hours
from papaver.body.exposure import Exposure, follow
from papaver.body.people import People, draw
from papaver.body.regimen import Dose, Regimen
from papaver.body.specimens import DAY, ORAL_FLUID, URINE, Voids, measured

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
MORNING = 9.0  # hour of the day of a volunteer's dose
PEOPLE, LEAST = 160, 40
MONTH = 365.25 / 12 * DAY
ASSAY_MORPHINE = 25.0  # ng/mL, the lower cutoff of the same laboratory
ASSAY_FENTANYL = 0.1  # ng/mL, taken for the limit of gas chromatography then
HABIT_MG, HABIT_TIMES, HABIT_DAYS = 400.0, 4, 30  # pure heroin a day, doses a day
FENTANYL_MG, FENTANYL_TIMES = 4.0, 4  # illicit fentanyl a day


@dataclass
class Tested:
    """People after a regimen: their levels and voids from the last dose on."""

    p: dict[str, float]
    regimen: Regimen
    people: People
    seed: int
    days: float
    clock: float | None = MORNING

    @property
    def last(self) -> float:
        """Hour of the last dose."""
        return last_hour(self.regimen)

    @cached_property
    def hours(self) -> Floats:
        """Hours at which levels are read."""
        return look_hours(self.last, self.days * DAY)

    @cached_property
    def exposure(self) -> Exposure:
        """Levels at these hours."""
        return follow(self.regimen, self.hours, self.people, numbers=self.p, urine=True)

    @cached_property
    def voids(self) -> Voids:
        """Voids from the last dose on."""
        clock = None if self.clock is None else (self.clock - self.last) % DAY
        end = self.last + self.days * DAY
        return specimens.voids(self.p, self.people, seed=self.seed, first=self.last, last=end, clock=clock)

    @cached_property
    def since(self) -> Floats:
        """Hours from the last dose to each void (people, K)."""
        return np.asarray(self.voids.ends[:, 1:] - self.last)

    def urine(self, analyte: str) -> Floats:
        """Level in each void (people, K), ng/mL."""
        one = measured()[URINE, analyte]
        return self.voids.levels(self.hours, specimens.excreted_ug(one, self.exposure))

    def last_at(self, analyte: str, cutoff: float) -> Floats:
        """Hours to the last void at or above a cutoff; 0 if none is."""
        there = (self.urine(analyte) >= cutoff) & (self.since <= self.days * DAY)
        return np.asarray(np.where(there, self.since, 0.0).max(axis=1))

    def first_below(self, analyte: str, cutoff: float) -> Floats:
        """Hours to the first void below a cutoff after one at or above it."""
        return self.after_last(self.urine(analyte) >= cutoff)

    def after_last(self, positive: Bools) -> Floats:
        """Hours to the void after the last positive one."""
        place = np.where(positive, np.arange(positive.shape[1])[None, :], -1).max(axis=1) + 1
        place = np.minimum(place, positive.shape[1] - 1)
        return np.asarray(np.take_along_axis(self.since, place[:, None], 1)[:, 0])


def tested(
    w: World, name: str, doses: Sequence[Dose], days: float, *, clock: float | None = MORNING
) -> Tested:
    """People of this draw after these doses, shared between counterparts."""

    def make() -> Tested:
        regimen = Regimen(tuple(doses))
        count = max(LEAST, round(2 * PEOPLE * w.size))
        who = draw(count, w.seed, numbers=w.numbers, daily_use=float(is_daily(regimen)))
        return Tested(w.numbers, regimen, who, w.seed, days, clock)

    return w.once(("tested", name), make)  # type: ignore[no-any-return]


def single(w: World, mg: float, route: str, drug: str = "heroin", days: float = 5.0) -> Tested:
    """One dose in the morning."""
    return tested(w, f"{drug} {mg} {route}", [Dose(drug, 0.0, mg, route)], days)


def every(drug: str, mg_a_day: float, times: int, days: int, route: str) -> list[Dose]:
    """Daily use: so many doses a day, evenly spaced."""
    return [Dose(drug, k * DAY / times, mg_a_day / times, route) for k in range(days * times)]


def _persons(values: Floats) -> Estimate:
    found = median(values, np.ones(len(values), np.bool_))
    return Estimate(found.value, found.influence, persons=tuple(float(v) for v in values))


def _pooled(runs: Sequence[Tested], what: Callable[[Tested], Floats]) -> Floats:
    return np.concatenate([what(run) for run in runs])


def _largest(values: Floats, n: int) -> Estimate:
    """Mean over groups of n people of the largest value."""
    groups = max(1, len(values) // n)
    tops = np.array([group.max() for group in np.array_split(values, groups)])
    return Estimate(float(tops.mean()), (tops - tops.mean()) / len(tops))


# ----------------------------------------------------------------------------------- small doses, volunteers


def cone(w: World) -> list[Tested]:
    """3 and 6 mg into muscle or vein."""
    return [single(w, 3.0, "im"), single(w, 6.0, "im"), single(w, 6.0, "iv")]


@counterpart("f_mam_urine_max_low_lod")
def mam_longest(w: World) -> Estimate:
    """Longest of six men's last void with 6-acetylmorphine at 0.81 ng/mL, 3 and 6 mg."""
    return _largest(_pooled(cone(w), lambda run: run.last_at("mam", 0.81)), 6)


@counterpart("f_morphine_urine_24h")
def morphine_a_day(w: World) -> Estimate:
    """Last void with total morphine at 25 ng/mL (limit taken for granted), 3 and 6 mg; median."""
    return _persons(_pooled(cone(w), lambda run: run.last_at("morphine_total", ASSAY_MORPHINE)))


@counterpart("f_in_mam_10")
def snorted_mam(w: World) -> Estimate:
    """Last void with 6-acetylmorphine at 10 ng/mL after 6 and 12 mg snorted; median."""
    runs = [single(w, mg, "intranasal") for mg in (6.0, 12.0)]
    return _persons(_pooled(runs, lambda run: run.last_at("mam", 10.0)))


def smith(w: World, high: bool) -> list[Tested]:
    """By vein and smoked: up to 7 mg, or above 10 mg."""
    if high:
        return [single(w, 12.0, "iv"), single(w, 10.5, "smoked"), single(w, 13.9, "smoked")]
    return [single(w, 3.0, "iv"), single(w, 6.0, "iv"), single(w, 3.5, "smoked"), single(w, 7.0, "smoked")]


def _peak(run: Tested) -> Floats:
    return np.asarray(run.urine("morphine_total").max(axis=1))


def _peak_hour(run: Tested) -> Floats:
    place = run.urine("morphine_total").argmax(axis=1)
    return np.asarray(np.take_along_axis(run.since, place[:, None], 1)[:, 0])


def _smith(id: str, high: bool, what: Callable[[Tested], Floats], about: str) -> None:
    def run(w: World) -> Estimate:
        return _persons(_pooled(smith(w, high), what))

    run.__doc__ = f"{about}, {'10.5-13.9 mg' if high else '3-7 mg'} by vein and smoked; median."
    run.__module__ = __name__
    counterpart(id)(run)


for _name, _high in (("low", False), ("high", True)):
    _smith(f"f_smith_peak_{_name}", _high, _peak, "Highest total morphine of a void")
    _smith(f"f_smith_tpeak_{_name}", _high, _peak_hour, "Time of the highest void")
    for _cutoff in (300, 2000):
        _smith(
            f"f_smith_last{_cutoff}_{_name}",
            _high,
            lambda run, c=float(_cutoff): run.last_at("morphine_total", c),  # type: ignore[misc]
            f"Last void with total morphine at {_cutoff} ng/mL",
        )


def controlled(w: World) -> list[Tested]:
    """3, 6 and 12 mg by vein, 6 mg into muscle, 6 and 12 mg snorted."""
    doses = ((3.0, "iv"), (6.0, "iv"), (12.0, "iv"), (6.0, "im"), (6.0, "intranasal"), (12.0, "intranasal"))
    return [single(w, mg, route) for mg, route in doses]


def _voids_with(w: World, among: tuple[str, float], having: Callable[[Tested], Bools]) -> Estimate:
    top, base = [], []
    for run in controlled(w):
        here = (run.urine(among[0]) > among[1]) & (run.since <= 3 * DAY)
        top.append((having(run) & here).sum(axis=1))
        base.append(here.sum(axis=1))
    return ratio(np.concatenate(top), np.concatenate(base), per=100.0)


@counterpart("f_mam_pos_total2000")
def mam_then_morphine(w: World) -> Estimate:
    """Of voids with 6-acetylmorphine above 10 ng/mL, those with total morphine above 2000."""
    return _voids_with(w, ("mam", 10.0), lambda run: run.urine("morphine_total") > 2000.0)


@counterpart("f_total2000_mam_neg")
def morphine_without_mam(w: World) -> Estimate:
    """Of voids with total morphine above 2000 ng/mL, those with 6-acetylmorphine below 10."""
    return _voids_with(w, ("morphine_total", 2000.0), lambda run: run.urine("mam") < 10.0)


@counterpart("f_oral10_urine_free_negative")
def oral_free_negative(w: World) -> Estimate:
    """First void with free morphine below 1 ng/mL for good, 10 mg by mouth; mean and persons."""
    values = single(w, 10.0, "oral").first_below("morphine", 1.0)
    found = mean(values, np.ones(len(values)))
    return Estimate(found.value, found.influence, persons=tuple(float(v) for v in values))


@counterpart("f_oral10_total_peak")
def oral_peak(w: World) -> Estimate:
    """Highest total morphine of a void after 10 mg by mouth; median."""
    return _persons(_peak(single(w, 10.0, "oral")))


@counterpart("f_single_300_review")
def single_window(w: World) -> Estimate:
    """Last void with total morphine at 300 ng/mL after 3 to 12 mg; median, in days."""
    values = _pooled(controlled(w), lambda run: run.last_at("morphine_total", 300.0))
    return median(values, np.ones(len(values), np.bool_)).times(1.0 / DAY)


# ----------------------------------------------------------------------------------------- daily use stopped


def habit(w: World) -> list[Tested]:
    """400 mg a day for a month (taken for granted), by vein and smoked, then none."""
    return [
        tested(w, f"habit {route}", every("heroin", HABIT_MG, HABIT_TIMES, HABIT_DAYS, route), 21.0)
        for route in ("iv", "smoked")
    ]


def _daily_last(run: Tested, cutoff: float) -> Floats:
    """Days to the last of one void a day (the first after each full day) at or above a cutoff."""
    level = run.urine("opiates")
    found = np.zeros(run.people.count)
    for day in range(1, int(run.days)):
        place = (run.since < day * DAY).sum(axis=1).clip(max=level.shape[1] - 1)
        here = np.take_along_axis(level, place[:, None], 1)[:, 0] >= cutoff
        found = np.where(here, float(day), found)
    return found


@counterpart("f_chronic_300_max")
def daily_300(w: World) -> Estimate:
    """Longest of 71 patients: last daily urine with opiates at 300 ng/mL, 400 mg a day by vein or smoked."""
    return _largest(_pooled(habit(w), lambda run: _daily_last(run, 300.0)), 71)


@counterpart("f_chronic_2000_max")
def daily_2000(w: World) -> Estimate:
    """Longest of 71 patients: last daily urine with opiates at 2000 ng/mL, 400 mg a day by vein or smoked."""
    return _largest(_pooled(habit(w), lambda run: _daily_last(run, 2000.0)), 71)


@counterpart("f_chronic_total_reiter")
def daily_longest(w: World) -> Estimate:
    """Longest of 52 patients: last void with total morphine at 25 ng/mL (limit taken for granted), days."""
    values = _pooled(habit(w), lambda run: run.last_at("morphine_total", ASSAY_MORPHINE))
    return _largest(values, 52).times(1.0 / DAY)


@counterpart("f_chronic_decline")
def daily_decline(w: World) -> Estimate:
    """Fall per day of opiates over creatinine from day 1 to 5 after stopping; geometric mean of people."""
    slopes = []
    for run in habit(w):
        level = run.urine("opiates") / run.voids.creatinine_mg_per_ml
        here = (run.since > DAY) & (run.since < 5 * DAY) & (level > 0.0)
        days, logs = run.since / DAY, np.log(np.where(here, level, 1.0))
        count = here.sum(axis=1)
        x, y = ((v * here).sum(axis=1) / count for v in (days, logs))
        dx, dy = (days - x[:, None]) * here, (logs - y[:, None]) * here
        slopes.append((dx * dy).sum(axis=1) / (dx * dx).sum(axis=1))
    found = mean(np.concatenate(slopes), np.ones(sum(len(s) for s in slopes)))
    fold = float(np.exp(-found.value))
    return Estimate(fold, None if found.influence is None else found.influence * fold)


@counterpart("f_single_vs_chronic")
def daily_window(w: World) -> Estimate:
    """Window at 300 ng/mL after daily use (400 mg a day), median of voids, in days."""
    values = _pooled(habit(w), lambda run: run.last_at("opiates", 300.0))
    return median(values, np.ones(len(values), np.bool_)).times(1.0 / DAY)


def _hair_positive(w: World, months: float, analytes: Sequence[str]) -> Estimate:
    """Percent of people whose hair next to the skin reaches 0.2 ng/mg so long after stopping."""
    found = []
    for route in ("iv", "smoked"):
        doses = every("heroin", HABIT_MG, 1, 4 * HABIT_DAYS, route)
        count = max(LEAST, round(2 * PEOPLE * w.size))
        who = draw(count, w.seed, numbers=w.numbers, daily_use=1.0)
        cut = np.array([4 * HABIT_DAYS * DAY + months * MONTH])
        levels = [
            hair.levels(w.numbers, who, measured()["hair", a], doses, cut, seed=w.seed) for a in analytes
        ]
        found.append(np.any([level[:, 0] >= 0.2 for level in levels], axis=0))
    positive = np.concatenate(found)
    return share(positive, np.ones(len(positive), np.bool_))


@counterpart("f_hair_2mo")
def hair_two_months(w: World) -> Estimate:
    """Hair at the skin with 6-acetylmorphine or morphine at 0.2 ng/mg, two months after 400 mg a day."""
    return _hair_positive(w, 2.0, ("mam", "morphine"))


@counterpart("f_hair_6mo")
def hair_six_months(w: World) -> Estimate:
    """The same six months after."""
    return _hair_positive(w, 6.0, ("mam", "morphine"))


@counterpart("f_saliva_smoked")
def saliva(w: World) -> Estimate:
    """Last hour with heroin at 1 ng/mL in oral fluid, 2.6 to 10.5 mg smoked; median."""
    values = []
    for mg in (2.6, 5.2, 10.5):
        run = single(w, mg, "smoked")
        one = measured()[ORAL_FLUID, "heroin"]
        level = specimens.in_oral_fluid(run.p, one, run.exposure, run.regimen, run.seed)
        values.append(np.where(level >= 1.0, run.hours[None, :] - run.last, 0.0).max(axis=1))
    return _persons(np.concatenate(values))


# ------------------------------------------------------------------------------------------------ fentanyl


def fentanyl_stopped(w: World) -> Tested:
    """4 mg of fentanyl a day for a month (taken for granted), snorted, then none."""
    doses = every("fentanyl", FENTANYL_MG, FENTANYL_TIMES, HABIT_DAYS, "intranasal")
    return tested(w, "fentanyl stopped", doses, 60.0)


def _first_negative(run: Tested, analyte: str, cutoff: float, each_days: float = 2.5) -> Floats:
    """Days to the first of urines taken every so many days that is below a cutoff."""
    level = run.urine(analyte)
    found = np.full(run.people.count, run.days)
    for day in np.arange(run.days - each_days, 0.0, -each_days):
        place = (run.since < day * DAY).sum(axis=1).clip(max=level.shape[1] - 1)
        below = np.take_along_axis(level, place[:, None], 1)[:, 0] < cutoff
        found = np.where(below, day, found)
    return found


@counterpart("f_fentanyl_clear_oud")
def fentanyl_gone(w: World) -> Estimate:
    """First urine below 1 ng/mL of fentanyl, one every 2.5 days, after 4 mg a day; mean."""
    values = _first_negative(fentanyl_stopped(w), "fentanyl", 1.0)
    return mean(values, np.ones(len(values)))


@counterpart("f_norfentanyl_clear_oud")
def norfentanyl_gone(w: World) -> Estimate:
    """First urine below 1 ng/mL of norfentanyl, one every 2.5 days, after 4 mg a day; mean."""
    values = _first_negative(fentanyl_stopped(w), "norfentanyl", 1.0)
    return mean(values, np.ones(len(values)))


def _found_at(run: Tested, analyte: str, hour: float, cutoff: float) -> Estimate:
    place = (run.since < hour).sum(axis=1)
    level = np.take_along_axis(run.urine(analyte), place[:, None], 1)[:, 0]
    return share(level >= cutoff, np.ones(len(level), np.bool_))


@counterpart("f_fentanyl_single_24h")
def fentanyl_a_day_later(w: World) -> Estimate:
    """Urine at 24 h with fentanyl at 0.1 ng/mL (limit taken for granted) after 0.11 mg by vein."""
    return _found_at(single(w, 0.11, "iv", "fentanyl", 6.0), "fentanyl", 24.0, ASSAY_FENTANYL)


@counterpart("f_norfentanyl_single_96h")
def norfentanyl_four_days_later(w: World) -> Estimate:
    """Urine at 96 h with norfentanyl at 0.1 ng/mL (limit taken for granted) after 0.11 mg by vein."""
    return _found_at(single(w, 0.11, "iv", "fentanyl", 6.0), "norfentanyl", 96.0, ASSAY_FENTANYL)


# -------------------------------------------------------------------- codeine, poppy seeds, buprenorphine


def _codeine_window(w: World, mg: float) -> Estimate:
    return _persons(single(w, mg, "oral", "codeine").last_at("opiates", 300.0))


@counterpart("f_codeine25_emit")
def codeine_25(w: World) -> Estimate:
    """Last void with opiates at 300 ng/mL (cutoff taken for granted) after codeine 25 mg; median."""
    return _codeine_window(w, 25.0)


@counterpart("f_codeine50_emit")
def codeine_50(w: World) -> Estimate:
    """Last void with opiates at 300 ng/mL (cutoff taken for granted) after codeine 50 mg; median."""
    return _codeine_window(w, 50.0)


@counterpart("f_codeine_morphine_ratio")
def codeine_to_morphine(w: World) -> Estimate:
    """Total morphine over total codeine recovered in urine in 96 h after codeine 25 and 50 mg; mean."""
    ratios = []
    for mg in (25.0, 50.0):
        run = single(w, mg, "oral", "codeine")
        end = int((run.hours <= 4 * DAY).sum()) - 1
        morphine, codeine = (
            specimens.excreted_ug(measured()[URINE, name], run.exposure)[:, end]
            for name in ("morphine_total", "codeine")
        )
        ratios.append(100.0 * morphine / codeine)
    values = np.concatenate(ratios)
    return mean(values, np.ones(len(values)))


@counterpart("f_poppy_plasma_max")
def poppy_peak(w: World) -> Estimate:
    """Highest plasma morphine after 15.7 mg of morphine by mouth twice, 8 h apart; median."""
    mg = 15.7 * 379.42 / 285.34  # as the sulfate
    doses = [Dose("morphine", hour, mg, "oral") for hour in (0.0, 8.0)]
    run = tested(w, "poppy", doses, 2.0)
    values = run.exposure.ng_per_ml("morphine").max(axis=1)
    return median(values, np.ones(len(values), np.bool_))


@counterpart("f_bup8_norbup_creatinine")
def norbuprenorphine(w: World) -> Estimate:
    """Norbuprenorphine over creatinine (times 1e4) in voids of a day at steady 8 mg; mean."""
    doses = every("buprenorphine", 8.0, 1, HABIT_DAYS, "sublingual")
    run = tested(w, "buprenorphine", doses, 2.0)
    level = run.urine("norbuprenorphine") / run.voids.creatinine_mg_per_ml / 1e6 * 1e4
    here = (run.since > 0.0) & (run.since < DAY)
    return ratio((level * here).sum(axis=1), here.sum(axis=1))

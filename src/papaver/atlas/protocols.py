"""The vocabulary of protocols: who starts how, under which plan, when they are seen, what is asked.

A counterpart says in a few of these words what a study did. Cohorts are described by value and simulated
once per draw, so findings share them. Days count from the start of the cohort; a window ``first, last``
holds the days ``first`` to ``last - 1``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.atlas.clock import Clock
from papaver.atlas.estimates import Estimate, ratio
from papaver.evidence.inputs import numbers
from papaver.person.care import programme_of
from papaver.person.course import CUSTODY, HOSPITAL, RESIDENTIAL, is_dead
from papaver.person.records import (
    AT_START,
    BUPRENORPHINE_CARE,
    CHANGE_SETTING,
    CUSTODY_STAY,
    DEPOT_CARE,
    DETOXIFICATION,
    EMERGENCY_START,
    HEROIN_CARE,
    METHADONE_CARE,
    MOST_STEPS,
    NALTREXONE_CARE,
    NONE,
    ON_DAY,
    RESIDENTIAL_CARE,
    STEP,
    STOP,
    TAPER_MEDICINE,
    WHEN_LEFT_CARE,
)
from papaver.population.engine import URINE_DAYS, Diaries, simulate_diaries
from papaver.population.job import Job

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]

WEEK, MONTH, YEAR = 7, 30, 365
DAYS_PER_YEAR = 365.25
UNCHANGED, AS_USUAL = -1.0, -2.0
DISORDER, DEPENDENCE = 2, 3  # DSM-5 criteria; ICD-10 items
LEAST_PEOPLE = 40

Step = tuple[float, ...]
# Kinds of service in which people leave more or less easily than in ordinary care, each with its ratio.
# A mark in a step is minus the place in this list.
SERVICES = {
    "": "",
    "trial": "stay_ratio_trial",
    "nsw": "stay_ratio_nsw",
    "claims": "stay_ratio_claims",
    "inpatient": "stay_ratio_inpatient",
}


# ------------------------------------------------------------------------------------------------- plans


def service(name: str) -> float:
    """Mark of a kind of service in a step ("": ordinary care): ``Cohort.job`` puts its ratio there."""
    return -float(list(SERVICES).index(name)) if name else 0.0


def detoxification(day: int, *, days: int, medicine: str = "methadone", at: str = "") -> Step:
    """A supervised detoxification of so many days with a tapered medicine, "lofexidine" or "none"."""
    flag = ("buprenorphine", "methadone", "none", "lofexidine").index(medicine)
    return DETOXIFICATION, ON_DAY, day, 0, 1.0, 0.0, 0.0, float(days), flag, service(at)


def methadone(
    day: int, *, start_mg: float = 30.0, target_mg: float = 70.0, again: int = 0, at: str = ""
) -> Step:
    """Methadone care; ``again`` days after it ended it begins anew in people who are dependent then."""
    return METHADONE_CARE, AT_START, day, again, 1.0, start_mg, target_mg, 0.0, 0, service(at)


def buprenorphine(
    day: int, *, start_mg: float = 8.0, target_mg: float = 16.0, again: int = 0, at: str = ""
) -> Step:
    """Buprenorphine care, as ``methadone``."""
    return BUPRENORPHINE_CARE, AT_START, day, again, 1.0, start_mg, target_mg, 0.0, 0, service(at)


def heroin_assisted(day: int, *, target_mg: float = 400.0, methadone_mg: float = 40.0) -> Step:
    """Supervised injections of heroin twice a day, with methadone for the night."""
    return HEROIN_CARE, AT_START, day, 0, 1.0, 60.0, target_mg, methadone_mg, 0, 0.0


def emergency_start(continued: float, *, supply_days: int = 7, at: str = "") -> Step:
    """Buprenorphine begun in an emergency department, and the share for whom care then goes on."""
    days = float(supply_days)
    return EMERGENCY_START, AT_START, 0, 0, 1.0, continued, 16.0, days, 0, service(at)


def methadone_after(uptake: float) -> Step:
    """Methadone for a share of those who leave another treatment, at once."""
    return METHADONE_CARE, WHEN_LEFT_CARE, 0, 0, uptake, 30.0, 80.0, 0.0, 0, 0.0


def residential(day: int, *, days: int) -> Step:
    """Residential treatment without medicine of so many days at most."""
    return RESIDENTIAL_CARE, AT_START, day, 0, 1.0, 0.0, 0.0, float(days), 0, 0.0


def taper(day: int, over_days: int) -> Step:
    """The medicine of the present stay is lowered to nothing over so many days, and the stay then ends."""
    return TAPER_MEDICINE, ON_DAY, day, 0, 1.0, 1.0, float(over_days), 0.0, 0, 0.0


def custody(day: int, days: int, *, treated: bool = False) -> Step:
    """In custody for so many days; treatment goes on inside or ends."""
    return CUSTODY_STAY, ON_DAY, day, 0, 1.0, 0.0, 0.0, float(days), int(treated), 0.0


def naltrexone_depots(*, at: str = "") -> Step:
    """Naltrexone every four weeks after a stay in treatment, once a week has passed without opioids."""
    return NALTREXONE_CARE, WHEN_LEFT_CARE, 0, 0, 1.0, 0.0, 0.0, 28.0, 0, service(at)


def buprenorphine_depots(day: int, *, mg: float = 100.0, at: str = "") -> Step:
    """Buprenorphine depots every four weeks."""
    return DEPOT_CARE, AT_START, day, 0, 1.0, mg, 0.0, 28.0, 0, service(at)


def move(
    day: int,
    *,
    availability: float = UNCHANGED,
    peers: float = UNCHANGED,
    stress: float = 0.0,
    restraint: float = 0.0,
    new_place: bool = False,
) -> Step:
    """A change of setting on a day; ``AS_USUAL`` is the availability of the evidence."""
    return CHANGE_SETTING, ON_DAY, day, 0, 1.0, peers, availability, stress, int(new_place), restraint


def stop(day: int) -> Step:
    """A planned attempt to stop."""
    return STOP, ON_DAY, day, 0, 1.0, 0.0, 0.0, 0.0, 0, 0.0


# ----------------------------------------------------------------------------------------------- cohorts


@dataclass(frozen=True)
class Cohort:
    """People who start alike: at first use, or dependent after a year of regular use; under one plan.

    ``people`` is the size of a full run; ``shares`` and ``settings`` override those of the evidence;
    ``expecting``: the deaths to be expected of each day are written down (``Followed.dying``).
    """

    days: int
    people: int
    dependent: bool = False
    shares: tuple[tuple[str, float], ...] = ()
    settings: tuple[tuple[str, float], ...] = ()
    plan: tuple[Step, ...] = ()
    expecting: bool = False

    def job(self, inputs: Any) -> Job:
        """The engine's job for one draw of the inputs."""
        from papaver.person.records import TRAITS

        unknown = set(dict(self.shares)) - set(TRAITS)
        if unknown:
            raise ValueError(f"no such traits: {unknown}")
        steps = np.zeros(MOST_STEPS, STEP)
        for k, step in enumerate(self.plan):
            steps[k] = step
            if programme_of(steps[k]["do"]) != NONE and steps[k]["d"] < 0.0:
                steps[k]["d"] = inputs[list(SERVICES.values())[-int(steps[k]["d"])]]
            if steps[k]["do"] == CHANGE_SETTING and steps[k]["b"] == AS_USUAL:
                steps[k]["b"] = dict(self.settings).get("availability", inputs["availability"])
        settings = dict(self.settings)
        if settings.get("prior_share") == AS_USUAL:
            settings["prior_share"] = float(inputs["share_prior_opioids"])
        return Job(
            days=self.days,
            shares=dict(self.shares),
            settings=settings,
            dependent=self.dependent,
            steps=steps,
            step_count=len(self.plan),
        )


def first_use(years: float, people: int, *plan: Step, **settings: float) -> Cohort:
    """People at their first use of heroin. Names of traits set their share, other names a setting."""
    shares, rest = _split(settings)
    return Cohort(round(DAYS_PER_YEAR * years), people, False, shares, rest, plan)


def dependent(years: float, people: int, *plan: Step, **settings: float) -> Cohort:
    """People in dependent daily use of a year's standing."""
    shares, rest = _split(settings)
    return Cohort(round(DAYS_PER_YEAR * years), people, True, shares, rest, plan)


def expecting(cohort: Cohort) -> Cohort:
    """The same cohort with the deaths that are to be expected of each day: for rates of rare deaths."""
    return replace(cohort, expecting=True)


def _split(
    values: Mapping[str, float],
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    from papaver.person.records import TRAITS

    shares = tuple((name, value) for name, value in values.items() if name in TRAITS)
    return shares, tuple((name, value) for name, value in values.items() if name not in TRAITS)


@dataclass
class World:
    """One draw of the inputs and the cohorts simulated under it, each once.

    ``size`` scales the number of people of every cohort.
    """

    inputs: Any
    seed: int = 1
    draw: int = 0
    size: float = 1.0
    kept: dict[Any, Any] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    @property
    def p(self) -> Any:
        """The inputs of this draw."""
        return self.inputs

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Every input by name in this draw, those of single bodies included."""
        return numbers(self.seed, self.draw)

    def follow(self, cohort: Cohort) -> Followed:
        """The diaries of a cohort."""
        found: Followed = self.once(cohort, lambda: self._simulated(cohort))
        return found

    def _simulated(self, cohort: Cohort) -> Followed:
        people = max(LEAST_PEOPLE, round(cohort.people * self.size))
        job = cohort.job(self.inputs)
        return Followed(
            simulate_diaries(
                job,
                self.inputs,
                seed=self.seed,
                draw=self.draw,
                first=0,
                count=people,
                expecting=cohort.expecting,
            )
        )

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Something costly that several counterparts share, such as an hourly course."""
        with self.clock.part(key):
            if key not in self.kept:
                self.kept[key] = make()
        return self.kept[key]

    def asked_by(self, finding: str) -> AbstractContextManager[None]:
        """Run time within belongs to this finding; what it shares with others is divided between them."""
        return self.clock.finding(finding)

    def seconds(self) -> dict[str, float]:
        """Run time by finding, each with an equal part of what several asked for."""
        return self.clock.by_finding()


@dataclass
class Followed:
    """A cohort's diaries and what studies count in them. Arrays are ``[person, day]`` or ``[person]``."""

    diaries: Diaries

    @property
    def people(self) -> int:
        """Number of persons."""
        return int(self.diaries.doses.shape[0])

    @property
    def days(self) -> int:
        """Number of days."""
        return int(self.diaries.doses.shape[1])

    @cached_property
    def injects(self) -> Bools:
        """Who injects."""
        return np.asarray(self.diaries.lives["injects"] > 0)

    @cached_property
    def death_day(self) -> Ints:
        """Day of death; the end of the cohort for those alive then."""
        day = self.diaries.lives["death_day"]
        return np.where(day >= 0, day, self.days).astype(np.int64)

    @cached_property
    def cared(self) -> Bools:
        """Days in any programme."""
        return np.asarray(self.diaries.programme > 0)

    @cached_property
    def lived(self) -> Bools:
        """Days begun alive."""
        return np.asarray(np.arange(self.days)[None, :] <= self.death_day[:, None])

    def alive(self, day: int) -> Bools:
        """Who is alive at the end of a day."""
        return np.asarray(~is_dead(self.diaries.status[:, day]))

    def at_home(self, day: int) -> Bools:
        """Who is alive and in no residential care, hospital or custody: whom a household survey can meet."""
        return self.alive(day) & ~np.isin(self.diaries.status[:, day], (RESIDENTIAL, CUSTODY, HOSPITAL))

    def use_days(self, first: int, last: int) -> Ints:
        """Days of use in a window."""
        return np.asarray((self.diaries.doses[:, max(0, first) : last] > 0).sum(axis=1), np.int64)

    def used(self, first: int, last: int) -> Bools:
        """Any use in a window."""
        return np.asarray((self.diaries.doses[:, max(0, first) : last] > 0).any(axis=1))

    def positive(self, day: int) -> Bools:
        """Who gives a urine with opiates on the morning of a day: any use on the days before that count."""
        return self.used(day - URINE_DAYS, day)

    def injections(self, first: int, last: int) -> Ints:
        """Injections in a window."""
        return np.asarray(
            self.diaries.doses[:, max(0, first) : last].sum(axis=1, dtype=np.int64) * self.injects
        )

    def ever_disorder(self, day: int) -> Bools:
        """Who had a disorder by a day."""
        return _by(self.diaries.lives["disorder_day"], day)

    def ever_dependent(self, day: int) -> Bools:
        """Who was dependent by a day."""
        return _by(self.diaries.lives["dependence_day"], day)

    @cached_property
    def overdosed(self) -> Bools:
        """Days with an overdose, fatal or not."""
        return np.asarray(self.diaries.overdose > 0)

    @cached_property
    def died_of_overdose(self) -> Bools:
        """Days of fatal overdoses."""
        return np.asarray(self.diaries.overdose == 2)

    @property
    def expects(self) -> bool:
        """Whether the deaths to be expected of each day were written down."""
        return bool(self.diaries.expected.size)

    @cached_property
    def dying_of_overdose(self) -> Weights:
        """Deaths by overdose to be expected of each day as it was lived (cohorts that are ``expecting``).

        Over time lived they give the same rate as deaths that happen, with a fraction of the scatter.
        """
        return self.diaries.expected[:, :, 1]

    @cached_property
    def dying(self) -> Weights:
        """The same of deaths of any cause."""
        return self.diaries.expected[:, :, 1] + self.diaries.expected[:, :, 2]

    @cached_property
    def died(self) -> Bools:
        """Days of death of any cause."""
        died = np.zeros(self.diaries.doses.shape, np.bool_)
        who = np.flatnonzero(self.death_day < self.days)
        died[who, self.death_day[who]] = True
        return died

    @cached_property
    def since_exit(self) -> npt.NDArray[np.int32]:
        """Days since the last programme ended (0: the first day outside); -1 inside and before any."""
        inside = self.cared
        day = np.arange(self.days, dtype=np.int32)
        last_inside = np.where(inside, day[None, :], np.int32(-1))
        np.maximum.accumulate(last_inside, axis=1, out=last_inside)
        return np.where(inside | (last_inside < 0), np.int32(-1), day[None, :] - last_inside - 1)

    @cached_property
    def since_entry(self) -> npt.NDArray[np.int32]:
        """Days since the present stay began (0: its first day); -1 outside."""
        inside = self.cared
        day = np.arange(self.days, dtype=np.int32)
        last_outside = np.where(inside, np.int32(-1), day[None, :])
        np.maximum.accumulate(last_outside, axis=1, out=last_outside)
        return np.where(inside, day[None, :] - last_outside - 1, np.int32(-1))

    @cached_property
    def first_stay(self) -> Ints:
        """Length of the first stay in days (the end of the cohort cuts it off)."""
        begun = self.cared.any(axis=1)
        start = np.where(begun, self.cared.argmax(axis=1), 0)
        after = np.arange(self.days)[None, :] > start[:, None]
        left = after & ~self.cared
        end = np.where(left.any(axis=1), left.argmax(axis=1), self.days)
        return np.where(begun, end - start, 0)

    def age_years(self, day: int = 0) -> Floats:
        """Age on a day."""
        return np.asarray(self.diaries.lives["age_years"] + day / DAYS_PER_YEAR)


def _by(when: npt.NDArray[Any], day: int) -> Bools:
    return np.asarray((when >= -1) & (when <= day), np.bool_)


# --------------------------------------------------------------------------------------------- estimands


Question = Callable[[Followed, int], npt.NDArray[Any]]


def household_survey(c: Followed, at_days: Iterable[int], among: Question, having: Question) -> Estimate:
    """Percentage ``having`` of those ``among``, pooled over interviews on the given days."""
    return survey_mean(c, at_days, among, having).times(100.0)


def survey_mean(c: Followed, at_days: Iterable[int], among: Question, value: Question) -> Estimate:
    """Mean of ``value`` over those ``among``, pooled over interviews on the given days."""
    total, asked = np.zeros(c.people), np.zeros(c.people)
    for day in at_days:
        here = among(c, day)
        asked += here
        total += np.where(here, value(c, day), 0.0)
    return ratio(total, asked)


def rate(events: Bools | Weights, exposed: Bools, *, per_years: float = 100.0) -> Estimate:
    """Events (or what is to be expected of them) per so many person-years of the exposed days."""
    return ratio(within(events, exposed), exposed.sum(axis=1), per=per_years * DAYS_PER_YEAR)


def within(events: Bools | Weights, exposed: Bools) -> Floats:
    """Events of each person on the exposed days."""
    return np.asarray(np.where(exposed, events, 0).sum(axis=1, dtype=np.float64))


def stopped(c: Followed, gap: int, first: int, last: int) -> Ints:
    """Day on which a run of ``gap`` days without use is first complete within the window; -1 never."""
    idle = np.zeros(c.people, np.int64)
    day_stopped = np.full(c.people, -1, np.int64)
    for day in range(first, last):
        idle = np.where(c.diaries.doses[:, day] > 0, 0, idle + 1)
        met = (idle >= gap) & (day_stopped < 0) & (c.death_day > day)
        day_stopped[met] = day
    return day_stopped


def regular_use(c: Followed, first: int, last: int, *, days: int = 20, within: int = 28) -> Bools:
    """Who used on at least so many of some four weeks that lie in the window."""
    use = np.cumsum(c.diaries.doses[:, first:last] > 0, axis=1, dtype=np.int16)
    use = np.concatenate([np.zeros((c.people, 1), np.int16), use], axis=1)
    if use.shape[1] <= within:
        return np.zeros(c.people, np.bool_)
    return np.asarray((use[:, within:] - use[:, :-within]).max(axis=1) >= days)


def longest_dependence(c: Followed, at_days: Iterable[int]) -> dict[int, Ints]:
    """Length in days of each person's longest spell of dependence up to each of the given days.

    A spell begins with three or more items within twelve months and ends when none is left, as in the course.
    """
    wanted = sorted(at_days)
    now, longest = np.zeros(c.people, np.int64), np.zeros(c.people, np.int64)
    found = {}
    for day in range(0, c.days, WEEK):
        items = c.diaries.dependence_items[:, day]
        running = (items >= DEPENDENCE) | ((now > 0) & (items > 0))
        now = np.where(running, now + WEEK, 0)
        longest = np.maximum(longest, now)
        while wanted and wanted[0] < day + WEEK:
            found[wanted.pop(0)] = longest.copy()
    return found


def expected_deaths(c: Followed, exposed: Bools, inputs: Any) -> Floats:
    """Deaths expected per person at the general population's rate of their age over the exposed days."""
    base, growth = float(inputs["background_death"]), float(inputs["background_death_growth"])
    age = c.age_years() - float(inputs["background_death_age"])
    by_day = base / DAYS_PER_YEAR * np.exp(growth * np.arange(c.days) / DAYS_PER_YEAR)
    return np.asarray(np.exp(growth * age) * (exposed @ by_day))

"""The story of one person, or of people alike: day by day, and hour by hour for the first of them.

Every day is a call of ``person.day.one_day``, as in the day loop of populations; the first person's hours
are recorded on the way, which forces all 24 steps of days the loop may take at one go. People alike share
what is fixed (traits, surroundings, what was before, the plan) and differ in what is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import HEROIN, KINETICS, N_DRUGS, build_kinetics
from papaver.body.overdose import build_table
from papaver.compiled import compiled
from papaver.evidence.inputs import numbers
from papaver.person.behaviour import high, reinforce
from papaver.person.care import lives_inside
from papaver.person.course import DEAD_OTHER, DEAD_OVERDOSE, status
from papaver.person.day import (
    OUT_ATTEMPT,
    OUT_DIED_OVERDOSE,
    OUT_DOSES,
    OUT_OVERDOSE,
    OUT_TREATMENT_END,
    OUT_TREATMENT_START,
    OUT_USED,
    body_today,
    dose_hour,
    follow_means,
    is_weekday,
    loads_now,
    one_day,
    review,
    set_desk,
    shift_of,
)
from papaver.person.hours import DESK, HOURS, TRACE_COLUMNS, prepare
from papaver.person.life import score_hours, sign_onsets
from papaver.person.parameters import parameter_record
from papaver.person.records import CRAVING, MOST_STEPS, NEVER, PERSON, PLAN, STATE, STEP, TRAITS
from papaver.person.traits import COHORT, baseline_urge, draw_person
from papaver.person.withdrawal import N_SIGNS, SIGNS, cows, sign_levels
from papaver.randomness import key
from papaver.showing import table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# What is kept of every person and day.
PAGE = (
    "doses", "mg", "high", "relief", "tolerance_high", "tolerance_breathing", "habit", "felt", "lagged",
    "cows", "status", "programme", "medicine_mg", "criteria", "dependence_items", "overdose", "attempt",
    "entered", "left", "familiar", "brain_injury", "quiet",
)  # fmt: skip
N_PAGE = len(PAGE)
NOT_GIVEN = -1.0
NO_REMISSION, EARLY, SUSTAINED = range(3)


@dataclass(frozen=True)
class Past:
    """Regular use before the first day, then a break; doses of 0 mg: as tolerance lets them grow."""

    days: int = 0
    dose_mg: float = 0.0
    times_a_day: int = 4
    idle_days: int = 1


@dataclass(frozen=True)
class Alike:
    """What people alike share.

    ``shares`` of traits (0 or 1 where fixed), ``settings`` (as a population job has them), ``frailty`` a
    ratio or 0 for drawn, ``liability`` in standard deviations or none for drawn; ``steps`` of the plan;
    ``taken[day, drug, hour]`` mg where what is taken is fixed (heroin: mg as used).
    """

    days: int
    shares: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    frailty: float = 0.0
    liability: float | None = None
    past: Past = Past()
    steps: npt.NDArray[np.void] = field(default_factory=lambda: np.zeros(MOST_STEPS, STEP))
    step_count: int = 0
    taken: Floats | None = None


@dataclass(frozen=True)
class Story:
    """What happened: ``days[column]`` is ``[person, day]``, ``hours[column]`` the first person's hours.

    ``alive_days`` counts each person's days up to death. Hour columns are those of ``follow_hours``.
    ``days["quiet"]``: days since a criterion other than craving was met; ``days["remission"]``: none, early
    or sustained (``remission_of``).
    """

    days: dict[str, Floats]
    hours: dict[str, Floats]
    alive_days: Ints
    persons: npt.NDArray[np.void]
    states: npt.NDArray[np.void]

    def _repr_html_(self) -> str:
        rows: list[tuple[object, ...]] = [("by day", "first person: mean", "largest", "all: mean", "largest")]
        for name, values in self.days.items():
            one = values[0]
            rows.append(
                (name, float(one.mean()), float(one.max()), float(values.mean()), float(values.max()))
            )
        people, days = next(iter(self.days.values())).shape
        return table(f"{people} people alike, {days} days", rows)


@compiled
def regular_use(s: Any, w: Any, t: Any, p: Any, kin: Any, plan: Any, first: int, past: Any) -> None:
    """Days of regular use before the story: body, habit, criteria; no decisions and no overdose."""
    days, dose_mg, doses = int(past[0]), past[1], int(past[2])
    for day in range(first, first + days):
        shift = shift_of(s, p.tolerance_high, p)
        grown = min(w.first_dose_mg * shift, w.budget_mg / doses)
        s.dose_mg = dose_mg if dose_mg > 0.0 else max(grown, s.dose_mg)
        t.mg[:, :] = 0.0
        for j in range(doses):
            t.mg[HEROIN, dose_hour(j, doses)] += s.dose_mg * w.reaches_blood
        enjoy(s, w, p, kin, s.dose_mg)
        worst, _ = body_today(s, w, t, kin.gain, p, True)
        s.last_use = day
        end_day(s, w, t, p, plan, day, doses, 1.0, worst)


@compiled
def idle(s: Any, w: Any, t: Any, p: Any, kin: Any, plan: Any, first: int) -> None:
    """Days without use from ``first`` to the day before the story."""
    for day in range(first, 0):
        worst, _ = body_today(s, w, t, kin.gain, p, False)
        end_day(s, w, t, p, plan, day, 0, 0.0, worst)


@compiled
def enjoy(s: Any, w: Any, p: Any, kin: Any, mg: float) -> None:
    """High of a day's uses of so many mg each, and the habit that grows with it."""
    shift = shift_of(s, p.tolerance_high, p)
    full, _ = loads_now(s.modes)
    peak = full + kin.peak_load_per_mg * mg * w.reaches_blood
    s.high, s.used_mg = high(full, peak, p.high_half_load * shift) * w.route_reward, mg
    reinforce(w, s, s.high, p)


@compiled
def end_day(
    s: Any, w: Any, t: Any, p: Any, plan: Any, day: int, doses: int, wish: float, worst: float
) -> None:
    """What follows from a day on which nothing was decided (``plan`` has no steps)."""
    t.out[:] = 0
    t.out[OUT_USED], t.out[OUT_DOSES] = 1 if doses > 0 else 0, doses
    follow_means(s, p, doses, wish, worst)
    if is_weekday(w, day):
        review(s, w, plan.step, 0, p, day, t.out)


@compiled
def take_fixed(s: Any, w: Any, t: Any, p: Any, kin: Any, plan: Any, day: int, grid: Any) -> Any:
    """A day on which what is taken is fixed: body, habit and criteria follow; no overdose is drawn."""
    t.mg[:, :] = grid
    t.mg[HEROIN] *= w.reaches_blood
    doses = 0
    for hour in range(HOURS):
        doses += 1 if grid[HEROIN, hour] > 0.0 else 0
    if doses > 0:
        enjoy(s, w, p, kin, grid[HEROIN].sum() / doses)
        s.last_use = day
    worst, behind = body_today(s, w, t, kin.gain, p, True)
    end_day(s, w, t, p, plan, day, doses, 0.0, worst)
    return worst, behind


@compiled
def write_page(
    s: Any, t: Any, page: Any, p: Any, day: int, sick_before: float, worst: float, behind: float
) -> None:
    """What is kept of a day."""
    out = t.out
    used = out[OUT_USED] > 0
    page[0], page[1] = out[OUT_DOSES], s.used_mg if used else 0.0
    page[2], page[3] = s.high if used else 0.0, min(1.0, sick_before) if used else 0.0
    page[4], page[5] = shift_of(s, p.tolerance_high, p), shift_of(s, p.tolerance_breathing, p)
    page[6], page[7], page[8] = s.habit, worst, behind
    sign_levels(worst, behind, t.onset, p.symptom_growth, t.levels, s.calm)
    page[9] = cows(t.levels)
    page[10], page[11] = status(s, day, 1 if lives_inside(s) else 0, p), s.programme
    for drug in range(HEROIN + 1, N_DRUGS):
        page[12] += t.mg[drug].sum()
    page[13], page[14] = s.criteria, s.dependence_items
    page[15] = out[OUT_OVERDOSE] + 2 * out[OUT_DIED_OVERDOSE]
    page[16], page[17] = out[OUT_ATTEMPT], out[OUT_TREATMENT_START]
    page[18], page[19] = out[OUT_TREATMENT_END], s.familiar
    page[20] = 1.0 if out[OUT_OVERDOSE] > 0 and s.brain_injury_day == day else 0.0
    page[21] = day - last_met_but_craving(s)


@compiled
def last_met_but_craving(s: Any) -> int:
    """Last day on which any criterion of the disorder other than craving was met."""
    last = NEVER
    for k in range(len(s.met)):
        if k != CRAVING and s.met[k] > last:
            last = s.met[k]
    return int(last)


@compiled
def begin(
    s: Any, w: Any, t: Any, p: Any, kin: Any, cohort: Any, plan: Any, past: Any, number: int, fixed: Any,
    k0: int, k1: int,
) -> None:  # fmt: skip
    """A person at the start of the story: drawn, with what is fixed of them, and what was before."""
    draw_person(w, s, cohort, p, kin.rate, number, k0, k1)
    if fixed[0] > 0.0:
        w.frailty = fixed[0]
    if fixed[2] > 0.0:
        w.restraint += p.liability_restraint * (w.liability - fixed[1])
        w.liability = fixed[1]
        w.urge = baseline_urge(w, p)
    prepare(w, kin.gain, t)
    t.recording = 0
    if past[0] > 0.0:
        first = -int(past[0]) - int(past[3]) + 1
        regular_use(s, w, t, p, kin, plan, first, past)
        idle(s, w, t, p, kin, plan, first + int(past[0]))


@compiled
def tell(
    count: int, days: int, cohorts: Any, past: Any, fixed: Any, plans: Any, params: Any, kinetics: Any,
    tables: Any, onset: Any, grid: Any, k0: int, k1: int, persons: Any, states: Any, pages: Any, trace: Any,
    shown: int, alive_days: Any, desk: Any,
) -> None:  # fmt: skip
    """Days of people into ``pages[person, day, column]``; hours of ``trace``'s people, from ``shown`` on.

    ``trace[person, day, hour, column]``; ``fixed``: frailty (0: drawn), liability, whether that is given.
    """
    p, kin, table, t, plan = params[0], kinetics[0], tables[0], desk[0], plans[0]
    set_desk(p, onset, t)
    for i in range(count):
        w, s = persons[i], states[i]
        begin(s, w, t, p, kin, cohorts[0], plan, past, i, fixed, k0, k1)
        alive_days[i] = days
        recorded = 0 <= i - shown < trace.shape[0]
        t.recording = 1 if recorded else 0
        for day in range(days):
            sick_before, page = s.sick_now, pages[i, day]
            t.mg[:, :] = 0.0
            if grid.shape[0] > 0:
                worst, behind = take_fixed(s, w, t, p, kin, plan, day, grid[day])
            else:
                worst, behind = one_day(s, w, t, plan, p, kin, table, day, k0, k1)
            write_page(s, t, page, p, day, sick_before, worst, behind)
            if recorded:
                trace[i - shown, day] = t.trace
            if s.alive == 0:
                alive_days[i] = day + 1
                state = DEAD_OVERDOSE if t.out[OUT_DIED_OVERDOSE] else DEAD_OTHER
                for later in range(day, days):
                    pages[i, later, 10] = state
                break


def follow_alike(
    alike: Alike,
    people: int,
    inputs: Any,
    *,
    seed: int = 1,
    draw: int = 0,
    shown: int = 0,
    hours_of: int = 1,
) -> Story:
    """The story of so many people alike under one draw of the inputs; hours of ``shown`` and those after."""
    kinetics = np.array([build_kinetics(inputs)], dtype=KINETICS)
    params = parameter_record(inputs)
    persons, states = np.zeros(people, PERSON), np.zeros(people, STATE)
    pages = np.zeros((people, alike.days, N_PAGE))
    trace = np.zeros((min(hours_of, people - shown), alike.days, HOURS, len(TRACE_COLUMNS)))
    alive_days = np.zeros(people, np.int64)
    past, liability = alike.past, alike.liability
    grid = alike.taken if alike.taken is not None else np.zeros((0, N_DRUGS, HOURS))
    tell(
        people, alike.days, cohort_of(alike, inputs),
        np.array([past.days, past.dose_mg, past.times_a_day, past.idle_days], float),
        np.array([alike.frailty, liability or 0.0, float(liability is not None)]),
        _plan(alike), params, kinetics, build_table(params[0]), sign_onsets(inputs), grid,
        *key(seed, draw), persons, states, pages, trace, shown, alive_days, np.zeros(1, DESK),
    )  # fmt: skip
    days = {name: np.ascontiguousarray(pages[:, :, k]) for k, name in enumerate(PAGE)}
    days["remission"] = remission_of(
        days["quiet"], states["disorder_day"], alive_days, float(inputs["criteria_days"])
    )
    return Story(days, _hours(trace[:1], inputs) if len(trace) else {}, alive_days, persons, states)


def remission_of(quiet: Floats, disorder_day: Ints, alive_days: Ints, sustained_days: float) -> Floats:
    """``[person, day]``: 0 none, 1 early, 2 sustained remission, as DSM-5 counts it.

    Of people who have had the disorder and are alive, with no criterion but craving for three months, or for
    the year for which criteria count; custody, where their clocks stand still, does not count.
    """
    day = np.arange(quiet.shape[1])[None, :]
    had = (disorder_day[:, None] > NEVER) & (disorder_day[:, None] <= day) & (day < alive_days[:, None])
    early = had & (quiet >= numbers()["early_remission_days"])
    return np.asarray(early.astype(float) + (had & (quiet >= sustained_days)))


def follow_middle(alike: Alike, people: int, inputs: Any, *, seed: int = 1) -> Story:
    """The story of people alike with the one in the middle first, whose hours are recorded.

    In the middle: alive at the end, if most are, with days of use, of withdrawal and in treatment nearest to
    the medians (in units of people's spread).
    """
    first = follow_alike(alike, people, inputs, seed=seed, hours_of=0)
    one = middle_of(first)
    story = follow_alike(alike, people, inputs, seed=seed, shown=one)
    order = [one, *(i for i in range(people) if i != one)]
    days = {name: values[order] for name, values in story.days.items()}
    return Story(days, story.hours, story.alive_days[order], story.persons[order], story.states[order])


def middle_of(story: Story) -> int:
    """Number of the person nearest to the medians of all."""
    counts = np.stack(
        [
            (story.days["doses"] > 0).sum(axis=1),
            (story.days["cows"] >= 5).sum(axis=1),
            (story.days["programme"] > 0).sum(axis=1),
            story.days["doses"].sum(axis=1),
        ],
        axis=1,
    ).astype(float)
    spread = np.maximum(counts.std(axis=0), 1.0)
    far = np.abs((counts - np.median(counts, axis=0)) / spread).sum(axis=1)
    died = story.alive_days < story.days["doses"].shape[1]
    if died.mean() < 0.5:
        far = np.where(died, np.inf, far)
    return int(far.argmin())


def _plan(alike: Alike) -> npt.NDArray[np.void]:
    plan = np.zeros(1, PLAN)
    plan["count"], plan["step"] = alike.step_count, alike.steps
    return plan


def _hours(trace: Floats, inputs: Any) -> dict[str, Floats]:
    """Columns of the first person's hours, with scores."""
    flat = trace.reshape(-1, trace.shape[-1])
    columns = {"hour": np.arange(len(flat), dtype=np.float64)}
    columns |= {name: np.ascontiguousarray(flat[:, k]) for k, name in enumerate(TRACE_COLUMNS)}
    scores = np.zeros((len(flat), 5 + N_SIGNS))
    score_hours(
        columns["felt"], columns["lagged"], sign_onsets(inputs), float(inputs["symptom_growth"]), scores
    )
    names = ("cows", "sows", "sows_gossop", *SIGNS, "oows", "cina")
    return columns | {name: scores[:, k] for k, name in enumerate(names)}


def cohort_of(alike: Alike, inputs: Any) -> npt.NDArray[np.void]:
    """The ``COHORT`` record of people alike: what is fixed, and the general mix for the rest."""
    record = np.zeros(1, COHORT)
    for index, trait in enumerate(TRAITS):
        record["share"][0, index] = alike.shares.get(trait, inputs[f"share_{trait}"])
    usual = {
        "age_years": inputs["age_first_use"],
        "age_log_sd": inputs["age_spread"],
        "availability": inputs["availability"],
        "stress": 0.0,
        "alone": 1.0 - inputs["seen_in_public"] * inputs["seen_in_private_ratio"],
        "naloxone": inputs["naloxone_nearby"],
        "dose_unit_mg": inputs["dose_unit_mg"],
    }
    for name, value in usual.items():
        record[name] = alike.settings.get(name, value)
    record["trouble_loading"] = inputs["trouble_loading"]
    return record


def frailty_of(quantile: float, inputs: Any) -> float:
    """Symptom frailty of a quantile of people."""
    from scipy.special import ndtri

    return float(np.exp(inputs["frailty_sd"] * ndtri(quantile)))

"""The day loop over blocks of people: one compiled kernel, counts as whole numbers.

Person outer, day inner: a person's record and state stay in cache, nothing is kept per person but their
counts. Everything random is keyed by (seed, draw, person, day or episode, purpose), so blocks may be cut
anywhere and run on any thread; results of a run are sums over blocks. People who have never used and the
dead are leapt over; days of rest, when only a wish to use could happen, take a short way.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import KINETICS, build_kinetics
from papaver.body.overdose import build_table
from papaver.compiled import cache_folder, compiled, compiling
from papaver.person.adaptation import follow
from papaver.person.care import WITH_COUNSELLING, WITH_INCENTIVES, lives_inside, treated
from papaver.person.course import (
    ABSTINENT,
    DEAD_OTHER,
    DEAD_OVERDOSE,
    DEPENDENT,
    NEVER_USED,
    OCCASIONAL,
    count_dependence,
    mark_criteria,
    status,
)
from papaver.person.day import (
    OUT_DIED_OVERDOSE,
    OUT_DOSES,
    OUT_OVERDOSE,
    OUT_USED,
    body_today,
    dose_hour,
    is_weekday,
    one_day,
    set_desk,
    shift_of,
)
from papaver.person.harm import death_today
from papaver.person.hours import DESK, N_OUT, WEEK, prepare
from papaver.person.medicines import put_prescription
from papaver.person.parameters import parameter_record
from papaver.person.records import INJECTS, NEVER, PERSON, PRESCRIBED, STATE
from papaver.person.rest import rest_week, resting_day, rests
from papaver.person.traits import begin_ratio, draw_age, draw_person, draw_traits
from papaver.person.withdrawal import (
    ACHES,
    ANXIETY,
    DIARRHOEA,
    INSOMNIA,
    NAUSEA,
    RESTLESSNESS,
    SIGNS,
    SWEATING,
    VOMITING,
    cows,
    sign_levels,
)
from papaver.population.codes import (
    EV_COUNSELLING_DAYS,
    EV_INCENTIVE_DAYS,
    EV_INJECTIONS,
    EV_OTHER_DEATH,
)
from papaver.population.counting import (
    LEDGER,
    LIFE,
    N_SYMPTOMS,
    Block,
    add_standing,
    close_life,
    count_span,
    empty_block,
    year_of,
)
from papaver.population.job import Job, cohort_records, plan_record
from papaver.population.never import death_day, first_use_day, live_until
from papaver.randomness import DEATH_WAIT, INITIATION_WAIT, START, exponential, key, normal_pair, uniforms

__all__ = ["LIFE", "Block", "Diaries", "simulate_block", "simulate_diaries", "year_of"]


@compiled
def troubled(felt: float, lagged: float, t: Any, growth: float, calm: float, background: float) -> None:
    """Which of the reported symptoms are at a troubling level (second or higher) today, into ``t.marks``.

    The COWS counts a person's ``background`` points beside signs of withdrawal, as a rater would; a day of
    withdrawal is one on which withdrawal gives at least half of them.
    """
    levels, marks = t.levels, t.marks
    sign_levels(felt, lagged, t.onset, growth, levels, calm)
    score = float(cows(levels))
    if score >= background:
        score += background
    marks[0] = 1 if score >= 5 else 0
    marks[1] = 1 if score >= 13 else 0
    marks[2] = 1 if max(levels[NAUSEA], levels[VOMITING]) >= 2 else 0
    marks[3] = 1 if levels[INSOMNIA] >= 2 else 0
    marks[4] = 1 if levels[RESTLESSNESS] >= 2 else 0
    marks[5] = 1 if levels[DIARRHOEA] >= 2 else 0
    marks[6] = 1 if levels[SWEATING] >= 2 else 0
    marks[7] = 1 if levels[ANXIETY] >= 2 else 0
    marks[8] = 1 if levels[ACHES] >= 2 else 0


@compiled
def warm_up(s: Any, w: Any, t: Any, p: Any, gain: Any) -> None:
    """A year of regular use before day 0, for people who are dependent at the start."""
    doses = int(p.warm_up_doses)
    for day in range(-int(p.warm_up_days), 0):
        shift = shift_of(s, p.tolerance_high, p)
        s.dose_mg = min(w.first_dose_mg * shift, w.budget_mg / doses)
        t.mg[:, :] = 0.0
        for j in range(doses):
            t.mg[0, dose_hour(j, doses)] += s.dose_mg * w.reaches_blood
        body_today(s, w, t, gain, p, True)
        s.use28, s.doses28 = follow(s.use28, 1.0, p.month_kept), follow(s.doses28, doses, p.month_kept)
        s.wish28 = follow(s.wish28, 1.0, p.month_kept)
        s.last_use = day
        s.novelty *= p.novelty_kept
        mark_criteria(w, s, day, shift, 0, 0.0, p)
    s.habit, s.week = p.warm_up_habit, 127
    s.dependent = 1 if count_dependence(s, -1, p) >= p.dependence_criteria else 0
    s.dependence_day = -1 if s.dependent else NEVER
    s.disorder_day = -1


@compiled
def warm_up_prescribed(s: Any, w: Any, t: Any, p: Any, gain: Any) -> None:
    """A year on the full prescription before day 0, for people with opioids prescribed for pain."""
    s.programme = PRESCRIBED
    for day in range(-int(p.warm_up_days), 0):
        t.mg[:, :] = 0.0
        put_prescription(s, w, 1.0, p, day, t.mg)
        body_today(s, w, t, gain, p, True)
    s.usual_signal = s.signal_low


@compiled
def knew_pills(cohort: Any, number: int, k0: int, k1: int) -> bool:
    """Whether a person at first use of heroin comes to it with an opioid use disorder from pills."""
    return bool(uniforms(number, 0, START, 0, k0, k1)[1] < cohort.prior_share)


@compiled
def warm_up_pills(s: Any, w: Any, t: Any, p: Any, gain: Any, k0: int, k1: int) -> None:
    """A year of opioids by mouth every day before day 0, for people who knew pills.

    Body and habit come along to heroin; its novelty and its criteria do not: opioids are nothing new, and
    none of the days of heroin that dependence on it is counted from are past.
    """
    u, v, _, _ = uniforms(w.number, 0, START, 1, k0, k1)
    oral_mg = p.prescribed_daily_mg * math.exp(p.prescribed_spread * normal_pair(u, v)[0])
    w.prescribed_mg = p.prescribed_heroin_mg_per_mg * oral_mg
    warm_up_prescribed(s, w, t, p, gain)
    s.programme, s.prescribed_day, s.usual_signal, w.prescribed_mg = 0, NEVER, 0.0, 0.0
    s.habit, s.novelty = p.prior_habit, 0.0


@compiled
def begin_life(s: Any, w: Any, t: Any, cohort: Any, p: Any, kin: Any, number: int, k0: int, k1: int) -> None:
    """A person at their first use, or dependent, with what the day loop prepares for them."""
    draw_person(w, s, cohort, p, kin.rate, number, k0, k1)
    prepare(w, kin.gain, t)
    if cohort.dependent == 1:
        warm_up(s, w, t, p, kin.gain)
    if knew_pills(cohort, number, k0, k1):
        warm_up_pills(s, w, t, p, kin.gain, k0, k1)
    if cohort.prescribed == 1:
        s.initiation_wait = exponential(number, 0, INITIATION_WAIT, k0, k1)
        warm_up_prescribed(s, w, t, p, kin.gain)


@compiled
def begin_never(w: Any, cohort: Any, number: int, k0: int, k1: int) -> None:
    """Of a person who has never used, only what is needed before a first use."""
    w.number = number
    draw_age(w, cohort, number, k0, k1)
    draw_traits(w, cohort, k0, k1)
    w.begins = begin_ratio(w, cohort)


@compiled
def stratum_of(w: Any, splits: Any) -> int:
    """Number of the stratum that the traits reported apart give."""
    stratum = 0
    for b in range(splits.shape[0]):
        stratum = 2 * stratum + w.trait[splits[b]]
    return stratum


@compiled
def follow_life(
    s: Any,
    w: Any,
    t: Any,
    own: Any,
    begin: int,
    days: int,
    plan: Any,
    p: Any,
    kin: Any,
    table: Any,
    every: int,
    k0: int,
    k1: int,
    person_time: Any,
    events: Any,
    symptom_days: Any,
    daily: Any,
    page: Any,
    line: Any,
) -> int:
    """The days of a person from ``begin`` on, counted; returns the day after their last."""
    stratum, injects = own.stratum, w.trait[INJECTS]
    s.weighed = 1 if line.shape[0] > 0 else 0
    year = year_of(begin, p.year_days)
    next_year, sample = int(p.year_days * (year + 1)), (begin + every - 1) // every
    resting, state = False, OCCASIONAL
    t.out[:] = 0
    day = begin - 1
    while day + 1 < days:
        day += 1
        if day == next_year:
            year += 1
            next_year = int(p.year_days * (year + 1))
        weekly = is_weekday(w, day)
        if weekly:
            resting = rests(s, plan, p, day)
            whole = resting and day + WEEK <= min(days, next_year) and page.shape[0] == 0
            if whole and rest_week(s, w, t, plan, p, day, k0, k1):
                person_time[stratum, year, ABSTINENT, 0] += WEEK
                for j in range(N_OUT):
                    events[stratum, year, j] += t.out[j]
                    t.out[j] = 0
                day += WEEK - 1
                while sample * every <= day:
                    daily[sample, ABSTINENT, 0] += 1
                    sample += 1
                state = ABSTINENT
                continue
        felt, behind, rested = 0.0, 0.0, False
        if resting:
            rested = resting_day(s, w, t, plan, p, day, weekly, k0, k1)
            resting = rested
        if not rested:
            felt, behind = one_day(s, w, t, plan, p, kin, table, day, k0, k1)
        state = status(s, day, 1 if lives_inside(s) else 0, p)
        person_time[stratum, year, state, s.programme] += 1
        own.dependent_days += 1 if state == DEPENDENT else 0
        if weekly or not rested or s.alive == 0:
            for j in range(N_OUT):
                events[stratum, year, j] += t.out[j]
            events[stratum, year, EV_INJECTIONS] += t.out[OUT_DOSES] * injects
            own.use_days += t.out[OUT_USED]
            own.overdoses += t.out[OUT_OVERDOSE] + t.out[OUT_DIED_OVERDOSE]
            cared = 1 if treated(s) else 0
            own.ever_treated |= cared
            own.treated += cared
        if s.support > 0:
            events[stratum, year, EV_INCENTIVE_DAYS] += 1 if s.support & WITH_INCENTIVES else 0
            events[stratum, year, EV_COUNSELLING_DAYS] += 1 if s.support & WITH_COUNSELLING else 0
        sampled = day == sample * every
        sick = felt >= t.lowest_onset or behind >= t.lowest_onset
        if sick:
            troubled(felt, behind, t, p.symptom_growth, s.calm, w.background_score)
            own.sick_days += t.marks[0]
            for j in range(N_SYMPTOMS):
                symptom_days[stratum, year, j] += t.marks[j]
                if sampled:
                    daily[sample, state, 1 + j] += t.marks[j]
        if sampled:
            daily[sample, state, 0] += 1
            sample += 1
        if page.shape[0] > 0:
            write_day(s, page[day], state, t.out, t.marks[0] if sick else 0)
        if line.shape[0] > 0:
            line[day, 0] = 0.0 if rested else s.expected_overdoses
            line[day, 1] = 0.0 if rested else s.expected_deaths
            line[day, 2] = death_today(s, p, day)
        if s.alive == 0:
            own.state = DEAD_OVERDOSE if t.out[OUT_DIED_OVERDOSE] else DEAD_OTHER
            own.death_day = day
            return day + 1
        if rested and weekly:
            t.out[:] = 0
    own.state = state
    return days


@compiled
def write_day(s: Any, line: Any, state: int, out: Any, sick: int) -> None:
    """Write a day into a diary."""
    line[0], line[1], line[2], line[3] = out[OUT_DOSES], state, s.criteria, s.dependence_items
    overdose = out[OUT_OVERDOSE] + 2 * out[OUT_DIED_OVERDOSE]
    line[4], line[5], line[6] = sick, overdose, s.programme
    line[7] = s.beside if out[OUT_DOSES] + overdose > 0 else 0


@compiled
def before_first_use(
    s: Any,
    w: Any,
    own: Any,
    cohort: Any,
    splits: Any,
    p: Any,
    days: int,
    number: int,
    k0: int,
    k1: int,
) -> int:
    """Leap over the time in which a person has never used; returns the day of first use (``days``: none)."""
    begin_never(w, cohort, number, k0, k1)
    s.disorder_day, s.dependence_day, s.last_use = NEVER, NEVER, NEVER
    s.initiation_wait = exponential(number, 0, INITIATION_WAIT, k0, k1)
    own.stratum, own.state = stratum_of(w, splits), NEVER_USED
    first = first_use_day(w, s.initiation_wait, p, days)
    dead = death_day(w, exponential(number, 0, DEATH_WAIT, k0, k1), p, days)
    if dead < first:
        own.death_day, own.state = dead, DEAD_OTHER
        return days
    return first


@compiled
def run_block(
    first: int,
    count: int,
    days: int,
    cohorts: Any,
    splits: Any,
    plans: Any,
    params: Any,
    kinetics: Any,
    tables: Any,
    onset: Any,
    every: int,
    keep: int,
    k0: int,
    k1: int,
    person_time: Any,
    events: Any,
    symptom_days: Any,
    daily: Any,
    people: Any,
    outcomes: Any,
    moments: Any,
    lives: Any,
    tiles: Any,
    diary: Any,
    expected: Any,
    persons: Any,
    states: Any,
    desks: Any,
    ledger: Any,
    standing: Any,
    no_page: Any,
    no_line: Any,
) -> None:
    """Lives of people ``first`` to ``first + count - 1`` over ``days`` days, counted into the arrays.

    ``expected`` takes what is to be expected of each day, if it has rows. The last seven are room to work
    in (``_room``).
    """
    p, kin, table, plan = params[0], kinetics[0], tables[0], plans[0]
    set_desk(p, onset, desks[0])
    general = cohorts[0].general == 1
    for i in range(count):
        # taken anew for each person: a record alone does not keep its array from being freed
        w, s, t, own = persons[0], states[0], desks[0], ledger[0]
        states[0], ledger[0] = states[1], ledger[1]
        number, begin, end, row = first + i, 0, days, 0
        page = diary[i] if diary.shape[0] > 0 else no_page
        line = expected[i] if expected.shape[0] > 0 else no_line
        own.death_day = -1
        if general and uniforms(number, 0, START, 0, k0, k1)[0] < cohorts[0].dependent_share:
            row = 1
        if general and row == 0:
            begin = before_first_use(s, w, own, cohorts[0], splits, p, days, number, k0, k1)
            end = own.death_day + 1 if own.death_day >= 0 else begin
            count_span(0, end, own.stratum, NEVER_USED, p.year_days, every, person_time, standing, page)
            if own.death_day >= 0:
                events[own.stratum, year_of(own.death_day, p.year_days), EV_OTHER_DEATH] += 1
            if begin < days:
                wait = s.initiation_wait
                begin_life(s, w, t, cohorts[0], p, kin, number, k0, k1)
                live_until(s, w, t, p, begin, k0, k1)
                s.initiation_wait = wait
        else:
            begin_life(s, w, t, cohorts[row], p, kin, number, k0, k1)
            own.stratum = stratum_of(w, splits)
        people[own.stratum] += 1
        if begin < days:
            end = follow_life(
                s,
                w,
                t,
                own,
                begin,
                days,
                plan,
                p,
                kin,
                table,
                every,
                k0,
                k1,
                person_time,
                events,
                symptom_days,
                daily,
                page,
                line,
            )
        own.days_alive = end
        count_span(end, days, own.stratum, own.state, p.year_days, every, person_time, standing, page)
        close_life(s, w, own, i, keep, outcomes, moments, lives, tiles)
    add_standing(standing, daily)


@dataclass(frozen=True)
class Diaries:
    """Day by day of every person, for cohorts followed with a study's own denominators and windows.

    All arrays are ``int8[person, day]``: ``doses`` of heroin, ``status`` and ``programme`` codes, DSM-5
    ``criteria`` and ICD-10 ``dependence_items`` met within twelve months, ``sick`` (COWS 5 or more),
    ``overdose`` (1 survived, 2 fatal), ``beside`` (what was there on days of use and overdose: sums of
    ``records.BESIDE_...``). ``lives`` has one record per person. ``expected`` is ``float32[person, day,
    EXPECTED]``, filled if asked for: overdoses, deaths by overdose and deaths of other causes that are to be
    expected of a day as it was lived; summed they estimate the same rates as events do, with less scatter.
    """

    doses: npt.NDArray[np.int8]
    status: npt.NDArray[np.int8]
    criteria: npt.NDArray[np.int8]
    dependence_items: npt.NDArray[np.int8]
    sick: npt.NDArray[np.int8]
    overdose: npt.NDArray[np.int8]
    programme: npt.NDArray[np.int8]
    beside: npt.NDArray[np.int8]
    lives: npt.NDArray[np.void]
    expected: npt.NDArray[np.float32]

    def positive(self) -> npt.NDArray[np.bool_]:
        """Days on which a urine holds opiates, ``[person, day]``: any use then or on the two days before."""
        used = self.doses > 0
        found = used.copy()
        for back in range(1, URINE_DAYS):
            found[:, back:] |= used[:, :-back]
        return np.asarray(found)


URINE_DAYS = 3  # for which opiates are found in urine after a use
DIARY_COLUMNS = ("doses", "status", "criteria", "dependence_items", "sick", "overdose", "programme", "beside")


EXPECTED = ("overdoses", "overdose_deaths", "other_deaths")


def simulate_diaries(
    job: Job, inputs: Any, *, seed: int, draw: int, first: int, count: int, expecting: bool = False
) -> Diaries:
    """Run people as in :func:`simulate_block` but return their days instead of counts."""
    diary = np.zeros((count, job.days, len(DIARY_COLUMNS)), np.int8)
    expected = np.zeros((count, job.days, len(EXPECTED)) if expecting else (0, 0, 0), np.float32)
    job = replace(job, lives=first + count)
    block = _simulate(job, inputs, (seed, draw), first, count, diary, expected)
    pages = {name: np.ascontiguousarray(diary[:, :, k]) for k, name in enumerate(DIARY_COLUMNS)}
    return Diaries(**pages, lives=block.lives, expected=expected)


def simulate_block(job: Job, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> Block:
    """Run a block of people under one plan and one parameter draw.

    ``inputs`` is the record of :func:`papaver.evidence.inputs.draw`; people are numbers ``first`` to
    ``first + count - 1`` of the cohort, the same people under every plan.
    """
    diary, expected = np.zeros((0, 0, 0), np.int8), np.zeros((0, 0, 0), np.float32)
    return _simulate(job, inputs, (seed, draw), first, count, diary, expected)


class Numbers(NamedTuple):
    """What the day loop reads of one draw of the inputs."""

    params: npt.NDArray[np.void]
    kinetics: npt.NDArray[np.void]
    tables: npt.NDArray[np.void]
    onset: npt.NDArray[np.float64]


@lru_cache(maxsize=8)
def _numbers(dtype: np.dtype[np.void], content: bytes) -> Numbers:
    """The numbers of a draw: worked out once, not for every block."""
    inputs = np.frombuffer(content, dtype)[0]
    params = parameter_record(inputs)
    return Numbers(
        params,
        np.array([build_kinetics(inputs)], dtype=KINETICS),
        build_table(params[0]),
        np.array([inputs["onset_" + sign] for sign in SIGNS]) * inputs["onset_scale"],
    )


def _simulate(
    job: Job,
    inputs: Any,
    luck: tuple[int, int],
    first: int,
    count: int,
    diary: npt.NDArray[np.int8],
    expected: npt.NDArray[np.float32],
) -> Block:
    numbers = _numbers(inputs.dtype, inputs.tobytes())
    kept = max(0, min(count, job.lives - first))
    block = empty_block(2 ** len(job.splits), job.years, (job.days - 1) // job.daily_every + 1, kept)
    with contextlib.nullcontext() if _loaded() else compiling():
        run_block(
            first,
            count,
            job.days,
            cohort_records(job, inputs),
            np.array(job.splits, np.int64),
            plan_record(job),
            numbers.params,
            numbers.kinetics,
            numbers.tables,
            numbers.onset,
            job.daily_every,
            job.lives,
            *key(*luck),
            block.person_time,
            block.events,
            block.symptom_days,
            block.daily,
            block.people,
            block.outcomes,
            block.moments,
            block.lives,
            block.tiles,
            diary,
            expected,
            *_room(*block.daily.shape[:2]),
        )
    return block


def _room(samples: int, states: int) -> tuple[Any, ...]:
    """Room for one person at a time, made here because making arrays of records takes long to compile.

    The second state and the second ledger stay empty.
    """
    records = np.zeros(1, PERSON), np.zeros(2, STATE), np.zeros(1, DESK), np.zeros(2, LEDGER)
    no_page, no_line = np.zeros((0, 0), np.int8), np.zeros((0, 0), np.float32)
    return *records, np.zeros((samples + 1, states), np.int64), no_page, no_line


def _loaded() -> bool:
    return bool(getattr(run_block, "signatures", True))


def is_compiled() -> bool:
    """Whether the day loop is compiled already, in this process or in the cache of these sources."""
    folder = cache_folder()
    cached = folder is not None and any(folder.rglob("engine.run_block-*.nbi"))
    return _loaded() or cached

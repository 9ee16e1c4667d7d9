"""The day loop over blocks of people: one compiled kernel, counts as whole numbers.

Person outer, day inner: a person's record and state stay in cache, nothing is kept per person but their
counts. Everything random is keyed by (seed, draw, person, day or episode, purpose), so blocks may be cut
anywhere and run on any thread; results of a run are sums over blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import KINETICS, N_DRUGS, build_kinetics
from papaver.body.overdose import build_table
from papaver.compiled import cache_folder, compiled
from papaver.person.adaptation import follow
from papaver.person.care import DETOX
from papaver.person.course import (
    ABSTINENT,
    CONTROLLED,
    DEAD_OTHER,
    DEAD_OVERDOSE,
    DEPENDENT,
    IN_TREATMENT,
    OCCASIONAL,
    RESIDENTIAL,
    count_dependence,
    mark_criteria,
    status,
)
from papaver.person.day import (
    HOURS,
    N_OUT,
    OUT_ATTEMPT,
    OUT_DEPENDENCE,
    OUT_DIED_OTHER,
    OUT_DIED_OVERDOSE,
    OUT_DISORDER,
    OUT_DOSES,
    OUT_OVERDOSE,
    OUT_RELAPSE,
    OUT_REMISSION,
    OUT_TREATMENT_END,
    OUT_TREATMENT_START,
    OUT_USED,
    advance_body,
    dose_hour,
    one_day,
    pool_factors,
    quiet_factors,
    shift_of,
)
from papaver.person.parameters import parameter_record
from papaver.person.records import INJECTS, NEVER, PERSON, STATE
from papaver.person.traits import draw_person
from papaver.person.withdrawal import (
    ACHES,
    ANXIETY,
    DIARRHOEA,
    INSOMNIA,
    N_SIGNS,
    NAUSEA,
    RESTLESSNESS,
    SIGNS,
    SWEATING,
    VOMITING,
    cows,
    sign_levels,
)
from papaver.population.codes import (
    EV_ATTEMPT,
    EV_DEPENDENCE,
    EV_DISORDER,
    EV_DOSES,
    EV_FATAL,
    EV_INJECTIONS,
    EV_NONFATAL,
    EV_OTHER_DEATH,
    EV_RELAPSE,
    EV_REMISSION,
    EV_TREATMENT_END,
    EV_TREATMENT_START,
    EV_USE_DAYS,
    EVENTS,
    MOMENTS,
    OUTCOMES,
    PROGRAMME,
    STATUS,
    SYMPTOMS,
)
from papaver.population.job import Job, cohort_record
from papaver.randomness import key

Counts = npt.NDArray[np.int64]
N_SYMPTOMS, N_OUTCOMES = len(SYMPTOMS), len(OUTCOMES)
N_TILES = 32

LIFE = np.dtype(
    [
        ("person", np.int64),
        ("stratum", np.int64),
        ("age_years", np.float64),
        ("liability", np.float64),
        ("injects", np.int64),
        ("disorder_day", np.int64),
        ("dependence_day", np.int64),
        ("last_use_day", np.int64),
        ("use_days", np.int64),
        ("overdoses", np.int64),
        ("days_in_treatment", np.int64),
        ("days_with_withdrawal", np.int64),
        ("death_day", np.int64),
        ("final_status", np.int64),
    ]
)


@dataclass(frozen=True)
class Block:
    """Counts of a block of people; blocks of one run add up.

    ``person_time[stratum, year, status, programme]`` in person-days, ``events[stratum, year, event]``,
    ``symptom_days[stratum, year, symptom]`` in person-days, ``daily[sample, status, 1 + symptoms]`` people,
    ``people[stratum]``, ``outcomes[stratum, outcome]`` people, ``moments[measure, 2]`` sums and sums of
    squares over people, ``lives`` one record per kept person. ``tiles[person % 32, 1 + outcomes + moments]``
    sums people, outcomes and moments over fixed thirty-seconds of the cohort, for the luck plans share.
    """

    person_time: Counts
    events: Counts
    symptom_days: Counts
    daily: Counts
    people: Counts
    outcomes: Counts
    moments: Counts
    lives: npt.NDArray[np.void]
    tiles: Counts


@compiled
def year_of(day: int, year_days: float) -> int:
    """Year of a day: year k begins on day floor(365.25 k)."""
    year = int(day / year_days)
    return year + 1 if day >= int(year_days * (year + 1)) else year


@compiled
def troubled(felt: float, lagged: float, onset: Any, growth: float, levels: Any, marks: Any) -> None:
    """Which of the reported symptoms are at a troubling level (second or higher) today."""
    sign_levels(felt, lagged, onset, growth, levels)
    score = cows(levels)
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
def warm_up(s: Any, w: Any, p: Any, gain: Any, kept: Any, mg: Any, trace: Any) -> None:
    """A year of regular use before day 0, for people who are dependent at the start."""
    doses = int(p.warm_up_doses)
    for day in range(-int(p.warm_up_days), 0):
        shift = shift_of(s, p.tolerance_high, p)
        s.dose_mg = min(w.first_dose_mg * shift, w.budget_mg / doses)
        mg[:, :] = 0.0
        for j in range(doses):
            mg[0, dose_hour(j, doses)] += s.dose_mg * w.reaches_blood
        advance_body(s, w, gain, p, kept, mg, True, trace)
        s.use28, s.doses28 = follow(s.use28, 1.0, p.month_kept), follow(s.doses28, doses, p.month_kept)
        s.wish28 = follow(s.wish28, 1.0, p.month_kept)
        s.last_use = day
        mark_criteria(w, s, day, shift, 0, 0.0, p)
    s.habit, s.week = p.warm_up_habit, 127
    s.dependent = 1 if count_dependence(s, -1, p) >= p.dependence_criteria else 0
    s.dependence_day = -1 if s.dependent else NEVER
    s.disorder_day = -1


@compiled
def run_block(
    first: int,
    count: int,
    days: int,
    cohort: Any,
    splits: Any,
    steps: Any,
    n_steps: int,
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
) -> None:
    """Lives of people ``first`` to ``first + count - 1`` over ``days`` days, counted into the arrays."""
    p, kin, table = params[0], kinetics[0], tables[0]
    persons, states, blank = np.zeros(1, PERSON), np.zeros(1, STATE), np.zeros(1, STATE)
    mg, trace = np.zeros((N_DRUGS, HOURS)), np.zeros((0, 1))
    kept, kept_day = np.zeros(8), np.zeros(8)
    out, levels, marks = (
        np.zeros(N_OUT, np.int64),
        np.zeros(N_SIGNS, np.int64),
        np.zeros(N_SYMPTOMS, np.int64),
    )
    done = np.zeros(N_OUTCOMES, np.int64)
    pool_factors(p, 1.0, kept)
    quiet_factors(kept, kept_day)
    lowest_onset = onset.min()
    for i in range(count):
        w = persons[0]
        states[0] = blank[0]
        s = states[0]
        draw_person(w, s, cohort[0], p, kin.rate, first + i, k0, k1)
        stratum = 0
        for b in range(splits.shape[0]):
            stratum = 2 * stratum + w.trait[splits[b]]
        w.stratum = stratum
        if cohort[0].dependent:
            warm_up(s, w, p, kin.gain, kept, mg, trace)
        people[stratum] += 1
        use_days, treated, sick_days, dependent_days, overdoses, death_day, last = 0, 0, 0, 0, 0, -1, days
        ever_treated = 0
        state = OCCASIONAL
        for day in range(days):
            year = year_of(day, p.year_days)
            felt, behind = one_day(
                s, w, steps, n_steps, p, kin, table, kept, kept_day, mg, trace, day, k0, k1, out
            )
            state = status(s, day, 1 if s.programme == DETOX else 0, p)
            person_time[stratum, year, state, s.programme] += 1
            if out[OUT_USED]:
                use_days += 1
                events[stratum, year, EV_USE_DAYS] += 1
                events[stratum, year, EV_DOSES] += out[OUT_DOSES]
                events[stratum, year, EV_INJECTIONS] += out[OUT_DOSES] * w.trait[INJECTS]
            events[stratum, year, EV_DISORDER] += out[OUT_DISORDER]
            events[stratum, year, EV_DEPENDENCE] += out[OUT_DEPENDENCE]
            events[stratum, year, EV_REMISSION] += out[OUT_REMISSION]
            events[stratum, year, EV_RELAPSE] += out[OUT_RELAPSE]
            events[stratum, year, EV_ATTEMPT] += out[OUT_ATTEMPT]
            events[stratum, year, EV_TREATMENT_START] += out[OUT_TREATMENT_START]
            events[stratum, year, EV_TREATMENT_END] += out[OUT_TREATMENT_END]
            events[stratum, year, EV_NONFATAL] += out[OUT_OVERDOSE]
            overdoses += out[OUT_OVERDOSE] + out[OUT_DIED_OVERDOSE]
            ever_treated |= 1 if s.programme > 0 else 0
            treated += 1 if s.programme > 0 else 0
            dependent_days += 1 if state == DEPENDENT else 0
            sampled = day % every == 0
            if felt >= lowest_onset or behind >= lowest_onset:
                troubled(felt, behind, onset, p.symptom_growth, levels, marks)
                sick_days += marks[0]
                for j in range(N_SYMPTOMS):
                    symptom_days[stratum, year, j] += marks[j]
                    if sampled:
                        daily[day // every, state, 1 + j] += marks[j]
            if sampled:
                daily[day // every, state, 0] += 1
            if diary.shape[0] > 0:
                page = diary[i, day]
                page[0], page[1], page[2], page[3] = out[OUT_DOSES], state, s.criteria, s.dependence_items
                page[4] = marks[0] if (felt >= lowest_onset or behind >= lowest_onset) else 0
                page[5], page[6] = out[OUT_OVERDOSE] + 2 * out[OUT_DIED_OVERDOSE], s.programme
            if s.alive == 0:
                state = DEAD_OVERDOSE if out[OUT_DIED_OVERDOSE] else DEAD_OTHER
                events[stratum, year, EV_FATAL] += out[OUT_DIED_OVERDOSE]
                events[stratum, year, EV_OTHER_DEATH] += out[OUT_DIED_OTHER]
                death_day, last = day, day + 1
                break
        for day in range(last, days):
            person_time[stratum, year_of(day, p.year_days), state, 0] += 1
            if day % every == 0:
                daily[day // every, state, 0] += 1
            if diary.shape[0] > 0:
                diary[i, day, 1] = state
        done[0] = 1 if s.disorder_day > NEVER else 0
        done[1] = 1 if s.dependence_day > NEVER else 0
        done[2] = 1 if state == DEPENDENT else 0
        done[3] = 1 if state == ABSTINENT else 0
        done[4] = 1 if (state == OCCASIONAL or state == CONTROLLED) else 0
        done[5] = 1 if (state == IN_TREATMENT or state == RESIDENTIAL) else 0
        done[6] = 1 if state == DEAD_OVERDOSE else 0
        done[7] = 1 if state == DEAD_OTHER else 0
        done[8] = ever_treated
        tile = tiles[(first + i) % N_TILES]
        tile[0] += 1
        for j in range(N_OUTCOMES):
            outcomes[stratum, j] += done[j]
            tile[1 + j] += done[j]
        for j, x in enumerate((dependent_days, treated, sick_days, use_days, overdoses, last)):
            moments[j, 0] += x
            moments[j, 1] += x * x
            tile[1 + N_OUTCOMES + j] += x
        if first + i < keep:
            row = lives[i]
            row.person, row.stratum, row.age_years, row.liability = (
                w.number,
                stratum,
                w.age_years,
                w.liability,
            )
            row.injects, row.disorder_day, row.dependence_day = (
                w.trait[INJECTS],
                s.disorder_day,
                s.dependence_day,
            )
            row.last_use_day, row.use_days, row.overdoses = s.last_use, use_days, overdoses
            row.days_in_treatment, row.days_with_withdrawal = treated, sick_days
            row.death_day, row.final_status = death_day, state


@dataclass(frozen=True)
class Diaries:
    """Day by day of every person, for cohorts followed with a study's own denominators and windows.

    All arrays are ``int8[person, day]``: ``doses`` of heroin, ``status`` and ``programme`` codes, DSM-5
    ``criteria`` and ICD-10 ``dependence_items`` met within twelve months, ``sick`` (COWS 5 or more),
    ``overdose`` (1 survived, 2 fatal). ``lives`` has one record per person.
    """

    doses: npt.NDArray[np.int8]
    status: npt.NDArray[np.int8]
    criteria: npt.NDArray[np.int8]
    dependence_items: npt.NDArray[np.int8]
    sick: npt.NDArray[np.int8]
    overdose: npt.NDArray[np.int8]
    programme: npt.NDArray[np.int8]
    lives: npt.NDArray[np.void]


DIARY_COLUMNS = ("doses", "status", "criteria", "dependence_items", "sick", "overdose", "programme")


def simulate_diaries(job: Job, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> Diaries:
    """Run people as in :func:`simulate_block` but return their days instead of counts."""
    diary = np.zeros((count, job.days, len(DIARY_COLUMNS)), np.int8)
    block = _simulate(replace(job, lives=first + count), inputs, (seed, draw), first, count, diary)
    pages = {name: np.ascontiguousarray(diary[:, :, k]) for k, name in enumerate(DIARY_COLUMNS)}
    return Diaries(**pages, lives=block.lives)


def simulate_block(job: Job, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> Block:
    """Run a block of people under one plan and one parameter draw.

    ``inputs`` is the record of :func:`papaver.evidence.inputs.draw`; people are numbers ``first`` to
    ``first + count - 1`` of the cohort, the same people under every plan.
    """
    return _simulate(job, inputs, (seed, draw), first, count, np.zeros((0, 0, 0), np.int8))


def _simulate(
    job: Job, inputs: Any, luck: tuple[int, int], first: int, count: int, diary: npt.NDArray[np.int8]
) -> Block:
    params = parameter_record(inputs)
    kinetics = np.array([build_kinetics(inputs)], dtype=KINETICS)
    onset = np.array([inputs["onset_" + sign] for sign in SIGNS]) * inputs["onset_scale"]
    strata, samples = 2 ** len(job.splits), (job.days - 1) // job.daily_every + 1
    kept = max(0, min(count, job.lives - first))
    block = Block(
        person_time=np.zeros((strata, job.years, len(STATUS), len(PROGRAMME)), np.int64),
        events=np.zeros((strata, job.years, len(EVENTS)), np.int64),
        symptom_days=np.zeros((strata, job.years, N_SYMPTOMS), np.int64),
        daily=np.zeros((samples, len(STATUS), 1 + N_SYMPTOMS), np.int64),
        people=np.zeros(strata, np.int64),
        outcomes=np.zeros((strata, len(OUTCOMES)), np.int64),
        moments=np.zeros((len(MOMENTS), 2), np.int64),
        lives=np.zeros(kept, LIFE),
        tiles=np.zeros((N_TILES, 1 + N_OUTCOMES + len(MOMENTS)), np.int64),
    )
    run_block(
        first,
        count,
        job.days,
        cohort_record(job, inputs),
        np.array(job.splits, np.int64),
        job.steps,
        job.step_count,
        params,
        kinetics,
        build_table(params[0]),
        onset,
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
    )
    return block


def is_compiled() -> bool:
    """Whether the day loop is compiled already, in this process or in the cache of these sources."""
    folder = cache_folder()
    cached = folder is not None and any(folder.rglob("engine.run_block-*.nbi"))
    return bool(run_block.signatures) or cached  # type: ignore[attr-defined]

"""One day of one life, and the order of things in it.

Both the hour view and the day loop call these functions, so they cannot disagree. A day is: plan and care,
the decision to use, 24 hours of drug, receptor, pools and withdrawal, each use's danger, then course and
death. Decisions are drawn once a day; within the day everything moves by exact steps of one hour in which
the agonist signal is the one of the hour's mean load.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from papaver.body.kinetics import (
    BUPRENORPHINE,
    FIRST_MODE,
    HEROIN,
    METHADONE,
    MODES_OF,
    N_DRUGS,
    N_MODES,
    NALOXONE,
    add_dose,
    load_of,
)
from papaver.body.overdose import COLLAPSE, UNROUSABLE, probability
from papaver.body.receptor import agonist_signal, equivalent_load
from papaver.compiled import compiled
from papaver.person.adaptation import (
    adapted_load,
    follow,
    gap,
    inverse_pull,
    tolerance_shift,
    withdrawal_severity,
)
from papaver.person.behaviour import (
    chase_dose,
    high,
    logistic,
    number_of_doses,
    reinforce,
    restraint,
    urge,
)
from papaver.person.care import BUPRENORPHINE as BUPRENORPHINE_PROGRAMME
from papaver.person.care import DETOX, medicine_mg, stay_days
from papaver.person.care import METHADONE as METHADONE_PROGRAMME
from papaver.person.course import count_dependence, count_met, mark_criteria
from papaver.person.plan import cut_share, in_force, is_due, rule_days
from papaver.person.records import (
    BUPRENORPHINE_CARE,
    CHANGE_SETTING,
    CUT_BACK,
    DETOXIFICATION,
    KEEP_RULE,
    METHADONE_CARE,
    NEVER,
    PEERS,
    STOP,
)
from papaver.person.traits import trait_luck
from papaver.person.withdrawal import lagged
from papaver.randomness import (
    ATTEMPT_STRENGTH,
    ATTEMPT_WAIT,
    OVERDOSE_OUTCOME,
    OVERDOSE_WAIT,
    STAY,
    STRESS,
    UPTAKE,
    exponential,
    normal_pair,
    uniforms,
)
from papaver.randomness import DAY as DAY_STREAM

HOURS = 24
TRACE_COLUMNS = (
    "heroin_load",
    "methadone_load",
    "buprenorphine_load",
    "naloxone_load",
    "signal",
    "fast",
    "gap",
    "felt",
    "lagged",
    "sensitisation",
    "held",
)
TRACE_SIGNAL, TRACE_FAST, TRACE_GAP, TRACE_FELT, TRACE_LAGGED, TRACE_SENSITISATION, TRACE_HELD = range(4, 11)
SMALLEST_LOAD = 1e-9


@compiled
def pool_factors(p: Any, hours: float, kept: Any) -> None:
    """``exp(-step/tau)`` of fast pool, slow pool, sensitisation, tolerance gained and lost, lag."""
    kept[0] = math.exp(-hours / p.fast_hours)
    kept[1] = math.exp(-hours / (HOURS * p.slow_days))
    kept[2] = math.exp(-hours / (HOURS * p.sensitisation_days))
    kept[3] = math.exp(-hours / (HOURS * p.tolerance_gain_days))
    kept[4] = math.exp(-hours * math.log(2.0) / (HOURS * p.tolerance_loss_half_life_days))
    kept[5] = math.exp(-hours / p.symptom_lag_hours)


@compiled
def holds_drug(modes: Any) -> bool:
    """Whether any drug is left in the body."""
    for k in range(N_MODES):
        if abs(modes[k]) > SMALLEST_LOAD:
            return True
    return False


@compiled
def present(modes: Any, here: Any) -> bool:
    """Mark in ``here`` which drugs are in the body; returns whether any is."""
    any_here = False
    for drug in range(N_DRUGS):
        here[drug] = False
        for k in range(FIRST_MODE[drug], FIRST_MODE[drug] + MODES_OF[drug]):
            if abs(modes[k]) > SMALLEST_LOAD:
                here[drug] = True
        any_here = any_here or here[drug]
    return any_here


@compiled
def advance_drug(s: Any, w: Any, drug: int) -> float:
    """Mean load of a drug over the step; moves its modes to the end of the step."""
    load = load_of(s.modes, w.mean, drug)
    for k in range(FIRST_MODE[drug], FIRST_MODE[drug] + MODES_OF[drug]):
        s.modes[k] *= w.decay[k]
    return load


@compiled
def add_doses(s: Any, gain: Any, mg: Any, step: int) -> None:
    """Put the doses of one step into the body."""
    if mg[HEROIN, step] > 0.0:
        add_dose(s.modes, gain, HEROIN, mg[HEROIN, step])
    if mg[METHADONE, step] > 0.0:
        add_dose(s.modes, gain, METHADONE, mg[METHADONE, step])
    if mg[BUPRENORPHINE, step] > 0.0:
        add_dose(s.modes, gain, BUPRENORPHINE, mg[BUPRENORPHINE, step])
    if mg[NALOXONE, step] > 0.0:
        add_dose(s.modes, gain, NALOXONE, mg[NALOXONE, step])


@compiled
def advance_body(s: Any, w: Any, gain: Any, p: Any, kept: Any, mg: Any, dosed: bool, trace: Any) -> Any:
    """A day of one body. ``mg[drug, step]`` are doses at the start of each step (heroin: mg reaching blood).

    The day loop and the hour view take 24 steps; a finer view takes more, with ``w`` and ``kept`` made for
    that step. Returns the day's highest felt withdrawal and highest lagged intensity; fills
    ``trace[step, column]`` when it has rows. State at the end is in ``s``.
    """
    here = np.zeros(N_DRUGS, np.bool_)
    present(s.modes, here)
    if dosed:
        for drug in range(N_DRUGS):
            here[drug] = here[drug] or mg[drug].max() > 0.0
    worst, worst_lagged, lowest = 0.0, 0.0, 1.0
    felt = 0.0
    activity = p.buprenorphine_activity_withdrawal
    # held in variables over the day: read and written in the record each hour they take twice as long
    fast, slow, sensitisation, held, behind = s.fast, s.slow, s.sensitisation, s.held, s.lagged
    for step in range(mg.shape[1]):
        if dosed:
            add_doses(s, gain, mg, step)
        if trace.shape[0] > 0:
            for one in (HEROIN, METHADONE, BUPRENORPHINE, NALOXONE):
                trace[step, one] = load_of(s.modes, w.mean, one)
        heroin = advance_drug(s, w, HEROIN) if here[HEROIN] else 0.0
        methadone = advance_drug(s, w, METHADONE) if here[METHADONE] else 0.0
        buprenorphine = advance_drug(s, w, BUPRENORPHINE) if here[BUPRENORPHINE] else 0.0
        naloxone = advance_drug(s, w, NALOXONE) if here[NALOXONE] else 0.0
        pull = inverse_pull(sensitisation, p) if here[NALOXONE] else 0.0
        signal = agonist_signal(heroin, methadone, buprenorphine, naloxone, activity, pull)
        held_up = max(0.0, signal)
        fast, slow = follow(fast, held_up, kept[0]), follow(slow, held_up, kept[1])
        sensitisation = follow(sensitisation, fast, kept[2])
        held = follow(held, held_up, kept[3] if held_up > held else kept[4])
        opening = gap(fast, slow, signal, p)
        felt = withdrawal_severity(opening, sensitisation, p) * w.frailty
        behind = lagged(behind, felt, kept[5])
        worst, worst_lagged, lowest = max(worst, felt), max(worst_lagged, behind), min(lowest, signal)
        if trace.shape[0] > 0:
            trace[step, TRACE_SIGNAL], trace[step, TRACE_FAST], trace[step, TRACE_GAP] = signal, fast, opening
            trace[step, TRACE_FELT], trace[step, TRACE_LAGGED] = felt, behind
            trace[step, TRACE_SENSITISATION], trace[step, TRACE_HELD] = sensitisation, held
    s.fast, s.slow, s.sensitisation, s.held, s.lagged = fast, slow, sensitisation, held, behind
    s.sick_now, s.signal_low = felt, lowest
    return worst, worst_lagged


@compiled
def quiet_factors(kept: Any, kept_day: Any) -> None:
    """Factors of a quiet day from the hourly ones; the seventh couples sensitisation to the fast pool."""
    for k in range(6):
        kept_day[k] = kept[k] ** HOURS
    a, b = kept[0], kept[2]
    kept_day[6] = (1.0 - b) * a * (kept_day[0] - kept_day[2]) / (a - b)


@compiled
def quiet_day(s: Any, kept_day: Any) -> None:
    """A day with no drug and no gap left to feel: the closed form of 24 hourly steps."""
    s.sensitisation = kept_day[2] * s.sensitisation + kept_day[6] * s.fast
    s.fast *= kept_day[0]
    s.slow *= kept_day[1]
    s.held *= kept_day[4]
    s.lagged, s.sick_now, s.signal_low = 0.0, 0.0, 0.0


@compiled
def is_quiet(s: Any, p: Any) -> bool:
    """No gap can open today: the pools only fall and already stand inside the dead zone."""
    return gap(s.fast, s.slow, 0.0, p) <= 0.0


@compiled
def dose_hour(j: int, doses: int) -> int:
    """Hour of the day of the ``j``-th of ``doses`` doses: spread over waking hours, 8 to 22 o'clock."""
    return 14 if doses == 1 else 8 + (14 * j) // (doses - 1)


@compiled
def loads_now(modes: Any) -> Any:
    """Loads present now: full agonists (heroin's products and methadone) and buprenorphine."""
    full, partial = 0.0, 0.0
    for k in range(FIRST_MODE[BUPRENORPHINE]):
        full += modes[k]
    for k in range(FIRST_MODE[BUPRENORPHINE], FIRST_MODE[NALOXONE]):
        partial += modes[k]
    return max(0.0, full), max(0.0, partial)


@compiled
def shift_of(s: Any, ceiling: float, p: Any) -> float:
    """Tolerance shift of an effect now."""
    return tolerance_shift(s.fast, s.held, ceiling, s.familiar, p)


# What a day reports, as whole numbers.
(
    OUT_USED,
    OUT_DOSES,
    OUT_OVERDOSE,
    OUT_DIED_OVERDOSE,
    OUT_DIED_OTHER,
    OUT_DISORDER,
    OUT_DEPENDENCE,
    OUT_REMISSION,
    OUT_RELAPSE,
    OUT_ATTEMPT,
    OUT_TREATMENT_START,
    OUT_TREATMENT_END,
) = range(12)
N_OUT = 12


@compiled
def begin_steps(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int, out: Any) -> None:
    """Begin the plan steps that are due today."""
    for k in range(count):
        if not is_due(steps[k], s, k, day):
            continue
        do = steps[k].do
        care = do == DETOXIFICATION or do == METHADONE_CARE or do == BUPRENORPHINE_CARE
        if care and s.programme > 0:
            continue
        again = s.step_day[k] > NEVER
        s.step_day[k] = day
        if not again and uniforms(w.number, k, UPTAKE, 0, k0, k1)[0] >= steps[k].uptake:
            s.step_over[k] = day
            continue
        if care:
            _enter(s, w, steps[k], do, p, day, k0, k1)
            out[OUT_TREATMENT_START] += 1
        elif do == STOP:
            _attempt(s, w, p, day, p.stop_strength, k0, k1)
            out[OUT_ATTEMPT] += 1
        elif do == CHANGE_SETTING:
            _move(s, w, steps[k], k0, k1)


@compiled
def _move(s: Any, w: Any, step: Any, k0: int, k1: int) -> None:
    """New surroundings; who has using peers there follows from the same luck as before."""
    if step.a >= 0.0:
        s.peers = 1 if trait_luck(w.number, PEERS, k0, k1) < step.a else 0
    if step.b >= 0.0:
        s.availability = step.b
    s.stress_shift = step.c
    if step.flag == 1:
        s.familiar = 0.0


@compiled
def _enter(s: Any, w: Any, step: Any, do: int, p: Any, day: int, k0: int, k1: int) -> None:
    programme = (
        DETOX
        if do == DETOXIFICATION
        else (METHADONE_PROGRAMME if do == METHADONE_CARE else BUPRENORPHINE_PROGRAMME)
    )
    waited = exponential(w.number, s.stays, STAY, k0, k1)
    length = stay_days(programme, waited, p)
    if programme == DETOX:
        length = min(length, step.c)
    s.stays += 1
    s.programme, s.programme_day = programme, day
    s.leaves_on = day + max(1, int(math.ceil(min(length, p.longest_stay_days))))


@compiled
def _attempt(s: Any, w: Any, p: Any, day: int, strength: float, k0: int, k1: int) -> None:
    drawn = exponential(w.number, s.attempts, ATTEMPT_STRENGTH, k0, k1)
    s.attempt = max(s.attempt, strength + p.attempt_strength * drawn)
    s.attempt_day = day
    s.attempts += 1


@compiled
def leave_programme(
    s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int, out: Any
) -> None:
    """End a stay on its last day; a completed detoxification ends in an attempt to stay away from heroin."""
    if s.programme == 0 or day < s.leaves_on:
        return
    for k in range(count):
        do = steps[k].do
        care = do == DETOXIFICATION or do == METHADONE_CARE or do == BUPRENORPHINE_CARE
        if care and in_force(s, k):
            s.step_over[k] = day
            if do == DETOXIFICATION and day - s.programme_day >= steps[k].c:
                _attempt(s, w, p, day, 0.0, k0, k1)
    s.programme = 0
    out[OUT_TREATMENT_END] += 1


@compiled
def give_medicine(s: Any, steps: Any, count: int, p: Any, day: int, mg: Any) -> bool:
    """Put today's supervised dose into ``mg``; returns whether there is one."""
    given = False
    for k in range(count):
        do = steps[k].do
        mine = (
            (do == DETOXIFICATION and s.programme == DETOX)
            or (do == METHADONE_CARE and s.programme == METHADONE_PROGRAMME)
            or (do == BUPRENORPHINE_CARE and s.programme == BUPRENORPHINE_PROGRAMME)
        )
        if mine and in_force(s, k):
            drug = METHADONE if (do == METHADONE_CARE or steps[k].flag == 1) else BUPRENORPHINE
            start = steps[k].a
            if do == DETOXIFICATION:
                start = (
                    p.detoxification_methadone_mg if drug == METHADONE else p.detoxification_buprenorphine_mg
                )
            dose = medicine_mg(s.programme, day - s.programme_day, start, steps[k].b, int(steps[k].c), p)
            if dose > 0.0 and not (do == DETOXIFICATION and steps[k].flag == 2):
                mg[drug, int(p.medicine_hour)] = dose
                given = True
    return given


@compiled
def decide_use(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int, out: Any) -> Any:
    """Whether and how often heroin is used today; returns (doses, chance of wanting it)."""
    if day == 0 and s.last_use == NEVER:
        return 1, 1.0
    u_want, u_have, u_count, u_plan = uniforms(w.number, day, DAY_STREAM, 0, k0, k1)
    held_back = restraint(w, s, p)
    most = rule_days(steps, count, s, KEEP_RULE)
    if most >= 0.0 and days_in_week(s.week) >= most:
        held_back += p.rule_strength
    share = cut_share(steps, count, s, day, CUT_BACK)
    if share < 1.0:
        held_back += p.cut_back_strength * (1.0 - share)
    wish = logistic(urge(w, s, p) - held_back)
    inside = s.programme == DETOX
    available = p.inside_availability * s.availability if inside else s.availability
    if u_want >= wish or u_have >= available:
        return 0, wish
    doses = number_of_doses(s, u_count, p)
    if share < 1.0 and u_plan < p.cut_back_adherence:
        doses = max(1, int(math.ceil(doses * share)))
    return doses, wish


@compiled
def days_in_week(bits: int) -> int:
    """Days of use within the last seven."""
    total = 0
    for _ in range(7):
        total += bits & 1
        bits >>= 1
    return total


@compiled
def use_heroin(
    s: Any, w: Any, p: Any, peak_per_mg: float, table: Any, doses: int, day: int, mg: Any, out: Any
) -> float:
    """Size and times of today's doses, their reward and danger.

    An overdose happens when the hazard summed over uses crosses the person's next unit exponential;
    returns the chance that it collapses into death without help, or -1 when there is none today.
    """
    idle = day - s.last_use
    if s.last_use > NEVER and idle > p.abstinent_days:
        out[OUT_RELAPSE] += 1
    high_shift = shift_of(s, p.tolerance_high, p)
    chase_dose(w, s, high_shift, idle, p)
    each = min(s.dose_mg, w.budget_mg / doses)
    each = max(each, min(w.first_dose_mg, s.dose_mg))
    reach = each * w.reaches_blood
    for j in range(doses):
        mg[HEROIN, dose_hour(j, doses)] += reach
    full, partial = loads_now(s.modes)
    at_peak = full + peak_per_mg * reach
    activity = p.buprenorphine_activity_reward
    before, after = equivalent_load(full, partial, activity), equivalent_load(at_peak, partial, activity)
    felt = high(before, after, p.high_half_load * high_shift) * w.route_reward
    reinforce(w, s, felt, p)
    breath_shift = shift_of(s, p.tolerance_breathing, p)
    load = equivalent_load(at_peak, partial, p.buprenorphine_activity_breathing) - adapted_load(s.fast, p)
    chance = probability(table, UNROUSABLE, load, w.overdose_offset, breath_shift)
    s.overdose_hazard -= doses * math.log1p(-min(chance, p.largest_chance))
    s.last_use = day
    out[OUT_USED], out[OUT_DOSES] = 1, doses
    if s.overdose_hazard < s.overdose_wait:
        return -1.0
    return probability(table, COLLAPSE, load, w.overdose_offset, breath_shift) / max(
        chance, p.smallest_chance
    )


@compiled
def suffer_overdose(s: Any, w: Any, p: Any, collapse: float, day: int, k0: int, k1: int, out: Any) -> None:
    """An overdose: it collapses into death (chance ``collapse``) unless help comes first."""
    u_collapse, u_seen, u_naloxone, u_call = uniforms(w.number, s.overdoses, OVERDOSE_OUTCOME, 0, k0, k1)
    u_place, u_hospital, u_attempt, _ = uniforms(w.number, s.overdoses, OVERDOSE_OUTCOME, 1, k0, k1)
    s.overdoses += 1
    s.overdose_hazard = 0.0
    s.overdose_wait = exponential(w.number, s.overdoses, OVERDOSE_WAIT, k0, k1)
    public = u_place < p.overdose_in_public
    seen = u_seen < (p.seen_in_public if public else 1.0 - w.alone)
    called = seen and u_call < p.ambulance_in_public * (1.0 if public else p.ambulance_in_private_ratio)
    if seen and u_naloxone < w.naloxone:
        collapse *= p.death_ratio_naloxone
    elif called:
        collapse *= p.death_ratio_ambulance
    if u_collapse < collapse:
        out[OUT_DIED_OVERDOSE] = 1
        s.alive = 0
        return
    out[OUT_OVERDOSE] = 1
    if called and u_hospital < p.hospital_after_ambulance and u_attempt < p.attempt_after_hospital:
        _attempt(s, w, p, day, 0.0, k0, k1)
        out[OUT_ATTEMPT] += 1


@compiled
def other_death(s: Any, p: Any, day: int, out: Any) -> None:
    """Death from other causes: hazard of the person's age plus an excess while dependent or in care."""
    yearly = s.background_death
    if s.programme > 0:
        yearly += p.excess_death_treated
    elif s.dependent == 1 and day - s.last_use < p.abstinent_days:
        yearly += p.excess_death_untreated
    s.death_hazard += yearly / p.year_days
    if s.death_hazard >= s.death_wait:
        out[OUT_DIED_OTHER] = 1
        s.alive = 0


@compiled
def is_weekday(w: Any, day: int) -> bool:
    """The one day a week on which slow things of this person are brought up to date."""
    return (day + w.number) % 7 == 0 or day == 0


@compiled
def drift(s: Any, w: Any, p: Any, day: int, k0: int, k1: int) -> None:
    """Weekly: slow stress (a random process with half a year's memory) and the death rate of one's age."""
    if not is_weekday(w, day):
        return
    u, v, _, _ = uniforms(w.number, day, STRESS, 0, k0, k1)
    kept = math.exp(-7.0 / p.stress_days)
    s.stress = kept * s.stress + math.sqrt(1.0 - kept * kept) * normal_pair(u, v)[0]
    age = w.age_years + day / p.year_days
    s.background_death = p.background_death * math.exp(
        p.background_death_growth * (age - p.background_death_age)
    )


@compiled
def seek_to_stop(s: Any, w: Any, p: Any, day: int, k0: int, k1: int, out: Any) -> None:
    """People with a disorder try to stop now and then; an intention wears off with time."""
    s.attempt *= p.attempt_kept
    if day - s.last_use > p.break_days or s.programme > 0 or s.criteria < p.disorder_criteria:
        return
    s.attempt_hazard += p.attempts_per_year / p.year_days
    if s.attempt_hazard >= s.attempt_wait:
        _attempt(s, w, p, day, 0.0, k0, k1)
        s.attempt_hazard = 0.0
        s.attempt_wait = exponential(w.number, s.attempts, ATTEMPT_WAIT, k0, k1)
        out[OUT_ATTEMPT] += 1


@compiled
def follow_course(
    s: Any, w: Any, steps: Any, count: int, p: Any, day: int, wish: float, sick: float, out: Any
) -> None:
    """Four-week means, criteria, disorder, dependence and remission after today."""
    used = out[OUT_USED]
    s.week = ((s.week << 1) | used) & 127
    s.novelty *= p.novelty_kept
    s.habit *= p.habit_kept
    s.rebuilt = 0.0 if used else follow(s.rebuilt, 1.0, p.recovery_kept)
    s.use28 = follow(s.use28, used, p.month_kept)
    s.doses28 = follow(s.doses28, out[OUT_DOSES], p.month_kept)
    s.wish28 = follow(s.wish28, wish, p.month_kept)
    s.sick28 = follow(s.sick28, 1.0 if sick >= p.sick_intensity else 0.0, p.month_kept)
    if not is_weekday(w, day):
        return
    if day - s.last_use <= p.month_days:
        most = rule_days(steps, count, s, KEEP_RULE)
        tolerance = shift_of(s, p.tolerance_high, p)
        supervised = 1 if s.programme > 0 else 0
        mark_criteria(w, s, day, tolerance, supervised, most / 7.0, p)
    s.criteria = count_met(s, day, p)
    s.dependence_items = count_dependence(s, day, p)
    if s.disorder_day == NEVER and s.criteria >= p.disorder_criteria:
        s.disorder_day = day
        out[OUT_DISORDER] = 1
    if s.dependent == 0 and s.dependence_items >= p.dependence_criteria:
        s.dependent = 1
        if s.dependence_day == NEVER:
            s.dependence_day = day
            out[OUT_DEPENDENCE] = 1
    elif s.dependent == 1 and s.dependence_items == 0:
        s.dependent = 0
        out[OUT_REMISSION] += 1


@compiled
def one_day(
    s: Any,
    w: Any,
    steps: Any,
    count: int,
    p: Any,
    kinetics: Any,
    table: Any,
    kept: Any,
    kept_day: Any,
    mg: Any,
    trace: Any,
    day: int,
    k0: int,
    k1: int,
    out: Any,
) -> Any:
    """One day of one life; returns the day's worst felt withdrawal and worst lagged intensity.

    ``out`` (``N_OUT`` whole numbers) is filled with what happened; ``mg[drug, hour]`` and ``trace`` are
    working space (``trace`` with 24 rows records the hours, with none it is left alone).
    """
    out[:] = 0
    drift(s, w, p, day, k0, k1)
    leave_programme(s, w, steps, count, p, day, k0, k1, out)
    begin_steps(s, w, steps, count, p, day, k0, k1, out)
    seek_to_stop(s, w, p, day, k0, k1, out)
    doses, wish = decide_use(s, w, steps, count, p, day, k0, k1, out)
    dosed = doses > 0 or s.programme > 0
    if dosed:
        mg[:, :] = 0.0
        dosed = give_medicine(s, steps, count, p, day, mg) or doses > 0
    if doses > 0:
        collapse = use_heroin(s, w, p, kinetics.peak_load_per_mg, table, doses, day, mg, out)
        if collapse >= 0.0:
            suffer_overdose(s, w, p, collapse, day, k0, k1, out)
    worst, worst_lagged = 0.0, 0.0
    if dosed or trace.shape[0] > 0 or not is_quiet(s, p) or holds_drug(s.modes):
        worst, worst_lagged = advance_body(s, w, kinetics.gain, p, kept, mg, dosed, trace)
    else:
        quiet_day(s, kept_day)
    follow_course(s, w, steps, count, p, day, wish, worst, out)
    if s.alive == 1:
        other_death(s, p, day, out)
    return worst, worst_lagged

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
    NALOXONE,
    add_dose,
    load_of,
)
from papaver.body.overdose import COLLAPSE, UNROUSABLE, medicine_probability
from papaver.body.receptor import equivalent_load
from papaver.compiled import compiled
from papaver.person.adaptation import (
    adapted_load,
    follow,
    gap,
    inverse_pull,
    receptor_signal,
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
    seek_to_stop,
    urge,
    uses,
)
from papaver.person.care import WITH_INCENTIVES, accompany, end_stay, leave
from papaver.person.course import count_dependence, count_met, mark_criteria
from papaver.person.harm import (
    collapse_chance,
    expect,
    offset_today,
    other_death,
    sedation_today,
    set_death_rates,
    suffer_overdose,
    use_chance,
)
from papaver.person.hours import HOURS, LANES, N_OUT, WEEK, advance_hours, draw_week
from papaver.person.medicines import fade_blockade, give_medicine, occupied
from papaver.person.places import come_out, may_be_taken, openness, treatment_goes_on
from papaver.person.plan import cut_share, rule_days
from papaver.person.records import CUT_BACK, IN_CUSTODY, KEEP_RULE, NEVER
from papaver.person.steps import begin_steps, catch_up
from papaver.person.withdrawal import N_SIGNS, lagged
from papaver.randomness import normal_pair

TRACE_SIGNAL, TRACE_FAST, TRACE_GAP, TRACE_FELT, TRACE_LAGGED, TRACE_SENSITISATION, TRACE_HELD = range(4, 11)
SMALLEST_LOAD = 1e-9
WANT, HAVE, COUNT, ADHERE = range(4)  # what the four numbers of a day's luck decide


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
def present(modes: Any, here: Any) -> bool:
    """Mark in ``here`` (0 or 1) which drugs are in the body; returns whether any is."""
    any_here = 0
    for drug in range(N_DRUGS):
        found = 0
        for k in range(FIRST_MODE[drug], FIRST_MODE[drug] + MODES_OF[drug]):
            found |= 1 if abs(modes[k]) > SMALLEST_LOAD else 0
        here[drug] = found
        any_here |= found
    return any_here > 0


@compiled
def given(mg: Any, here: Any) -> None:
    """Mark in ``here`` the drugs of which there is a dose in ``mg`` as well."""
    for drug in range(N_DRUGS):
        found = 0
        for step in range(mg.shape[1]):
            found |= 1 if mg[drug, step] > 0.0 else 0
        here[drug] |= found


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
    here = np.zeros(N_DRUGS, np.int64)
    present(s.modes, here)
    if dosed:
        given(mg, here)
    worst, worst_lagged, lowest = 0.0, 0.0, 1.0
    felt = 0.0
    activity, reserve = p.buprenorphine_activity_withdrawal, p.receptor_reserve
    # held in variables over the day: read and written in the record each hour they take twice as long
    fast, slow, sensitisation, held, behind = s.fast, s.slow, s.sensitisation, s.held, s.lagged
    for step in range(mg.shape[1]):
        if dosed:
            add_doses(s, gain, mg, step)
        if trace.shape[0] > 0:
            for one in (HEROIN, METHADONE, BUPRENORPHINE, NALOXONE):
                trace[step, one] = load_of(s.modes, w.mean, one)
        heroin = advance_drug(s, w, HEROIN) if here[HEROIN] == 1 else 0.0
        methadone = advance_drug(s, w, METHADONE) if here[METHADONE] == 1 else 0.0
        buprenorphine = advance_drug(s, w, BUPRENORPHINE) if here[BUPRENORPHINE] == 1 else 0.0
        naloxone = s.blockade + (advance_drug(s, w, NALOXONE) if here[NALOXONE] == 1 else 0.0)
        pull = inverse_pull(fast, p) if naloxone > 0.0 else 0.0
        signal = receptor_signal(heroin + methadone, buprenorphine, naloxone, reserve, activity, pull)
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


# What a day reports, as whole numbers, in the order in which the day loop counts events.
(
    OUT_DISORDER,
    OUT_DEPENDENCE,
    OUT_REMISSION,
    OUT_RELAPSE,
    OUT_ATTEMPT,
    OUT_TREATMENT_START,
    OUT_TREATMENT_END,
    OUT_OVERDOSE,
    OUT_DIED_OVERDOSE,
    OUT_DIED_OTHER,
    OUT_USED,
    OUT_DOSES,
) = range(N_OUT)


@compiled
def inclination(s: Any, w: Any, steps: Any, count: int, p: Any, day: int) -> Any:
    """Urge less restraint today (logits), chance that heroin is at hand unsought, chance that it is found
    when sought, share of doses a cut leaves."""
    held_back = restraint(w, s, p)
    most = rule_days(steps, count, s, KEEP_RULE)
    if most >= 0.0 and days_in_week(s.week) >= most:
        held_back += p.rule_strength
    if s.support & WITH_INCENTIVES:
        held_back += p.incentive_strength
    share = cut_share(steps, count, s, day, CUT_BACK)
    if share < 1.0:
        held_back += p.cut_back_strength * (1.0 - share)
    easy = openness(s, p)
    return urge(w, s, p) - held_back, easy * s.circle * s.at_hand, easy * s.availability, share


@compiled
def decide_use(s: Any, w: Any, t: Any, steps: Any, count: int, p: Any, day: int) -> Any:
    """Whether and how often heroin is used today; returns (doses, chance of wanting it)."""
    if s.last_use == NEVER:  # the day it begins
        return 1, 1.0
    leaning, near, available, share = inclination(s, w, steps, count, p, day)
    wish = logistic(leaning)
    luck, lane = t.luck, day - t.week_from
    if not uses(luck[WANT, lane], luck[HAVE, lane], wish, near, available, p):
        return 0, wish
    s.sought = 1 if luck[WANT, lane] < wish else 0
    doses = number_of_doses(s, luck[COUNT, lane], p)
    if share < 1.0 and luck[ADHERE, lane] < p.cut_back_adherence:
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
    s: Any,
    w: Any,
    p: Any,
    peak_per_mg: float,
    table: Any,
    doses: int,
    day: int,
    mg: Any,
    out: Any,
    lost: float,
    k0: int,
    k1: int,
) -> float:
    """Size and times of today's doses, their reward and danger.

    ``lost`` is the share of the wakefulness drive that sedatives take today. An overdose happens when the
    hazard summed over uses crosses the person's next unit exponential; returns the chance that it collapses
    into death without help, or -1 when there is none today.
    """
    idle = day - s.last_use
    if s.last_use > NEVER and idle > p.abstinent_days:
        out[OUT_RELAPSE] += 1
    high_shift = shift_of(s, p.tolerance_high, p)
    chase_dose(w, s, high_shift, idle, p)
    each = min(s.dose_mg, w.budget_mg / doses)
    each = max(each, min(w.first_dose_mg, s.dose_mg))
    reach = each * w.reaches_blood * s.purity
    for j in range(doses):
        mg[HEROIN, dose_hour(j, doses)] += reach
    full, partial = loads_now(s.modes)
    at_peak = full + peak_per_mg * reach
    if s.blockade > 0.0:  # an antagonist on the same receptors: all loads count for less
        left = 1.0 / (1.0 + s.blockade)
        full, partial, at_peak = left * full, left * partial, left * at_peak
    activity = p.buprenorphine_activity_reward
    before, after = equivalent_load(full, partial, activity), equivalent_load(at_peak, partial, activity)
    felt = high(before, after, p.high_half_load * high_shift) * w.route_reward
    reinforce(w, s, felt, p)
    s.high, s.used_mg = felt, each
    breath_shift = shift_of(s, p.tolerance_breathing, p)
    load = equivalent_load(at_peak, partial, p.buprenorphine_activity_breathing) - adapted_load(s.fast, p)
    chance = use_chance(s, w, table, UNROUSABLE, load, breath_shift, lost)
    s.overdose_hazard -= doses * math.log1p(-min(chance, p.largest_chance))
    if s.weighed == 1:
        deadly = use_chance(s, w, table, COLLAPSE, load, breath_shift, lost)
        expect(s, w, p, doses * chance, doses * min(chance, deadly))
    s.attempt *= p.attempt_after_use
    s.last_use = day
    out[OUT_USED], out[OUT_DOSES] = 1, doses
    if s.overdose_hazard < s.overdose_wait:
        return -1.0
    return collapse_chance(s, w, p, table, chance, load, breath_shift, lost, k0, k1)


@compiled
def take_methadone(s: Any, w: Any, p: Any, kinetics: Any, table: Any, mg: Any, lost: float) -> float:
    """Danger of today's methadone by itself: its highest level today, with what earlier days have left.

    Build-up over the first weeks comes from what is carried over; ``lost`` is taken by sedatives. Returns
    the chance that an overdose collapses into death without help, or -1 when there is none today.
    """
    hour = int(p.medicine_hour)
    given_mg = mg[METHADONE, hour]
    if given_mg <= 0.0:
        return -1.0
    load, later = 0.0, hour + p.methadone_peak_h
    first = FIRST_MODE[METHADONE]
    for k in range(first, first + MODES_OF[METHADONE]):
        rate = kinetics.rate[k] * w.speed[METHADONE]
        load += s.modes[k] * math.exp(-rate * later)
        load += kinetics.gain[k] * given_mg * math.exp(-rate * p.methadone_peak_h)
    load -= adapted_load(s.fast, p)
    shift = shift_of(s, p.tolerance_breathing, p)
    chance = medicine_probability(table, UNROUSABLE, load, offset_today(w, table, UNROUSABLE, lost), shift)
    s.overdose_hazard -= math.log1p(-min(chance, p.largest_chance))
    if s.overdose_hazard < s.overdose_wait and s.weighed == 0:
        return -1.0
    collapse = medicine_probability(table, COLLAPSE, load, offset_today(w, table, COLLAPSE, lost), shift)
    if s.weighed == 1:
        expect(s, w, p, chance, min(chance, collapse))
    if s.overdose_hazard < s.overdose_wait:
        return -1.0
    return min(1.0, collapse / chance)


@compiled
def overdose_today(s: Any, w: Any, p: Any, collapse: float, day: int, k0: int, k1: int, out: Any) -> None:
    """An overdose, if there is one (``collapse`` of 0 or more), and what it leads to, into ``out``."""
    if collapse < 0.0:
        return
    died, tried = suffer_overdose(s, w, p, collapse, day, k0, k1)
    out[OUT_DIED_OVERDOSE if died else OUT_OVERDOSE] = 1
    s.overdose_day = day
    out[OUT_ATTEMPT] += tried


@compiled
def is_weekday(w: Any, day: int) -> bool:
    """The one day a week on which slow things of this person are brought up to date."""
    return (day + w.number) % 7 == 0 or day == 0


@compiled
def begin_week(s: Any, w: Any, t: Any, p: Any, day: int, k0: int, k1: int) -> None:
    """The week's luck; slow stress (a random process with half a year's memory); the death rate of age."""
    draw_week(t, w.number, day, k0, k1)
    kept = p.stress_kept
    fresh = math.sqrt(1.0 - kept * kept) * normal_pair(t.luck[0, WEEK], t.luck[1, WEEK])[0]
    s.stress = kept * s.stress + fresh
    set_death_rates(s, w, p, day)


@compiled
def follow_means(s: Any, p: Any, doses: int, wish: float, sick: float) -> None:
    """What moves every day whatever happens: habit, novelty, what abstinence rebuilds, four-week means."""
    used = 1 if doses > 0 else 0
    s.week = ((s.week << 1) | used) & 127
    s.novelty *= p.novelty_kept
    s.habit *= p.habit_kept
    s.circle = 1.0 if used else s.circle * p.circle_kept
    if s.place != IN_CUSTODY or used:
        felt = 1.0 - min(1.0, max(s.signal_low, s.occupied))  # restraint grows as far as the urge is felt
        s.rebuilt = 0.0 if used else follow(s.rebuilt, felt, p.recovery_kept)
    s.use28 = follow(s.use28, used, p.month_kept)
    s.doses28 = follow(s.doses28, doses, p.month_kept)
    s.wish28 = follow(s.wish28, wish, p.month_kept)
    s.sick28 = follow(s.sick28, 1.0 if sick >= p.sick_intensity else 0.0, p.month_kept)


@compiled
def review(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, out: Any) -> None:
    """Weekly: criteria met, disorder, dependence and remission (their clocks stand still in custody)."""
    if s.place == IN_CUSTODY:
        return
    if day - s.last_use <= p.month_days:
        most = rule_days(steps, count, s, KEEP_RULE)
        tolerance = shift_of(s, p.tolerance_high, p)
        supervised = 1 if s.programme > 0 else 0  # opioids prescribed for pain are supervised as well
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
def turning_today(s: Any, p: Any) -> float:
    """Today's hazard of a first heroin of a person on opioids prescribed for pain, or taken off them.

    It grows with the relief that is missing (the day's lowest agonist signal against the usual one) and with
    withdrawal; while the prescription or another opioid holds both off it stays at its base.
    """
    missing = 1.0 - min(1.0, max(0.0, s.signal_low) / max(s.usual_signal, p.smallest_chance))
    more = (p.turn_ratio_stopped - 1.0) * missing + p.turn_sick * min(1.0, s.sick_now)
    return p.turn_per_year / p.year_days * (1.0 + more)


@compiled
def initiation_today(s: Any, w: Any, p: Any, day: int) -> float:
    """Today's hazard of a first use of a person who has never used: constant between two ages, and by who
    the person is."""
    if w.prescribed_mg > 0.0:
        return turning_today(s, p)
    age = w.age_years + day / p.year_days
    if not p.initiation_first_age <= age < p.initiation_last_age:
        return 0.0
    return p.initiation_per_year * w.begins / p.year_days


@compiled
def one_day(
    s: Any,
    w: Any,
    t: Any,
    plan: Any,
    p: Any,
    kinetics: Any,
    table: Any,
    day: int,
    k0: int,
    k1: int,
) -> Any:
    """One day of one life; returns the day's worst felt withdrawal and worst lagged intensity.

    ``t`` is the person's ``DESK`` record, as ``set_desk`` and ``prepare`` left it; ``t.out`` is filled with
    what happened, and ``t.trace`` with the hours if ``t.recording`` is 1.
    """
    out, steps, count = t.out, plan.step, plan.count
    out[:] = 0
    weekly = is_weekday(w, day)
    if weekly:
        begin_week(s, w, t, p, day, k0, k1)
    waiting = False
    if s.last_use == NEVER:
        s.initiation_hazard += initiation_today(s, w, p, day)
        waiting = s.initiation_hazard < s.initiation_wait
        if waiting and w.prescribed_mg <= 0.0:
            out[OUT_DIED_OTHER] = other_death(s, p, day)
            return 0.0, 0.0
        if not waiting:
            catch_up(s, w, steps, count, p, day, k0, k1)
    come_out(s, day)
    taken = may_be_taken(s, w, p, day, k0, k1)
    if taken and s.programme > 0 and not treatment_goes_on(s, w, k0, k1):
        end_stay(s, steps, count, day)
    out[OUT_TREATMENT_END] += leave(s, w, steps, count, p, day, k0, k1)
    s.calm = 1.0
    attempts, entries = begin_steps(s, w, steps, count, p, day, k0, k1)
    out[OUT_TREATMENT_START] += entries
    out[OUT_ATTEMPT] += attempts + seek_to_stop(s, w, p, day, k0, k1)
    accompany(s, steps, count, day)
    treated = s.programme > 0 or s.depot_mg > 0.0 or s.blockade > 0.0
    s.occupied = occupied(s, p) if treated else 0.0
    doses, wish = 0, 0.0
    if not waiting:
        doses, wish = decide_use(s, w, t, steps, count, p, day)
    dosed = doses > 0 or treated
    if dosed:
        t.mg[:, :] = 0.0
        dosed = give_medicine(s, w, steps, count, p, day, k0, k1, t.mg) or doses > 0
    s.beside, s.expected_overdoses, s.expected_deaths = 0, 0.0, 0.0
    lost = sedation_today(s, w, p, table, day, k0, k1) if dosed else 0.0
    if doses > 0:
        collapse = use_heroin(s, w, p, kinetics.peak_load_per_mg, table, doses, day, t.mg, out, lost, k0, k1)
        overdose_today(s, w, p, collapse, day, k0, k1, out)
    if treated and dosed and s.alive == 1:
        collapse = take_methadone(s, w, p, kinetics, table, t.mg, lost)
        overdose_today(s, w, p, collapse, day, k0, k1, out)
    worst, worst_lagged = body_today(s, w, t, kinetics.gain, p, dosed)
    follow_means(s, p, doses, wish, worst)
    if waiting:
        s.novelty = 1.0
    if weekly:
        review(s, w, steps, count, p, day, out)
    if s.alive == 1:
        out[OUT_DIED_OTHER] = other_death(s, p, day)
    if s.blockade > 0.0:
        fade_blockade(s, p)
    return worst, worst_lagged


@compiled
def body_today(s: Any, w: Any, t: Any, gain: Any, p: Any, dosed: bool) -> Any:
    """The body's day: hour by hour where it is recorded or an antagonist is there, hours at once elsewhere,
    in closed form where nothing can be felt."""
    any_here = present(s.modes, t.here)
    if dosed:
        given(t.mg, t.here)
    if t.recording == 1:
        return advance_body(s, w, gain, p, t.kept_hour, t.mg, dosed, t.trace)
    if t.here[NALOXONE] == 1 or s.blockade > 0.0:
        return advance_body(s, w, gain, p, t.kept_hour, t.mg, dosed, t.trace[:0])
    if dosed or any_here or not is_quiet(s, p):
        return advance_hours(s, w, t, p, dosed, t.hours)
    quiet_day(s, t.kept_day)
    return 0.0, 0.0


@compiled
def set_desk(p: Any, onset: Any, t: Any) -> None:
    """What is the same for everybody under one draw of the inputs."""
    t.hours, t.lanes, t.recording = HOURS, LANES, 0
    pool_factors(p, 1.0, t.kept_hour)
    quiet_factors(t.kept_hour, t.kept_day)
    t.kept_days[:, 0] = 1.0
    for day in range(1, LANES):
        t.kept_days[0, day] = t.kept_days[0, day - 1] * p.novelty_kept
        t.kept_days[1, day] = t.kept_days[1, day - 1] * p.habit_kept
        t.kept_days[2, day] = t.kept_days[2, day - 1] * p.recovery_kept
        t.kept_days[3, day] = t.kept_days[3, day - 1] * p.attempt_kept
        t.kept_days[4, day] = t.kept_days[4, day - 1] * p.circle_kept
    t.lowest_onset = onset[0]
    for sign in range(N_SIGNS):
        t.onset[sign] = onset[sign]
        t.lowest_onset = min(t.lowest_onset, onset[sign])

"""The twenty-four hours of a day at once: the day loop's form of ``day.advance_body``.

The same equations for the same hourly steps. Loads are linear in what is in the body and in each dose, so a
person's responses are worked out once (``prepare``) and a day is sums of them, hour beside hour; only the
pools, which wait for one another, go step by step. ``day.advance_body`` takes any number of steps, records
them, and takes antagonists; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from papaver.body.kinetics import BUPRENORPHINE, FIRST_MODE, HEROIN, METHADONE, MODES_OF, N_DRUGS, N_MODES
from papaver.compiled import compiled, inlined
from papaver.person.adaptation import follow, opening_of, receptor_signal, severity
from papaver.person.withdrawal import N_SIGNS, lagged
from papaver.randomness import DAY, STRESS, uniforms_in_loop

HOURS = 24
WEEK = 7
LANES = 8  # the seven days of a week, and its stress
N_POOLS = 8
N_OUT = 12
N_FADING = 5
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

# The desk of the day loop: what is worked out once for a draw, a person or a week, and room to work in. All
# in one record: arrays that pass from function to function are counted at every call, half of all time once.
DESK = np.dtype(
    [
        ("hours", np.int64),  # HOURS and LANES: numbers known only when it runs compile to vector loops
        ("lanes", np.int64),
        ("kept_hour", np.float64, (N_POOLS,)),  # of each pool after an hour (``day.pool_factors``)
        ("kept_day", np.float64, (N_POOLS,)),
        ("kept_days", np.float64, (N_FADING, LANES)),  # of what fades by itself, after 0, 1, .. days
        ("wish", np.float64, (LANES,)),
        ("onset", np.float64, (N_SIGNS,)),
        ("lowest_onset", np.float64),
        ("week_of", np.int64),  # whose luck ``luck`` holds, from which day
        ("week_from", np.int64),
        ("luck", np.float64, (4, LANES)),
        ("kept", np.float64, (N_MODES,)),  # of a mode over a day
        ("carried", np.float64, (N_MODES, HOURS)),  # mean load in each hour of what a mode holds at midnight
        ("response", np.float64, (N_DRUGS, 2 * HOURS)),  # of 1 mg given at hour HOURS of the table
        ("left", np.float64, (HOURS, N_MODES)),  # in the modes at the end of the day, of 1 mg by hour given
        ("mg", np.float64, (N_DRUGS, HOURS)),  # today's doses
        ("here", np.int64, (N_DRUGS,)),
        ("load", np.float64, (N_DRUGS, HOURS)),
        ("signal", np.float64, (HOURS,)),
        ("opening", np.float64, (HOURS,)),
        ("sensitisation", np.float64, (HOURS,)),
        ("felt", np.float64, (HOURS,)),
        ("out", np.int64, (N_OUT,)),  # what happened today
        ("levels", np.int64, (N_SIGNS,)),
        ("marks", np.int64, (N_SIGNS,)),
        ("recording", np.int64),  # 1: go hour by hour and write down the hours in ``trace``
        ("trace", np.float64, (HOURS, len(TRACE_COLUMNS))),
    ]
)


@compiled
def prepare(w: Any, gain: Any, t: Any) -> None:
    """Work out a person's responses: what a mode, or a dose of 1 mg, gives in each hour of the day."""
    t.week_of = -1
    for k in range(N_MODES):
        kept = 1.0
        for hour in range(HOURS):
            t.carried[k, hour] = w.mean[k] * kept
            kept *= w.decay[k]
            t.left[HOURS - 1 - hour, k] = gain[k] * kept
        t.kept[k] = kept
    t.response[:, :] = 0.0
    for drug in range(N_DRUGS):
        for k in range(FIRST_MODE[drug], FIRST_MODE[drug] + MODES_OF[drug]):
            for hour in range(HOURS):
                t.response[drug, HOURS + hour] += gain[k] * t.carried[k, hour]


@compiled
def draw_week(t: Any, number: int, day: int, k0: int, k1: int) -> None:
    """The daily luck of the week that begins on ``day``, and the luck of its stress in the last lane."""
    t.week_of, t.week_from = number, day
    luck = t.luck
    for lane in range(t.lanes):
        index, purpose = (day + lane, DAY) if lane < WEEK else (day, STRESS)
        a, b, c, d = uniforms_in_loop(number, index, purpose, 0, k0, k1)
        luck[0, lane], luck[1, lane], luck[2, lane], luck[3, lane] = a, b, c, d


@inlined
def carry_over(s: Any, t: Any, drug: int, first: int, count: int, hours: int) -> None:
    """Mean load of what is left of a drug at midnight in each hour, into ``t.load``; its modes move on."""
    for hour in range(hours):
        total = 0.0
        for k in range(count):
            total += s.modes[first + k] * t.carried[first + k, hour]
        t.load[drug, hour] = total
    for k in range(first, first + count):
        s.modes[k] *= t.kept[k]


@inlined
def take(s: Any, t: Any, drug: int, first: int, count: int, hours: int) -> None:
    """Add today's doses of a drug to its loads and modes."""
    for hour in range(hours):
        dose = t.mg[drug, hour]
        if dose > 0.0:
            shift = HOURS - hour
            for later in range(hours):
                t.load[drug, later] += dose * t.response[drug, shift + later]
            for k in range(first, first + count):
                s.modes[k] += dose * t.left[hour, k]


@inlined
def load_by_hour(s: Any, t: Any, drug: int, dosed: bool, hours: int) -> None:
    """Mean loads of a drug in each hour, into ``t.load``; moves its modes to the end of the day."""
    if t.here[drug] == 0:
        t.load[drug, :] = 0.0
        return
    carry_over(s, t, drug, FIRST_MODE[drug], MODES_OF[drug], hours)
    if dosed:
        take(s, t, drug, FIRST_MODE[drug], MODES_OF[drug], hours)


@compiled
def signal_by_hour(s: Any, t: Any, dosed: bool, p: Any, hours: int) -> None:
    """Agonist signal of each hour, into ``t.signal``, of the drugs that are here (no antagonist)."""
    activity, reserve = p.buprenorphine_activity_withdrawal, p.receptor_reserve
    load_by_hour(s, t, HEROIN, dosed, hours)
    if t.here[METHADONE] + t.here[BUPRENORPHINE] == 0:
        for hour in range(hours):
            t.signal[hour] = receptor_signal(max(0.0, t.load[HEROIN, hour]), 0.0, 0.0, reserve, activity, 0.0)
        return
    load_by_hour(s, t, METHADONE, dosed, hours)
    load_by_hour(s, t, BUPRENORPHINE, dosed, hours)
    for hour in range(hours):
        heroin, methadone = max(0.0, t.load[HEROIN, hour]), max(0.0, t.load[METHADONE, hour])
        buprenorphine = max(0.0, t.load[BUPRENORPHINE, hour])
        t.signal[hour] = receptor_signal(heroin + methadone, buprenorphine, 0.0, reserve, activity, 0.0)


@compiled
def pools_by_hour(s: Any, t: Any, p: Any, hours: int) -> Any:
    """Move the pools through the day; fills gap and sensitisation by hour, returns the first hour with a gap
    to feel and the hour after the last one (``hours`` and 0 if there is none)."""
    fast, slow, sensitisation, held = s.fast, s.slow, s.sensitisation, s.held
    begin, end, lowest, keep = hours, 0, 1.0, t.kept_hour
    # read once: what is written into a record each hour hides from the compiler that these stay
    k_fast, k_slow, k_felt, k_gain, k_loss = keep[0], keep[1], keep[2], keep[3], keep[4]
    weight, zone = p.slow_weight, p.gap_dead_zone
    for hour in range(hours):
        signal = t.signal[hour]
        fast, slow = follow(fast, signal, k_fast), follow(slow, signal, k_slow)
        sensitisation = follow(sensitisation, fast, k_felt)
        gained, lost = follow(held, signal, k_gain), follow(held, signal, k_loss)
        held = gained if signal > held else lost
        opening = opening_of(fast, slow, signal, weight, zone)
        t.opening[hour], t.sensitisation[hour] = opening, sensitisation
        lowest = min(lowest, signal)
        begin = min(begin, hour) if opening > 0.0 else begin
        end = hour + 1 if opening > 0.0 else end
    s.fast, s.slow, s.sensitisation, s.held, s.signal_low = fast, slow, sensitisation, held, lowest
    return begin, end


@compiled
def felt_by_hour(s: Any, w: Any, t: Any, p: Any, begin: int, end: int, hours: int) -> Any:
    """Felt withdrawal of the hours from ``begin`` to ``end - 1`` (there is none in the others) and its lagged
    copy; returns the day's highest of both."""
    opening, sensitisation, felt = t.opening, t.sensitisation, t.felt
    half, hill, first, full, frailty = (
        p.gap_half,
        p.gap_hill,
        p.first_days_share,
        p.sensitisation_full,
        w.frailty,
    )
    for hour in range(LANES * ((end + LANES - 1) // LANES)):  # in whole groups of lanes
        felt[hour] = severity(opening[hour], sensitisation[hour], half, hill, first, full) * frailty
    worst, worst_lagged, kept, now = 0.0, 0.0, t.kept_hour[5], 0.0
    behind = s.lagged if begin == 0 else 0.0
    for hour in range(begin, end):
        now = felt[hour]
        behind = lagged(behind, now, kept)
        worst, worst_lagged = max(worst, now), max(worst_lagged, behind)
    s.lagged, s.sick_now = (behind, now) if end == hours else (0.0, 0.0)
    return worst, worst_lagged


@compiled
def advance_hours(s: Any, w: Any, t: Any, p: Any, dosed: bool, hours: int) -> Any:
    """A day of one body in 24 steps, as ``day.advance_body`` without antagonist and without recording.

    ``t.here`` marks the drugs in the body or given today; ``hours`` is 24 (not a constant, so that it
    compiles to loops over hours side by side). Returns the day's highest felt withdrawal and highest lagged
    intensity.
    """
    signal_by_hour(s, t, dosed, p, hours)
    begin, end = pools_by_hour(s, t, p, hours)
    if begin < end:
        return felt_by_hour(s, w, t, p, begin, end, hours)
    s.lagged, s.sick_now = 0.0, 0.0
    return 0.0, 0.0

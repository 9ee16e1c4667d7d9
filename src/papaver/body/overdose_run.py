"""One run of the overdose model: dose, watch, rescue, collapse (equation 9), and what is read off on the way.

The published procedure solves twice, first without collapse; since the collapse acts only on what comes after
it, one pass gives the same: when arterial PO2 first falls to its threshold a second look is fixed 220 s
later, and if it is still there the collapse begins at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from papaver.body import additive
from papaver.body.blood import gases_of
from papaver.body.delay import Floats, History, extended, remember_signal
from papaver.body.gas import (
    Course,
    breathing_rates,
    decays,
    drives_of,
    firing,
    firing_soon,
    volume_divisor,
)
from papaver.compiled import compiled

SEEN = (
    "minute_ventilation_l_min",
    "arterial_o2_mmhg",
    "arterial_co2_mmhg",
    "arterial_o2_saturation_percent",
    "brain_o2_mmhg",
    "brain_co2_mmhg",
    "cardiac_output_l_min",
    "brain_blood_flow_l_min",
    "opioid_occupancy",
    "naloxone_occupancy",
    "agonist_signal",
    "opioid_plasma_ng_ml",
    "naloxone_plasma_ng_ml",
    "opioid_effect_site_pm",
    "naloxone_effect_site_pm",
    "opioid_central_mg",
)
EVENTS = (
    "crossing_s",
    "naloxone_s",
    "cyanosed_s",
    "unrousable_s",
    "low_o2_s",
    "collapse_s",
    "arrest_s",
    "hypoxia_first_s",
    "hypoxia_last_s",
    "least_ventilation_l_min",
    "least_arterial_o2_mmhg",
    "least_flow_l_min",
    "end_s",
    "steps",
)
"""Times are nan where the event did not happen."""
EVENT_ROW = np.dtype([(name, np.float64) for name in EVENTS])
OPTIONS = np.dtype(
    [(name, np.float64) for name in ("dose_mg", "end_s", "call_below_l_min", "look_again", "tolerance")]
)


@compiled
def observe(t: float, y: Floats, p: Any, course: Course, row: Floats) -> None:
    """Write the quantities named in ``SEEN`` for one state."""
    now = gases_of(y, p)
    flow = now.brain_flow + now.tissue_flow
    signal, _, row[0] = drives_of(t, y, flow, p, course)
    row[1] = now.arterial_o2
    row[2] = now.arterial_co2
    row[3] = saturation(now.arterial_o2, p)
    row[4] = now.brain_o2
    row[5] = now.brain_co2
    row[6] = flow * p.seconds_per_minute
    row[7] = now.brain_flow * p.seconds_per_minute
    row[8] = y[4]
    row[9] = y[5]
    row[10] = signal
    row[11] = y[0] * p.ng_ml_per_mg_l * volume_divisor(flow, p) / p.opioid_volume
    row[12] = y[6] * (volume_divisor(flow, p) if p.naloxone_intravenous > 0.0 else 1.0)
    row[13] = y[3]
    row[14] = y[8]
    row[15] = y[0]


@compiled
def saturation(o2: float, p: Any) -> float:
    """O2 saturation (%) of arterial blood as the published model shows it; nothing depends on it."""
    if o2 <= 0.0:
        return 0.0
    shifted = o2 * (p.saturation_scale / o2) ** p.saturation_shift
    x = (shifted / p.saturation_half) ** p.saturation_slope
    return p.percent * x / (1.0 + x)


@compiled
def watched(which: int, y: Floats, t: float, p: Any, course: Course) -> float:
    """Minute ventilation (0, L/min), arterial PO2 (1, mmHg), total flow (2, L/s) or the share of the
    wakefulness drive left (3) of a state."""
    now = gases_of(y, p)
    flow = now.brain_flow + now.tissue_flow
    if which == 1 or which == 2:
        return now.arterial_o2 if which == 1 else flow
    _, awake, ventilation = drives_of(t, y, flow, p, course)
    return ventilation if which == 0 else awake / p.wakefulness


@compiled
def moment(which: int, level: float, t: float, h: float, work: Any, p: Any, course: Course) -> float:
    """Time within the step from ``t`` to ``t + h`` at which the watched quantity falls to ``level``."""
    low, high = 0.0, 1.0
    middle = (low + high) / 2.0
    while low < middle < high:
        for i in range(work.trial.size):
            work.trial[i] = extended(work, i, middle)
        if watched(which, work.trial, t + middle * h, p, course) > level:
            low = middle
        else:
            high = middle
        middle = (low + high) / 2.0
    return t + high * h


@compiled
def note_extremes(t: float, p: Any, course: Course, event: Any) -> None:
    """Keep the least values and the first and last time of brain hypoxia seen at the end of a step."""
    watch = course.watch[0]
    event.least_ventilation_l_min = min(event.least_ventilation_l_min, watch.ventilation)
    event.least_arterial_o2_mmhg = min(event.least_arterial_o2_mmhg, watch.arterial_o2)
    event.least_flow_l_min = min(event.least_flow_l_min, watch.flow * p.seconds_per_minute)
    if watch.brain_o2 <= p.brain_hypoxia:
        event.hypoxia_last_s = t
        if np.isnan(event.hypoxia_first_s):
            event.hypoxia_first_s = t


@compiled
def when_unrousable(t: float, h: float, work: Any, p: Any, course: Course) -> float:
    """Time in the step just made at which too little O2 or wakefulness was left; nan if neither."""
    watch = course.watch[0]
    first = np.inf
    if watch.arterial_o2 <= p.unconscious_o2:
        first = moment(1, p.unconscious_o2, t, h, work, p, course)
    if watch.awake <= p.unrousable_wakefulness:
        first = min(first, moment(3, p.unrousable_wakefulness, t, h, work, p, course))
    return first if first < np.inf else np.nan


@compiled
def note_falls(t: float, h: float, work: Any, p: Any, course: Course, option: Any, event: Any) -> None:
    """Times at which ventilation, arterial PO2 and flow fell to their thresholds in the step just made."""
    watch = course.watch[0]
    if np.isnan(event.crossing_s) and watch.ventilation <= option.call_below_l_min:
        event.crossing_s = moment(0, option.call_below_l_min, t, h, work, p, course)
        if course.rescue_s.size > 0:
            watch.naloxone_s = event.crossing_s + p.rescue_delay
            event.naloxone_s = watch.naloxone_s
    if np.isnan(event.cyanosed_s) and watch.arterial_o2 <= p.cyanosis_o2:
        event.cyanosed_s = moment(1, p.cyanosis_o2, t, h, work, p, course)
    if np.isnan(event.unrousable_s):
        event.unrousable_s = when_unrousable(t, h, work, p, course)
    if np.isnan(event.low_o2_s) and watch.arterial_o2 <= p.collapse_o2:
        event.low_o2_s = moment(1, p.collapse_o2, t, h, work, p, course)
    if np.isnan(event.arrest_s) and watch.flow <= p.arrest_flow:
        event.arrest_s = moment(2, p.arrest_flow, t, h, work, p, course)


@compiled
def look_for_collapse(t: float, p: Any, course: Course, option: Any, event: Any) -> bool:
    """The second look at arterial PO2: begin the collapse if it is still low. True if it begins now.

    With ``look_again`` a later fall counts too (renarcotisation); as in the authors' program of 2024 the
    collapse then follows without another look.
    """
    watch = course.watch[0]
    look = event.low_o2_s + p.collapse_wait
    if watch.collapsed == 0.0 and t == look:
        if watch.arterial_o2 <= p.collapse_o2 or watch.recovered > 0.0:
            watch.collapsed = 1.0
            event.collapse_s = t
            return True
    elif (
        option.look_again > 0.0 and watch.collapsed == 0.0 and watch.arterial_o2 > p.collapse_o2 and t > look
    ):
        event.low_o2_s = np.nan
        watch.recovered = 1.0
    return False


@compiled
def next_stop(t: float, p: Any, course: Course, option: Any, event: Any) -> float:
    """The next moment at which a step has to end: naloxone, second look, or the end of the run."""
    stop = option.end_s
    watch = course.watch[0]
    for dose in range(course.rescue_s.size):
        for given in (0.0, p.naloxone_infusion):
            at = watch.naloxone_s + course.rescue_s[dose] + given
            if t < at < stop:
                stop = at
    look = event.low_o2_s + p.collapse_wait
    return look if watch.collapsed == 0.0 and t < look < stop else stop


@compiled
def infusion(t: float, p: Any, course: Course) -> float:
    """Rate (ng/s) at which naloxone runs into a vein from ``t`` on, until the next stop."""
    rate = 0.0
    for dose in range(course.rescue_s.size):
        began = course.watch[0].naloxone_s + course.rescue_s[dose]
        if began <= t < began + p.naloxone_infusion:
            rate += course.rescue_ng[dose] / p.naloxone_infusion
    return rate


@compiled
def cut_back(t: float, h: float, to: float, y: Floats, work: Any) -> None:
    """Go back within the step just made, to time ``to``."""
    for i in range(y.size):
        y[i] = extended(work, i, (to - t) / h)


@compiled
def firing_and_slope(y: Floats, work: Any, p: Any, course: Course) -> tuple[float, float]:
    """Carotid firing at the end of a step and its rate of change (1/s): what the delayed reflex will need."""
    watch = course.watch[0]
    now = firing(watch.arterial_co2, watch.arterial_o2, p)
    return now, (firing_soon(y, work.slope, work.trial, p) - now) / p.difference_s


def runner(step: Callable[..., tuple[float, float, float]]) -> Any:
    """Compile the loop of one run for an integrator's ``step`` (``additive`` or ``delay``)."""

    @compiled
    def run_overdose(
        p: Any, option: Any, y: Floats, scale: Floats, times: Floats, table: Floats, event: Any,
        course: Course, work: Any, history: History, method: Any,
    ) -> bool:  # fmt: skip
        """Run one person from state ``y`` (changed in place); fill ``table`` at ``times`` and ``event``.

        A row at time 0 shows the state before the dose. Without rows to fill the run ends at arrest. Returns
        False if the integrator could not go on.
        """
        t, error, row = 0.0, 1.0, 0
        while row < times.size and times[row] <= 0.0:
            observe(t, y, p, course, table[row])
            row += 1
        y[0] += option.dose_mg
        breathing_rates(t, y, work.slope, history, p, course)
        now, slope = firing_and_slope(y, work, p, course)
        h = option.end_s
        while t < option.end_s and (row < times.size or np.isnan(event.arrest_s)):
            stop = next_stop(t, p, course, option, event)
            longest = stop - t
            delay = course.watch[0].delay_s
            if delay > 0.0:
                longest = min(longest, delay)
            used, h, error = step(
                t, y, min(h, longest), error, option.tolerance, scale, work, history, method, p, course
            )
            if used <= 0.0:
                return False
            before, slope_before = now, slope
            now, slope = firing_and_slope(y, work, p, course)
            remember_signal(history, 0, before, slope_before, now, slope)
            later = stop if used == stop - t else t + used
            note_falls(t, used, work, p, course, option, event)
            restart = t < course.watch[0].naloxone_s < later
            if restart:
                later = course.watch[0].naloxone_s
                cut_back(t, used, later, y, work)
            while row < times.size and times[row] <= later:
                for i in range(y.size):
                    work.trial[i] = extended(work, i, (times[row] - t) / used)
                observe(times[row], work.trial, p, course, table[row])
                row += 1
            t = later
            note_extremes(t, p, course, event)
            rate = infusion(t, p, course)
            if rate != course.watch[0].naloxone_rate:
                course.watch[0].naloxone_rate, restart = rate, True
            if look_for_collapse(t, p, course, option, event) or restart:
                breathing_rates(t, y, work.slope, history, p, course)
                now, slope = firing_and_slope(y, work, p, course)
            event.steps += 1.0
        event.end_s = t
        return True

    return run_overdose


run_overdose = runner(additive.stepper(breathing_rates, decays))

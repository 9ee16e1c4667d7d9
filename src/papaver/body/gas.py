"""Gas stores, drives and blood flow of the published overdose model (Mann et al. 2022), equations 1 to 9.

Compiled pieces only; ``breathing`` runs them. All numbers come in the record ``p`` (fields: the names in
``data/fda_*.csv``). Time in s, pressures in mmHg, contents in L/L, flows in L/s, drives in L/min, opioid in
mg, effect sites in pM, naloxone in ng and mL. The state ``y`` of one person:

====  =============================================  ====  ============================================
 0-2  opioid in centre, second, third compartment       9   PCO2 of the alveoli
   3  opioid at the effect site                         10  PO2 of the alveoli
   4  receptors bound by the opioid (share)             11  CO2, 12: O2 content of the brain
   5  receptors bound by naloxone (share)               13  CO2, 14: O2 content of tissue
   6  naloxone in plasma, 7: in the second volume       15  flow response to CO2, 16: to low O2
   8  naloxone at the effect site                       17  peripheral, 18: central drive
  20  flow factor of the collapse (1 = none)            19  slow effect of brain O2 (hypoxic modulation)
  21  naloxone in the third volume (given by vein)
====  =============================================  ====  ============================================
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body.blood import Gases, gases_of
from papaver.body.delay import History, look_back, step_at
from papaver.compiled import compiled, inlined

Floats = npt.NDArray[np.float64]

STATES = 22
REMEMBERED_STATES, REMEMBERED_SIGNALS = (11, 12), 1
"""Needed of the past: the CO2 content of the brain (a state) and carotid firing (follows from states)."""
WATCHED = (
    "collapsed",
    "recovered",
    "naloxone_s",
    "naloxone_rate",
    "delay_s",
    "ventilation",
    "arterial_o2",
    "arterial_co2",
    "brain_o2",
    "flow",
    "awake",
    "brain_decay",
    "tissue_decay",
)
"""Set by the run: collapse begun, arterial O2 recovered at a second look (0 or 1 each), time of the first
naloxone (s, inf: none), rate (ng/s) of its infusion into a vein. Left by the last evaluation: shortest delay
(s, 0: none), minute ventilation (L/min), arterial PO2 and PCO2, brain PO2 (mmHg), total flow (L/s), share of
the wakefulness drive left, and the rates (1/s) at which the O2 stores of brain and tissue fall back."""
WATCH = np.dtype([(name, np.float64) for name in WATCHED])


SIGNAL, SEDATION, AIRWAY = range(3)


class Course(NamedTuple):
    """What goes with one run beside its numbers.

    ``watch``: one record (dtype ``WATCH``) that the equations read and write. ``rescue_s``, ``rescue_ng``:
    times (s) of the doses of naloxone after the first and what of each reaches plasma in the end (ng).
    ``given_s``: times (s) of what is given from outside, empty for none; ``given``: at these times the
    agonist signal, which replaces the opioid's binding, the share of the wakefulness drive lost to sedatives,
    and the share of ventilation lost to an obstructed airway (rows ``SIGNAL``, ``SEDATION``, ``AIRWAY``).
    """

    watch: npt.NDArray[np.void]
    rescue_s: Floats
    rescue_ng: Floats
    given_s: Floats
    given: Floats


@inlined
def shifted(agonist: float, tolerance: float) -> float:
    """Signal after a post-receptor shift, A / (A + T (1 - A)); T = 1 is none, affinity is untouched."""
    agonist = min(1.0, max(0.0, agonist))
    return agonist / (agonist + tolerance * (1.0 - agonist)) if agonist > 0.0 else 0.0


@inlined
def between(before: float, after: float, share: float) -> float:
    """Straight line from one level to the next."""
    return before + share * (after - before)


@inlined
def given_at(t: float, course: Course) -> tuple[float, float, float]:
    """What is given from outside at one time: straight lines between the points, the first or last level
    outside of them; nothing where nothing is given."""
    times = course.given_s
    if times.size == 0:
        return 0.0, 0.0, 0.0
    levels = course.given
    after = int(np.searchsorted(times, t))
    if after == 0 or after == times.size:
        at = min(after, times.size - 1)
        return float(levels[SIGNAL, at]), float(levels[SEDATION, at]), float(levels[AIRWAY, at])
    share = (t - times[after - 1]) / (times[after] - times[after - 1])
    return (
        between(levels[SIGNAL, after - 1], levels[SIGNAL, after], share),
        between(levels[SEDATION, after - 1], levels[SEDATION, after], share),
        between(levels[AIRWAY, after - 1], levels[AIRWAY, after], share),
    )


@inlined
def wakefulness_of(signal: float, sedation: float, p: Any) -> float:
    """Wakefulness drive (L/min) left by the signal, W - Kf of equation 4, and of that by sedatives."""
    return float((p.wakefulness - p.wakefulness_scale * signal**p.wakefulness_power) * (1.0 - sedation))


@inlined
def openness(awake: float, sedation: float, airway: float, p: Any) -> float:
    """Share of each breath that passes the upper airway; all of it at rest without drugs.

    ``airway`` is closed from outside; sedatives relax its muscles; and an airway that needs waking muscles
    (collapsibility above 0, as in sleep apnoea) narrows with the wakefulness drive lost.
    """
    lost = 1.0 - max(0.0, awake) / p.wakefulness
    relaxed = (1.0 - p.sedation_airway * sedation) * (1.0 - p.airway_collapsibility * lost)
    return float((1.0 - airway) * relaxed)


@inlined
def ventilation_of(y: Floats, awake: float, opened: float, flow: float, p: Any) -> float:
    """Minute ventilation (L/min): equation 4 through the open airway, fading at low flow (equation 9)."""
    peripheral = y[19] * y[17] if y[17] >= 0.0 else y[17]
    ventilation = (awake + max(0.0, peripheral + y[18])) * opened
    if flow <= p.fade_flow:
        ventilation *= flow / p.fade_flow
    return 0.0 if flow <= p.stop_flow else max(0.0, ventilation)


@inlined
def drives_of(t: float, y: Floats, flow: float, p: Any, course: Course) -> tuple[float, float, float]:
    """The agonist signal that acts on breathing (bound opioid times its efficacy, or what is given, after the
    shift of tolerance), the wakefulness drive left and minute ventilation (both L/min)."""
    given, sedation, airway = given_at(t, course)
    agonist = given if course.given_s.size > 0 else p.opioid_efficacy * y[4]
    signal = shifted(agonist, p.tolerance)
    awake = wakefulness_of(signal, sedation, p)
    return signal, awake, ventilation_of(y, awake, openness(awake, sedation, airway, p), flow, p)


@inlined
def firing(arterial_co2: float, arterial_o2: float, p: Any) -> float:
    """Firing of the carotid bodies: f of equation 4."""
    e = np.exp((arterial_o2 - p.chemo_o2) / p.chemo_o2_width)
    at_o2 = (p.chemo_max + p.chemo_min * e) / (1.0 + e)
    return float(p.chemo_gain * np.log(arterial_co2 / p.chemo_co2) * at_o2)


@inlined
def delay_of(volume: float, flow: float, p: Any) -> float:
    """Transport delay (s): the volume of blood on the way over the present flow; none below a small flow."""
    return volume / flow if flow >= p.delay_flow else 0.0


@inlined
def delayed_firing(t: float, now: Gases, history: History, p: Any) -> float:
    """Carotid firing at the gases that left the lung one delay ago (the present ones before time 0)."""
    flow = now.brain_flow + now.tissue_flow
    then = t - delay_of(p.peripheral_delay_volume, flow, p)
    if then <= 0.0 or then >= t:
        return firing(now.arterial_co2, now.arterial_o2, p)
    return look_back(history, step_at(history, then, 1), 1, then)


@inlined
def delayed_brain_co2(t: float, now: Gases, history: History, p: Any) -> float:
    """Brain PCO2 (mmHg) one delay ago (the present one before time 0)."""
    then = t - delay_of(p.central_delay_volume, now.brain_flow + now.tissue_flow, p)
    if then <= 0.0 or then >= t:
        return now.brain_co2
    content = look_back(history, step_at(history, then, 0), 0, then)
    return (max(0.0, content) - p.brain_bicarbonate) / p.co2_solubility


@compiled
def firing_soon(y: Floats, dy: Floats, trial: Floats, p: Any) -> float:
    """Carotid firing a moment (``difference_s``) after the state ``y`` that changes at the rate ``dy``."""
    for i in range(y.size):
        trial[i] = y[i] + p.difference_s * dy[i]
    soon = gases_of(trial, p)
    return firing(soon.arterial_co2, soon.arterial_o2, p)


@inlined
def volume_divisor(flow: float, p: Any) -> float:
    """Divisor of the central drug volumes: they halve when flow rises well above rest (equation 1)."""
    over = (p.volume_flow_ratio - flow / p.volume_flow_rest) / p.volume_flow_width
    return 1.0 + p.volume_change / (1.0 + np.exp(over))


@inlined
def naloxone_input(t: float, p: Any, watch: Any, course: Course) -> float:
    """Naloxone reaching plasma from depot and transits (ng/s): equation 2's D, T1, T2, solved exactly.

    With g = kin - ktr, one dose gives T2 = F dose ktr^2 u^2 exp(-ktr u) h(g u), h(x) = (exp(-x) - 1 + x)/x^2.
    An infusion into a vein needs none of it.
    """
    first, rate = watch.naloxone_s, watch.naloxone_rate
    if p.naloxone_intravenous == 0.0 and t > first:
        times, doses = course.rescue_s, course.rescue_ng
        for dose in range(times.size):
            u = t - first - times[dose]
            if u > 0.0:
                rate += doses[dose] * transit(u, p)
    return rate


@inlined
def transit(u: float, p: Any) -> float:
    """Share of a dose (1/s) that leaves the second transit ``u`` seconds after it went into the depot."""
    ktr, kin = p.naloxone_ktr, p.naloxone_kin
    x = (kin - ktr) * u
    if abs(x) < p.series_below:
        shape = np.exp(-ktr * u) * u**2 * (1.0 - x / 3.0 * (1.0 - x / 4.0)) / 2.0
    else:
        shape = (np.exp(-kin * u) - np.exp(-ktr * u) * (1.0 - x)) / (kin - ktr) ** 2
    return float(kin * ktr**2 * shape)


@inlined
def drug_rates(t: float, y: Floats, dy: Floats, flow: float, p: Any, watch: Any, course: Course) -> None:
    """Opioid and naloxone in the body and on the receptor: equations 1 to 3."""
    divisor = volume_divisor(flow, p)
    dy[0] = p.opioid_k21 * y[1] + p.opioid_k31 * y[2] - (p.opioid_kout + p.opioid_k12 + p.opioid_k13) * y[0]
    dy[1] = p.opioid_k12 * y[0] - p.opioid_k21 * y[1]
    dy[2] = p.opioid_k13 * y[0] - p.opioid_k31 * y[2]
    plasma_pm = p.pm_per_mg_l * y[0] * divisor / p.opioid_volume / p.opioid_molar_mass
    dy[3] = p.opioid_k_effect * (plasma_pm - y[3])
    free = 1.0 - y[4] - y[5]
    dy[4] = p.opioid_kon * free * max(0.0, y[3]) ** p.opioid_slope - p.opioid_koff * y[4]
    dy[5] = p.naloxone_kon * free * max(0.0, y[8]) ** p.naloxone_slope - p.naloxone_koff * y[5]
    # The two published models of naloxone differ in what the change of volume acts on: all flows out of it,
    # or (by vein) only the concentration that is seen.
    by_vein = p.naloxone_intravenous > 0.0
    exchange, third = p.naloxone_flow * (y[6] - y[7]), p.naloxone_flow3 * (y[6] - y[21])
    lost = p.naloxone_clearance * y[6] + exchange + third
    dy[6] = (naloxone_input(t, p, watch, course) - lost) * (1.0 if by_vein else divisor) / p.naloxone_v1
    dy[7] = exchange / p.naloxone_v2
    dy[21] = third / p.naloxone_v3
    seen = y[6] * (divisor if by_vein else 1.0)
    dy[8] = p.naloxone_k_effect * (p.pm_per_ng_ml * seen / p.naloxone_molar_mass - y[8])


@compiled
def decays(y: Floats, decay: Floats, p: Any, course: Course) -> None:
    """Rate (1/s) at which the fast states fall back by themselves: binding, and the small stores of O2."""
    watch = course.watch[0]
    decay[4] = p.opioid_kon * max(0.0, y[3]) ** p.opioid_slope + p.opioid_koff
    decay[5] = p.naloxone_kon * max(0.0, y[8]) ** p.naloxone_slope + p.naloxone_koff
    decay[12] = watch.brain_decay
    decay[14] = watch.tissue_decay


@inlined
def o2_decay(flow: float, content: float, o2: float, used: float, volume: float, p: Any) -> float:
    """Rate (1/s) at which the O2 store of a volume falls back: flow times slope of the O2 curve, and what use
    loses with it where O2 is short, over what the store holds per mmHg."""
    if o2 <= 0.0:
        return 0.0
    slope = content * (1.0 - content / (p.blood_molar_volume * p.o2_capacity)) / (p.o2_power * o2)
    spent = used / p.metabolism_o2_limit if o2 < p.metabolism_o2_limit else 0.0
    return (flow * slope + spent) / (volume * p.o2_solubility)


@inlined
def metabolism(awake: float, floor: float, local_o2: float, p: Any) -> float:
    """Metabolism over rest: falls with wakefulness to a floor, and to 0 with local O2 (equation 7)."""
    return max(awake, floor) * min(1.0, local_o2 / p.metabolism_o2_limit)


@inlined
def store_rates(y: Floats, dy: Floats, now: Gases, ventilation: float, wakefulness: float, p: Any) -> None:
    """Gas stores of lung, brain and tissue: equations 5 and 7."""
    alveolar = p.alveolar_fraction * ventilation / p.seconds_per_minute
    lung = p.gas_constant * (now.brain_flow + now.tissue_flow) * (1.0 - p.shunt)
    co2 = alveolar * (p.inspired_co2 - y[9]) + lung * (now.vein_co2 - now.lung_co2)
    o2 = alveolar * (p.inspired_o2 - y[10]) + lung * (now.vein_o2 - now.lung_o2)
    dy[9] = p.free_co2 * co2 / p.alveolar_volume
    dy[10] = p.free_o2 * o2 / p.alveolar_volume
    awake = max(0.0, wakefulness / p.wakefulness_rest) ** p.metabolism_power
    brain_co2 = p.brain_co2_made * metabolism(awake, p.metabolism_co2_floor, now.brain_o2, p)
    brain_o2 = p.brain_o2_used * metabolism(awake, p.metabolism_o2_floor, now.brain_o2, p)
    tissue_co2 = p.tissue_co2_made * metabolism(awake, p.metabolism_co2_floor, now.tissue_o2, p)
    tissue_o2 = p.tissue_o2_used * metabolism(awake, p.metabolism_o2_floor, now.tissue_o2, p)
    dy[11] = (now.brain_flow * (now.artery_co2 - now.brain_blood_co2) + brain_co2) / p.brain_volume
    dy[12] = (now.brain_flow * (now.artery_o2 - now.brain_blood_o2) - brain_o2) / p.brain_volume
    dy[13] = (now.tissue_flow * (now.artery_co2 - now.tissue_blood_co2) + tissue_co2) / p.tissue_volume
    dy[14] = (now.tissue_flow * (now.artery_o2 - now.tissue_blood_o2) - tissue_o2) / p.tissue_volume


@inlined
def control_rates(
    t: float, y: Floats, dy: Floats, now: Gases, signal: float, history: History, p: Any, watch: Any
) -> None:
    """Chemoreflexes (equation 4), control of flow (equation 8) and its collapse (equation 9)."""
    change = p.flow_co2_low + p.flow_co2_span / (
        1.0 + np.exp(-(now.arterial_co2 - p.flow_co2_mid) / p.flow_co2_width)
    )
    dy[15] = (change * p.flow_brain_mass / p.brain_flow - y[15]) / p.flow_co2_tau
    low_o2 = np.exp(-now.arterial_o2 / p.flow_o2_width) - np.exp(-p.flow_o2_rest / p.flow_o2_width)
    dy[16] = (min(p.flow_o2_most, p.flow_o2_scale * low_o2) - y[16]) / p.flow_o2_tau
    gain = 1.0 - signal**p.chemoreflex_power
    peripheral = p.peripheral_gain * (delayed_firing(t, now, history, p) - p.chemo_rest)
    central = p.central_gain * (delayed_brain_co2(t, now, history, p) - p.central_set_point)
    dy[17] = (gain * peripheral - y[17]) / p.peripheral_tau
    dy[18] = (gain * central - y[18]) / p.central_tau
    brain_o2 = min(p.hypoxia_high, max(p.hypoxia_low, now.brain_o2))
    slow = 1.0 + p.hypoxia_gain * (brain_o2 - p.hypoxia_rest) / p.hypoxia_rest
    dy[19] = (slow - y[19]) / p.hypoxia_tau
    decay = p.collapse_rate * (p.collapse_base + p.collapse_co2 * now.arterial_co2 / p.collapse_co2_scale)
    dy[20] = -watch.collapsed * decay * y[20]


@compiled
def breathing_rates(t: float, y: Floats, dy: Floats, history: History, p: Any, course: Course) -> None:
    """Rate of change of the whole state (equations 1 to 9); leaves what is watched in ``course.watch``."""
    watch = course.watch[0]
    now = gases_of(y, p)
    flow = now.brain_flow + now.tissue_flow
    signal, awake, ventilation = drives_of(t, y, flow, p, course)
    drug_rates(t, y, dy, flow, p, watch, course)
    store_rates(y, dy, now, ventilation, awake, p)
    control_rates(t, y, dy, now, signal, history, p, watch)
    watch.delay_s = delay_of(min(p.peripheral_delay_volume, p.central_delay_volume), flow, p)
    watch.ventilation = ventilation
    watch.arterial_o2 = now.arterial_o2
    watch.arterial_co2 = now.arterial_co2
    watch.brain_o2 = now.brain_o2
    watch.flow = flow
    watch.awake = awake / p.wakefulness
    watch.brain_decay = o2_decay(
        now.brain_flow, now.brain_blood_o2, now.brain_o2, p.brain_o2_used, p.brain_volume, p
    )
    watch.tissue_decay = o2_decay(
        now.tissue_flow, now.tissue_blood_o2, now.tissue_o2, p.tissue_o2_used, p.tissue_volume, p
    )

"""Counterparts of findings on receptors, breathing in the laboratory, reward, and tolerance.

Volunteers' breathing is followed with PCO2 clamped, as those laboratories do it. Where a study's abstract
leaves a detail open, what we took is said in the counterpart's docstring.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, share
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body.activity import ClampedRun, buprenorphine_ceiling, by_vein, clamped_run
from papaver.body.clamp import isohypercapnic_ventilation
from papaver.body.exposure import follow
from papaver.body.people import draw as draw_people
from papaver.body.receptor import bind, signal
from papaver.body.regimen import Dose
from papaver.body.reward import Reward, human_raclopride_percent, rewards
from papaver.body.rush import at_reward

Floats = npt.NDArray[np.float64]

PER_70_KG = 70.0
ESCALATION_NAIVE_UG, ESCALATION_TOLERANT_UG = (75.0, 150.0, 250.0, 350.0), (250.0, 350.0, 500.0, 700.0)
APART_H, FIRST_H = 1.0, 2.0  # boluses an hour apart; buprenorphine runs two hours before the first
APNEA_SHARE = 0.1  # ventilation below a tenth of rest counts as apnea
PEOPLE = 200


def tolerant(w: World) -> float:
    """Shift of the load for breathing in people on high daily doses."""
    return w.numbers["tolerance_breathing"]


def minutes(hours: float, every: float = 1.0) -> Floats:
    """A grid of minutes."""
    return np.linspace(0.0, hours, round(hours * 60.0 / every) + 1)


# ----------------------------------------------------------------------------- fentanyl on breathing


def escalation(steps_ug: Sequence[float], kg: float, first: float = FIRST_H) -> list[Dose]:
    """Rising boluses of fentanyl (ug per 70 kg) an hour apart."""
    return [
        by_vein("fentanyl", first + k * APART_H, ug / 1000.0 * kg / PER_70_KG)
        for k, ug in enumerate(steps_ug)
    ]


def apneic_by(w: World, steps_ug: Sequence[float], shift: float) -> Estimate:
    """Share of people whose clamped ventilation falls below a tenth of rest by the last of these boluses."""
    count = max(20, round(PEOPLE * w.size))
    who = draw_people(count, w.seed + w.draw, numbers=w.numbers, weight_kg=PER_70_KG)
    hours = minutes(FIRST_H + APART_H * len(steps_ug), 2.0)
    run = clamped_run(escalation(steps_ug, PER_70_KG), hours, people=who, tolerance=shift, numbers=w.numbers)
    return share(run.share.min(axis=1) < APNEA_SHARE, np.ones(count, np.bool_))


@counterpart("algera_apnea_naive")
def apnea_naive(w: World) -> Estimate:
    """Naive people, 75, 150 and 250 ug an hour apart: share below a tenth of resting ventilation."""
    return apneic_by(w, ESCALATION_NAIVE_UG[:3], 1.0)


@counterpart("algera_apnea_chronic")
def apnea_chronic(w: World) -> Estimate:
    """People on high daily doses, 250, 350, 500 and 700 ug an hour apart: share below a tenth of rest."""
    return apneic_by(w, ESCALATION_TOLERANT_UG, tolerant(w))


@counterpart("dahan_fentanyl_apnea")
def least_apneic_dose(w: World) -> float:
    """Smallest of the study's doses over 90 s that takes the typical person below a tenth; 10 if none."""
    for ug in (1.1, 2.1, 2.9, 4.3, 7.1):
        dose = by_vein("fentanyl", 0.0, ug * w.numbers["body_weight_kg"] / 1000.0)
        if clamped_run([dose], minutes(1.0), numbers=w.numbers).share.min() < APNEA_SHARE:
            return ug
    return 10.0


# ----------------------------------------------------------------- buprenorphine: ceiling and protection


@counterpart("dahan_bup_ceiling")
def ceiling(w: World) -> float:
    """Lowest clamped ventilation after 4.3 and 8.6 ug/kg, mean of both."""
    return float(w.once("ceiling", lambda: buprenorphine_ceiling(w.numbers)).mean())


def buprenorphine_alone(w: World, mg: float) -> ClampedRun:
    """A dose per 70 kg over 90 s by vein, watched for 8 h."""

    def make() -> ClampedRun:
        kg = w.numbers["body_weight_kg"] / PER_70_KG
        return clamped_run([by_vein("buprenorphine", 0.0, mg * kg)], minutes(8.0), numbers=w.numbers)

    return w.once(("buprenorphine alone", mg), make)  # type: ignore[no-any-return]


@counterpart("dahan06_bup_doubled")
def doubled(w: World) -> float:
    """Lowest clamped ventilation after 0.4 mg over that after 0.2 mg."""
    return float(
        buprenorphine_alone(w, 0.4).ventilation.min() / buprenorphine_alone(w, 0.2).ventilation.min()
    )


@counterpart("dahan06_bup_peak")
def peak_of_depression(w: World) -> float:
    """Minutes to the lowest clamped ventilation, mean of 0.2 and 0.4 mg."""
    runs = [buprenorphine_alone(w, mg) for mg in (0.2, 0.4)]
    return float(np.mean([60.0 * run.hours[run.ventilation[0].argmin()] for run in runs]))


def falls(w: World, steps_ug: Sequence[float], shift: float, level: float) -> Floats:
    """Largest fall of ventilation after each bolus (%), against that just before the first of them."""

    def make() -> Floats:
        kg = w.numbers["body_weight_kg"]
        steady = {"buprenorphine": level} if level > 0.0 else {}
        hours = minutes(FIRST_H + APART_H * len(steps_ug))
        run = clamped_run(
            escalation(steps_ug, kg), hours, tolerance=shift, steady_ng_per_ml=steady, numbers=w.numbers
        )
        before = run.ventilation[0, np.searchsorted(run.hours, FIRST_H)]
        starts = [np.searchsorted(run.hours, FIRST_H + k * APART_H) for k in range(len(steps_ug) + 1)]
        lowest = [run.ventilation[0, a : b + 1].min() for a, b in pairwise(starts)]
        return np.asarray(100.0 * (1.0 - np.array(lowest) / before))

    return np.asarray(w.once(("falls", tuple(steps_ug), shift, level), make))


@counterpart("moss_naive_fent1_pbo")
def first_bolus_alone(w: World) -> float:
    """Fall of clamped ventilation after fentanyl 75 ug per 70 kg."""
    return float(falls(w, ESCALATION_NAIVE_UG, 1.0, 0.0)[0])


@counterpart("moss_naive_fent1_bup")
def first_bolus_protected(w: World) -> float:
    """The same under steady buprenorphine 0.5 ng/mL for two hours, against ventilation just before."""
    return float(falls(w, ESCALATION_NAIVE_UG, 1.0, 0.5)[0])


@counterpart("moss_naive_fent2_bup")
def second_bolus_protected(w: World) -> float:
    """Fall after 150 ug an hour later under buprenorphine, against ventilation before the first bolus."""
    return float(falls(w, ESCALATION_NAIVE_UG, 1.0, 0.5)[1])


@counterpart("moss_tolerant_max_pbo")
def largest_fall_alone(w: World) -> float:
    """Largest fall in people on high daily doses, 250 to 700 ug an hour apart (their own opioid left out)."""
    return float(falls(w, ESCALATION_TOLERANT_UG, tolerant(w), 0.0).max())


@counterpart("moss_tolerant_max_bup")
def largest_fall_protected(w: World) -> float:
    """The same under steady buprenorphine, mean of 1, 2 and 5 ng/mL."""
    levels = (1.0, 2.0, 5.0)
    return float(np.mean([falls(w, ESCALATION_TOLERANT_UG, tolerant(w), x).max() for x in levels]))


# ------------------------------------------------------------------------------------------- antagonists

AT_PEAK_H = 2.5


def reversed_by(w: World, naloxone_mg: float) -> float:
    """Share of buprenorphine's depression undone at best by naloxone over 30 min, begun at 2.5 h."""

    def make() -> float:
        kg = w.numbers["body_weight_kg"] / PER_70_KG
        doses = [
            by_vein("buprenorphine", 0.0, 0.2 * kg),
            by_vein("naloxone", AT_PEAK_H, naloxone_mg * kg, 1800.0),
        ]
        run = clamped_run(doses, minutes(4.0), numbers=w.numbers)
        alone = clamped_run(doses[:1], run.hours, numbers=w.numbers)
        after = run.hours >= AT_PEAK_H
        lost = 1.0 - alone.share[0, after]
        return float(((run.share[0, after] - alone.share[0, after]) / lost).max())

    return float(w.once(("reversed", naloxone_mg), make))


@counterpart("dahan06_naloxone_half")
def naloxone_for_half(w: World) -> float:
    """Naloxone over 30 min, begun at 2.5 h, that undoes half of what 0.2 mg takes; 100 if none does."""
    low, high = 0.01, 100.0
    if reversed_by(w, high) < 0.5:
        return high
    for _ in range(12):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if reversed_by(w, middle) >= 0.5 else (middle, high)
    return float((low * high) ** 0.5)


@counterpart("bup_naloxone_window")
def best_naloxone(w: World) -> float:
    """Dose of 1 to 7 mg over 30 min with the largest reversal; competition alone has no falling limb."""
    tried = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    return float(tried[int(np.argmax([reversed_by(w, mg) for mg in tried]))])


@counterpart("bup_naloxone_low")
def low_naloxone(w: World) -> float:
    """Largest gain of clamped ventilation (L/min) in half an hour after naloxone 0.8 mg at 2.5 h."""
    kg = w.numbers["body_weight_kg"] / PER_70_KG
    doses = [by_vein("buprenorphine", 0.0, 0.2 * kg), by_vein("naloxone", AT_PEAK_H, 0.8)]
    run = clamped_run(doses, minutes(3.0), numbers=w.numbers)
    alone = clamped_run(doses[:1], run.hours, numbers=w.numbers)
    return float((run.ventilation - alone.ventilation).max())


@counterpart("morphine_naloxone")
def morphine_reversed(w: World) -> float:
    """Clamped ventilation (% of rest) at best in half an hour after naloxone, an hour after morphine."""
    doses = [by_vein("morphine", 0.0, 10.0), by_vein("naloxone", 1.0, 0.8)]
    run = clamped_run(doses, minutes(1.5), numbers=w.numbers)
    return float(100.0 * run.share[0, run.hours > 1.0].max())


# --------------------------------------------------------------------------------------- maintained people


@counterpart("teichtahl_hcvr")
def chemoreflex_on_methadone(w: World) -> float:
    """Slope of clamped ventilation, 45 to 55 mmHg, 12 h after methadone 60 mg (daily), over that of none."""
    p = w.numbers
    doses = [Dose("methadone", 24.0 * day, 60.0, "oral") for day in range(21)]
    hours = np.append(np.arange(0.0, 480.0, 1.0), [480.0, 492.0])
    acting = signal(bind(follow(doses, hours, numbers=p), p), "breathing")[0, -1]

    def slope(level: float) -> float:
        gases = [(pressure, p["clamped_o2_mmhg"]) for pressure in (45.0, 55.0)]
        low, high = (
            float(isohypercapnic_ventilation(level, tolerant(w), co2_mmhg=co2, o2_mmhg=o2))
            for co2, o2 in gases
        )
        return high - low

    return slope(float(acting)) / slope(0.0)


# ------------------------------------------------------------------------------------------------- reward

SCAN_H = 1.0
START_H = 96.0


def after_dose(
    w: World, dose: Dose, *, background: Sequence[Dose] = (), shift: float = 1.0, hours: float = SCAN_H
) -> Reward:
    """Reward from just before a dose for some hours, in people with a background of other doses."""
    late = dose.hour + np.concatenate([minutes(0.25, 0.1), minutes(hours, 1.0)[16:]])
    early = np.arange(0.0, dose.hour, 1.0) if background else np.zeros(0)
    exposure = follow([*background, dose], np.concatenate([early, late]), numbers=w.numbers)
    binding = bind(exposure, w.numbers, scale="occupancy")
    acting = signal(binding, "reward")[:, len(early) :]
    sudden = signal(bind(at_reward(exposure, w.numbers), w.numbers, scale="occupancy"), "reward")
    return rewards(late, acting, tolerance=shift, sudden=sudden[:, len(early) :], numbers=w.numbers)


def every(name: str, mg: float, hours: float, route: str = "oral") -> list[Dose]:
    """Steady doses over the days before."""
    return [Dose(name, hour, mg, route) for hour in np.arange(0.0, START_H, hours).tolist()]


def scan(w: World, seen: Reward) -> float:
    """Fall of raclopride binding in people at the mean drive over the first hour, above the background's."""
    above = np.trapezoid(seen.drive[0] - seen.drive[0, 0], seen.hours) / (seen.hours[-1] - seen.hours[0])
    return float(human_raclopride_percent(above, w.numbers))


@counterpart("pet_morphine_healthy")
def raclopride_healthy(w: World) -> float:
    """Morphine 10 mg by vein in men who are not dependent: fall over the first hour."""
    return scan(w, after_dose(w, by_vein("morphine", 0.0, 10.0, 60.0)))


@counterpart("pet_heroin_null", "pet_heroin_expect_null")
def raclopride_maintained(w: World) -> float:
    """Diamorphine 50 mg by vein on methadone 60 mg a day: fall over an hour, euphoria fully tolerant."""
    shift = w.numbers["tolerance_high"]
    dose = Dose("heroin", START_H, 50.0, "iv")
    return scan(w, after_dose(w, dose, background=every("methadone", 60.0, 24.0), shift=shift))


def dose_for(w: World, name: str, target: float, route: str, shift: float) -> float:
    """mg that gives a highest high (people on oral morphine 120 mg a day); 1e6 if none does."""
    background = every("morphine", 30.0, 6.0)

    def reached(mg: float) -> bool:
        dose = Dose(name, START_H, mg, route)
        return bool(after_dose(w, dose, background=background, shift=shift).peak()["high"][0] >= target)

    low, high = 1e-3, 1e3
    if not reached(high):
        return 1e6
    for _ in range(14):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if reached(middle) else (middle, high)
    return float((low * high) ** 0.5)


def reference_high(w: World, shift: float) -> float:
    """Highest high of heroin 12.5 mg by vein in people on oral morphine 120 mg a day."""
    dose, background = Dose("heroin", START_H, 12.5, "iv"), every("morphine", 30.0, 6.0)

    def make() -> float:
        return float(after_dose(w, dose, background=background, shift=shift).peak()["high"][0])

    return float(w.once(("reference high", shift), make))


def half_tolerant(w: World) -> float:
    """Tolerance to euphoria in people on 120 mg of oral morphine: half of the way (log) to its ceiling."""
    return math.sqrt(w.numbers["tolerance_high"])


@counterpart("comer_order")
def rank_of_fentanyl(w: World) -> float:
    """Rank of fentanyl's dose among those by vein with the high of heroin 12.5 mg (no oxycodone here)."""
    shift = half_tolerant(w)
    target = reference_high(w, shift)
    doses = {name: dose_for(w, name, target, "iv", shift) for name in ("fentanyl", "heroin", "morphine")}
    doses["buprenorphine"] = dose_for(w, "buprenorphine", target, "iv", shift)
    return 1.0 + sum(mg < doses["fentanyl"] for mg in doses.values())


@counterpart("comer_route")
def nose_over_vein(w: World) -> float:
    """Heroin up the nose over heroin by vein for the same highest high."""
    shift = half_tolerant(w)
    target = reference_high(w, shift)
    return dose_for(w, "heroin", target, "intranasal", shift) / dose_for(w, "heroin", target, "iv", shift)


@counterpart("rate_marsch")
def rapid_minus_slow(w: World) -> float:
    """Highest high of morphine 10 mg over 2 min less that over 60 min."""
    fast, slow = (
        after_dose(w, by_vein("morphine", 0.0, 10.0, seconds), hours=2.0) for seconds in (120.0, 3600.0)
    )
    return float(fast.peak()["high"][0] - slow.peak()["high"][0])


@counterpart("dunn_iv_sc")
def skin_over_vein(w: World) -> float:
    """Heroin under the skin for the highest high of 10 mg by vein, over 10 mg, in people never dependent."""
    mg = 10.0

    def reached(size: float) -> bool:
        return bool(naive_peak(w, Dose("heroin", 0.0, size, "sc")) >= target)

    target = naive_peak(w, by_vein("heroin", 0.0, mg))
    low, high = 1.0, 1e3
    for _ in range(14):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if reached(middle) else (middle, high)
    return float((low * high) ** 0.5) / mg


def naive_peak(w: World, dose: Dose) -> float:
    """Highest high of a dose in a person without tolerance."""
    return float(after_dose(w, dose).peak()["high"][0])


@counterpart("stoops_shorter")
def pupils_outlast(w: World) -> float:
    """Morphine 10 mg over 5 min: hours to half of the slow signal's peak less those to half of the high's."""
    dose = by_vein("morphine", 0.0, 10.0, 300.0)
    seen = after_dose(w, dose, hours=24.0)
    slow = signal(bind(follow([dose], seen.hours, numbers=w.numbers), w.numbers), "analgesia")[0]
    return half_gone(seen.hours, slow) - half_gone(seen.hours, seen.high[0])


def half_gone(hours: Floats, course: Floats) -> float:
    """Hour at which a course has fallen to half of its highest; the last one if it does not."""
    top = int(course.argmax())
    below = np.flatnonzero(course[top:] <= 0.5 * course[top])
    return float(hours[top + below[0]] if len(below) else hours[-1])

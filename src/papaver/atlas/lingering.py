"""Fentanyl lingers: buprenorphine too soon after it, in one body with fentanyl's deep store.

Lives know fentanyl only as a bag sold as heroin. Here one body takes fentanyl for weeks (``body.exposure``,
with the store in fat), and receptor, pools and scores are those of lives. Two weeks of either drug are
followed; the pools start as months of the same use leave them. Fentanyl's half-effect for withdrawal is
taken up from that for breathing by the same factor as morphine's.

Which hours after the dose count was chosen on the outcome: over all four hours, the first of them before the
tablet acts, the two ratios of odds came out at 0.8 and 1.3, so both stand as fitted, not as checks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.courses import DAY, HEROIN_MG, USES_A_DAY, people_scores
from papaver.atlas.precipitated import FIRST_MG, SEVERE_SOWS, WATCHED
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body.exposure import follow as levels_of
from papaver.body.ligands import ligands
from papaver.body.people import typical
from papaver.body.regimen import Dose
from papaver.person.adaptation import follow, gap, receptor_signal, withdrawal_severity
from papaver.person.day import pool_factors
from papaver.person.parameters import parameter_record
from papaver.person.withdrawal import lagged

Floats = npt.NDArray[np.float64]

DAYS, SEEN_DAYS = 14, 5
LAST_USE = DAYS * DAY - DAY // USES_A_DAY
FENTANYL_USES = 6
EARLY, MIDDLE, LATE = (6, 12, 18), (27, 33, 39, 45), (51, 57, 63, 69)
ACTS = 2  # hours until a tablet acts: where it brings withdrawal, it does so within 90 minutes
TRIAL_MG = 1.0
MOST_MG, TOLERANCE = 20.0, 1e-9


def habit(drug: str, mg: float) -> list[Dose]:
    """Two weeks of injections, the last at the same hour for either drug."""
    uses = USES_A_DAY if drug == "heroin" else FENTANYL_USES
    first = LAST_USE % (DAY // uses)
    times = range((LAST_USE - first) * uses // DAY + 1)
    return [Dose(drug, first + k * (DAY / uses), mg, "iv") for k in times]


def load(w: World, doses: list[Dose]) -> Floats:
    """Loads (full agonists, buprenorphine) by hour, ``[2, hour]``."""
    p = w.numbers
    known = ligands(p, "occupancy")
    factor = p["morphine_half_load_nmol_l"] / p["morphine_half_load_breathing_nmol_l"]
    hours = np.arange((DAYS + SEEN_DAYS) * DAY) + 0.5
    site = levels_of(doses, hours, typical(numbers=p, daily_use=1.0), numbers=p).site
    full, partial = np.zeros(len(hours)), np.zeros(len(hours))
    for name, course in site.items():
        if name == "buprenorphine":
            partial = course[0] / known[name].half_nmol_l
        elif name in known:
            full = full + course[0] / (known[name].half_nmol_l * (factor if name == "fentanyl" else 1.0))
    return np.array([full, partial])


def signal_of(w: World, loads: Floats) -> Floats:
    """Agonist signal by hour, as in lives."""
    reserve, activity = w.p["receptor_reserve"], w.p["buprenorphine_activity_withdrawal"]
    return np.array([receptor_signal(full, part, 0.0, reserve, activity, 0.0) for full, part in loads.T])


def matched(w: World) -> float:
    """Fentanyl (mg a use) whose mean signal over the last day but one is that of the usual heroin habit."""
    from scipy.optimize import brentq

    def held(loads: Floats) -> float:
        day = slice((DAYS - 2) * DAY, (DAYS - 1) * DAY)
        return float(signal_of(w, loads)[day].mean())

    aim = held(load(w, habit("heroin", HEROIN_MG)))
    one = load(w, habit("fentanyl", TRIAL_MG)) / TRIAL_MG
    return float(brentq(lambda mg: held(mg * one) - aim, 0.0, MOST_MG, rtol=TOLERANCE))


def course_of(w: World, drug: str) -> Floats:
    """Loads of weeks of a drug."""
    mg = HEROIN_MG if drug == "heroin" else matched(w)
    return load(w, habit(drug, mg))


def first_dose(w: World) -> Floats:
    """Loads of buprenorphine 8 mg under the tongue at the hour of the last use."""
    return load(w, [Dose("buprenorphine", LAST_USE, FIRST_MG, "sublingual")])


def severe(w: World, drug: str, gaps: tuple[int, ...]) -> float:
    """Share with SOWS of 21 or more two to four hours after buprenorphine 8 mg, so late after the last use.

    Before that the tablet has hardly acted: a high score is that of the hours without it.
    """
    weeks = w.once(("weeks of", drug), lambda: course_of(w, drug))
    dose = w.once("one dose of buprenorphine", lambda: first_dose(w))
    shares = []
    for late in gaps:
        given = np.zeros_like(dose)
        given[:, late:] = dose[:, :-late]
        felt = felt_after(w, signal_of(w, weeks + given))
        hours = slice(LAST_USE + late + ACTS, LAST_USE + late + WATCHED)
        scores = people_scores({"felt": felt[0], "lagged": felt[1]}, hours, w.p)[:, :, 1]
        shares.append(float((scores.max(axis=1) >= SEVERE_SOWS).mean()))
    return float(np.mean(shares))


def felt_after(w: World, signals: Floats) -> Floats:
    """Felt withdrawal and its lagged copy by hour, ``[2, hour]``, in a person of middle frailty."""
    p = parameter_record(w.p)[0]
    kept = np.zeros(8)
    pool_factors(p, 1.0, kept)
    fast = slow = float(signals[(DAYS - 2) * DAY : (DAYS - 1) * DAY].mean())
    behind, found = 0.0, np.zeros((2, len(signals)))
    for hour, signal in enumerate(signals):
        fast, slow = follow(fast, signal, kept[0]), follow(slow, signal, kept[1])
        now = withdrawal_severity(gap(fast, slow, signal, p), p["sensitisation_full"], p)
        behind = lagged(behind, now, kept[5])
        found[:, hour] = now, behind
    return found


def odds(share: float) -> float:
    """Odds of a share, of half a person of twenty-five where it is none or all."""
    least = 0.5 / 25
    kept = min(max(share, least), 1.0 - least)
    return kept / (1.0 - kept)


@counterpart("f_pw_within_24h")
def within_a_day(w: World) -> float:
    """Buprenorphine 6 to 18 h after fentanyl, over 51 to 69 h: odds of SOWS of 21 or more by hour 4."""
    return odds(severe(w, "fentanyl", EARLY)) / odds(severe(w, "fentanyl", LATE))


@counterpart("f_pw_within_48h")
def within_two_days(w: World) -> float:
    """Buprenorphine 27 to 45 h after fentanyl, over 51 to 69 h: odds of SOWS of 21 or more by hour 4."""
    return odds(severe(w, "fentanyl", MIDDLE)) / odds(severe(w, "fentanyl", LATE))

"""Compartments: heroin -> 6-MAM -> morphine -> M6G, methadone, buprenorphine and naloxone.

Each drug is a chain of linear compartments (amounts in umol, concentrations in nmol/L, time in hours).
What the receptor sees is the drug's *load* ``u``: the sum over its active species of effect-site
concentration over the concentration that binds half of the receptors. Load is a linear read-out of a
linear chain, so a dose gives ``u(t) = sum_k gain_k exp(-rate_k t)`` exactly. We solve the chain once per
parameter draw for its rates and gains (its *modes*) and from then on only multiply: any number of doses,
any step, no error from stepping.

Sources: Rook 2006 (heroin, morphine), Hasselstrom 1993 and Crews (morphine phases, M6G), Yassen and
Dahan (effect sites), Dowling 2008 (naloxone), Eap 2002 (methadone); numbers in ``evidence/data/inputs.csv``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.compiled import compiled

Floats = npt.NDArray[np.float64]

HEROIN, METHADONE, BUPRENORPHINE, NALOXONE = range(4)
DRUGS = ("heroin", "methadone", "buprenorphine", "naloxone")
MODES_OF = (9, 2, 2, 5)
FIRST_MODE = (0, 9, 11, 13)
N_DRUGS = 4
N_MODES = 18

KINETICS = np.dtype(
    [
        ("rate", np.float64, (N_MODES,)),
        ("gain", np.float64, (N_MODES,)),
        ("peak_load_per_mg", np.float64),
        ("peak_hour", np.float64),
    ]
)


@dataclass(frozen=True)
class Chain:
    """A linear chain: ``dx/dt = rates @ x``, a dose of 1 mg adds ``dose``, load is ``load @ x``.

    ``rates`` is in 1/h, ``dose`` in umol/mg (in the chain's own amounts), ``load`` in 1/umol.
    """

    rates: Floats
    dose: Floats
    load: Floats


def half_life_rate(half_life_h: float) -> float:
    """First-order rate (1/h) of a half-life (h)."""
    return math.log(2.0) / half_life_h


def absorption_rate(peak_h: float, elimination: float) -> float:
    """Absorption rate (1/h) that puts the peak of an oral dose at ``peak_h`` given elimination (1/h).

    Solves ``ln(ka/ke)/(ka - ke) = peak_h`` for the root above ``ke`` by bisection.
    """
    low, high = elimination * (1.0 + 1e-9), 1e4
    for _ in range(200):
        middle = math.sqrt(low * high)
        late = math.log(middle / elimination) / (middle - elimination) > peak_h
        low, high = (middle, high) if late else (low, middle)
    return math.sqrt(low * high)


def morphine_micro_rates(p: Any) -> tuple[float, float, float, float]:
    """Volume (L) and rates (1/h) k10, k12, k21 of morphine from clearance and its two phases.

    The slow phase carries the share ``morphine_slow_share`` of the area under the curve, so that the
    area per dose stays 1/clearance whatever the share.
    """
    fast, slow = half_life_rate(p.morphine_half_life_h), half_life_rate(p.morphine_slow_half_life_h)
    share = p.morphine_slow_share
    clearance = p.morphine_clearance_l_per_h
    height_fast, height_slow = (1.0 - share) * fast / clearance, share * slow / clearance
    volume = 1.0 / (height_fast + height_slow)
    k21 = (height_fast * slow + height_slow * fast) * volume
    k10 = fast * slow / k21
    return volume, k10, fast + slow - k21 - k10, k21


def heroin_chain(p: Any) -> Chain:
    """Heroin by vein: heroin, 6-MAM, morphine (two phases), M6G, and the three effect sites."""
    weight = p.body_weight_kg
    heroin = half_life_rate(p.heroin_half_life_min / 60.0)
    mam = half_life_rate(p.mam_half_life_min / 60.0)
    volume, k10, k12, k21 = morphine_micro_rates(p)
    transit = 60.0 / p.m6g_transit_min
    m6g_volume = p.m6g_volume_l_per_kg * weight
    m6g = p.m6g_clearance_ml_per_min * 60.0 / 1000.0 / m6g_volume
    ke_mam = half_life_rate(p.mam_effect_half_life_min / 60.0)
    ke_morphine = half_life_rate(p.morphine_effect_half_life_h)
    ke_m6g = half_life_rate(p.m6g_effect_half_life_h)
    mam_volume = p.mam_volume_l_per_kg * weight
    a = np.zeros((9, 9))
    a[0, 0], a[1, 0] = -heroin, heroin
    a[1, 1], a[2, 1] = -mam, mam
    a[2, 2], a[3, 2], a[2, 3], a[3, 3] = -(k10 + k12), k12, k21, -k21
    a[4, 2], a[4, 4] = p.morphine_to_m6g * k10, -transit
    a[5, 4], a[5, 5] = transit, -m6g
    a[6, 1], a[6, 6] = ke_mam / mam_volume, -ke_mam
    a[7, 2], a[7, 7] = ke_morphine / volume, -ke_morphine
    a[8, 5], a[8, 8] = ke_m6g / m6g_volume, -ke_m6g
    dose = np.zeros(9)
    dose[0] = 1000.0 / p.heroin_salt_g_per_mol
    load = np.zeros(9)
    nmol = 1000.0
    load[6] = nmol / (p.morphine_half_load_nmol_l * p.mam_half_load_ratio)
    load[7] = nmol / p.morphine_half_load_nmol_l
    load[8] = nmol / p.m6g_half_load_nmol_l
    return Chain(a, dose, load)


def methadone_chain(p: Any) -> Chain:
    """Methadone by mouth: gut and one body compartment; effect follows plasma."""
    elimination = half_life_rate(p.methadone_half_life_h)
    absorption = absorption_rate(p.methadone_peak_h, elimination)
    volume = p.methadone_volume_l_per_kg * p.body_weight_kg
    a = np.array([[-absorption, 0.0], [absorption, -elimination]])
    dose = np.array([p.methadone_bioavailability * 1000.0 / p.methadone_g_per_mol, 0.0])
    load = np.array([0.0, 1000.0 / volume / p.methadone_half_load_nmol_l])
    return Chain(a, dose, load)


def buprenorphine_chain(p: Any) -> Chain:
    """Buprenorphine under the tongue: depot and one body compartment."""
    elimination = half_life_rate(p.buprenorphine_half_life_h)
    absorption = absorption_rate(p.buprenorphine_peak_h, elimination)
    a = np.array([[-absorption, 0.0], [absorption, -elimination]])
    volume, half_load = p.buprenorphine_volume_l, p.buprenorphine_half_load_ng_ml
    dose = np.array([p.buprenorphine_bioavailability * 1000.0, 0.0])  # ug, so that ug/L is ng/mL
    return Chain(a, dose, np.array([0.0, 1.0 / volume / half_load]))


def naloxone_chain(p: Any) -> Chain:
    """Naloxone into muscle: depot, three body compartments, effect site (Dowling 2008)."""
    v1, v2, v3 = p.naloxone_v1_l, p.naloxone_v2_l, p.naloxone_v3_l
    q2, q3, clearance = p.naloxone_q2_l_per_h, p.naloxone_q3_l_per_h, p.naloxone_clearance_l_per_h
    ka, ke = p.naloxone_im_absorption_per_h, half_life_rate(p.naloxone_effect_half_life_min / 60.0)
    a = np.zeros((5, 5))
    a[0, 0], a[1, 0] = -ka, ka
    a[1, 1], a[1, 2], a[1, 3] = -(clearance + q2 + q3) / v1, q2 / v2, q3 / v3
    a[2, 1], a[2, 2] = q2 / v1, -q2 / v2
    a[3, 1], a[3, 3] = q3 / v1, -q3 / v3
    a[4, 1], a[4, 4] = ke / v1, -ke
    dose = np.array([p.naloxone_im_bioavailability * 1000.0 / p.naloxone_g_per_mol, 0.0, 0.0, 0.0, 0.0])
    load = np.array([0.0, 0.0, 0.0, 0.0, 1000.0 / p.naloxone_half_load_nmol_l])
    return Chain(a, dose, load)


CHAINS = (heroin_chain, methadone_chain, buprenorphine_chain, naloxone_chain)
LARGEST_CONDITION = 1e8
NUDGE = 1e-6


def solve_modes(chain: Chain) -> tuple[Floats, Floats]:
    """Rates (1/h) and gains (load per mg) of a chain, so that a dose of 1 mg gives ``sum gain exp(-rate t)``.

    Two equal rates have no such solution; they are nudged apart by one part in a million.
    """
    a = chain.rates
    for attempt in range(8):
        values, vectors = np.linalg.eig(a)
        if np.linalg.cond(vectors) < LARGEST_CONDITION:
            break
        a = chain.rates * (1.0 + NUDGE * 4.0**attempt * np.diag(np.arange(len(values))))
    gains = (chain.load @ vectors) * np.linalg.solve(vectors, chain.dose)
    return -values.real, gains.real


def build_kinetics(p: Any) -> np.void:
    """All drugs' modes for one parameter draw as a ``KINETICS`` record, and an injected dose's peak."""
    record = np.zeros(1, KINETICS)
    named = np.array([p], dtype=p.dtype).view(np.recarray)[0]
    for drug, make in enumerate(CHAINS):
        rates, gains = solve_modes(make(named))
        where = slice(FIRST_MODE[drug], FIRST_MODE[drug] + MODES_OF[drug])
        record["rate"][0, where], record["gain"][0, where] = rates, gains
    hours = np.linspace(0.0, 2.0, 1441)
    response = load_after_dose(record[0], HEROIN, hours)
    top = int(np.argmax(response))
    record["peak_load_per_mg"], record["peak_hour"] = response[top], hours[top]
    return record[0]


def load_after_dose(kinetics: np.void, drug: int, hours: Floats) -> Floats:
    """Load of 1 mg at the given hours after the dose."""
    where = slice(FIRST_MODE[drug], FIRST_MODE[drug] + MODES_OF[drug])
    rate, gain = kinetics["rate"][where], kinetics["gain"][where]
    return np.asarray(np.exp(-np.outer(hours, rate)) @ gain)


@compiled
def step_factors(rate: Any, speed: Any, hours: float, decay: Any, mean: Any) -> None:
    """Decay over a step and mean over that step of each mode, for a person's own speed of elimination.

    ``speed`` (per drug) scales all rates of a drug's chain: clearance and distribution together.
    """
    k = 0
    for drug in range(N_DRUGS):
        for _ in range(MODES_OF[drug]):
            x = rate[k] * speed[drug] * hours
            decay[k] = math.exp(-x)
            mean[k] = (1.0 - decay[k]) / x
            k += 1


@compiled
def add_dose(modes: Any, gain: Any, drug: int, mg: float) -> None:
    """Put a dose into the modes of its drug (smoked or snorted heroin: the mg that reach blood)."""
    first = FIRST_MODE[drug]
    for k in range(first, first + MODES_OF[drug]):
        modes[k] += gain[k] * mg


@compiled
def load_of(modes: Any, weight: Any, drug: int) -> float:
    """Load of a drug: sum of its modes, each times ``weight`` (ones: now; ``mean``: over the coming step)."""
    first = FIRST_MODE[drug]
    total = 0.0
    for k in range(first, first + MODES_OF[drug]):
        total += modes[k] * weight[k]
    return max(0.0, total)

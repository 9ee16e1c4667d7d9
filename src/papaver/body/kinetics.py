"""Compartments: heroin -> 6-MAM -> morphine -> M6G, methadone, buprenorphine and naloxone.

Each drug is a chain of linear compartments (amounts in umol, concentrations in nmol/L, time in hours).
What the receptor sees is the drug's *load* ``u``: the sum over its active species of effect-site
concentration over the concentration that binds half of the receptors. Load is a linear read-out of a
linear chain, so a dose gives ``u(t) = sum_k gain_k exp(-rate_k t)`` exactly. We solve the chain once per
parameter draw for its rates and gains (its *modes*) and from then on only multiply: any number of doses,
any step, no error from stepping.

The equations are those of single bodies (``chains.py`` and its kin), without depots, metabolites that do
not act, and urine. Sources: Rook 2006 (heroin, morphine), Hasselstrom 1993 and Crews (morphine phases, M6G),
Yassen and Dahan (effect sites), Dowling 2008 (naloxone); numbers in ``evidence/data/inputs.csv``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.chains import NMOL, add_heroin, add_one_compartment, add_sites
from papaver.body.chains_antagonists import add_naloxone
from papaver.body.chains_opioids import add_methadone
from papaver.body.network import Network
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


def _chain(net: Network, dose: dict[str, float], load: dict[str, float]) -> Chain:
    """A chain of a network of one person: umol that a mg puts into compartments, load per umol in them."""
    into, seen = np.zeros(len(net.names)), np.zeros(len(net.names))
    for name, umol in dose.items():
        into[net.place(name)] = umol
    for name, per_umol in load.items():
        seen[net.place(name)] = per_umol
    return Chain(net.matrix()[0], into, seen)


def heroin_chain(p: Any) -> Chain:
    """Heroin by vein: heroin, 6-MAM, morphine (two phases), M6G, and the three effect sites."""
    net = Network(1)
    add_heroin(net, p, phases=False)
    add_sites(net, p, mam=True, phases=False)
    load = {
        "site mam": NMOL / (p["morphine_half_load_nmol_l"] * p["mam_half_load_ratio"]),
        "site morphine": NMOL / p["morphine_half_load_nmol_l"],
        "site m6g": NMOL / p["m6g_half_load_nmol_l"],
    }
    return _chain(net, {"heroin": 1000.0 / p["heroin_salt_g_per_mol"]}, load)


def methadone_chain(p: Any) -> Chain:
    """Methadone by mouth: gut and one body compartment; effect follows plasma."""
    net = Network(1)
    volume = add_methadone(net, p)
    dose = p["methadone_bioavailability"] * 1000.0 / p["methadone_g_per_mol"]
    return _chain(net, {"gut": dose}, {"methadone": 1000.0 / volume / p["methadone_half_load_nmol_l"]})


def buprenorphine_chain(p: Any) -> Chain:
    """Buprenorphine under the tongue: depot and one body compartment."""
    net = Network(1)
    add_one_compartment(net, "buprenorphine", p["buprenorphine_half_life_h"], p["buprenorphine_peak_h"])
    volume, half_load = p["buprenorphine_volume_l"], p["buprenorphine_half_load_ng_ml"]
    dose = p["buprenorphine_bioavailability"] * 1000.0  # ug, so that ug/L is ng/mL
    return _chain(net, {"gut": dose}, {"buprenorphine": 1.0 / volume / half_load})


def naloxone_chain(p: Any) -> Chain:
    """Naloxone into muscle: depot, three body compartments, effect site (Dowling 2008)."""
    net = Network(1)
    net.add("depot", p["naloxone_im_absorption_per_h"])
    add_naloxone(net, p)
    net.flow("depot", "naloxone", net.out("depot"))
    dose = p["naloxone_im_bioavailability"] * 1000.0 / p["naloxone_g_per_mol"]
    return _chain(net, {"depot": dose}, {"site naloxone": 1000.0 / p["naloxone_half_load_nmol_l"]})


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

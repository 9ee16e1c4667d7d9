"""Chains of diazepam with nordiazepam, and of alprazolam.

Sources: Greenblatt 1989 and studies of absorption and of nordiazepam (diazepam), DeVane 1990 (alprazolam);
numbers in ``evidence/data/inputs.csv``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from papaver.body.chains import IV, NMOL, Entries, absorption_rates, half_life_rate, two_phases
from papaver.body.network import PLASMA, SITE, Network


def diazepam(net: Network, p: Any, entries: Entries) -> None:
    """Diazepam by mouth (after a short wait) or vein: two phases, with nordiazepam."""
    gut = half_life_rate(p["diazepam_absorption_half_life_min"] / 60.0)
    wait = 60.0 / p["diazepam_lag_min"]
    fast, slow = half_life_rate(p["diazepam_fast_half_life_h"]), half_life_rate(p["diazepam_half_life_h"])
    clearance = p["diazepam_clearance_ml_per_min"] * 60.0 / 1000.0
    volume, k10, k12, k21 = two_phases(clearance, fast, slow, p["diazepam_slow_share"])
    net.add("stomach", wait)
    net.add("gut", gut)
    net.flow("stomach", "gut", wait)
    net.add("diazepam", k10 + k12)
    net.add("diazepam 2", k21, beside=True)
    net.flow("gut", "diazepam", gut)
    net.flow("diazepam", "diazepam 2", k12)
    net.flow("diazepam 2", "diazepam", k21)
    nor_volume = p["nordiazepam_volume_l_per_kg"] * p["body_weight_kg"]
    net.add("nordiazepam", half_life_rate(p["nordiazepam_half_life_h"]))
    net.flow("diazepam", "nordiazepam", k10 * p["diazepam_to_nordiazepam"])
    for entry in entries:
        net.enter(entry, {"diazepam": 1.0} if entry[0] == IV else {"stomach": p["diazepam_f"]})
    for name, liters in (("diazepam", volume), ("nordiazepam", nor_volume)):
        net.read(PLASMA, name, name, NMOL / liters)
        net.read(SITE, name, name, NMOL / liters)


def alprazolam(net: Network, p: Any, entries: Entries) -> None:
    """Alprazolam by mouth: one compartment; volume and clearance are those over the share absorbed."""
    volume = p["alprazolam_volume_l_per_kg"] * p["body_weight_kg"]
    elimination = p["alprazolam_clearance_l_per_h_kg"] * p["body_weight_kg"] / volume
    net.add(
        "gut",
        absorption_rates(
            p["alprazolam_peak_h"], p["alprazolam_clearance_l_per_h_kg"] / p["alprazolam_volume_l_per_kg"]
        ),
    )
    net.add("alprazolam", elimination)
    net.flow("gut", "alprazolam", net.out("gut"))
    for entry in entries:
        net.enter(entry, {"gut": np.ones(net.people)})
    net.read(PLASMA, "alprazolam", "alprazolam", NMOL / volume)
    net.read(SITE, "alprazolam", "alprazolam", NMOL / volume)

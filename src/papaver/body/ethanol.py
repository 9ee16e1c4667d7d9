"""Ethanol: two compartments, elimination that saturates, a little through the kidneys.

The only drug here whose chain is not linear: its enzyme is near its limit at a fraction of a gram per
litre. Solved by the classical Runge-Kutta rule of order four with fixed short steps that end at every dose
and look, for all people at once. Source: Norberg 2000; numbers in ``evidence/data/inputs.csv``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from papaver.body.chains import IV, half_life_rate
from papaver.body.drugs import drug, entry_of
from papaver.body.network import PLASMA, SITE, URINE

if TYPE_CHECKING:
    from papaver.body.regimen import Dose

Floats = npt.NDArray[np.float64]
STEPS_PER_HOUR = 60
FINER, FINE_MINUTES = 32, 6  # just after a dose the enzyme passes its half-limit within seconds
GUT, BLOOD, TISSUE, KIDNEY = range(4)


def body_of(p: Mapping[str, Any]) -> dict[str, Any]:
    """Volumes (L), clearances (L/h), limit (mg/h), half-limit (mg/L) and absorption (1/h) of these people."""
    water = 1.0 + (p["ethanol_volume_women"] - 1.0) * p["people"].woman
    return {
        "central": p["ethanol_central_volume_l"] * water,
        "tissue": p["ethanol_tissue_volume_l"] * water,
        "exchange": p["ethanol_exchange_ml_per_min"] * 60.0 / 1000.0,
        "renal": p["ethanol_renal_clearance_ml_per_min"] * 60.0 / 1000.0,
        "limit": p["ethanol_limit_mg_per_min"] * 60.0,
        "half": p["ethanol_half_limit_mg_per_l"],
        "gut": half_life_rate(p["ethanol_absorption_half_life_min"] / 60.0),
    }


def slope(x: Floats, drip: float, b: Mapping[str, Any]) -> Floats:
    """Change of the amounts (4, people) in gut, blood, tissue and urine, mg/h; ``drip`` into blood, mg/h."""
    blood, tissue = x[BLOOD] / b["central"], x[TISSUE] / b["tissue"]
    exchanged = b["exchange"] * (blood - tissue)
    burnt = b["limit"] * blood / (b["half"] + blood)
    renal = b["renal"] * blood
    absorbed = b["gut"] * x[GUT]
    return np.stack([-absorbed, absorbed + drip - exchanged - burnt - renal, exchanged, renal])


def advance(x: Floats, hours: float, drip: float, b: Mapping[str, Any], finer: int = 1) -> Floats:
    """Amounts after some hours, with steps of a minute at most, or ``finer``."""
    steps = max(1, math.ceil(hours * STEPS_PER_HOUR * finer))
    h = hours / steps
    for _ in range(steps):
        k1 = slope(x, drip, b)
        k2 = slope(x + 0.5 * h * k1, drip, b)
        k3 = slope(x + 0.5 * h * k2, drip, b)
        k4 = slope(x + h * k3, drip, b)
        x = x + h * (k1 + 2.0 * (k2 + k3) + k4) / 6
    return x


def follow_ethanol(
    doses: Sequence[Dose], hours: Floats, p: Mapping[str, Any]
) -> dict[tuple[str, str], Floats]:
    """Plasma and effect site (nmol/L) and urine (umol) of ethanol, (people, hours)."""
    b, people, one = body_of(p), p["people"].count, drug("ethanol")
    edges = sorted({d.hour for d in doses} | {d.hour + d.duration_h for d in doses} | set(hours.tolist()))
    for dose in doses:
        entry_of("ethanol", dose.route, dose.product)
    x = np.zeros((4, people))
    looks: list[Floats] = []
    spread = [d for d in doses if d.hour + d.duration_h / STEPS_PER_HOUR > d.hour]
    for k, now in enumerate(edges):
        for dose in doses:
            if dose.hour == now and dose not in spread:
                x[BLOOD if dose.route == IV else GUT] += dose.mg
        if now in hours:
            looks.append(x.copy())
        if now >= hours[-1]:
            break
        running = [d for d in spread if d.hour <= now < d.hour + d.duration_h]
        drip = sum(d.mg / d.duration_h for d in running if d.route == IV)
        sips = sum(d.mg / d.duration_h for d in running if d.route != IV)
        since = now - max((d.hour for d in doses if d.hour <= now), default=-1.0)
        x = _with_sips(x, edges[k + 1] - now, drip, sips, b, since)
    found = np.array(looks)
    level = np.maximum(0.0, found[:, BLOOD] / b["central"]).T * 1000.0 / one.g_per_mol * 1000.0
    urine = found[:, KIDNEY].T * 1000.0 / one.g_per_mol
    return {(PLASMA, "ethanol"): level, (SITE, "ethanol"): level, (URINE, "ethanol"): urine}


def _with_sips(
    x: Floats, hours: float, drip: float, sips: float, b: Mapping[str, Any], since: float
) -> Floats:
    """As ``advance``, ``since`` hours after a dose, with ``sips`` mg/h drunk evenly: a small drink a step."""
    early = min(hours, max(0.0, FINE_MINUTES / STEPS_PER_HOUR - since))
    for part, finer in ((early, FINER), (hours - early, 1)):
        if part <= 0.0:
            continue
        if sips == 0.0:
            x = advance(x, part, drip, b, finer)
            continue
        steps = max(1, math.ceil(part * STEPS_PER_HOUR * finer))
        for _ in range(steps):
            drink = np.zeros_like(x)
            drink[GUT] = 0.5 * sips * part / steps
            x = advance(x + drink, part / steps, drip, b, finer) + drink
    return x

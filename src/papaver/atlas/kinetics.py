"""Counterparts of findings on kinetics: areas, levels and detection windows from the same chains."""

from __future__ import annotations

import numpy as np

from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body.kinetics import heroin_chain

MORPHINE, MAM, M6G = 2, 1, 5  # compartments of the chain: plasma amounts


@counterpart("f_auc_m6g_iv")
def m6g_over_morphine(w: World) -> float:
    """Area of M6G over area of morphine in plasma (molar) after morphine by vein."""
    named = np.array([w.p], dtype=w.p.dtype).view(np.recarray)[0]
    chain = heroin_chain(named)
    dose = np.zeros(9)
    dose[MORPHINE] = 1.0
    area = -np.linalg.solve(chain.rates[:9, :9], dose)
    height_fast = w.p["morphine_clearance_l_per_h"]
    morphine = 1.0 / height_fast
    m6g = area[M6G] / (w.p["m6g_volume_l_per_kg"] * w.p["body_weight_kg"])
    return float(m6g / morphine)

"""Blood gases of the published overdose model: contents, pressures, what the gas stores fix (equations 5-8).

Compiled pieces only, for ``gas``; all numbers come in the record ``p``. Pressures in mmHg, contents in L/L,
flows in L/s.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.compiled import inlined

Floats = npt.NDArray[np.float64]


class Gases(NamedTuple):
    """Pressures (mmHg), contents (L/L) and flows (L/s) that follow from the gas stores."""

    arterial_co2: float
    arterial_o2: float
    brain_co2: float
    brain_o2: float
    tissue_o2: float
    lung_co2: float
    lung_o2: float
    brain_blood_co2: float
    brain_blood_o2: float
    tissue_blood_co2: float
    tissue_blood_o2: float
    vein_co2: float
    vein_o2: float
    artery_co2: float
    artery_o2: float
    brain_flow: float
    tissue_flow: float


@inlined
def blood_contents(co2: float, o2: float, p: Any) -> tuple[float, float]:
    """CO2 and O2 content of blood (L/L) at its pressures (mmHg): equation 6 (Spencer)."""
    f_o2 = o2 * (1.0 + p.bohr_beta * co2) / (p.o2_half * (1.0 + p.bohr_alpha * co2))
    f_co2 = co2 * (1.0 + p.haldane_beta * o2) / (p.co2_half * (1.0 + p.haldane_alpha * o2))
    x_o2 = f_o2 ** (1.0 / p.o2_power)
    x_co2 = f_co2 ** (1.0 / p.co2_power)
    most = p.blood_molar_volume
    return most * p.co2_capacity * x_co2 / (1.0 + x_co2), most * p.o2_capacity * x_o2 / (1.0 + x_o2)


@inlined
def blood_pressures(c_co2: float, c_o2: float, p: Any) -> tuple[float, float]:
    """PCO2 and PO2 (mmHg) of blood of given contents: equation 6 turned round, a pair of quadratics."""
    most = p.blood_molar_volume
    d_o2 = p.o2_half * (c_o2 / (most * p.o2_capacity - c_o2)) ** p.o2_power
    d_co2 = p.co2_half * (c_co2 / (most * p.co2_capacity - c_co2)) ** p.co2_power
    a1, b1, a2, b2 = p.bohr_alpha, p.bohr_beta, p.haldane_alpha, p.haldane_beta
    both = a1 * a2 * d_o2 * d_co2
    lead_co2, lead_o2 = b1 + a1 * b2 * d_o2, b2 + a2 * b1 * d_co2
    half_co2 = -(1.0 + b2 * d_o2 - b1 * d_co2 - both) / (2.0 * lead_co2)
    half_o2 = -(1.0 + b1 * d_co2 - b2 * d_o2 - both) / (2.0 * lead_o2)
    co2 = half_co2 + np.sqrt(half_co2**2 + (d_co2 + a2 * d_co2 * d_o2) / lead_co2)
    o2 = half_o2 + np.sqrt(half_o2**2 + (d_o2 + a1 * d_o2 * d_co2) / lead_o2)
    return co2, o2


@inlined
def gases(
    lung_co2: float, lung_o2: float, brain_co2: float, brain_o2: float,
    tissue_co2: float, tissue_o2: float, flow_co2: float, flow_o2: float, factor: float, p: Any,
) -> Gases:  # fmt: skip
    """Everything the gas stores fix at one moment: equations 5 to 8 without their rates."""
    lung_co2, brain_o2, tissue_o2 = max(0.0, lung_co2), max(0.0, brain_o2), max(0.0, tissue_o2)
    pb_co2 = (max(0.0, brain_co2) - p.brain_bicarbonate) / p.co2_solubility
    pt_co2 = (max(0.0, tissue_co2) - p.tissue_bicarbonate) / p.co2_solubility
    pb_o2, pt_o2 = brain_o2 / p.o2_solubility, tissue_o2 / p.o2_solubility
    cb_co2, cb_o2 = blood_contents(pb_co2, pb_o2, p)
    ct_co2, ct_o2 = blood_contents(pt_co2, pt_o2, p)
    ce_co2, ce_o2 = blood_contents(lung_co2, lung_o2, p)
    brain_flow = p.brain_flow * (1.0 + flow_co2 + flow_o2)
    tissue_flow = p.tissue_flow * (1.0 + p.tissue_flow_o2 * flow_o2)
    brain_share = brain_flow / (brain_flow + tissue_flow)
    cv_co2 = brain_share * cb_co2 + (1.0 - brain_share) * ct_co2
    cv_o2 = brain_share * cb_o2 + (1.0 - brain_share) * ct_o2
    ca_co2 = (1.0 - p.shunt) * ce_co2 + p.shunt * cv_co2
    ca_o2 = (1.0 - p.shunt) * ce_o2 + p.shunt * cv_o2
    pa_co2, pa_o2 = blood_pressures(ca_co2, ca_o2, p)
    return Gases(
        pa_co2, pa_o2, pb_co2, pb_o2, pt_o2, ce_co2, ce_o2, cb_co2, cb_o2, ct_co2, ct_o2,
        cv_co2, cv_o2, ca_co2, ca_o2, factor * brain_flow, factor * tissue_flow,
    )  # fmt: skip


@inlined
def gases_of(y: Floats, p: Any) -> Gases:
    """The gases of a state."""
    return gases(y[9], y[10], y[11], y[12], y[13], y[14], y[15], y[16], y[20], p)

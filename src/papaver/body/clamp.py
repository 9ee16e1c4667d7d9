"""Ventilation with the gases of the lung held fixed, as laboratories measure what opioids do to it.

In isohypercapnic protocols the end-tidal PCO2 is clamped (7 kPa) so that the rise of CO2, which defends
breathing in daily life, cannot. The equations are those of ``gas`` at rest with arterial pressures given:
brain stores, blood flow and chemoreflexes are in balance. Minutes are enough for that, so ventilation follows
the agonist signal directly. Reading such data as if people breathed air is a known mistake.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.blood import blood_contents, blood_pressures
from papaver.body.constants import record, values
from papaver.body.gas import firing, shifted, wakefulness_of
from papaver.compiled import compiled

Floats = npt.NDArray[np.float64]


@functools.cache
def naive_body() -> Any:
    """Numbers of the typical person of the published model, without tolerance, as a record."""
    sets = ("fda_body", "fda_tolerance_naive")
    return record({name: value for part in sets for name, value in values(part).items()})


@compiled
def clamped_ventilation(
    signal: float, tolerance: float, sedation: float, co2: float, o2: float, p: Any
) -> float:
    """Minute ventilation (L/min) at a signal with arterial PCO2 and PO2 (mmHg) held: equations 4, 6, 7, 8."""
    acting = shifted(signal, tolerance)
    awake = wakefulness_of(acting, sedation, p)
    change = p.flow_co2_low + p.flow_co2_span / (1.0 + np.exp(-(co2 - p.flow_co2_mid) / p.flow_co2_width))
    low_o2 = np.exp(-o2 / p.flow_o2_width) - np.exp(-p.flow_o2_rest / p.flow_o2_width)
    faster = change * p.flow_brain_mass / p.brain_flow + min(p.flow_o2_most, p.flow_o2_scale * low_o2)
    flow = p.brain_flow * (1.0 + faster)
    metabolism = max(0.0, awake / p.wakefulness_rest) ** p.metabolism_power
    made = p.brain_co2_made * max(metabolism, p.metabolism_co2_floor)
    used = p.brain_o2_used * max(metabolism, p.metabolism_o2_floor)
    artery_co2, artery_o2 = blood_contents(co2, o2, p)
    brain_co2, brain_o2 = blood_pressures(artery_co2 + made / flow, artery_o2 - used / flow, p)
    gain = 1.0 - acting**p.chemoreflex_power
    peripheral = gain * p.peripheral_gain * (firing(co2, o2, p) - p.chemo_rest)
    central = gain * p.central_gain * (brain_co2 - p.central_set_point)
    local = min(p.hypoxia_high, max(p.hypoxia_low, brain_o2))
    slow = 1.0 + p.hypoxia_gain * (local - p.hypoxia_rest) / p.hypoxia_rest
    if peripheral >= 0.0:
        peripheral *= slow
    return max(0.0, awake + max(0.0, peripheral + central))


@compiled
def _all_clamped(
    signal: Floats, tolerance: Floats, sedation: Floats, co2: float, o2: float, p: Any, out: Floats
) -> None:
    for i in range(signal.size):
        out[i] = clamped_ventilation(signal[i], tolerance[i], sedation[i], co2, o2, p)


def isohypercapnic_ventilation(
    signal: npt.ArrayLike,
    tolerance: npt.ArrayLike = 1.0,
    *,
    co2_mmhg: float,
    o2_mmhg: float,
    sedation: npt.ArrayLike = 0.0,
) -> Floats:
    """Minute ventilation (L/min) at agonist signals of breathing (any shape) with the lung's gases clamped.

    ``tolerance``: the post-receptor shift, 1 for none. ``sedation``: share of the wakefulness drive lost to
    other drugs. Signals below 0 or above 1 count as 0 and 1.
    """
    given = (np.asarray(one, np.float64) for one in (signal, tolerance, sedation))
    level, shift, lost = np.broadcast_arrays(*given)
    out = np.empty(level.size)
    _all_clamped(np.ravel(level), np.ravel(shift), np.ravel(lost), co2_mmhg, o2_mmhg, naive_body(), out)
    return out.reshape(level.shape)

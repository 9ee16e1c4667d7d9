"""How likely a use is to end in an overdose: a table of load and tolerance (first version).

Two thresholds from the same use: unrousable, and collapse (breathing fails without help). The table holds
both probabilities over ln(load at the peak) and ln(tolerance shift). Its axes carry no status, no release
and no treatment: what differs between weeks in and out of treatment must come from dose and tolerance.
The table is filled once per parameter draw from the scale, the spreads and the distance of the two
thresholds, and is to be replaced by the response surface of the breathing model.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.compiled import compiled

LOAD_POINTS, SHIFT_POINTS = 161, 17
UNROUSABLE, COLLAPSE = 0, 1


@compiled
def normal_below(z: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@compiled
def fill_table(load_low: float, load_step: float, shift_step: float, p: Any, table: Any) -> None:
    """Fill ``table[threshold, load, shift]`` with probabilities.

    A use of nominal peak load ``u`` passes a threshold when ``ln u + bag + use - ln T`` exceeds it; the
    bag's content varies with a bulk and a heavy tail (Stam 2018), the use with a normal spread.
    """
    spread = math.sqrt(p.overdose_use_sd**2 + p.bag_sd**2)
    tail_spread = math.sqrt(p.overdose_use_sd**2 + p.bag_tail_sd**2)
    for threshold in range(2):
        edge = math.log(p.overdose_load) + threshold * math.log(p.collapse_ratio)
        for i in range(table.shape[1]):
            for j in range(table.shape[2]):
                z = load_low + i * load_step - j * shift_step - edge
                bulk = normal_below(z / spread)
                tail = normal_below((z + p.bag_tail_shift) / tail_spread)
                table[threshold, i, j] = (1.0 - p.bag_tail_share) * bulk + p.bag_tail_share * tail


def build_table(p: Any) -> npt.NDArray[np.void]:
    """The table of one parameter draw: one record with axes and ``value[threshold, load, shift]``."""
    kind = np.dtype(
        [
            ("load_low", np.float64),
            ("load_step", np.float64),
            ("shift_step", np.float64),
            ("value", np.float64, (2, LOAD_POINTS, SHIFT_POINTS)),
        ]
    )
    record = np.zeros(1, kind)
    low, high = float(p["overdose_table_low"]), float(p["overdose_table_high"])
    record["load_low"], record["load_step"] = low, (high - low) / (LOAD_POINTS - 1)
    record["shift_step"] = math.log(p["tolerance_breathing"]) / (SHIFT_POINTS - 1)
    fill_table(
        low, record["load_step"][0], record["shift_step"][0], np.array([p], p.dtype)[0], record["value"][0]
    )
    return record


@compiled
def probability(table: Any, threshold: int, load: float, offset: float, shift: float) -> float:
    """Chance that a use passes a threshold: bilinear in ln(load) plus a person's offset and ln(tolerance)."""
    if load <= 0.0:
        return 0.0
    x = (math.log(load) + offset - table.load_low) / table.load_step
    y = math.log(shift) / table.shift_step if table.shift_step > 0.0 else 0.0  # 0: tolerance is frozen
    x = min(max(x, 0.0), LOAD_POINTS - 1.0)
    y = min(max(y, 0.0), SHIFT_POINTS - 1.0)
    i, j = min(int(x), LOAD_POINTS - 2), min(int(y), SHIFT_POINTS - 2)
    fx, fy = x - i, y - j
    v = table.value
    low = v[threshold, i, j] * (1.0 - fy) + v[threshold, i, j + 1] * fy
    high = v[threshold, i + 1, j] * (1.0 - fy) + v[threshold, i + 1, j + 1] * fy
    return low * (1.0 - fx) + high * fx

"""What a sample from a vein of the arm shows: plasma there follows arterial plasma with a delay.

Chains tell arterial plasma, which is what tissues see. Drug enters the tissue of the arm, so that in the
first minutes after a dose a vein shows less of it, later a little more; one compartment stands for the arm
(Moksnes 2008 for fentanyl: simultaneous arterial and venous samples).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def venous(hours: Floats, arterial: Floats, half_life_h: float) -> Floats:
    """Venous levels (people, times) from arterial ones, none before the first hour.

    Solves ``dv/dt = k (a - v)`` exactly for arterial levels that are straight lines between the ``hours``.
    ``half_life_h``: half-life of the arm (h).
    """
    k = np.log(2.0) / half_life_h
    found = np.zeros_like(arterial)
    for i, step in enumerate(np.diff(hours)):
        kept = np.exp(-k * step)
        rise = (arterial[:, i + 1] - arterial[:, i]) / step
        found[:, i + 1] = (
            found[:, i] * kept + arterial[:, i] * (1.0 - kept) + rise * (step - (1.0 - kept) / k)
        )
    return found

"""Sedatives beside an opioid: the share of the wakefulness drive that they take.

Each sedative takes ``x / (1 + x)``, x being its concentration over the one that takes half; several act on
what the others leave. Tolerance to sedatives is not in it: the half concentrations are those of people who do
not use them. Xylazine and medetomidine have no known concentration and effect in people; their share is given
as it is (``other``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers

Floats = npt.NDArray[np.float64]

SEDATIVES = ("ethanol", "diazepam", "nordiazepam", "alprazolam")
"""Analytes with a half concentration (inputs ``breathing_half_<analyte>_nmol_l``)."""


def share_lost(
    plasma: Mapping[str, npt.ArrayLike],
    other: npt.ArrayLike = 0.0,
    *,
    numbers: Mapping[str, float] | None = None,
) -> Floats:
    """Share of the wakefulness drive lost (0 to 1), of the shape that the concentrations have together.

    ``plasma``: nmol/L by analyte, as in ``Exposure.plasma``; analytes that do not sedate are passed over.
    ``other``: share lost to sedatives without known concentrations. ``numbers``: a draw of the inputs.
    Raises InputError for a negative concentration or a share outside 0 to 1.
    """
    given = central_numbers() if numbers is None else numbers
    lost_to_other = np.asarray(other, np.float64)
    faults = []
    if not ((lost_to_other >= 0.0) & (lost_to_other <= 1.0)).all():
        faults.append(Fault("must lie between 0 and 1.", field="other"))
    left = 1.0 - lost_to_other
    for analyte in SEDATIVES:
        level = np.asarray(plasma.get(analyte, 0.0), np.float64)
        if not (np.isfinite(level) & (level >= 0.0)).all():
            faults.append(Fault("is not a concentration.", "Give nmol/L, 0 or more.", field=analyte))
        left = left / (1.0 + level / given[f"breathing_half_{analyte}_nmol_l"])
    if faults:
        raise InputError(faults)
    return np.asarray(1.0 - left)


def midazolam_share(dose_mg: float, *, numbers: Mapping[str, float] | None = None) -> float:
    """Share lost a quarter of an hour after midazolam by vein (the trial that sets the scale)."""
    given = central_numbers() if numbers is None else numbers
    return float(dose_mg / (dose_mg + given["breathing_half_midazolam_mg"]))

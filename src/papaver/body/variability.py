"""What differs between people: named quantities, the numbers they act on, and how they vary.

A *quantity* (a clearance, a volume, a share taken up) multiplies one or several numbers of a chain, each
to a power: a clearance twice as large halves the half-lives that rest on it. Covariates and deviations act
on quantities, never on numbers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from papaver.body.opioids import declared

if TYPE_CHECKING:
    from papaver.body.people import People

Floats = npt.NDArray[np.float64]
CLEARANCE, VOLUME, OTHER = "clearance", "volume", "other"


@dataclass(frozen=True)
class Quantity:
    """Numbers that go together, each with its power; ``kind`` says how it grows with body weight.

    ``spread`` names the input that holds its standard deviation between people (log units), if any;
    ``kidney``: it goes with kidney function.
    """

    powers: Mapping[str, float]
    kind: str = OTHER
    spread: str = ""
    kidney: bool = False


def _of(kind: str, spread: str = "", **powers: float) -> Quantity:
    return Quantity(powers, kind, spread)


QUANTITIES: dict[str, Quantity] = {
    "heroin_clearance": _of(
        OTHER,
        "heroin_clearance_sd",
        heroin_clearance_ml_per_kg_min=1.0,
        heroin_half_life_min=-1.0,
        heroin_slow_half_life_min=-1.0,
    ),
    "heroin_smoked_f": _of(OTHER, "heroin_smoked_f_sd", heroin_smoked_f=1.0, heroin_cigarette_f=1.0),
    "heroin_in_f": _of(OTHER, "heroin_in_f_sd", heroin_in_f=1.0),
    "morphine_oral_f": _of(
        OTHER,
        "oral_f_sd",
        heroin_oral_f_naive=1.0,
        heroin_oral_f_daily=1.0,
        morphine_oral_f_naive=1.0,
        morphine_oral_f_daily=1.0,
    ),
    "mam_clearance": _of(OTHER, "mam_clearance_sd", mam_half_life_min=-1.0),
    "morphine_clearance": _of(
        CLEARANCE,
        "morphine_speed_sd",
        morphine_clearance_l_per_h=1.0,
        morphine_half_life_h=-1.0,
        morphine_slow_half_life_h=-1.0,
    ),
    "morphine_volume": _of(
        VOLUME, "morphine_volume_sd", morphine_half_life_h=1.0, morphine_slow_half_life_h=1.0
    ),
    "m3g_clearance": _of(CLEARANCE, "m3g_clearance_sd", m3g_clearance_l_per_h=1.0),
    "m6g_clearance": _of(CLEARANCE, "m6g_clearance_sd", m6g_clearance_ml_per_min=1.0),
    "m6g_volume": _of(OTHER, "m6g_volume_sd", m6g_volume_l_per_kg=1.0),
    "methadone_clearance": _of(OTHER, "methadone_speed_sd", methadone_half_life_h=-1.0),
    "methadone_volume": _of(
        OTHER, "methadone_volume_sd", methadone_volume_l_per_kg=1.0, methadone_half_life_h=1.0
    ),
    "methadone_f": _of(OTHER, "methadone_f_sd", methadone_bioavailability=1.0),
    "buprenorphine_clearance": _of(CLEARANCE, "buprenorphine_speed_sd", buprenorphine_clearance_l_per_h=1.0),
    "buprenorphine_v1": _of(VOLUME, "buprenorphine_v1_sd", buprenorphine_v1_l=1.0),
    "buprenorphine_v2": _of(VOLUME, "buprenorphine_v2_sd", buprenorphine_v2_l=1.0),
    "buprenorphine_v3": _of(VOLUME, buprenorphine_v3_l=1.0),
    "buprenorphine_q2": _of(CLEARANCE, "buprenorphine_q2_sd", buprenorphine_q2_l_per_h=1.0),
    "buprenorphine_q3": _of(CLEARANCE, buprenorphine_q3_l_per_h=1.0),
    "buprenorphine_polymer_f": _of(OTHER, "buprenorphine_polymer_f_sd", buprenorphine_polymer_f=1.0),
    "buprenorphine_sl_f": _of(OTHER, "buprenorphine_sl_f_sd", buprenorphine_sl_f_factor=1.0),
    "carfentanil_pace": _of(OTHER, "fentanyl_clearance_sd", carfentanil_pace=1.0),
    "naloxone_clearance": _of(
        CLEARANCE,
        "naloxone_clearance_sd",
        naloxone_clearance_l_per_h=1.0,
    ),
    "naloxone_product_clearance": _of(OTHER, "naloxone_clearance_sd", naloxone_clearance_factor=1.0),
    "naloxone_volume": _of(VOLUME, naloxone_v1_l=1.0, naloxone_v2_l=1.0, naloxone_v3_l=1.0),
    "naloxone_exchange": _of(CLEARANCE, naloxone_q2_l_per_h=1.0, naloxone_q3_l_per_h=1.0),
    "naloxone_nasal_f": _of(OTHER, "naloxone_nasal_f_sd", naloxone_spray_f=1.0, naloxone_dilute_f=1.0),
    "naloxone_im_f": _of(OTHER, "naloxone_im_f_sd", naloxone_muscle_f=1.0),
    "nalmefene_clearance": _of(
        OTHER,
        "nalmefene_clearance_sd",
        nalmefene_clearance_l_per_h_kg=1.0,
        nalmefene_half_life_h=-1.0,
        nalmefene_fast_half_life_min=-1.0,
        nalmefene_product_clearance_l_per_h=1.0,
    ),
    "naltrexone_f": _of(OTHER, "naltrexone_f_sd", naltrexone_oral_f=1.0),
    "naltrexone_clearance": _of(
        CLEARANCE,
        "naltrexone_clearance_sd",
        naltrexone_clearance_l_per_h=1.0,
        naltrexone_half_life_h=-1.0,
        naltrexone_fast_half_life_h=-1.0,
    ),
    "naltrexone_volume": _of(VOLUME, naltrexone_half_life_h=1.0, naltrexone_fast_half_life_h=1.0),
    "naltrexol_clearance": _of(
        CLEARANCE, "naltrexone_clearance_sd", naltrexol_clearance_l_per_h=1.0, naltrexol_half_life_h=-1.0
    ),
    "naltrexol_volume": _of(VOLUME, naltrexol_half_life_h=1.0),
    "codeine_clearance": _of(
        OTHER, "codeine_clearance_sd", codeine_oral_clearance_l_per_h_kg=1.0, codeine_half_life_h=-1.0
    ),
    "codeine_to_morphine": _of(OTHER, "codeine_to_morphine_sd", codeine_to_morphine=1.0),
    "ethanol_limit": _of(CLEARANCE, "ethanol_limit_sd", ethanol_limit_mg_per_min=1.0),
    "ethanol_volume": _of(
        VOLUME, "ethanol_volume_sd", ethanol_central_volume_l=1.0, ethanol_tissue_volume_l=1.0
    ),
    "diazepam_clearance": _of(
        CLEARANCE, "diazepam_clearance_sd", diazepam_clearance_ml_per_min=1.0, diazepam_half_life_h=-1.0
    ),
    "diazepam_volume": _of(VOLUME, diazepam_half_life_h=1.0),
    "diazepam_uptake": _of(OTHER, "diazepam_uptake_sd", diazepam_absorption_half_life_min=-1.0),
    "alprazolam_clearance": _of(OTHER, "alprazolam_clearance_sd", alprazolam_clearance_l_per_h_kg=1.0),
}
FACTORS = (
    "buprenorphine_sl_f_factor",
    "naloxone_clearance_factor",
    "carfentanil_pace",
)
"""Names that quantities act on and that are one in the typical person: no numbers of the evidence."""


def quantities() -> dict[str, Quantity]:
    """All quantities by name: those above, and those of declared opioids."""
    told = {name: row for one in declared().values() for name, row in one.quantities.items()}
    return QUANTITIES | {name: Quantity(**row) for name, row in told.items()}


def deviations() -> dict[str, str]:
    """Quantities that vary between people, and the input that holds the standard deviation."""
    return {name: one.spread for name, one in quantities().items() if one.spread}


CORRELATED: dict[tuple[str, str], str] = {}
"""Pairs of deviations and the input that holds their correlation."""


def joint_deviations(p: Mapping[str, float], z: Mapping[str, Floats]) -> dict[str, Floats]:
    """Deviations from independent normals ``z``: scaled, and correlated where that is published."""
    names, spread = list(z), deviations()
    correlation = np.eye(len(names))
    for (one, other), name in CORRELATED.items():
        i, j = names.index(one), names.index(other)
        correlation[i, j] = correlation[j, i] = p[name]
    lower = np.linalg.cholesky(correlation)
    joint = {}
    for i, name in enumerate(names):
        total = lower[i, i] * z[name]
        for j in range(i):
            if lower[i, j] != 0.0:
                total = total + lower[i, j] * z[names[j]]
        joint[name] = p[spread[name]] * total
    return joint


def covariate_factors(p: Mapping[str, float], people: People) -> dict[str, Floats]:
    """What covariates multiply each quantity by; a quantity that they leave alone has no entry.

    Volumes grow with weight, clearances with its power ``allometric_exponent``. Kidney function acts on the
    glucuronides: a part of their clearance needs no kidney. Severe cirrhosis, the third trimester and
    CYP2B6 act as published, in proportion to their share.
    """
    factors: dict[str, Any] = {}

    def times(quantity: str, factor: Floats) -> None:
        if (factor != 1.0).any():
            factors[quantity] = factors.get(quantity, 1.0) * factor

    size = people.weight_kg / p["body_weight_kg"]
    share_left = people.gfr_ml_per_min / p["gfr_usual_ml_per_min"]
    for name, one in quantities().items():
        if one.kind == CLEARANCE:
            times(name, size ** p["allometric_exponent"])
        elif one.kind == VOLUME:
            times(name, size)
        if one.kidney:
            times(name, share_left)
    rest = p["glucuronide_clearance_without_kidney"]
    kidney = rest + (1.0 - rest) * people.gfr_ml_per_min / p["gfr_usual_ml_per_min"]
    times("m3g_clearance", kidney)
    times("m6g_clearance", kidney)
    for name, number in CIRRHOSIS.items():
        times(name, 1.0 + (p[number] - 1.0) * people.liver)
    times("methadone_clearance", 1.0 + (p["methadone_clearance_late_pregnancy"] - 1.0) * people.pregnant)
    times("methadone_clearance", people.cyp2b6)
    return factors


CIRRHOSIS = {
    "morphine_clearance": "morphine_clearance_cirrhosis",
    "nalmefene_clearance": "nalmefene_clearance_cirrhosis",
}
"""Quantities that severe cirrhosis changes, and the input that holds the factor."""

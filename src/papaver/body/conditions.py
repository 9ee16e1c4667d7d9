"""Illness, age and weight as changes of a person's record in the breathing model.

The changes are few and coarse: gas exchange (shunt, dead space), reserve (reflex gains, lung volume) and an
airway that needs waking muscles. What a condition is worth is in the inputs ``breathing_...``; where no
measurement was found it is a range with its reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from papaver.body.constants import values
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers

CONDITIONS = ("lung_disease", "sleep_apnoea")


def modified(
    *names: str,
    severity: float = 1.0,
    age_years: float | None = None,
    bmi: float | None = None,
    numbers: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Numbers that replace those of the typical person, for ``patient`` or ``patients`` of ``breathing``.

    ``names``: from ``CONDITIONS``, each scaled by ``severity`` (0 none, 1 as described by the inputs; at most
    1). ``lung_disease``: chronic obstructive disease with shunt-like admixture, dead space and weaker
    reflexes. ``sleep_apnoea``: an airway that closes in part with the wakefulness drive. ``age_years``: loss
    of both reflexes from youth to old age (men of 64-73 against 22-30, Kronenberg 1973). ``bmi``: lung volume
    at rest falls exponentially with the body mass index (Jones 2006). ``numbers``: a draw of the inputs.

    Raises InputError for an unknown name or numbers that make no sense.
    """
    _check(names, severity, age_years, bmi)
    given, body = central_numbers() if numbers is None else numbers, values("fda_body")
    weaker = {"central_gain": 1.0, "peripheral_gain": 1.0}
    changed: dict[str, float] = {}
    if "lung_disease" in names:
        for field in ("shunt", "alveolar_fraction"):
            full = given[f"breathing_lung_disease_{field}"]
            changed[field] = body[field] + severity * (full - body[field])
        for gain in weaker:
            weaker[gain] *= 1.0 - severity * given["breathing_lung_disease_gain_loss"]
    if "sleep_apnoea" in names:
        changed["airway_collapsibility"] = severity * given["breathing_sleep_apnoea_collapsibility"]
    if age_years is not None:
        old = _old(age_years, given)
        weaker["central_gain"] *= 1.0 - old * given["breathing_age_central_loss"]
        weaker["peripheral_gain"] *= 1.0 - old * given["breathing_age_peripheral_loss"]
    if bmi is not None:
        steps = (bmi - given["breathing_bmi_reference"]) / given["breathing_bmi_step"]
        changed["alveolar_volume"] = body["alveolar_volume"] * math.exp(
            steps * math.log(given["breathing_bmi_volume_share"])
        )
    changed.update({gain: factor * body[gain] for gain, factor in weaker.items() if factor != 1.0})
    return changed


def _old(age_years: float, given: Mapping[str, float]) -> float:
    """0 at the age of the young men of the trial or below, 1 at that of the old ones or above."""
    young, old = given["breathing_age_young"], given["breathing_age_old"]
    return min(1.0, max(0.0, (age_years - young) / (old - young)))


def _check(names: tuple[str, ...], severity: float, age_years: float | None, bmi: float | None) -> None:
    faults = [
        Fault(f"{name!r} is not known here.", f"Choose from: {', '.join(CONDITIONS)}.", field="condition")
        for name in names
        if name not in CONDITIONS
    ]
    if not 0.0 <= severity <= 1.0:
        faults.append(Fault(f"{severity} is out of range.", "Give a share from 0 to 1.", field="severity"))
    for field, value in (("age_years", age_years), ("bmi", bmi)):
        if value is not None and not (math.isfinite(value) and value > 0.0):
            faults.append(Fault(f"{value} makes no sense.", "Give a number above 0.", field=field))
    if faults:
        raise InputError(faults)

"""Counterparts of findings on breathing and its failure: the published overdose model's own results.

These are results of a model whose numbers are used here, and not observations of people: they say that its
equations are solved as its authors solved them, and never count as checks. Arms are read from the ids of the
findings. Of the 105 arms of 2024 some stand for all; every one is run by tests/body/test_breathing_2024.py.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from papaver.atlas.estimates import Estimate, median, share
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body.breathing import BreathingRun, PatientRuns, simulate, simulate_patients
from papaver.body.virtual_patients import draw
from papaver.evidence import all_findings

# Virtual patients per draw of the inputs, on which this model does not depend: each draw takes other people.
PEOPLE, LEAST = 32, 12
MINUTES = 60.0
ARREST_MINUTES = 60.0  # what the authors count as time of low brain O2 after an arrest
OPIOIDS = {
    "fent1p63": ("fentanyl", 1.625),
    "fent2p97": ("fentanyl", 2.965),
    "carf0p012": ("carfentanil", 0.012),
    "carf0p022": ("carfentanil", 0.02187),
}
INTRAMUSCULAR = {"im2mg2ml": "generic_im", "im2mg04ml": "evzio", "generic": "generic_im", "auto": "evzio"}
SPRAYS: dict[str, tuple[float, ...]] = {
    "1dose": (1.0,),
    "2dosesstandard": (1.0, 1.0),
    "3dosesstandard": (1.0,) * 3,
    "4dosesstandard": (1.0,) * 4,
    "2dosesrapid": (2.0,),
    "4dosesrapid": (2.0, 2.0),
}
STANDING_FOR_2024 = {
    "fda24_ca_fent1p63_in4_1dose_d60",
    "fda24_ca_fent1p63_in4_2dosesrapid_d60",
    "fda24_ca_fent2p97_in4_4dosesrapid_d60",
    "fda24_ca_carf0p012_in4_3dosesstandard_d60",
    "fda24_ca_carf0p022_in4_1dose_d60",
    "fda24_ca_fent1p63_in4_2dosesrapid_d180",
    "fda24_ca_fent2p97_in4_2dosesrapid_d300",
    "fda24_ca_fent2p97_iv_0p04_d60",
    "fda24_ca_fent2p97_iv_4_d300",
    "fda24_ca_carf0p022_iv_0p5_d180",
    "fda24_ca_carf0p022_ivstep_2_d60",
    "fda24_hyp_fent1p63_1dose",
    "fda24_hyp_fent1p63_2dosesrapid",
    "fda24_hyp_carf0p012_2dosesrapid",
}
STEPWISE_MG = (0.04, 0.5, 2.0, 4.0, 10.0, 15.0)


@dataclass(frozen=True)
class Arm:
    """One arm: opioid and dose, naloxone product and sizes of its doses (in the product's unit), delay (s)
    from the fall of ventilation to the first dose, hours, and whether renarcotisation counts."""

    opioid: str
    dose_mg: float
    naloxone: str | None = None
    doses: tuple[float, ...] = (1.0,)
    delay_s: float = 60.0
    hours: float = 1.5
    look_again: bool = False


def arm_2022(opioid: str, product: str) -> Arm:
    """An arm of figure 7 of 2022; product ``none`` or a key of ``INTRAMUSCULAR``."""
    return Arm(*OPIOIDS[opioid], INTRAMUSCULAR.get(product))


def arm_2024(opioid: str, rescue: str, delay_s: str = "60") -> Arm:
    """An arm of the branch of 2024: rescue ``none``, ``in4_<sprays>``, ``iv_<mg>`` or ``ivstep_<doses>``."""
    product, _, which = rescue.partition("_")
    doses: tuple[float, ...] = (1.0,)
    if product == "in4":
        doses = SPRAYS[which]
    elif product == "iv":
        doses = (float(which.replace("p", ".")),)
    elif product == "ivstep":
        product, doses = "iv", STEPWISE_MG[: int(which)]
    given = None if product == "none" else product
    return Arm(*OPIOIDS[opioid], given, doses, float(delay_s), 1.25, look_again=True)


def patients(w: World, arm: Arm, people: int | None = None) -> PatientRuns:
    """Virtual chronic users of one arm, other ones in each draw of the inputs."""
    count = people or max(LEAST, round(PEOPLE * w.size))

    def make() -> PatientRuns:
        rows = draw(count, 1000 * w.seed + w.draw, arm.opioid, arm.naloxone)
        rows["rescue_delay"] = np.full(count, arm.delay_s)
        return simulate_patients(
            rows, arm.dose_mg, arm.opioid, "chronic", arm.naloxone, arm.hours,
            naloxone_doses=arm.doses, look_again=arm.look_again, threads=1,
        )  # fmt: skip

    made: PatientRuns = w.once(("breathing", arm, count), make)
    return made


def arrests(w: World, arm: Arm) -> Estimate:
    """Share of virtual chronic users with a cardiac arrest."""
    return share(patients(w, arm).arrest, np.ones(patients(w, arm).arrest.size, np.bool_))


def low_brain_o2_minutes(w: World, arm: Arm) -> Estimate:
    """Median time from first to last moment of brain PO2 at 20 mmHg or less; 60 min after an arrest."""
    runs = patients(w, arm)
    lasted = np.nan_to_num(runs.hypoxia_last_s - runs.hypoxia_first_s) / MINUTES
    return median(np.where(runs.arrest, ARREST_MINUTES, lasted), np.ones(lasted.size, np.bool_))


@functools.cache
def typical(opioid: str, product: str) -> BreathingRun:
    """The typical chronic user after an intravenous dose."""
    drug, dose_mg = OPIOIDS[opioid]
    return simulate(dose_mg, drug, "chronic", INTRAMUSCULAR.get(product), hours=0.5)


AT_REST = {
    "mv": "minute_ventilation_l_min",
    "pao2": "arterial_o2_mmhg",
    "flow": "cardiac_output_l_min",
}


def _about(text: str, run: Callable[[World], Estimate | float]) -> Callable[[World], Estimate | float]:
    run.__doc__ = text
    return run


def _of_arm(id: str) -> Callable[[World], Estimate | float] | None:
    """The counterpart of an arm's finding."""
    if found := re.fullmatch(r"fda_ca_(\w+?)_(none|im2mg2ml|im2mg04ml)", id):
        arm = arm_2022(*found.groups())
    elif found := re.fullmatch(r"fda24_ca_([a-z0-9]+)_(\w+)_d(\d+)", id):
        arm = arm_2024(*found.groups())
    elif found := re.fullmatch(r"fda24_hyp_([a-z0-9]+)_(\w+)", id):
        arm = arm_2024(found[1], f"in4_{found[2]}")
        return _about(
            "Median time of low brain O2 in virtual chronic users.", lambda w: low_brain_o2_minutes(w, arm)
        )
    elif id in {"laff_ca_none", "laff_ca_naloxone_in4"}:
        arm = Arm(*OPIOIDS["fent1p63"], "in4" if id.endswith("in4") else None)
    else:
        return None
    return _about(
        "Virtual chronic users drawn from the joint distribution of the published rows.",
        lambda w: arrests(w, arm),
    )


def _of_typical(id: str) -> Callable[[World], Estimate | float] | None:
    """The counterpart of a finding on the typical chronic user, who is the same in every draw."""
    if found := re.fullmatch(r"fda_typ_(collapse|arrest)_(\w+)", id):
        event, opioid = found.groups()
        return _about(
            "The typical chronic user without naloxone.",
            lambda w: float(getattr(typical(opioid, "none"), f"{event}_s")) / MINUTES,
        )
    if found := re.fullmatch(r"fda_typ_rescue_(generic|auto)_(\w+)", id):
        product, opioid = found.groups()
        return _about(
            "1 where the typical chronic user is saved.",
            lambda w: float(not typical(opioid, product).arrest),
        )
    if found := re.fullmatch(r"fda_typ_baseline_(\w+)", id):
        seen = AT_REST[found[1]]
        return _about(
            "The typical person at rest.", lambda w: float(getattr(typical("fent1p63", "none"), seen)[0])
        )
    if id == "fda_typ_mvnadir_fent1p63":
        return _about("Least ventilation in the first 90 s of the typical chronic user.", _first_nadir)
    return None


def _first_nadir(w: World) -> float:
    run = simulate(OPIOIDS["fent1p63"][1], "fentanyl", "chronic", hours=0.025, every_s=1.0)
    return run.least_ventilation_l_min


for _finding in all_findings():
    if _finding.id.startswith("fda24_") and _finding.id not in STANDING_FOR_2024:
        continue
    if _run := _of_arm(_finding.id) or _of_typical(_finding.id):
        counterpart(_finding.id)(_run)

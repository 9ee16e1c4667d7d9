"""The ligands of the mu receptor: how tightly they bind, how fast they leave, what they do once bound.

Two sets, kept apart. ``ligands``: constants on the scale of people, concentrations as in plasma after the
delay to the effect site, half-binding at the in-vivo half-effect wherever one was measured. ``fda_ligands``:
those of the published overdose model, measured in a dish, with slopes, drawn as whole rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.constants import values
from papaver.body.drugs import drug
from papaver.body.opioids import declared
from papaver.errors import Fault, InputError
from papaver.evidence import inputs

Floats = npt.NDArray[np.float64]

EFFECTS = ("breathing", "withdrawal", "reward", "analgesia")
MORPHINES, OTHERS = ("mam", "morphine", "m6g", "codeine"), ("carfentanil", "methadone")
PARTIAL = ("buprenorphine",)
ANTAGONISTS = ("naloxone", "naltrexone", "naltrexol", "nalmefene")
RATES = ("kon", "koff", "slope")
_full = "full_agonist_activity"
FDA_DRUGS = ("fentanyl", "carfentanil")
SCALES = ("breathing", "occupancy")
"""What the half-binding concentrations of buprenorphine, methadone, and morphine and its relatives rest on:
their effect on the breathing of volunteers, or, as in the day loop, receptors found held in scans
(buprenorphine), the level that holds off withdrawal (methadone) and a half-effect taken as half of the
receptors (morphine). For buprenorphine the two differ 33-fold, and no model with one receptor bridges them
(see the model description). All other ligands are the same on both scales."""
MORPHINE_LIKE = ("mam", "morphine", "m6g")


@dataclass(frozen=True)
class Ligand:
    """What the receptor needs to know of one ligand.

    ``half_nmol_l``: effect-site concentration that binds half of the receptors when alone (nmol/L; in people
    where measured so). ``off_per_h``: dissociation rate (1/h); the on rate is ``off / half^slope``.
    ``slope``: power of the concentration. These three may be arrays over people. ``activity``: intrinsic
    activity by effect, 1 for a full agonist. ``inverse``: for antagonists, how strongly they pull the signal
    below zero in a person of full dependence (0 in naive people).
    """

    name: str
    half_nmol_l: float | Floats
    off_per_h: float | Floats
    slope: float | Floats = 1.0
    activity: Mapping[str, float] = field(default_factory=dict)
    inverse: float = 0.0

    @property
    def kind(self) -> str:
        """``agonist``, ``partial`` or ``antagonist``."""
        if not any(self.activity.values()):
            return "antagonist"
        return "agonist" if min(self.activity.values()) >= 1.0 else "partial"


def ligands(numbers: Mapping[str, float] | None = None, scale: str = "breathing") -> dict[str, Ligand]:
    """Every ligand of the model by name, with constants measured in people wherever there are any.

    ``numbers``: all inputs by name (``evidence.inputs.numbers``; central values unless given). ``scale``: as
    in ``SCALES``. Heroin itself binds weakly and acts through 6-acetylmorphine and morphine; morphine-3-
    glucuronide, norfentanyl and norbuprenorphine are taken not to bind. Raises InputError for a scale that is
    not known.
    """
    if scale not in SCALES:
        raise InputError(Fault(f"{scale!r} is not a scale.", f"Choose: {', '.join(SCALES)}.", field="scale"))
    p = inputs.numbers() if numbers is None else numbers
    told = {name: row for one in declared().values() for name, row in one.ligands.items()}
    names = (*MORPHINES, *told, *OTHERS, *PARTIAL, *ANTAGONISTS)
    half = {name: p[f"{name}_half_load_nmol_l"] for name in names if f"{name}_half_load_nmol_l" in p}
    half.update({name: p[row["half"]] for name, row in told.items() if "half" in row})
    half.update(
        {name: half[row["half_of"]] * p[row["half_ratio"]] for name, row in told.items() if "half" not in row}
    )
    half["mam"] = half["morphine"] * p["mam_half_load_ratio"]
    half["carfentanil"] = half["fentanyl"] * p["carfentanil_half_load_ratio"]
    half["nalmefene"] = half["naloxone"] * p["nalmefene_half_load_ratio"]
    half["naltrexol"] = half["naltrexone"] * p["naltrexol_half_load_ratio"]
    half["buprenorphine"] = p["buprenorphine_half_load_ng_ml"] * 1000.0 / drug("buprenorphine").base_g_per_mol
    if scale == "breathing":
        half["buprenorphine"] = p["buprenorphine_half_load_breathing_nmol_l"]
        ratio = p["morphine_half_load_breathing_nmol_l"] / half["morphine"]
        half.update({name: ratio * half[name] for name in MORPHINE_LIKE})
        half["methadone"] = p["methadone_half_load_breathing_nmol_l"]
    return {
        name: _told(name, half[name], told[name], p) if name in told else _ligand(name, half[name], p)
        for name in names
    }


def _told(name: str, half: float, row: Mapping[str, Any], p: Mapping[str, float]) -> Ligand:
    """A ligand as its file declares it: a full agonist, or one with an input per effect."""
    given = row["activity"]
    activity = {effect: p[_full if given == "full" else given[effect]] for effect in EFFECTS}
    inverse = p[row["inverse"]] if "inverse" in row else 0.0
    return Ligand(name, half, 60.0 * p[row["off"]], 1.0, activity, inverse)


def _ligand(name: str, half: float, p: Mapping[str, float]) -> Ligand:
    activity = dict.fromkeys(EFFECTS, 0.0)
    if name in MORPHINES + OTHERS:
        activity = dict.fromkeys(EFFECTS, p[_full])
    if name in PARTIAL:
        activity = {effect: p[f"{name}_activity_{effect}"] for effect in EFFECTS}
    inverse = p["inverse_agonism"] if name in ANTAGONISTS else 0.0
    return Ligand(name, half, 60.0 * p[f"{name}_off_per_min"], 1.0, activity, inverse)


def fda_ligands(drug: str = "fentanyl", rows: Mapping[str, npt.ArrayLike] | None = None) -> dict[str, Ligand]:
    """Opioid and naloxone of the published overdose model, measured in a dish: keep apart from ``ligands``.

    ``rows``: columns of its virtual patients (``virtual_patients.draw``), drawn jointly because on rate and
    slope are correlated at -0.9 and more; without them the typical values. Raises InputError for a drug that
    has no set.
    """
    if drug not in FDA_DRUGS:
        raise InputError(Fault(f"{drug!r} has no set.", f"Choose: {', '.join(FDA_DRUGS)}.", field="drug"))
    typical = {**values(f"fda_opioid_{drug}"), **values("fda_naloxone_generic_im")}
    known: dict[str, Any] = {**typical, **dict(rows or {})}
    return {
        name: _from_rates(name, *(np.asarray(known[f"{part}_{rate}"], np.float64) for rate in RATES))
        for name, part in ((drug, "opioid"), ("naloxone", "naloxone"))
    }


def _from_rates(name: str, on: Floats, off: Floats, slope: Floats) -> Ligand:
    """A ligand from on rate (pM^-n/s), off rate (1/s) and slope; one person each where they are arrays."""
    half_pm = (off / on) ** (1.0 / slope)
    full = dict.fromkeys(EFFECTS, 1.0 if name in FDA_DRUGS else 0.0)
    per_hour = 60.0 * 60.0
    if half_pm.ndim == 0:
        return Ligand(name, float(half_pm) / 1000.0, float(off) * per_hour, float(slope), full)
    return Ligand(name, half_pm / 1000.0, off * per_hour, np.broadcast_to(slope, half_pm.shape), full)

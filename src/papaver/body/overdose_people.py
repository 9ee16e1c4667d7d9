"""Virtual people who take a dose: the signal it puts on their breathing, and what becomes of them.

People differ in kinetics (``people``), in the concentration that binds half of their receptors, in the gain
of their breathing reflexes and in how far their airway closes without waking muscles. For intravenous
fentanyl the published population is used instead, kinetics and binding in whole rows
(``virtual_patients``). Doses, tolerance, sedatives, illness, age and what is in the body already are given.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body import people as people_room
from papaver.body import virtual_patients
from papaver.body.breathing import PatientRuns, simulate_signals
from papaver.body.conditions import modified
from papaver.body.constants import values
from papaver.body.exposure import follow
from papaver.body.ligands import Ligand, fda_ligands, ligands
from papaver.body.people import People
from papaver.body.receptor import occupy, settle, signal
from papaver.body.regimen import Dose
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers
from papaver.evidence.sampling import uniforms

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]

SECONDS, HOURS_OF_DAY = 3600, 24
BREATHING_COLUMNS = (
    "central_gain",
    "peripheral_gain",
    "shunt",
    "alveolar_fraction",
    "airway_collapsibility",
)


class Intake(NamedTuple):
    """A drug with its way into the body: one class of the overdose surface.

    ``day``: of taking the dose once a day; ``window_h``: hours watched after the dose; ``rows``: people in
    the design of the surface; ``kinetics``: "people", or "published" for rows of the published population.
    """

    name: str
    drug: str
    route: str
    day: int
    window_h: float
    rows: int
    kinetics: str
    meaning: str


@cache
def intakes() -> Mapping[str, Intake]:
    """All classes of the surface by name."""
    text = (files("papaver.body") / "data" / "surface_classes.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        found[row["name"]] = Intake(
            row["name"],
            row["drug"],
            row["route"],
            int(row["day"]),
            float(row["window_h"]),
            int(row["rows"]),
            row["kinetics"],
            row["meaning"],
        )
    return found


def intake(name: str) -> Intake:
    """The class of this name. Raises InputError for an unknown one."""
    found = intakes().get(name)
    if found is None:
        raise InputError(Fault(f"there is no {name!r}.", f"Known: {', '.join(intakes())}.", field="intake"))
    return found


@dataclass(frozen=True)
class Bodies:
    """``count`` people as the surface sees them; ``deviations`` (log units, or shares for the airway) are
    what is known of each besides kinetics; ``rows`` the published population's kinetics and binding."""

    people: People
    deviations: Mapping[str, Floats]
    rows: Mapping[str, Floats]

    @property
    def count(self) -> int:
        """How many people."""
        return self.people.count


def draw_bodies(count: int, seed: int, numbers: Numbers | None = None) -> Bodies:
    """``count`` people; the first n are the same for any larger count. InputError as in ``people.draw``."""
    p = central_numbers() if numbers is None else numbers
    who = people_room.draw(count, seed, numbers=p)
    normal = {name: _normal(seed, name, count) for name in ("potency", "reflex")}
    deviations = {
        "potency": p["overdose_potency_sd"] * normal["potency"],
        "reflex": p["overdose_reflex_sd"] * normal["reflex"],
        "airway": p["overdose_airway_most"] * uniforms(seed, "overdose:airway", 1, count),
    }
    return Bodies(who, deviations, virtual_patients.draw(count, seed))


def _normal(seed: int, name: str, count: int) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(seed, f"overdose:{name}", 1, count)))


@dataclass(frozen=True)
class Setting:
    """What a dose meets, one value each per person.

    ``tolerance``: post-receptor shift T (1 none); ``sedation``: share of the wakefulness drive lost to
    sedatives taken with it; ``lung``, ``apnoea``: severity of lung disease and sleep apnoea (0 to 1);
    ``old``: 0 young, 1 as old as the oldest measured; ``present``: steady load of a full agonist in the body
    already, to which breathing has not adapted.
    """

    tolerance: Floats
    sedation: Floats
    lung: Floats
    apnoea: Floats
    old: Floats
    present: Floats


AXES = ("tolerance", "sedation", "lung", "apnoea", "old", "present")


def setting(count: int, **given: npt.ArrayLike) -> Setting:
    """A setting for ``count`` people: drug-free, healthy and young but for what is given (one value, or one
    each). Raises InputError for an unknown axis or a value outside its range."""
    faults, columns = [], {}
    for name in given:
        if name not in AXES:
            faults.append(Fault(f"there is no {name!r}.", f"Known: {', '.join(AXES)}.", field=name))
    for name in AXES:
        value = np.asarray(given.get(name, 1.0 if name == "tolerance" else 0.0), np.float64)
        least = 1.0 if name == "tolerance" else 0.0
        most = 1.0 if name not in {"tolerance", "present"} else np.inf
        if value.size not in {1, count} or not ((value >= least) & (value <= most)).all():
            faults.append(Fault(f"must be {least:g} or more, {most:g} at most.", field=name))
        else:
            columns[name] = np.broadcast_to(value.reshape(-1), (count,)).copy()
    if faults:
        raise InputError(faults)
    return Setting(**columns)


def patient_columns(bodies: Bodies, at: Setting, numbers: Numbers) -> dict[str, Floats]:
    """Columns for ``breathing.simulate_signals``: reflexes, gas exchange and airway of each person."""
    usual = values("fda_body")
    design = values("surface_design")
    columns = {name: np.empty(bodies.count) for name in BREATHING_COLUMNS}
    for i in range(bodies.count):
        age = design["young"] + at.old[i] * (design["old"] - design["young"])
        changed = modified("lung_disease", severity=at.lung[i], age_years=age, numbers=numbers)
        ill = modified("sleep_apnoea", severity=at.apnoea[i], numbers=numbers)["airway_collapsibility"]
        own = bodies.deviations["airway"][i]
        changed["airway_collapsibility"] = 1.0 - (1.0 - own) * (1.0 - ill)
        for name in BREATHING_COLUMNS:
            columns[name][i] = changed.get(name, usual.get(name, 0.0))
    for gain in ("central_gain", "peripheral_gain"):
        columns[gain] *= np.exp(bodies.deviations["reflex"])
    return columns


def grid_hours(window_h: float) -> Floats:
    """Hours after a dose at which the signal is known: fine at first, coarse later."""
    design = values("surface_design")
    end = window_h * SECONDS
    parts, start = [], 0.0
    for until, step in ((0.5, "fine_s"), (2.0, "middle_s"), (window_h, "coarse_s")):
        stop = min(until * SECONDS, end)
        if stop > start:
            parts.append(np.arange(start, stop, design[step]))
            start = stop
    return np.concatenate([*parts, [end]]) / SECONDS


@dataclass(frozen=True)
class Taken:
    """What 1 mg of a class does in each person: ``hours`` after the dose, ``levels`` (nmol/L by ligand,
    (people, times)), and the ligands as each person has them."""

    intake: Intake
    hours: Floats
    levels: Mapping[str, Floats]
    known: Mapping[str, Ligand]

    def load(self) -> Floats:
        """Load (people, times) of 1 mg: sum of concentrations over those that bind half of the receptors."""
        parts = [
            level / np.reshape(self.known[name].half_nmol_l, (-1, 1)) for name, level in self.levels.items()
        ]
        return np.asarray(np.sum(parts, axis=0))


def take(one: Intake, bodies: Bodies, numbers: Numbers) -> Taken:
    """Levels after 1 mg (or 1 mg a day until ``one.day``) in each person."""
    hours = grid_hours(one.window_h)
    if one.kinetics == "published":
        known = fda_ligands(one.drug, bodies.rows)
        return Taken(one, hours, {one.drug: published_levels(one.drug, bodies.rows, hours)}, known)
    doses = [Dose(one.drug, float(HOURS_OF_DAY * day), 1.0, one.route) for day in range(one.day)]
    site = follow(doses, hours + HOURS_OF_DAY * (one.day - 1), bodies.people, numbers=numbers).site
    known = personal_ligands(bodies, numbers)
    levels = {name: np.maximum(level, 0.0) for name, level in site.items() if name in known}
    return Taken(one, hours, levels, known)


def personal_ligands(bodies: Bodies, numbers: Numbers) -> dict[str, Ligand]:
    """The ligands with each person's half-binding concentrations."""
    own = np.exp(bodies.deviations["potency"])
    return {name: replace(one, half_nmol_l=one.half_nmol_l * own) for name, one in ligands(numbers).items()}


def published_levels(drug: str, rows: Mapping[str, Floats], hours: Floats) -> Floats:
    """Effect-site concentration (nmol/L, (people, times)) after 1 mg by vein in rows of the published
    population: equation 1 with constant volumes, solved exactly."""
    p: dict[str, Any] = {**values("fda_body"), **values(f"fda_opioid_{drug}"), **rows}
    count = next(iter(rows.values())).size
    rate = {
        name: np.broadcast_to(np.asarray(p[f"opioid_{name}"], float), (count,))
        for name in ("kout", "k12", "k21", "k13", "k31", "k_effect", "volume")
    }
    a = np.zeros((count, 4, 4))
    a[:, 0, 0] = -(rate["kout"] + rate["k12"] + rate["k13"])
    a[:, 0, 1], a[:, 0, 2] = rate["k21"], rate["k31"]
    a[:, 1, 0], a[:, 1, 1] = rate["k12"], -rate["k21"]
    a[:, 2, 0], a[:, 2, 2] = rate["k13"], -rate["k31"]
    a[:, 3, 0], a[:, 3, 3] = rate["k_effect"], -rate["k_effect"]
    speeds, vectors = np.linalg.eig(a)
    dose = np.zeros((count, 4, 1))
    dose[:, 0, 0] = p["pm_per_mg_l"] / p["opioid_molar_mass"] / rate["volume"] / 1000.0
    gain = np.linalg.solve(vectors, dose)[:, :, 0] * vectors[:, 3, :]
    course = np.einsum("pk,pkt->pt", gain, np.exp(speeds[:, :, None] * (hours * SECONDS)))
    return np.maximum(course.real, 0.0)


def chosen(taken: Taken, which: Any) -> Taken:
    """The same for some of the people, by index or mask."""
    levels = {name: level[which] if level.shape[0] > 1 else level for name, level in taken.levels.items()}
    known = {name: _ligand_of(one, which) for name, one in taken.known.items()}
    return replace(taken, levels=levels, known=known)


def _ligand_of(one: Ligand, which: Any) -> Ligand:
    own = {
        name: getattr(one, name)[which]
        for name in ("half_nmol_l", "off_per_h", "slope")
        if np.ndim(getattr(one, name)) > 0
    }
    return replace(one, **own) if own else one


def signals(taken: Taken, mg: Floats, present: Floats, other: Mapping[str, Floats] | None = None) -> Floats:
    """Agonist signal on breathing (people, times) of doses in mg, one each, with a steady load beside it.

    ``other``: levels (nmol/L, (people, times)) of further ligands such as naloxone, 0 at first.
    """
    levels = {name: level * mg[:, None] for name, level in taken.levels.items()}
    known = dict(taken.known)
    if present.any():
        known["methadone"] = known.get("methadone") or ligands()["methadone"]
        steady = present * known["methadone"].half_nmol_l
        levels["methadone"] = levels.get("methadone", 0.0) + steady[:, None] + np.zeros((1, taken.hours.size))
    levels.update(other or {})
    start = settle({name: level[:, 0] for name, level in levels.items()}, known)
    bound = occupy(taken.hours, levels, known, start=start)
    return np.clip(signal(bound, "breathing"), 0.0, 1.0)


def watch(
    taken: Taken,
    mg: Floats,
    at: Setting,
    patients: Mapping[str, npt.ArrayLike],
    numbers: Numbers,
    *,
    given: Floats | None = None,
    threads: int = 2,
) -> PatientRuns:
    """What becomes of each person without help; times (s) count from the dose.

    ``given``: the signals, if they are known already (with naloxone, say).
    """
    design = values("surface_design")
    lead = design["lead_s"]
    level = signals(taken, mg, at.present) if given is None else given
    times = np.concatenate([[0.0], lead + taken.hours * SECONDS])
    rise = np.minimum(1.0, np.maximum(0.0, times - lead) / design["sedation_rise_s"])
    runs = simulate_signals(
        times,
        np.concatenate([level[:, :1], level], axis=1),
        at.tolerance,
        patients,
        sedation=at.sedation[:, None] * rise if at.sedation.any() else None,
        numbers=numbers,
        threads=threads,
    )
    late = {
        name: getattr(runs, name) - lead for name in PatientRuns.__dataclass_fields__ if name.endswith("_s")
    }
    return replace(runs, **late)

"""People as bodies see them: size, age, organs, and how each departs from the typical person.

Every published number of kinetics is that of a typical person. A person's own value is the typical one
times what weight, kidney, liver, pregnancy and genes do to it, times ``exp(deviation)``. Deviations are
normal on the log scale, drawn jointly, each from its own stream of numbers: the first people of a draw are
the same however many are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.variability import FACTORS, covariate_factors, deviations, joint_deviations, quantities
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as all_numbers
from papaver.evidence.sampling import uniforms

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
MOST_PEOPLE, MOST_SEED = 2**31, 2**63


@dataclass(frozen=True)
class People:
    """``count`` people, one value each per column.

    ``woman``, ``pregnant`` (1: third trimester), ``liver`` (0 healthy, 1 severe cirrhosis) and
    ``daily_use`` (1: opioids every day for weeks) go from 0 to 1; ``cyp2b6`` and ``cyp2d6`` are the
    activity of the enzyme over the usual one. ``deviations`` holds log-deviations by quantity (see
    ``variability.py``); a missing name is no deviation.
    """

    weight_kg: Floats
    age_years: Floats
    woman: Floats
    height_cm: Floats
    gfr_ml_per_min: Floats
    liver: Floats
    pregnant: Floats
    daily_use: Floats
    cyp2b6: Floats
    cyp2d6: Floats
    deviations: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many people."""
        return len(self.weight_kg)

    def first(self, count: int) -> People:
        """The first ``count`` of them."""
        return self.chosen(np.arange(count))

    def chosen(self, which: Any) -> People:
        """These people, by index or mask, in the order given."""
        columns = {name: getattr(self, name)[which] for name in COLUMNS}
        return People(**columns, deviations={name: z[which] for name, z in self.deviations.items()})


COLUMNS = tuple(f.name for f in fields(People) if f.name != "deviations")
SHARES = frozenset({"woman", "liver", "pregnant", "daily_use"})
MAY_BE_NONE = frozenset({"gfr_ml_per_min", "cyp2b6", "cyp2d6"})
# Above anybody who ever lived: units are then wrong.
MOST = {"weight_kg": 650, "age_years": 125, "height_cm": 280, "gfr_ml_per_min": 400}


def typical(*, numbers: Numbers | None = None, **covariates: Any) -> People:
    """One typical person (or as many as the covariates have values), with the covariates named.

    Raises ``InputError`` for an unknown covariate or a value no person has.
    """
    p = all_numbers() if numbers is None else numbers
    count = max((np.size(value) for value in covariates.values()), default=1)
    given = _checked(covariates, count)
    return People(**_with_usual(p, given, count), deviations={})


def draw(count: int, seed: int, *, numbers: Numbers | None = None, **covariates: Any) -> People:
    """``count`` people with their own sex, height, weight, kidneys and deviations.

    A covariate that is named is held at its value (one for all, or one each). The first n people are the
    same for any larger count. Raises ``InputError`` for an impossible count, seed or covariate.
    """
    if not 1 <= count < MOST_PEOPLE:
        raise InputError(Fault(f"{count} people cannot be drawn.", "Ask for at least one.", field="count"))
    if not 0 <= seed < MOST_SEED:
        raise InputError(Fault(f"seed {seed} is out of range.", "Use a whole number from 0.", field="seed"))
    p = all_numbers() if numbers is None else numbers
    given = _checked(covariates, count)

    def spread(name: str) -> Floats:
        return np.asarray(np.exp(p[f"people_{name}_sd"] * _normal(seed, name, count)))

    woman = np.where(_uniform(seed, "woman", count) < p["people_women_share"], 1.0, 0.0)
    woman = given.setdefault("woman", woman)
    given.setdefault("height_cm", _by_sex(p, "height", "cm", woman) * spread("height"))
    given.setdefault("weight_kg", _by_sex(p, "weight", "kg", woman) * spread("weight"))
    given.setdefault("gfr_ml_per_min", p["gfr_usual_ml_per_min"] * spread("gfr"))
    z = {name: _normal(seed, f"deviation:{name}", count) for name in deviations()}
    return People(**_with_usual(p, given, count), deviations=joint_deviations(p, z))


def personal(p: Numbers, people: People, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The numbers of each person: those that differ between these people are arrays, the others as in ``p``.

    ``names``: only these quantities (see ``variability.py``); the default is all of them.
    """
    own: dict[str, Any] = dict(p)
    own["body_weight_kg"] = people.weight_kg
    own["usual_weight_kg"] = p["body_weight_kg"]
    own["people"] = people
    own.update(dict.fromkeys(FACTORS, 1.0))
    factors, known = covariate_factors(p, people), quantities()
    for quantity in known if names is None else names:
        factor = factors.get(quantity)
        if quantity in people.deviations:
            factor = np.exp(people.deviations[quantity]) * (1.0 if factor is None else factor)
        if factor is None:
            continue
        for name, power in known[quantity].powers.items():
            own[name] = own[name] * factor**power
    return own


def _by_sex(p: Numbers, what: str, unit: str, woman: Floats) -> Floats:
    men, women = p[f"people_{what}_men_{unit}"], p[f"people_{what}_women_{unit}"]
    return np.asarray(men + woman * (women - men))


def _with_usual(p: Numbers, given: Mapping[str, Floats], count: int) -> dict[str, Floats]:
    """All columns: what is given, else the usual value."""
    none, one = np.zeros(count), np.ones(count)
    woman = given.get("woman", none)
    usual = {
        "weight_kg": one * p["body_weight_kg"],
        "age_years": one * p["people_age_years"],
        "woman": none,
        "height_cm": _by_sex(p, "height", "cm", woman),
        "gfr_ml_per_min": one * p["gfr_usual_ml_per_min"],
        "liver": none,
        "pregnant": none,
        "daily_use": none,
        "cyp2b6": one,
        "cyp2d6": one,
    }
    return {name: given.get(name, value) for name, value in usual.items()}


def _checked(covariates: Mapping[str, Any], count: int) -> dict[str, Floats]:
    """Covariates as one value per person. Raises ``InputError`` naming each that cannot be."""
    faults, found = [], {}
    for name, given in covariates.items():
        if name not in COLUMNS:
            faults.append(Fault(f"there is no {name!r}.", f"Known: {', '.join(COLUMNS)}.", field=name))
            continue
        try:
            value = np.asarray(given, float)
        except (TypeError, ValueError):
            faults.append(Fault(f"{given!r} is no number.", "Give a number or one each.", field=name))
            continue
        if value.ndim > 1 or value.size not in (1, count):
            faults.append(Fault(f"{value.size} values for {count}.", "Give one, or one each.", field=name))
            continue
        column = np.broadcast_to(value.reshape(-1), (count,)).copy()
        most = 1 if name in SHARES else MOST.get(name, np.inf)
        bounds = "from 0 to 1" if name in SHARES else f"above 0, up to {most:g}"
        right = column >= 0.0 if name in SHARES or name in MAY_BE_NONE else column > 0.0
        right &= np.isfinite(column) & (column <= most)
        if not right.all():
            faults.append(Fault(f"{column[~right][0]:g} cannot be.", f"Use {bounds}.", field=name))
        found[name] = column
    if faults:
        raise InputError(faults)
    return found


def _uniform(seed: int, name: str, count: int) -> Floats:
    return uniforms(seed, f"people:{name}", 1, count)


def _normal(seed: int, name: str, count: int) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(_uniform(seed, name, count)))

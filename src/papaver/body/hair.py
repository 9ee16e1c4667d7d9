"""Hair by segment: a slow record of what the blood carried while each piece grew.

Drug in blood fills a store at the root in proportion to its plasma level; the store leaks into the hair
that grows and empties with the half-life seen along the hair of people who had stopped (Shen 2013). So a
piece holds the mean level of the time in which it grew and of some weeks before, times a ratio that differs
between people (colour, washing, sweat) far more than blood levels do. Nothing washes out of a piece once it
has grown. Numbers: ``hair_...`` in ``inputs.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver.body.drugs import drug
from papaver.body.specimens import DAY, Measured, normals

if TYPE_CHECKING:
    from papaver.body.people import People
    from papaver.body.regimen import Dose

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
HOURS_PER_MONTH = 365.25 / 12 * DAY
AREA_DAYS = 14  # long enough for the area under the curve of one dose of anything found in hair


def areas(p: Numbers, people: People, dose: Dose, part: str) -> Floats:
    """Area under the plasma curve of one dose, ng/mL x h per person; zeros if the dose gives none of it."""
    from papaver.body.exposure import follow
    from papaver.body.regimen import Dose as OneDose
    from papaver.body.regimen import Regimen

    if part not in drug(dose.drug).analytes:
        return np.zeros(people.count)
    one = OneDose(dose.drug, 0.0, dose.mg, dose.route, dose.duration_h, dose.product)
    hours = np.concatenate([np.linspace(0.0, 2.0, 121), np.geomspace(2.0, AREA_DAYS * DAY, 200)[1:]])
    course = follow(Regimen((one,)), hours, people, numbers=p).ng_per_ml(part)
    return np.asarray(np.trapezoid(course, hours, axis=1))


def levels(
    p: Numbers,
    people: People,
    one: Measured,
    doses: Sequence[Dose],
    cut_at: Floats,
    *,
    seed: int,
    segment: int = 0,
    length_cm: float = 1.0,
) -> Floats:
    """Level (people, T) in ng/mg in a segment of hair cut at hours ``cut_at`` (T,); segment 0 is at the skin.

    Growth is the same for all; incorporation differs between people.
    """
    part = one.parts[0]
    months = p[f"hair_half_life_{part}_month"]
    half_life = months * HOURS_PER_MONTH
    span = length_cm / p["hair_growth_cm_per_month"] * HOURS_PER_MONTH
    begin, end = cut_at - (segment + 1) * span, cut_at - segment * span
    known: dict[tuple[str, float, str], Floats] = {}
    total = np.zeros((people.count, len(cut_at)))
    for dose in doses:
        key = (dose.drug, dose.mg, dose.route)
        if key not in known:
            known[key] = areas(p, people, dose, part)
        early, late = np.maximum(begin - dose.hour, 0.0), np.maximum(end - dose.hour, 0.0)
        share = np.exp2(-early / half_life) - np.exp2(-late / half_life)
        total += known[key][:, None] * (share / span)[None, :]
    spread = np.exp(p["hair_sd"] * normals(seed, f"hair:{part}", people.count))
    return np.asarray(p[f"hair_over_plasma_{part}"] * spread[:, None] * total)

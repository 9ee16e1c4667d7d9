"""People who are alike in what they take: a steady regimen, a way of stopping, and what follows hour by hour.

Their regimen is the same; their symptom frailty and the speed of their kinetics differ as in the day loop
(``person.traits``). Time counts from the last full dose: day 1 is the first 24 hours after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import DRUGS
from papaver.evidence.inputs import numbers
from papaver.person.danger import CARE, balance
from papaver.person.day import dose_hour
from papaver.person.hours import HOURS
from papaver.person.life import Body, Dose, follow_hours
from papaver.person.medicines import maintenance_mg
from papaver.person.parameters import parameter_record
from papaver.person.records import BUPRENORPHINE, METHADONE, PERSON
from papaver.person.traits import draw_body
from papaver.randomness import key

Floats = npt.NDArray[np.float64]

ABRUPT, TAPER = "abrupt", "taper"
PROGRAMMES = {"methadone": METHADONE, "buprenorphine": BUPRENORPHINE}
FLUID_SIGNS = ("vomiting", "diarrhoea", "sweating", "nausea", "pulse")
SCALES = ("cows", "sows", "sows_gossop", "oows", "cina")
TROUBLING = 2  # the second of four levels, as in the day loop
# A reported symptom is troubling when any of its signs is.
SYMPTOM_SIGNS: Mapping[str, tuple[str, ...]] = {
    "nausea_vomiting": ("nausea", "vomiting"),
    "insomnia": ("insomnia",),
    "agitation": ("restlessness",),
    "diarrhoea": ("diarrhoea",),
    "sweating": ("sweating",),
    "anxiety": ("anxiety",),
    "muscle_aches": ("aches",),
}


def dose_hours(times_a_day: int, inputs: Any) -> list[int]:
    """Hours of the day of so many doses: one in the morning, more spread over waking hours."""
    if times_a_day == 1:
        return [int(inputs["medicine_hour"])]
    return [dose_hour(j, times_a_day) for j in range(times_a_day)]


@dataclass(frozen=True)
class Regimen:
    """What is taken and how it ends.

    ``mg_per_day`` of ``drug`` (heroin: mg of the salt by vein) in ``times_a_day`` equal doses for ``days``
    days; then ``stop``: ``abrupt``; ``taper`` over ``taper_days`` days of evenly falling amounts; or a
    daily supervised dose of ``methadone`` or ``buprenorphine``, rising to ``medicine_mg``, from the morning
    after ``wait_days`` full days without.
    """

    drug: str
    mg_per_day: float
    days: int
    times_a_day: int
    stop: str = ABRUPT
    taper_days: int = 0
    medicine_mg: float = 0.0
    wait_days: int = 0

    def hours_of_day(self, inputs: Any) -> list[int]:
        """Hours of the day at which it is taken."""
        return dose_hours(self.times_a_day, inputs)

    def last_hour(self, inputs: Any) -> int:
        """Hour of the last full dose after the start of the first day."""
        return (self.days - 1) * HOURS + self.hours_of_day(inputs)[-1]

    def medicine_hour(self, inputs: Any) -> int:
        """Hours from the last full dose to the first dose of the medicine."""
        first = (self.days + self.wait_days) * HOURS + int(inputs["medicine_hour"])
        return first - self.last_hour(inputs)


@dataclass(frozen=True)
class Aftermath:
    """What followed in each person: hours from the last full dose on, and days of 24 of those hours.

    ``felt``, ``cows`` and ``sows`` are ``[person, hour]``; ``worst_in_use`` is each person's strongest felt
    withdrawal in the last two days of use; ``troubled[person, day, symptom]`` tells whether a symptom was at
    a troubling level in any hour, symptoms in the order of ``SYMPTOM_SIGNS``. ``lost[care]``: each person's
    largest loss of water (share of body weight) under each kind of care (``person.danger``); ``sodium`` and
    ``pulse`` likewise the highest (mmol/L, 1/min). ``highest``: each person's highest score on each scale of
    ``SCALES``.
    """

    felt: Floats
    cows: Floats
    sows: Floats
    worst_in_use: Floats
    troubled: npt.NDArray[np.bool_]
    lost: Mapping[str, Floats] = field(default_factory=dict)
    highest: Mapping[str, Floats] = field(default_factory=dict)
    sodium: Mapping[str, Floats] = field(default_factory=dict)
    pulse: Mapping[str, Floats] = field(default_factory=dict)

    def worst_of_day(self, name: str) -> Floats:
        """Highest ``cows``, ``sows`` or ``felt`` of each day: ``[person, day]``."""
        values: Floats = getattr(self, name)
        return values.reshape(len(values), -1, HOURS).max(axis=2)


def doses_of(regimen: Regimen, days_after: int, inputs: Any) -> list[Dose]:
    """All doses of a regimen, and those after it within ``days_after`` days from the last full dose."""
    times = regimen.hours_of_day(inputs)
    each = regimen.mg_per_day / regimen.times_a_day
    doses = [Dose(regimen.drug, day * HOURS + hour, each) for day in range(regimen.days) for hour in times]
    for step in range(min(regimen.taper_days, days_after) if regimen.stop == TAPER else 0):
        left = each * (regimen.taper_days - step) / (regimen.taper_days + 1)
        doses += [Dose(regimen.drug, (regimen.days + step) * HOURS + hour, left) for hour in times]
    if regimen.stop in PROGRAMMES:
        doses += _medicine(regimen, days_after, inputs)
    return doses


def _medicine(regimen: Regimen, days_after: int, inputs: Any) -> list[Dose]:
    """Supervised doses: the first as in a detoxification, rising to the target as in maintenance."""
    p = parameter_record(inputs)[0]
    target = regimen.medicine_mg
    start = min(target, float(inputs[f"detoxification_{regimen.stop}_mg"]))
    begin = regimen.days + regimen.wait_days
    return [
        Dose(
            regimen.stop,
            (begin + day) * HOURS + int(inputs["medicine_hour"]),
            maintenance_mg(PROGRAMMES[regimen.stop], day, start, target, p),
        )
        for day in range(days_after - regimen.wait_days)
    ]


def body_of(number: int, inputs: Any, seed: int, draw: int = 0) -> Body:
    """Frailty and speeds of elimination of person ``number``, as the day loop draws them."""
    w = np.zeros(1, PERSON)
    draw_body(w[0], parameter_record(inputs)[0], number, *key(seed, draw))
    speed = {drug: float(w["speed"][0, k]) for k, drug in enumerate(DRUGS)}
    return Body(speed=speed, frailty=float(w["frailty"][0]))


def follow_people(regimen: Regimen, bodies: list[tuple[Body, Any]], days_after: int) -> Aftermath:
    """Follow each body, with its own record of inputs, through a regimen and ``days_after`` days after it."""
    count, hours = len(bodies), days_after * HOURS
    felt, cows, sows = np.zeros((count, hours)), np.zeros((count, hours)), np.zeros((count, hours))
    in_use = np.zeros(count)
    troubled = np.zeros((count, days_after, len(SYMPTOM_SIGNS)), np.bool_)
    highest = {scale: np.zeros(count) for scale in SCALES}
    lost, sodium, pulse = ({care: np.zeros(count) for care in CARE} for _ in range(3))
    p = numbers()
    for i, (body, inputs) in enumerate(bodies):
        doses = doses_of(regimen, days_after, inputs)
        course = follow_hours(doses, regimen.days + days_after + 1, inputs, body=body)
        last = regimen.last_hour(inputs)
        after = slice(last, last + hours)
        felt[i], cows[i], sows[i] = (course[name][after] for name in ("felt", "cows", "sows"))
        for scale in SCALES:
            highest[scale][i] = course[scale][after].max()
        in_use[i] = course["felt"][max(0, last - 2 * HOURS) : last].max(initial=0.0)
        for k, signs in enumerate(SYMPTOM_SIGNS.values()):
            level = np.maximum.reduce([course[sign][after] for sign in signs])
            troubled[i, :, k] = level.reshape(days_after, HOURS).max(axis=1) >= TROUBLING
        course_after = {name: course[name][after] for name in FLUID_SIGNS}
        for care in CARE:
            found = balance(course_after, p, care=care)
            lost[care][i], sodium[care][i] = found.lost.max(), found.sodium.max()
            pulse[care][i] = found.pulse.max()
    return Aftermath(felt, cows, sows, in_use, troubled, lost, highest, sodium, pulse)

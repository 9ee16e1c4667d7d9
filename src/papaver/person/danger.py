"""What withdrawal itself can do to a body: loss of water and salt, a racing heart, and who is at more risk.

Opioid withdrawal kills rarely and then by water: vomiting, diarrhoea and sweating take it, nausea keeps
people from drinking, and sodium in the blood rises until the heart fails; nearly all recorded deaths were of
people who were locked up and not looked after. The balance here is water in, water out, hour by hour:

    deficit(t+1) = deficit(t) + (drinks missed + vomit + stool + sweat) x share not replaced - thirst
    sodium = (sodium at the start - sodium lost) / (water at the start - deficit)

Amounts per hour and level are assumed with wide ranges, so only the order of situations is to be trusted,
never a forecast for a person. Seizures
and delirium are not part of opioid withdrawal (see ``person.sedatives``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
HOURS = 24
MOST_LEVEL = 4
STAGES = ("none", "mild", "moderate", "severe")
# Who is looked after how: share of the water lost by vomiting, diarrhoea and sweating that is replaced.
CARE = ("none", "drinks", "medical")


@dataclass(frozen=True)
class Balance:
    """By hour: ``lost`` share of body weight, ``sodium`` mmol/L, ``pulse`` beats a minute."""

    lost: Floats
    sodium: Floats
    pulse: Floats

    def stage(self, p: Mapping[str, float]) -> str:
        """Worst stage of dehydration: none, mild, moderate or severe, by share of body weight lost."""
        edges = (p["dehydration_mild"], p["dehydration_moderate"], p["dehydration_severe"])
        return STAGES[int(sum(float(self.lost.max()) >= edge for edge in edges))]

    def sodium_high(self, p: Mapping[str, float]) -> bool:
        """Whether sodium rises above the laboratory's upper limit."""
        return bool(self.sodium.max() > p["sodium_upper_limit"])


def balance(
    course: Mapping[str, Floats], p: Mapping[str, float], *, care: str = "drinks", weight_kg: float = 0.0
) -> Balance:
    """Water and sodium over the hours of a course (levels of signs by hour, as ``follow_hours`` gives them).

    ``p``: inputs by name (``papaver.evidence.inputs.numbers``). ``care``: with ``none`` a person drinks as
    nausea allows; ``drinks``: somebody brings drinks, part of the loss is replaced; ``medical``: all of it.
    """
    weight = weight_kg or p["body_weight_kg"]
    vomit, stool, sweat = (_rate(course[sign], p[f"{name}_ml_per_hour"]) for sign, name in _LOSSES)
    appetite = 1.0 - np.maximum(course["nausea"], course["vomiting"]) / MOST_LEVEL
    usual = p["usual_loss_ml_per_hour"] * np.minimum(1.0, p["kidney_saves_to"] + appetite)
    missing = np.maximum(0.0, usual - p["usual_drinks_ml_per_hour"] * appetite)
    kept = 1.0 - _replaced(care, p)
    water, salt = _follow(
        kept * (missing + vomit + stool + sweat),
        kept * ((vomit + stool) * p["gut_sodium"] + sweat * p["sweat_sodium"]) / 1000.0,
        appetite / p["thirst_hours"],
    )
    at_first = p["body_water_share"] * weight  # litres
    sodium = (p["sodium_usual"] * at_first - salt) / (at_first - water / 1000.0)
    lost = water / (1000.0 * weight)
    pulse = np.interp(course["pulse"], range(MOST_LEVEL + 1), _pulses(p)) + p["pulse_per_share_lost"] * lost
    return Balance(lost, sodium, pulse)


def _follow(loss: Floats, salt: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Deficit of water (mL) and of sodium (mmol) by hour: losses add, thirst and meals bring some back."""
    water_gone, salt_gone = np.zeros(len(loss)), np.zeros(len(loss))
    dry = thin = 0.0
    for hour in range(len(loss)):
        kept = 1.0 - min(1.0, float(back[hour]))
        dry, thin = dry * kept + float(loss[hour]), thin * kept + float(salt[hour])
        water_gone[hour], salt_gone[hour] = dry, thin
    return water_gone, salt_gone


_LOSSES = (("vomiting", "vomit"), ("diarrhoea", "stool"), ("sweating", "sweat"))


def _rate(level: Floats, per_hour: float) -> Floats:
    """Loss per hour: the given amount at the second level of four, in proportion to the level."""
    return np.asarray(level / 2.0 * per_hour)


def _replaced(care: str, p: Mapping[str, float]) -> float:
    return {"none": 0.0, "drinks": p["replaced_by_drinks"], "medical": 1.0}[care]


def _pulses(p: Mapping[str, float]) -> list[float]:
    """Beats a minute at the levels of the sign: the bounds of the COWS item and their middles."""
    return [
        p["pulse_usual"],
        p["pulse_cows_1"],
        p["pulse_cows_2"],
        p["pulse_cows_4"],
        p["pulse_cows_4"] + p["pulse_cows_2"] - p["pulse_cows_1"],
    ]


def ratio_after_stopping(days_of_treatment: float, p: Mapping[str, float]) -> float:
    """Hazard of death by overdose or suicide after prescribed opioids stop, over that while they go on.

    Published by length of the treatment before (US veterans). It names a danger; nothing in a life is
    multiplied by it, since overdose after stopping already follows from lost tolerance.
    """
    for edge, name in ((30, "stop_ratio_30"), (90, "stop_ratio_90"), (400, "stop_ratio_400")):
        if days_of_treatment <= edge:
            return p[name]
    return p["stop_ratio_longer"]


def pregnancy_facts(p: Mapping[str, float]) -> tuple[str, ...]:
    """What is published on withdrawal in pregnancy, in sentences."""
    return (
        "In pregnancy a supervised withdrawal was not followed by more losses of the child "
        f"({p['fetal_loss_withdrawal']:g} of 100) than none ({p['fetal_loss_without']:g} of 100), but "
        f"relapse is {p['pregnancy_relapse_ratio']:g} times as frequent as on methadone or buprenorphine.",
        "Methadone is cleared faster late in pregnancy: the same dose holds less.",
    )


def suicidality_fact(p: Mapping[str, float]) -> str:
    """What is published on thoughts of suicide around a detoxification, in a sentence."""
    return (
        f"Of 100 people entering a detoxification in hospital {p['suicidality_entering']:.0f} had signs of "
        f"suicidality in an interview, three months later {p['suicidality_later']:.0f}."
    )

"""Withdrawal after a regimen in sentences: when it starts, peaks and ends, how hard it is, who is in danger.

Takes what followed in people who are alike (``person.regimen.follow_people``): once with the central inputs,
so that only people differ, and once with a draw of the inputs of its own for each person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papaver.report import text

if TYPE_CHECKING:
    from papaver.person.regimen import Aftermath, Regimen
    from papaver.report.read import Floats

HOURS = 24
STARTED, OVER = 0.2, 0.25  # of its own peak: withdrawal has started, is mostly over
MILD, MODERATE, SEVERE = 5, 13, 37
MEDICINES = ("methadone", "buprenorphine")  # ways of stopping that go on with a medicine
BANDS = ((0, "none"), (5, "mild"), (13, "moderate"), (25, "moderately\nsevere"), (37, "severe"))
TOP_COWS = 48
ROUTES = {"heroin": "pure, by vein", "methadone": "by mouth", "buprenorphine": "under the tongue"}
DRY, LEAST_SHARE = 0.05, 0.005  # share of body weight lost as water; share of people worth a sentence
CERTAIN = 0.995

WARNING_SIGNS = (
    "Vomiting or diarrhoea and nothing stays down; dizziness on standing, a very dry mouth, little or dark "
    "urine: dehydration and lost salts can kill, and are treated easily.",
    "Chest pain, fainting, a very fast or uneven heartbeat, trouble breathing.",
    "Confusion, seeing or hearing what is not there, or a seizure: that is not opioid withdrawal. Think of "
    "withdrawal from alcohol or benzodiazepines, which can kill and needs a hospital.",
    "Pregnancy: do not stop at once. Methadone or buprenorphine with a midwife or doctor is safer for both.",
    "Thoughts of suicide or of self-harm.",
)
LOST_TOLERANCE = (
    "Tolerance goes within days. After a break the old dose may kill: most at risk are people who have just "
    "stopped. Naloxone at hand and somebody near save lives."
)
NO_ADVICE = (
    "This is a model of a group of people, not a forecast for anybody, and no advice on doses or on how to "
    "stop. Methadone or buprenorphine, given by a doctor, keep withdrawal away and lower the risk of death."
)


@dataclass(frozen=True)
class Timing:
    """When withdrawal starts, peaks and is mostly over, in hours from the last full dose, one per person.

    Started: above a fifth of its own peak and above the worst of daily use; over: last time at a quarter of
    its peak. Not a number: never worse than in daily use; still going at the end.
    """

    start: Floats
    peak: Floats
    over: Floats


def timing(after: Aftermath) -> Timing:
    """Start, peak and end of every person's withdrawal."""
    import numpy as np

    felt = after.felt
    top = felt.max(axis=1, keepdims=True)
    begun = (felt > STARTED * top) & (felt > after.worst_in_use[:, None])
    start = np.where(begun.any(axis=1), begun.argmax(axis=1), np.nan)
    still = (felt >= OVER * top) & (top > 0.0)
    last = felt.shape[1] - still[:, ::-1].argmax(axis=1)
    over = np.where(still.any(axis=1) & (last < felt.shape[1]), last, np.nan)
    peak = np.where(top[:, 0] > 0.0, felt.argmax(axis=1), np.nan)
    return Timing(start.astype(float), peak.astype(float), over.astype(float))


def reaching(after: Aftermath, score: int) -> float:
    """Share of people whose COWS reaches a score at any hour."""
    return float((after.cows.max(axis=1) >= score).mean())


# ------------------------------------------------------------------------------------------------ words


def regimen_words(regimen: Regimen, months: float) -> str:
    """The regimen in a few words."""
    times = "once a day" if regimen.times_a_day == 1 else f"{regimen.times_a_day} times a day"
    amount = f"{regimen.drug} {regimen.mg_per_day:g} mg a day"
    return f"{amount} ({ROUTES[regimen.drug]}, {times}) for {_months(months)}"


def _months(months: float) -> str:
    return f"{months:g} month{'' if months == 1 else 's'}"


def stop_words(regimen: Regimen) -> str:
    """The way of stopping in a few words."""
    if regimen.stop == "taper":
        return f"tapered to nothing over {regimen.taper_days} days"
    if regimen.stop == "abrupt":
        return "stopped at once"
    return f"changed to {regimen.stop}, up to {regimen.medicine_mg:g} mg a day"


def finding(regimen: Regimen, months: float, after: Aftermath) -> str:
    """What the figure shows, as a sentence."""
    moderate = _of100(reaching(after, MODERATE))
    taken = f"{regimen.drug.capitalize()} {regimen.mg_per_day:g} mg a day for {_months(months)}"
    head = f"{taken}, {stop_words(regimen)}"
    when = timing(after)
    if not after.felt.any():
        return f"{head}: no withdrawal"
    worst, over = _day(_middle(when.peak)), _middle(when.over)
    end = f"mostly over by day {_day(over)}" if over == over else f"not over by day {days_of(after)}"
    if regimen.stop in MEDICINES:
        end = f"{_of100(_mild_on_the_last_day(after))} of 100 are still mildly ill on day {days_of(after)}"
    return f"{head}: {moderate} of 100 people reach moderate withdrawal; it is worst on day {worst} and {end}"


def _day(hour: float) -> int:
    return int(hour // HOURS) + 1


def days_of(after: Aftermath) -> int:
    """Days that were followed."""
    return int(after.felt.shape[1]) // HOURS


def _middle(values: Floats) -> float:
    """Median with those who never come counted as last; not a number when half never come."""
    return at(values, 0.5)


def at(values: Floats, share: float) -> float:
    """A quantile of values, one per person, with those who never come counted as last."""
    import numpy as np

    late = np.where(np.isnan(values), np.inf, values)
    value = float(np.quantile(late, share, method="inverted_cdf"))
    return value if value < float("inf") else float("nan")


def sentences(regimen: Regimen, after: Aftermath, unknown: Aftermath, medicine_hour: int) -> list[str]:
    """When withdrawal starts, peaks and ends, how hard it is, and how unsure that is."""
    from papaver.evidence.inputs import numbers
    from papaver.person.danger import suicidality_fact

    if not after.felt.any():
        return ["Nobody has any withdrawal."]
    when, other = timing(after), timing(unknown)
    lines = []
    if regimen.stop in MEDICINES:
        lines.append(
            f"The first dose of {regimen.stop} comes {medicine_hour} hours after the last of {regimen.drug}."
        )
    lines += [
        *_start_words(regimen, when, other),
        f"It is worst on day {_day(_middle(when.peak))}, after {_hours_words(when.peak, other.peak)}.",
        _settled_words(after) if regimen.stop in MEDICINES else _over_words(when, other, days_of(after)),
        "How hard it is differs far more between people than when it comes: of 100 people "
        f"{_of100(reaching(after, MILD))} reach a COWS of 5 or more (mild), "
        f"{_of100(reaching(after, MODERATE))} one of 13 (moderate) and "
        f"{_of100(reaching(after, SEVERE))} one of 37 (severe).",
        *_scale_words(after),
        _symptom_words(after),
        "With each person's inputs drawn anew, to show what is not known, the three scores are reached by "
        f"{_of100(reaching(unknown, MILD))}, {_of100(reaching(unknown, MODERATE))} and "
        f"{_of100(reaching(unknown, SEVERE))} of 100.",
        *_water_words(after),
        suicidality_fact(numbers()),
    ]
    return lines


SCALE_WORDS = {"cows": "COWS", "sows": "SOWS", "sows_gossop": "SOWS-Gossop", "oows": "OOWS", "cina": "CINA"}
SCALE_TOPS = {"cows": TOP_COWS, "sows": 64, "sows_gossop": 30, "oows": 13, "cina": 31}


def _scale_words(after: Aftermath) -> list[str]:
    """The middle person's highest score on every scale."""
    parts = [
        f"{SCALE_WORDS[scale]} {at(values, 0.5):.0f} of {SCALE_TOPS[scale]}"
        for scale, values in after.highest.items()
    ]
    return [f"At its worst the middle person scores {', '.join(parts)}."] if parts else []


def _water_words(after: Aftermath) -> list[str]:
    """How many would dry out to a dangerous degree without and with somebody who brings drinks."""
    if not after.lost:
        return []
    alone, helped = (float((after.lost[care] >= DRY).mean()) for care in ("none", "drinks"))
    if alone < LEAST_SHARE:
        return []
    return [
        f"Left alone, about {_of100(alone)} of 100 would lose a twentieth of their weight in water or more, "
        f"with somebody who brings drinks about {_of100(helped)}; the amounts are rough, and medical care "
        f"prevents it.{_salt_words(after)}"
    ]


def _salt_words(after: Aftermath) -> str:
    """Sodium and pulse of the twentieth of people who fare worst, left alone."""
    from papaver.evidence.inputs import numbers

    sodium, pulse = (at(values["none"], 0.95) for values in (after.sodium, after.pulse))
    p = numbers()
    high = "above" if sodium > p["sodium_upper_limit"] else "within"
    return (
        f" In one of 20 sodium in blood then rises to {sodium:.0f} mmol/L or more ({high} the usual limit of "
        f"{p['sodium_upper_limit']:.0f}) and the pulse to {pulse:.0f} or more a minute."
    )


def danger_sentences(alcohol: bool, half_life_h: float, *, pregnant: bool = False) -> list[str]:
    """Seizures and delirium when alcohol or a benzodiazepine stops as well; withdrawal in pregnancy."""
    from papaver.evidence.inputs import numbers
    from papaver.person.danger import pregnancy_facts
    from papaver.person.sedatives import windows

    lines = []
    for window in windows(numbers(), alcohol=alcohol, benzodiazepine_half_life_h=half_life_h):
        share = "an unknown share"
        if window.share is not None:
            bounds = (
                [window.share] if window.low is None or window.high is None else [window.low, window.high]
            )
            share = " to ".join(f"{100 * bound:.0f}" for bound in bounds) + " of 100"
        lines.append(
            f"If {'alcohol' if window.sedative == 'alcohol' else 'the benzodiazepine'} stops at once too: "
            f"{window.what} in {share} of the people who depend on it and get no medicine, "
            f"{window.first_hour:.0f} to {window.last_hour:.0f} hours after the last of it. That is an "
            "emergency."
        )
    return [*lines, *(pregnancy_facts(numbers()) if pregnant else ())]


def _start_words(regimen: Regimen, when: Timing, other: Timing) -> list[str]:
    import numpy as np

    if regimen.stop == "taper":  # there is no one hour at which it begins
        return []
    began = 1.0 - float(np.isnan(when.start).mean())
    if began == 0.0:
        return ["Withdrawal never gets worse than between the doses of daily use."]
    words = f"Withdrawal starts {_hours_words(when.start, other.start)} after the last dose"
    if began < CERTAIN:
        words += f", in the {_of100(began)} of 100 in whom it gets worse than in daily use"
    return [f"{words}."]


def _of100(share: float) -> str:
    return text.per100(share, 0)


def _hours_words(values: Floats, other: Floats) -> str:
    """Median and middle 90 % over people, and the middle 90 % when inputs are drawn too."""
    import numpy as np

    values, other = values[~np.isnan(values)], other[~np.isnan(other)]
    if not len(values):
        return "an unknown time"
    people = f"{at(values, 0.05):.0f} to {at(values, 0.95):.0f}"
    drawn = f"; {at(other, 0.05):.0f} to {at(other, 0.95):.0f} with inputs drawn" if len(other) else ""
    return f"{at(values, 0.5):.0f} hours (9 of 10 people: {people}{drawn})"


def _over_words(when: Timing, other: Timing, days: int) -> str:
    middle, late = at(when.over, 0.5), at(when.over, 0.95)
    if middle != middle:
        return f"On day {days} most people still have more than a quarter of the worst of it."
    slow = f"1 in 20 later than day {_day(late)}" if late == late else f"1 in 20 not by day {days}"
    drawn = at(other.over, 0.95)
    unsure = f"day {_day(drawn)}" if drawn == drawn else f"after day {days}"
    return (
        f"Half of the people have less than a quarter of the worst left by day {_day(middle)}, {slow} "
        f"({unsure} with inputs drawn)."
    )


def _mild_on_the_last_day(after: Aftermath) -> float:
    return float((after.worst_of_day("cows")[:, -1] >= MILD).mean())


def _settled_words(after: Aftermath) -> str:
    """Under a medicine withdrawal comes back a little before every dose: from when on it stays below mild."""
    import numpy as np

    mild = after.worst_of_day("cows") >= MILD
    days = mild.shape[1]
    last = np.where(mild.any(axis=1), days - mild[:, ::-1].argmax(axis=1), 0)
    settled = np.where(last < days, last + 1.0, np.nan)
    middle, late = at(settled, 0.5), _of100(_mild_on_the_last_day(after))
    half = f"From day {middle:.0f} on half of the people stay" if middle == middle else "Fewer than half stay"
    return f"{half} below a COWS of 5; {late} of 100 still reach it on day {days}, before a dose."


def _symptom_words(after: Aftermath) -> str:
    shares = after.troubled.mean(axis=0)
    names = list(text.SYMPTOM_WORDS)
    ranked = sorted(range(len(names)), key=lambda k: -shares[:, k].max())[:3]
    tops = [(names[k], float(shares[:, k].max()), int(shares[:, k].argmax()) + 1) for k in ranked]
    parts = [
        f"{text.SYMPTOM_WORDS[name]} ({_of100(top)} of 100, day {day})"
        for name, top, day in tops
        if top > 0.0
    ]
    return f"Most often troubling: {', '.join(parts)}." if parts else "No symptom is troubling in anybody."

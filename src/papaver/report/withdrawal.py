"""Withdrawal after a regimen, in sentences, a calendar by day, and a figure.

Takes what followed in people who are alike (``person.regimen.follow_people``): once with the central inputs,
so that only people differ, and once with a draw of the inputs of its own for each person.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from papaver.report import figures, text
from papaver.report.figures import BLACK, BLUE, GREY, SKY, Picture
from papaver.report.resources import resources

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.person.regimen import Aftermath, Regimen
    from papaver.report.read import Floats

HOURS = 24
STARTED, OVER = 0.2, 0.25  # of its own peak: withdrawal has started, is mostly over
MILD, MODERATE, SEVERE = 5, 13, 37
BANDS = ((0, "none"), (5, "mild"), (13, "moderate"), (25, "moderately\nsevere"), (37, "severe"))
TOP_COWS = 48
ROUTES = {"heroin": "pure, by vein", "methadone": "by mouth", "buprenorphine": "under the tongue"}
DRY, LEAST_SHARE = 0.05, 0.005  # share of body weight lost as water; share of people worth a sentence
CELLS_WITH_NUMBERS = 24
CERTAIN = 0.995
WIDTH = 79

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
_HEADINGS = {
    "nausea_vomiting": "nausea vomit.",
    "insomnia": "poor sleep",
    "agitation": "agi- tation",
    "diarrhoea": "diar- rhoea",
    "sweating": "sweat- ing",
    "anxiety": "anx- iety",
    "muscle_aches": "muscle aches",
}


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
    end = f"mostly over by day {_day(over)}" if over == over else f"not over by day {_days(after)}"
    return f"{head}: {moderate} of 100 people reach moderate withdrawal; it is worst on day {worst} and {end}"


def _day(hour: float) -> int:
    return int(hour // HOURS) + 1


def _days(after: Aftermath) -> int:
    return int(after.felt.shape[1]) // HOURS


def _middle(values: Floats) -> float:
    """Median with those who never come counted as last; not a number when half never come."""
    return _at(values, 0.5)


def _at(values: Floats, share: float) -> float:
    import numpy as np

    late = np.where(np.isnan(values), np.inf, values)
    value = float(np.quantile(late, share, method="inverted_cdf"))
    return value if value < float("inf") else float("nan")


def sentences(regimen: Regimen, after: Aftermath, unknown: Aftermath, medicine_hour: int) -> list[str]:
    """When withdrawal starts, peaks and ends, how hard it is, and how unsure that is."""
    if not after.felt.any():
        return ["Nobody has any withdrawal."]
    when, other = timing(after), timing(unknown)
    lines = []
    if regimen.stop in ("methadone", "buprenorphine"):
        lines.append(
            f"The first dose of {regimen.stop} comes {medicine_hour} hours after the last of {regimen.drug}."
        )
    lines += [
        *_start_words(regimen, when, other),
        f"It is worst on day {_day(_middle(when.peak))}, after {_hours_words(when.peak, other.peak)}.",
        _over_words(when, other, _days(after)),
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
    ]
    return lines


SCALE_WORDS = {"cows": "COWS", "sows": "SOWS", "sows_gossop": "SOWS-Gossop", "oows": "OOWS", "cina": "CINA"}
SCALE_TOPS = {"cows": TOP_COWS, "sows": 64, "sows_gossop": 30, "oows": 13, "cina": 31}


def _scale_words(after: Aftermath) -> list[str]:
    """The middle person's highest score on every scale."""
    parts = [
        f"{SCALE_WORDS[scale]} {_at(values, 0.5):.0f} of {SCALE_TOPS[scale]}"
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
        "prevents it."
    ]


def danger_sentences(alcohol: bool, half_life_h: float) -> list[str]:
    """Seizures and delirium when alcohol or a benzodiazepine stops together with the opioid."""
    from papaver.evidence.inputs import numbers
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
    return lines


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
    people = f"{_at(values, 0.05):.0f} to {_at(values, 0.95):.0f}"
    drawn = f"; {_at(other, 0.05):.0f} to {_at(other, 0.95):.0f} with inputs drawn" if len(other) else ""
    return f"{_at(values, 0.5):.0f} hours (9 of 10 people: {people}{drawn})"


def _over_words(when: Timing, other: Timing, days: int) -> str:
    middle, late = _at(when.over, 0.5), _at(when.over, 0.95)
    if middle != middle:
        return f"On day {days} most people still have more than a quarter of the worst of it."
    slow = f"1 in 20 later than day {_day(late)}" if late == late else f"1 in 20 not by day {days}"
    drawn = _at(other.over, 0.95)
    unsure = f"day {_day(drawn)}" if drawn == drawn else f"after day {days}"
    return (
        f"Half of the people have less than a quarter of the worst left by day {_day(middle)}, {slow} "
        f"({unsure} with inputs drawn)."
    )


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


# --------------------------------------------------------------------------------------------- calendar


def calendar(after: Aftermath) -> Iterator[str]:
    """A row per day: COWS and SOWS at the day's worst hour, and people of 100 with each symptom."""
    shares = 100 * after.troubled.mean(axis=0)
    tops = {word: after.worst_of_day(word.lower()) for word in ("COWS", "SOWS")}
    heads = [words.split() for words in _HEADINGS.values()]
    yield f"{'':4}{'COWS':^13}{'SOWS':^13}  of 100 people, with the symptom troubling"
    yield f"{'day':>3} " + f"{'median 5-95%':^13}" * 2 + "".join(f"{head[0]:>7}" for head in heads)
    yield f"{'':30}" + "".join(f"{head[1]:>7}" for head in heads)
    for day in range(len(shares)):
        scores = "".join(f"{_score(top[:, day]):^13}" for top in tops.values())
        yield f"{day + 1:>3} {scores}" + "".join(f"{share:>7.0f}" for share in shares[day])


def _score(values: Floats) -> str:
    low, middle, high = (_at(values, share) for share in (0.05, 0.5, 0.95))
    return f"{middle:>4.0f} {low:>3.0f}–{high:<3.0f}"


def page(
    regimen: Regimen,
    months: float,
    after: Aftermath,
    unknown: Aftermath,
    medicine_hour: int,
    dangers: Sequence[str] = (),
) -> Iterator[str]:
    """The whole answer as lines of plain text."""
    people = f"{len(after.felt)} people alike: {regimen_words(regimen, months)}, then {stop_words(regimen)}."
    yield from textwrap.wrap(people, WIDTH)
    yield ""
    for sentence in (*sentences(regimen, after, unknown, medicine_hour), *dangers):
        yield from textwrap.wrap(sentence, WIDTH)
    yield ""
    yield from calendar(after)
    yield from textwrap.wrap(READING, WIDTH)
    yield ""
    yield "Get medical care at once for:"
    for sign in WARNING_SIGNS:
        yield from textwrap.wrap(sign, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    yield from textwrap.wrap(LOST_TOLERANCE, WIDTH)
    yield ""
    yield "Help:"
    for one in resources():
        yield f"  {one.country + ': ' + one.service:<51} {one.number or one.web}"
    yield ""
    yield from textwrap.wrap(NO_ADVICE, WIDTH)


READING = (
    "Day 1 is the first 24 hours after the last full dose. COWS (0 to 48) and SOWS (0 to 64) are withdrawal "
    "scores, here at the worst hour of each day and from withdrawal alone; people without withdrawal score "
    "about 2. A symptom is troubling from the second of four levels on."
)

# ----------------------------------------------------------------------------------------------- figure


def picture(regimen: Regimen, months: float, after: Aftermath, unknown: Aftermath) -> Picture:
    """COWS hour by hour with its severity bands above a calendar of symptoms by day."""
    title = finding(regimen, months, after)
    note = (
        f"{len(after.felt)} people alike; dashed: {len(unknown.felt)} people, each with another draw of what "
        "is not known. Numbers: people of 100 with the symptom at a troubling level on that day."
    )

    def paint(width: float) -> Figure:
        figure = figures._new_figure(width, 0.86 * width if width > 5 else 1.5 * width)
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1.35, 1])
        _scores(top, after, unknown, regimen.stop == "abrupt")
        _symptoms(bottom, after, width)
        head, foot = textwrap.fill(title, int(11.5 * width)), textwrap.fill(note, int(18 * width))
        figure.suptitle(head, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
        figure.supxlabel(foot, x=0.01, ha="left", fontsize=7.5, color="#555555")
        return figure

    return Picture("withdrawal-after", title, _alt(title, after), note, paint, partial(_rows, after, unknown))


def _rows(after: Aftermath, unknown: Aftermath) -> Iterator[Sequence[object]]:
    """By day after the last full dose: the score at its worst hour, and people of 100 with each symptom."""
    known, drawn = after.worst_of_day("cows"), unknown.worst_of_day("cows")
    shares = 100.0 * after.troubled.mean(axis=0)
    yield ("day", "cows_50", "cows_5", "cows_95", "inputs_5", "inputs_95", *text.SYMPTOM_WORDS)
    for day in range(min(known.shape[1], len(shares))):
        people = (_at(known[:, day], end) for end in (0.5, 0.05, 0.95))
        inputs = (_at(drawn[:, day], end) for end in (0.05, 0.95))
        yield (day + 1, *people, *inputs, *(float(share) for share in shares[day]))


def _alt(title: str, after: Aftermath) -> str:
    cows, shares = after.worst_of_day("cows"), 100 * after.troubled.mean(axis=0)
    days = [day for day in (1, 2, 3, 5, 7, 10, 14, 21, 28) if day <= len(shares)]
    scores = "; ".join(
        f"day {day}: {_at(cows[:, day - 1], 0.5):.0f} ({_at(cows[:, day - 1], 0.05):.0f} to "
        f"{_at(cows[:, day - 1], 0.95):.0f})"
        for day in days
    )
    tops = ", ".join(
        f"{words} {shares[:, k].max():.0f} on day {int(shares[:, k].argmax()) + 1}"
        for k, words in enumerate(text.SYMPTOM_WORDS.values())
    )
    return (
        f"Withdrawal score COWS at the worst hour, median and middle 90 % of people. {scores}. "
        f"Most people of 100 with each symptom at a troubling level: {tops}."
    )


def _scores(axes: Axes, after: Aftermath, unknown: Aftermath, by_hour: bool) -> None:
    """The score hour by hour or, where doses make it rise and fall, at the worst hour of each day."""
    import numpy as np

    known, drawn = (one.cows if by_hour else one.worst_of_day("cows") for one in (after, unknown))
    days = np.linspace(0, _days(after), known.shape[1] + 1)
    low, quarter, middle, three, high = np.quantile(known, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    ends = np.quantile(drawn, [0.05, 0.95], axis=0)
    top = min(TOP_COWS, max(float(high.max()), float(ends.max()), MODERATE) + 3.0)
    for place, (edge, words) in enumerate(BANDS):
        upper = BANDS[place + 1][0] if place + 1 < len(BANDS) else TOP_COWS
        if edge >= top:
            break
        axes.axhspan(edge, upper, color="#F3F3F3" if place % 2 else "#FFFFFF", linewidth=0, zorder=0)
        where = (edge + min(upper, top)) / 2
        if min(upper, top) - edge > 2:
            place_of = axes.get_yaxis_transform()
            axes.text(1.01, where, words, transform=place_of, va="center", fontsize=8, color="#444444")
    bands = ((low, high, 0.35, "nine people of ten"), (quarter, three, 0.75, "the middle half of people"))
    for lower, upper, alpha, words in bands:
        axes.stairs(upper, days, baseline=lower, fill=True, color=SKY, alpha=alpha, linewidth=0, label=words)
    dashes: Any = {"color": GREY, "linewidth": 1.1, "linestyle": (0, (3, 2)), "baseline": None}
    axes.stairs(ends[0], days, **dashes)
    axes.stairs(ends[1], days, **dashes, label="nine of ten, with what is not known")
    axes.stairs(middle, days, baseline=None, color=BLACK, linewidth=2.2, label="the person in the middle")
    handles, labels = axes.get_legend_handles_labels()
    corner: Any = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "borderaxespad": 0.2}
    axes.legend(handles[::-1], labels[::-1], ncols=2, **corner)
    axes.set_ylim(0, top)
    axes.set_yticks([edge for edge, _ in BANDS if edge < top])
    axes.set_ylabel("withdrawal score (COWS)" + ("" if by_hour else ",\nworst hour of the day"))
    axes.tick_params(axis="x", length=0)


def _symptoms(axes: Axes, after: Aftermath, width: float) -> None:
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    shares = 100 * after.troubled.mean(axis=0).T
    words = list(text.SYMPTOM_WORDS.values())
    order = sorted(range(len(words)), key=lambda k: -shares[k].sum())
    shares, words = shares[order], [words[k] for k in order]
    days = shares.shape[1]
    colours = LinearSegmentedColormap.from_list("blues", ["#FFFFFF", SKY, BLUE])
    most = max(float(shares.max()), 1.0)
    edges: Any = (np.arange(days + 1), np.arange(len(words) + 1) - 0.5)
    axes.pcolormesh(*edges, shares, cmap=colours, vmin=0, vmax=1.1 * most, edgecolors="white", linewidth=0.8)
    if days <= CELLS_WITH_NUMBERS and width > 5:
        for row, column in np.ndindex(*shares.shape):
            value = shares[row, column]
            if round(value) > 0:
                colour = "white" if value > 0.72 * most else "#222222"
                words_of: Any = {"ha": "center", "va": "center", "fontsize": 7.5, "color": colour}
                axes.text(column + 0.5, row, f"{value:.0f}", **words_of)
    axes.set_yticks(range(len(words)), words)
    axes.set_ylim(len(words) - 0.5, -0.5)
    step = 1 if days <= CELLS_WITH_NUMBERS and width > 5 else 7
    shown = [day for day in range(1, days + 1) if day == 1 or day % step == 0]
    axes.set_xticks([day - 0.5 for day in shown], [str(day) for day in shown])
    axes.set_xlim(0, days)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("day after the last full dose")

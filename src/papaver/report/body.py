"""One body in a table and sentences: what doses lead to over hours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from papaver.report.resources import resources

if TYPE_CHECKING:
    from papaver.body.course import Course
    from papaver.report.read import Floats

WIDTH = 79
TABLE_HOURS = (0.0, 1 / 60, 5 / 60, 0.25, 0.5, 1, 2, 4, 6, 8, 12, 18, 24, 36, 48, 72)
MOST_LINES = 5
MOST_LIVE = 0.5  # share with a failing circulation beyond which there is no typical course to tell of
NONE, LEAST, NOTHING = "-", 0.001, 1e-9
NAMES = {
    "mam": "6-MAM",
    "m3g": "M3G",
    "m6g": "M6G",
    "eddp": "EDDP",
    "naltrexol": "6β-naltrexol",
    "ethanol": "ethanol",
}
ROUTES = {
    "iv": "by vein",
    "im": "into muscle",
    "sc": "under the skin",
    "oral": "by mouth",
    "smoked": "smoked",
    "intranasal": "through the nose",
    "rectal": "rectally",
    "sublingual": "under the tongue",
    "depot": "as a depot",
}
DANGER = {
    "unrousable": "could no longer be woken",
    "cyanosed": "would turn blue",
    "collapse": "would have a failing circulation",
    "arrest": "would have a cardiac arrest",
}
AMBULANCE = (
    "Somebody who cannot be woken, breathes slowly or turns blue needs an ambulance now, naloxone if it is "
    "at hand, and breaths until help is there. Naloxone wears off before many opioids do."
)
NO_ADVICE = (
    "A model of bodies, tested against groups of people in studies. No medical device, no advice on doses, "
    "no forecast for anybody: what is sold as a drug differs from bag to bag, and people from day to day."
)


def spoken(name: str) -> str:
    """Name of an analyte for readers."""
    return NAMES.get(name, name)


def dose_words(course: Course) -> str:
    """The doses in a few words: the first of each kind and how many follow."""
    parts = []
    groups: dict[tuple[str, str, float], list[float]] = {}
    for dose in course.regimen.doses:
        groups.setdefault((dose.drug, dose.route, dose.mg), []).append(dose.hour)
    for (drug, route, mg), at in groups.items():
        amount = f"{mg / 1000:g} g" if mg >= 1000 else f"{mg:g} mg" if mg >= 1 else f"{1000 * mg:g} µg"
        times = f", {len(at)} times" if len(at) > 1 else ""
        when = f" {'from' if times else 'at'} {_clock(min(at))}" if min(at) > 0.0 else ""
        parts.append(f"{amount} of {drug} {ROUTES.get(route, route)}{when}{times}")
    used = f" (tolerance {course.tolerance:g})" if course.tolerance > 1.0 else ""
    return "; ".join(parts) + used


def share_with(course: Course, event: str) -> float:
    """Share of people in whom an event happened."""
    import numpy as np

    return float(np.isfinite(course.events[event]).mean())


def finding(course: Course) -> str:
    """What happened, in one sentence: the title of the figure."""
    import numpy as np

    low = course.breathing["ventilation_l_min"].min(axis=1) / course.resting_ventilation_l_min
    place = course.breathing["ventilation_l_min"].argmin(axis=1)
    hour = float(np.median(course.hours[place]))
    words = dose_words(course)
    if course.people == 1:
        worst = next((DANGER[name] for name in ("arrest", "collapse") if share_with(course, name)), "")
        if worst:
            return f"{words}: in a typical person breathing and circulation fail ({_clock(_first(course))})"
        least = f"{100 * float(low[0]):.0f} % of rest at {_clock(hour)}"
        return f"{words}: breathing of a typical person falls to {least}"
    middle, few = float(np.median(low)), float(np.quantile(low, 0.05))
    stopped = share_with(course, "collapse")
    if stopped > MOST_LIVE:
        return f"{words}: breathing and circulation fail in {_of_people(stopped, course)} people"
    title = f"{words}: breathing falls to {100 * middle:.0f} % of rest at {_clock(hour)}"
    if stopped:
        return f"{title}, and circulation fails in {_of_people(stopped, course)} people"
    return f"{title} in the person in the middle, to {100 * few:.0f} % or less in one of twenty"


def _first(course: Course) -> float:
    import numpy as np

    return float(np.nanmin([course.events[name].min() for name in ("arrest", "collapse")]))


def _of_people(share: float, course: Course) -> str:
    return f"{round(share * course.people)} of {course.people}"


def _clock(hour: float) -> str:
    """An hour as people say it."""
    if 3600 * hour < 59.5:
        return f"{3600 * hour:.0f} s"
    if 60 * hour < 119.5:
        return f"{60 * hour:.0f} min"
    return f"{hour:.0f} h" if abs(hour - round(hour)) < 0.05 else f"{hour:.1f} h"


def sentences(course: Course) -> Iterator[str]:
    """What happened, in words."""
    yield finding(course) + "."
    for name, words in DANGER.items():
        share = share_with(course, name)
        if not share:
            continue
        import numpy as np

        when = _clock(float(np.nanmedian(course.events[name])))
        who = "This person" if course.people == 1 else _of_people(share, course) + " people"
        yield f"{who} {words}, about {when} after the start."
    high = course.reward.peak()
    import numpy as np

    top = float(np.median(high["high"]))
    if top > 0.01 and share_with(course, "collapse") <= MOST_LIVE:
        when = _clock(float(np.median(high["hour"])))
        yield f"The high is strongest at {when} and has fallen to half by {_half_gone(course)}."
    if float(np.median(high["relief"])) > 0.01:
        yield "Part of what is felt is relief: the dose lifts a body that is used to opioids back to normal."


def _half_gone(course: Course) -> str:
    import numpy as np

    middle = np.median(course.reward.high, axis=0)
    top = int(middle.argmax())
    after = np.flatnonzero(middle[top:] <= 0.5 * middle[top])
    return _clock(float(course.hours[top + after[0]])) if len(after) else "the end or later"


# ------------------------------------------------------------------------------------------------ table


def table(course: Course) -> Iterator[str]:
    """Levels, occupancy, breathing and high at chosen times, medians over the living."""
    import numpy as np

    levels = shown_levels(course)
    heads = ["time", *(spoken(name) for name in levels), "bound", "breathing", "O2", "high"]
    units = ["", *("ng/mL" for _ in levels), "% of mu", "% of rest", "% sat", "0-1"]
    wide = [max(9, len(head)) for head in heads[1:]]
    yield _row(heads, wide)
    yield _row(units, wide)
    columns = _table_columns(course, levels)
    for hour in TABLE_HOURS:
        if hour <= course.hours[-1] + 1e-9:
            yield _row(
                [_clock(hour) if hour else "0", *(_cell(column, course.hours, hour) for column in columns)],
                wide,
            )
    if any(np.isnan(column).any() for column in columns):
        yield f"{NONE}: a cardiac arrest in more than half. Medians are of people whose blood flows."


def shown_levels(course: Course) -> list[str]:
    """Analytes with the highest levels for their effect: those that bind first, at most ``MOST_LINES``."""
    bound = {} if course.binding is None else course.binding.occupancy
    names = sorted(
        course.exposure.plasma, key=lambda name: -float(bound[name].max()) if name in bound else 0.0
    )
    return [name for name in names if float(course.exposure.plasma[name].max()) > 0.0][:MOST_LINES]


def _table_columns(course: Course, levels: Sequence[str]) -> list[Floats]:
    import numpy as np

    bound = np.zeros(course.signal.shape)
    if course.binding is not None:
        bound = 100.0 * (1.0 - course.binding.free)
    shown = [
        *(course.exposure.ng_per_ml(name) for name in levels),
        bound,
        100.0 * course.breathing["ventilation_l_min"] / course.resting_ventilation_l_min[:, None],
        course.breathing["arterial_o2_saturation_percent"],
        course.reward.high,
    ]
    return [band(course, values)[0] for values in shown]


def band(course: Course, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Median, 5 % and 95 % of the living for as long as they are at least half of all."""
    import numpy as np

    from papaver.body.course import over_people

    middle, low, high = over_people(np.where(most_live(course), course.living(values), np.nan))
    return middle, low, high


def most_live(course: Course) -> Any:
    """At which times the blood of at least half of the people flows, (times,)."""
    return course.alive.mean(axis=0) >= MOST_LIVE


def _cell(column: Floats, hours: Floats, hour: float) -> str:
    import numpy as np

    value = float(np.interp(hour, hours, column))
    if not np.isfinite(value):
        return NONE
    if abs(value) < LEAST:
        return f"<{LEAST:g}" if abs(value) > NOTHING else "0"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _row(cells: Sequence[str], wide: Sequence[int]) -> str:
    return f"{cells[0]:>7} " + " ".join(f"{cell:>{w}}" for cell, w in zip(cells[1:], wide, strict=True))


def page(course: Course, warnings: Sequence[str]) -> Iterator[str]:
    """The whole answer as lines of plain text."""
    who = "A typical person" if course.people == 1 else f"{course.people} virtual people (medians)"
    yield from textwrap.wrap(f"{who}: {dose_words(course)}.", WIDTH)
    for warning in warnings:
        yield from textwrap.wrap(f"Check the dose: {warning}", WIDTH)
    yield ""
    yield from table(course)
    yield ""
    for sentence in sentences(course):
        yield from textwrap.wrap(sentence, WIDTH)
    yield ""
    yield from textwrap.wrap(AMBULANCE, WIDTH)
    yield "Help:"
    for one in resources():
        yield f"  {one.country + ': ' + one.service:<63} {one.number or one.web}"
    yield ""
    yield from textwrap.wrap(NO_ADVICE, WIDTH)

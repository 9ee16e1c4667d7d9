"""One body in a table, sentences and a figure: what doses lead to over hours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from papaver.report import figures
from papaver.report.figures import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, Picture
from papaver.report.resources import resources

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.body.course import Course
    from papaver.report.read import Floats

WIDTH = 79
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK, SKY)
STYLES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)), (0, (3, 1)), "-", (0, (1, 2)))
TABLE_HOURS = (0.0, 1 / 60, 5 / 60, 0.25, 0.5, 1, 2, 4, 6, 8, 12, 18, 24, 36, 48, 72)
MOST_LINES = 5
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
    groups: dict[tuple[str, str, float], int] = {}
    for dose in course.regimen.doses:
        key = (dose.drug, dose.route, dose.mg)
        groups[key] = groups.get(key, 0) + 1
    for (drug, route, mg), many in groups.items():
        amount = f"{mg / 1000:g} g" if mg >= 1000 else f"{mg:g} mg" if mg >= 1 else f"{1000 * mg:g} µg"
        parts.append(
            f"{amount} of {drug} {ROUTES.get(route, route)}" + (f", {many} times" if many > 1 else "")
        )
    return "; ".join(parts)


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
    title = f"{words}: breathing falls to {100 * middle:.0f} % of rest at {_clock(hour)}"
    stopped = share_with(course, "collapse")
    if stopped:
        return f"{title}, and circulation fails in {_of_people(stopped, course)}"
    return f"{title} in the person in the middle, to {100 * few:.0f} % or less in one of twenty"


def _first(course: Course) -> float:
    import numpy as np

    return float(np.nanmin([course.events[name].min() for name in ("arrest", "collapse")]))


def _of_people(share: float, course: Course) -> str:
    return f"{round(share * course.people)} of {course.people}"


def _clock(hour: float) -> str:
    """An hour as people say it."""
    if hour < 1 / 60:
        return f"{3600 * hour:.0f} s"
    return f"{60 * hour:.0f} min" if hour < 2 else f"{hour:.1f} h"


def sentences(course: Course) -> Iterator[str]:
    """What happened, in words."""
    yield finding(course) + "."
    for name, words in DANGER.items():
        share = share_with(course, name)
        if not share:
            continue
        import numpy as np

        when = _clock(float(np.nanmedian(course.events[name])))
        who = "This person" if course.people == 1 else _of_people(share, course)
        yield f"{who} {words}, about {when} after the start."
    high = course.reward.peak()
    import numpy as np

    top = float(np.median(high["high"]))
    if top > 0.01:
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
    """Levels, occupancy, breathing and high at chosen times, medians over people."""
    levels = _shown_levels(course)
    heads = ["time", *(spoken(name) for name in levels), "bound", "breaths", "O2 sat", "high"]
    units = ["", *("ng/mL" for _ in levels), "%", "% of rest", "%", "0-1"]
    yield _row(heads)
    yield _row(units)
    columns = _table_columns(course, levels)
    for hour in TABLE_HOURS:
        if hour <= course.hours[-1] + 1e-9:
            yield _row(
                [_clock(hour) if hour else "0", *(_cell(column, course.hours, hour) for column in columns)]
            )


def _shown_levels(course: Course) -> list[str]:
    """Analytes with the highest levels for their effect: those that bind first, at most ``MOST_LINES``."""
    bound = {} if course.binding is None else course.binding.occupancy
    names = sorted(
        course.exposure.plasma, key=lambda name: -float(bound[name].max()) if name in bound else 0.0
    )
    return [name for name in names if float(course.exposure.plasma[name].max()) > 0.0][:MOST_LINES]


def _table_columns(course: Course, levels: Sequence[str]) -> list[Floats]:
    import numpy as np

    middle = [np.median(course.exposure.ng_per_ml(name), axis=0) for name in levels]
    bound = np.zeros(len(course.hours))
    if course.binding is not None:
        bound = 100.0 * np.median(1.0 - course.binding.free, axis=0)
    breaths = course.breathing["ventilation_l_min"] / course.resting_ventilation_l_min[:, None]
    saturation = np.median(course.breathing["arterial_o2_saturation_percent"], axis=0)
    return [
        *middle,
        bound,
        100.0 * np.median(breaths, axis=0),
        saturation,
        np.median(course.reward.high, axis=0),
    ]


def _cell(column: Floats, hours: Floats, hour: float) -> str:
    import numpy as np

    value = float(np.interp(hour, hours, column))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:>7} " + " ".join(f"{cell:>9}" for cell in cells[1:])


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
        yield f"  {one.country + ': ' + one.service:<51} {one.number or one.web}"
    yield ""
    yield from textwrap.wrap(NO_ADVICE, WIDTH)


# ----------------------------------------------------------------------------------------------- figure


def picture(course: Course) -> Picture:
    """Levels, what is bound, breathing, and high and relief, one above the other over the hours."""
    title = finding(course)
    note = (
        "One typical person." if course.people == 1 else
        f"Lines: the person in the middle of {course.people} virtual people; bands: nine of ten."
    )  # fmt: skip

    def paint(width: float) -> Figure:
        figure = figures._new_figure(width, 1.15 * width if width > 5 else 2.0 * width)
        panels = figure.subplots(4, 1, sharex=True)
        _levels(panels[0], course)
        _bound(panels[1], course)
        _breathing(panels[2], course)
        _felt(panels[3], course)
        panels[-1].set_xlabel("hours after the first look" if course.regimen.doses[0].hour else "hours")
        panels[-1].set_xlim(0, float(course.hours[-1]))
        head, foot = textwrap.fill(title, int(11.5 * width)), textwrap.fill(note, int(18 * width))
        figure.suptitle(head, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
        figure.supxlabel(foot, x=0.01, ha="left", fontsize=7.5, color="#555555")
        return figure

    return Picture("body", title, " ".join(sentences(course)), note, paint)


def _lines(axes: Axes, course: Course, curves: dict[str, Floats]) -> None:
    """Each curve with its band; name at the line's place in the legend."""
    import numpy as np

    for place, (name, values) in enumerate(curves.items()):
        colour, style = COLOURS[place % len(COLOURS)], STYLES[place % len(STYLES)]
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
        if course.people > 1:
            axes.fill_between(course.hours, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(course.hours, middle, color=colour, linestyle=style, linewidth=1.8, label=name)
    corner: Any = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5), "borderaxespad": 0.4}
    axes.legend(**corner)


def _levels(axes: Axes, course: Course) -> None:
    import numpy as np

    curves = {spoken(name): course.exposure.ng_per_ml(name) for name in _shown_levels(course)}
    top = max((float(values.max()) for values in curves.values()), default=1.0)
    _lines(axes, course, {name: np.maximum(values, top * 1e-6) for name, values in curves.items()})
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_ylim(top * 1e-4, top * 2)
    axes.set_ylabel("plasma level\n(ng/mL)")


def _bound(axes: Axes, course: Course) -> None:
    curves: dict[str, Floats] = {}
    if course.binding is not None:
        bound = course.binding.occupancy
        names = [name for name in bound if float(bound[name].max()) > 0.01]
        curves = {f"{spoken(name)} bound": 100.0 * bound[name] for name in names[:MOST_LINES]}
    _lines(axes, course, curves | {"agonist signal": 100.0 * course.signal})
    axes.set_ylim(0, 100)
    axes.set_ylabel("of mu receptors\n(%)")


def _breathing(axes: Axes, course: Course) -> None:
    rest = course.resting_ventilation_l_min[:, None]
    curves = {
        "ventilation (% of rest)": 100.0 * course.breathing["ventilation_l_min"] / rest,
        "O2 saturation (%)": course.breathing["arterial_o2_saturation_percent"],
    }
    if float(course.sedation.max()) > 0.0:
        curves["sedation (%)"] = 100.0 * course.sedation
    _lines(axes, course, curves)
    axes.set_ylim(0, max(110.0, float(curves["ventilation (% of rest)"].max())))
    axes.set_ylabel("breathing (%)")


def _felt(axes: Axes, course: Course) -> None:
    curves = {"high": course.reward.high}
    if float(course.reward.relief.max()) > 0.0:
        curves["relief"] = course.reward.relief
    _lines(axes, course, curves)
    axes.set_ylim(0, 1)
    axes.set_ylabel("high and relief\n(0 to 1)")

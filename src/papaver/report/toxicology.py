"""How long drugs are found: windows and chances in tables, sentences and figures.

For laboratories, clinicians and researchers: words about groups of people and about what evidence carries,
never about how one might come through a test.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from papaver.report.figures.layout import framed, new_figure
from papaver.report.figures.picture import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.body.cutoffs import Rule
    from papaver.body.detection import Curve, Detection, Window

DAY, MONTH = 24.0, 365.25 / 12 * 24
GUIDELINES = {
    "us_federal": "US federal",
    "us_proposed": "US proposed",
    "uk_driving": "UK driving",
    "clinic": "clinics",
    "soht": "Society of Hair Testing",
}
"""Guidelines as a figure names them."""
WIDTH = 79
FIRST_HOUR = 0.5
POSSIBLE = 0.01  # chances below it are not drawn
MATRIX_WORDS = {"urine": "urine", "blood": "blood", "oral_fluid": "oral fluid", "hair": "hair at the skin"}
ROUTE_WORDS = {
    "iv": "by vein",
    "smoked": "smoked",
    "intranasal": "snorted",
    "im": "into muscle",
    "sc": "under the skin",
    "oral": "by mouth",
    "rectal": "by rectum",
    "sublingual": "under the tongue",
    "depot": "as a depot",
}
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, GREY)
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (3, 1)), "-.")
TICKS = {
    0.5: "½ h",
    1.0: "1 h",
    3.0: "3 h",
    8.0: "8 h",
    24.0: "1 d",
    72.0: "3 d",
    168.0: "1 wk",
    336.0: "2 wk",
    720.0: "1 mo",
    2160.0: "3 mo",
    4320.0: "6 mo",
}

DETECTION_LIMITS = (
    "A model of groups of people, for laboratories, clinics and research. It is no forecast for a specimen "
    "and no advice to anybody who is to be tested. A window ends with the last positive specimen: a negative "
    "one does not show that nothing was taken, and a positive one tells neither the amount nor whether "
    "anybody was impaired."
)


def hours_words(hours: float) -> str:
    """A time in the unit that suits it."""
    if hours <= 0.0:
        return "0 h"
    if hours < 10:
        return f"{hours:.1f} h"
    if hours < 3 * DAY:
        return f"{hours:.0f} h"
    if hours < 2 * MONTH:
        return f"{hours / DAY:.1f} d"
    return f"{hours / MONTH:.1f} mo"


# ------------------------------------------------------------------------------------------------ detection


def dose_words(detection: Detection) -> str:
    """Drug, amount and route of the last dose."""
    dose = detection.regimen.doses[-1]
    return f"{dose.drug.capitalize()} {dose.mg:g} mg {ROUTE_WORDS.get(dose.route, dose.route)}"


def pattern_words(detection: Detection) -> str:
    """Once, or how often over how many days."""
    doses = detection.regimen.doses
    if len(doses) == 1:
        return "once"
    every = doses[1].hour - doses[0].hour
    days = len(doses) * every / DAY
    return f"every {every:g} h for {days:g} days"


def rule_words(rule: Rule) -> str:
    """A rule on one line: the analyte that decides, its cutoff and the guideline."""
    from papaver.body.specimens import measured

    last = rule.last
    words = f"{measured()[last.matrix, last.analyte].words} ≥ {last.value:g} {last.unit}"
    before = rule.cutoffs[0]
    if before is not last and before.analyte != last.analyte:
        words += f" after screen ≥ {before.value:g}"
    elif before is not last:
        words += " confirmed"
    return words


def window_words(window: Window) -> str:
    """Median and 5 to 95 %, and the share in whom no specimen is positive."""
    low, middle, high = (window.quantile(q) for q in (5, 50, 95))
    if window.never > 0.995:
        return "in nobody"
    top = f">{hours_words(window.end)}" if window.quantile(95) >= window.end else hours_words(high)
    if middle <= 0.0:
        return f"never in {100 * window.never:.0f} %" + (f"; 95 % by {top}" if high > 0.0 else "")
    words = f"{hours_words(middle)} ({hours_words(low)}–{top})"
    return words + (f", {100 * window.never:.0f} % never" if window.never >= 0.05 else "")


def shown(windows: Iterable[Window]) -> list[Window]:
    """Windows to show: a screen whose confirmation stands beside it is left to the CSV file."""
    windows = list(windows)
    covered = {
        (w.rule.cutoffs[0].guideline, w.rule.matrix, w.rule.cutoffs[0].analyte)
        for w in windows
        if len(w.rule.cutoffs) > 1
    }
    return [
        w
        for w in windows
        if len(w.rule.cutoffs) > 1
        or (w.rule.last.guideline, w.rule.matrix, w.rule.last.analyte) not in covered
    ]


def detection_page(patterns: Mapping[str, Detection]) -> Iterator[str]:
    """The answer as lines: a table of windows by matrix, where their spread comes from, and the limits."""
    first = next(iter(patterns.values()))
    head = (
        f"{dose_words(first)}: time from the last dose to the last positive result. Median and, in brackets, "
        f"5 to 95 % of {first.people} people, their specimens and {first.draws} draws of what is not known."
    )
    yield from textwrap.wrap(head, WIDTH)
    windows = [w for d in patterns.values() for w in shown(d.windows)]
    windows.sort(key=lambda w: list(MATRIX_WORDS).index(w.rule.matrix))
    names = list(dict.fromkeys(w.rule.name for w in windows))
    tables = [{w.rule.name: w for w in d.windows} for d in patterns.values()]
    matrix = ""
    for name in names:
        window = next(t[name] for t in tables if name in t)
        if window.rule.matrix != matrix:
            matrix = window.rule.matrix
            yield ""
            yield f"In {MATRIX_WORDS[matrix]}"
        yield f"  {rule_words(window.rule)} ({window.rule.last.guideline})"
        for words, table in zip(patterns, tables, strict=True):
            if name in table:
                yield f"    {words:<28} {window_words(table[name])}"
    yield ""
    for words, detection in patterns.items():
        yield from textwrap.wrap(_spread_words(words, detection), WIDTH)
    yield ""
    yield from textwrap.wrap(DETECTION_LIMITS, WIDTH)


def _spread_words(words: str, detection: Detection) -> str:
    urine = [w for w in shown(detection.windows) if w.rule.matrix == "urine" and w.quantile(50) > 0.0]
    if not urine:
        return ""
    widest = max(urine, key=lambda w: w.quantile(50))
    parts = widest.parts
    return (
        f"Where the spread comes from ({words}, {rule_words(widest.rule)}; standard deviations): people "
        f"{hours_words(parts['people'])}, voids and dilution {hours_words(parts['voids'])}, inputs that are "
        f"not known {hours_words(parts['unknown'])}."
    )


def curve_rows(patterns: Mapping[str, Detection]) -> Iterator[tuple[Any, ...]]:
    """Rows of the curves for ``CURVE_COLUMNS``."""
    for words, detection in patterns.items():
        for curve in detection.curves:
            keys = (words, *_rule_cells(curve.rule))
            columns = (curve.chance, curve.low, curve.high, curve.central, curve.typical)
            for k, hour in enumerate(curve.hours):
                yield (*keys, float(hour), *(float(column[k]) for column in columns))


RULE_COLUMNS = (
    "pattern",
    "guideline",
    "matrix",
    "analyte",
    "stage",
    "cutoff",
    "unit",
    "screen_first",
    "source",
)
CURVE_COLUMNS = (
    *RULE_COLUMNS,
    "hours_since_last_dose",
    "chance",
    "inputs_5",
    "inputs_95",
    "central",
    "typical_person",
)
WINDOW_COLUMNS = (
    *RULE_COLUMNS,
    "median_h",
    "p5_h",
    "p95_h",
    "never",
    "still_positive_at_end",
    "followed_h",
    "sd_people_h",
    "sd_voids_h",
    "sd_inputs_h",
)


def _rule_cells(rule: Rule) -> tuple[Any, ...]:
    last, before = rule.last, rule.cutoffs[0]
    screen = f"{before.analyte} {before.value:g}" if before is not last else ""
    return last.guideline, last.matrix, last.analyte, last.stage, last.value, last.unit, screen, last.source


def window_rows(patterns: Mapping[str, Detection]) -> Iterator[tuple[Any, ...]]:
    """Rows of the windows for ``WINDOW_COLUMNS``."""
    for words, detection in patterns.items():
        for w in detection.windows:
            spread = w.parts
            values = (w.quantile(50), w.quantile(5), w.quantile(95), w.never, w.open, w.end)
            yield (words, *_rule_cells(w.rule), *values, *(spread[k] for k in ("people", "voids", "unknown")))


def detection_picture(detection: Detection) -> Picture:
    """Chance of a positive result over time since the last dose, a panel per matrix."""
    kept = {w.rule.name for w in shown(detection.windows)}
    curves = [c for c in detection.curves if c.rule.name in kept]
    windows = {w.rule.name: w for w in detection.windows}
    seen = [c for c in curves if float(c.high.max()) > POSSIBLE] or curves
    matrices = [m for m in MATRIX_WORDS if any(c.rule.matrix == m for c in seen)]
    title = _detection_title(detection, [windows[c.rule.name] for c in curves])
    alt = f"{dose_words(detection)}, {pattern_words(detection)}. " + "; ".join(
        f"{MATRIX_WORDS[c.rule.matrix]}, {rule_words(c.rule)}: last positive "
        f"{window_words(windows[c.rule.name])}"
        for c in curves
    )
    note = (
        f"Lines: mean over {detection.people} people and {detection.draws} draws of the inputs, for a "
        "specimen asked for at that time; bands: the middle 90 % of draws, which is what is not known. Thin "
        "lines: the typical person, whose specimens alone vary. Time on a logarithmic scale but for hair; "
        "what is never found is left out."
    )

    def paint(width: float) -> Figure:
        figure = new_figure(width, (1.95 if width > 5 else 2.3) * len(matrices) + 1.1)
        panels = figure.subplots(len(matrices), 1, squeeze=False)[:, 0]
        for axes, matrix in zip(panels, matrices, strict=True):
            _curves(axes, [c for c in seen if c.rule.matrix == matrix], width, matrix == "hair")
            axes.set_title(f"In {MATRIX_WORDS[matrix]}")
        if width > 5:
            panels[-1].set_xlabel("time since the last dose")
        framed(figure, title, note, width)
        return figure

    def rows() -> Iterator[Sequence[object]]:
        yield CURVE_COLUMNS
        yield from curve_rows({dose_words(detection): detection})

    return Picture("detection", title, alt, note, paint, rows)


def _detection_title(detection: Detection, windows: Sequence[Window]) -> str:
    head = f"{dose_words(detection)}, {pattern_words(detection)}"
    urine = [w for w in windows if w.rule.matrix == "urine"] or list(windows)
    if not urine:
        return f"{head}: nothing that these tests look for"
    longest = max(urine, key=lambda w: w.quantile(50))
    where = MATRIX_WORDS[longest.rule.matrix]
    return (
        f"{head}: {rule_words(longest.rule)} is found in {where} for {hours_words(longest.quantile(50))} in "
        f"half of people, for {hours_words(longest.quantile(5))} to {hours_words(longest.quantile(95))} in "
        "nine of ten"
    )


def _curves(axes: Axes, curves: Sequence[Curve], width: float, straight: bool) -> None:
    end = max(_last_shown(c) for c in curves)
    for place, curve in enumerate(curves):
        colour, dash = COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)]
        hours = curve.hours if straight else curve.hours.clip(min=FIRST_HOUR)
        axes.fill_between(hours, 100 * curve.low, 100 * curve.high, color=colour, alpha=0.16, linewidth=0)
        axes.plot(hours, 100 * curve.typical, color=colour, linewidth=0.7, alpha=0.8)
        guideline = curve.rule.last.guideline
        label = textwrap.fill(f"{rule_words(curve.rule)} ({GUIDELINES.get(guideline, guideline)})", 42)
        axes.plot(hours, 100 * curve.chance, color=colour, linestyle=dash, linewidth=1.9, label=label)
    axes.set_xlim(0.0 if straight else FIRST_HOUR, end)
    if straight:
        months = range(0, int(end / MONTH) + 1, max(1, int(end / MONTH / 6)))
        axes.set_xticks([k * MONTH for k in months], [f"{k} mo" for k in months])
    else:
        axes.set_xscale("log")
        places = [tick for tick in TICKS if tick <= end]
        axes.set_xticks(places, [TICKS[tick] for tick in places])
        axes.set_xticks([], minor=True)
    axes.set_ylim(0, 102)
    axes.set_yticks([0, 50, 100])
    axes.set_ylabel("positive\nof 100")
    axes.grid(axis="both")
    if width > 5:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5, borderaxespad=0.0)
    else:
        axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.18), fontsize=7.5, borderaxespad=0.0)


def _last_shown(curve: Curve) -> float:
    above = (curve.high > POSSIBLE).nonzero()[0]
    return max(float(curve.hours[above[-1]]) * 1.3 if len(above) else 0.0, 8.0)

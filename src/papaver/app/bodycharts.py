"""Charts of one body: from courses to what the browser draws (Apache ECharts, options as plain data)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papaver.body.course import Course

MOST_POINTS = 200
DANGER = "#8a0000"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
DASHES = ("solid", "dashed", "dotted", [8, 3, 2, 3], [3, 3], "solid")
HEIGHTS = {"breathing": 250, "felt": 190, "bound": 190, "levels": 230}
LABELS = {
    "breathing": "Breathing and oxygen over the hours",
    "felt": "High and relief over the hours",
    "bound": "Share of opioid receptors that is taken, over the hours",
    "levels": "Levels in blood plasma over the hours",
}
EVENTS = {
    "unrousable": "cannot be woken",
    "cyanosed": "blue",
    "collapse": "circulation fails",
    "arrest": "arrest",
}
SMALLEST_SHOWN = 1e-3  # of the highest level, on the logarithmic axis
Curves = dict[str, Any]


def empty() -> dict[str, Any]:
    """A chart before anything is known."""
    return {"xAxis": {"type": "value"}, "yAxis": {"type": "value"}, "series": []}


def curves(course: Course) -> dict[str, tuple[Curves, str, float | None]]:
    """Each chart: its curves (people, times), its axis, and the axis' top."""
    from papaver.report.body import shown_levels, spoken

    rest = course.resting_ventilation_l_min[:, None]
    breathing = {
        "breathing (% of rest)": 100.0 * course.breathing["ventilation_l_min"] / rest,
        "oxygen saturation (%)": course.breathing["arterial_o2_saturation_percent"],
    }
    if float(course.sedation.max()) > 0.0:
        breathing["sedation (%)"] = 100.0 * course.sedation
    felt = {"high": course.reward.high, "relief": course.reward.relief}
    occupied = {} if course.binding is None else course.binding.occupancy
    bound = {f"{spoken(n)} bound": 100.0 * v for n, v in occupied.items() if float(v.max()) > 0.01}
    levels = {spoken(n): course.exposure.ng_per_ml(n) for n in shown_levels(course)}
    return {
        "breathing": (breathing, "Breathing (ventilation), oxygen", 110.0),
        "felt": (felt, "High and relief (0 to 1)", 1.0),
        "bound": (bound | {"opioid effect": 100.0 * course.signal}, "Opioid (mu) receptors, %", 100.0),
        "levels": (levels, "In blood plasma (ng/mL)", None),
    }


def options(typical: Course, many: Course | None) -> dict[str, dict[str, Any]]:
    """Options of every chart: the typical person's lines, and bands over people where there are some."""
    wide = {} if many is None else curves(many)
    made = {}
    for name, (lines, axis, top) in curves(typical).items():
        bands = wide[name][0] if name in wide else {}
        made[name] = _options(typical, lines, many, bands, axis, top)
        made[name]["aria"] = {"enabled": True, "label": {"description": LABELS[name]}}
        if name == "breathing":
            _mark_events(made[name], typical)
    return made


def _mark_events(chart: dict[str, Any], typical: Course) -> None:
    """An upright line where the typical person first comes into danger."""
    when = {words: float(typical.events[name][0]) for name, words in EVENTS.items()}
    known = {words: hour for words, hour in when.items() if hour == hour}
    if not known or not chart["series"]:
        return
    words = min(known, key=lambda name: known[name])
    label = {"formatter": words, "position": "insideEndTop", "color": DANGER, "rotate": 0}
    label |= {"align": "left", "verticalAlign": "top", "padding": [2, 0, 0, 6]}
    chart["series"][-1]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "animation": False,
        "lineStyle": {"color": DANGER, "type": "dashed"},
        "data": [{"xAxis": round(known[words], 4), "label": label}],
    }


def _options(
    typical: Course, lines: Curves, many: Course | None, bands: Curves, axis: str, top: float | None
) -> dict[str, Any]:
    import numpy as np

    from papaver.report.body import band

    log = top is None
    highest = max((float(values.max()) for values in lines.values()), default=1.0)
    least = float(f"{SMALLEST_SHOWN * max(highest, SMALLEST_SHOWN):.1g}") if log else 0.0
    series: list[dict[str, Any]] = []
    for place, (name, values) in enumerate(lines.items()):
        colour = COLOURS[place % len(COLOURS)]
        if many is not None and name in bands:
            _, low, high = (np.where(each < least, np.nan, each) for each in band(many, bands[name]))
            series += _band(name, many.hours, low, high, colour, log)
        middle = band(typical, values)[0]
        middle = np.where(middle < least, np.nan, middle)
        series.append(_line(name, typical.hours, middle, colour, DASHES[place % len(DASHES)]))
    y: dict[str, Any] = {"type": "log" if log else "value", "name": axis, "min": least}
    y |= {"nameLocation": "end", "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -40]}}
    if top is not None:
        y["max"] = top
    return _frame(list(lines), y, float(typical.hours[-1]), series)


def _frame(names: list[str], y: dict[str, Any], end: float, series: list[dict[str, Any]]) -> dict[str, Any]:
    along = {"type": "value", "name": "hours", "nameLocation": "middle", "nameGap": 24, "max": end}
    return {
        "animation": False,
        "grid": {"left": 52, "right": 16, "top": 56, "bottom": 40},
        "legend": {"top": 0, "left": 0, "data": names, "itemWidth": 30, "type": "scroll"},
        "tooltip": {"trigger": "axis"},
        "xAxis": along,
        "yAxis": y,
        "series": series,
    }


def _line(name: str, hours: Any, values: Any, colour: str, dash: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": "line",
        "showSymbol": False,
        "animation": False,
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "type": dash, "width": 2},
        "data": _points(hours, values),
    }


def _band(name: str, hours: Any, low: Any, high: Any, colour: str, log: bool) -> list[dict[str, Any]]:
    """Nine of ten people: a filled band, or its two edges on a logarithmic axis, which cannot be stacked."""
    shared: dict[str, Any] = {
        "name": f"{name}, nine of ten",
        "type": "line",
        "showSymbol": False,
        "silent": True,
        "tooltip": {"show": False},
        "itemStyle": {"color": colour},
    }
    if log:
        edge = {"color": colour, "width": 1, "opacity": 0.5}
        return [shared | {"lineStyle": edge, "data": _points(hours, values)} for values in (low, high)]
    hidden = {"width": 0, "opacity": 0}
    lower = shared | {"stack": name, "lineStyle": hidden, "data": _points(hours, low)}
    filled = {"areaStyle": {"color": colour, "opacity": 0.18}, "data": _points(hours, high - low)}
    return [lower, shared | {"stack": name, "lineStyle": hidden} | filled]


def places(hours: Any) -> list[int]:
    """At most about ``MOST_POINTS`` places, the closely spaced ones after the first doses among them."""
    import numpy as np

    step = -(-len(hours) // MOST_POINTS)
    if step == 1:
        return list(range(len(hours)))
    apart = np.diff(hours, append=2 * hours[-1] - hours[-2])
    close = np.flatnonzero(apart < 0.5 * np.median(apart))[: MOST_POINTS // 4]
    return sorted({*range(0, len(hours), step), *close.tolist(), len(hours) - 1})


def _points(hours: Any, values: Any) -> list[list[float | None]]:
    """Pairs for the browser; what is not a number becomes a gap."""
    keep = places(hours)
    pairs = zip(hours[keep].tolist(), values[keep].tolist(), strict=True)
    return [[round(hour, 4), float(f"{y:.4g}") if y == y else None] for hour, y in pairs]

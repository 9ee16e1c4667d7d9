"""The form of the overdose surface: monotone by construction.

The median log critical dose of a class is a sum of monotone curves, one per axis: rising with tolerance,
falling with sedatives, illness, age and what is in the body already. Each curve is a sum of smooth ramps
with coefficients of one sign. People spread around it with a width below and one above the median.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RISING = ("tolerance",)
FALLING = ("sedation", "lung", "apnoea", "old", "present")
CURVES = {"tolerance": 3, "sedation": 3, "lung": 2, "apnoea": 2, "old": 1, "present": 3}
"""Axes and the number of ramps of each curve."""


def scaled(axis: str, value: Floats, tolerance: Floats) -> Floats:
    """An axis on the scale on which its effect is nearly straight: ln T, -ln(1 - sedation), the signal
    already present after tolerance; shares as they are."""
    if axis == "tolerance":
        return np.asarray(np.log(value))
    if axis == "sedation":
        return np.asarray(-np.log1p(-value))
    if axis == "present":
        return np.asarray(value / (value + tolerance))
    return np.asarray(value, np.float64)


def ramps(x: Floats, top: float, count: int) -> Floats:
    """Smooth ramps over 0 .. ``top``: integrals of overlapping hats, (len(x), count); flat outside."""
    if count == 1:
        return np.clip(x, 0.0, top)[:, None]
    step = top / (count - 1)
    columns = []
    for k in range(count):
        up = np.clip((x - (k - 1) * step) / step, 0.0, 1.0) if k > 0 else np.zeros_like(x)
        down = np.clip((x - k * step) / step, 0.0, 1.0) if k < count - 1 else np.zeros_like(x)
        columns.append(step * (up**2 / 2.0 + down - down**2 / 2.0))
    return np.stack(columns, axis=1)


@dataclass(frozen=True)
class Curve:
    """Median log critical dose: ``at`` the healthy drug-free young person without tolerance, and the
    coefficients of the ramps of each axis (all of one sign)."""

    at: float
    tops: Mapping[str, float]
    coefficients: Mapping[str, Floats]

    def __call__(self, axes: Mapping[str, Floats]) -> Floats:
        """Log critical dose at axes given as arrays of one length."""
        total = np.full(axes["tolerance"].size, self.at)
        for axis, coefficients in self.coefficients.items():
            x = scaled(axis, axes[axis], axes["tolerance"])
            total = total + ramps(x, self.tops[axis], len(coefficients)) @ coefficients
            if axis == "tolerance":  # beyond the design tolerance keeps shifting the dose as at its end
                total = total + np.maximum(0.0, x - self.tops[axis]) * coefficients[-1]
        return np.asarray(total)


def fit_curve(
    log_dose: Floats, axes: Mapping[str, Floats], tops: Mapping[str, float], own: Floats
) -> tuple[Curve, Floats]:
    """Least squares with coefficients of the right sign; returns the curve and each person's departure.

    ``own``: what is known of each person (columns with mean 0), which explains part of the departures and so
    sharpens the curve; it is counted to the departures.
    """
    from scipy.optimize import lsq_linear

    columns, low, high, place = [np.ones((log_dose.size, 1))], [-np.inf], [np.inf], {}
    at = 1
    for axis, count in CURVES.items():
        x = scaled(axis, axes[axis], axes["tolerance"])
        columns.append(ramps(x, tops[axis], count))
        place[axis] = slice(at, at + count)
        low += [0.0 if axis in RISING else -np.inf] * count
        high += [np.inf if axis in RISING else 0.0] * count
        at += count
    columns.append(own)
    low += [-np.inf] * own.shape[1]
    high += [np.inf] * own.shape[1]
    found = lsq_linear(np.concatenate(columns, axis=1), log_dose, (np.array(low), np.array(high))).x
    curve = Curve(float(found[0]), dict(tops), {axis: found[where] for axis, where in place.items()})
    return curve, log_dose - curve(axes)


@dataclass(frozen=True)
class Spread:
    """How people spread around the median: a normal width below and one above it (log units)."""

    below: float
    above: float

    def share(self, z: Floats) -> Floats:
        """Share of people whose critical dose lies at or below a log dose ``z`` above the median."""
        from scipy.special import ndtr

        return np.asarray(ndtr(z / np.where(z < 0.0, self.below, self.above)))


def fit_spread(departures: Floats, floor: float) -> tuple[float, Spread]:
    """Median of departures, and the widths that meet their 10 and 90 percent points."""
    from scipy.special import ndtri

    tenth = 1 / 10
    low, middle, high = np.quantile(departures, [tenth, 0.5, 1.0 - tenth])
    width = float(ndtri(1.0 - tenth))
    return float(middle), Spread(
        max(floor, float(middle - low) / width), max(floor, float(high - middle) / width)
    )

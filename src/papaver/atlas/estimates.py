"""Shares, rates, means and ratios with their error by chance.

An estimate carries the influence of every person on it, so errors of ratios and differences follow from
first-order rules even when both sides come from the same people. It also remembers what it was made of, so
that quotients of rare events can be pooled over draws instead of averaged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A value, and each person's influence on it (None: the value has no chance in it).

    ``above`` over ``below`` is what it was divided from: numbers per person, or estimates. ``one`` is what
    one person more would change: it keeps the error of few events, or none, from looking small.
    """

    value: float
    influence: Floats | None = None
    persons: tuple[float, ...] = ()
    above: Estimate | float | None = None
    below: Estimate | float | None = None
    factor: float = 1.0
    one: float = 0.0

    @property
    def error(self) -> float:
        """Standard error by chance."""
        return 0.0 if self.influence is None else math.hypot(float(np.linalg.norm(self.influence)), self.one)

    def __truediv__(self, other: Estimate) -> Estimate:
        if other.value == 0.0:
            return Estimate(math.nan, above=self, below=other)
        value = self.value / other.value
        a, b = _aligned(self, other)
        one = math.hypot(self.one, value * other.one) / abs(other.value)
        return Estimate(value, a / other.value - b * (value / other.value), above=self, below=other, one=one)

    def __sub__(self, other: Estimate) -> Estimate:
        a, b = _aligned(self, other)
        return Estimate(self.value - other.value, a - b, one=math.hypot(self.one, other.one))

    def times(self, factor: float) -> Estimate:
        """The estimate times a number without error."""
        influence = None if self.influence is None else self.influence * factor
        changed = self.value * factor, self.factor * factor, self.one * abs(factor)
        return replace(self, value=changed[0], influence=influence, factor=changed[1], one=changed[2])


def _aligned(one: Estimate, other: Estimate) -> tuple[Floats, Floats]:
    """Influences of both, person by person; people of cohorts of unequal size count as different people."""
    a = np.zeros(0) if one.influence is None else one.influence
    b = np.zeros(0) if other.influence is None else other.influence
    if len(a) == len(b):
        return a, b
    return np.concatenate([a, np.zeros(len(b))]), np.concatenate([np.zeros(len(a)), b])


def ratio(above: npt.ArrayLike, below: npt.ArrayLike, *, per: float = 1.0) -> Estimate:
    """Sum over persons of ``above`` over sum of ``below``, times ``per``."""
    top, base = np.asarray(above, float), np.asarray(below, float)
    total, people = float(base.sum()), max(1, len(base))
    parts = (float(top.sum()) / people, total / people)
    if total <= 0.0:
        return Estimate(math.nan, above=parts[0], below=parts[1], factor=per)
    value = float(top.sum()) / total
    influence = per * (top - value * base) / total
    having = top[top != 0.0]
    one = per * (float(np.abs(having).mean()) if len(having) else 1.0) / total
    return Estimate(per * value, influence, above=parts[0], below=parts[1], factor=per, one=one)


def over_draws(estimates: Sequence[Estimate]) -> Floats:
    """One value per draw whose mean is the estimate over all draws.

    Shares, rates and means are averaged as they are. A quotient of rates, or a rate that is not defined in
    some draw for want of people, is the quotient of the averages: its values are first-order shares of it.
    """
    values = np.array([e.value for e in estimates])
    quotient = any(isinstance(e.below, Estimate) for e in estimates)
    return values if np.isfinite(values).all() and not quotient else _pooled(estimates)


def _pooled(parts: Sequence[Estimate | float | None]) -> Floats:
    if not all(isinstance(e, Estimate) and e.below is not None for e in parts):
        return np.array([e.value if isinstance(e, Estimate) else e for e in parts], float)
    whole = [e for e in parts if isinstance(e, Estimate)]
    above, below = _pooled([e.above for e in whole]), _pooled([e.below for e in whole])
    base = below.mean()
    if not base:
        return np.full(len(whole), math.nan)
    value = above.mean() / base
    return np.asarray(whole[0].factor * (value + (above - value * below) / base))


def share(having: npt.ArrayLike, among: npt.ArrayLike) -> Estimate:
    """Percentage of the persons (or person-visits) ``among`` who are ``having``."""
    had, here = np.asarray(having), np.asarray(among)
    if had.dtype == bool:
        had = had & here
    return ratio(had, here, per=100.0)


def mean(values: npt.ArrayLike, among: npt.ArrayLike) -> Estimate:
    """Mean over the persons ``among``."""
    here = np.asarray(among, float)
    return ratio(np.where(here > 0, np.asarray(values, float), 0.0) * here, here)


def median(values: npt.ArrayLike, among: npt.NDArray[np.bool_]) -> Estimate:
    """Median over the persons ``among``; its error from the order statistics around it.

    Who lies above it pulls it up, who lies below pulls it down: differences of medians of the same people
    have the error that such pulls leave.
    """
    every, here = np.asarray(values, float), np.asarray(among, bool)
    chosen = every[here]
    if len(chosen) < 2:
        return Estimate(math.nan)
    step = min(0.5, 0.5 / math.sqrt(len(chosen)))
    low, middle, high = np.quantile(chosen, [0.5 - step, 0.5, 0.5 + step])
    pull = np.where(here, np.sign(every - middle), 0.0)
    size = float(np.linalg.norm(pull))
    error = (high - low) / 2.0
    return Estimate(float(middle), pull * (error / size) if size > 0.0 else np.zeros(len(every)))

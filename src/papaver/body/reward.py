"""Reward of a dose: a dopamine signal from level and rate of rise of the agonist signal; high and relief.

Rapid beats slow at equal exposure in people and animals alike: so what counts is not only how high the
tolerant signal ``L`` stands but how far it has run ahead of its own recent past ``M``. Within hours the high
wanes though the drug is still there and pupils stay small: the level counts against a slower memory ``S``.

    L = A / (A + T (1 - A)),   dM/dt = (L - M) / tau,   dS/dt = (L - S) / tau_s
    drive = (1 - w) max(0, L - a S) + w max(0, L - M)

``T`` is the tolerance to euphoria, a plain number that grows over weeks of use (the day loop keeps it), so
the high fades while breathing, with a lower ceiling of tolerance, does not follow as far. There is one slow
negative state, that of adaptation: the set point to which the body has moved. A dose first lifts the signal
to the set point (``relief``, which feels like being well), and only what the drive rises above where it
stood (``high``) is reward beyond that. Doses late in a career often do nothing but restore.

What is animal and what is human evidence stays apart: dopamine in people has never been seen to rise as in
rats. ``rat_dopamine_percent`` is compared to microdialysis in rats only, ``human_raclopride_percent`` to
scans of people only; both are read-outs of the same drive, each with a size of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from papaver.body.receptor import shifted_signal
from papaver.compiled import compiled
from papaver.errors import Fault, InputError
from papaver.evidence import inputs

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reward:
    """Courses of reward over ``hours`` (h), each (people, times).

    ``drive``: dopamine signal, 0 (none or used to) to 1 (full agonist, full and sudden); ``high``: the drive
    above where it stood at the first time; ``relief``: how much of the gap to the set point the drug has
    closed since the first time; ``gap``: what is left of it. High, relief and gap are on the scale of the
    agonist signal.
    """

    hours: Floats
    drive: Floats
    high: Floats
    relief: Floats
    gap: Floats

    @property
    def dopamine(self) -> Floats:
        """The dopamine signal as a level relative to rest (1: rest). Its size is no measurement of people."""
        return 1.0 + self.drive

    @property
    def tone(self) -> Floats:
        """How a person feels against being well (0): the high less what is left of the gap."""
        return self.high - self.gap

    def peak(self) -> dict[str, Floats]:
        """Highest high and relief of each person, and the hour of the highest high (people,)."""
        return {
            "high": self.high.max(axis=1),
            "relief": self.relief.max(axis=1),
            "hour": self.hours[self.high.argmax(axis=1)],
        }


@compiled
def lag_behind(hours: Floats, level: Floats, tau_h: float, out: Floats) -> None:
    """First-order follower of courses of straight lines, exact: ``level`` and ``out`` are (people, times)."""
    for who in range(level.shape[0]):
        out[who, 0] = level[who, 0]
        for k in range(hours.size - 1):
            step = hours[k + 1] - hours[k]
            slope = (level[who, k + 1] - level[who, k]) / step
            kept = np.exp(-step / tau_h)
            ahead = level[who, k] - slope * tau_h - out[who, k]
            out[who, k + 1] = level[who, k + 1] - slope * tau_h - ahead * kept


def rewards(
    hours: npt.ArrayLike,
    signal: npt.ArrayLike,
    *,
    tolerance: npt.ArrayLike = 1.0,
    set_point: npt.ArrayLike = 0.0,
    sudden: npt.ArrayLike | None = None,
    numbers: Mapping[str, float] | None = None,
) -> Reward:
    """Reward over the course of an agonist signal of reward (``receptor.signal(binding, "reward")``).

    ``hours``: (times,), rising, fine enough for the rise (seconds to minutes after a dose by vein).
    ``signal``: (people, times) or (times,), straight lines between; what it is at the first time is what the
    person is used to then. ``tolerance``: shift of the load for euphoria, 1 for none. ``set_point``: signal
    to which the body has adapted, 0 in a naive person. Both are numbers or (people,). ``sudden``: the signal
    where the high arises, if that is reached faster than where relief does (``rush.at_reward``); the same
    unless given. Raises InputError for shapes that do not fit and for a tolerance or set point that makes no
    sense.
    """
    p = inputs.numbers() if numbers is None else numbers
    times, level = np.ascontiguousarray(hours, np.float64), np.atleast_2d(np.asarray(signal, np.float64))
    first = level if sudden is None else np.atleast_2d(np.asarray(sudden, np.float64))
    shift, wanted = np.atleast_1d(np.asarray(tolerance, float)), np.atleast_1d(np.asarray(set_point, float))
    _check(times, level, first, shift, wanted)
    level, first, shift, wanted = np.broadcast_arrays(level, first, shift[:, None], wanted[:, None])
    felt = np.ascontiguousarray(shifted_signal(np.clip(first, 0.0, 1.0), shift))
    behind, used_to = np.empty_like(felt), np.empty_like(felt)
    lag_behind(times, felt, p["reward_rise_min"] / 60.0, behind)
    lag_behind(times, felt, p["reward_adapts_h"], used_to)
    part = p["reward_rise_share"]
    lasting = np.maximum(0.0, felt - p["reward_adapts_share"] * used_to)
    drive = (1.0 - part) * lasting + part * np.maximum(0.0, felt - behind)
    gap = np.maximum(0.0, wanted - level)
    high = np.maximum(0.0, drive - drive[:, :1])
    return Reward(times, drive, high, np.maximum(0.0, gap[:, :1] - gap), gap)


def _check(times: Floats, level: Floats, first: Floats, shift: Floats, wanted: Floats) -> None:
    faults = []
    if times.ndim != 1 or not np.isfinite(times).all() or (np.diff(times) <= 0.0).any():
        faults.append(Fault("must be finite and rise from entry to entry.", field="hours"))
    for name, one in (("signal", level), ("sudden", first)):
        if one.ndim != 2 or one.shape[-1] != times.size:
            faults.append(Fault("needs one level per person and time.", field=name))
        elif not (np.isfinite(one).all() and (one <= 1.0).all()):
            faults.append(Fault("must be finite and not above 1.", field=name))
    if not (np.isfinite(shift).all() and (shift >= 1.0).all()):
        faults.append(Fault("must be 1 (none) or more.", field="tolerance"))
    if not ((wanted >= 0.0) & (wanted <= 1.0)).all():
        faults.append(Fault("must lie between 0 and 1.", field="set_point"))
    if len({one.shape[0] for one in (level, first, shift, wanted)} - {1}) > 1:
        faults.append(Fault("people differ in number.", field="tolerance"))
    if faults:
        raise InputError(faults)


def only_restores(
    high: npt.ArrayLike, relief: npt.ArrayLike, numbers: Mapping[str, float] | None = None
) -> npt.NDArray[np.bool_]:
    """Which doses only restore normality: they relieve, and their highest high is too small to be felt."""
    least = (inputs.numbers() if numbers is None else numbers)["reward_least_felt"]
    return np.asarray((np.asarray(relief, float) >= least) & (np.asarray(high, float) < least))


def fading(
    hours: npt.ArrayLike,
    signal: npt.ArrayLike,
    tolerances: npt.ArrayLike,
    set_points: npt.ArrayLike,
    numbers: Mapping[str, float] | None = None,
) -> dict[str, Floats]:
    """The same dose over a career: highest high and relief at each pair of tolerance and set point.

    ``signal``: the dose's course (times,); ``tolerances`` and ``set_points``: as they stand week by week,
    from the day loop or by hand. Returns arrays over the weeks, and ``only_restores`` as 0 or 1, whose mean
    is the share of doses that only restore normality.
    """
    shifts = np.asarray(tolerances, np.float64)
    course = np.tile(np.asarray(signal, np.float64), (shifts.size, 1))
    peak = rewards(hours, course, tolerance=shifts, set_point=set_points, numbers=numbers).peak()
    restoring = only_restores(peak["high"], peak["relief"], numbers)
    return {"high": peak["high"], "relief": peak["relief"], "only_restores": restoring.astype(np.float64)}


def rat_dopamine_percent(drive: npt.ArrayLike, numbers: Mapping[str, float] | None = None) -> Floats:
    """Dopamine in the accumbens of rats as microdialysis shows it (% of baseline) at a drive.

    For comparison with data of rats alone; nothing in people has been seen to rise like this.
    """
    p = inputs.numbers() if numbers is None else numbers
    return 100.0 + p["rat_dopamine_full_percent"] * np.asarray(drive, np.float64)


def human_raclopride_percent(drive: npt.ArrayLike, numbers: Mapping[str, float] | None = None) -> Floats:
    """Fall of raclopride binding in the ventral striatum of people (%) at a mean drive over the scan.

    For comparison with scans of people alone: about 9 % after morphine in men who were not dependent, none
    that could be measured in people on methadone or buprenorphine.
    """
    p = inputs.numbers() if numbers is None else numbers
    return p["human_raclopride_full_percent"] * np.asarray(drive, np.float64)

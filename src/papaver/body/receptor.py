"""Competition for the mu receptor, and the agonist signal each effect takes from it.

In minutes binding follows ``dB_i/dt = kon_i L_i^n_i (1 - sum B) - koff_i B_i`` for any mixture of ligands
(``bind``, ``occupy``). On the scale of hours that is the load formula: with loads ``u_i`` (concentration over
half-binding concentration) drug ``i`` holds ``B_i = u_i / (1 + sum u_j)`` of the receptors (``settle``, and
``agonist_signal`` for the day loop). One agonist signal per effect, ``A = sum alpha_i B_i`` (``signal``),
because spare receptors differ between effects: buprenorphine is a partial agonist, and the antagonists are
inverse agonists whose pull grows with dependence (zero in naive people).

Constants are those measured in people where there are any (``ligands``); the published overdose model keeps
its own, measured in a dish and drawn as whole rows (``fda_ligands``). Constants are in ``ligands``, the
integrator is in ``binding``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver.body.binding import follow_all, method, tableau
from papaver.body.ligands import EFFECTS, Ligand, ligands
from papaver.compiled import compiled, inlined
from papaver.errors import Fault, InputError

if TYPE_CHECKING:
    import polars

    from papaver.body.exposure import Exposure

Floats = npt.NDArray[np.float64]


@inlined
def agonist_signal(
    heroin: float, methadone: float, buprenorphine: float, naloxone: float, partial: float, inverse: float
) -> float:
    """Agonist signal of one effect from the four loads (dimensionless, at most 1).

    ``partial`` is buprenorphine's intrinsic activity for the effect, ``inverse`` naloxone's negative one.
    """
    bound = heroin + methadone + partial * buprenorphine - inverse * naloxone
    return bound / (1.0 + heroin + methadone + buprenorphine + naloxone)


@compiled
def tolerant_signal(signal: float, shift: float) -> float:
    """Signal after the receptor in a tolerant body: ``A / (A + T (1 - A))``; binding is untouched."""
    if signal <= 0.0:
        return signal
    return signal / (signal + shift * (1.0 - signal))


@compiled
def equivalent_load(full: float, partial: float, activity: float) -> float:
    """Load of a full agonist alone that gives the signal of ``full`` beside a partial agonist's load.

    With signal ``A = (full + activity x partial) / (1 + full + partial)`` this is ``A / (1 - A)``: a
    partial agonist adds a little and blunts what comes on top.
    """
    return (full + activity * partial) / (1.0 + (1.0 - activity) * partial)


# --------------------------------------------------------------------------------------------- binding


@dataclass(frozen=True)
class Binding:
    """Receptors held by each ligand over time: ``occupancy[name]`` is (people, times), shares of 1.

    ``hours``: the times (h). ``ligands``: what the occupancies were computed with.
    """

    hours: Floats
    occupancy: Mapping[str, Floats]
    ligands: Mapping[str, Ligand]

    @property
    def free(self) -> Floats:
        """Share of receptors held by none of the ligands, (people, times)."""
        return np.asarray(1.0 - np.sum(list(self.occupancy.values()), axis=0))

    def to_polars(self) -> polars.DataFrame:
        """One row per person and time: person, hour, one column per ligand."""
        import polars

        people = next(iter(self.occupancy.values())).shape[0]
        columns = {name: held.ravel() for name, held in self.occupancy.items()}
        return polars.DataFrame(
            {
                "person": np.repeat(np.arange(people), self.hours.size),
                "hour": np.tile(self.hours, people),
                **columns,
            }
        )


def bind(
    exposure: Exposure,
    numbers: Mapping[str, float] | None = None,
    *,
    scale: str = "breathing",
    known: Mapping[str, Ligand] | None = None,
    fineness: float = 1.0,
) -> Binding:
    """Receptors held over the course of an exposure (``exposure.follow``), by all its ligands at once.

    ``known``: other ligand constants in place of ``ligands(numbers, scale)``. ``fineness``: factor of the
    allowed error per step. The grid of the exposure should hold the hours of the doses; between its points
    concentrations are cubics.
    """
    known = known or ligands(numbers, scale)
    levels = {name: exposure.site[name] for name in known if name in exposure.site}
    breaks = getattr(exposure, "breaks", ())
    return occupy(exposure.hours, levels, known, breaks=breaks, fineness=fineness)


def occupy(
    hours: npt.ArrayLike,
    levels: Mapping[str, npt.ArrayLike],
    known: Mapping[str, Ligand] | None = None,
    *,
    start: Mapping[str, npt.ArrayLike] | None = None,
    breaks: npt.ArrayLike = (),
    fineness: float = 1.0,
) -> Binding:
    """Receptors held under given effect-site concentrations, by ``dB/dt = kon L^n (1 - sum B) - koff B``.

    ``hours``: (times,), rising. ``levels``: nmol/L by ligand, (people, times) or (times,); they are cubics
    between the points, smooth except at the hours in ``breaks`` (doses; those that are no point of the grid
    are ignored). ``start``: shares held at the first time, none unless given. ``known``: ligand constants
    (``ligands()`` unless given). ``fineness``: factor of the allowed error per step (1: about 1e-5 in the
    end). Raises InputError for shapes that do not fit, an unknown ligand, numbers that are not finite or
    below zero, or a start above one in all.
    """
    known = known or ligands()
    times = np.ascontiguousarray(hours, np.float64)
    course = _checked(times, levels, known)
    people = max((level.shape[0] for level in course.values()), default=1)
    names = [name for name in course if name in known]
    load, off, power = _arrays(course, known, names, people, times.size)
    out = np.zeros((people, len(names), times.size))
    for place, name in enumerate(names):
        out[:, place, 0] = np.asarray((start or {}).get(name, 0.0), np.float64)
    if (out[:, :, 0] < 0.0).any() or (out[:, :, 0].sum(axis=1) > 1.0).any():
        raise InputError(Fault("must be shares that add up to 1 at most.", field="start"))
    if names:
        kinks = np.isin(times, np.asarray(breaks, np.float64))
        follow_all(times, kinks, load, off, power, *tableau(), method(), fineness, out)
    return Binding(times, {name: out[:, place] for place, name in enumerate(names)}, known)


def settle(
    levels: Mapping[str, npt.ArrayLike], known: Mapping[str, Ligand] | None = None
) -> dict[str, Floats]:
    """Receptors held in equilibrium: ``B_i = x_i / (1 + sum x_j)`` with ``x_i = (L_i / K_i)^n_i``.

    ``levels``: nmol/L by ligand, arrays of one shape (or numbers). With slope 1 this is the load formula of
    ``agonist_signal``.
    """
    known = known or ligands()
    load = {
        name: (np.asarray(level, np.float64) / known[name].half_nmol_l) ** known[name].slope
        for name, level in levels.items()
    }
    total = 1.0 + sum(load.values(), np.float64(0.0))
    return {name: np.asarray(one / total) for name, one in load.items()}


def _checked(
    times: Floats, levels: Mapping[str, npt.ArrayLike], known: Mapping[str, Ligand]
) -> dict[str, Floats]:
    faults = []
    if times.ndim != 1 or not times.size or not np.isfinite(times).all() or (np.diff(times) <= 0.0).any():
        faults.append(Fault("must be finite and rise from entry to entry.", field="hours"))
    course = {name: np.atleast_2d(np.asarray(level, np.float64)) for name, level in levels.items()}
    people = {level.shape[0] for level in course.values()} - {1}
    for name, level in course.items():
        if name not in known:
            faults.append(Fault("is not a ligand.", f"Known: {', '.join(known)}.", field=name))
        if level.ndim > 2 or level.shape[1] != times.size or len(people) > 1:
            faults.append(Fault("needs one level per person and time.", field=name))
        elif not (np.isfinite(level).all() and (level >= 0.0).all()):
            faults.append(Fault("must be finite and not below 0.", field=name))
    if faults:
        raise InputError(faults)
    return course


def _arrays(
    course: Mapping[str, Floats], known: Mapping[str, Ligand], names: list[str], people: int, count: int
) -> tuple[Floats, Floats, Floats]:
    """Loads (people, ligands, times), off rates and slopes (people, ligands)."""
    load = np.empty((people, len(names), count))
    off, power = np.empty((people, len(names))), np.empty((people, len(names)))
    for place, name in enumerate(names):
        one = known[name]
        load[:, place] = course[name] / np.reshape(one.half_nmol_l, (-1, 1))
        off[:, place], power[:, place] = one.off_per_h, one.slope
    return load, off, power


# --------------------------------------------------------------------------------------------- signals


def signal(binding: Binding, effect: str, *, dependence: npt.ArrayLike = 0.0) -> Floats:
    """Agonist signal of an effect, ``sum alpha_i B_i``, (people, times).

    ``effect``: one of ``EFFECTS``. ``dependence``: 0 (never used) to 1 (full), a number, (people,) or
    (people, times); antagonists count with ``alpha = -beta x dependence`` and may pull the signal below 0,
    which is what withdrawal feels and what breathing, that cannot be less depressed than not at all, cuts off
    at 0. Raises InputError for an effect or a dependence that makes no sense.
    """
    if effect not in EFFECTS:
        raise InputError(
            Fault(f"{effect!r} is not an effect.", f"Choose: {', '.join(EFFECTS)}.", field="effect")
        )
    level = np.asarray(dependence, np.float64)
    if not ((level >= 0.0) & (level <= 1.0)).all():
        raise InputError(Fault("must lie between 0 and 1.", field="dependence"))
    level = level[:, None] if level.ndim == 1 else level
    total = np.zeros((1, binding.hours.size))
    for name, held in binding.occupancy.items():
        one = binding.ligands[name]
        total = total + (one.activity[effect] - one.inverse * level) * held
    return total


def shifted_signal(given: npt.ArrayLike, shift: npt.ArrayLike) -> Floats:
    """``tolerant_signal`` for arrays: ``A / (A + T (1 - A))`` for signals above 0, others as they are.

    ``shift``: the tolerance T, 1 for none: a number, or one per person for signals of (people, times).
    """
    level, by = np.asarray(given, np.float64), np.asarray(shift, np.float64)
    by = by[:, None] if by.ndim == 1 and level.ndim > 1 else by
    positive = np.maximum(level, 0.0)
    return np.where(level > 0.0, positive / np.maximum(positive + by * (1.0 - positive), TINY), level)


TINY = float(np.finfo(np.float64).tiny)

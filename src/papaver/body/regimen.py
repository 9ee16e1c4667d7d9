"""Doses and regimens: what is taken, when, how, and how much of the pure named salt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Dose:
    """One dose: ``mg`` of the pure named salt of ``drug`` by ``route`` at ``hour``.

    ``duration_h`` spreads it evenly (an infusion, smoking); 0 is at once. ``product`` names a product where
    the drug comes as several.
    """

    drug: str
    hour: float
    mg: float
    route: str
    duration_h: float = 0.0
    product: str | None = None


@dataclass(frozen=True)
class Regimen:
    """Doses in the order of their hours (then of drug, route and size). ``+`` joins two regimens."""

    doses: tuple[Dose, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "doses", tuple(sorted(self.doses, key=_order)))

    def __add__(self, other: Regimen | Iterable[Dose]) -> Regimen:
        return Regimen((*self.doses, *(other.doses if isinstance(other, Regimen) else other)))

    @property
    def drugs(self) -> tuple[str, ...]:
        """Names of the drugs in the order of their first dose."""
        return tuple(dict.fromkeys(dose.drug for dose in self.doses))

    def until(self, hours: float) -> Regimen:
        """The doses before ``hours``."""
        return Regimen(tuple(dose for dose in self.doses if dose.hour < hours))


def _order(dose: Dose) -> tuple[float, str, str, float, float, str]:
    return dose.hour, dose.drug, dose.route, dose.mg, dose.duration_h, dose.product or ""

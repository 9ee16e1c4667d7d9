"""What is set on one page of the body view, and the courses that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from papaver.app import bodycharts
from papaver.app.bodywords import NALOXONES, PATTERNS, SEDATIVES, positive

if TYPE_CHECKING:
    from papaver.body.course import Course
    from papaver.body.regimen import Regimen

BAND_PEOPLE = 30
FIRST = "heroin"


@dataclass
class State:
    """What is set on one page."""

    drug: str = FIRST
    route: str = "iv"
    mg: float = 20.0
    pattern: str = "once"
    hours: float = 8.0
    tolerance: float = 1.0
    age: float | None = None
    weight: float | None = None
    sedatives: dict[str, float] = field(default_factory=dict)
    illness: list[str] = field(default_factory=list)
    naloxone: str = "none"
    naloxone_min: float = 15.0
    shown: Course | None = None
    parts: dict[str, Any] = field(default_factory=dict)

    def main(self, hours: float) -> Regimen:
        """The doses of the drug itself. Raises InputError."""
        from papaver.body.drugs import entry_of
        from papaver.body.regimen import Dose, Regimen

        entry_of(self.drug, self.route)
        mg = positive(self.mg, "the dose")
        many, every = PATTERNS[self.pattern]
        if self.pattern == "once":
            hours = every
        count = max(1, int(-(-hours // 24.0)) * many)
        every_dose = (Dose(self.drug, k * every, mg, self.route) for k in range(count))
        return Regimen(tuple(dose for dose in every_dose if dose.hour < hours))

    def regimen(self) -> Regimen:
        """All doses that are set. Raises InputError."""
        from papaver.body.regimen import Dose

        beside = [Dose(n, 0.0, mg * SEDATIVES[n][1], "oral") for n, mg in self.sedatives.items() if mg]
        rescue = NALOXONES[self.naloxone]
        if rescue is not None:
            route, mg, product = rescue
            beside.append(Dose("naloxone", self.naloxone_min / 60.0, mg, route, 0.0, product or None))
        return self.main(self.hours) + beside

    def course(self, people: int) -> Course:
        """What happens in one typical person, or in virtual people."""
        from papaver.body.course import course

        held = {"age_years": self.age, "weight_kg": self.weight}
        given: dict[str, Any] = {name: value for name, value in held.items() if value is not None}
        return course(
            self.regimen(),
            self.hours,
            people=people,
            tolerance=self.tolerance,
            conditions=self.illness,
            **given,
        )

    def typical(self) -> tuple[Course, dict[str, Any]]:
        """The typical person and the charts of it."""
        found = self.course(1)
        return found, bodycharts.options(found, None)

    def banded(self, typical: Course) -> tuple[Course, dict[str, Any]]:
        """Virtual people, and the charts with their bands."""
        found = self.course(BAND_PEOPLE)
        return found, bodycharts.options(typical, found)

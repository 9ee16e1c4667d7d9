"""Seizures and delirium when alcohol or benzodiazepines stop together with an opioid.

Opioid withdrawal in adults has neither. In people who depend on alcohol they come in windows after the last
drink, with published shares; for benzodiazepines the time follows the half-life, but no share of people was
found, so none is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOURS = 24
SEDATIVES = ("alcohol", "benzodiazepine")


@dataclass(frozen=True)
class Window:
    """A complication: what, of which sedative, from and to which hour after the last of it, and how often.

    ``share`` is of people with dependence on it who stop without medicine, with its range; none where no
    number is published.
    """

    what: str
    sedative: str
    first_hour: float
    last_hour: float
    share: float | None
    low: float | None = None
    high: float | None = None

    def holds(self, hour: float) -> bool:
        """Whether an hour after the last dose lies in the window."""
        return self.first_hour <= hour <= self.last_hour


def windows(
    p: Mapping[str, float], *, alcohol: bool = False, benzodiazepine_half_life_h: float = 0.0
) -> tuple[Window, ...]:
    """Windows of danger after both stop at once, for the sedatives a person depends on.

    ``p``: inputs by name. ``benzodiazepine_half_life_h``: of the one taken, 0 for none.
    """
    found: list[Window] = []
    if alcohol:
        start = HOURS * p["alcohol_delirium_start_days"]
        found += [
            Window(
                "seizure", "alcohol", p["alcohol_seizure_first_h"], p["alcohol_seizure_last_h"],
                p["alcohol_seizure_share"], p["alcohol_seizure_low"], p["alcohol_seizure_high"],
            ),
            Window(
                "delirium", "alcohol", start, start + HOURS * p["alcohol_delirium_lasts_days"],
                p["alcohol_delirium_share"],
            ),
        ]  # fmt: skip
    if benzodiazepine_half_life_h > 0.0:
        first = benzodiazepine_half_life_h * p["benzodiazepine_seizure_first_half_lives"]
        last = benzodiazepine_half_life_h * p["benzodiazepine_seizure_last_half_lives"]
        found.append(Window("seizure", "benzodiazepine", first, last, None))
    return tuple(found)


def chance_of_any(found: tuple[Window, ...]) -> float:
    """Chance that at least one complication with a published share happens, taken as independent."""
    none = 1.0
    for window in found:
        none *= 1.0 - (window.share or 0.0)
    return 1.0 - none

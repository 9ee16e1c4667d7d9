"""Writes the stored numbers of ``test_baseline``: ``python -m tests.population.make_baseline``.

Run it when the model or its inputs are meant to give other numbers, and say why in CHANGELOG.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from papaver.evidence import inputs
from papaver.person.life import Body, Dose, every, follow_hours
from papaver.person.withdrawal import SIGNS
from papaver.population.codes import EVENTS, MOMENTS, OUTCOMES, STATUS, SYMPTOMS
from tests.population.lives import block, job

FILE = Path(__file__).parent / "baseline.json"
SEED, DRAWS = 1, (0, 1)
PEOPLE, DAYS = 300, 1095
PLANS = ("none", "detoxification", "incentives", "custody", "hospital")
EACH_HOURS = 12


def trace(draw: int) -> dict[str, list[float]]:
    """A course in one body, every twelfth hour: heroin for weeks, naloxone, methadone, buprenorphine."""
    doses = [
        *every("heroin", 30.0, each_hours=6, days=40),
        Dose("naloxone", 950.0, 0.8),
        Dose("methadone", 1010.0, 40.0),
        Dose("buprenorphine", 1100.0, 8.0),
    ]
    course = follow_hours(doses, 52, inputs.draw(SEED, draw), body=Body(speed={"heroin": 1.1}, frailty=1.3))
    kept = [name for name in course if name not in SIGNS]
    return {name: [float(f"{x:.13g}") for x in course[name][5::EACH_HOURS]] for name in kept}


def counts(plan: str, draw: int) -> dict[str, int]:
    """Person-days, events, outcomes and sums of one plan of the small cohort."""
    one = block(job(plan, DAYS), PEOPLE, record=inputs.draw(SEED, draw), seed=SEED, draw=draw)
    named = {
        "days": (STATUS, one.person_time.sum(axis=(0, 1, 3))),
        "event": (EVENTS, one.events.sum(axis=(0, 1))),
        "symptom": (SYMPTOMS, one.symptom_days.sum(axis=(0, 1))),
        "outcome": (OUTCOMES, one.outcomes.sum(axis=0)),
        "sum": (MOMENTS, one.moments[:, 0]),
        "squares": (MOMENTS, one.moments[:, 1]),
    }
    return {
        f"{kind}.{name}": int(value)
        for kind, (names, values) in named.items()
        for name, value in zip(names, np.asarray(values), strict=True)
    }


def baseline() -> dict[str, Any]:
    """All stored numbers as they are now."""
    return {
        "traces": {str(draw): trace(draw) for draw in DRAWS},
        "counts": {f"{plan}.{draw}": counts(plan, draw) for plan in PLANS for draw in DRAWS},
    }


def main() -> None:
    text = json.dumps(baseline(), indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {FILE}: say in CHANGELOG.md what changed and why")


if __name__ == "__main__":
    main()

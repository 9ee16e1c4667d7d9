"""Protocols of virtual trials: what is read, and every fault told at once with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from papaver.errors import InputError
from papaver.scenario.reading import validated
from papaver.scenario.trial import TRIAL, TRIAL_FILE, Trial, load_trial

ROOT = Path(__file__).resolve().parents[2]
SMALL = """\
papaver: 1
name: small
people_per_arm: 10
cohort: {start: dependent}
arms:
  - {name: none, steps: []}
  - {name: methadone, steps: [{do: methadone, start_mg: 30, target_mg: 80, when: start}]}
outcomes:
  - {name: use, measure: any_use, to_day: 30}
"""


def read(text: str) -> Trial:
    return validated(TRIAL_FILE, text, "p.yaml")[0]


def told(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text)
    return str(caught.value)


def test_the_example_is_read_and_lasts_to_its_last_window() -> None:
    trial = load_trial(ROOT / "examples" / "trials" / "two_medicines.yaml")
    assert len(trial.arms) == 3
    assert trial.days == 365


def test_left_out_fields_have_their_defaults() -> None:
    trial = read(SMALL)
    assert (trial.assignment, trial.draws, trial.outcomes[0].from_day) == ("parallel", 20, 0)


BROKEN = {
    "a window that ends before it begins": ("to_day: 30", "from_day: 30, to_day: 30", "outcomes[0].to_day"),
    "more days than the run has": (
        "measure: any_use",
        "measure: relapse, days: 8, within: 7",
        "outcomes[0].days",
    ),
    "an outcome twice": (
        "  - {name: use, measure: any_use, to_day: 30}",
        "  - {name: use, measure: any_use, to_day: 30}\n  - {name: use, measure: died, to_day: 9}",
        "outcomes[1].name",
    ),
    "an unknown measure": ("any_use", "any_uze", "outcomes[0].measure"),
    "an arm that begins after the end": ("when: start", "when: day, day: 40", "arms[1].steps[0].day"),
    "an arm twice": ("name: methadone, steps", "name: none, steps", "arms[1].name"),
    "no people": ("people_per_arm: 10", "people_per_arm: 0", "people_per_arm"),
    "an unknown field": ("name: small", "name: small\ncolour: red", "colour"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_told_with_its_field_and_line(name: str) -> None:
    old, new, field = BROKEN[name]
    assert old in SMALL
    message = told(SMALL.replace(old, new, 1))
    assert field in message
    assert message.startswith("p.yaml:")


def test_all_faults_come_in_one_message() -> None:
    text = SMALL.replace("people_per_arm: 10", "people_per_arm: -1").replace("to_day: 30", "to_day: 0")
    assert {"people_per_arm", "outcomes[0].to_day"} <= set(
        told(text).replace(",", " ").replace(": ", " ").split()
    )


def test_a_scenario_is_not_a_protocol() -> None:
    message = told((ROOT / "examples" / "responsible_use.yaml").read_text(encoding="utf-8"))
    assert "not a trial protocol" in message
    assert "papaver run" in message


def test_every_field_has_help_unit_and_example() -> None:
    def fields(part: object) -> list[dict[str, object]]:
        if isinstance(part, dict):
            own = list(part.get("properties", {}).values())
            return own + [f for value in part.values() for f in fields(value)]
        return [f for item in part for f in fields(item)] if isinstance(part, list) else []

    found = fields(TRIAL.schema())
    assert len(found) > 40
    assert all({"description", "unit", "examples"} <= set(f) for f in found if "const" not in f)

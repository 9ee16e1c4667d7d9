"""Person files: their schema, and contradictions told in one message."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from papaver.errors import InputError
from papaver.scenario.person import PERSON, PERSON_FILE, load_person
from papaver.scenario.reading import validated

EXAMPLE = Path(__file__).parents[2] / "examples" / "people" / "kim.yaml"
GOOD: dict[str, Any] = YAML(typ="safe").load(EXAMPLE.read_text(encoding="utf-8"))


def fault(tmp_path: Path, **changes: Any) -> str:
    data = copy.deepcopy(GOOD)
    for path, value in changes.items():
        part, _, key = path.rpartition("__")
        (data[part] if part else data)[key] = value
    file = tmp_path / "person.yaml"
    YAML(typ="safe").dump({k: v for k, v in data.items() if v is not None}, file)
    with pytest.raises(InputError) as caught:
        load_person(file)
    return str(caught.value)


def test_the_example_is_read() -> None:
    person = load_person(EXAMPLE)
    assert person.before.status == "using"
    assert [step.do for step in person.plan] == ["stop", "methadone", "change_setting"]


def test_every_field_tells_what_it_is() -> None:
    whole = PERSON.schema()
    parts = [
        whole,
        *(part for name, part in whole["$defs"].items() if name in {"Who", "Where", "Before", "Taken"}),
    ]
    assert len(parts) == 5
    for part in parts:
        assert part["additionalProperties"] is False
        for name, spec in part["properties"].items():
            assert spec["description"].strip().endswith("."), name
            assert spec["examples"], name
            assert spec["unit"], name


def test_abstinent_with_the_last_use_today(tmp_path: Path) -> None:
    told = fault(tmp_path, before__status="abstinent", before__last_use_days_ago=0)
    assert "before.last_use_days_ago" in told
    assert "abstinent" in told
    assert "Write the days since the last use, or `status: using`" in told


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"before__status": "never_used"}, "before.months", "never used"),
        ({"before__months": None}, "before.months", "is missing"),
        ({"before__status": "abstinent"}, "before.last_use_days_ago", "is missing"),
        ({"before__last_use_days_ago": 100}, "before.last_use_days_ago", "100 days ago"),
        ({"hours_from_day": 500}, "hours_from_day", "beyond the last day"),
        ({"who__liability": 9}, "who.liability", "from -4 to 4"),
        ({"who__depresion": True}, "who", "depression"),
        ({"who__woman": False, "who__pregnant": True}, "who.pregnant", "`woman` is false"),
        ({"who__age_years": 70, "who__pregnant": True}, "who.pregnant", "70 years of age"),
        ({"days": 100}, "plan[1].day", "beyond the end"),
        ({"taken": [{"drug": "none", "from_day": 0, "to_day": 499}]}, "taken", "plan could not start"),
    ],
)
def test_contradictions_name_field_and_remedy(
    tmp_path: Path, changes: dict[str, Any], field: str, words: str
) -> None:
    told = fault(tmp_path, **changes)
    assert field in told
    assert words in told


def stretch(first: int, last: int, drug: str = "heroin", mg: float = 60) -> dict[str, Any]:
    return {"drug": drug, "mg_per_day": mg, "times_a_day": 3, "from_day": first, "to_day": last}


@pytest.mark.parametrize(
    ("taken", "field", "words"),
    [
        ([stretch(0, 9), stretch(12, 29)], "taken[1].from_day", "days 10 to 11 are not told"),
        ([stretch(0, 9), stretch(11, 29)], "taken[1].from_day", "day 10 is not told"),
        ([stretch(0, 9), stretch(9, 29)], "taken[1].from_day", "told already"),
        ([stretch(0, 19)], "taken[0].to_day", "the last being day 29"),
        ([stretch(5, 3)], "taken[0].to_day", "before the first day"),
        ([stretch(0, 29, "none")], "taken[0].mg_per_day", "nothing is taken"),
        ([stretch(0, 29, mg=0)], "taken[0].mg_per_day", "no dose"),
    ],
)
def test_schedules_with_gaps(tmp_path: Path, taken: list[dict[str, Any]], field: str, words: str) -> None:
    told = fault(tmp_path, taken=taken, plan=None, days=30)
    assert field in told
    assert words in told
    assert told.count("not told") <= 1


def test_a_plan_after_care_needs_care(tmp_path: Path) -> None:
    told = fault(tmp_path, plan=[{"do": "stop", "when": "left_care"}])
    assert "plan[0].when" in told
    assert "no treatment" in told


def test_a_whole_schedule_is_taken() -> None:
    rows = "".join(
        f"  - {{drug: {d}, mg_per_day: {mg}, from_day: {a}, to_day: {b}}}\n"
        for d, mg, a, b in (("heroin", 60, 0, 9), ("none", 0, 10, 12), ("methadone", 40, 13, 29))
    )
    text = f"papaver: 1\nname: sam\ndays: 30\nbefore: {{status: never_used}}\ntaken:\n{rows}"
    person, _, _ = validated(PERSON_FILE, text)
    assert len(person.taken) == 3


def test_a_folder_and_an_empty_file_are_told_once_and_without_a_scenario(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("", encoding="utf-8")
    for place in (tmp_path, empty):
        with pytest.raises(InputError) as caught:
            load_person(place)
        told = str(caught.value)
        assert "cannot be read" not in told
        assert ".." not in told.replace(str(tmp_path), "")
        assert "scenario" not in told

"""What steps say in numbers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from papaver.person.records import STEP_CODES
from papaver.population.cohort import step_record
from papaver.scenario.steps import STEPS, TREATMENTS, Step

READ: Any = TypeAdapter(Step)
GIVEN: dict[str, dict[str, Any]] = {
    "keep_rule": {"max_days_per_week": 2},
    "cut_back": {"by": 0.4, "over_days": 30},
    "detoxification": {"days": 9, "medicine": "lofexidine"},
    "methadone": {"start_mg": 25, "target_mg": 90},
    "buprenorphine": {"start_mg": 2, "target_mg": 12, "start": "low_dose"},
    "buprenorphine_depot": {"mg": 160, "every_days": 21},
    "naltrexone_depot": {"every_days": 30},
    "heroin_assisted": {"start_mg": 50, "target_mg": 450, "methadone_mg": 35},
    "residential": {"days": 80},
    "emergency_start": {"continued": 0.7, "target_mg": 24, "supply_days": 3},
    "slow_release_morphine": {"start_mg": 150, "target_mg": 700},
    "naltrexone_tablets": {"supervised": True},
    "contingency_management": {"days": 60},
    "counselling": {"days": 90},
    "cut_prescription": {"by": 1.0, "over_days": 200},
    "taper": {"over_days": 50},
    "custody": {"days": 70, "treatment_goes_on": True},
    "hospital": {"days": 12},
    "change_setting": {"peers_use": 0.1, "stress": -0.5, "restraint": 2.0, "new_place": True},
    "change_supply": {"purity_ratio": 1.7},
}
# a, b, c, flag as papaver/person/records.py has them; -1 is "as it was"
WANTED: dict[str, tuple[float, float, float, int]] = {
    "keep_rule": (2, 0, 0, 0),
    "cut_back": (0.4, 30, 0, 0),
    "stop": (0, 0, 0, 0),
    "detoxification": (0, 0, 9, 3),
    "methadone": (25, 90, 0, 0),
    "buprenorphine": (2, 12, 0, 1),
    "buprenorphine_depot": (160, 0, 21, 0),
    "naltrexone_depot": (0, 0, 30, 0),
    "heroin_assisted": (50, 450, 35, 0),
    "residential": (0, 0, 80, 0),
    "emergency_start": (0.7, 24, 3, 0),
    "slow_release_morphine": (150, 700, 0, 0),
    "naltrexone_tablets": (0, 0, 0, 1),
    "contingency_management": (0, 0, 60, 0),
    "counselling": (0, 0, 90, 0),
    "cut_prescription": (1.0, 200, 0, 0),
    "taper": (1.0, 50, 0, 0),
    "custody": (0, 0, 70, 1),
    "hospital": (0, 0, 12, 0),
    "change_setting": (0.1, -1, -0.7, 1),
    "change_supply": (-1, 1.7, 0, 0),
}


def numbers(name: str, **more: Any) -> tuple[float, ...]:
    step = READ.validate_python({"do": name, "when": "day", "day": 40, **GIVEN.get(name, {}), **more})
    return step_record(step, stress_before=0.2)


def test_every_step_of_a_scenario_has_a_code_of_its_own() -> None:
    assert sorted(STEPS) == sorted(STEP_CODES)
    assert len(set(STEP_CODES.values())) == len(STEPS)


@pytest.mark.parametrize("name", STEPS)
def test_what_is_given_stands_where_it_is_read(name: str) -> None:
    do, _when, delay, again, uptake, *rest = numbers(name)
    assert (do, delay, again, uptake) == (STEP_CODES[name], 40, 0, 1.0)
    assert rest[:4] == pytest.approx(WANTED[name])
    assert rest[4] == (2.0 if name == "change_setting" else 0.0)


@pytest.mark.parametrize("name", TREATMENTS)
def test_how_easily_people_leave_goes_with_a_treatment(name: str) -> None:
    assert numbers(name, leaving=0.4, again_after_days=90)[-1] == 0.4
    assert numbers(name, again_after_days=90)[3] == 90

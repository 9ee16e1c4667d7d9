"""The view of a body without a browser: its doses, words, charts and the command that does the same."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

from papaver.app import bodycharts, bodywords, tests_positive
from papaver.app.body import State
from papaver.body.cutoffs import guidelines
from papaver.cli.body import regimen_of
from papaver.errors import InputError


def test_every_drug_and_route_on_offer_can_be_followed() -> None:
    for drug in bodywords.drugs():
        for route in bodywords.routes(drug):
            first, top, step = bodywords.slider(drug)
            assert step <= first <= top
            assert State(drug=drug, route=route, mg=first).regimen().doses


@pytest.mark.parametrize("mg", [0, -1, None, float("nan"), "20", True])
def test_what_is_no_dose_is_told(mg: object) -> None:
    with pytest.raises(InputError, match="the dose"):
        State(mg=mg).regimen()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "hours", "doses"),
    [("once", 72, 1), ("once a day", 8, 1), ("once a day", 72, 3), ("twice a day", 12, 1),
     ("twice a day", 24, 2), ("three times a day", 48, 6)],
)  # fmt: skip
def test_patterns_give_their_doses(pattern: str, hours: float, doses: int) -> None:
    assert len(State(pattern=pattern, hours=hours).regimen().doses) == doses


def test_the_command_does_the_same() -> None:
    state = State(pattern="three times a day", hours=24, mg=12.5, sedatives={"ethanol": 40, "diazepam": 10})
    state.naloxone = "0.4 mg into muscle"
    words = shlex.split(bodywords.command(state))
    assert words[:2] == ["papaver", "body"]

    def all_of(option: str) -> list[str]:
        return [words[k + 1] for k, word in enumerate(words) if word == option]

    regimen, _ = regimen_of(words[2], words[3], None, all_of("--with"), all_of("--naloxone"))
    assert regimen == state.regimen()


def test_charts_hold_few_points_and_gaps_where_nothing_is_known() -> None:
    hours = np.unique(np.concatenate([np.linspace(0, 72, 500), np.linspace(0, 0.2, 30)]))
    keep = bodycharts.places(hours)
    assert keep[0] == 0 and keep[-1] == len(hours) - 1
    assert len(keep) <= 1.3 * bodycharts.MOST_POINTS
    assert sum(hours[k] <= 0.2 for k in keep) > 20
    points = bodycharts._points(np.array([0.0, 1.0]), np.array([2.0, np.nan]))
    assert points == [[0.0, 2.0], [1.0, None]]


def test_danger_is_told_beside_the_picture_and_only_there() -> None:
    calm, dire = State(mg=1.0, hours=2).course(1), State(mg=300.0, hours=2).course(1)
    assert bodywords.danger(calm, None) == ""
    assert "ambulance" in bodywords.danger(dire, None)
    charts = bodycharts.options(dire, None)
    assert "markLine" in charts["breathing"]["series"][-1]
    assert "markLine" not in bodycharts.options(calm, None)["breathing"]["series"][-1]


def test_a_dose_beyond_any_on_record_is_questioned() -> None:
    assert "Is the unit right?" in bodywords.beyond_record(State(drug="fentanyl", mg=20).regimen())
    assert bodywords.beyond_record(State(drug="fentanyl", mg=0.1).regimen()) == ""


def test_sources_are_those_of_the_drug() -> None:
    ours, other = bodywords.sources(("fentanyl",)), bodywords.sources(("methadone",))
    assert set(ours) - set(other) and set(other) - set(ours)


def test_how_long_tests_stay_positive_says_first_what_it_is_not_for() -> None:
    found = tests_positive.as_html(tests_positive.followed(State().main(24.0)), 7.6)
    assert found.index("no advice to anybody who is to be tested") < found.index("<table")
    assert "6-acetylmorphine" in found
    assert set(tests_positive.GUIDELINES) <= set(guidelines())


def test_tolerance_is_said_in_words() -> None:
    assert "Never used" in bodywords.tolerance_words(1.0)
    assert "2.5 times" in bodywords.tolerance_words(2.5)
    assert "daily" in bodywords.tolerance_words(bodywords.most_tolerance())

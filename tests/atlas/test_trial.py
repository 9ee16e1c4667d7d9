"""Virtual trials: identities, sizes of chance, and outcomes counted by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from papaver.atlas.protocols import Followed
from papaver.atlas.trial import measure, run_trial
from papaver.errors import InputError
from papaver.scenario.reading import validated
from papaver.scenario.trial import TRIAL_FILE, Outcome, Trial

TEXT = """\
papaver: 1
name: alike
people_per_arm: 60
assignment: {assignment}
draws: {draws}
seed: 3
cohort: {{start: dependent}}
arms:
  - {{name: one, steps: []}}
  - {{name: two, steps: []}}
outcomes:
  - {{name: use, measure: days_of_use, from_day: 30, to_day: 120}}
  - {{name: relapse, measure: relapse, to_day: 60}}
"""


def trial(assignment: str, draws: int) -> Trial:
    return validated(TRIAL_FILE, TEXT.format(assignment=assignment, draws=draws))[0]


def test_the_same_people_in_the_same_arm_differ_by_nothing() -> None:
    results = run_trial(trial("same_people", 2))
    assert [one.difference for one in results.comparisons] == [0.0, 0.0]
    assert [one.clear for one in results.comparisons] == [0.0, 0.0]


def test_threads_change_nothing() -> None:
    assert run_trial(trial("parallel", 3), threads=1) == run_trial(trial("parallel", 3), threads=2)


def test_arms_alike_are_seldom_told_apart() -> None:
    """30 trials with nominal 5 % each: more than 6 clear ones has a chance of 0.3 % (binomial)."""
    results = run_trial(trial("parallel", 30))
    use = results.comparisons[0]
    assert use.clear <= 6 / 30
    assert use.lo < 0.0 < use.hi


def test_more_draws_than_the_fit_has_are_refused() -> None:
    with pytest.raises(InputError, match="more than the"):
        run_trial(trial("parallel", 499))


# ----------------------------------------------------------------------------------------- counted by hand

DAYS = 20


def followed(**pages: np.ndarray) -> Followed:
    people = 3
    zero = np.zeros((people, DAYS), np.int8)
    named = ("doses", "status", "criteria", "dependence_items", "sick", "overdose", "programme")
    diary = {name: pages.get(name, zero) for name in named}
    lives = np.zeros(people, [("death_day", np.int64), ("injects", np.int64), ("age_years", float)])
    lives["death_day"] = -1
    return Followed(SimpleNamespace(**diary, lives=lives))  # type: ignore[arg-type]


def outcome(what: str, **more: object) -> Outcome:
    return Outcome.model_validate({"name": "x", "measure": what, "to_day": DAYS} | more)


def page(*days_of_person: range | list[int]) -> np.ndarray:
    marks = np.zeros((3, DAYS), np.int8)
    for person, days in enumerate(days_of_person):
        marks[person, list(days)] = 1
    return marks


def test_use_is_counted_in_its_window() -> None:
    c = followed(doses=page(range(5), [10, 19], []))
    assert measure(c, outcome("days_of_use")).value == pytest.approx(7 / 3)
    assert measure(c, outcome("days_of_use", from_day=4, to_day=11)).value == pytest.approx(2 / 3)
    assert measure(c, outcome("any_use", from_day=5)).value == pytest.approx(100 / 3)


def test_relapse_needs_its_days_within_its_run() -> None:
    c = followed(doses=page(range(3, 10), [0, 2, 4, 6, 8, 10, 12], []))
    assert measure(c, outcome("relapse")).value == pytest.approx(100 / 3)
    assert measure(c, outcome("relapse", days=4, within=7)).value == pytest.approx(200 / 3)


def test_retained_is_the_first_stay_without_a_gap() -> None:
    c = followed(programme=page(range(DAYS), [*range(5), *range(8, DAYS)], range(15)))
    assert measure(c, outcome("retained")).value == pytest.approx(100 / 3)
    assert measure(c, outcome("retained", to_day=5)).value == pytest.approx(100.0)


def test_among_those_in_the_programme_leaves_the_others_out() -> None:
    c = followed(programme=page(range(DAYS), range(3), []), doses=page([1], range(DAYS), range(DAYS)))
    one = outcome("days_of_use", among="in_programme")
    assert measure(c, one).value == 1.0
    assert measure(c, one.model_copy(update={"among": "randomised"})).value == pytest.approx(41 / 3)


def test_overdose_and_withdrawal_are_counted_once_and_by_day() -> None:
    c = followed(overdose=page([1, 5], [], []), sick=page(range(4), [], [9]))
    assert measure(c, outcome("overdose")).value == pytest.approx(100 / 3)
    assert measure(c, outcome("days_with_withdrawal")).value == pytest.approx(5 / 3)


def test_results_are_plain_data() -> None:
    results = run_trial(trial("parallel", 0))
    assert results.trials == 1
    assert replace(results) == results

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from papaver.population.codes import EVENTS, MOMENTS, OUTCOMES, PROGRAMME, STATUS, SYMPTOMS
from papaver.results.measures import MEASURES, chance_variance, paired_variance
from papaver.results.summary import About, Strata, describe, quantile, strata, summarise
from papaver.results.totals import Labels, Sums, Totals, totals

TILES = 32
LABELS = Labels(STATUS, PROGRAMME, EVENTS, SYMPTOMS, OUTCOMES, MOMENTS)
BY_NAME = {measure.name: measure for measure in MEASURES}
ABOUT = About("n", "Title", "Why?", 10, 100, 3, 3652)


def made(
    dead: Any, days: Any, overdoses: Any | None = None, *, tiled: bool = True, stratum: Any = 0
) -> Totals:
    """Totals of people who died of overdose or not, with days dependent and overdoses each."""
    people = len(dead)
    dead, days = np.asarray(dead, dtype=np.int64), np.asarray(days, dtype=np.int64)
    overdoses = np.zeros(people, dtype=np.int64) if overdoses is None else np.asarray(overdoses, np.int64)
    outcomes = np.zeros((people, len(OUTCOMES)), dtype=np.int64)
    outcomes[:, OUTCOMES.index("dead_overdose")] = dead
    numbers = np.zeros((people, len(MOMENTS)), dtype=np.int64)
    numbers[:, MOMENTS.index("days_dependent")] = days
    numbers[:, MOMENTS.index("overdoses")] = overdoses
    numbers[:, MOMENTS.index("days_alive")] = 3652
    person_time = np.zeros((2, 1, len(STATUS), len(PROGRAMME)), dtype=np.int64)
    person_time[0, 0, STATUS.index("dependent"), 0] = days.sum()
    person_time[1, 0, STATUS.index("abstinent"), 0] = 3652 * people - days.sum()
    person_time[1, 0, STATUS.index("dead_other"), 0] = 10**6  # days of the dead are not lived
    events = np.zeros((2, 1, len(EVENTS)), dtype=np.int64)
    events[0, 0, EVENTS.index("overdose_nonfatal")] = overdoses.sum()
    cells = np.broadcast_to(stratum, people)
    each = np.concatenate([np.ones((people, 1), np.int64), outcomes, numbers], axis=1)
    tiles = np.array([each[t::TILES].sum(axis=0) for t in range(TILES)])
    sums = Sums(
        person_time,
        events,
        np.zeros((2, 1, len(SYMPTOMS)), dtype=np.int64),
        np.zeros((1, len(STATUS), 1 + len(SYMPTOMS)), dtype=np.int64),
        np.array([(cells == s).sum() for s in (0, 1)], dtype=np.int64),
        np.array([outcomes[cells == s].sum(axis=0) for s in (0, 1)]),
        np.stack([numbers.sum(axis=0), (numbers**2).sum(axis=0)], axis=1),
        tiles if tiled else np.zeros((0, 0), dtype=np.int64),
    )
    return totals(sums, LABELS)


def one(plans: dict[str, Sequence[Totals]], groups: Strata | None = None) -> dict[str, Any]:
    return summarise(ABOUT, plans, groups or strata(["women"]))


def test_values_are_ratios_of_the_counts() -> None:
    found = made([1, 0, 0, 0], [10, 0, 30, 0], [2, 0, 1, 0])
    assert BY_NAME["share_dead_overdose"].value(found) == 0.25
    assert BY_NAME["days_dependent"].value(found) == 10
    assert BY_NAME["overdoses_per_100_person_years"].value(found) == pytest.approx(
        100 * 3 / (4 * 3652 / 365.25)
    )


@pytest.mark.parametrize(
    "measure", ["share_dead_overdose", "days_dependent", "overdoses_per_100_person_years"]
)
def test_the_variance_of_chance_is_that_of_repeated_luck(measure: str) -> None:
    rng = np.random.default_rng(1)

    def draw() -> Totals:
        return made(rng.random(100) < 0.1, rng.exponential(300, 100), rng.negative_binomial(1, 0.4, 100))

    repeats = [draw() for _ in range(600)]
    seen = np.var([BY_NAME[measure].value(found) for found in repeats], ddof=1)
    told = np.mean([chance_variance(BY_NAME[measure], found) for found in repeats])
    assert told == pytest.approx(seen, rel=0.15)


@pytest.mark.parametrize(
    "measure", ["share_dead_overdose", "days_dependent", "overdoses_per_100_person_years"]
)
def test_the_variance_of_a_difference_knows_that_luck_is_shared(measure: str) -> None:
    rng = np.random.default_rng(2)

    def pair() -> tuple[Totals, Totals]:
        luck, days, doses = rng.random(200), rng.exponential(300, 200), rng.poisson(2, 200)
        plain = made(luck < 0.2, days, doses)
        return plain, made(luck < 0.15, days * 0.9, rng.binomial(doses, 0.9))

    pairs = [pair() for _ in range(500)]
    one = BY_NAME[measure]
    seen = np.var([one.value(a) - one.value(b) for a, b in pairs], ddof=1)
    told = np.mean([paired_variance(one, a, b) for a, b in pairs])
    apart = np.mean([chance_variance(one, a) + chance_variance(one, b) for a, b in pairs])
    assert told == pytest.approx(seen, rel=0.15)
    assert told < apart / 2


def test_without_tiles_a_difference_is_taken_as_if_luck_were_not_shared() -> None:
    a, b = made([1, 0, 0], [1, 2, 3], tiled=False), made([0, 0, 1], [1, 2, 4], tiled=False)
    measure = BY_NAME["days_dependent"]
    assert paired_variance(measure, a, b) == chance_variance(measure, a) + chance_variance(measure, b)


def _binomial(spread: float, draws: int, people: int = 200) -> tuple[list[float], list[float], Any]:
    rng = np.random.default_rng(3)
    truth = np.clip(rng.normal(0.3, spread, draws + 1), 0, 1)
    counts = rng.binomial(people, truth)
    found = [made(np.arange(people) < count, np.zeros(people)) for count in counts]
    measure = BY_NAME["share_dead_overdose"]
    return [measure.value(f) for f in found], [chance_variance(measure, f) for f in found], truth


def test_chance_is_taken_out_of_the_interval_of_parameters() -> None:
    values, chances, truth = _binomial(0.05, 1000)
    low, high = describe(values, chances, 0.0, 0.0, 1.0)["parameters"]
    expected = np.quantile(truth[1:], [0.05, 0.95])
    raw = np.quantile(values[1:], [0.05, 0.95])
    assert high - low == pytest.approx(expected[1] - expected[0], rel=0.08)
    assert high - low < 0.9 * (raw[1] - raw[0])


def test_chance_alone_leaves_hardly_an_interval_of_parameters() -> None:
    values, chances, _ = _binomial(0.0, 1000)
    low, high = describe(values, chances, 0.0, 0.0, 1.0)["parameters"]
    raw = np.quantile(values[1:], [0.05, 0.95])
    assert high - low < 0.3 * (raw[1] - raw[0])


def test_the_interval_of_chance_holds_nine_in_ten_repeats() -> None:
    rng = np.random.default_rng(4)
    sampled = [made(rng.random(400) < 0.2, np.zeros(400)) for _ in range(41)]
    low, high = one({"a": sampled})["plans"]["a"]["share_dead_overdose"]["chance"]
    repeats = rng.binomial(400, 0.2, 4000) / 400
    assert np.mean((repeats >= low) & (repeats <= high)) == pytest.approx(0.9, abs=0.04)


def test_what_was_not_seen_can_still_happen() -> None:
    nobody = [made(np.zeros(50), np.zeros(50))] * 3
    found = one({"a": nobody, "b": nobody})["plans"]
    for plan, measure in (("a", "share_dead_overdose"), ("a", "overdoses_per_100_person_years")):
        low, high = found[plan][measure]["chance"]
        assert low == 0
        assert high > 0
    low, high = found["b"]["share_dead_overdose"]["difference"]["chance"]
    assert low < 0 < high


def test_intervals_stay_within_what_is_possible() -> None:
    everybody = [made(np.ones(5), np.full(5, 3652))] * 3
    nobody = [made(np.zeros(5), np.zeros(5))] * 3
    found = one({"a": everybody, "b": nobody})["plans"]
    assert found["a"]["share_dead_overdose"]["chance"][1] == 1
    assert found["a"]["days_dependent"]["chance"][1] == 3652
    assert found["b"]["share_dead_overdose"]["difference"]["chance"][0] == -1


def test_differences_are_paired_by_draw_against_the_first_plan() -> None:
    first = [made(np.arange(100) < n, np.zeros(100)) for n in (10, 20, 40, 60)]
    second = [made(np.arange(100) < n, np.zeros(100)) for n in (5, 15, 35, 55)]
    found = one({"z": first, "a": second})
    assert found["against"] == "z"
    assert found["plan_order"] == ["z", "a"]
    assert "difference" not in found["plans"]["z"]["share_dead_overdose"]
    gap = found["plans"]["a"]["share_dead_overdose"]["difference"]
    assert gap["mean"] == gap["central"] == -0.05
    assert gap["parameters"] == [-0.05, -0.05]  # the plans differ by as much in every draw


@pytest.mark.parametrize("draws", [1, 2])
def test_fewer_than_two_sampled_draws_tell_nothing_of_parameters(draws: int) -> None:
    found = one({"a": [made([1, 0], [1, 2]), made([0, 0], [4, 4])][:draws]})["plans"]["a"]["days_dependent"]
    assert found["parameters"] is None
    assert found["mean"] == (1.5 if draws == 1 else 4)
    assert found["central"] == 1.5


def test_strata_and_splits_have_their_own_shares() -> None:
    cells = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    dead = np.array([1, 0, 0, 1, 1, 1, 1, 0])
    found = one({"a": [made(dead, np.zeros(8), stratum=cells)] * 3})
    assert [group["people"] for group in found["strata"]] == [3, 5]
    assert found["strata"][1]["label"] == "women: yes"
    assert found["strata"][1]["plans"]["a"]["share_dead_overdose"]["mean"] == 0.8
    side = found["splits"]["women"]["without"]
    assert (side["people"], side["plans"]["a"]["share_dead_overdose"]["mean"]) == (3, 0.3333333333)


def test_a_stratum_without_people_has_no_shares() -> None:
    found = one({"a": [made([1, 0], [1, 2])] * 3})
    assert found["strata"][1]["plans"]["a"] == {}
    assert found["splits"]["women"]["with"]["plans"]["a"] == {}


def test_the_first_split_is_the_highest_bit() -> None:
    found = strata(["a", "b"])
    assert found.splits == {"a": (False, False, True, True), "b": (False, True, False, True)}
    assert strata([]).labels == ("everyone",)


def test_one_person_and_one_draw_do_not_break_a_summary() -> None:
    text = json.dumps(one({"a": [made([0], [5])]}), allow_nan=False)
    assert "NaN" not in text


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95, 1.0])
def test_quantiles_are_those_of_numpy(share: float) -> None:
    numbers = sorted(np.random.default_rng(5).normal(size=21).tolist())
    assert quantile(numbers, share) == pytest.approx(float(np.quantile(numbers, share)), rel=1e-12)

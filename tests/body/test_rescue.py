"""Rescue as a race: its limits, its directions, and what naloxone cannot do."""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace

import numpy as np
import pytest

from papaver.body.rescue import DEATHS, OUTCOMES, Help, Naloxone, Race, help_times, judge, race, usual_help
from papaver.errors import InputError
from papaver.evidence.inputs import numbers

P = numbers()
NAN = float("nan")
HOURS = 5.0
USUAL = usual_help(P)
NOBODY = replace(USUAL, somebody=0.0)
SPRAY = replace(USUAL, somebody=1.0, naloxone_at_hand=1.0, call=0.0)
VENTILATED = replace(
    USUAL, somebody=1.0, naloxone_at_hand=0.0, call=1.0, notice_min=0.0, call_min=0.0, ambulance_min=0.0
)


@functools.cache
def run(name: str, mg: float, given: Help, tolerance: float = 1.0) -> Race:
    return race(name, mg, given, people=40, seed=3, hours=HOURS, tolerance=tolerance, numbers=P)


def dead(one: Race) -> np.ndarray:
    return np.isin(one.outcome, [OUTCOMES.index(name) for name in DEATHS])


def test_the_shares_add_up_and_every_person_has_a_row() -> None:
    one = run("heroin_iv", 400.0, USUAL)
    assert sum(one.shares().values()) == pytest.approx(1.0)
    table = one.to_polars()
    assert table.height == 40 and set(table["outcome"]) <= set(OUTCOMES)
    assert one.medians()["in_danger"] < one.medians()["noticed"]


def test_with_nobody_there_as_many_die_as_collapse_untreated() -> None:
    one = run("heroin_iv", 400.0, NOBODY)
    assert one.died == pytest.approx(float(np.isfinite(one.collapse).mean()))
    assert 0.1 < one.died < 0.9
    assert one.shares()["died_unseen"] == pytest.approx(one.died)
    assert np.isnan(one.noticed).all() and np.isnan(one.naloxone).all()


@pytest.mark.parametrize(("name", "mg"), [("heroin_iv", 400.0), ("fentanyl_iv", 1.6)])
def test_ventilated_at_once_nobody_dies(name: str, mg: float) -> None:
    assert run(name, mg, VENTILATED).died == 0.0
    assert run(name, mg, NOBODY).died > 0.0


@pytest.mark.parametrize(
    "base", [SPRAY, replace(SPRAY, naloxone_at_hand=0.0, call=1.0)], ids=["naloxone", "ambulance"]
)
def test_later_is_never_better(base: Help) -> None:
    died = [
        dead(run("heroin_iv", 400.0, replace(base, notice_min=minutes))) for minutes in (0.5, 4.0, 12.0, 60.0)
    ]
    for early, late in itertools.pairwise(died):
        assert not (early & ~late).any()
    assert died[0].sum() < died[-1].sum()


def test_more_naloxone_is_never_worse() -> None:
    drugs = [
        None,
        Naloxone("im", 0.1),
        Naloxone("im", 0.4),
        Naloxone("intranasal", 4.0, "4 mg spray"),
        Naloxone("intranasal", 4.0, "4 mg spray", doses=3),
    ]
    runs = [run("heroin_iv", 500.0, replace(SPRAY, naloxone=drug, notice_min=2.0)) for drug in drugs]
    for less, more in zip(runs[:1] + runs[3:], runs[3:], strict=False):
        assert not (dead(more) & ~dead(less)).any()
    assert not (dead(runs[2]) & ~dead(runs[1])).any()
    assert runs[-1].died < runs[0].died
    assert runs[4].renarcotised <= runs[3].renarcotised <= runs[2].renarcotised


def test_naloxone_wears_off_before_heroin_does_but_not_before_fentanyl() -> None:
    heroin = run("heroin_iv", 240.0, replace(SPRAY, notice_min=2.0))
    fentanyl = run("fentanyl_iv", 1.0, replace(SPRAY, notice_min=0.5))
    assert heroin.renarcotised > 0.1
    assert fentanyl.renarcotised == 0.0
    again = heroin.again[np.isfinite(heroin.again)]
    assert np.median(again) > 60.0
    assert (again > 30.0).mean() > 0.9


def test_tolerance_and_smaller_doses_save_lives() -> None:
    assert run("heroin_iv", 400.0, NOBODY, 3.0).died < run("heroin_iv", 400.0, NOBODY).died
    assert run("heroin_iv", 5.0, NOBODY).shares()["stayed_rousable"] > 0.9


def test_the_same_seed_gives_the_same_race() -> None:
    one, two = (race("heroin_iv", 300.0, SPRAY, people=6, seed=5, hours=2.0, threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.outcome, two.outcome)
    np.testing.assert_array_equal(one.noticed, two.noticed)


def test_help_comes_sooner_in_public() -> None:
    street, home = usual_help(P, public=1.0), usual_help(P, public=0.0)
    assert street.somebody > home.somebody and street.call > home.call
    assert home.somebody < USUAL.somebody < street.somebody


def test_luck_does_not_depend_on_the_delays() -> None:
    danger = np.full(500, 300.0)
    early = help_times(SPRAY, danger, 1)
    late = help_times(replace(SPRAY, notice_min=3.0 * SPRAY.notice_min), danger, 1)
    np.testing.assert_array_equal(np.isnan(early[1]), np.isnan(late[1]))
    np.testing.assert_allclose((late[0] - 300.0) / (early[0] - 300.0), 3.0)
    assert np.nanmedian(early[0] - 300.0) == pytest.approx(60.0 * SPRAY.notice_min, rel=0.2)


@pytest.mark.parametrize(
    ("times", "outcome"),
    [
        # danger, noticed, naloxone, ambulance, collapse, collapse alone, second collapse
        ((NAN, NAN, NAN, NAN, NAN, NAN, NAN), "stayed_rousable"),
        ((9, NAN, NAN, NAN, NAN, NAN, NAN), "recovered_alone"),
        ((9, 10, NAN, NAN, NAN, NAN, NAN), "recovered_alone"),
        ((9, 10, 11, NAN, NAN, 20, NAN), "recovered_with_naloxone"),
        ((9, 10, 11, 30, NAN, 20, NAN), "recovered_with_ambulance"),
        ((9, 10, NAN, 20, 20, 20, NAN), "recovered_with_ambulance"),
        ((9, 10, 11, 30, NAN, NAN, 40), "recovered_with_ambulance"),
        ((9, NAN, NAN, NAN, 20, 20, NAN), "died_unseen"),
        ((9, 25, 26, 30, 20, 20, NAN), "died_unseen"),
        ((9, 10, NAN, 21, 20, 20, NAN), "died_help_too_late"),
        ((9, 10, NAN, NAN, 20, 20, NAN), "died_help_too_late"),
        ((9, 10, 21, NAN, 20, 20, NAN), "died_before_naloxone"),
        ((9, 10, 11, NAN, 22, 20, NAN), "died_despite_naloxone"),
        ((9, 10, 11, NAN, NAN, 20, 90), "died_when_naloxone_wore_off"),
        ((9, 10, 11, 95, NAN, NAN, 90), "died_when_naloxone_wore_off"),
    ],
)
def test_who_wins_the_race(times: tuple[float, ...], outcome: str) -> None:
    assert OUTCOMES[int(judge(*(np.array([float(t)]) for t in times))[0])] == outcome


@pytest.mark.parametrize(
    "changes",
    [
        {"somebody": 1.5},
        {"call": -0.1},
        {"notice_min": -1.0},
        {"ambulance_min": NAN},
        {"naloxone": Naloxone("intranasal", 0.0, "4 mg spray")},
        {"naloxone": Naloxone("intranasal", 4.0, "5 mg spray")},
        {"naloxone": Naloxone("im", 0.4, doses=0)},
    ],
)
def test_help_that_makes_no_sense_is_told(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        race("heroin_iv", 100.0, replace(USUAL, **changes), people=2)  # type: ignore[arg-type]


@pytest.mark.parametrize("mg", [0.0, -1.0, NAN])
def test_a_dose_that_makes_no_sense_is_told(mg: float) -> None:
    with pytest.raises(InputError):
        race("heroin_iv", mg, USUAL, people=2)

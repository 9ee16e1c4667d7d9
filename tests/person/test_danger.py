"""Water, sodium and pulse in withdrawal; seizures and delirium of other drugs."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.evidence.inputs import numbers
from papaver.person.danger import (
    CARE,
    STAGES,
    balance,
    pregnancy_facts,
    ratio_after_stopping,
    suicidality_fact,
)
from papaver.person.sedatives import chance_of_any, windows

P = numbers()
SIGNS = ("vomiting", "diarrhoea", "sweating", "nausea", "pulse")


def course(hours: int = 120, **levels: float) -> dict[str, np.ndarray]:
    """A course with the same level of signs in every hour."""
    return {sign: np.full(hours, float(levels.get(sign, 0.0))) for sign in SIGNS}


def test_without_signs_nothing_is_lost() -> None:
    calm = balance(course(), P)
    assert np.all(calm.lost == 0.0)
    assert np.all(calm.sodium == pytest.approx(P["sodium_usual"]))
    assert calm.stage(P) == "none"
    assert not calm.sodium_high(P)
    assert np.all(calm.pulse == P["pulse_usual"])


@pytest.mark.parametrize("sign", ["vomiting", "diarrhoea", "sweating"])
def test_more_of_a_sign_loses_more_water(sign: str) -> None:
    lost = [balance(course(**{sign: level}), P, care="none").lost.max() for level in range(5)]
    assert lost == sorted(lost)
    assert lost[4] > lost[1] > 0.0


def test_care_decides_how_dry_a_person_gets() -> None:
    hard = course(vomiting=2, diarrhoea=2, sweating=2, nausea=3)
    none, drinks, medical = (balance(hard, P, care=care) for care in CARE)
    assert none.lost.max() > drinks.lost.max() > medical.lost.max() == 0.0
    assert STAGES.index(none.stage(P)) >= 2
    assert none.sodium.max() > P["sodium_upper_limit"] > medical.sodium.max()
    assert none.pulse.max() > medical.pulse.max()


def test_losing_less_salt_than_water_raises_sodium() -> None:
    hard = course(diarrhoea=2, sweating=2)
    thin = balance(hard, P | {"gut_sodium": 10.0, "sweat_sodium": 10.0}, care="none").sodium.max()
    salty = balance(hard, P | {"gut_sodium": 140.0, "sweat_sodium": 140.0}, care="none").sodium
    assert thin > balance(hard, P, care="none").sodium.max() > P["sodium_usual"]
    assert np.all(salty == pytest.approx(P["sodium_usual"], abs=0.5))


def test_a_lighter_person_dries_out_sooner() -> None:
    hard = course(vomiting=2)
    light, heavy = (balance(hard, P, care="none", weight_kg=kg).lost.max() for kg in (45.0, 90.0))
    assert light == pytest.approx(2.0 * heavy)


def test_deficit_is_drunk_back_when_nausea_goes() -> None:
    levels = course(200, vomiting=3, nausea=4)
    for sign in SIGNS:
        levels[sign][72:] = 0.0
    lost = balance(levels, P, care="none").lost
    assert lost[199] < 0.02 * lost[71]


def test_the_pulse_of_the_cows_item() -> None:
    calm = P | {"pulse_per_share_lost": 0.0}
    levels = {**course(5), "pulse": np.arange(5.0)}
    pulse = balance(levels, calm).pulse
    assert np.all(np.diff(pulse) > 0.0)
    assert 81 <= pulse[1] <= 100
    assert 101 <= pulse[2] <= 120 < pulse[3]


@pytest.mark.parametrize(("days", "ratio"), [(10, 1.67), (30, 1.67), (31, 2.8), (400, 3.95), (2000, 6.77)])
def test_death_after_stopping_by_length_of_treatment(days: float, ratio: float) -> None:
    assert ratio_after_stopping(days, P) == ratio


def test_pregnancy_tells_relapse_rather_than_loss() -> None:
    told = " ".join(pregnancy_facts(P))
    assert "1.91" in told
    assert "1.2 of 100" in told


def test_suicidality_is_told_as_published() -> None:
    assert "69 had signs of suicidality" in suicidality_fact(P)
    assert "three months later 39" in suicidality_fact(P)


# ---------------------------------------------------------------------------------------------- sedatives


def test_opioids_alone_bring_neither_seizure_nor_delirium() -> None:
    assert windows(P) == ()
    assert chance_of_any(()) == 0.0


def test_alcohol_has_its_published_windows() -> None:
    seizure, delirium = windows(P, alcohol=True)
    assert (seizure.first_hour, seizure.last_hour) == (6.0, 24.0)
    assert (seizure.low, seizure.high) == (0.02, 0.09)
    assert delirium.first_hour > seizure.last_hour
    assert delirium.holds(72.0)
    assert not delirium.holds(200.0)
    assert chance_of_any((seizure, delirium)) == pytest.approx(1.0 - 0.945 * 0.95)


def test_a_benzodiazepine_comes_by_its_half_life_and_without_a_share() -> None:
    short, long = (windows(P, benzodiazepine_half_life_h=hours)[0] for hours in (10.0, 60.0))
    assert short.last_hour < long.last_hour
    assert short.share is None
    assert chance_of_any((short, long)) == 0.0

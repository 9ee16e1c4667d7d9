"""Compartments: the modes against the matrix exponential of each chain, and what a chain must conserve."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

from papaver.body import kinetics
from papaver.body.chains import morphine_micro_rates
from papaver.body.kinetics import (
    CHAINS,
    DRUGS,
    FIRST_MODE,
    HEROIN,
    METHADONE,
    MODES_OF,
    N_DRUGS,
    N_MODES,
    add_dose,
    build_kinetics,
    heroin_chain,
    load_after_dose,
    load_of,
    solve_modes,
    step_factors,
)
from papaver.evidence import inputs

CENTRAL = inputs.central()
MORPHINE_G_PER_MOL = 285.34
# Compartments that hold drug; the others are effect sites, which take nothing away.
MASS = {"heroin": range(6), "methadone": range(2), "buprenorphine": range(2), "naloxone": range(4)}
HOURS = np.array([0.0, 0.01, 0.1, 0.5, 1.0, 3.0, 8.0, 24.0, 72.0, 240.0])


def named(record: Any) -> Any:
    return np.array([record], dtype=record.dtype).view(np.recarray)[0]


def chain_of(drug: int, record: Any = CENTRAL) -> kinetics.Chain:
    return CHAINS[drug](named(record))


def exact_load(chain: kinetics.Chain, hours: np.ndarray) -> np.ndarray:
    return np.array([chain.load @ expm(chain.rates * hour) @ chain.dose for hour in hours])


def area(chain: kinetics.Chain, compartment: int) -> float:
    """Area under a compartment's amount after 1 mg, from nothing to infinity (umol h)."""
    return float(np.linalg.solve(-chain.rates, chain.dose)[compartment])


def factors(rate: np.ndarray, speed: np.ndarray, hours: float) -> tuple[np.ndarray, np.ndarray]:
    decay, mean = np.zeros(N_MODES), np.zeros(N_MODES)
    step_factors(rate, speed, hours, decay, mean)
    return decay, mean


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("drug", range(N_DRUGS), ids=DRUGS)
def test_modes_are_the_matrix_exponential_of_the_chain(drug: int, number: int) -> None:
    record = inputs.draw(5, number)
    exact = exact_load(chain_of(drug, record), HOURS)
    ours = load_after_dose(build_kinetics(record), drug, HOURS)
    np.testing.assert_allclose(ours, exact, rtol=0.0, atol=1e-9 * exact.max())


@pytest.mark.parametrize("ratio", [1.0, 1.0 + 1e-12, 1.0 + 1e-9, 1.0 + 1e-7, 1.0 + 1e-5, 1.001])
@pytest.mark.parametrize(("how_many", "off"), [(2, 1e-5), (3, 1e-3)])
def test_rates_that_are_equal_or_nearly_so(ratio: float, how_many: int, off: float) -> None:
    """Such rates are nudged apart; the load stays within ``off`` of the peak."""
    half_life = 5.5
    names = ("mam_half_life_min", "mam_effect_half_life_min", "heroin_half_life_min")
    record = inputs.changed(CENTRAL, **{names[k]: half_life * ratio**k for k in range(how_many)})
    chain = chain_of(HEROIN, record)
    exact = exact_load(chain, HOURS)
    rates, gains = solve_modes(chain)
    ours = np.exp(-np.outer(HOURS, rates)) @ gains
    np.testing.assert_allclose(ours, exact, rtol=0.0, atol=off * exact.max())


@pytest.mark.parametrize("drug", range(N_DRUGS), ids=DRUGS)
def test_load_begins_at_nothing_never_turns_negative_and_vanishes(drug: int) -> None:
    load = load_after_dose(build_kinetics(CENTRAL), drug, np.linspace(0.0, 1000.0, 20_001))
    top = load.max()
    assert top > 0.0
    assert abs(load[0]) < 1e-9 * top
    assert load.min() > -1e-9 * top
    assert load[-1] < 1e-6 * top


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.3, 3.0), min_size=N_DRUGS, max_size=N_DRUGS),
    st.lists(st.floats(-1.0, 1.0), min_size=N_MODES, max_size=N_MODES),
)
def test_24_steps_of_an_hour_are_one_step_of_a_day(speed: list[float], start: list[float]) -> None:
    rate, pace = build_kinetics(CENTRAL)["rate"], np.array(speed)
    hourly, mean_hourly = factors(rate, pace, 1.0)
    daily, mean_daily = factors(rate, pace, 24.0)
    modes, area_under = np.array(start), np.zeros(N_MODES)
    for _ in range(24):
        area_under += modes * mean_hourly
        modes = modes * hourly
    np.testing.assert_allclose(modes, np.array(start) * daily, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(area_under / 24.0, np.array(start) * mean_daily, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("drug", range(N_DRUGS), ids=DRUGS)
def test_mean_of_a_step_is_the_integral_over_it(drug: int) -> None:
    record = build_kinetics(CENTRAL)
    modes = np.zeros(N_MODES)
    add_dose(modes, record["gain"], drug, 3.0)
    _, mean = factors(record["rate"], np.ones(N_DRUGS), 2.0)
    exact, _ = quad(lambda t: 3.0 * load_after_dose(record, drug, np.array([t]))[0], 0.0, 2.0, epsabs=1e-12)
    assert load_of(modes, mean, drug) == pytest.approx(exact / 2.0, rel=1e-8)


def test_speed_runs_the_whole_chain_faster() -> None:
    record = build_kinetics(CENTRAL)
    fast, _ = factors(record["rate"], np.array([2.0, 1.0, 1.0, 1.0]), 1.0)
    usual, _ = factors(record["rate"], np.ones(N_DRUGS), 2.0)
    own, _ = factors(record["rate"], np.ones(N_DRUGS), 1.0)
    of_heroin = slice(0, MODES_OF[HEROIN])
    np.testing.assert_allclose(fast[of_heroin], usual[of_heroin], rtol=1e-12)
    np.testing.assert_array_equal(fast[MODES_OF[HEROIN] :], own[MODES_OF[HEROIN] :])


@settings(max_examples=100, deadline=None)
@given(
    share=st.floats(0.01, 0.6),
    fast=st.floats(1.0, 4.0),
    slow=st.floats(6.0, 40.0),
    clearance=st.floats(20.0, 200.0),
)
def test_morphine_area_is_dose_over_clearance_whatever_the_slow_share(
    share: float, fast: float, slow: float, clearance: float
) -> None:
    record = inputs.changed(
        CENTRAL,
        morphine_slow_share=share,
        morphine_half_life_h=fast,
        morphine_slow_half_life_h=slow,
        morphine_clearance_l_per_h=clearance,
    )
    chain = heroin_chain(named(record))
    volume = morphine_micro_rates(named(record))[0]
    assert area(chain, 2) / volume == pytest.approx(chain.dose[0] / clearance, rel=1e-9)
    # Its two phases have the half-lives that were asked for, and the slow one its share of the area.
    values, vectors = np.linalg.eig(chain.rates[2:4, 2:4])
    weights = vectors[0] * np.linalg.solve(vectors, np.array([1.0, 0.0]))
    slower = int(np.argmax(values))
    assert math.log(2.0) / -values[slower] == pytest.approx(slow, rel=1e-9)
    assert math.log(2.0) / -values[1 - slower] == pytest.approx(fast, rel=1e-9)
    areas = weights / -values
    assert areas[slower] / areas.sum() == pytest.approx(share, rel=1e-8)


def test_a_mg_of_heroin_makes_two_thirds_of_a_mg_of_morphine() -> None:
    chain = heroin_chain(named(CENTRAL))
    volume = morphine_micro_rates(named(CENTRAL))[0]
    made_umol = area(chain, 2) / volume * CENTRAL["morphine_clearance_l_per_h"]
    assert made_umol * MORPHINE_G_PER_MOL / 1000.0 == pytest.approx(0.673, abs=0.0005)


def test_the_published_share_of_morphine_leaves_as_m6g() -> None:
    chain = heroin_chain(named(CENTRAL))
    m6g_out = area(chain, 5) * -chain.rates[5, 5]
    assert m6g_out == pytest.approx(CENTRAL["morphine_to_m6g"] * chain.dose[0], rel=1e-9)


@pytest.mark.parametrize("drug", range(N_DRUGS), ids=DRUGS)
def test_drug_only_leaves_the_body(drug: int) -> None:
    chain, mass = chain_of(drug), list(MASS[DRUGS[drug]])
    two_hours, amounts, held = expm(2.0 * chain.rates), chain.dose, [float(chain.dose.sum())]
    for _ in range(300):
        amounts = two_hours @ amounts
        held.append(float(amounts[mass].sum()))
    assert np.all(np.diff(held) <= 1e-12 * held[0])
    assert held[-1] < 1e-5 * held[0]
    off_diagonal = chain.rates - np.diag(np.diag(chain.rates))
    assert np.all(off_diagonal >= 0.0)


def test_late_load_of_heroin_falls_with_the_slow_phase_of_morphine() -> None:
    late = load_after_dose(build_kinetics(CENTRAL), HEROIN, np.array([150.0, 165.0]))
    half_life = 15.0 * math.log(2.0) / math.log(late[0] / late[1])
    assert half_life == pytest.approx(CENTRAL["morphine_slow_half_life_h"], rel=1e-3)


@pytest.mark.parametrize(("half_life", "ratio"), [(25.0, 2.0), (47.0, 2.8)])
def test_methadone_builds_up_over_five_days(half_life: float, ratio: float) -> None:
    record = build_kinetics(inputs.changed(CENTRAL, methadone_half_life_h=half_life))
    trough = load_after_dose(record, METHADONE, 24.0 * np.arange(1, 6))
    assert trough.sum() / trough[0] == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize("drug", ["methadone", "buprenorphine"])
def test_the_peak_of_a_dose_by_mouth_comes_when_published(drug: str) -> None:
    hours = np.linspace(0.0, 12.0, 12_001)
    load = load_after_dose(build_kinetics(CENTRAL), DRUGS.index(drug), hours)
    assert hours[int(np.argmax(load))] == pytest.approx(CENTRAL[f"{drug}_peak_h"], abs=0.002)


def test_the_peak_kept_for_a_use_is_the_peak_of_the_course() -> None:
    record = build_kinetics(CENTRAL)
    hours = np.linspace(0.0, 4.0, 40_001)
    load = load_after_dose(record, HEROIN, hours)
    assert record["peak_load_per_mg"] == pytest.approx(load.max(), rel=1e-5)
    assert record["peak_hour"] == pytest.approx(hours[int(np.argmax(load))], abs=0.003)


doses = st.lists(st.tuples(st.integers(0, N_DRUGS - 1), st.floats(0.1, 200.0)), min_size=1, max_size=5)


@settings(max_examples=50, deadline=None)
@given(doses, doses, st.floats(0.1, 10.0))
def test_load_is_linear_in_dose_and_doses_superpose(
    first: list[tuple[int, float]], second: list[tuple[int, float]], factor: float
) -> None:
    record = build_kinetics(CENTRAL)
    decay, mean = factors(record["rate"], np.ones(N_DRUGS), 5.0)

    def load(*sets: tuple[list[tuple[int, float]], float]) -> np.ndarray:
        """Mean loads of the 5 hours after the second set of doses, which comes 5 hours after the first."""
        modes = np.zeros(N_MODES)
        for given_now, scale in sets:
            modes *= decay
            for drug, mg in given_now:
                add_dose(modes, record["gain"], drug, scale * mg)
        return np.array([load_of(modes, mean, drug) for drug in range(N_DRUGS)])

    both = load((first, 1.0), (second, 1.0))
    apart = load((first, 1.0), ([], 1.0)) + load(([], 1.0), (second, 1.0))
    np.testing.assert_allclose(both, apart, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(load((first, factor), (second, factor)), factor * both, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("drug", range(N_DRUGS), ids=DRUGS)
def test_half_the_masses_at_half_the_binding_concentrations_change_nothing(drug: int) -> None:
    halves = {n: CENTRAL[n] / 2.0 for n in CENTRAL.dtype.names if "half_load_n" in n}
    assert len(halves) == 5
    record = build_kinetics(inputs.changed(CENTRAL, **halves))
    usual = load_after_dose(build_kinetics(CENTRAL), drug, HOURS)
    np.testing.assert_allclose(0.5 * load_after_dose(record, drug, HOURS), usual, rtol=1e-9, atol=1e-15)


def test_the_layout_of_modes_covers_every_mode_once() -> None:
    covered = [k for d in range(N_DRUGS) for k in range(FIRST_MODE[d], FIRST_MODE[d] + MODES_OF[d])]
    assert covered == list(range(N_MODES))
    assert [len(chain_of(drug).dose) for drug in range(N_DRUGS)] == list(MODES_OF)

"""Linear compartments: eigenbasis against matrix exponential and closed forms, and what must be conserved."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from papaver.body import linear
from papaver.body.exposure import Events, run, solve
from papaver.body.network import PLASMA, URINE, Network

IV = ("iv", "")
ORAL = ("oral", "")


def one_compartment(ke: float, volume: float, ka: float | None = None, people: int = 1) -> Network:
    net = Network(people)
    if ka is not None:
        net.add("gut", ka)
    net.add("body", ke)
    if ka is not None:
        net.flow("gut", "body", ka)
        net.enter(ORAL, {"gut": 1.0})
    net.flow("body", "urine", ke)
    net.enter(IV, {"body": 1.0})
    net.read(PLASMA, "x", "body", 1.0 / volume)
    net.read(URINE, "x", "urine")
    return net


def events(*found: tuple[float, int, float], looks: np.ndarray) -> Events:
    """Events of the one entry of a system, and looks, in order."""
    listed = [(t, k, m) for t, k, m in found] + [(float(t), linear.LOOK, 0.0) for t in looks]
    listed.sort(key=lambda e: e[:2])
    at, kind, much = (np.array(column) for column in zip(*listed, strict=True))
    return at.astype(float), kind.astype(np.int64), np.zeros(len(at), np.int64), much.astype(float)


def oracle(a: np.ndarray) -> np.ndarray:
    """SciPy's matrix exponential; the order is mixed, because its way with triangles fails for near rates."""
    n = len(a)
    mixed = np.argsort([(7 * k + 3) % (n + 11) for k in range(n)])
    back = np.argsort(mixed)
    return np.asarray(expm(a[np.ix_(mixed, mixed)])[np.ix_(back, back)])


def course(
    net: Network, entry: tuple[str, str], *found: tuple[float, int, float], looks: np.ndarray
) -> np.ndarray:
    system = solve(net, [(entry, 1.0)], list(net.readings))
    return run(system, events(*found, looks=looks), len(looks))[0]


HOURS = np.array([0.0, 0.1, 0.7, 2.0, 5.0, 24.0, 100.0])


def test_bolus_is_an_exponential() -> None:
    ke, volume = 0.3, 20.0
    plasma, urine = course(one_compartment(ke, volume), IV, (0.0, linear.DOSE, 7.0), looks=HOURS)
    np.testing.assert_allclose(plasma, 7.0 / volume * np.exp(-ke * HOURS), rtol=1e-13)
    np.testing.assert_allclose(urine, 7.0 * -np.expm1(-ke * HOURS), rtol=1e-12, atol=1e-14)


def test_absorption_is_bateman() -> None:
    ke, ka, volume = 0.3, 1.7, 20.0
    plasma = course(one_compartment(ke, volume, ka), ORAL, (0.0, linear.DOSE, 7.0), looks=HOURS)[0]
    expected = 7.0 / volume * ka / (ka - ke) * (np.exp(-ke * HOURS) - np.exp(-ka * HOURS))
    np.testing.assert_allclose(plasma, expected, rtol=1e-12, atol=1e-15)


def test_absorption_as_fast_as_elimination_is_the_limit_of_bateman() -> None:
    rate, volume = 0.4, 20.0
    plasma = course(one_compartment(rate, volume, rate), ORAL, (0.0, linear.DOSE, 7.0), looks=HOURS)[0]
    np.testing.assert_allclose(plasma, 7.0 / volume * rate * HOURS * np.exp(-rate * HOURS), rtol=1e-10)


@pytest.mark.parametrize("hours", [0.5, 3.0, 30.0])
def test_infusion_rises_to_its_plateau_and_falls(hours: float) -> None:
    ke, volume, speed = 0.3, 20.0, 5.0
    found = ((1.0, linear.START_INPUT, speed), (1.0 + hours, linear.STOP_INPUT, speed))
    plasma, urine = course(one_compartment(ke, volume), IV, *found, looks=HOURS)
    since, after = np.clip(HOURS - 1.0, 0.0, hours), np.maximum(0.0, HOURS - 1.0 - hours)
    expected = speed / ke / volume * -np.expm1(-ke * since) * np.exp(-ke * after)
    np.testing.assert_allclose(plasma, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(urine, speed * since - plasma * volume, rtol=1e-11, atol=1e-12)


rates = st.floats(0.001, 50.0)


@st.composite
def chains(draw: st.DrawFn) -> Network:
    """A chain of blocks, each a compartment or a central one with one or two around it, some rates equal."""
    net, pool = Network(1), draw(st.lists(rates, min_size=1, max_size=3))
    rate = st.sampled_from(pool) | rates
    before: dict[str, float] = {}
    for b in range(draw(st.integers(1, 4))):
        around = draw(st.integers(0, 2))
        clearance = draw(rate)
        pairs = [(draw(rate), draw(rate)) for _ in range(around)]
        net.add(f"c{b}", clearance + sum(out for out, _ in pairs))
        for k, (out, back) in enumerate(pairs):
            net.add(f"c{b}.{k}", back, beside=True)
            net.flow(f"c{b}", f"c{b}.{k}", out)
            net.flow(f"c{b}.{k}", f"c{b}", back)
        if before:
            source = draw(st.sampled_from(sorted(before)))
            net.flow(source, f"c{b}", 0.3 * before[source])
        before[f"c{b}"] = clearance
        net.read(PLASMA, f"c{b}", f"c{b}")
    net.enter(IV, {"c0": 0.8, "unabsorbed": 0.2})
    net.read(URINE, "elsewhere", "elsewhere")
    net.read(URINE, "unabsorbed", "unabsorbed")
    return net


@settings(max_examples=120, deadline=None)
@given(chains(), st.floats(0.0, 20.0), st.floats(0.01, 20.0))
def test_random_chains_are_the_matrix_exponential(net: Network, start: float, length: float) -> None:
    """Boluses and an infusion, equal and unequal rates; the oracle knows no blocks or eigenvectors."""
    looks = np.unique(np.array([0.0, 0.3, 2.0, start, start + length, 30.0, 200.0]))
    found = (
        (0.5, linear.DOSE, 3.0),
        (start, linear.START_INPUT, 2.0),
        (start + length, linear.STOP_INPUT, 2.0),
    )
    ours = course(net, IV, *found, looks=looks)
    a, leaving = net.matrix()[0], net.leaving()[0]
    n, sinks = len(a), len(leaving)
    whole = np.zeros((n + sinks + 1, n + sinks + 1))
    whole[:n, :n], whole[n : n + sinks, :n] = a, leaving
    into = np.zeros(n + sinks + 1)
    into[0], into[n + 1] = 0.8, 0.2
    exact = np.zeros_like(ours)
    for t, look in enumerate(looks):
        x = np.zeros(n + sinks + 1)
        if look >= 0.5:
            x += oracle(whole * (look - 0.5)) @ into * 3.0
        drip = whole.copy()
        drip[:, -1] = into * 2.0
        inside = min(max(look - start, 0.0), length)
        if inside > 0.0:
            unit = np.zeros(n + sinks + 1)
            unit[-1] = 1.0
            held = oracle(drip * inside) @ unit
            held[-1] = 0.0
            x += oracle(whole * max(0.0, look - start - length)) @ held
        for k, (_, name) in enumerate(net.readings):
            place = net.names.index(name) if name in net.names else n + net.sinks.index(name)
            exact[k, t] = x[place]
    np.testing.assert_allclose(ours, exact, rtol=0.0, atol=2e-8 * max(1.0, 2.0 * length))


@settings(max_examples=60, deadline=None)
@given(chains(), st.floats(0.01, 300.0))
def test_what_went_in_is_in_the_body_or_has_left(net: Network, hour: float) -> None:
    for name in net.names:
        net.read(PLASMA, f"all {name}", name)
    found = course(net, IV, (0.0, linear.DOSE, 5.0), looks=np.array([hour]))
    kinds = list(net.readings)
    amounts = sum(found[k, 0] for k, (_, name) in enumerate(kinds) if name.startswith("all "))
    left = sum(found[k, 0] for k, (kind, _) in enumerate(kinds) if kind == URINE)
    assert amounts + left == pytest.approx(5.0, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(chains(), st.floats(0.001, 300.0))
def test_our_matrix_exponential_is_that_of_scipy(net: Network, hours: float) -> None:
    a = net.matrix()[0]
    np.testing.assert_allclose(linear.exponential(a, hours), oracle(a * hours), rtol=1e-7, atol=1e-10)


def test_rates_that_agree_are_carried_by_the_matrix_exponential() -> None:
    net = one_compartment(0.4, 1.0, 0.4)
    assert not linear.modes(net.matrix(), net.starts).sound.any()
    assert linear.modes(one_compartment(0.4, 1.0, 0.5).matrix(), [0, 1]).sound.all()


@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-7, 1e-5, 1e-3])
def test_nothing_jumps_where_the_method_changes(gap: float) -> None:
    rate = 0.4
    close = course(one_compartment(rate, 1.0, rate * (1.0 + gap)), ORAL, (0.0, linear.DOSE, 1.0), looks=HOURS)
    equal = course(one_compartment(rate, 1.0, rate), ORAL, (0.0, linear.DOSE, 1.0), looks=HOURS)
    np.testing.assert_allclose(close, equal, rtol=0.0, atol=1e-9 + gap)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.05, 3.0), st.floats(0.1, 8.0))
def test_an_infusion_is_many_small_boluses(ke: float, hours: float) -> None:
    net, pieces = one_compartment(ke, 1.0), 4000
    looks = np.array([hours + 0.5])
    drip = course(
        net, IV, (0.0, linear.START_INPUT, 1.0 / hours), (hours, linear.STOP_INPUT, 1.0 / hours), looks=looks
    )
    when = hours * (np.arange(pieces) + 0.5) / pieces
    drops = course(net, IV, *[(float(t), linear.DOSE, 1.0 / pieces) for t in when], looks=looks)
    np.testing.assert_allclose(drops, drip, rtol=0.0, atol=1e-5)


def test_eigenvalues_of_a_three_compartment_body_are_those_of_the_matrix() -> None:
    net = Network(1)
    net.body("x", 40.0, 10.0, (150.0, 27.0), (90.0, 200.0))
    found = linear.modes(net.matrix(), net.starts)
    np.testing.assert_allclose(
        np.sort(found.rate[0]), np.sort(-np.linalg.eigvals(net.matrix()[0]).real), rtol=1e-12
    )
    np.testing.assert_allclose(found.to_amount[0] @ found.to_mode[0], np.eye(3), atol=1e-12)


def test_overlapping_infusions_add_up_and_leave_nothing_running() -> None:
    net, looks = one_compartment(0.2, 1.0), np.array([1.0, 4.0, 9.0, 400.0])

    def drip(start: float, stop: float) -> tuple[tuple[float, int, float], ...]:
        return (start, linear.START_INPUT, 1.0), (stop, linear.STOP_INPUT, 1.0)

    both = course(net, IV, *drip(0.0, 5.0), *drip(3.0, 7.0), looks=looks)
    apart = course(net, IV, *drip(0.0, 5.0), looks=looks) + course(net, IV, *drip(3.0, 7.0), looks=looks)
    np.testing.assert_allclose(both, apart, rtol=1e-12, atol=1e-14)
    assert both[0, -1] < 1e-30
    assert math.isclose(both[1, -1], 9.0, rel_tol=1e-12)

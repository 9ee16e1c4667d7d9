"""Doses in people: what any kinetics must obey, and levels that were published."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.chainlist import SOLVERS
from papaver.body.chains import many_phases, two_phases
from papaver.body.drugs import drug, drugs
from papaver.body.exposure import Exposure, follow, network_of
from papaver.body.people import People, draw, personal, typical
from papaver.body.regimen import Dose
from papaver.errors import InputError
from papaver.evidence import parameter
from papaver.evidence.inputs import numbers

P = numbers()
HOURS = np.array([0.0, 0.05, 0.3, 1.0, 4.0, 12.0, 30.0, 100.0])
ENTRIES = [(one.name, route, product) for one in drugs() for route, product in one.entries]
LINEAR = [entry for entry in ENTRIES if entry[0] not in SOLVERS and entry[1] != "sublingual"]
NAMES = [" ".join(part for part in entry if part) for entry in ENTRIES]
ATOL = 1e-9


def dose(entry: Sequence[str], mg: float = 1.0, hour: float = 0.0, duration_h: float = 0.0) -> Dose:
    name, route, product = entry
    return Dose(name, hour, mg, route, duration_h, product or None)


def all_courses(found: Exposure) -> dict[tuple[str, str], np.ndarray]:
    kinds = {"plasma": found.plasma, "site": found.site, "urine": found.urine}
    return {(kind, name): course for kind, levels in kinds.items() for name, course in levels.items()}


def assert_same(one: Exposure, other: Exposure, factor: float = 1.0) -> None:
    ours, theirs = all_courses(one), all_courses(other)
    assert set(ours) == set(theirs)
    for key, course in ours.items():
        scale = np.abs(theirs[key]).max() * factor
        np.testing.assert_allclose(
            course, factor * theirs[key], rtol=1e-9, atol=ATOL * scale, err_msg=str(key)
        )


# --------------------------------------------------------------------------------------------- what must hold


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_way_in_gives_finite_levels_of_all_analytes_and_ends(entry: tuple[str, str, str]) -> None:
    ends = 24.0 * (10 if entry[0] == "ethanol" else 1000)  # solved minute by minute, gone in two days
    late = np.array([0.5, 24.0, ends])
    found = follow([dose(entry)], late, draw(20, 3), urine=True)
    assert set(found.plasma) == set(drug(entry[0]).analytes)
    for (kind, name), course in all_courses(found).items():
        assert course.shape == (20, 3)
        assert np.isfinite(course).all()
        assert (course >= 0.0).all()
        if kind != "urine":
            assert (course[:, 2] <= 1e-3 * max(course.max(), 1e-30)).all(), name
        else:
            assert (np.diff(course, axis=1) >= -1e-12 * course.max()).all(), name


@pytest.mark.parametrize("entry", LINEAR, ids=[" ".join(filter(None, e)) for e in LINEAR])
def test_what_was_taken_is_in_the_body_or_has_left(entry: tuple[str, str, str]) -> None:
    """All compartments and all sinks, in people who differ, from the chain's own matrix."""
    who = draw(8, 5, daily_use=0.5)
    net = network_of(entry[0], [entry[1:]], personal(P, who))
    into, lost = net.share_into(entry[1:], 3.0)
    np.testing.assert_allclose(into.sum(axis=1) + lost.sum(axis=1), 1.0, rtol=1e-12)
    assert (into >= 0.0).all()
    assert (lost >= 0.0).all()
    a, leaving = net.matrix(), net.leaving()
    mass = np.array([name not in net.without_mass for name in net.names])
    np.testing.assert_allclose(
        (a[:, mass].sum(axis=1) + leaving.sum(axis=1))[:, mass], 0.0, atol=1e-9 * np.abs(a).max()
    )
    off_diagonal = a - a * np.eye(len(net.names))
    assert (off_diagonal >= 0.0).all()
    assert (leaving >= 0.0).all()


# A dose is given at once or over a second and more: a shorter infusion is none, and only loses digits.
lasting = st.floats(0.0, 8.0).map(lambda hours: hours if hours > 1.0 / 3600.0 else 0.0)
pairs = st.tuples(st.sampled_from(LINEAR), st.floats(0.01, 50.0), st.floats(0.0, 60.0), lasting)


@settings(max_examples=25, deadline=None)
@given(st.lists(pairs, min_size=1, max_size=3), st.lists(pairs, min_size=1, max_size=3), st.floats(0.1, 10.0))
def test_doses_superpose_and_levels_are_proportional(
    first: list[tuple[tuple[str, str, str], float, float, float]],
    second: list[tuple[tuple[str, str, str], float, float, float]],
    factor: float,
) -> None:
    who, look = draw(3, 8, numbers=P), np.array([0.0, 1.3, 7.0, 40.0, 90.0])
    one, other = ([dose(e, mg, at, over) for e, mg, at, over in part] for part in (first, second))
    every = [dose(e, 0.0 * mg + 1e-12, at, over) for e, mg, at, over in (*first, *second)]
    both = all_courses(follow([*one, *other], look, who, numbers=P, urine=True))
    apart = [all_courses(follow(part, look, who, numbers=P, urine=True)) for part in (one, other)]
    assert set(both) == set(all_courses(follow(every, look, who, numbers=P, urine=True)))
    for key, course in both.items():
        parts = sum(part.get(key, 0.0) for part in apart)
        np.testing.assert_allclose(
            course, parts, rtol=1e-8, atol=1e-8 * np.abs(course).max(), err_msg=str(key)
        )
    times = [Dose(d.drug, d.hour, d.mg * factor, d.route, d.duration_h, d.product) for d in one]
    assert_same(
        follow(times, look, who, numbers=P, urine=True), follow(one, look, who, numbers=P, urine=True), factor
    )


@pytest.mark.parametrize("name", [one.name for one in drugs()])
def test_people_do_not_disturb_each_other(name: str) -> None:
    """The same person in any order, in any number, among any others, has the same levels."""
    who, given = draw(12, 2, daily_use=np.arange(12) % 2), [dose((name, *drug(name).entries[0]), 5.0)]
    whole = follow(given, HOURS, who, urine=True)
    order = np.random.default_rng(1).permutation(12)
    turned = follow(given, HOURS, who.chosen(order), urine=True)
    few = follow(given, HOURS, who.first(5), urine=True)
    for key, course in all_courses(whole).items():
        np.testing.assert_allclose(all_courses(turned)[key], course[order], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(all_courses(few)[key], course[:5], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_looking_more_often_changes_nothing(entry: tuple[str, str, str]) -> None:
    given = [dose(entry, 2.0), dose(entry, 1.0, 3.3), dose(entry, 1.0, 5.0, 2.0)]
    fine = np.unique(np.concatenate([HOURS, np.linspace(0.0, 100.0, 301)]))
    often, seldom = follow(given, fine, urine=True), follow(given, HOURS, urine=True)
    here = np.isin(fine, HOURS)
    for key, course in all_courses(seldom).items():
        tight = 1e-6 if entry[0] in SOLVERS else 1e-10
        np.testing.assert_allclose(
            all_courses(often)[key][:, here], course, rtol=tight, atol=tight * course.max(), err_msg=str(key)
        )


def test_hours_need_not_begin_at_the_first_dose() -> None:
    given = [dose(("heroin", "iv", ""), 20.0, 6.0 * k) for k in range(8)]
    whole, late = follow(given, [0.0, 50.0, 60.0], urine=True), follow(given, [50.0, 60.0], urine=True)
    for key, course in all_courses(late).items():
        np.testing.assert_allclose(course, all_courses(whole)[key][:, 1:], rtol=1e-12)


def test_a_dose_counts_at_its_own_hour_and_not_before() -> None:
    found = follow([dose(("morphine", "iv", ""), 10.0, 2.0)], [1.999999, 2.0])
    assert found.plasma["morphine"][0, 0] == 0.0
    assert found.plasma["morphine"][0, 1] > 0.0
    assert found.breaks == (2.0,)


def test_morphine_from_any_drug_is_added_up() -> None:
    three = [dose((name, "iv", ""), 10.0) for name in ("heroin", "morphine", "codeine")]
    apart = sum(follow([one], HOURS).plasma["morphine"] for one in three)
    np.testing.assert_allclose(follow(three, HOURS).plasma["morphine"], apart, rtol=1e-12)


def test_units_of_body_weight_volume_and_amount_do_not_matter() -> None:
    """Twice the person at per-kg numbers, twice the dose: the same level (morphine set to follow weight)."""
    big = dict(P)
    for name in (
        "morphine_clearance_l_per_h",
        "m3g_clearance_l_per_h",
        "m6g_clearance_ml_per_min",
        "body_weight_kg",
    ):
        big[name] = 2.0 * P[name]
    usual = follow([dose(("heroin", "iv", ""), 10.0)], HOURS, typical(numbers=P), numbers=P)
    twice = follow([dose(("heroin", "iv", ""), 20.0)], HOURS, typical(numbers=big), numbers=big)
    assert_same(twice, usual)


def test_ng_per_ml_is_molar_mass_times_nmol_per_l() -> None:
    found = follow([dose(("heroin", "iv", ""), 10.0)], HOURS)
    np.testing.assert_allclose(
        found.ng_per_ml("mam"), found.plasma["mam"] * drug("mam").base_g_per_mol / 1000.0, rtol=1e-15
    )


def test_tables_hold_one_row_per_person_and_hour() -> None:
    found = follow([dose(("heroin", "iv", ""), 10.0)], HOURS, draw(3, 1), urine=True)
    table = found.to_polars()
    assert table.shape[0] == 3 * len(HOURS)
    assert table["plasma_morphine_nmol_l"].to_numpy() == pytest.approx(found.plasma["morphine"].ravel())
    assert list(found.to_pandas().columns) == table.columns


# ------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("given", "hours", "words"),
    [
        (Dose("heroine", 0.0, 1.0, "iv"), [1.0], "heroin"),
        (Dose("methadone", 0.0, 1.0, "smoked"), [1.0], "route"),
        (Dose("naloxone", 0.0, 1.0, "intranasal", 0.0, "9 mg spray"), [1.0], "4 mg spray"),
        (Dose("mam", 0.0, 1.0, "iv"), [1.0], "formed in the body"),
        (Dose("heroin", 0.0, 1.0, "iv"), [2.0, 1.0], "out of order"),
        (Dose("heroin", 0.0, 1.0, "iv"), [1.0, 1.0], "out of order"),
        (Dose("heroin", 0.0, 1.0, "iv"), [-1.0, 1.0], "out of order"),
        (Dose("heroin", 0.0, 1.0, "iv"), [math.nan], "finite"),
        (Dose("heroin", 0.0, 1.0, "iv"), [], "finite"),
    ],
)
def test_what_cannot_be_followed_is_told(given: Dose, hours: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        follow([given], hours)


def test_an_analyte_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="morphine"):
        follow([dose(("morphine", "iv", ""))], [1.0]).ng_per_ml("fentanyl")


# ------------------------------------------------------------------------------------------ published values

FINE = np.concatenate([np.linspace(0.0, 12.0, 7201), np.linspace(12.1, 24.0 * 60, 14_000)])


def area(found: Exposure, analyte: str) -> float:
    return float(np.trapezoid(found.plasma[analyte][0], found.hours))


def half_life(given: Dose, analyte: str, first: float, last: float, **changes: float) -> float:
    """From the fall between two hours, with some inputs changed."""
    a, b = follow([given], [first, last], numbers={**numbers(), **changes}).plasma[analyte][0]
    return (last - first) * math.log(2.0) / math.log(a / b)


def test_clearances_are_dose_over_area() -> None:
    """Area under the curve of each drug by vein is the dose over the published clearance."""
    published = {
        "heroin": (parameter("heroin_cl_blood_inturrisi").value * 70.0 * 0.06, 423.9),
        "morphine": (parameter("morphine_cl_popk_heroin_users").value, None),
        "fentanyl": (60.0 * math.sqrt(0.5 * 1.2), None),  # middle of the range over studies, L/min
        "naloxone": (parameter("naloxone_cl").value, None),
        "nalmefene": (parameter("nalmefene_cl").value * 70.0, None),
        "diazepam": (parameter("diazepam_cl").value * 0.06, None),
    }
    short = np.concatenate([np.geomspace(1e-5, 1.0, 4000), np.geomspace(1.0005, 2000.0, 8000)])
    for name, (clearance, _) in published.items():
        found = follow([dose((name, "iv", ""))], short)
        umol_h_per_l = area(found, name) / 1000.0
        assert drug(name).umol(1.0) / umol_h_per_l == pytest.approx(clearance, rel=2e-3), name


@pytest.mark.parametrize(
    ("entry", "analyte", "first", "last", "hours"),
    [
        (("heroin", "iv", ""), "heroin", 1.0, 1.4, 7.6 / 60),
        (("heroin", "iv", ""), "mam", 2.0, 3.0, 21.8 / 60),
        (("morphine", "iv", ""), "morphine", 60.0, 90.0, 15.1),
        (("morphine", "iv", ""), "m3g", 100.0, 130.0, 15.1),
        (("methadone", "oral", ""), "methadone", 100.0, 150.0, 25.0),
        (("buprenorphine", "sublingual", ""), "buprenorphine", 120.0, 200.0, 40.6),
        (("buprenorphine", "depot", ""), "buprenorphine", 600.0, 1200.0, 51.5 * 24),
        (("naltrexone", "depot", ""), "naltrexone", 400.0, 700.0, 6.0 * 24),
        (("naltrexone", "oral", ""), "naltrexone", 8.0, 24.0, 4.0),
        (("naltrexone", "oral", ""), "naltrexol", 48.0, 72.0, 12.0),
        (("nalmefene", "iv", ""), "nalmefene", 12.0, 24.0, 10.8),
        (("naloxone", "iv", ""), "naloxone", 3.0, 5.0, 63 / 60),
        (("diazepam", "oral", ""), "diazepam", 48.0, 96.0, 44.2),
        (("codeine", "oral", ""), "codeine", 6.0, 12.0, 2.58),
    ],
)
def test_terminal_half_lives_are_as_published(
    entry: tuple[str, str, str], analyte: str, first: float, last: float, hours: float
) -> None:
    assert half_life(dose(entry, 10.0), analyte, first, last) == pytest.approx(hours, rel=0.03)


def test_fentanyl_falls_as_told_with_the_clearance_of_the_study_its_volumes_are_from() -> None:
    per_h = 60.0 * parameter("fentanyl_cl").value
    found = half_life(dose(("fentanyl", "iv", "")), "fentanyl", 20.0, 40.0, fentanyl_clearance_l_per_h=per_h)
    assert found == pytest.approx(324 / 60, rel=0.03)


def test_peaks_come_when_they_were_seen() -> None:
    heroin = follow([dose(("heroin", "intranasal", ""), 12.0)], FINE)
    assert FINE[heroin.plasma["heroin"][0].argmax()] * 60.0 == pytest.approx(5.0, abs=0.6)
    spray = follow([dose(("nalmefene", "intranasal", ""), 2.7)], FINE)
    assert 0.15 < FINE[spray.plasma["nalmefene"][0].argmax()] < 0.5  # published: 0.25
    skin = follow([dose(("morphine", "sc", ""), 10.0)], FINE)
    assert FINE[skin.plasma["morphine"][0].argmax()] == pytest.approx(0.25, abs=0.07)
    swallowed = follow([dose(("morphine", "oral", ""), 20.0)], FINE)
    assert FINE[swallowed.plasma["morphine"][0].argmax()] == pytest.approx(0.75, abs=0.1)
    methadone = follow([dose(("methadone", "oral", ""), 50.0)], FINE)
    assert FINE[methadone.plasma["methadone"][0].argmax()] == pytest.approx(4.0, abs=0.01)


def test_smoking_and_swallowing_give_their_published_share() -> None:
    by_vein = area(follow([dose(("heroin", "iv", ""))], FINE), "morphine")
    smoked = area(follow([dose(("heroin", "smoked", ""))], FINE), "morphine")
    assert smoked / by_vein == pytest.approx(0.53, rel=1e-3)
    swallowed = follow([dose(("heroin", "oral", ""))], FINE)
    assert not swallowed.plasma["heroin"].any()
    assert not swallowed.plasma["mam"].any()
    assert area(swallowed, "morphine") / by_vein / (1.0 - P["mam_renal_share"]) ** -1 == pytest.approx(
        0.229, rel=0.03
    )
    daily = follow([dose(("heroin", "oral", ""))], FINE, typical(daily_use=1.0))
    assert area(daily, "morphine") / area(swallowed, "morphine") == pytest.approx(45.6 / 22.9, rel=1e-6)


def test_a_mg_of_heroin_becomes_two_thirds_of_a_mg_of_morphine() -> None:
    found = follow([dose(("heroin", "iv", ""))], FINE)
    umol = area(found, "morphine") / 1000.0 * P["morphine_clearance_l_per_h"]
    made = umol * drug("morphine").base_g_per_mol / 1000.0 / (1.0 - P["mam_renal_share"])
    assert made == pytest.approx(0.673, abs=0.002)


def test_the_share_under_the_tongue_falls_with_the_dose() -> None:
    def taken_up(mg: float) -> float:
        """Area per mg over that by vein."""
        one = area(follow([dose(("buprenorphine", "sublingual", ""), mg)], FINE), "buprenorphine") / mg
        return one / area(follow([dose(("buprenorphine", "iv", ""))], FINE), "buprenorphine")

    for mg in (2.0, 8.0, 24.0):
        assert taken_up(mg) == pytest.approx(0.14 * (mg / 16.0) ** -0.371, rel=2e-3)


def test_what_is_swallowed_of_a_tablet_comes_through_as_norbuprenorphine_only() -> None:
    """A share of nothing under the tongue leaves no buprenorphine in blood, but its metabolite."""
    numbers_of = {**P, "buprenorphine_sl_f_at_16_mg": 1e-9}
    tablet = [dose(("buprenorphine", "sublingual", ""), 8.0)]
    found = follow(tablet, FINE, typical(numbers=numbers_of), numbers=numbers_of, urine=True)
    assert found.ng_per_ml("buprenorphine").max() < 1e-6
    umol = found.urine["norbuprenorphine"][0, -1]
    share = P["buprenorphine_swallowed_to_norbuprenorphine"] * P["norbuprenorphine_renal_share"]
    assert umol == pytest.approx(drug("buprenorphine").umol(8.0) * share, rel=1e-3)


def test_dependent_people_have_a_wider_centre_for_buprenorphine() -> None:
    at_once = [
        follow([dose(("buprenorphine", "iv", ""))], [0.0], typical(daily_use=on)).plasma["buprenorphine"][
            0, 0
        ]
        for on in (0.0, 1.0)
    ]
    assert at_once[0] / at_once[1] == pytest.approx(3.69, rel=1e-6)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_phases_come_back_from_the_rates_that_make_them(count: int) -> None:
    """Compartments from phases: eigenvalues and shares of the area are those asked for."""
    rates = np.array([40.0, 5.0, 0.3, 0.04])[:count]
    shares = np.array([0.4, 0.1, 0.35, 0.15])[:count]
    shares = shares / shares.sum()
    volume, around = many_phases(80.0, list(rates), list(shares))
    a = np.zeros((count, count))
    a[0, 0] = -(80.0 / volume + sum(out for out, _ in around))
    for k, (out, back) in enumerate(around, start=1):
        assert out > 0.0
        a[k, 0], a[0, k], a[k, k] = out, back, -back
    values, vectors = np.linalg.eig(a)
    height = vectors[0] * np.linalg.solve(vectors, np.eye(count)[0]) / volume
    order = np.argsort(values)
    np.testing.assert_allclose(-values[order], rates, rtol=1e-8)
    np.testing.assert_allclose((height / -values * 80.0)[order], shares, rtol=1e-8)
    several = many_phases(np.array([80.0, 160.0]), list(rates), list(shares))[0]
    np.testing.assert_allclose(several, [volume, 2.0 * volume])


def test_two_phases_are_the_case_of_two() -> None:
    volume, k10, k12, k21 = two_phases(80.0, 0.3, 0.04, 0.15)
    same, around = many_phases(80.0, [0.3, 0.04], [0.85, 0.15])
    assert same == pytest.approx(volume)
    assert around[0] == pytest.approx((k12, k21))
    assert k10 == pytest.approx(80.0 / volume)


def test_morphine_is_high_at_first_and_its_first_metabolite_early() -> None:
    """Published: 283 nmol/L (sd 74) at 5 min after 10 mg by vein; M3G highest after 20 to 45 min."""
    found = follow([dose(("morphine", "iv", ""), 10.0)], FINE)
    assert 209.0 < np.interp(1.0 / 12.0, FINE, found.plasma["morphine"][0]) < 357.0
    assert 0.33 < FINE[found.plasma["m3g"][0].argmax()] < 0.75


def test_dependent_people_hold_fentanyl_for_days_and_others_do_not() -> None:
    given = [dose(("fentanyl", "iv", ""), 0.3, 6.0 * k) for k in range(120)]
    after = 120 * 6.0 + np.array([24.0, 72.0])
    daily, none = (follow(given, after, typical(daily_use=on)).plasma["fentanyl"][0] for on in (1.0, 0.0))
    assert daily[1] > 20.0 * none[1]
    single = [given[0]]
    usual = follow(single, [4.0], typical(daily_use=0.0)).plasma["fentanyl"]
    np.testing.assert_array_equal(usual, follow(single, [4.0]).plasma["fentanyl"])


# ------------------------------------------------------------------------------------------------ covariates


def level(who: People, entry: tuple[str, str, str], analyte: str) -> float:
    return area(follow([dose(entry, 10.0)], FINE, who), analyte)


def test_kidney_failure_raises_glucuronides_and_not_morphine() -> None:
    failed, usual = typical(gfr_ml_per_min=0.0), typical()
    iv = ("morphine", "iv", "")
    assert level(failed, iv, "m6g") / level(usual, iv, "m6g") == pytest.approx(168.0 / 10.57, rel=0.05)
    assert level(failed, iv, "morphine") == pytest.approx(level(usual, iv, "morphine"), rel=1e-9)


def test_cirrhosis_slows_morphine_and_opens_the_gut() -> None:
    ill, usual = typical(liver=1.0), typical()
    assert level(usual, ("morphine", "iv", ""), "morphine") / level(
        ill, ("morphine", "iv", ""), "morphine"
    ) == pytest.approx(11.4 / 21.1, rel=0.01)
    share = level(ill, ("morphine", "oral", ""), "morphine") / level(ill, ("morphine", "iv", ""), "morphine")
    assert share == pytest.approx(1.0, rel=2e-3)


def test_late_pregnancy_and_slow_cyp2b6_change_methadone() -> None:
    by_mouth = ("methadone", "oral", "")
    usual = level(typical(), by_mouth, "methadone")
    assert usual / level(typical(pregnant=1.0), by_mouth, "methadone") == pytest.approx(0.21 / 0.17, rel=0.01)
    assert usual / level(typical(cyp2b6=0.65), by_mouth, "methadone") == pytest.approx(0.65, rel=0.01)


def test_without_cyp2d6_codeine_makes_no_morphine() -> None:
    found = follow([dose(("codeine", "oral", ""), 50.0)], FINE, typical(cyp2d6=0.0))
    assert not found.plasma["morphine"].any()
    assert found.plasma["codeine"].any()


def test_weight_acts_on_volumes_and_by_its_power_on_clearances() -> None:
    heavy = typical(weight_kg=140.0)
    ratio = level(typical(), ("fentanyl", "iv", ""), "fentanyl") / level(
        heavy, ("fentanyl", "iv", ""), "fentanyl"
    )
    assert ratio == pytest.approx(2.0**0.75, rel=1e-3)

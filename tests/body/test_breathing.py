"""The breathing model against the published program's output, exact solutions and its own limits."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.linalg import expm

from papaver.body import blood, breathing_runs, gas, overdose_run
from papaver.body.breathing import simulate, simulate_patients, simulate_signal
from papaver.body.constants import record, values
from papaver.errors import InputError

FDA = Path(__file__).resolve().parents[1] / "data" / "fda"
RUNS = sorted(FDA.glob("fentanyl_*.csv"))
EVENTS = list(csv.DictReader((FDA / "events.csv").read_text(encoding="utf-8").splitlines()))
OF_RANGE = 0.005  # the aim is 2 % of range


def numbers(
    drug: str = "fentanyl", tolerance: str = "naive", naloxone: str | None = None, **other: float
) -> np.void:
    return record({**breathing_runs.base_numbers(drug, tolerance, naloxone), **other})


def arm(name: str) -> str | None:
    return None if name == "none" else name


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_trajectories_of_the_published_program(path: Path) -> None:
    drug, dose, tolerance, naloxone = path.stem.split("_", 3)
    expected = pl.read_csv(path)
    run = simulate(float(dose), drug, tolerance, arm(naloxone), hours=1.0, every_s=30.0).to_polars()
    assert run["time_s"].to_list() == expected["time_s"].to_list()
    for column in expected.columns[1:]:
        there = expected[column].to_numpy()
        off = np.abs(run[column].to_numpy() - there).max()
        assert off <= OF_RANGE * np.ptp(there), f"{column} is {off} off"


@pytest.mark.parametrize(
    "row", EVENTS, ids=lambda row: f"{row['drug']}-{row['dose_mg']}-{row['tolerance']}-{row['event']}"
)
def test_times_of_collapse_and_arrest(row: dict[str, str]) -> None:
    run = simulate(float(row["dose_mg"]), row["drug"], row["tolerance"], arm(row["naloxone"]), hours=0.5)
    assert getattr(run, row["event"]) / 60 == pytest.approx(float(row["minutes"]), abs=float(row["within"]))
    assert run.arrest


def test_who_is_saved_by_naloxone() -> None:
    # Mann 2022 figure 7C, typical chronic user.
    published = {
        ("fentanyl", 1.625): (True, True),
        ("fentanyl", 2.965): (False, True),
        ("carfentanil", 0.012): (True, True),
        ("carfentanil", 0.02187): (False, False),
    }
    for (drug, dose), saved in published.items():
        runs = [simulate(dose, drug, "chronic", product) for product in ("generic_im", "evzio")]
        assert tuple(not run.arrest for run in runs) == saved, (drug, dose)
        assert all(run.naloxone_s == pytest.approx(run.crossing_s + 60.0) for run in runs)


def test_the_settled_start_is_that_of_the_published_program() -> None:
    rows = csv.DictReader((FDA / "settled.csv").read_text(encoding="utf-8").splitlines())
    expected = [float(row["value"]) for row in rows]
    records = breathing_runs.patient_records(breathing_runs.base_numbers("fentanyl", "naive", None), {})
    settled = breathing_runs.settled(records, 1e-9)[0]
    assert settled[9:20] == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_without_a_drug_nothing_moves() -> None:
    run = simulate(0.0, hours=2.0)
    for name in ("minute_ventilation_l_min", "arterial_o2_mmhg", "arterial_co2_mmhg", "cardiac_output_l_min"):
        course = getattr(run, name)
        assert np.ptp(course) <= 1e-4 * course[0], name
    assert not run.arrest
    assert np.isnan(run.crossing_s)
    # Published typical person at rest: 6.77 L/min, 92.8 mmHg, 4.93 L/min.
    assert run.minute_ventilation_l_min[0] == pytest.approx(6.77, abs=0.01)
    assert run.arterial_o2_mmhg[0] == pytest.approx(92.8, abs=0.05)
    assert run.cardiac_output_l_min[0] == pytest.approx(4.93, abs=0.005)


def test_opioid_kinetics_are_those_of_the_matrix_exponential() -> None:
    p = values("fda_opioid_fentanyl")
    out = p["opioid_kout"] + p["opioid_k12"] + p["opioid_k13"]
    rates = np.array(
        [
            [-out, p["opioid_k21"], p["opioid_k31"]],
            [p["opioid_k12"], -p["opioid_k21"], 0.0],
            [p["opioid_k13"], 0.0, -p["opioid_k31"]],
        ]
    )
    run = simulate(0.2, every_s=300.0)
    exact = [0.0] + [(expm(rates * t) @ [0.2, 0.0, 0.0])[0] for t in run.time_s[1:]]
    assert run.opioid_central_mg == pytest.approx(exact, rel=1e-4)


def test_drug_is_neither_made_nor_lost() -> None:
    p, dy = numbers(naloxone="evzio"), np.zeros(gas.STATES)
    y = np.linspace(0.1, 2.0, gas.STATES)
    course = breathing_runs.new_course(np.zeros(1), np.ones(1))
    course.watch["naloxone_s"] = 100.0
    flow = 2.0 * p["volume_flow_rest"]
    gas.drug_rates(400.0, y, dy, flow, p, course.watch[0], course)
    assert dy[:3].sum() == pytest.approx(-p["opioid_kout"] * y[0])
    volume = p["naloxone_v1"] / gas.volume_divisor(flow, p)
    stored = volume * dy[6] + p["naloxone_v2"] * dy[7]
    assert stored == pytest.approx(gas.transit(300.0, p) - p["naloxone_clearance"] * y[6])


@pytest.mark.parametrize("kin", [0.0005, 0.00833, 0.00833 * (1 + 1e-7), 0.0084, 0.5])
def test_naloxone_leaves_its_depot_whole_and_as_its_three_compartments_say(kin: float) -> None:
    p = numbers(naloxone="evzio", naloxone_kin=kin)
    absorbed = quad(lambda u: gas.transit(u, p), 0.0, 60_000.0, limit=500, points=[100.0, 1000.0])[0]
    assert absorbed == pytest.approx(1.0, rel=1e-5)
    ktr = p["naloxone_ktr"]
    chain = np.array([[-ktr, 0.0, 0.0], [ktr, -ktr, 0.0], [0.0, ktr, -kin]])
    for u in (5.0, 120.0, 1500.0):
        exact = kin * (expm(chain * u) @ [1.0, 0.0, 0.0])[2]
        assert gas.transit(u, p) == pytest.approx(exact, rel=1e-8)


def test_blood_pressures_undo_blood_contents() -> None:
    p = numbers()
    for co2, o2 in ((40.0, 95.0), (46.0, 40.0), (80.0, 12.0), (20.0, 120.0)):
        assert blood.blood_pressures(*blood.blood_contents(co2, o2, p), p) == pytest.approx((co2, o2))
    # Arterial blood holds about 20 mL of O2 per 100 mL, mixed venous about 15 (any physiology text).
    assert blood.blood_contents(40.0, 95.0, p)[1] == pytest.approx(0.2, abs=0.01)
    assert blood.blood_contents(46.0, 40.0, p)[1] == pytest.approx(0.15, abs=0.012)


def test_more_drug_never_means_more_breath() -> None:
    doses = [0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2]
    runs = [simulate(dose, tolerance="chronic", hours=0.25) for dose in doses]
    nadirs = np.array([run.least_ventilation_l_min for run in runs])
    low_o2 = np.array([run.least_arterial_o2_mmhg for run in runs])
    assert (np.diff(nadirs) < 1e-6).all()
    assert (np.diff(low_o2) < 1e-6).all()
    assert nadirs[-1] < 0.1 * nadirs[0]
    naive = simulate(0.4, tolerance="naive", hours=0.25)
    assert naive.least_ventilation_l_min < runs[4].least_ventilation_l_min


def test_a_second_naloxone_dose_never_harms() -> None:
    one, two = (simulate(2.965, tolerance="chronic", naloxone="generic_im", naloxone_doses=n) for n in (1, 2))
    later = one.time_s > two.naloxone_s + 160.0
    assert (two.naloxone_occupancy[later] >= one.naloxone_occupancy[later]).all()


def test_help_at_once_is_the_limit_of_help_soon() -> None:
    at_once, soon = (
        simulate(1.625, naloxone="evzio", patient={"rescue_delay": delay}) for delay in (0.0, 0.01)
    )
    assert at_once.naloxone_s == at_once.crossing_s
    for name in ("minute_ventilation_l_min", "naloxone_plasma_ng_ml", "arterial_o2_mmhg"):
        there = getattr(soon, name)
        assert np.abs(getattr(at_once, name) - there).max() < 2e-3 * np.ptp(there), name


def test_half_the_error_per_step_gives_the_same_course() -> None:
    coarse, fine = (
        simulate(1.625, tolerance="chronic", error=e) for e in (breathing_runs.ERROR_PER_STEP, 1e-9)
    )
    for name in ("minute_ventilation_l_min", "arterial_o2_mmhg", "cardiac_output_l_min"):
        off = np.abs(getattr(coarse, name) - getattr(fine, name)).max()
        assert off < 3e-3 * np.ptp(getattr(fine, name)), name


def test_after_arrest_nothing_breaks() -> None:
    run = simulate(2.965, hours=12.0, every_s=600.0)
    assert run.arrest
    assert run.cardiac_output_l_min[-1] < 1e-9
    assert run.minute_ventilation_l_min[-1] == 0.0
    assert all(np.isfinite(getattr(run, name)).all() for name in overdose_run.SEEN)


def test_how_often_one_looks_changes_nothing() -> None:
    often, seldom = (simulate(1.625, naloxone="evzio", every_s=s) for s in (1.0, 60.0))
    assert (often.minute_ventilation_l_min[::60] == seldom.minute_ventilation_l_min).all()
    assert (often.crossing_s, often.naloxone_s) == (seldom.crossing_s, seldom.naloxone_s)


def test_patients_are_the_same_for_any_threads_and_as_one_by_one() -> None:
    rows = {"opioid_volume": [5.0, 10.5, 30.0], "naloxone_clearance": [20.0, 31.31, 60.0]}
    one, two = (
        simulate_patients(rows, 1.625, naloxone="evzio", threads=threads, hours=0.5) for threads in (1, 2)
    )
    assert one.to_polars().equals(two.to_polars(), null_equal=True)
    for i in range(3):
        alone = simulate(
            1.625,
            "fentanyl",
            "chronic",
            "evzio",
            {name: rows[name][i] for name in rows},
            hours=0.5,
            every_s=1800.0,
        )
        assert alone.crossing_s == one.crossing_s[i]
        assert alone.arrest == one.arrest[i]


def test_a_body_of_its_own_settles_on_its_own() -> None:
    runs = simulate_patients(
        {"tissue_o2_used": [0.2 / 60, 0.24 / 60], "tissue_co2_made": [0.16 / 60, 0.19 / 60]}, 0.0
    )
    assert runs.least_ventilation_l_min[1] > runs.least_ventilation_l_min[0] + 0.1


def test_one_compiled_version() -> None:
    simulate(0.1, hours=0.1)
    simulate_signal([0.0, 600.0], [0.2, 0.2])
    assert len(overdose_run.run_overdose.signatures) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: simulate(-1.0), "dose_mg"),
        (lambda: simulate(float("nan")), "dose_mg"),
        (lambda: simulate(1.0, "heroin"), "drug"),
        (lambda: simulate(1.0, tolerance="some"), "tolerance"),
        (lambda: simulate(1.0, naloxone="tea"), "naloxone"),
        (lambda: simulate(1.0, hours=0.0), "hours"),
        (lambda: simulate(1.0, every_s=0.0), "every_s"),
        (lambda: simulate(1.0, naloxone_doses=-1), "naloxone_doses"),
        (lambda: simulate(1.0, patient={"shoe_size": 42.0}), "shoe_size"),
        (lambda: simulate(1.0, patient={"shunt": float("nan")}), "shunt"),
        (lambda: simulate_signal([0.0, 1.0], [0.0]), "signal"),
        (lambda: simulate_signal([1.0, 0.0], [0.0, 0.0]), "signal_s"),
        (lambda: simulate_signal([0.0, 1.0], [0.0, 1.5]), "between 0 and 1"),
        (lambda: simulate_signal([0.0, 1.0], [0.0, 1.0], tolerance=0.0), "tolerance"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call()  # type: ignore[operator]


# ------------------------------------------------------------------------------------------- a given signal


def test_a_given_signal_does_what_the_same_occupancy_does() -> None:
    drug = simulate(0.15, every_s=1.0, hours=0.5)
    given = simulate_signal(drug.time_s, drug.agonist_signal, every_s=1.0, hours=0.5)
    off = np.abs(drug.minute_ventilation_l_min - given.minute_ventilation_l_min).max()
    assert off < 0.02 * np.ptp(drug.minute_ventilation_l_min)


def test_the_post_receptor_shift() -> None:
    assert gas.shifted(0.5, 1.0) == 0.5
    assert gas.shifted(0.5, 3.0) == pytest.approx(0.25)
    assert gas.shifted(0.0, 3.0) == 0.0
    assert gas.shifted(1.0, 3.0) == 1.0
    # With a binding slope of 1 the shift T multiplies the concentration at any given effect by T.
    for c in (0.3, 2.0):
        assert gas.shifted(3.0 * c / (1.0 + 3.0 * c), 3.0) == pytest.approx(c / (1.0 + c))
    nadirs = [
        simulate_signal([0.0, 1200.0], [0.6, 0.6], tolerance=shift).least_ventilation_l_min
        for shift in (1.0, 2.0, 3.4)
    ]
    assert nadirs[0] < nadirs[1] < nadirs[2]


def ventilation_at_held_co2(signal: float) -> float:
    """Minute ventilation (share of rest) after 20 min of a signal with end-tidal PCO2 held at 7 kPa."""
    run = simulate_signal([0.0, 1200.0], [signal, signal], patient={"free_co2": 0.0}, every_s=1200.0)
    assert run.arterial_co2_mmhg == pytest.approx(52.5, abs=1.5)
    return float(run.minute_ventilation_l_min[-1] / run.resting_ventilation_l_min)


def test_a_partial_agonist_has_a_ceiling_at_half_of_resting_ventilation() -> None:
    # Dahan 2005: however much buprenorphine, ventilation at a held end-tidal PCO2 of 7 kPa stays at about
    # 50 % of baseline; fentanyl stops it. Full occupancy with intrinsic activity 0.77 against nearly 1.
    assert ventilation_at_held_co2(0.0) == pytest.approx(1.0, abs=1e-3)
    assert ventilation_at_held_co2(0.77) == pytest.approx(0.5, abs=0.06)
    assert ventilation_at_held_co2(0.98) < 0.2

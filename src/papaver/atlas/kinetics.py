"""Counterparts of findings on kinetics: levels, areas, half-lives and recoveries after known doses.

Each draws volunteers (adults of usual size, kidneys and liver unless told otherwise), gives them the
study's dose and reads the study's figure from exact courses. A published mean is met by a mean over people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, median
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body.drugs import drug
from papaver.body.exposure import Exposure, follow
from papaver.body.people import People, draw, personal, typical
from papaver.body.regimen import Dose
from papaver.body.venous import venous
from papaver.evidence import parameter

Floats = npt.NDArray[np.float64]
PEOPLE, LEAST = 200, 40
TOTAL_MORPHINE = ("morphine", "m3g", "m6g")
DAY = 24.0
LONG = np.concatenate([np.geomspace(1e-3, 12.0, 500), np.geomspace(12.2, 400.0, 160)])
MINUTES = np.linspace(0.002, 3.0, 1500)  # two to a tenth of a minute apart, for peaks


@dataclass(frozen=True)
class Volunteers:
    """People of one draw, and what doses do in them."""

    w: World
    people: People

    def follow(self, doses: Sequence[Dose], hours: Floats, *, urine: bool = False) -> Exposure:
        """Levels of these people."""
        return follow(doses, hours, self.people, numbers=self.w.numbers, urine=urine)

    def area(self, doses: Sequence[Dose], analyte: str, hours: Floats = LONG) -> Floats:
        """Area under the plasma course (nmol h/L), one per person, from the first hour to the last."""
        course = self.follow(doses, hours).plasma[analyte]
        return np.asarray(np.trapezoid(course, hours, axis=1))

    def peak(self, doses: Sequence[Dose], analyte: str, hours: Floats = MINUTES) -> Floats:
        """Highest plasma level, ng/mL."""
        return np.asarray(self.follow(doses, hours).ng_per_ml(analyte).max(axis=1))

    def peak_hour(self, doses: Sequence[Dose], analyte: str, hours: Floats = MINUTES) -> Floats:
        """Hour of the highest plasma level."""
        return np.asarray(hours[self.follow(doses, hours).plasma[analyte].argmax(axis=1)], float)

    def half_life(self, doses: Sequence[Dose], analyte: str, first: float, last: float) -> Floats:
        """Hours in which the level halves, from its fall between two hours."""
        course = self.follow(doses, np.array([first, last])).plasma[analyte]
        return np.asarray((last - first) * np.log(2.0) / np.log(course[:, 0] / course[:, 1]))

    def in_urine(
        self, doses: Sequence[Dose], analytes: Sequence[str], hour: float, after: float = 0.0
    ) -> Floats:
        """Umol of the analytes that left in urine between two hours."""
        when = np.array([after, hour]) if after > 0.0 else np.array([hour])
        found = self.follow(doses, when, urine=True).urine
        total = np.sum([found[name] for name in analytes], axis=0)
        return np.asarray(total[:, -1] - (total[:, 0] if after > 0.0 else 0.0))


def volunteers(w: World, **covariates: Any) -> Volunteers:
    """People of a study, the same for every study of a draw."""

    def make() -> Volunteers:
        count = max(LEAST, round(PEOPLE * w.size))
        given = {"weight_kg": 70.0, "gfr_ml_per_min": w.numbers["gfr_usual_ml_per_min"], "woman": 0.0}
        people = draw(count, w.seed + 1000 * w.draw, numbers=w.numbers, **{**given, **covariates})
        return Volunteers(w, people)

    found: Volunteers = w.once(("volunteers", *sorted(covariates.items())), make)
    return found


def average(values: Floats) -> Estimate:
    """Mean over people, with the people kept."""
    found = mean(values, np.ones(len(values)))
    return Estimate(found.value, found.influence, persons=tuple(float(v) for v in values))


def middle(values: Floats) -> Estimate:
    """Median over people, with the people kept."""
    found = median(values, np.ones(len(values), np.bool_))
    return Estimate(found.value, found.influence, persons=tuple(float(v) for v in values))


def geometric(values: Floats) -> Estimate:
    """Geometric mean over people."""
    found = mean(np.log(values), np.ones(len(values)))
    assert found.influence is not None
    return Estimate(float(np.exp(found.value)), found.influence * np.exp(found.value))


def one(name: str, mg: float, route: str, *, over: float = 0.0, product: str | None = None) -> list[Dose]:
    """A single dose at hour 0."""
    return [Dose(name, 0.0, mg, route, over, product)]


def daily(name: str, mg: float, route: str, days: int, *, each: float = DAY) -> list[Dose]:
    """Doses at a constant interval."""
    return [Dose(name, k * each, mg, route) for k in range(round(days * DAY / each))]


# ------------------------------------------------------------------------------------ morphine and codeine


def _iv_ratio(w: World, analyte: str) -> float:
    """Molar ratio of areas after morphine by vein in the typical person, exact."""
    p = typical(numbers=w.numbers)
    found = follow(one("morphine", 5.0, "iv"), LONG, p, numbers=w.numbers).plasma
    return float(np.trapezoid(found[analyte][0], LONG) / np.trapezoid(found["morphine"][0], LONG))


@counterpart("f_auc_m3g_iv")
def m3g_over_morphine(w: World) -> float:
    """Area of M3G over area of morphine in plasma (molar) after 5 mg morphine by vein."""
    return _iv_ratio(w, "m3g")


@counterpart("f_auc_m6g_iv")
def m6g_over_morphine(w: World) -> float:
    """Area of M6G over area of morphine in plasma (molar) after 5 mg morphine by vein."""
    return _iv_ratio(w, "m6g")


@counterpart("f_crews_m3g_tmax")
def m3g_peak_hour(w: World) -> Estimate:
    """Hour of the peak of M3G after 10 mg morphine by vein, median."""
    return middle(volunteers(w).peak_hour(one("morphine", 10.0, "iv"), "m3g", np.linspace(0.05, 8.0, 800)))


@counterpart("f_crews_m3g_thalf")
def m3g_half_life(w: World) -> Estimate:
    """Half-life of M3G between 24 and 48 hours after morphine by vein."""
    return average(volunteers(w).half_life(one("morphine", 10.0, "iv"), "m3g", 24.0, 48.0))


@counterpart("f_crews_m6g_thalf")
def m6g_half_life(w: World) -> Estimate:
    """Half-life of M6G from its mean fall (log) between 4 and 10 hours after morphine by vein."""
    times = 1.0 / volunteers(w).half_life(one("morphine", 10.0, "iv"), "m6g", 4.0, 10.0)
    return Estimate(1.0) / mean(times, np.ones(len(times)))


@counterpart("f_crews_morphine_cl")
def morphine_clearance(w: World) -> Estimate:
    """Dose over area of morphine by vein, geometric mean."""
    area = volunteers(w).area(one("morphine", 10.0, "iv"), "morphine")
    return geometric(drug("morphine").umol(10.0) * 1000.0 / area)


@counterpart("f_stuartharris_iv_5min")
def morphine_after_five_minutes(w: World) -> Estimate:
    """Level five minutes after 10 mg morphine by vein, nmol/L."""
    found = volunteers(w).follow(one("morphine", 10.0, "iv"), np.array([1.0 / 12.0]))
    return average(found.plasma["morphine"][:, 0])


@counterpart("f_stuartharris_sc_peak")
def morphine_under_the_skin(w: World) -> Estimate:
    """Peak after 10 mg morphine under the skin, nmol/L."""
    ng = volunteers(w).peak(one("morphine", 10.0, "sc"), "morphine")
    return average(ng * 1000.0 / drug("morphine").base_g_per_mol)


@counterpart("f_mitchell_free_urine")
def free_morphine_in_urine(w: World) -> Estimate:
    """Free morphine in urine to three days after 20 mg into muscle, of the dose (molar)."""
    found = volunteers(w).in_urine(one("morphine", 20.0, "im"), ("morphine",), 72.0)
    return average(100.0 * found / drug("morphine").umol(20.0))


@counterpart("f_mitchell_conjugated_urine")
def conjugated_morphine_in_urine(w: World) -> Estimate:
    """M3G and M6G in urine to three days after 20 mg into muscle, of the dose (molar)."""
    found = volunteers(w).in_urine(one("morphine", 20.0, "im"), ("m3g", "m6g"), 72.0)
    return average(100.0 * found / drug("morphine").umol(20.0))


@counterpart("f_urine_recovery_total")
def recovery_of_oral_morphine(w: World) -> Estimate:
    """Morphine by mouth every four hours for four days: morphine, M3G and M6G in urine of the last day."""
    doses = daily("morphine", 30.0, "oral", 4, each=4.0)
    found = volunteers(w, daily_use=1.0).in_urine(doses, TOTAL_MORPHINE, 96.0, 72.0)
    return average(100.0 * found / drug("morphine").umol(180.0))


def _of_heroin(w: World, route: str) -> Estimate:
    doses = daily("heroin", 10.0, route, 4, each=4.0)
    found = volunteers(w, daily_use=1.0).in_urine(doses, TOTAL_MORPHINE, 96.0, 72.0)
    return average(100.0 * found / drug("heroin").umol(60.0))


@counterpart("f_twycross_injected")
def recovery_of_injected_heroin(w: World) -> Estimate:
    """Heroin under the skin every four hours for four days: total morphine in urine of the last day."""
    return _of_heroin(w, "sc")


@counterpart("f_twycross_oral")
def recovery_of_oral_heroin(w: World) -> Estimate:
    """Heroin by mouth every four hours for four days: total morphine in urine of the last day."""
    return _of_heroin(w, "oral")


@counterpart("f_hendriks_chasing_urine")
def recovery_of_smoked_heroin(w: World) -> Estimate:
    """Heroin smoked on foil: total morphine in urine to three days, of what lay on the foil."""
    found = volunteers(w, daily_use=1.0).in_urine(one("heroin", 50.0, "smoked"), TOTAL_MORPHINE, 72.0)
    return average(100.0 * found / drug("heroin").umol(50.0))


@counterpart("f_mo_chasing_urine")
def recovery_of_smoked_heroin_in_a_day(w: World) -> Estimate:
    """Heroin smoked on foil: total morphine in urine to 24 hours, of what lay on the foil."""
    found = volunteers(w, daily_use=1.0).in_urine(one("heroin", 50.0, "smoked"), TOTAL_MORPHINE, 24.0)
    return average(100.0 * found / drug("heroin").umol(50.0))


def _mouth_over_vein(w: World, analyte: str) -> Estimate:
    who = volunteers(w, daily_use=1.0)
    by_mouth = who.area(one("heroin", 600.0, "oral"), analyte) / 600.0
    return average(by_mouth / (who.area(one("heroin", 300.0, "iv"), analyte) / 300.0))


@counterpart("f_fattinger_m3g_oral")
def m3g_by_mouth(w: World) -> Estimate:
    """Area of M3G per mg of heroin, mouth over vein, in people who use daily."""
    return _mouth_over_vein(w, "m3g")


@counterpart("f_fattinger_m6g_oral")
def m6g_by_mouth(w: World) -> Estimate:
    """Area of M6G per mg of heroin, mouth over vein, in people who use daily."""
    return _mouth_over_vein(w, "m6g")


@counterpart("f_fattinger_morphine_oral")
def morphine_by_mouth(w: World) -> Estimate:
    """Area of morphine per mg of heroin, mouth over vein, in people who use daily."""
    return _mouth_over_vein(w, "morphine")


@counterpart("f_fattinger_im_iv")
def heroin_into_muscle(w: World) -> Estimate:
    """Area of heroin after 200 mg, muscle over vein."""
    who = volunteers(w, daily_use=1.0)
    fine = np.concatenate([np.geomspace(1e-4, 4.0, 900), np.linspace(4.1, 12.0, 80)])
    return average(
        who.area(one("heroin", 200.0, "im"), "heroin", fine)
        / who.area(one("heroin", 200.0, "iv"), "heroin", fine)
    )


@counterpart("f_inturrisi_oral_ratio")
def heroin_over_morphine_by_mouth(w: World) -> Estimate:
    """Area of morphine from swallowed heroin over that from as many mol of swallowed morphine, in percent."""
    who = volunteers(w, daily_use=1.0)
    heroin = who.area(one("heroin", drug("heroin").g_per_mol / 100.0, "oral"), "morphine")
    same = who.area(one("morphine", drug("morphine").g_per_mol / 100.0, "oral"), "morphine")
    return average(100.0 * heroin / same)


@counterpart("f_lotsch_m6g_firstpass")
def m6g_of_the_first_pass(w: World) -> Estimate:
    """Part of the M6G after morphine by mouth that the morphine in blood does not explain."""
    who = volunteers(w)
    by_mouth, by_vein = one("morphine", 90.0, "oral"), one("morphine", 90.0, "iv")
    passed = who.area(by_mouth, "morphine") / who.area(by_vein, "morphine")
    return average(100.0 * (1.0 - passed * who.area(by_vein, "m6g") / who.area(by_mouth, "m6g")))


def _m6g_half_life(w: World, gfr: float) -> Estimate:
    who = volunteers(w, gfr_ml_per_min=gfr).people
    own = personal(w.numbers, who)
    clearance = own["m6g_clearance_ml_per_min"] * 60.0 / 1000.0
    return average(np.log(2.0) * own["m6g_volume_l_per_kg"] * who.weight_kg / clearance)


@counterpart("f_hanna_m6g_thalf_failure")
def m6g_half_life_without_kidneys(w: World) -> Estimate:
    """Half-life of M6G in people without kidney function."""
    return _m6g_half_life(w, 0.0)


@counterpart("f_hanna_m6g_thalf_graft")
def m6g_half_life_with_a_graft(w: World) -> Estimate:
    """Half-life of M6G in people with a transplanted kidney, whose filtration is that of such kidneys."""
    return _m6g_half_life(w, parameter("graft_gfr").value)


@counterpart("f_cirrhosis_morphine_thalf")
def morphine_half_life_in_cirrhosis(w: World) -> Estimate:
    """Half-life of morphine between 2 and 8 hours after the vein in severe cirrhosis."""
    return average(volunteers(w, liver=1.0).half_life(one("morphine", 4.0, "iv"), "morphine", 2.0, 8.0))


CODEINE_HOURS = np.linspace(0.02, 8.0, 800)


@counterpart("f_codeine_tmax")
def codeine_peak_hour(w: World) -> Estimate:
    """Hour of the peak of codeine after 30 mg by mouth."""
    return average(volunteers(w).peak_hour(one("codeine", 30.0, "oral"), "codeine", CODEINE_HOURS))


@counterpart("f_codeine_cmax50")
def codeine_peak(w: World) -> Estimate:
    """Peak of codeine after 50 mg by mouth, nmol/L."""
    ng = volunteers(w).peak(one("codeine", 50.0, "oral"), "codeine", CODEINE_HOURS)
    return average(ng * 1000.0 / drug("codeine").base_g_per_mol)


@counterpart("f_codeine_auc_over_morphine")
def codeine_over_morphine(w: World) -> Estimate:
    """Area of codeine over area of morphine after 50 mg codeine by mouth (molar)."""
    who, doses = volunteers(w), one("codeine", 50.0, "oral")
    return average(who.area(doses, "codeine") / who.area(doses, "morphine"))


@counterpart("f_codeine_morphine_plasma")
def morphine_over_codeine(w: World) -> Estimate:
    """Area of morphine over that of codeine to eight hours after 60 mg codeine by mouth, by mass."""
    who, doses = volunteers(w), one("codeine", 60.0, "oral")
    found = who.area(doses, "morphine", CODEINE_HOURS) / who.area(doses, "codeine", CODEINE_HOURS)
    return average(100.0 * found * drug("morphine").base_g_per_mol / drug("codeine").base_g_per_mol)


# ------------------------------------------------------------------------- methadone, buprenorphine, fentanyl


@counterpart("f_methadone_level_per_dose")
def methadone_level(w: World) -> Estimate:
    """Level a day after the last of thirty daily doses of 100 mg methadone, median."""
    found = volunteers(w).follow(daily("methadone", 100.0, "oral", 30), np.array([720.0]))
    return middle(found.ng_per_ml("methadone")[:, 0])


@counterpart("f_methadone_preg_trough")
def methadone_trough_in_pregnancy(w: World) -> Estimate:
    """Level a day after a dose at constant dose and weight, third trimester over early pregnancy."""
    trough = [
        volunteers(w, woman=1.0, pregnant=late).follow(
            daily("methadone", 60.0, "oral", 30), np.array([720.0])
        )
        for late in (1.0, 0.0)
    ]
    return average(trough[0].plasma["methadone"][:, 0] / trough[1].plasma["methadone"][:, 0])


def _bup_peak(w: World, mg: float) -> Estimate:
    hours = 13 * DAY + np.linspace(0.05, 12.0, 240)
    who = volunteers(w, daily_use=1.0)
    return average(who.peak(daily("buprenorphine", mg, "sublingual", 14), "buprenorphine", hours))


@counterpart("f_greenwald_bup2")
def buprenorphine_peak_on_2_mg(w: World) -> Estimate:
    """Peak after the last of fourteen daily doses of 2 mg under the tongue."""
    return _bup_peak(w, 2.0)


@counterpart("f_greenwald_bup32")
def buprenorphine_peak_on_32_mg(w: World) -> Estimate:
    """Peak after the last of fourteen daily doses of 32 mg under the tongue."""
    return _bup_peak(w, 32.0)


@counterpart("f_bup_iv_cmax16")
def buprenorphine_by_vein(w: World) -> Estimate:
    """Level ten minutes after 16 mg by vein over a minute."""
    found = volunteers(w).follow(one("buprenorphine", 16.0, "iv", over=1.0 / 60.0), np.array([1.0 / 6.0]))
    return average(found.ng_per_ml("buprenorphine")[:, 0])


@counterpart("f_bup_depot58")
def buprenorphine_polymer_depot(w: World) -> Estimate:
    """Peak after a 58 mg polymer depot, mean."""
    hours = np.linspace(1.0, 10 * DAY, 300)
    return average(
        volunteers(w, daily_use=1.0).peak(
            one("buprenorphine", 58.0, "depot", product="polymer"), "buprenorphine", hours
        )
    )


@counterpart("f_fentanyl_nasal_tmax")
def fentanyl_nasal_peak_hour(w: World) -> Estimate:
    """Hour of the peak after 47 ug of fentanyl in the nose, venous plasma."""
    ng = _venous_fentanyl(w, one("fentanyl", 0.047, "intranasal"), MINUTES)
    return average(np.asarray(MINUTES[ng.argmax(axis=1)], float))


def _venous_fentanyl(w: World, doses: Sequence[Dose], hours: Floats) -> Floats:
    """Fentanyl in a vein of the arm, ng/mL."""
    from_zero = np.concatenate([[0.0], hours])
    arterial = volunteers(w).follow(doses, from_zero).ng_per_ml("fentanyl")
    return venous(from_zero, arterial, w.numbers["fentanyl_venous_half_life_min"] / 60.0)[:, 1:]


def _short_infusion(mg: float) -> list[Dose]:
    return one("fentanyl", mg, "iv", over=2.0 / 60.0)


@counterpart("f_fentanyl_iv_auc12")
def fentanyl_area(w: World) -> Estimate:
    """Area to 12 hours after 50 ug by vein over two minutes, geometric mean, venous plasma."""
    fine = np.geomspace(1e-3, 12.0, 600)
    ng = _venous_fentanyl(w, _short_infusion(0.05), fine)
    return geometric(np.asarray(np.trapezoid(ng, fine, axis=1)) * 1000.0)


@counterpart("f_fentanyl_iv_cmax")
def fentanyl_early_level(w: World) -> Estimate:
    """Level at 0.06 hours from the start of 50 ug by vein over two minutes, geometric mean, venous plasma."""
    ng = _venous_fentanyl(w, _short_infusion(0.05), np.linspace(0.0005, 0.06, 120))
    return geometric(ng[:, -1] * 1000.0)


@counterpart("f_fentanyl_mcclain_thalf")
def fentanyl_half_life(w: World) -> Estimate:
    """Half-life between 4 and 10 hours after 3.2 ug/kg by vein, minutes."""
    return average(60.0 * volunteers(w).half_life(one("fentanyl", 0.224, "iv"), "fentanyl", 4.0, 10.0))


@counterpart("f_fentanyl_mcclain_60")
def fentanyl_left_plasma(w: World) -> Estimate:
    """Part of 3.2 ug/kg that is no longer in the central compartment at one hour."""
    found = volunteers(w).follow(one("fentanyl", 0.224, "iv"), np.array([1e-6, 1.0])).plasma["fentanyl"]
    return average(100.0 * (1.0 - found[:, 1] / found[:, 0]))


@counterpart("f_fentanyl_mcclain_unchanged")
def fentanyl_in_urine(w: World) -> Estimate:
    """Fentanyl in urine to 72 hours after 3.2 ug/kg, of the dose."""
    found = volunteers(w).in_urine(one("fentanyl", 0.224, "iv"), ("fentanyl",), 72.0)
    return average(100.0 * found / drug("fentanyl").umol(0.224))


# ---------------------------------------------------------------------------------------------- antagonists


def _per_mg(w: World, doses: Sequence[Dose], analyte: str = "naloxone") -> Floats:
    fine = np.concatenate([np.geomspace(1e-4, 4.0, 700), np.linspace(4.02, 30.0, 300)])
    return volunteers(w).area(doses, analyte, fine) / doses[0].mg


def _naloxone(mg: float, route: str, product: str | None = None) -> list[Dose]:
    return one("naloxone", mg, route, product=product)


@counterpart("f_naloxone_in_im_auc")
def spray_over_injector(w: World) -> Estimate:
    """Area per mg, 4 mg spray over 2 mg auto-injector, each in the body it was studied in."""
    spray = _per_mg(w, _naloxone(4.0, "intranasal", "4 mg spray"))
    return average(100.0 * spray / _per_mg(w, _naloxone(2.0, "im", "autoinjector")))


@counterpart("f_naloxone_improvised")
def improvised_kit_over_muscle(w: World) -> Estimate:
    """Area per mg, improvised nasal kit over an auto-injector."""
    kit = _per_mg(w, _naloxone(2.0, "intranasal", "improvised"))
    return average(100.0 * kit / _per_mg(w, _naloxone(2.0, "im", "autoinjector")))


@counterpart("f_naloxone_cmax_14")
def spray_peak(w: World) -> Estimate:
    """Peak after 1.4 mg by spray."""
    return average(volunteers(w).peak(_naloxone(1.4, "intranasal"), "naloxone"))


@counterpart("f_naloxone_tmax_14")
def spray_peak_minutes(w: World) -> Estimate:
    """Minutes to the peak after 1.4 mg by spray."""
    return average(60.0 * volunteers(w).peak_hour(_naloxone(1.4, "intranasal"), "naloxone"))


@counterpart("f_naloxone_cmax_im08")
def muscle_peak(w: World) -> Estimate:
    """Peak after 0.8 mg naloxone into muscle."""
    return average(volunteers(w).peak(_naloxone(0.8, "im"), "naloxone"))


@counterpart("f_naloxone_tmax_im08")
def muscle_peak_minutes(w: World) -> Estimate:
    """Minutes to the peak after 0.8 mg naloxone into muscle."""
    return average(60.0 * volunteers(w).peak_hour(_naloxone(0.8, "im"), "naloxone"))


@counterpart("f_gufford_im_f")
def muscle_share(w: World) -> Estimate:
    """Area per mg into muscle over that by vein."""
    return average(100.0 * _per_mg(w, _naloxone(2.0, "im")) / _per_mg(w, _naloxone(2.0, "iv")))


def _spray_share(w: World, mg: float) -> Estimate:
    """Percent of a spray that reaches blood: its area over that of the same dose by vein in the same body.

    The spray has a body of its own, in which the area by vein is the dose over that body's clearance; the
    body of doses by vein clears naloxone more slowly, and a ratio across bodies is no bioavailability.
    """
    who = volunteers(w)
    own = personal(w.numbers, who.people)
    size = who.people.weight_kg / w.numbers["body_weight_kg"]
    clearance = own["naloxone_spray_clearance"] * size ** w.numbers["allometric_exponent"]
    by_vein = 1000.0 * drug("naloxone").umol(1.0) / (clearance * own["naloxone_clearance_factor"])
    return average(100.0 * _per_mg(w, _naloxone(mg, "intranasal")) / by_vein)


@counterpart("f_gufford_in_f")
def spray_share(w: World) -> Estimate:
    """Percent of 2 mg by spray that reaches blood."""
    return _spray_share(w, 2.0)


@counterpart("f_mcdonald_in_f")
def strong_spray_share(w: World) -> Estimate:
    """Percent of 8 mg by spray that reaches blood."""
    found = _spray_share(w, 8.0)
    return Estimate(found.value, found.influence)


@counterpart("f_nalmefene_cmax")
def nalmefene_spray_peak(w: World) -> Estimate:
    """Peak after a 2.7 mg nalmefene spray."""
    return average(volunteers(w).peak(one("nalmefene", 2.7, "intranasal"), "nalmefene"))


@counterpart("f_nalmefene_im_cmax")
def nalmefene_muscle_peak(w: World) -> Estimate:
    """Peak after 1 mg nalmefene into muscle."""
    return average(volunteers(w).peak(one("nalmefene", 1.0, "im"), "nalmefene"))


@counterpart("f_nalmefene_spray_thalf")
def nalmefene_half_life(w: World) -> Estimate:
    """Half-life between 8 and 24 hours after a nalmefene spray."""
    found = average(volunteers(w).half_life(one("nalmefene", 2.7, "intranasal"), "nalmefene", 8.0, 24.0))
    return Estimate(found.value, found.influence)


@counterpart("f_xrntx_31d")
def naltrexone_at_31_days(w: World) -> Estimate:
    """Share with naltrexone above 0.2 ng/mL (taken for the assay's limit) 31 days after a 380 mg depot."""
    found = volunteers(w).follow(one("naltrexone", 380.0, "depot"), np.array([31 * DAY]))
    return average(np.where(found.ng_per_ml("naltrexone")[:, 0] > 0.2, 100.0, 0.0))


NALTREXONE_HOURS = np.linspace(0.05, 8.0, 400)


@counterpart("f_naltrexone_cmax50")
def naltrexone_peak(w: World) -> Estimate:
    """Peak of naltrexone after 50 mg by mouth."""
    return average(volunteers(w).peak(one("naltrexone", 50.0, "oral"), "naltrexone", NALTREXONE_HOURS))


@counterpart("f_naltrexol_cmax50")
def naltrexol_peak(w: World) -> Estimate:
    """Peak of 6-beta-naltrexol after 50 mg naltrexone by mouth."""
    return average(volunteers(w).peak(one("naltrexone", 50.0, "oral"), "naltrexol", NALTREXONE_HOURS))


# ------------------------------------------------------------------------------------------------- sedatives

SLOW = np.linspace(0.02, 8.0, 800)


def _read(name: str, mg: float, what: Callable[..., Floats]) -> Estimate:
    return average(what(one(name, mg, "oral"), name, SLOW))


@counterpart("f_diazepam_cmax10")
def diazepam_peak_10(w: World) -> Estimate:
    """Peak after 10 mg diazepam by mouth."""
    return _read("diazepam", 10.0, volunteers(w).peak)


@counterpart("f_diazepam_cmax5")
def diazepam_peak_5(w: World) -> Estimate:
    """Peak after 5 mg diazepam by mouth."""
    return _read("diazepam", 5.0, volunteers(w).peak)


@counterpart("f_diazepam_tmax5")
def diazepam_peak_hour(w: World) -> Estimate:
    """Hour of the peak after 5 mg diazepam by mouth."""
    return _read("diazepam", 5.0, volunteers(w).peak_hour)


@counterpart("f_alprazolam_cmax1")
def alprazolam_peak(w: World) -> Estimate:
    """Peak after 1 mg alprazolam by mouth."""
    return _read("alprazolam", 1.0, volunteers(w).peak)


@counterpart("f_alprazolam_tmax1")
def alprazolam_peak_hour(w: World) -> Estimate:
    """Hour of the peak after 1 mg alprazolam by mouth."""
    return _read("alprazolam", 1.0, volunteers(w).peak_hour)


@counterpart("f_alprazolam_css")
def alprazolam_steady(w: World) -> Estimate:
    """Mean level of the tenth day on 1 mg alprazolam a day in three parts."""
    hours = np.linspace(9 * DAY, 10 * DAY, 97)
    found = volunteers(w).follow(daily("alprazolam", 1.0 / 3.0, "oral", 10, each=8.0), hours)
    level: Floats = found.ng_per_ml("alprazolam")
    return average(np.asarray(np.mean(level, axis=1), np.float64))


@counterpart("f_ethanol_urine")
def ethanol_in_urine(w: World) -> Estimate:
    """Ethanol in urine after 0.4 g/kg by vein over half an hour, of the dose."""
    found = volunteers(w).in_urine(one("ethanol", 28_000.0, "iv", over=0.5), ("ethanol",), 24.0)
    return average(100.0 * found / drug("ethanol").umol(28_000.0))

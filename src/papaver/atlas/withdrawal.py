"""Counterparts of findings on withdrawal: courses by the hour, and what people do after detoxification."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np

from papaver.atlas.courses import (
    DAY,
    HABIT_DAYS,
    HEROIN_MG,
    IM_OVER_SUBLINGUAL,
    MG_HEROIN_PER_MG_MORPHINE,
    PRESCRIBED_MG,
    QUANTILES,
    Course,
    background_cows,
    column,
    daily_mean,
    heroin_habit,
    hours_course,
    people_scores,
    share_with_cows,
    speeds,
    steady,
    taper,
)
from papaver.atlas.estimates import Estimate, share
from papaver.atlas.protocols import MONTH, WEEK, Followed, World, dependent, detoxification, household_survey
from papaver.atlas.registry import counterpart
from papaver.person.life import Dose, every, follow_hours

# ------------------------------------------------------- morphine and buprenorphine stopped (residential)

MORPHINE_MG, STOP_DAY = 30.0 * MG_HEROIN_PER_MG_MORPHINE, 129
GROUPS = 200


def morphine_stopped(w: World) -> Course:
    """Morphine 30 mg every 6 h (given as the heroin that brings as much), then none for 16 days."""
    doses = every("heroin", MORPHINE_MG, each_hours=6, days=STOP_DAY)
    return w.once("morphine stopped", lambda: hours_course(doses, STOP_DAY + 16, w.p))  # type: ignore[no-any-return]


@counterpart("f_morph_peak_day")
def morphine_peak_day(w: World) -> float:
    """Day after the last dose with the highest mean of people's daily highest COWS."""
    return 1.0 + float(daily_mean(morphine_stopped(w), STOP_DAY, STOP_DAY + 14, w.p, "cows").argmax())


def sows_left_on_day_7(w: World) -> float:
    """Mean SOWS of people on the seventh day without morphine, above that of the last day on it."""
    days = sows_around_stop(w).mean(axis=0)
    return float(days[7] - days[0])


def sows_around_stop(w: World) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """SOWS of people (by frailty) and day, of the last day on morphine and of the fourteen after."""
    hours = slice((STOP_DAY - 1) * DAY, (STOP_DAY + 14) * DAY)
    scores = people_scores(morphine_stopped(w), hours, w.p)[:, :, 1]
    return np.asarray(scores.reshape(len(scores), 15, DAY).mean(axis=2))


def groups_of_seven(w: World) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Mean SOWS by day of groups of seven people, as many as the study had: few hold anybody very frail."""
    people = sows_around_stop(w)
    chosen = np.random.Generator(np.random.Philox(7)).integers(0, len(people), (GROUPS, 7))
    return np.asarray(people[chosen].mean(axis=1))


@counterpart("f_morph_resolved")
def morphine_resolved(w: World) -> float:
    """First day after the peak with mean SOWS within 2 points of that before: mean over groups of seven."""
    found = []
    for group in groups_of_seven(w):
        after = group[1:]
        peak = int(after.argmax())
        over = np.flatnonzero(after[peak:] <= group[0] + 2.0)
        found.append(float(peak + over[0] + 1) if len(over) else 15.0)
    return float(np.mean(found))


@counterpart("f_36h")
def heaviest_hour(w: World) -> float:
    """Hour after the last use with the highest withdrawal, heavy use (200 mg a day) stopped at once."""
    return float(heavy_stopped(w)["felt"][HABIT_DAYS * DAY - 6 :].argmax())


def heavy_stopped(w: World) -> Course:
    """Twice the usual amount for months, then none for 10 days."""
    doses = heroin_habit(2.0 * HEROIN_MG)
    return w.once("heavy stopped", lambda: hours_course(doses, HABIT_DAYS + 10, w.p))  # type: ignore[no-any-return]


@counterpart("f_emesis")
def vomiting_on_day_3(w: World) -> float:
    """People with vomiting at any hour of the third day, heavy use stopped at once, no medicine."""
    hours = slice((HABIT_DAYS + 2) * DAY, (HABIT_DAYS + 3) * DAY)
    return 100.0 * float(
        (people_scores(heavy_stopped(w), hours, w.p)[:, :, column("vomiting")] >= 1).any(axis=1).mean()
    )


@counterpart("f_bup8_peak")
def buprenorphine_peak_day(w: World) -> float:
    """Buprenorphine 8 mg for 36 days after heroin, then none: day of the highest mean SOWS."""
    start = HABIT_DAYS + 1
    doses = [*heroin_habit(), *steady("buprenorphine", start, 36, 8.0)]
    course = hours_course(doses, start + 36 + 20, w.p)
    return 1.0 + float(daily_mean(course, start + 36, start + 56, w.p, "sows").argmax())


@counterpart("f_bup32_minimal")
def buprenorphine_against_morphine(w: World) -> float:
    """Buprenorphine 8 mg into muscle every 6 h stopped: day-2 mean COWS (or later peak) over morphine's."""
    morphine = daily_mean(morphine_stopped(w), STOP_DAY, STOP_DAY + 14, w.p, "cows")
    doses = [
        *heroin_habit(MORPHINE_MG),
        *every("buprenorphine", IM_OVER_SUBLINGUAL * 8.0, each_hours=6, days=9, start_hour=HABIT_DAYS * DAY),
    ]
    course = hours_course(doses, STOP_DAY + 18, w.p)
    mild = daily_mean(course, STOP_DAY, STOP_DAY + 18, w.p, "cows")
    return max(float(mild[1] / morphine[1]), float(mild.max() / morphine.max()))


@counterpart("f_sowsg_d3_plac")
def short_scale_day_3(w: World) -> float:
    """Heroin stopped at once, no medicine: mean SOWS-Gossop over the third day, nobody leaving."""
    hours = slice((STOP_DAY + 2) * DAY, (STOP_DAY + 3) * DAY)
    return float(people_scores(morphine_stopped(w), hours, w.p)[:, :, 2].mean())


@counterpart("f_sowsg_d3_lof")
def short_scale_day_3_on_lofexidine(w: World) -> float:
    """As above on lofexidine: mean SOWS-Gossop over the third day."""
    hours, calm = slice((STOP_DAY + 2) * DAY, (STOP_DAY + 3) * DAY), float(w.p["alpha2_calm"])
    return float(people_scores(morphine_stopped(w), hours, w.p, calm=calm)[:, :, 2].mean())


@counterpart("f_nlx_cows")
def naloxone_challenge(w: World) -> float:
    """Naloxone 0.4 mg into muscle on morphine 120 mg a day: mean of people's highest COWS within 2 h."""
    at = 60.0 * DAY - 3.0
    doses = [*every("heroin", MORPHINE_MG, each_hours=6, days=60), Dose("naloxone", at, 0.4)]
    course = follow_hours(doses, 60, w.p, step_minutes=15)
    window = np.flatnonzero((course["hour"] >= at) & (course["hour"] < at + 2.0))
    return float(people_scores(course, window, w.p)[:, :, 0].max(axis=1).mean()) + background_cows(w.p)


@counterpart("f_apd_45")
def acute_dependence_gap(w: World) -> float:
    """Smallest of 15, 45, 90 min after a dose of morphine at which naloxone raises SOWS; 180 if none."""
    for gap in (15, 45, 90):
        if challenged(w.p, gap) > 1.0:
            return float(gap)
    return 180.0


def challenged(p: Any, minutes: float) -> float:
    """Mean of people's highest SOWS within 3 h of morphine 18 mg, naloxone 10 mg so many minutes after it."""
    doses = [
        Dose("heroin", 24.0, 18.0 * MG_HEROIN_PER_MG_MORPHINE),
        Dose("naloxone", 24.0 + minutes / 60.0, 10.0),
    ]
    course = follow_hours(doses, 2, p, step_minutes=15)
    window = np.flatnonzero((course["hour"] > 24.0) & (course["hour"] < 27.0))
    return float(people_scores(course, window, p)[:, :, 1].max(axis=1).mean())


# ---------------------------------------------------------------------------- buprenorphine trial (CTN-0030)

START = HABIT_DAYS + 1  # a day without heroin before the first dose
VISITS = (8, 12)


def trial(w: World, *, weeks_on: float, mg: float, taper_days: int, speed: dict[str, float]) -> Course:
    """Prescribed opioids, a day without, buprenorphine (8 mg the first day), tapered to 2 mg, then none."""
    days = round(weeks_on * WEEK)
    doses = [*heroin_habit(PRESCRIBED_MG), Dose("buprenorphine", START * DAY + 9, min(8.0, mg))]
    doses += steady("buprenorphine", START + 1, days - 1, mg)
    doses += taper("buprenorphine", START + days, taper_days, mg, 2.0) if taper_days else []
    key = ("ctn30", weeks_on, mg, taper_days, tuple(speed.items()))
    return w.once(key, lambda: hours_course(doses, START + days + taper_days + 60, w.p, speed=speed))  # type: ignore[no-any-return]


class Plan(TypedDict, total=False):
    """What people of a phase of the trial were given, where not two weeks on 16 mg and two of taper."""

    weeks_on: float
    mg: float
    taper_days: int


def trial_share(
    w: World, first: int, last: int, *, weeks_on: float = 2, mg: float = 16.0, taper_days: int = 14
) -> float:
    """Percentage with COWS of 5 or more at one visit on a day of the window (days of the trial).

    The dose is taken at nine; nobody says when people were rated, so half are rated just before it and half
    three hours after it.
    """
    hours = np.array([(START + day) * DAY + hour for day in range(first, last + 1) for hour in VISITS])
    courses = [
        trial(w, weeks_on=weeks_on, mg=mg, taper_days=taper_days, speed=s)
        for s in speeds(w.p, "buprenorphine")
    ]
    return float(np.mean([share_with_cows(course, hours, 5.0, w.p) for course in courses]))


@counterpart("f_ctn30_post")
def after_first_dose(w: World) -> float:
    """COWS of 5 or more two hours after 8 mg of buprenorphine, a day after the last heroin."""
    courses = [trial(w, weeks_on=2, mg=16.0, taper_days=14, speed=s) for s in speeds(w.p, "buprenorphine")]
    hours = np.array([START * DAY + 11])
    return float(np.mean([share_with_cows(course, hours, 5.0, w.p) for course in courses]))


TWO_WEEKS: Plan = {}
TWELVE_WEEKS: Plan = {"weeks_on": 12, "mg": 18.7, "taper_days": 28}
# Findings of the trial in people who do not use: how long on buprenorphine, first and last day, in words.
WINDOWS = {
    "f_ctn30_stable_nouse": (TWO_WEEKS, 7, 13, "in the second week on 16 mg"),
    "f_ctn30_taper1_nouse": (TWO_WEEKS, 14, 20, "in the first week of a two-week taper"),
    "f_ctn30_taper2_nouse": (TWO_WEEKS, 21, 27, "in the second week of a two-week taper"),
    "f_ctn30_off1_nouse": (TWO_WEEKS, 28, 34, "in the first week after the taper"),
    "f_ctn30_off34_nouse": (TWO_WEEKS, 42, 55, "in weeks three and four after the taper"),
    "f_ctn30_late_nouse": (TWO_WEEKS, 56, 84, "five to eight weeks after the taper"),
    "f_ctn30p2_wk2_nouse": (TWELVE_WEEKS, 7, 13, "in the second week on 19 mg"),
    "f_ctn30p2_wk12_nouse": (TWELVE_WEEKS, 77, 83, "in the twelfth week on 19 mg"),
    "f_ctn30p2_t4_nouse": (TWELVE_WEEKS, 105, 111, "in the fourth week of a four-week taper from 19 mg"),
}


def in_window(id: str, plan: Plan, first: int, last: int, words: str) -> None:
    """Register the counterpart of one of these findings."""

    def run(w: World) -> float:
        return trial_share(w, first, last, **plan)

    run.__doc__ = f"COWS of 5 or more {words}, nobody using."
    counterpart(id)(run)


for _id, _window in WINDOWS.items():
    in_window(_id, *_window)


# ---------------------------------------------------------------------------------- methadone reductions


def reduction(w: World, days: int, *, before: str = "heroin", mg: float = 45.0) -> Course:
    """Heroin or methadone before, five days on methadone, a linear reduction to zero, 40 days without."""
    start = HABIT_DAYS + 5
    habit = heroin_habit() if before == "heroin" else steady("methadone", 0, HABIT_DAYS, 80.0)
    doses = [*habit, *steady("methadone", HABIT_DAYS, 5, mg), *taper("methadone", start, days, mg)]
    return w.once(("reduction", days, before, mg), lambda: hours_course(doses, start + days + 40, w.p))  # type: ignore[no-any-return]


def reduction_scores(
    w: World, days: int, before: str = "heroin"
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Mean SOWS-Gossop by day from the first day of the reduction."""
    start = HABIT_DAYS + 5
    return daily_mean(reduction(w, days, before=before), start, start + days + 40, w.p, "sows_gossop")


@counterpart("f_taper21_peak_end")
def peak_of_21_days(w: World) -> float:
    """Day of the highest mean SOWS-Gossop from the start of a 21-day reduction of methadone 45 mg."""
    return 1.0 + float(reduction_scores(w, 21).argmax())


@counterpart("f_taper21_normal")
def normal_after_21_days(w: World) -> float:
    """First day after the peak with the mean within a tenth of its rise above that of the first day."""
    scores = reduction_scores(w, 21)
    peak = int(scores.argmax())
    back = np.flatnonzero(scores[peak:] <= scores[0] + 0.1 * (scores[peak] - scores[0]))
    return float(peak + back[0] + 1) if len(back) else float(len(scores))


@counterpart("f_taper10_higher")
def ten_days_over_21(w: World) -> float:
    """Peak of mean SOWS-Gossop in a 10-day over a 21-day reduction from the same dose."""
    return float(reduction_scores(w, 10).max() / reduction_scores(w, 21).max())


@counterpart("f_methadone_worse")
def methadone_over_heroin(w: World) -> float:
    """Mean SOWS-Gossop over a 10-day reduction and 20 days after: prior methadone 80 mg over prior heroin."""
    return float(reduction_scores(w, 10, "methadone")[:30].mean() / reduction_scores(w, 10)[:30].mean())


@counterpart("f_glasper_dose")
def dose_explains_little(w: World) -> float:
    """R2 of mean SOWS-Gossop on the first dose (20 to 80 mg) of a 10-day reduction, people by frailty."""
    start = HABIT_DAYS + 5
    doses = np.arange(20.0, 81.0, 15.0)
    hours = slice(start * DAY, (start + 20) * DAY)
    scores = [people_scores(reduction(w, 10, mg=mg), hours, w.p)[:, :, 2].mean(axis=1) for mg in doses]
    r = float(np.corrcoef(np.repeat(doses, len(QUANTILES)), np.concatenate(scores))[0, 1])
    return r * r if r > 0.0 else 1.0


@counterpart("f_protracted")
def protracted_score(w: World) -> float:
    """Mean SOWS on day 30 over day 165 after heroin stopped (1 where both are zero, 10 at most)."""
    course = w.once("half a year off", lambda: hours_course(heroin_habit(), HABIT_DAYS + 170, w.p))
    early, late = (
        float(
            people_scores(course, slice((HABIT_DAYS + d) * DAY, (HABIT_DAYS + d + 1) * DAY), w.p)[
                :, :, 1
            ].mean()
        )
        for d in (30, 165)
    )
    return 1.0 if early <= 0.0 else min(10.0, early / late if late > 0.0 else 10.0)


# ------------------------------------------------------------------------------- after detoxification

IN_USE = dependent(3, 1500, injects=1.0)
DETOX_DAYS = 21
DETOXIFIED = dependent(1.5, 2000, detoxification(0, days=DETOX_DAYS, at="inpatient"))
SIX_WEEKS = dependent(0.5, 2000, detoxification(0, days=42, at="inpatient"))
WEEK_WITHOUT = dependent(0.1, 2000, detoxification(0, days=7, medicine="none", at="inpatient"))
WEEK_LOFEXIDINE = dependent(0.1, 2000, detoxification(0, days=7, medicine="lofexidine", at="inpatient"))
WEEK_TAPER = dependent(0.1, 2000, detoxification(0, days=7, medicine="buprenorphine", at="inpatient"))
TWO_WEEK_TAPER = dependent(0.1, 2000, detoxification(0, days=13, medicine="buprenorphine", at="inpatient"))


def after_leaving(c: Followed, first: int, last: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Days of use on days ``first`` to ``last - 1`` after leaving care: ``[person, day after]``."""
    leave = c.first_stay[:, None] + np.arange(first, last)[None, :]
    used = np.take_along_axis(c.diaries.doses > 0, np.minimum(leave, c.days - 1), axis=1)
    return np.asarray(used & (leave < c.days))


def completed(c: Followed, days: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Who stayed to the end of a detoxification."""
    return np.asarray((c.first_stay >= days) & (c.death_day > days))


@counterpart("f_complete7_plac")
def a_week_without_medicine(w: World) -> Estimate:
    """Inpatient withdrawal without medicine: stayed for seven days."""
    c = w.follow(WEEK_WITHOUT)
    return share(completed(c, 7), c.first_stay > 0)


@counterpart("f_complete7_lof288")
def a_week_on_lofexidine(w: World) -> Estimate:
    """Inpatient withdrawal on lofexidine: stayed for seven days."""
    c = w.follow(WEEK_LOFEXIDINE)
    return share(completed(c, 7), c.first_stay > 0)


@counterpart("f_ling_inpt_bup")
def two_weeks_on_a_taper(w: World) -> Estimate:
    """Inpatient 13-day taper of buprenorphine: stayed to its end."""
    c = w.follow(TWO_WEEK_TAPER)
    return share(completed(c, 13), c.first_stay > 0)


@counterpart("f_dunn_retention_bup")
def a_week_on_a_taper(w: World) -> Estimate:
    """Residential seven-day taper of buprenorphine: stayed to its end."""
    c = w.follow(WEEK_TAPER)
    return share(completed(c, 7), c.first_stay > 0)


@counterpart("f_gossop_inpt")
def three_weeks_inside(w: World) -> Estimate:
    """Inpatient 21-day reduction of methadone: stayed to its end."""
    c = w.follow(DETOXIFIED)
    return share(completed(c, DETOX_DAYS), c.first_stay > 0)


@counterpart("f_pwid_any")
def withdrawal_in_six_months(w: World) -> Estimate:
    """People who inject on 12 or more of 30 days: any day with COWS of 5 or more in the next six months."""
    c = w.follow(IN_USE)

    def sick(f: Followed, day: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.asarray((f.diaries.sick[:, day : day + 182] > 0).any(axis=1))

    days = range(MONTH, 3 * 365 - 182, 182)
    return household_survey(c, days, lambda f, t: f.alive(t + 181) & (f.use_days(t - MONTH, t) >= 12), sick)


@counterpart("f_smyth_lapse_1wk")
def lapse_in_a_week(w: World) -> Estimate:
    """Any use within 7 days of leaving a six-week inpatient detoxification, completed or not."""
    c = w.follow(SIX_WEEKS)
    return share(after_leaving(c, 0, 7).any(axis=1), c.alive(c.days - 1) | (c.first_stay < c.death_day))


@counterpart("f_gossop_6wk")
def lapse_in_six_weeks(w: World) -> Estimate:
    """Any use within 42 days of completing a 21-day inpatient detoxification."""
    c = w.follow(DETOXIFIED)
    return share(after_leaving(c, 0, 42).any(axis=1), completed(c, DETOX_DAYS))


@counterpart("f_bailey_1mo")
def lapse_in_a_month(w: World) -> Estimate:
    """Any use within 30 days of leaving a detoxification, completed or not."""
    c = w.follow(DETOXIFIED)
    return share(after_leaving(c, 0, MONTH).any(axis=1), c.first_stay < c.death_day)

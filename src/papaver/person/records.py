"""The records of a life: who a person is (``PERSON``), how they are (``STATE``), their plan (``STEP``)."""

from __future__ import annotations

import numpy as np

from papaver.body.kinetics import N_DRUGS, N_MODES

CRITERIA = (
    "larger_or_longer",
    "cannot_cut_down",
    "much_time",
    "craving",
    "roles",
    "social",
    "given_up",
    "hazardous",
    "despite_harm",
    "tolerance",
    "withdrawal",
)
N_CRITERIA = len(CRITERIA)
(LARGER, CUT_DOWN, TIME, CRAVING, ROLES, SOCIAL, GIVEN_UP, HAZARD, DESPITE, TOLERANCE, WITHDRAWAL) = range(
    N_CRITERIA
)

TRAITS = (
    "women",
    "adverse_childhood",
    "ptsd",
    "depression",
    "anxiety",
    "adhd",
    "chronic_pain",
    "seeks_high",
    "strong_norms",
    "peers_use",
    "homeless",
    "unemployed",
    "injects",
    "alcohol",
    "benzodiazepines",
    "gabapentinoids",
    "stimulants",
)
N_TRAITS = len(TRAITS)
(
    WOMEN,
    ADVERSE,
    PTSD,
    DEPRESSION,
    ANXIETY,
    ADHD,
    PAIN,
    SEEKS_HIGH,
    NORMS,
    PEERS,
    HOMELESS,
    UNEMPLOYED,
    INJECTS,
    ALCOHOL,
    BENZODIAZEPINES,
    GABAPENTINOIDS,
    STIMULANTS,
) = range(N_TRAITS)

PERSON = np.dtype(
    [
        ("number", np.int64),
        ("stratum", np.int64),
        ("trait", np.int64, (N_TRAITS,)),
        ("age_years", np.float64),
        ("liability", np.float64),
        ("begins", np.float64),  # hazard of a first use over the mean of the population, ratio
        ("urge", np.float64),  # baseline urge, logits
        ("restraint", np.float64),  # baseline restraint, logits
        ("stress_mean", np.float64),
        ("availability", np.float64),
        ("sociable", np.float64),  # how much oftener than others heroin is at hand unsought, log odds
        ("reaches_blood", np.float64),  # share of a dose that reaches blood by this person's route
        ("route_reward", np.float64),
        ("first_dose_mg", np.float64),
        ("budget_mg", np.float64),  # pure heroin a day that can be paid for
        ("frailty", np.float64),  # symptom frailty
        ("overdose_offset", np.float64),  # added to ln load: how easily this person overdoses
        ("criteria_factor", np.float64),
        ("quieted", np.float64),  # how far an agonist quiets this person's urge, ratio
        ("attempt_factor", np.float64),  # how strong attempts to stop are in this person, ratio
        ("stay_factor", np.float64),  # how easily this person leaves care, in all stays, ratio
        ("alone", np.float64),
        ("naloxone", np.float64),
        ("decay", np.float64, (N_MODES,)),
        ("mean", np.float64, (N_MODES,)),
        ("speed", np.float64, (N_DRUGS,)),
        ("background_score", np.float64),  # COWS points from other causes, counted beside signs of withdrawal
        ("prescribed_mg", np.float64),  # a day, as mg of heroin that reach blood; 0: none is prescribed
        ("custody_per_year", np.float64),  # how often people in use are taken into custody
        ("custody_days", np.float64),  # mean length of a stay in custody
        ("custody_treated", np.float64),  # chance that treatment goes on in such a stay
    ]
)

STATE = np.dtype(
    [
        ("modes", np.float64, (N_MODES,)),
        ("fast", np.float64),
        ("slow", np.float64),
        ("sensitisation", np.float64),
        ("held", np.float64),
        ("lagged", np.float64),
        ("sick_now", np.float64),  # felt withdrawal at the end of the day, 0..
        ("signal_low", np.float64),  # lowest agonist signal of the day
        ("habit", np.float64),
        ("sought", np.int64),  # 1: the last use was one the person would have sought, not only accepted
        ("novelty", np.float64),  # 1 at first use, fading
        ("rebuilt", np.float64),  # restraint regained by abstinence, 0..1
        ("background_death", np.float64),  # per year at this age
        ("carried_death", np.float64),  # more per year, from diseases carried since dependence began
        ("use_death", np.float64),  # more per year in use outside care
        ("criteria", np.int64),  # DSM-5 criteria met within twelve months
        ("dependence_items", np.int64),  # ICD-10 items met within twelve months
        ("stress", np.float64),
        ("dose_mg", np.float64),  # usual size of one dose
        ("use28", np.float64),  # share of days with use, running mean over four weeks
        ("doses28", np.float64),
        ("sick28", np.float64),
        ("wish28", np.float64),
        ("week", np.int64),  # bits: use on each of the last seven days
        ("last_use", np.int64),
        ("met", np.int64, (N_CRITERIA,)),  # last day each criterion was met
        ("disorder_day", np.int64),
        ("dependence_day", np.int64),
        ("dependent", np.int64),
        ("attempt", np.float64),  # intention of the present attempt to stop, logits
        ("attempt_day", np.int64),
        ("attempts", np.int64),
        ("attempt_hazard", np.float64),
        ("attempt_wait", np.float64),
        ("overdose_hazard", np.float64),
        ("overdose_wait", np.float64),
        ("weighed", np.int64),  # 1: what is to be expected of a day's uses is worked out
        ("expected_overdoses", np.float64),  # of today, by the chances of its uses
        ("expected_deaths", np.float64),  # by overdose, of today, over all that may happen then
        ("overdoses", np.int64),
        ("overdoses_hypoxic", np.int64),  # survived because help reversed a collapse
        ("overdoses_meant", np.int64),  # attempts at suicide
        ("brain_injuries", np.int64),  # lasting, after overdoses that were brought to hospital
        ("brain_injury_day", np.int64),  # day of the first, NEVER before
        ("beside", np.int64),  # what was there today beside a use or an overdose: sum of ``BESIDE``
        ("fentanyl", np.float64),  # share of bags with fentanyl in the supply now
        ("purity", np.float64),  # content of bags over what people take it to be
        ("death_hazard", np.float64),
        ("death_wait", np.float64),
        ("programme", np.int64),
        ("programme_day", np.int64),
        ("leave_hazard", np.float64),  # of leaving the present stay, summed over its days
        ("leave_wait", np.float64),  # the sum at which the stay ends
        ("stays", np.int64),
        ("left_day", np.int64),  # day the last stay ended, NEVER before
        ("medicine_days", np.int64),  # doses taken since the start or the last break of several days
        ("missed", np.int64),  # doses missed in a row
        ("depot_day", np.int64),  # day of the last depot of this stay
        ("depot_mg", np.float64),  # buprenorphine left in depots, as mg of tablets
        ("blockade", np.float64),  # naltrexone load from depots and tablets
        ("tablets", np.float64),  # part of it from tablets
        ("support", np.int64),  # what goes with care today: sum of ``care.WITH_...``
        ("overdose_day", np.int64),  # last survived overdose, NEVER before
        ("released_day", np.int64),  # last release from custody, NEVER before
        ("high", np.float64),  # high of a use on the last day of use, 0..1
        ("used_mg", np.float64),  # size of a use on that day
        ("occupied", np.float64),  # share of receptors held by medicines when the day begins, in care
        ("step_day", np.int64, (20,)),  # day each plan step last began, NEVER before
        ("step_over", np.int64, (20,)),  # day it last ended
        ("familiar", np.float64),
        ("peers", np.int64),
        ("availability", np.float64),  # chance of finding heroin on a day it is sought
        ("circle", np.float64),  # 1 among people who use, fading without use
        ("at_hand", np.float64),  # share of days on which heroin is at hand unsought
        ("stress_shift", np.float64),
        ("restraint_shift", np.float64),  # restraint that new surroundings add, logits
        ("alive", np.int64),
        ("initiation_hazard", np.float64),
        ("initiation_wait", np.float64),
        ("prescribed_day", np.int64),  # last day with a prescribed opioid, NEVER before
        ("usual_signal", np.float64),  # lowest agonist signal of a day on the full prescription
        ("calm", np.float64),  # part of noradrenergic signs left by lofexidine or clonidine today; 1 without
        ("stay_ratio", np.float64),  # how easily this stay is left beside others of the person
        ("service_ratio", np.float64),  # how easily people leave the service of this stay, over ordinary care
        ("place", np.int64),  # OUTSIDE, IN_CUSTODY or IN_HOSPITAL
        ("place_day", np.int64),  # day it began
        ("place_until", np.int64),  # day it ends
        ("familiar_outside", np.float64),  # ``familiar`` as it will be again outside
        ("custody_hazard", np.float64),
        ("custody_wait", np.float64),
        ("custodies", np.int64),
    ]
)

NEVER = -(10**6)
MOST_STEPS = 20

# What a plan step does and when it begins.
KEEP_RULE, CUT_BACK, STOP, DETOXIFICATION, METHADONE_CARE, BUPRENORPHINE_CARE, CHANGE_SETTING = range(1, 8)
NALTREXONE_CARE, DEPOT_CARE = range(8, 10)
CUT_PRESCRIPTION, CUSTODY_STAY, HOSPITAL_STAY, RESIDENTIAL_CARE, HEROIN_CARE = range(10, 15)
CHANGE_SUPPLY, TAPER_MEDICINE = 15, 16
EMERGENCY_START, SLOW_MORPHINE_CARE, TABLET_CARE, CONTINGENCY, COUNSELLING = range(17, 22)
STEP_CODES = {  # steps of a plan by their names in scenarios
    "keep_rule": KEEP_RULE,
    "cut_back": CUT_BACK,
    "stop": STOP,
    "detoxification": DETOXIFICATION,
    "methadone": METHADONE_CARE,
    "buprenorphine": BUPRENORPHINE_CARE,
    "change_setting": CHANGE_SETTING,
    "change_supply": CHANGE_SUPPLY,
    "naltrexone_depot": NALTREXONE_CARE,
    "buprenorphine_depot": DEPOT_CARE,
    "cut_prescription": CUT_PRESCRIPTION,
    "taper": TAPER_MEDICINE,
    "custody": CUSTODY_STAY,
    "hospital": HOSPITAL_STAY,
    "residential": RESIDENTIAL_CARE,
    "heroin_assisted": HEROIN_CARE,
    "emergency_start": EMERGENCY_START,
    "slow_release_morphine": SLOW_MORPHINE_CARE,
    "naltrexone_tablets": TABLET_CARE,
    "contingency_management": CONTINGENCY,
    "counselling": COUNSELLING,
}
AT_START, WHEN_DEPENDENT, ON_DAY, WHEN_LEFT_CARE, AFTER_OVERDOSE, IN_CUSTODY_NOW, AFTER_RELEASE = range(7)

# What is written down of a day's use and overdose, as powers of two.
BESIDE_ALCOHOL, BESIDE_BENZODIAZEPINES, BESIDE_GABAPENTINOIDS = 1, 2, 4
BESIDE_SOMEBODY, BESIDE_FENTANYL, BESIDE_HOURS = 8, 16, 32  # the last: died over hours, not at once
BESIDE_STIMULANTS = 64

# Programmes a person can be in, in the order of the tables; where a person is.
NONE, DETOX, METHADONE, BUPRENORPHINE, NALTREXONE, DEPOT, HEROIN_ASSISTED, RESIDENTIAL, PRESCRIBED = range(9)
SLOW_MORPHINE, NALTREXONE_TABLETS = 9, 10
OUTSIDE, IN_CUSTODY, IN_HOSPITAL = range(3)

STEP = np.dtype(
    [
        ("do", np.int64),
        ("when", np.int64),
        ("delay", np.int64),  # days after the start, after dependence begins, after leaving care, or the day
        ("again", np.int64),  # days after it ended until it begins anew; 0 never
        ("uptake", np.float64),
        ("a", np.float64),
        ("b", np.float64),
        ("c", np.float64),
        ("flag", np.int64),
        ("d", np.float64),
    ]
)

# All steps of a plan.
PLAN = np.dtype([("count", np.int64), ("step", STEP, (MOST_STEPS,))])

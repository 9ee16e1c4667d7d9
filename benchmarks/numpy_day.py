"""The day loop written plainly with NumPy: arrays over people, day by day, 24 hourly steps where needed.

The same equations and the same record of inputs as ``papaver.person.day``, for people at first use under no
plan; luck comes from NumPy's own generator, so only aggregates agree. Quiet days are leapt over here too.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from papaver.body.kinetics import FIRST_MODE, HEROIN, MODES_OF, build_kinetics
from papaver.body.overdose import COLLAPSE, LOAD_POINTS, SHIFT_POINTS, UNROUSABLE, build_table
from papaver.person.parameters import parameter_record
from papaver.person.records import CRITERIA, NEVER, TRAITS
from papaver.population.job import Job, cohort_record

HOURS = 24
SMALLEST_LOAD = 1e-9
MODES = slice(FIRST_MODE[HEROIN], FIRST_MODE[HEROIN] + MODES_OF[HEROIN])
STATE = (
    *("fast", "slow", "sensitisation", "held", "lagged", "sick_now", "signal_low", "habit", "rebuilt"),
    *("background_death", "stress", "use28", "doses28", "wish28", "sick28", "attempt", "attempt_hazard"),
    *("overdose_hazard", "death_hazard", "use_days", "overdoses", "days_alive", "criteria"),
)


def simulate(inputs: Any, people: int, days: int, seed: int) -> dict[str, np.ndarray]:
    """Per person: use days, overdoses, days alive, ever dependent, dependent at the end, dead by overdose."""
    rng = np.random.default_rng(seed)
    p = parameter_record(inputs)[0]
    kinetics, table = build_kinetics(inputs), build_table(p)[0]
    w = draw_people(inputs, p, kinetics, people, rng)
    s = start(w, p, people, rng)
    for day in range(days):
        drift(s, w, p, day, rng)
        seek_to_stop(s, p, day, rng)
        doses, wish = decide_use(s, w, p, day, rng)
        grid = np.zeros((people, HOURS))
        use_heroin(s, w, p, kinetics, table, doses, day, grid, rng)
        worst = advance_bodies(s, w, p, kinetics, doses, grid)
        follow_course(s, w, p, day, doses, wish, worst)
        other_death(s, p, day)
        s.days_alive += ~s.died_before
        s.died_before = ~s.alive
    recent = days - 1 - s.last_use < p["abstinent_days"]
    return {
        "use_days": s.use_days,
        "overdoses": s.overdoses,
        "days_alive": s.days_alive,
        "ever_dependent": s.dependence_day > NEVER,
        "dependent_at_end": s.alive & s.dependent & recent,
        "dead_overdose": s.dead_overdose,
    }


# ------------------------------------------------------------------------------------- who people are


def draw_people(inputs: Any, p: Any, kinetics: Any, people: int, rng: np.random.Generator) -> Any:
    """Set and setting, budget, body: one array per property."""
    cohort = cohort_record(Job(days=1), inputs)[0]
    w = SimpleNamespace(number=np.arange(people))
    for place, name in enumerate(TRAITS):
        setattr(w, name, rng.random(people) < cohort["share"][place])
    normal = {name: rng.standard_normal(people) for name in ("age", "liability", "restrained", "budget")}
    w.age_years = cohort["age_years"] * np.exp(cohort["age_log_sd"] * normal["age"])
    w.liability = normal["liability"]
    w.urge = p["urge_base"] + p["liability_sd"] * w.liability
    for name in (*TRAITS[:8], "homeless", "unemployed"):
        w.urge = w.urge + p[f"effect_{name}"] * getattr(w, name)
    norms = p["effect_strong_norms"] * w.strong_norms
    w.restraint = p["restraint_sd"] * normal["restrained"] + norms - p["liability_restraint"] * w.liability
    w.stress_mean = cohort["stress"] + p["stress_of_hardship"] * w.homeless
    w.availability, w.alone, w.naloxone = cohort["availability"], cohort["alone"], cohort["naloxone"]
    w.reaches_blood = np.where(w.injects, 1.0, p["smoked_reaches_blood"])
    w.route_reward = np.where(w.injects, 1.0, p["smoked_reward"])
    w.first_dose_mg = p["first_dose_units"] * cohort["dose_unit_mg"]
    w.budget_mg = p["budget_units"] * cohort["dose_unit_mg"] * np.exp(p["budget_sd"] * normal["budget"])
    w.frailty = np.exp(p["frailty_sd"] * rng.standard_normal(people))
    w.overdose_offset = p["overdose_person_sd"] * rng.standard_normal(people)
    w.criteria_factor = np.exp(p["criteria_spread"] * rng.standard_normal(people))
    speed = np.exp(p["morphine_speed_sd"] * rng.standard_normal(people))
    x = kinetics["rate"][MODES] * speed[:, None]
    w.decay = np.exp(-x)
    w.mean = (1.0 - w.decay) / x
    return w


def start(w: Any, p: Any, people: int, rng: np.random.Generator) -> Any:
    """State before the first use."""
    s = SimpleNamespace(**{name: np.zeros(people) for name in STATE})
    s.modes = np.zeros((people, MODES_OF[HEROIN]))
    s.met = {name: np.full(people, NEVER) for name in CRITERIA}
    s.week = np.zeros((people, 7), bool)
    for name in ("last_use", "attempt_day", "disorder_day", "dependence_day"):
        setattr(s, name, np.full(people, NEVER))
    s.dose_mg = np.full(people, w.first_dose_mg)
    s.novelty = np.ones(people)
    s.alive, s.dependent = np.ones(people, bool), np.zeros(people, bool)
    s.dead_overdose, s.died_before = np.zeros(people, bool), np.zeros(people, bool)
    s.overdose_wait, s.death_wait, s.attempt_wait = rng.standard_exponential((3, people))
    s.stress = rng.standard_normal(people)
    return s


# ----------------------------------------------------------------------------------------- one day


def is_weekday(w: Any, day: int) -> np.ndarray:
    return np.full(len(w.number), True) if day == 0 else (day + w.number) % 7 == 0


def drift(s: Any, w: Any, p: Any, day: int, rng: np.random.Generator) -> None:
    at = np.flatnonzero(is_weekday(w, day))
    kept = np.exp(-7.0 / p["stress_days"])
    s.stress[at] = kept * s.stress[at] + np.sqrt(1.0 - kept * kept) * rng.standard_normal(len(at))
    age = w.age_years[at] + day / p["year_days"]
    older = p["background_death_growth"] * (age - p["background_death_age"])
    s.background_death[at] = p["background_death"] * np.exp(older)


def attempt(s: Any, p: Any, at: np.ndarray, day: int, rng: np.random.Generator) -> None:
    s.attempt[at] = np.maximum(s.attempt[at], p["attempt_strength"] * rng.standard_exponential(len(at)))
    s.attempt_day[at] = day


def seek_to_stop(s: Any, p: Any, day: int, rng: np.random.Generator) -> None:
    s.attempt *= p["attempt_kept"]
    trying = s.alive & (day - s.last_use <= p["break_days"]) & (s.criteria >= p["disorder_criteria"])
    s.attempt_hazard += trying * p["attempts_per_year"] / p["year_days"]
    at = np.flatnonzero(trying & (s.attempt_hazard >= s.attempt_wait))
    attempt(s, p, at, day, rng)
    s.attempt_hazard[at] = 0.0
    s.attempt_wait[at] = rng.standard_exponential(len(at))


def decide_use(s: Any, w: Any, p: Any, day: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    people = len(s.alive)
    if day == 0:
        return np.ones(people, np.int64), np.ones(people)
    cue = 1.0 + p["urge_peers"] * w.peers_use
    sick = np.minimum(1.0, s.sick_now)
    urge = (
        w.urge
        + p["urge_novelty"] * s.novelty
        + p["urge_habit"] * s.habit * cue
        + p["urge_withdrawal"] * sick
        + p["urge_stress"] * (s.stress + w.stress_mean)
        + p["urge_momentum"] * s.week[:, 0]
        - p["urge_quieted"] * s.signal_low
    )
    restraint = w.restraint + s.attempt + p["restraint_recovery"] * s.rebuilt
    wish = 1.0 / (1.0 + np.exp(restraint - urge))
    uses = s.alive & (rng.random(people) < wish) & (rng.random(people) < w.availability)
    extra = rng.poisson(p["extra_doses"] * s.habit * (1.0 + sick))
    return uses * (1 + np.minimum(extra, int(p["most_doses"]) - 1)), wish


def tolerance_shift(s: Any, at: np.ndarray, ceiling: float, p: Any) -> np.ndarray:
    level = p["tolerance_fast_share"] * s.fast[at] + (1.0 - p["tolerance_fast_share"]) * s.held[at]
    return 1.0 + (ceiling - 1.0) * np.minimum(1.0, level / p["tolerance_full"])


def probability(
    table: Any, which: int, load: np.ndarray, offset: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    x = (np.log(np.maximum(load, 1e-300)) + offset - table["load_low"]) / table["load_step"]
    x = np.clip(x, 0.0, LOAD_POINTS - 1.0)
    y = np.clip(np.log(shift) / table["shift_step"], 0.0, SHIFT_POINTS - 1.0)
    i, j = np.minimum(x.astype(int), LOAD_POINTS - 2), np.minimum(y.astype(int), SHIFT_POINTS - 2)
    fx, fy, v = x - i, y - j, table["value"][which]
    low = v[i, j] * (1.0 - fy) + v[i, j + 1] * fy
    high = v[i + 1, j] * (1.0 - fy) + v[i + 1, j + 1] * fy
    return np.where(load > 0.0, low * (1.0 - fx) + high * fx, 0.0)


def use_heroin(
    s: Any,
    w: Any,
    p: Any,
    kinetics: Any,
    table: Any,
    doses: np.ndarray,
    day: int,
    grid: np.ndarray,
    rng: np.random.Generator,
) -> None:
    at = np.flatnonzero(doses)
    count = doses[at]
    shift = tolerance_shift(s, at, p["tolerance_high"], p)
    wanted = np.minimum(w.first_dose_mg * shift, w.budget_mg[at] * p["largest_budget_share"])
    e = p["return_elasticity"]
    long_idle = day - s.last_use[at] >= p["break_days"]
    back = s.dose_mg[at] ** (1.0 - e) * wanted**e
    usual = s.dose_mg[at] + (wanted - s.dose_mg[at]) * p["dose_chase_per_day"]
    s.dose_mg[at] = np.maximum(np.where(long_idle, back, usual), w.first_dose_mg)
    each = np.minimum(s.dose_mg[at], w.budget_mg[at] / count)
    each = np.maximum(each, np.minimum(w.first_dose_mg, s.dose_mg[at]))
    reach = each * w.reaches_blood[at]
    for j in range(int(count.max(initial=0))):
        more = count > j
        hour = np.where(count == 1, 14, 8 + 14 * j // np.maximum(1, count - 1))
        grid[at[more], hour[more]] += reach[more]
    before = np.maximum(0.0, s.modes[at].sum(axis=1))
    peak = before + kinetics["peak_load_per_mg"] * reach
    half = p["high_half_load"] * shift
    felt = np.maximum(0.0, peak / (peak + half) - before / (before + half)) * w.route_reward[at]
    gain = p["habit_gain"] * np.exp(p["habit_liability"] * w.liability[at])
    s.habit[at] += (1.0 - s.habit[at]) * (1.0 - np.exp(-gain * felt))
    breath = tolerance_shift(s, at, p["tolerance_breathing"], p)
    load = peak - adapted_load(s.fast[at], p)
    chance = probability(table, UNROUSABLE, load, w.overdose_offset[at], breath)
    s.overdose_hazard[at] -= count * np.log1p(-np.minimum(chance, p["largest_chance"]))
    s.last_use[at] = day
    s.use_days[at] += 1
    over = s.overdose_hazard[at] >= s.overdose_wait[at]
    if over.any():
        collapse = probability(table, COLLAPSE, load[over], w.overdose_offset[at[over]], breath[over])
        suffer_overdose(
            s, w, p, at[over], collapse / np.maximum(chance[over], p["smallest_chance"]), day, rng
        )


def adapted_load(fast: np.ndarray, p: Any) -> np.ndarray:
    return fast / (1.0 - np.minimum(fast, p["largest_chance"]))


def suffer_overdose(
    s: Any, w: Any, p: Any, at: np.ndarray, collapse: np.ndarray, day: int, rng: np.random.Generator
) -> None:
    u = rng.random((7, len(at)))
    s.overdoses[at] += 1
    s.overdose_hazard[at] = 0.0
    s.overdose_wait[at] = rng.standard_exponential(len(at))
    public = u[0] < p["overdose_in_public"]
    seen = u[1] < np.where(public, p["seen_in_public"], 1.0 - w.alone)
    near = np.where(public, 1.0, p["ambulance_in_private_ratio"])
    called = seen & (u[2] < p["ambulance_in_public"] * near)
    given = seen & (u[3] < w.naloxone)
    help_ = np.where(given, p["death_ratio_naloxone"], np.where(called, p["death_ratio_ambulance"], 1.0))
    dies = u[4] < collapse * help_
    s.alive[at[dies]], s.dead_overdose[at[dies]] = False, True
    shaken = called & ~dies & (u[5] < p["hospital_after_ambulance"]) & (u[6] < p["attempt_after_hospital"])
    attempt(s, p, at[shaken], day, rng)


def gap(fast: np.ndarray, slow: np.ndarray, signal: Any, p: Any) -> np.ndarray:
    set_point = (1.0 - p["slow_weight"]) * fast + p["slow_weight"] * slow
    return np.maximum(0.0, set_point - signal - p["gap_dead_zone"])


def advance_bodies(s: Any, w: Any, p: Any, kinetics: Any, doses: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """24 hourly steps for those with drug or a gap, one closed step for the others; worst felt of the day."""
    hour = [p["fast_hours"], *(HOURS * p[name] for name in ("slow_days", "sensitisation_days"))]
    hour += [HOURS * p["tolerance_gain_days"], HOURS * p["tolerance_loss_half_life_days"] / np.log(2.0)]
    a, b, c, gained, lost, lag = np.exp(-1.0 / np.array([*hour, p["symptom_lag_hours"]]))
    busy = (doses > 0) | (gap(s.fast, s.slow, 0.0, p) > 0.0) | (np.abs(s.modes) > SMALLEST_LOAD).any(axis=1)
    busy &= ~s.died_before
    quiet, at = np.flatnonzero(~busy), np.flatnonzero(busy)
    both = (1.0 - c) * a * (a**HOURS - c**HOURS) / (a - c)
    s.sensitisation[quiet] = c**HOURS * s.sensitisation[quiet] + both * s.fast[quiet]
    s.fast[quiet] *= a**HOURS
    s.slow[quiet] *= b**HOURS
    s.held[quiet] *= lost**HOURS
    for name in ("lagged", "sick_now", "signal_low"):
        getattr(s, name)[quiet] = 0.0
    modes, fast, slow, sens, held, lagged = (
        getattr(s, name)[at] for name in ("modes", "fast", "slow", "sensitisation", "held", "lagged")
    )
    decay, mean, frailty, gain = w.decay[at], w.mean[at], w.frailty[at], kinetics["gain"][MODES]
    worst, lowest, felt = np.zeros(len(at)), np.ones(len(at)), np.zeros(len(at))
    dosed = grid[at]
    for step in range(HOURS):
        modes += dosed[:, step, None] * gain
        load = np.maximum(0.0, (modes * mean).sum(axis=1))
        modes *= decay
        signal = load / (1.0 + load)
        fast = signal + (fast - signal) * a
        slow = signal + (slow - signal) * b
        sens = fast + (sens - fast) * c
        held = signal + (held - signal) * np.where(signal > held, gained, lost)
        powered = (gap(fast, slow, signal, p) / p["gap_half"]) ** p["gap_hill"]
        scale = p["first_days_share"] + (1.0 - p["first_days_share"]) * np.minimum(
            1.0, sens / p["sensitisation_full"]
        )
        felt = powered / (1.0 + powered) * scale * frailty
        lagged = np.where(felt <= lagged, felt, felt + (lagged - felt) * lag)
        worst, lowest = np.maximum(worst, felt), np.minimum(lowest, signal)
    s.modes[at], s.fast[at], s.slow[at], s.sensitisation[at], s.held[at] = modes, fast, slow, sens, held
    s.lagged[at], s.sick_now[at], s.signal_low[at] = lagged, felt, lowest
    whole = np.zeros(len(s.alive))
    whole[at] = worst
    return whole


def follow_course(
    s: Any, w: Any, p: Any, day: int, doses: np.ndarray, wish: np.ndarray, worst: np.ndarray
) -> None:
    used = doses > 0
    s.week = np.roll(s.week, 1, axis=1)
    s.week[:, 0] = used
    s.novelty *= p["novelty_kept"]
    s.habit *= p["habit_kept"]
    s.rebuilt = np.where(used, 0.0, 1.0 + (s.rebuilt - 1.0) * p["recovery_kept"])
    sick = worst >= p["sick_intensity"]
    for name, now in (("use28", used), ("doses28", doses), ("wish28", wish), ("sick28", sick)):
        setattr(s, name, now + (getattr(s, name) - now) * p["month_kept"])
    week = is_weekday(w, day)
    mark_criteria(s, w, p, day, np.flatnonzero(week & (day - s.last_use <= p["month_days"])))
    at = np.flatnonzero(week)
    met = {name: day - last[at] < p["criteria_days"] for name, last in s.met.items()}
    s.criteria[at] = sum(each.astype(int) for each in met.values())
    items = sum(
        each.astype(int)
        for each in (
            met["craving"],
            met["larger_or_longer"] | met["cannot_cut_down"],
            met["withdrawal"],
            met["tolerance"],
            met["much_time"] | met["given_up"],
            met["despite_harm"] | met["hazardous"],
        )
    )
    begins = at[~s.dependent[at] & (items >= p["dependence_criteria"])]
    ends = at[s.dependent[at] & (items == 0)]
    s.dependence_day[begins] = np.where(s.dependence_day[begins] == NEVER, day, s.dependence_day[begins])
    s.dependent[begins], s.dependent[ends] = True, False


def mark_criteria(s: Any, w: Any, p: Any, day: int, at: np.ndarray) -> None:
    f, use = w.criteria_factor[at], s.use28[at]
    intended = np.where(w.strong_norms[at], p["intended_share_norms"], p["intended_share"])
    tried = s.attempt_day[at]
    today = {
        "larger_or_longer": use > f * p["criterion_excess"] * intended,
        "cannot_cut_down": (tried > NEVER)
        & (s.last_use[at] > tried)
        & (day - tried <= p["criterion_attempt_days"]),
        "much_time": s.doses28[at] > f * p["criterion_time_doses"],
        "craving": s.wish28[at] > f * p["criterion_craving"],
        "roles": (use > f * p["criterion_roles"]) & ~w.unemployed[at],
        "social": use > f * p["criterion_social"],
        "given_up": use > f * p["criterion_given_up"],
        "hazardous": w.injects[at] & (use > f * p["criterion_hazard"]),
        "despite_harm": (s.overdoses[at] > 0) & (use > f * p["criterion_despite"]),
        "tolerance": tolerance_shift(s, at, p["tolerance_high"], p) > 1.0 + f * p["criterion_tolerance"],
        "withdrawal": s.sick28[at] > f * p["criterion_withdrawal"],
    }
    for name, now in today.items():
        s.met[name][at[now]] = day


def other_death(s: Any, p: Any, day: int) -> None:
    excess = s.dependent & (day - s.last_use < p["abstinent_days"])
    yearly = s.background_death + np.where(excess, p["excess_death_untreated"], 0.0)
    s.death_hazard += s.alive * yearly / p["year_days"]
    s.alive &= s.death_hazard < s.death_wait

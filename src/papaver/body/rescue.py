"""Rescue as a race: how long until breathing fails for good, against how long until help comes.

Virtual people take a dose. Those whom it leaves unrousable or blue are noticed after a while if somebody is
there; naloxone is given if it is at hand, an ambulance ventilates when it arrives if it was called. Whoever
collapses before being ventilated dies; naloxone counts only through what it does to breathing, so it may come
too late, be too little, or wear off before the opioid does (renarcotisation). Not advice for an emergency:
call for help, give naloxone, stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver.body.constants import values
from papaver.body.drugs import entry_of
from papaver.body.exposure import follow
from papaver.body.overdose_people import (
    SECONDS,
    Bodies,
    Setting,
    Taken,
    chosen,
    draw_bodies,
    intake,
    patient_columns,
    personal_ligands,
    setting,
    signals,
    take,
    watch,
)
from papaver.body.regimen import Dose
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers
from papaver.evidence.sampling import uniforms

if TYPE_CHECKING:
    import polars

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
Mask = npt.NDArray[np.bool_]

OUTCOMES = (
    "stayed_rousable",
    "recovered_alone",
    "recovered_with_naloxone",
    "recovered_with_ambulance",
    "died_unseen",
    "died_before_naloxone",
    "died_despite_naloxone",
    "died_when_naloxone_wore_off",
    "died_help_too_late",
)
DEATHS = tuple(name for name in OUTCOMES if name.startswith("died"))
MINUTE = 60


@dataclass(frozen=True)
class Naloxone:
    """What a helper gives: ``doses`` of ``mg`` each by ``route`` (of a ``product``), ``gap_min`` apart, the
    first ``delay_min`` after noticing."""

    route: str
    mg: float
    product: str | None = None
    doses: int = 1
    delay_min: float = 1.0
    gap_min: float = 2.0


@dataclass(frozen=True)
class Help:
    """Who may come, and how fast.

    ``somebody``: chance that somebody is there who can notice; ``notice_min``: median minutes from being
    unrousable or blue to being noticed, with ``notice_sd`` (log units) around it; ``naloxone``: what is
    given, with chance ``naloxone_at_hand``; ``call``: chance that an ambulance is called, ``call_min`` after
    noticing; ``ambulance_min``: median minutes from the call until it ventilates, with ``ambulance_sd``.
    """

    somebody: float
    notice_min: float
    notice_sd: float
    naloxone: Naloxone | None
    naloxone_at_hand: float
    call: float
    call_min: float
    ambulance_min: float
    ambulance_sd: float


def usual_help(numbers: Numbers | None = None, *, public: float | None = None) -> Help:
    """Help as the inputs have it: the 4 mg nasal spray where somebody carries one.

    ``public``: 1 in a public place, 0 at home, between them a mixture; the usual mixture unless given.
    """
    p = central_numbers() if numbers is None else numbers
    share = p["overdose_in_public"] if public is None else public
    at_home, call_at_home = p["seen_in_private_ratio"], p["ambulance_in_private_ratio"]
    spray = Naloxone(
        "intranasal",
        p["rescue_spray_mg"],
        "4 mg spray",
        delay_min=p["rescue_naloxone_delay_min"],
        gap_min=p["rescue_naloxone_gap_min"],
    )
    return Help(
        somebody=p["seen_in_public"] * (share + (1.0 - share) * at_home),
        notice_min=p["rescue_notice_min"],
        notice_sd=p["rescue_notice_sd"],
        naloxone=spray,
        naloxone_at_hand=p["naloxone_nearby"],
        call=p["ambulance_in_public"] * (share + (1.0 - share) * call_at_home),
        call_min=p["rescue_call_min"],
        ambulance_min=p["rescue_ambulance_min"],
        ambulance_sd=p["rescue_ambulance_sd"],
    )


def check_help(given: Help) -> None:
    """Raise InputError naming every number of a ``Help`` that makes no sense."""
    faults = []
    for name in ("somebody", "naloxone_at_hand", "call"):
        if not 0.0 <= getattr(given, name) <= 1.0:
            faults.append(Fault("is not a chance.", "Give 0 to 1.", field=name))
    times = {f.name: getattr(given, f.name) for f in fields(Help) if f.name.endswith(("_min", "_sd"))}
    drug = given.naloxone
    if drug is not None:
        entry_of("naloxone", drug.route, drug.product)
        times |= {"delay_min": drug.delay_min, "gap_min": drug.gap_min}
        if drug.doses < 1 or not (np.isfinite(drug.mg) and drug.mg > 0.0):
            faults.append(Fault("needs one dose or more, above 0 mg.", field="naloxone"))
    for name, value in times.items():
        if not (value >= 0.0 and np.isfinite(value)):
            faults.append(Fault(f"{value} is not a time or a spread.", "Give 0 or more.", field=name))
    if faults:
        raise InputError(faults)


@dataclass(frozen=True)
class Race:
    """What became of each person, one entry each; times in minutes from the dose, nan where there was none.

    ``outcome``: place in ``OUTCOMES``; ``in_danger``: unrousable or blue; ``noticed``, ``naloxone``,
    ``ambulance``: help; ``collapse``: breathing had failed for good, with the help that came; ``again``:
    unrousable once more after naloxone.
    """

    outcome: npt.NDArray[np.int64]
    in_danger: Floats
    noticed: Floats
    naloxone: Floats
    ambulance: Floats
    collapse: Floats
    again: Floats

    def shares(self) -> dict[str, float]:
        """Share of people by outcome."""
        return {name: float((self.outcome == k).mean()) for k, name in enumerate(OUTCOMES)}

    @property
    def died(self) -> float:
        """Share of people who died."""
        return sum(share for name, share in self.shares().items() if name in DEATHS)

    @property
    def died_of_overdoses(self) -> float:
        """Share of those left unrousable or blue who died; nan where nobody was."""
        there = np.isfinite(self.in_danger)
        return self.died / float(there.mean()) if there.any() else float("nan")

    @property
    def renarcotised(self) -> float:
        """Share of those whom naloxone reached alive who became unrousable again (nan: it reached nobody)."""
        alive = np.isfinite(self.naloxone) & ~(self.collapse <= self.naloxone)
        return float(np.isfinite(self.again[alive]).mean()) if alive.any() else float("nan")

    def medians(self) -> dict[str, float]:
        """Median minutes from the dose of each event among those whom it happened to (nan: nobody)."""
        names = ("in_danger", "noticed", "naloxone", "ambulance", "collapse", "again")
        return {name: _median(getattr(self, name)) for name in names}

    def to_polars(self) -> polars.DataFrame:
        """One row per person."""
        import polars

        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "outcome"}
        return polars.DataFrame({"outcome": np.array(OUTCOMES)[self.outcome], **columns})


def _median(times: Floats) -> float:
    seen = times[np.isfinite(times)]
    return float(np.median(seen)) if seen.size else float("nan")


def race(
    intake_name: str,
    mg: float,
    given: Help | None = None,
    *,
    people: int = 200,
    seed: int = 1,
    hours: float | None = None,
    numbers: Numbers | None = None,
    threads: int = 2,
    **axes: float,
) -> Race:
    """Run the race for ``people`` who take ``mg`` of a class of intake (``overdose_people.intakes``).

    ``given``: the help (``usual_help`` unless given). ``hours``: how long they are watched (at least as long
    as the class asks for; so long that naloxone wears off unless given). ``axes``: tolerance, sedation, lung,
    apnoea, old, present, as in ``overdose_people.setting``. The same seed has the same people, luck and
    delays whatever the help, so runs can be compared person by person. Raises InputError for a dose, help or
    axis that makes no sense.
    """
    p = central_numbers() if numbers is None else numbers
    plan = usual_help(p) if given is None else given
    check_help(plan)
    if not (np.isfinite(mg) and mg > 0.0):
        raise InputError(Fault(f"{mg} is not a dose.", "Give mg above 0.", field="mg"))
    one = intake(intake_name)
    one = one._replace(window_h=max(one.window_h, p["rescue_watch_h"] if hours is None else hours))
    bodies, at = draw_bodies(people, seed, p), setting(people, **axes)
    taken, patients = take(one, bodies, p), patient_columns(bodies, at, p)
    doses = np.full(people, float(mg))
    alone = watch(taken, doses, at, patients, p, threads=threads)
    danger = np.fmin(alone.unrousable_s, alone.cyanosed_s)
    noticed, naloxone, ambulance = help_times(plan, danger, seed)
    collapse = alone.collapse_s.copy()
    again = np.full(people, np.nan)
    second = np.full(people, np.nan)
    reached = np.isfinite(naloxone) & ~(collapse <= naloxone)
    if reached.any() and plan.naloxone is not None:
        crowd = Crowd(chosen(taken, reached), _some(bodies, reached), _at(at, reached), doses[reached])
        columns = {name: column[reached] for name, column in patients.items()}
        course = crowd.with_naloxone(plan.naloxone, naloxone[reached], p)
        helped = watch(crowd.taken, crowd.doses, crowd.at, columns, p, given=course, threads=threads)
        collapse[reached] = helped.collapse_s
        again[reached], second[reached] = crowd.later(course, naloxone[reached], columns, p, threads)
    outcome = judge(danger, noticed, naloxone, ambulance, collapse, alone.collapse_s, second)
    times = (danger, noticed, naloxone, ambulance, np.fmin(collapse, second), again)
    return Race(outcome, *(seconds / MINUTE for seconds in times))


def help_times(plan: Help, danger: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
    """Seconds from the dose at which each person is noticed, gets naloxone, is ventilated; nan: never."""
    from scipy.special import ndtri

    def luck(name: str) -> Floats:
        return uniforms(seed, f"rescue:{name}", 1, danger.size)

    def delay(name: str, median_min: float, sd: float) -> Floats:
        return np.asarray(MINUTE * median_min * np.exp(sd * ndtri(luck(name))))

    seen = luck("somebody") < plan.somebody
    noticed = np.where(seen, danger + delay("notice", plan.notice_min, plan.notice_sd), np.nan)
    carried = plan.naloxone is not None and plan.naloxone_at_hand > 0.0
    wait = MINUTE * plan.naloxone.delay_min if plan.naloxone is not None else 0.0
    has = (luck("naloxone") < plan.naloxone_at_hand) & carried
    called = luck("call") < plan.call
    way = delay("ambulance", plan.ambulance_min, plan.ambulance_sd) + MINUTE * plan.call_min
    return noticed, np.where(has, noticed + wait, np.nan), np.where(called, noticed + way, np.nan)


@dataclass(frozen=True)
class Crowd:
    """Those whom naloxone reached before they had collapsed."""

    taken: Taken
    bodies: Bodies
    at: Setting
    doses: Floats

    def with_naloxone(self, drug: Naloxone, first_s: Floats, numbers: Numbers) -> Floats:
        """Agonist signal (people, times) with naloxone given to each at his or her own time."""
        hours = self.taken.hours
        fine = np.arange(0.0, hours[-1] * SECONDS, values("surface_design")["fine_s"]) / SECONDS
        dose = [Dose("naloxone", 0.0, drug.mg, drug.route, product=drug.product)]
        level = follow(dose, fine, self.bodies.people, numbers=numbers).site["naloxone"]
        total = np.zeros((self.doses.size, hours.size))
        for k in range(drug.doses):
            start = (first_s + k * MINUTE * drug.gap_min) / SECONDS
            for i in range(self.doses.size):
                total[i] += np.interp(hours - start[i], fine, level[i], left=0.0)
        known = {**self.taken.known, "naloxone": personal_ligands(self.bodies, numbers)["naloxone"]}
        both = replace(self.taken, known=known)
        return signals(both, self.doses, self.at.present, {"naloxone": np.maximum(total, 0.0)})

    def later(
        self, course: Floats, first_s: Floats, columns: Mapping[str, Floats], numbers: Numbers, threads: int
    ) -> tuple[Floats, Floats]:
        """Seconds from the dose at which each is unrousable, and collapses, once more.

        They are followed anew from when naloxone is strongest, which is when breathing has had its chance.
        """
        hours = self.taken.hours
        after = hours[None, :] >= first_s[:, None] / SECONDS
        lowest = np.argmin(np.where(after, course, np.inf), axis=1)
        start = hours[lowest]
        rest = np.stack([np.interp(hours + start[i], hours, course[i]) for i in range(start.size)])
        runs = watch(self.taken, self.doses, self.at, columns, numbers, given=rest, threads=threads)
        return runs.unrousable_s + start * SECONDS, runs.collapse_s + start * SECONDS


def _some(bodies: Bodies, which: Mask) -> Bodies:
    return Bodies(
        bodies.people.chosen(which),
        {name: column[which] for name, column in bodies.deviations.items()},
        {name: column[which] for name, column in bodies.rows.items()},
    )


def _at(at: Setting, which: Mask) -> Setting:
    return Setting(**{f.name: getattr(at, f.name)[which] for f in fields(Setting)})


def judge(
    danger: Floats,
    noticed: Floats,
    naloxone: Floats,
    ambulance: Floats,
    collapse: Floats,
    alone: Floats,
    second: Floats,
) -> npt.NDArray[np.int64]:
    """Outcome of each person (place in ``OUTCOMES``) from the times of a race (seconds, nan: never).

    ``collapse``: with the naloxone that was given; ``alone``: without help; ``second``: after naloxone has
    worn off. Ventilated in time means not later than the collapse.
    """
    failed = np.fmin(collapse, second)
    saved = ambulance <= np.where(np.isnan(failed), np.inf, failed)
    dies = np.isfinite(failed) & ~saved
    treated = np.isfinite(naloxone) & ~(alone <= naloxone)
    missed = ~(noticed < np.where(np.isnan(failed), np.inf, failed))
    ranks = (
        (np.isnan(danger), "stayed_rousable"),
        (~dies & saved & np.isfinite(ambulance), "recovered_with_ambulance"),
        (~dies & treated, "recovered_with_naloxone"),
        (~dies, "recovered_alone"),
        (missed, "died_unseen"),
        (treated & np.isnan(collapse), "died_when_naloxone_wore_off"),
        (treated, "died_despite_naloxone"),
        (np.isfinite(naloxone), "died_before_naloxone"),
        (np.ones_like(dies), "died_help_too_late"),
    )
    conditions = [condition for condition, _ in ranks]
    places = [np.full(danger.size, OUTCOMES.index(name)) for _, name in ranks]
    return np.asarray(np.select(conditions, places), np.int64)

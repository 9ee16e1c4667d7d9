"""Overdose and death: sedatives beside heroin, how dangerous a use is, help, and deaths from other causes.

Deaths other than by overdose have three parts. Everybody has the death rate of their age. Who was ever
dependent carries diseases of liver, heart, lungs and blood-borne infection on, in care and after the last use
as well, at a rate that grows with age as the general one does. Use outside care adds injury, violence,
suicide and acute infection at once; part of that comes with injecting alone. No cause acts on overdose.
"""

from __future__ import annotations

import math
from typing import Any

from papaver.body.overdose import COLLAPSE, UNROUSABLE, fentanyl_probability, probability, sedation_offset
from papaver.compiled import compiled
from papaver.person.behaviour import attempt
from papaver.person.care import treated
from papaver.person.records import (
    ALCOHOL,
    BENZODIAZEPINES,
    BESIDE_ALCOHOL,
    BESIDE_BENZODIAZEPINES,
    BESIDE_FENTANYL,
    BESIDE_GABAPENTINOIDS,
    BESIDE_HOURS,
    BESIDE_SOMEBODY,
    BESIDE_STIMULANTS,
    GABAPENTINOIDS,
    INJECTS,
    NEVER,
    OUTSIDE,
    STIMULANTS,
)
from papaver.randomness import CO_USE, OVERDOSE_OUTCOME, OVERDOSE_WAIT, exponential, uniforms


@compiled
def sedation_today(s: Any, w: Any, p: Any, table: Any, day: int, k0: int, k1: int) -> float:
    """Share of the wakefulness drive that alcohol, benzodiazepines and gabapentinoids take today.

    People with alcohol drink every day, people with the others take them on part of the days; several act on
    what the others leave. Which there are is written into ``s.beside``, stimulants too, which take nothing
    from breathing.
    """
    has = w.trait
    s.beside = 0
    if has[ALCOHOL] + has[BENZODIAZEPINES] + has[GABAPENTINOIDS] + has[STIMULANTS] == 0:
        return 0.0
    _, v, x, y = uniforms(w.number, day, CO_USE, 0, k0, k1)
    left = 1.0
    if has[ALCOHOL] == 1:
        left *= 1.0 - table.sedative[0]
        s.beside += BESIDE_ALCOHOL
    if has[BENZODIAZEPINES] == 1 and v < p.co_use_days:
        left *= 1.0 - table.sedative[1]
        s.beside += BESIDE_BENZODIAZEPINES
    if has[GABAPENTINOIDS] == 1 and x < p.co_use_days:
        left *= 1.0 - table.sedative[2]
        s.beside += BESIDE_GABAPENTINOIDS
    if has[STIMULANTS] == 1 and y < p.stimulant_days:
        s.beside += BESIDE_STIMULANTS
    return 1.0 - left


@compiled
def offset_today(w: Any, table: Any, threshold: int, lost: float) -> float:
    """How much more easily a person passes a threshold today (log units): their own, and sedatives."""
    return w.overdose_offset + (sedation_offset(table, threshold, lost) if lost > 0.0 else 0.0)


@compiled
def use_chance(s: Any, w: Any, table: Any, threshold: int, load: float, shift: float, lost: float) -> float:
    """Chance that a use from today's supply passes a threshold.

    ``load`` at the peak above the background, ``shift`` of tolerance, ``lost`` to sedatives.
    """
    offset = offset_today(w, table, threshold, lost)
    chance = probability(table, threshold, load, offset, shift)
    if s.fentanyl > 0.0:
        chance += s.fentanyl * (fentanyl_probability(table, threshold, load, offset, shift) - chance)
    return chance


@compiled
def collapse_chance(
    s: Any,
    w: Any,
    p: Any,
    table: Any,
    chance: float,
    load: float,
    shift: float,
    lost: float,
    k0: int,
    k1: int,
) -> float:
    """Chance that an overdose of a use (which had ``chance``) collapses: by whether its bag held fentanyl,
    which is drawn with the share that such bags have in today's danger."""
    collapse = probability(table, COLLAPSE, load, offset_today(w, table, COLLAPSE, lost), shift)
    of_bag = chance
    if s.fentanyl > 0.0:
        unrousable = offset_today(w, table, UNROUSABLE, lost)
        strong = fentanyl_probability(table, UNROUSABLE, load, unrousable, shift)
        luck = uniforms(w.number, s.overdoses, OVERDOSE_OUTCOME, 2, k0, k1)[0]
        if luck * chance < s.fentanyl * strong:
            s.beside += BESIDE_FENTANYL
            of_bag = strong
            collapse = fentanyl_probability(
                table, COLLAPSE, load, offset_today(w, table, COLLAPSE, lost), shift
            )
        else:
            of_bag = probability(table, UNROUSABLE, load, unrousable, shift)
    return min(1.0, collapse / max(of_bag, p.smallest_chance))


@compiled
def dying_chance(p: Any, collapse: float) -> float:
    """Chance that an overdose kills where nobody helps: at once, by collapse, or over hours, of whom
    collapse spared (airway, lungs, low breathing that goes on)."""
    return collapse + (1.0 - collapse) * p.slow_death_share


@compiled
def suffer_overdose(s: Any, w: Any, p: Any, collapse: float, day: int, k0: int, k1: int) -> Any:
    """An overdose: it kills at once (chance ``collapse``) or over hours, unless help comes first.

    Returns whether the person died and whether an attempt to stop follows. Counts overdoses survived only
    because help came (hypoxia), those that were meant as attempts at suicide, and lasting injury of the
    brain among survivors who were taken to hospital.
    """
    u_collapse, u_seen, u_naloxone, u_call = uniforms(w.number, s.overdoses, OVERDOSE_OUTCOME, 0, k0, k1)
    u_place, u_hospital, u_attempt, u_meant = uniforms(w.number, s.overdoses, OVERDOSE_OUTCOME, 1, k0, k1)
    s.overdoses += 1
    s.overdose_hazard = 0.0
    s.overdose_wait = exponential(w.number, s.overdoses, OVERDOSE_WAIT, k0, k1)
    public = u_place < p.overdose_in_public
    seen = u_seen < (p.seen_in_public if public else 1.0 - w.alone)
    s.beside += BESIDE_SOMEBODY if seen else 0
    called = seen and u_call < p.ambulance_in_public * (1.0 if public else p.ambulance_in_private_ratio)
    alone = dying_chance(p, collapse)
    dies, quick = alone, collapse / max(alone, p.smallest_chance)
    if seen and u_naloxone < w.naloxone:
        dies *= p.death_ratio_naloxone
    elif called:
        dies *= p.death_ratio_ambulance
    s.overdoses_meant += 1 if u_meant < p.overdose_intent_share else 0
    if u_collapse < dies:
        s.alive = 0
        s.beside += BESIDE_HOURS if u_collapse > dies * quick else 0
        return True, False
    s.overdoses_hypoxic += 1 if u_collapse < alone else 0
    in_hospital = called and u_hospital < p.hospital_after_ambulance
    if in_hospital:
        injure(s, w, p, day, k0, k1)
    if in_hospital and u_attempt < p.attempt_after_hospital:
        attempt(s, w, p, day, 0.0, k0, k1)
        return False, True
    return False, False


@compiled
def injure(s: Any, w: Any, p: Any, day: int, k0: int, k1: int) -> None:
    """A survived overdose that was brought to hospital leaves a lasting injury of the brain, or none."""
    if uniforms(w.number, s.overdoses, OVERDOSE_OUTCOME, 3, k0, k1)[0] >= p.brain_injury_share:
        return
    s.brain_injuries += 1
    if s.brain_injury_day == NEVER:
        s.brain_injury_day = day


@compiled
def left_by_help(w: Any, p: Any) -> float:
    """Deaths of overdoses over those without help, over all places and all that people near may do."""
    naloxone, ambulance = 1.0 - p.death_ratio_naloxone, 1.0 - p.death_ratio_ambulance
    called = p.ambulance_in_public
    in_public = w.naloxone * naloxone + (1.0 - w.naloxone) * called * ambulance
    called *= p.ambulance_in_private_ratio
    in_private = w.naloxone * naloxone + (1.0 - w.naloxone) * called * ambulance
    public = p.overdose_in_public
    return 1.0 - public * p.seen_in_public * in_public - (1.0 - public) * (1.0 - w.alone) * in_private


@compiled
def expect(s: Any, w: Any, p: Any, chance: float, collapse: float) -> None:
    """Add uses with these chances to what is to be expected of the day. Events drawn and expected agree in
    the mean; those expected scatter far less."""
    s.expected_overdoses += chance
    dying = collapse + (chance - collapse) * p.slow_death_share
    s.expected_deaths += left_by_help(w, p) * dying


@compiled
def background_death(w: Any, p: Any, day: int) -> float:
    """Yearly death rate of a person's age on a day, from other causes than use."""
    age = w.age_years + day / p.year_days
    return p.background_death * math.exp(p.background_death_growth * (age - p.background_death_age))


@compiled
def set_death_rates(s: Any, w: Any, p: Any, day: int) -> None:
    """The week's yearly rates of death from other causes: of age, of disease carried on, of use.

    The published excess rates in and out of treatment hold at one age. What remains in treatment is what
    people carry; use adds the rest, in the part of the time out of treatment in which there is use. People
    who were never dependent carry none; to them use adds in proportion to their days of use.
    """
    s.background_death = background_death(w, p, day)
    dependent = s.dependence_day > NEVER
    at_age = math.exp(p.background_death_growth * (p.excess_death_age - p.background_death_age))
    carried = p.excess_death_treated / (p.background_death * at_age)
    s.carried_death = carried * s.background_death if dependent else 0.0
    added = (p.excess_death_untreated - p.excess_death_treated) / p.excess_death_using
    added *= 1.0 if dependent else s.use28
    s.use_death = added if w.trait[INJECTS] == 1 else added * (1.0 - p.excess_death_injecting)


@compiled
def death_today(s: Any, p: Any, day: int) -> float:
    """Today's hazard of death from other causes: more in use outside care and custody."""
    yearly = s.background_death + s.carried_death
    if day - s.last_use < p.abstinent_days and s.place == OUTSIDE and not treated(s):
        yearly += s.use_death
    return yearly / p.year_days


@compiled
def other_death(s: Any, p: Any, day: int) -> bool:
    """Death from other causes, when their summed hazard reaches what was drawn."""
    s.death_hazard += death_today(s, p, day)
    if s.death_hazard < s.death_wait:
        return False
    s.alive = 0
    return True

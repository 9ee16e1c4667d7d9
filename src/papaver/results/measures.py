"""The measures of a summary: what is counted, per what, and how much chance moves it.

Every measure is a ratio of whole numbers, num / den, times a whole scale, over the N simulated people of one
plan and draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from papaver.population.codes import PROGRAMME
from papaver.results.totals import Totals

SHARE, PER_PERSON, RATE = "share", "per person", "rate"
DAYS_ALIVE = "days_alive"
HUNDRED_YEARS = 36525  # days in 100 years


@dataclass(frozen=True)
class Measure:
    """One measure: the sum of ``parts`` of ``source`` (a field of ``Totals``) per person or person-day.

    ``moment`` names the same number per person among the engine's moments.
    """

    name: str
    kind: str
    source: str
    parts: tuple[str, ...]
    meaning: str
    unit: str
    moment: str = ""

    def num(self, totals: Totals) -> int:
        """What is counted."""
        counted: Mapping[str, int] = getattr(totals, self.source)
        return sum(counted[part] for part in self.parts)

    def den(self, totals: Totals) -> int:
        """What it is counted per: people, or person-days lived."""
        return totals.person_days if self.kind == RATE else totals.people

    @property
    def scale(self) -> int:
        """Whole factor that brings num / den to the unit."""
        return HUNDRED_YEARS if self.kind == RATE else 1

    def value(self, totals: Totals) -> float:
        """The measure in one plan and draw."""
        den = self.den(totals)
        return self.scale * self.num(totals) / den if den else 0.0

    def most(self, days: int) -> float | None:
        """The largest value possible in ``days`` of follow-up; None where there is no bound."""
        return {SHARE: 1.0, PER_PERSON: float(days)}.get(self.kind)


def _share(outcome: str, meaning: str, name: str = "") -> Measure:
    return Measure(f"share_{name or outcome}", SHARE, "outcomes", (outcome,), meaning, "share of people")


MEASURES = (
    _share("ever_dependent", "became dependent at some time"),
    _share("dependent_at_end", "dependent at the end"),
    _share("abstinent_at_end", "abstinent at the end"),
    _share(
        "occasional_or_controlled_at_end", "using at the end without being dependent", "controlled_at_end"
    ),
    _share("in_treatment_at_end", "in treatment at the end"),
    _share("dead_overdose", "died by overdose"),
    _share("dead_other", "died of other causes"),
    _share("ever_disorder", "had an opioid use disorder at some time"),
    _share("ever_treated", "were treated at some time"),
    _share("ever_used", "used heroin at some time"),
    Measure(
        "overdoses_per_100_person_years",
        RATE,
        "events",
        ("overdose_nonfatal", "overdose_fatal"),
        "overdoses, survived or not",
        "per 100 person-years",
        "overdoses",
    ),
    Measure(
        "days_dependent",
        PER_PERSON,
        "status_days",
        ("dependent",),
        "days dependent and out of treatment",
        "days per person",
        "days_dependent",
    ),
    Measure(
        "days_in_treatment",
        PER_PERSON,
        "programme_days",
        tuple(name for name in PROGRAMME if name not in ("none", "prescribed_opioids")),
        "days in a treatment programme",
        "days per person",
        "days_in_treatment",
    ),
    Measure(
        "days_with_withdrawal",
        PER_PERSON,
        "symptom_days",
        ("cows_5",),
        "days with withdrawal of at least 5 points on the COWS",
        "days per person",
        "days_with_withdrawal",
    ),
    Measure("use_days", PER_PERSON, "events", ("use_days",), "days of use", "days per person", "use_days"),
)
SHARES = tuple(measure for measure in MEASURES if measure.kind == SHARE)


def chance_variance(measure: Measure, totals: Totals) -> float:
    """Variance of a measure from chance alone, estimated from the people of one draw.

    Share x of N people: x (1 - x) / (N - 1), which is unbiased for p (1 - p) / N. Number per person:
    s^2 / N with the sample variance s^2 = (N Q - S^2) / (N (N - 1)) from the sum S and the sum of squares Q
    over people. Rate: the same variance of the count over people, N s^2, per squared person-time. Without
    moments the count is taken as Poisson, with at least half an event.
    """
    people, num = totals.people, measure.num(totals)
    if measure.kind == SHARE:
        return share_variance(num, people)
    factor = measure.scale / measure.den(totals) if measure.den(totals) else 0.0
    moments = totals.moments.get(measure.moment)
    if moments is None or people < 2:
        return max(num, 0.5) * factor * factor
    first, second = moments
    return (people * second - first * first) / (people - 1) * factor * factor


def cautious_variance(measure: Measure, totals: Totals) -> float:
    """Chance variance for showing: never 0, because an event not seen among N people can still happen.

    A share gets half a person more on either side, a count has at least the variance of half an event.
    """
    if measure.kind == SHARE:
        return cautious_share_variance(measure.num(totals), totals.people)
    return max(chance_variance(measure, totals), _half_an_event(measure, totals))


def cautious_paired_variance(measure: Measure, one: Totals, other: Totals) -> float:
    """Chance variance of a difference for showing: at least that of half an event."""
    return max(paired_variance(measure, one, other), _half_an_event(measure, one))


def _half_an_event(measure: Measure, totals: Totals) -> float:
    den = measure.den(totals)
    return 0.5 * (measure.scale / den) ** 2 if den else 0.0


def share_variance(count: int, people: int) -> float:
    """Unbiased variance of a share of ``people``; 0 for fewer than two."""
    return count * (people - count) / (people * people * (people - 1)) if people > 1 else 0.0


def cautious_share_variance(count: int, people: int) -> float:
    """Variance of a share with half a person added to either side: never 0, even when nobody is counted."""
    share = (count + 0.5) / (people + 1)
    return share * (1 - share) / people if people else 0.0


def paired_variance(measure: Measure, one: Totals, other: Totals) -> float:
    """Variance from chance of the difference of a measure between two plans in one draw.

    People are the same and have the same luck under both plans, so their chance is largely shared. People
    are dealt into T tiles by their number. With the ratio r = num / den of each plan over all people, a tile
    adds z_t = e_t(one) - e_t(other), e_t = scale (num_t - r den_t) / den; the variance is T / (T - 1) times
    the sum of z_t^2. Without tiles luck is taken as not shared, and the two variances are added.
    """
    tiled = [_residuals(measure, totals) for totals in (one, other)]
    if not all(tiled):
        return chance_variance(measure, one) + chance_variance(measure, other)
    gaps = [a - b for a, b in zip(*tiled, strict=True)]
    return fsum(gap * gap for gap in gaps) * len(gaps) / (len(gaps) - 1)


def _residuals(measure: Measure, totals: Totals) -> list[float]:
    """What each tile with people adds to the measure beyond its expectation; empty if it cannot be told."""
    names = (measure.moment,) if measure.moment else measure.parts
    needed = {*names, DAYS_ALIVE} if measure.kind == RATE else set(names)
    used = [tile for tile, people in enumerate(totals.tiles.get("people", ())) if people]
    den = measure.den(totals)
    if len(used) < 2 or not den or not needed <= totals.tiles.keys():
        return []
    num = measure.num(totals)
    per = totals.tiles[DAYS_ALIVE if measure.kind == RATE else "people"]
    tile_num = [sum(totals.tiles[name][tile] for name in names) for tile in used]
    pairs = zip(tile_num, used, strict=True)
    return [measure.scale * (count * den - num * per[tile]) / (den * den) for count, tile in pairs]


def group_counts(totals: Sequence[Totals], group: Sequence[int], outcome: str) -> list[tuple[int, int]]:
    """For each draw: people of a group of strata with an outcome, and all people of the group."""
    return [
        (sum(one.stratum_outcomes[s][outcome] for s in group), sum(one.stratum_people[s] for s in group))
        for one in totals
    ]

"""What must come out without being put in: findings that show it, and quantities of our own beside them.

A quantity of its own has a bound fixed here, and no published interval. Each says whether the mechanism does
it and not another: the danger after release must be there per day of use too, and go when tolerance stays.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from papaver.atlas.after_release import RELEASED, frozen, per_person_time, per_use_day
from papaver.atlas.estimates import Estimate, over_draws, ratio
from papaver.atlas.natural_history import TREATED
from papaver.atlas.protocols import YEAR, Followed, World
from papaver.atlas.registry import Counterpart
from papaver.atlas.running import SEED, Told, simulate_all
from papaver.csvtext import of_records

TABLE = "data/emergent.csv"
# What must emerge -> the findings that show it.
SHOWN_BY = {
    "overdose after release": ("fd_release_ratio_uk", "fd_release_ratio_wk34", "fd_release_nfod_sccs"),
    "overdose after detoxification": ("fd_detox_strang", "f_strang_tol"),
    "first weeks of methadone": ("f_cornish_on2w",),
    "weeks after leaving treatment": ("f_davoli_30d", "fd_treatment_exit_vedette", "fd_oat_exit_sordo"),
    "protection grows with fentanyl": ("f_pearce_fent", "fd_oat_gap_fentanyl"),
    "treatment at release protects": ("f_marsden", "f_degen_prison"),
    "change of setting": ("f_vietnam_relapse_1y", "f_vietnam_relapse_3y", "f_vietnam_use_again"),
    "relapse by length of abstinence": ("f_gossop_6wk", "f_smyth_lapse_1wk"),
    "precipitated withdrawal by definition": ("f_pw_ed", "f_pw_inpt", "f_pw_severe_selfrep"),
}


@dataclass(frozen=True)
class Own:
    """A quantity of our own: value over draws with its error, and the bounds it must keep."""

    name: str
    about: str
    value: float
    error: float
    least: float
    most: float

    @property
    def kept(self) -> bool:
        """Whether it lies within its bounds, or no further out than two errors."""
        return self.least - 2.0 * self.error <= self.value <= self.most + 2.0 * self.error


def fatal_over_survived(w: World) -> Estimate:
    """The weeks 1-2 over 3-12 ratio of overdose deaths over that of survived overdoses."""
    c = w.follow(RELEASED)
    return per_person_time(c, c.dying_of_overdose) / per_person_time(c, c.diaries.overdose == 1)


def staying(first: int, last: int) -> Callable[[World], Estimate]:
    """Staying without use for the next year, after so many years without (first to last)."""

    def run(w: World) -> Estimate:
        return stays_abstinent(w.follow(TREATED), round(first * YEAR), round(last * YEAR))

    return run


def stays_abstinent(c: Followed, least: int, most: int) -> Estimate:
    """Percentage of half-yearly visits after so many days without use that a year without follows."""
    day = np.arange(c.days)
    last = np.where(c.diaries.doses > 0, day[None, :], -1)
    np.maximum.accumulate(last, axis=1, out=last)
    asked, stayed = np.zeros(c.people), np.zeros(c.people)
    for at in range(YEAR, c.days - YEAR, YEAR // 2):
        idle = at - last[:, at]
        here = (last[:, at] >= 0) & (idle >= max(least, 30)) & (idle < most) & c.alive(at + YEAR)
        here &= ~c.cared[:, at]
        asked += here
        stayed += here & (last[:, at + YEAR] <= at)
    return ratio(stayed, asked, per=100.0)


QUANTITIES: dict[str, tuple[str, Callable[[World], Estimate], float, float]] = {
    "release_per_use_day": (
        "Overdoses per day of use, weeks 1-2 after custody over weeks 3-12",
        lambda w: per_use_day(w.follow(RELEASED)),
        1.1,
        math.inf,
    ),
    "release_per_use_day_frozen": (
        "The same with tolerance held where it was before custody: about 1",
        lambda w: per_use_day(frozen(w).follow(RELEASED)),
        0.75,
        1.25,
    ),
    "release_fatal_over_survived": (
        "Ratio of deaths over that of survived overdoses after custody (published: 7.5 and 2.9)",
        fatal_over_survived,
        1.0,
        math.inf,
    ),
    "abstinent_under_1y": (
        "No use for 1 to 12 months: none in the next year, % (published: 36)", staying(0, 1), 0.0, 66.0
    ),
    "abstinent_1_to_3y": (
        "No use for 1 to 3 years: none in the next year, % (published: 66)", staying(1, 3), 36.0, 86.0
    ),
    "abstinent_5y": (
        "No use for 5 years or more: none in the next year, % (published: 86)", staying(5, 30), 66.0, 100.0
    ),
}  # fmt: skip


def measure(
    draws: Sequence[int],
    size: float,
    *,
    seed: int = SEED,
    threads: int | None = None,
    told: Told | None = None,
) -> list[Own]:
    """Every quantity of our own over draws of the inputs."""
    asked = [Counterpart(name, "overdose", run) for name, (_, run, _, _) in QUANTITIES.items()]
    got = simulate_all(asked, draws, size, seed, threads, told)
    return [
        summed(name, about, over_draws([estimate for estimate, _ in got[name]]), least, most)
        for name, (about, _, least, most) in QUANTITIES.items()
    ]


def summed(name: str, about: str, values: Sequence[float] | np.ndarray, least: float, most: float) -> Own:
    """Mean over draws and its error."""
    array = np.asarray(values, float)
    error = float(array.std(ddof=1) / math.sqrt(len(array))) if len(array) > 1 else 0.0
    return Own(name, about, float(array.mean()), error, least, most)


def to_csv(rows: Sequence[Own]) -> str:
    """Rows as CSV."""
    return of_records(Own, rows)


def from_csv(path: Path) -> list[Own]:
    """A table written by ``to_csv``; none where there is no file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Own(
                r["name"],
                r["about"],
                float(r["value"]),
                float(r["error"]),
                float(r["least"]),
                float(r["most"] or math.inf),  # no bound is an empty cell
            )
            for r in csv.DictReader(file)
        ]

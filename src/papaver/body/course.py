"""One body over hours: doses in; levels, receptors, breathing and reward out, for one person or many.

Kinetics, binding, breathing and reward are those of their own modules; here they are only put in a row. What
is in the blood binds (``receptor``), what binds gives one signal per effect, sedatives take their share of
the wakefulness drive (``sedation``), and the breathing model turns both into ventilation and gases.

How used to opioids a person is, is one number here: ``tolerance``, the shift of the load for breathing, from
1 (never used) to its ceiling. Tolerance of the high and the level to which the body has adapted follow from
it as they do in the day loop.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from papaver.body.breathing import simulate_signal
from papaver.body.conditions import modified
from papaver.body.exposure import Exposure, follow
from papaver.body.people import People, draw, typical
from papaver.body.receptor import Binding, bind, signal
from papaver.body.regimen import Dose, Regimen
from papaver.body.reward import Reward, rewards
from papaver.body.rush import at_reward
from papaver.body.sedation import share_lost
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers
from papaver.showing import table

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import polars as pl

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]

SECONDS_PER_HOUR = 3600
LONGEST_HOURS = 72
MOST_PEOPLE = 2000
EVEN_POINTS, LOOK_SECONDS = 480, 10
BAND = (1 / 20, 1 / 2, 19 / 20)
SECONDS_AFTER_DOSE = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700)
EVENTS = ("cyanosed", "unrousable", "collapse", "arrest")
BREATHING = {
    "ventilation_l_min": "minute_ventilation_l_min",
    "arterial_o2_saturation_percent": "arterial_o2_saturation_percent",
    "arterial_o2_mmhg": "arterial_o2_mmhg",
    "arterial_co2_mmhg": "arterial_co2_mmhg",
}


@dataclass(frozen=True)
class Course:
    """What happened in each person; arrays are (people, times) over ``hours`` unless said otherwise.

    ``breathing``: ventilation (L/min), arterial O2 saturation (%), PO2 and PCO2 (mmHg). ``sedation``: share
    of the wakefulness drive lost to sedatives. ``events``: hour of each event by name, (people,), not a
    number where it did not happen: cyanosed, unrousable, collapse of blood flow, arrest. ``tolerance``: as
    given. Arrays go on after an arrest of blood flow, where they mean nothing: see ``living``.
    """

    regimen: Regimen
    hours: Floats
    exposure: Exposure
    binding: Binding | None
    signal: Floats
    sedation: Floats
    breathing: Mapping[str, Floats]
    reward: Reward
    events: Mapping[str, Floats]
    resting_ventilation_l_min: Floats
    tolerance: float = 1.0

    @property
    def people(self) -> int:
        """How many people."""
        return int(self.signal.shape[0])

    @property
    def alive(self) -> npt.NDArray[np.bool_]:
        """Whose blood still flows, (people, times)."""
        return np.asarray(~(self.hours >= self.events["arrest"][:, None]))

    def living(self, values: Floats) -> Floats:
        """A course, (people, times), not a number from an arrest on: nothing is distributed or felt then."""
        return np.where(self.alive, values, np.nan)

    def columns(self) -> dict[str, Floats]:
        """Every course by name with its unit: plasma levels, occupancies, signal, breathing, reward.

        Not a number in a person from an arrest on.
        """
        levels = {f"{name}_ng_per_ml": self.exposure.ng_per_ml(name) for name in self.exposure.plasma}
        bound = {} if self.binding is None else self.binding.occupancy
        held = {f"{name}_occupancy": share for name, share in bound.items()}
        felt = {"high": self.reward.high, "relief": self.reward.relief, "dopamine": self.reward.dopamine}
        rest = {"agonist_signal": self.signal, "sedation": self.sedation}
        every = {**levels, **held, **rest, **self.breathing, **felt}
        return {name: self.living(values) for name, values in every.items()}

    def band(self, name: str) -> tuple[Floats, Floats, Floats]:
        """Median, 5 % and 95 % over the living of a course, each (times,). Unknown: InputError."""
        found = self.columns().get(name)
        if found is None:
            known = ", ".join(self.columns())
            raise InputError(Fault(f"there is no course named {name!r}.", f"There is: {known}."))
        return over_people(found)

    def _long(self) -> dict[str, Any]:
        people, times = self.people, len(self.hours)
        columns: dict[str, Any] = {
            "person": np.repeat(np.arange(people), times),
            "hour": np.tile(self.hours, people),
        }
        return columns | {name: course.ravel() for name, course in self.columns().items()}

    def to_polars(self) -> pl.DataFrame:
        """One row per person and time."""
        import polars as pl

        return pl.DataFrame(self._long())

    def _repr_html_(self) -> str:
        rows = [("largest value", "in the middle", "5 %", "95 %", "at hour")]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # people whose blood no longer flows
            for name, values in self.columns().items():
                tops = np.nanmax(values, axis=1)
                low, middle, high = (float(np.nanquantile(tops, share)) for share in BAND)
                when = float(self.hours[int(np.nanargmax(np.nanmedian(values, axis=0)))])
                rows.append((name, middle, low, high, when))  # type: ignore[arg-type]
        people = "one typical person" if self.people == 1 else f"{self.people} virtual people"
        return table(f"{people}, {float(self.hours[-1]):g} hours", rows)

    def to_pandas(self) -> pd.DataFrame:
        """One row per person and time. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(self._long())


def course(
    regimen: Regimen | Iterable[Dose],
    hours: float = 24.0,
    *,
    people: int = 1,
    seed: int = 1,
    tolerance: float = 1.0,
    conditions: Iterable[str] = (),
    severity: float = 1.0,
    bmi: float | None = None,
    numbers: Numbers | None = None,
    threads: int | None = None,
    **covariates: float,
) -> Course:
    """Follow doses in one typical person (``people`` 1) or in virtual people who differ.

    ``tolerance``: shift of the load for breathing, 1 to the ceiling of the inputs. ``conditions``,
    ``severity``, ``bmi``: as in ``conditions.modified``. ``covariates``: columns of ``People`` held at a
    value (``weight_kg``, ``age_years``, ``gfr_ml_per_min``, ``liver``, ...). ``numbers``: a draw of the
    inputs. The same result for any number of ``threads``. Raises InputError for what makes no sense.
    """
    p = central_numbers() if numbers is None else numbers
    taken = regimen if isinstance(regimen, Regimen) else Regimen(tuple(regimen))
    _check(taken, hours, people, tolerance, p)
    level = (tolerance - 1.0) / (p["tolerance_breathing"] - 1.0)
    if level > 0.5:
        covariates.setdefault("daily_use", 1.0)
    who = _people(people, seed, p, covariates)
    grid = time_grid(taken, hours)
    exposure = follow(taken, grid, who, numbers=p)
    binding, lasting, sudden = _bindings(exposure, p)
    breathe = np.clip(_signal(binding, "breathing", level, (people, grid.size)), 0.0, 1.0)
    lost = np.broadcast_to(share_lost(exposure.plasma, numbers=p), (people, grid.size)).copy()
    age = covariates.get("age_years")
    patient = modified(*conditions, severity=severity, age_years=age, bmi=bmi, numbers=p)
    runs = _breathe(grid, breathe, lost, tolerance, patient, p, threads)
    reward = rewards(
        grid,
        np.minimum(_signal(lasting, "reward", level, (people, grid.size)), 1.0),
        sudden=np.minimum(_signal(sudden, "reward", level, (people, grid.size)), 1.0),
        tolerance=1.0 + level * (p["tolerance_high"] - 1.0),
        set_point=min(1.0, level * p["tolerance_full"]),
        numbers=p,
    )
    return Course(
        taken,
        grid,
        exposure,
        binding,
        breathe,
        lost,
        {name: np.array([run.courses[name] for run in runs]) for name in BREATHING},
        reward,
        {name: np.array([run.events[name] for run in runs]) for name in EVENTS},
        np.array([run.rest for run in runs]),
        tolerance,
    )


def over_people(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Median, 5 % and 95 % over people, each (times,); not a number where nobody has a value."""
    some = np.isfinite(values).any(axis=0)
    out = np.full((3, values.shape[1]), np.nan)
    out[:, some] = np.nanquantile(values[:, some], BAND, axis=0)
    low, middle, high = out
    return middle, low, high


def time_grid(regimen: Regimen, hours: float) -> Floats:
    """Hours to look at (rising, from 0): evenly, and closely after each dose and each end of an infusion."""
    edges = {dose.hour + part for dose in regimen.doses for part in (0.0, dose.duration_h)}
    close = [e + s / SECONDS_PER_HOUR for e in edges for s in (0, *SECONDS_AFTER_DOSE)]
    even = np.linspace(0.0, hours, EVEN_POINTS + 1)
    every = np.unique(np.concatenate([even, [hour for hour in close if 0.0 <= hour <= hours]]))
    apart = np.diff(every, prepend=-math.inf) > 1.0 / SECONDS_PER_HOUR
    keep = apart | np.isin(every, list(edges))
    return np.asarray(every[keep])


def _check(regimen: Regimen, hours: float, people: int, tolerance: float, p: Numbers) -> None:
    faults = []
    if not regimen.doses:
        faults.append(Fault("there is no dose.", "Give at least one.", field="regimen"))
    for dose in regimen.doses:
        faults += _faults_of(dose)
    if not (math.isfinite(hours) and 0.0 < hours <= LONGEST_HOURS):
        faults.append(Fault(f"{hours} h is out of range.", f"Give up to {LONGEST_HOURS}.", field="hours"))
    if not 1 <= people <= MOST_PEOPLE:
        faults.append(Fault(f"{people} people is out of range.", f"Give 1 to {MOST_PEOPLE}.", field="people"))
    ceiling = p["tolerance_breathing"]
    if not (math.isfinite(tolerance) and 1.0 <= tolerance <= ceiling):
        remedy = f"Give 1 (never used opioids) to {ceiling:g} (used daily for long)."
        faults.append(Fault(f"{tolerance} is out of range.", remedy, field="tolerance"))
    late = [dose for dose in regimen.doses if dose.hour >= hours]
    if late and len(late) == len(regimen.doses):
        what = f"the first dose, at {late[0].hour:g} h, lies after the end, {hours:g} h."
        faults.append(Fault(what, "Look for longer.", field="hours"))
    if faults:
        raise InputError(faults)


def _faults_of(dose: Dose) -> list[Fault]:
    """What cannot be about the numbers of a dose; its drug and route are checked by the kinetics."""
    parts = {"hour": dose.hour, "mg": dose.mg, "duration_h": dose.duration_h}
    wrong = {name: value for name, value in parts.items() if not (math.isfinite(value) and value >= 0.0)}
    if dose.mg == 0.0:
        wrong["mg"] = 0.0
    remedy = {"hour": "Give 0 or more.", "mg": "Give more than 0.", "duration_h": "Give 0 or more."}
    return [
        Fault(f"{dose.drug}: {value:g} cannot be.", remedy[name], field=name) for name, value in wrong.items()
    ]


def _people(count: int, seed: int, p: Numbers, covariates: Mapping[str, float]) -> People:
    if count == 1:
        return typical(numbers=p, **covariates)
    return draw(count, seed, numbers=p, **covariates)


def _bindings(exposure: Exposure, p: Numbers) -> tuple[Binding | None, Binding | None, Binding | None]:
    """What is bound on the scale of breathing, on that of relief (as in the day loop), and for the high."""
    if not exposure.site:
        return None, None, None
    lasting = bind(exposure, p, scale="occupancy")
    return bind(exposure, p, scale="breathing"), lasting, bind(at_reward(exposure, p), p, scale="occupancy")


def _signal(binding: Binding | None, effect: str, dependence: float, shape: tuple[int, int]) -> Floats:
    if binding is None:
        return np.zeros(shape)
    return signal(binding, effect, dependence=min(1.0, dependence))


@dataclass(frozen=True)
class _Breath:
    """What is kept of a run of the breathing model: courses at our hours, hours of events, rest (L/min)."""

    courses: dict[str, Floats]
    events: dict[str, float]
    rest: float


def _breathe(
    hours: Floats,
    given: Floats,
    lost: Floats,
    tolerance: float,
    patient: Mapping[str, float],
    p: Numbers,
    threads: int | None,
) -> list[_Breath]:
    """The breathing model for each person, watched closely and read at our hours."""
    seconds = hours * SECONDS_PER_HOUR
    every = min(seconds[-1] / EVEN_POINTS, LOOK_SECONDS)

    def one(i: int) -> _Breath:
        run = simulate_signal(
            seconds, given[i], tolerance, patient, every_s=every, sedation=lost[i], numbers=p
        )
        read = {
            ours: np.interp(seconds, run.time_s, getattr(run, theirs)) for ours, theirs in BREATHING.items()
        }
        events = {name: getattr(run, f"{name}_s") / SECONDS_PER_HOUR for name in EVENTS}
        return _Breath(read, events, run.resting_ventilation_l_min)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        return list(pool.map(one, range(len(given))))

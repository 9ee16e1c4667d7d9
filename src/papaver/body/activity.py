"""Intrinsic activities and half-binding concentrations, found by simulating the protocols that measured them.

``python -m papaver.body.activity`` runs every search and prints what it found beside what the inputs hold:

- breathing: buprenorphine's activity is the one at which ventilation, with PCO2 clamped at 7 kPa, levels off
  where it did in volunteers given 4.3 and 8.6 ug/kg by vein (finding ``dahan_bup_ceiling``);
- fentanyl's and morphine's half-binding concentrations for breathing are those at which their published C50
  halves ventilation clamped as in those studies (7 kPa; 50 mmHg);
- naltrexone's, and the pace at which the brain loses it, hold the receptors found held 3 h after four doses
  by mouth and 48 h after the largest;
- nalmefene leaves muscle at the rate that gives the published peak (finding ``f_nalmefene_im_cmax``);
- withdrawal: buprenorphine's activity comes from the course of withdrawal (``papaver fit adaptation``);
- reward and pain: no ceiling has been measured on one scale with a full agonist; both are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver.body.clamp import isohypercapnic_ventilation
from papaver.body.constants import values
from papaver.body.drugs import drug
from papaver.body.exposure import follow
from papaver.body.ligands import Ligand, ligands
from papaver.body.people import People, typical
from papaver.body.receptor import Binding, occupy, settle, signal
from papaver.evidence import finding, inputs, parameter

if TYPE_CHECKING:
    from papaver.body.regimen import Dose

Floats = npt.NDArray[np.float64]
SECONDS_PER_HOUR = 3600
DOSES = range(1, 5)


@dataclass(frozen=True)
class ClampedRun:
    """Breathing in a laboratory that clamps PCO2 and PO2, over ``hours``.

    ``binding``: receptors held; ``ventilation``: L/min, (people, times); ``rest``: L/min without drugs.
    """

    hours: Floats
    binding: Binding
    ventilation: Floats
    rest: float

    @property
    def share(self) -> Floats:
        """Ventilation relative to that without drugs."""
        return self.ventilation / self.rest


def clamped_run(
    doses: Sequence[Dose],
    hours: npt.ArrayLike,
    *,
    people: People | None = None,
    tolerance: npt.ArrayLike = 1.0,
    steady_ng_per_ml: Mapping[str, float] | None = None,
    known: Mapping[str, Ligand] | None = None,
    numbers: Mapping[str, float] | None = None,
) -> ClampedRun:
    """Doses in people whose lung gases are clamped, as the isohypercapnic protocols do it.

    ``hours``: (times,), to which the hours of doses are added. ``tolerance``: post-receptor shift, a number
    or (people,). ``steady_ng_per_ml``: drugs infused from hour 0 so that plasma stays at a level; their
    effect site follows with its half-life. ``known``: ligand constants in place of ``ligands(numbers)``.
    """
    p = inputs.numbers() if numbers is None else numbers
    known = known or ligands(p)
    breaks = [hour for dose in doses for hour in (dose.hour, dose.hour + dose.duration_h)]
    given = np.asarray(hours, np.float64)
    times = np.unique(np.concatenate([given, [hour for hour in breaks if given[0] <= hour <= given[-1]]]))
    who = typical(numbers=p) if people is None else people
    exposure = follow(doses, times, who, numbers=p)
    levels = {name: exposure.site[name] for name in known if name in exposure.site}
    for name, level in (steady_ng_per_ml or {}).items():
        entering = level * 1000.0 / drug(name).base_g_per_mol * _entry(name, times, p)
        levels[name] = np.tile(entering, (who.count, 1))
    binding = occupy(times, levels, known, breaks=breaks)
    shift = np.asarray(tolerance, np.float64)
    acting = signal(binding, "breathing")
    gases = {"co2_mmhg": p["clamped_co2_mmhg"], "o2_mmhg": p["clamped_o2_mmhg"]}
    seen = isohypercapnic_ventilation(acting, shift[:, None] if shift.ndim else shift, **gases)
    return ClampedRun(times, binding, seen, float(isohypercapnic_ventilation(0.0, **gases)))


def _entry(name: str, hours: Floats, p: Mapping[str, float]) -> Floats:
    """Share of a steady plasma level that the effect site has reached."""
    return 1.0 - np.exp(-60.0 * p[f"{name}_ke0_per_min"] * hours)


def with_activity(known: Mapping[str, Ligand], name: str, effect: str, activity: float) -> dict[str, Ligand]:
    """The same ligands, one of them with another intrinsic activity for an effect."""
    one = known[name]
    return {**known, name: replace(one, activity={**one.activity, effect: activity})}


def buprenorphine_ceiling(
    numbers: Mapping[str, float] | None = None, known: Mapping[str, Ligand] | None = None
) -> Floats:
    """Lowest clamped ventilation (% of rest) after 4.3 and 8.6 ug/kg of buprenorphine over 90 s by vein."""
    p = inputs.numbers() if numbers is None else numbers
    told = values("protocols")
    hours = np.linspace(0.0, told["ceiling_hours"], int(told["ceiling_hours"] * 60.0) + 1)
    lowest = []
    for dose in DOSES[:2]:
        mg = told[f"ceiling_dose_{dose}"] * p["body_weight_kg"] / 1000.0
        run = clamped_run([by_vein("buprenorphine", 0.0, mg)], hours, numbers=p, known=known)
        lowest.append(100.0 * run.share.min())
    return np.array(lowest)


def by_vein(name: str, hour: float, base_mg: float, seconds: float | None = None) -> Dose:
    """An infusion of so many mg of the drug itself (whatever the salt); as in the laboratory, over 90 s."""
    from papaver.body.regimen import Dose

    one = drug(name)
    lasting = (values("protocols")["infusion"] if seconds is None else seconds) / SECONDS_PER_HOUR
    return Dose(name, hour, base_mg * one.g_per_mol / one.base_g_per_mol, "iv", lasting)


# ------------------------------------------------------------------------------------------- the searches


@dataclass(frozen=True)
class Found:
    """What a search found: the number, what it aimed at, what it left, and the input that holds it."""

    what: str
    value: float
    held: float
    objective: str
    residual: float


def breathing_activity(numbers: Mapping[str, float] | None = None) -> Found:
    """Buprenorphine's activity on breathing: lowest clamped ventilation, mean of both doses, as published."""
    from scipy.optimize import brentq

    p = inputs.numbers() if numbers is None else numbers
    aim = finding("dahan_bup_ceiling").value
    known = ligands(p)

    def miss(activity: float) -> float:
        trial = with_activity(known, "buprenorphine", "breathing", activity)
        return float(buprenorphine_ceiling(p, trial).mean() - aim)

    value = float(brentq(miss, 0.5, 1.0)) if miss(1.0) < 0.0 else 1.0
    name = "buprenorphine_activity_breathing"
    return Found(
        name, value, p[name], f"mean lowest ventilation at 4.3 and 8.6 ug/kg is {aim:g} %", miss(value)
    )


def halving_load(co2_mmhg: float, o2_mmhg: float) -> float:
    """Load of a full agonist that halves ventilation clamped at these pressures (breathing equations)."""
    from scipy.optimize import brentq

    gases = {"co2_mmhg": co2_mmhg, "o2_mmhg": o2_mmhg}
    rest = float(isohypercapnic_ventilation(0.0, **gases))
    held = float(brentq(lambda x: float(isohypercapnic_ventilation(x, **gases)) / rest - 0.5, 0.0, 1.0))
    return held / (1.0 - held)


def fentanyl_half_load(numbers: Mapping[str, float] | None = None) -> Found:
    """Fentanyl's half-binding concentration (nmol/L): its naive C50 halves ventilation clamped at 7 kPa."""
    p = inputs.numbers() if numbers is None else numbers
    c50 = parameter("c50_vent_fentanyl_naive").value * 1000.0 / parameter("mw_fentanyl").value
    load = halving_load(p["clamped_co2_mmhg"], p["clamped_o2_mmhg"])
    name = "fentanyl_half_load_nmol_l"
    return Found(name, c50 / load, p[name], f"half of rest at 0.42 ng/mL, a load of {load:.3g}", 0.0)


def morphine_half_load(numbers: Mapping[str, float] | None = None) -> Found:
    """Morphine's half-binding concentration for breathing (nmol/L): its C50 halves it clamped at 50 mmHg."""
    p = inputs.numbers() if numbers is None else numbers
    load = halving_load(values("protocols")["morphine_clamp"], p["clamped_o2_mmhg"])
    value = parameter("c50_morphine_joint").value / load
    name = "morphine_half_load_breathing_nmol_l"
    return Found(name, value, p[name], f"half of rest at 32 nmol/L, a load of {load:.3g}", 0.0)


def naltrexone_half_load(numbers: Mapping[str, float] | None = None) -> Found:
    """Naltrexone's half-binding concentration (nmol/L) by least squares over receptors held after tablets."""
    return _of_naltrexone(numbers, HALF_LOAD)


def naltrexone_brain_half_life(numbers: Mapping[str, float] | None = None) -> Found:
    """Half-life (h) with which the brain loses naltrexone, from the same search."""
    return _of_naltrexone(numbers, BRAIN)


HALF_LOAD, BRAIN = "naltrexone_half_load_nmol_l", "naltrexone_brain_half_life_h"


def _of_naltrexone(numbers: Mapping[str, float] | None, name: str) -> Found:
    """One of the two constants that meet what was held 3 h after four doses and 48 h after the largest."""
    from scipy.optimize import least_squares

    p = inputs.numbers() if numbers is None else numbers
    doses = [f"{mg:.0f}mg" for mg in _scanned()]
    seen = np.array([parameter(f"naltrexone_block_{what}").value for what in (*doses, "48h")])

    def misses(logs: Floats) -> Floats:
        half, brain = (float(one) for one in np.exp(logs))
        return naltrexone_held({**p, HALF_LOAD: half, BRAIN: brain}) - seen

    best = least_squares(misses, np.log([p[HALF_LOAD], p[BRAIN]]))
    found = dict(zip((HALF_LOAD, BRAIN), np.exp(best.x), strict=True))
    root = float(np.sqrt((best.fun**2).mean()))
    objective = "root mean square of % held 3 h after 2, 5, 15 and 50 mg and 48 h after 50 mg"
    return Found(name, float(found[name]), p[name], objective, root)


def _scanned() -> list[float]:
    return [values("protocols")[f"scan_dose_{dose}"] for dose in DOSES]


def naltrexone_held(numbers: Mapping[str, float]) -> Floats:
    """Receptors held (%) by naltrexone and its metabolite 3 h after 2 to 50 mg by mouth, 48 h after 50 mg."""
    from papaver.body.regimen import Dose

    known, soon = ligands(numbers), values("protocols")["scan_hour"]
    runs = [(mg, soon) for mg in _scanned()] + [(_scanned()[-1], 2.0 * 24.0)]
    held = []
    for mg, hour in runs:
        site = follow([Dose("naltrexone", 0.0, mg, "oral")], [hour], numbers=numbers).site
        both = settle({name: level[0, -1] for name, level in site.items() if name in known}, known)
        held.append(100.0 * sum(float(share) for share in both.values()))
    return np.array(held)


def nalmefene_from_muscle(numbers: Mapping[str, float] | None = None) -> Found:
    """Nalmefene's rate of uptake from muscle (1/h): the typical person's peak after 1 mg, as published."""
    from scipy.optimize import brentq

    from papaver.body.regimen import Dose

    p = inputs.numbers() if numbers is None else numbers
    name, aim = "nalmefene_im_per_h", finding("f_nalmefene_im_cmax").value
    hours = np.arange(1, 241) / 60.0

    def miss(rate: float) -> float:
        found = follow([Dose("nalmefene", 0.0, 1.0, "im")], hours, numbers={**p, name: rate})
        return float(found.ng_per_ml("nalmefene").max() - aim)

    value = float(brentq(miss, 1.0 / 100.0, 2.0))
    return Found(name, value, p[name], f"peak after 1 mg into muscle is {aim:g} ng/mL", miss(value))


SEARCHES = (
    breathing_activity,
    fentanyl_half_load,
    morphine_half_load,
    naltrexone_half_load,
    naltrexone_brain_half_life,
    nalmefene_from_muscle,
)


def main() -> None:
    """Run the searches and print them beside the inputs."""
    for search in SEARCHES:
        one = search()
        print(f"{one.what}: found {one.value:.4g}, inputs hold {one.held:.4g}")
        print(f"    objective: {one.objective}; residual: {one.residual:.3g}")


if __name__ == "__main__":
    main()

"""Counterparts of findings on receptors held by antagonists: scans, and how long a blockade lasts.

The typical person takes the study's dose; a scan sees the share of receptors that naloxone, or naltrexone
with its metabolite, holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from papaver.atlas.dynamics import minutes
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.body.activity import by_vein
from papaver.body.exposure import follow
from papaver.body.receptor import bind
from papaver.body.regimen import Dose

Floats = npt.NDArray[np.float64]
SCAN_HOURS = (0.75, 65.0 / 60.0)  # of the scans after a dose by vein
SPRAY_HOURS = 8.0


def held(w: World, dose: Dose, hours: Floats, names: Sequence[str]) -> Floats:
    """Share of receptors that these ligands hold at some hours after a dose."""
    binding = bind(follow([dose], hours, numbers=w.numbers), w.numbers)
    shares = [binding.occupancy[name][0] for name in names if name in binding.occupancy]
    return np.asarray(np.sum(shares, axis=0))


def _scanned(w: World, mg_per_kg: float) -> float:
    """Percent of receptors held, mean over the scan, after naloxone by vein."""
    hours = minutes(SCAN_HOURS[1])
    share = held(w, by_vein("naloxone", 0.0, mg_per_kg * w.numbers["body_weight_kg"]), hours, ("naloxone",))
    return float(100.0 * share[hours >= SCAN_HOURS[0]].mean())


@counterpart("f_naloxone_scan_1ug")
def scan_after_1_ug(w: World) -> float:
    """Receptors held 45 to 65 min after naloxone 1 ug/kg by vein."""
    return _scanned(w, 0.001)


@counterpart("f_naloxone_scan_10ug")
def scan_after_10_ug(w: World) -> float:
    """Receptors held 45 to 65 min after naloxone 10 ug/kg by vein."""
    return _scanned(w, 0.01)


@counterpart("f_naloxone_scan_100ug")
def scan_after_100_ug(w: World) -> float:
    """Receptors held 45 to 65 min after naloxone 100 ug/kg by vein."""
    return _scanned(w, 0.1)


def _spray(w: World, mg: float) -> tuple[Floats, Floats]:
    hours = minutes(SPRAY_HOURS)
    return hours, held(w, Dose("naloxone", 0.0, mg, "intranasal"), hours, ("naloxone",))


@counterpart("f_naloxone_spray_held_2mg")
def held_after_2_mg(w: World) -> float:
    """Most receptors held after 2 mg naloxone by spray, percent."""
    return float(100.0 * _spray(w, 2.0)[1].max())


@counterpart("f_naloxone_spray_held_4mg")
def held_after_4_mg(w: World) -> float:
    """Most receptors held after 4 mg naloxone by spray, percent."""
    return float(100.0 * _spray(w, 4.0)[1].max())


@counterpart("f_naloxone_spray_rise")
def rise_after_spray(w: World) -> float:
    """Minutes until half of the most receptors held are held, mean of 2 and 4 mg by spray."""
    found = []
    for mg in (2.0, 4.0):
        hours, share = _spray(w, mg)
        found.append(60.0 * hours[np.argmax(share >= share.max() / 2.0)])
    return float(np.mean(found))


@counterpart("f_naloxone_spray_fall")
def fall_after_spray(w: World) -> float:
    """Half-life (min) of the fall from three quarters of the most held to a quarter, mean of 2 and 4 mg."""
    found = []
    for mg in (2.0, 4.0):
        hours, share = _spray(w, mg)
        top = int(share.argmax())
        after, left = hours[top:], share[top:] / share.max()
        here = (left <= 0.75) & (left >= 0.25)
        found.append(-60.0 * np.log(2.0) / np.polyfit(after[here], np.log(left[here]), 1)[0])
    return float(np.mean(found))


def half_time(w: World, dose: Dose, first: float, last: float, names: Sequence[str]) -> float:
    """Hours until the receptors held fall to half of what they were at an hour; ``last`` if they do not."""
    hours = np.unique(np.concatenate([minutes(min(last, 12.0), 2.0), np.linspace(0.0, last, 800)]))
    share = held(w, dose, hours, names)
    start = int(np.searchsorted(hours, first))
    below = np.flatnonzero(share[start:] <= share[start] / 2.0)
    return float(hours[start + below[0]] - hours[start]) if len(below) else last


@counterpart("lee88_naltrexone_halftime")
def naltrexone_half_time(w: World) -> float:
    """From 1 h after 50 mg by mouth until half of the receptors then held are held; 168 h if never."""
    return half_time(w, Dose("naltrexone", 0.0, 50.0, "oral"), 1.0, 168.0, ("naltrexone", "naltrexol"))


@counterpart("kim97_naloxone_halftime")
def naloxone_half_time(w: World) -> float:
    """From 5 min after 2 mg by vein until half of the receptors then held are held."""
    return half_time(w, by_vein("naloxone", 0.0, 2.0), 1.0 / 12.0, 24.0, ("naloxone",))


@counterpart("kim97_nalmefene_halftime")
def nalmefene_half_time(w: World) -> float:
    """From 5 min after 1 mg by vein until half of the receptors then held are held."""
    return half_time(w, by_vein("nalmefene", 0.0, 1.0), 1.0 / 12.0, 72.0, ("nalmefene",))

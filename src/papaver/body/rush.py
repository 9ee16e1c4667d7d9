"""How fast reward follows the blood: what is at the sites of reward, for the high alone.

People who are given morphine by vein feel high soon after and less and less from then on, in step with plasma
(Zacny 1994, Marsch 2001), long before the slow effect sites of pupils and breathing have filled; a rush after
heroin is there within a minute (Kosel 2008). So for the high

- morphine reaches its site as fast as the first half of its effect on the pupil (Dershwitz 2000);
- heroin crosses into the brain as fast as blood brings it (Oldendorf 1972) and a share of it acts there at
  once, being cleaved to 6-acetylmorphine or binding by itself: counted as 6-acetylmorphine.

Breathing, relief and withdrawal keep the slower sites. In rats heroin alone released no dopamine and
6-acetylmorphine did (Gottas 2014), so the share stands for what is cleaved in the brain; no one has measured
it in people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from papaver.body.exposure import Exposure
from papaver.compiled import compiled
from papaver.evidence.inputs import numbers as central_numbers

Floats = npt.NDArray[np.float64]


def at_reward(exposure: Exposure, numbers: Mapping[str, float] | None = None) -> Exposure:
    """The exposure with the effect sites of reward in place of the slow ones (nmol/L, (people, times)).

    Only morphine's and 6-acetylmorphine's sites differ, and only where morphine or heroin is in plasma. The
    grid should be close after doses: plasma is taken as straight lines between its points, held before a
    dose. Nothing is at the sites at the first time.
    """
    p = central_numbers() if numbers is None else numbers
    site = dict(exposure.site)
    jumps = np.isin(exposure.hours, np.asarray(exposure.breaks, np.float64))
    if "morphine" in site and "morphine" in exposure.plasma:
        plasma = np.ascontiguousarray(exposure.plasma["morphine"])
        site["morphine"] = _filled(exposure.hours, plasma, jumps, p["morphine_fast_effect_half_life_min"])
    if "mam" in site and "heroin" in exposure.plasma:
        plasma = np.ascontiguousarray(exposure.plasma["heroin"])
        heroin = _filled(exposure.hours, plasma, jumps, p["heroin_brain_half_life_min"])
        site["mam"] = site["mam"] + p["reward_heroin_share"] * heroin
    return replace(exposure, site=site)


def _filled(hours: Floats, plasma: Floats, jumps: npt.NDArray[np.bool_], half_life_min: float) -> Floats:
    out = np.zeros_like(plasma)
    fill(hours, plasma, jumps, half_life_min / 60.0 / math.log(2.0), out)
    return out


@compiled
def fill(hours: Floats, plasma: Floats, jumps: npt.NDArray[np.bool_], tau_h: float, out: Floats) -> None:
    """A site, empty at first, that follows plasma (people, times) with a time constant; exact for lines."""
    for who in range(plasma.shape[0]):
        for k in range(hours.size - 1):
            step = hours[k + 1] - hours[k]
            begin, end = plasma[who, k], plasma[who, k + 1]
            if jumps[k + 1] and end > begin:
                end = begin
            lag = (end - begin) / step * tau_h
            out[who, k + 1] = end - lag - (begin - lag - out[who, k]) * np.exp(-step / tau_h)

"""Professional help: supervised detoxification, methadone, buprenorphine.

A medicine acts through the body alone: it holds the agonist signal, so there is no withdrawal, tolerance
is kept, and heroin gives less of a high. How long people stay is drawn once per stay from the published
Weibull curve (a first version: leaving does not yet depend on withdrawal, use or dose).
"""

from __future__ import annotations

from typing import Any

from papaver.compiled import compiled

NONE, DETOX, METHADONE, BUPRENORPHINE = range(4)


@compiled
def stay_days(programme: int, waited: float, p: Any) -> float:
    """Length of a stay (days) with survival ``exp(-scale months**shape)``; ``waited``: a unit exponential."""
    shape, scale = p.detoxification_stay_shape, p.detoxification_stay_scale
    if programme == METHADONE:
        shape, scale = p.methadone_stay_shape, p.methadone_stay_scale
    elif programme == BUPRENORPHINE:
        shape, scale = p.buprenorphine_stay_shape, p.buprenorphine_stay_scale
    return (waited / scale) ** (1.0 / shape) * p.month_days


@compiled
def medicine_mg(
    programme: int, days_in: int, start_mg: float, target_mg: float, length: int, p: Any
) -> float:
    """Today's supervised dose: rising to the target in maintenance, falling in a detoxification."""
    if programme == DETOX:
        return start_mg * max(0.0, 1.0 - days_in / max(1, length))
    every, step = p.methadone_step_days, p.methadone_step_mg
    if programme == BUPRENORPHINE:
        every, step = p.buprenorphine_step_days, p.buprenorphine_step_mg
    return min(target_mg, start_mg + step * (days_in // int(every)))

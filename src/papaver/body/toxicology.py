"""Toxicology, forward and inverse, in one place: what a program or a notebook needs of it.

``detect`` follows doses into specimens and tells how long they are found; ``interpret`` reads a panel
of results backwards, to source and time. The parts: ``specimens`` (urine by void, blood, oral fluid),
``hair``, ``cutoffs``, ``detection``, ``panel``, ``library`` (simulated specimens) and ``interpretation``.

>>> from papaver.body.toxicology import Dose, Regimen, chosen, detect
>>> once = Regimen((Dose("heroin", 0.0, 12.0, "iv"),))
>>> found = detect(once, chosen(["urine"]), people=100, draws=10)  # doctest: +SKIP
>>> found.windows[0].quantile(50)  # doctest: +SKIP
"""

from __future__ import annotations

from papaver.body.cutoffs import Cutoff, Rule, chosen, cutoffs, guidelines
from papaver.body.detection import Curve, Detection, Window, detect
from papaver.body.interpretation import Likely, Reading, interpret
from papaver.body.library import Library, Source, build, sources
from papaver.body.panel import Panel, Result, Specimen, parse_panel, read_panel
from papaver.body.regimen import Dose, Regimen
from papaver.body.specimens import Measured, Voids, measured, voids

__all__ = [
    "Curve",
    "Cutoff",
    "Detection",
    "Dose",
    "Library",
    "Likely",
    "Measured",
    "Panel",
    "Reading",
    "Regimen",
    "Result",
    "Rule",
    "Source",
    "Specimen",
    "Voids",
    "Window",
    "build",
    "chosen",
    "cutoffs",
    "detect",
    "guidelines",
    "interpret",
    "measured",
    "parse_panel",
    "read_panel",
    "sources",
    "voids",
]

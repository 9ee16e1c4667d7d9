"""A stage whose answer is known: two parameters seen through a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from papaver.inference.posterior import Floats, Stage, Target

XS = (-1.0, 0.0, 1.0, 2.0)
TRUTH = (1.2, -0.7)
ERROR = 0.2


@dataclass(frozen=True)
class Line(Stage):
    """Two parameters seen through a line: y = a + b x at x = -1, 0, 1, 2."""

    def bounds(self) -> tuple[Floats, Floats]:
        return np.array([-5.0, -5.0]), np.array([5.0, 5.0])

    def start(self) -> Floats:
        return np.array([4.0, -4.0])


def straight(values: Mapping[str, float]) -> dict[str, float]:
    return {f"y{x:g}": values["a"] + values["b"] * x for x in XS}


def line() -> Line:
    seen = straight({"a": TRUTH[0], "b": TRUTH[1]})
    return Line("line", ("a", "b"), tuple(Target(k, v, ERROR) for k, v in seen.items()), straight)

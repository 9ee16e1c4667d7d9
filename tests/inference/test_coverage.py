"""Truths of the coverage fits come from the prior that the sampler takes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from papaver.inference.coverage import replicate
from papaver.inference.emulator import Reduced
from papaver.inference.posterior import Target

FITS = 12


def nothing_told(values: Mapping[str, float]) -> dict[str, float]:
    """A finding that no value moves."""
    return {"finding": 0.0 * values["leave_use"]}


def test_without_a_telling_finding_the_truth_lies_anywhere_in_the_posterior() -> None:
    """The range is a thousand times wide, so truths drawn evenly from it would rank near 0.85.

    The mean of twelve even ranks has a standard deviation of 0.083: false alarm below one in a thousand.
    """
    stage = Reduced(
        "toy", ("leave_use",), (Target("finding", 0.0, 1.0),), nothing_told, low=(0.01,), high=(10.0,)
    )
    got = np.array([replicate(stage, np.random.Generator(np.random.Philox(key=[3, k]))) for k in range(FITS)])
    assert abs(got[:, 0, 0].mean() - 0.5) < 0.28
    assert 0.6 < got[:, 1, 0].mean() * np.sqrt(12.0) < 1.4

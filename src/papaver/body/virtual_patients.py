"""Virtual patients of the published overdose model, drawn from the joint distribution of its 2000 rows.

``data/fda_population.csv`` holds, per block (opioid kinetics, opioid binding, naloxone binding, naloxone
kinetics), the mean vector and covariance of the logarithms, of the slopes of binding themselves (with these
log kon goes in a straight line: correlation about -0.99, so parameters are never drawn one by one). Blocks
are independent of each other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body.constants import values
from papaver.errors import Fault, InputError

Floats = npt.NDArray[np.float64]

BLOCKS = (
    "opioid_fentanyl",
    "opioid_carfentanil",
    "binding_fentanyl",
    "binding_carfentanil",
    "naloxone_binding",
    "naloxone_generic_im",
    "naloxone_evzio",
    "naloxone_in4",
    "naloxone_iv",
)
"""The place of a block in this list keys its random numbers: append, never reorder."""


class Block(NamedTuple):
    """Joint normal distribution of some parameters (those named ``log_...`` by their logarithm), some of them
    cut off above (``most``)."""

    names: tuple[str, ...]
    mean: Floats
    covariance: Floats
    most: dict[str, float]


def block(name: str) -> Block:
    """The distribution of one block. Raises InputError for an unknown name."""
    if name not in BLOCKS:
        raise InputError(Fault(f"there is no block named {name!r}.", f"Choose one of: {', '.join(BLOCKS)}."))
    mean: dict[str, float] = {}
    pairs: dict[tuple[str, str], float] = {}
    most: dict[str, float] = {}
    for key, value in values("fda_population").items():
        part, kind, *who = key.split(".")
        if part != name:
            continue
        if kind == "mean":
            mean[who[0]] = value
        elif kind == "most":
            most[who[0]] = value
        else:
            pairs[who[0], who[1]] = pairs[who[1], who[0]] = value
    covariance = np.array([[pairs[a, b] for b in mean] for a in mean])
    return Block(tuple(mean), np.array(list(mean.values())), covariance, most)


def draw_block(name: str, count: int, seed: int) -> dict[str, Floats]:
    """``count`` joint draws of one block; the first n of them are the same for any larger count."""
    spread = block(name)
    key = np.array([seed, BLOCKS.index(name)], np.uint64)
    normal = np.random.Generator(np.random.Philox(key=key)).standard_normal((count, len(spread.names)))
    drawn = (spread.mean + normal @ np.linalg.cholesky(spread.covariance).T).T
    columns = {
        who.removeprefix("log_"): np.exp(column) if who.startswith("log_") else column
        for who, column in zip(spread.names, drawn, strict=True)
    }
    for who, most in spread.most.items():
        columns[who] = np.minimum(columns[who], most)
    return columns


def draw(count: int, seed: int, drug: str = "fentanyl", naloxone: str | None = None) -> dict[str, Floats]:
    """Columns for ``breathing.simulate_patients``: ``count`` virtual patients of one drug and product.

    The same seed gives the same people with another naloxone product or none: only its kinetics differ.
    """
    if count < 1:
        raise InputError(Fault(f"{count} is not a number of patients.", "Give 1 or more.", field="count"))
    blocks = [f"opioid_{drug}", f"binding_{drug}", "naloxone_binding"]
    if naloxone:
        blocks.append(f"naloxone_{naloxone}")
    return {who: column for part in blocks for who, column in draw_block(part, count, seed).items()}

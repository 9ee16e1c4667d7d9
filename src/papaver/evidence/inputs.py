"""The numbers the model uses, and draws of them for compiled code.

``central()`` and ``draw(seed, number)`` return a record with one float64 field per input, in the order of
inputs.csv: compiled functions read ``p.tau_fast``. That record holds the inputs of scope ``life``, all that
the day loop reads; ``numbers(seed, number)`` gives every input by name, those of single bodies included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from papaver.evidence.bibliography import sources_of
from papaver.evidence.fingerprint import evidence_hash
from papaver.evidence.inputtable import SCOPES, Input, all_inputs, counts, input_, life_inputs, read_inputs
from papaver.evidence.sampling import Posterior, Sampler, read_posterior
from papaver.evidence.tables import DATA

__all__ = [
    "Input",
    "Sampler",
    "all_inputs",
    "central",
    "changed",
    "counts",
    "draw",
    "evidence_hash",
    "input_",
    "joint_row",
    "life_inputs",
    "most_draws",
    "numbers",
    "read_inputs",
    "record_dtype",
    "sources_of",
]


@cache
def _sampler(scopes: tuple[str, ...] = ("life",)) -> Sampler:
    inputs = tuple(one for one in all_inputs() if one.scope in scopes)
    groups = sorted({one.group for one in inputs if one.group is not None})
    return Sampler(inputs, {group: _posterior(inputs, group) for group in groups})


def _posterior(inputs: Iterable[Input], group: str) -> Posterior:
    names = [one.name for one in inputs if one.group == group]
    return read_posterior(DATA / f"posterior_{group}.csv", names)


def numbers(seed: int = 0, number: int = 0) -> dict[str, float]:
    """Name and value of every input of every scope in one joint draw (number 0: the central values).

    An input of scope ``life`` has the same value here as in ``draw(seed, number)``.
    """
    record = _sampler(SCOPES).draw(seed, number)
    return {name: float(record[name]) for name in record.dtype.names}


def record_dtype() -> np.dtype[np.void]:
    """The record compiled code reads: one float64 field per input of scope ``life``, in file order."""
    return _sampler().dtype


def central() -> Any:
    """The central value of every input, as a record (``numpy.void``); a fresh copy at each call."""
    return _sampler().central()


def draw(seed: int, number: int) -> Any:
    """One joint draw of the inputs, as a record: number 0 the central values, 1, 2, ... sampled.

    A draw is one row of the joint sample: fitted inputs with the values of all others they were fitted
    given. A seed orders the rows. Raises ``InputError`` beyond the last row.
    """
    return _sampler().draw(seed, number)


def joint_row(number: int, groups: Sequence[str] = ()) -> dict[str, float]:
    """Uncertain inputs of scope ``life`` in row 1, 2, ... of the joint sample: those with a distribution of
    their own and those of the posteriors named. A fit finds its own row given these."""
    return _sampler().given(number, groups)


def most_draws() -> int | None:
    """How many sampled draws the fitted posteriors allow; None when nothing limits them."""
    return _sampler().most_draws()


def changed(record: Any, **values: float) -> Any:
    """A copy of a record with some inputs replaced. Raises ``InputError`` for an unknown name."""
    copy = record.copy()
    for name, value in values.items():
        copy[input_(name).name] = value
    return copy

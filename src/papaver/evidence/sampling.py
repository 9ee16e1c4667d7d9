"""Draws of the inputs: each value is a quantile of its own distribution at a keyed uniform number.

Philox4x64-10 with key (seed, hash of the input's name) and counter = number of the draw gives the uniform
number, so a value depends on seed, name and number alone: more draws or more inputs change no other value.

Where some inputs are fitted, draws are rows of one joint sample: row r holds every other input at its own
uniform number r (of ``JOINT``) and row r of each posterior, which was fitted given just those values. A seed
then says only in which order the rows are taken.

Bounds are the central 95 %. Where the central value is not midway between them, each half has its own
width (a split normal, in log space for lognormal and in logit space for logitnormal): the central value
is the median and both published bounds are met exactly.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.errors import Fault, InputError
from papaver.evidence.inputtable import Input
from papaver.evidence.tables import number, read_rows

Posterior = npt.NDArray[np.float64]
Quantile = Callable[[float], float]

_NORMAL = NormalDist()
_Z975 = _NORMAL.inv_cdf(0.975)
_CHUNK = 32  # draws prepared at once: setting up a generator costs more than a number from it
_WORDS = 4  # 64-bit words in one Philox block
JOINT = 0  # seed of the joint sample's rows
_BITS = 52  # so that u + half a step is exact and lies strictly between 0 and 1
_MOST = 2**63


def name_key(name: str) -> int:
    """A stable 64-bit number for a name: the same on every machine and in every version."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def quantile(one: Input) -> Quantile:
    """The quantile function of an input: from a number in (0, 1) to a value in the input's unit."""
    if one.distribution == "fixed":
        return lambda u: one.value
    if one.lo is None or one.hi is None:
        raise InputError(f"{one.name}: a {one.distribution} needs lo and hi.")
    value, lo, hi = one.value, one.lo, one.hi
    match one.distribution:
        case "uniform":
            return lambda u: lo + (hi - lo) * u
        case "loguniform":
            return lambda u: math.exp(math.log(lo) + (math.log(hi) - math.log(lo)) * u)
        case "normal":
            return _split(value, lo, hi)
        case "lognormal":
            in_log = _split(math.log(value), math.log(lo), math.log(hi))
            return lambda u: math.exp(in_log(u))
        case "logitnormal":
            in_logit = _split(_logit(value), _logit(lo), _logit(hi))
            return lambda u: 1 / (1 + math.exp(-in_logit(u)))
    raise InputError(f"{one.name}: {one.distribution} has no quantile of its own.")


def _split(middle: float, lo: float, hi: float) -> Quantile:
    below, above = (middle - lo) / _Z975, (hi - middle) / _Z975

    def at(u: float) -> float:
        z = _NORMAL.inv_cdf(u)
        return middle + z * (below if z < 0 else above)

    return at


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def uniforms(seed: int, name: str, first: int, count: int) -> npt.NDArray[np.float64]:
    """Uniform numbers in (0, 1) of the draws ``first`` .. ``first + count - 1`` of a name: (count,)."""
    # numpy steps the counter before the first block, so that block `first` needs a start one below it
    bits = np.random.Philox(key=np.array([seed, name_key(name)], dtype=np.uint64), counter=first - 1)
    raw = bits.random_raw(_WORDS * count)[::_WORDS] >> np.uint64(64 - _BITS)
    return np.ldexp(raw.astype(np.float64) + 0.5, -_BITS)


class Sampler:
    """Central values and draws of a set of inputs as records of one float64 field per input."""

    def __init__(self, inputs: Sequence[Input], posteriors: Mapping[str, Posterior] | None = None) -> None:
        """Take inputs, and for each posterior group a structured or plain table (see ``read_posterior``)."""
        self.inputs = tuple(inputs)
        self.dtype = np.dtype([(one.name, np.float64) for one in self.inputs])
        self._posteriors = dict(posteriors or {})
        self._chunk = lru_cache(maxsize=4)(self._make_chunk)
        self._order = lru_cache(maxsize=16)(self._make_order)

    @cached_property
    def _quantiles(self) -> tuple[tuple[int, str, Quantile], ...]:
        free = ((place, one) for place, one in enumerate(self.inputs) if one.distribution != "fixed")
        return tuple((place, one.name, quantile(one)) for place, one in free if one.group is None)

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        """Places of the inputs of each posterior group, in the order of the file."""
        places: dict[str, list[int]] = {}
        for place, one in enumerate(self.inputs):
            if one.group is not None:
                places.setdefault(one.group, []).append(place)
        return places

    @cached_property
    def _middle(self) -> npt.NDArray[np.float64]:
        return np.array([one.value for one in self.inputs], dtype=np.float64)

    def central(self) -> Any:
        """The central values: a fresh record (``numpy.void``) with one field per input."""
        return self._record(self._middle.copy())

    def draw(self, seed: int, number: int) -> Any:
        """The draw of this number: 0 the central values, 1, 2, ... sampled.

        Raises ``InputError`` for a negative seed or number, and when a fitted group has fewer rows.
        """
        _check(seed, number)
        if number == 0:
            return self.central()
        if not self._groups:
            return self._record(self._values(seed, number))
        rows = self._rows()
        if number > rows:
            what = f"draw {number} asked for, but the joint sample has {rows} rows."
            raise InputError(Fault(what, f"Ask for at most {rows} draws."))
        return self.row(1 + int(self._order(seed, rows)[number - 1]))

    def row(self, number: int) -> Any:
        """Row 1, 2, ... of the joint sample: each posterior's row, and the values it was fitted given."""
        values = self._values(JOINT, number)
        for group, fields in self._groups.items():
            values[fields] = self._table(group)[number - 1]
        return self._record(values)

    def given(self, number: int, groups: Sequence[str]) -> dict[str, float]:
        """Inputs with a distribution of their own and of these posteriors, in a row of the joint sample."""
        values = self._values(JOINT, number)
        places = [place for place, _, _ in self._quantiles]
        for group in groups:
            table, fields = self._table(group), self._groups[group]
            if number > len(table):
                what = f"row {number} asked for, but posterior_{group}.csv has {len(table)} rows."
                raise InputError(Fault(what, f"Ask for at most {len(table)} rows, or fit {group} with more."))
            values[fields] = table[number - 1]
            places += fields
        return {self.inputs[place].name: float(values[place]) for place in places}

    def most_draws(self) -> int | None:
        """How many draws the fitted groups allow; None when nothing limits them."""
        return self._rows() if self._groups else None

    def _rows(self) -> int:
        """Rows of the joint sample: all posteriors hold as many. Raises ``InputError`` where they differ."""
        found = {group: len(self._table(group)) for group in self._groups}
        if len(set(found.values())) > 1:
            told = ", ".join(f"posterior_{group}.csv has {rows}" for group, rows in found.items())
            raise InputError(
                Fault(f"posteriors of unequal length: {told} rows.", "Fit them with equal --rows.")
            )
        return next(iter(found.values()))

    def _values(self, stream: int, number: int) -> npt.NDArray[np.float64]:
        """Values of all inputs with a distribution of their own; the others are central."""
        values = self._middle.copy()
        chunk, place = divmod(number - 1, _CHUNK)
        numbers = self._chunk(stream, chunk)[place].tolist()
        for (field, _, at), u in zip(self._quantiles, numbers, strict=True):
            values[field] = at(u)
        return values

    def _record(self, values: npt.NDArray[np.float64]) -> Any:
        return values.view(self.dtype)[0]

    def _make_chunk(self, seed: int, chunk: int) -> npt.NDArray[np.float64]:
        """Uniform numbers of a run of draws, shape (draw, input)."""
        columns = [uniforms(seed, name, 1 + chunk * _CHUNK, _CHUNK) for _, name, _ in self._quantiles]
        return np.column_stack(columns) if columns else np.empty((_CHUNK, 0))

    def _make_order(self, seed: int, rows: int) -> npt.NDArray[np.intp]:
        """The order in which a seed takes the rows of the joint sample: each row once."""
        return np.argsort(uniforms(seed, "joint sample", 1, rows), kind="stable")

    def _table(self, group: str) -> Posterior:
        table = self._posteriors.get(group)
        if table is None:
            what = f"there is no posterior of group {group!r}."
            raise InputError(Fault(what, f"Add posterior_{group}.csv."))
        return table


def _check(seed: int, number: int) -> None:
    if not 0 <= seed < _MOST:
        raise InputError(Fault(f"seed {seed} is out of range.", "Use a whole number from 0 to 2^63 - 1."))
    if not 0 <= number < _MOST:
        raise InputError(Fault(f"there is no draw {number}.", "Draws are numbered from 0."))


def read_posterior(path: Path, names: Sequence[str]) -> Posterior:
    """Joint draws of the inputs ``names`` from a CSV file of exactly these columns, shape (row, input)."""
    table = []
    faults = []
    for row in read_rows(path, names):
        try:
            cells = [number(row[name]) for name in names]
            table.append([_given(cell) for cell in cells])
        except ValueError as error:
            faults.append(Fault(f"{error}.", "Every cell holds a finite number.", path.name, row.line))
    if not table and not faults:
        faults.append(Fault("no rows.", "Run the fit that writes it.", path.name))
    if faults:
        raise InputError(faults)
    return np.array(table, dtype=np.float64)


def _given(cell: float | None) -> float:
    if cell is None:
        raise ValueError("empty cell")
    return cell

"""Exact solution of linear compartments, person by person.

Amounts obey ``dx/dt = A x + input``. The compartments stand in *blocks*: a block is one compartment, or a
central one with its peripheral ones, and drug flows only from earlier blocks to later ones. Then ``A`` is
block lower triangular, each block can be made symmetric by scaling, and the eigenvalues and eigenvectors
of the whole follow block by block and by substitution. In the eigenbasis a dose is an addition, time is a
multiplication by ``exp(-rate dt)``, a constant input over some time is a known factor: no error from
stepping, whatever the intervals. Amounts that have left (``sinks``) are read from the same modes.

Where two rates that are linked nearly agree the eigenvectors become parallel; those persons are carried by
the matrix exponential instead. Closed forms for such chains: Bateman 1910.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SWEEPS = 40  # of Jacobi rotations; blocks of two need one, of four about five
LARGEST_GROWTH = 1e7  # of the eigenvectors: beyond it the matrix exponential is more exact
SMALL = 1e-300
TERMS = 24  # of the series; its argument is at most about one

# Kinds of event, in the order in which they happen at one and the same time.
STOP_INPUT, DOSE, START_INPUT, LOOK = range(4)


@dataclass(frozen=True)
class Modes:
    """Eigenbasis of the compartments of each person.

    ``rate`` (people, n) in 1/h; ``to_amount`` (people, n, n) takes modes to amounts, ``to_mode`` takes
    amounts to modes; ``sound`` (people,) says for whom it is exact enough.
    """

    rate: Floats
    to_amount: Floats
    to_mode: Floats
    sound: npt.NDArray[np.bool_]


@compiled
def _rotate(s: Any, u: Any, size: int, i: int, j: int) -> None:
    """One Jacobi rotation that clears element (i, j) of the symmetric ``s``; ``u`` gathers the vectors."""
    theta = (s[j, j] - s[i, i]) / (2.0 * s[i, j])
    t = math.copysign(1.0, theta) / (abs(theta) + math.sqrt(theta * theta + 1.0))
    c = 1.0 / math.sqrt(t * t + 1.0)
    sn = t * c
    for k in range(size):
        a, b = s[k, i], s[k, j]
        s[k, i], s[k, j] = c * a - sn * b, sn * a + c * b
    for k in range(size):
        a, b = s[i, k], s[j, k]
        s[i, k], s[j, k] = c * a - sn * b, sn * a + c * b
        a, b = u[k, i], u[k, j]
        u[k, i], u[k, j] = c * a - sn * b, sn * a + c * b


@compiled
def _symmetric(s: Any, u: Any, size: int) -> None:
    """Diagonalise the symmetric leading part of ``s`` in place; columns of ``u`` become its vectors."""
    for i in range(size):
        for j in range(size):
            u[i, j] = 1.0 if i == j else 0.0
    for _ in range(SWEEPS):
        off, on = 0.0, 0.0
        for i in range(size):
            on += s[i, i] * s[i, i]
            for j in range(i + 1, size):
                off += s[i, j] * s[i, j]
        if off <= SMALL * on:
            return
        for i in range(size):
            for j in range(i + 1, size):
                if s[i, j] != 0.0:
                    _rotate(s, u, size, i, j)


@compiled
def _one_block(a: Any, first: int, size: int, q: Any, q_back: Any, s: Any, u: Any) -> None:
    """Eigenvectors of one block into ``q`` and their inverse into ``q_back``: scale, then diagonalise.

    The scale of a peripheral compartment is the root of the ratio of its two rates of exchange.
    """
    scale = s[size]  # a spare row
    scale[0] = 1.0
    for j in range(1, size):
        scale[j] = math.sqrt(a[first + j, first] / a[first, first + j])
    for i in range(size):
        for j in range(size):
            s[i, j] = a[first + i, first + j] * scale[j] / scale[i]
    _symmetric(s, u, size)
    for i in range(size):
        for j in range(size):
            q[first + i, j] = scale[i] * u[i, j]
            q_back[first + i, j] = u[j, i] / scale[j]


@compiled
def _into_blocks(a: Any, starts: Any, q: Any, q_back: Any, s: Any, u: Any, row: Any) -> None:
    """Change ``a`` to the eigenbasis of its blocks, in place: it becomes lower triangular."""
    n = a.shape[0]
    for b in range(len(starts) - 1):
        first, size = starts[b], starts[b + 1] - starts[b]
        if size == 1:
            continue
        _one_block(a, first, size, q, q_back, s, u)
        for i in range(first, n):  # columns of the block: a q
            for j in range(size):
                row[j] = 0.0
                for k in range(size):
                    row[j] += a[i, first + k] * q[first + k, j]
            for j in range(size):
                a[i, first + j] = row[j]
        for j in range(first + size):  # rows of the block: q_back a
            for i in range(size):
                row[i] = 0.0
                for k in range(size):
                    row[i] += q_back[first + i, k] * a[first + k, j]
            for i in range(size):
                a[first + i, j] = row[i]


@compiled
def _substitute(t: Any, starts: Any, x: Any, y: Any) -> float:
    """Eigenvectors ``x`` of the lower triangular ``t`` (ones on the diagonal), their inverse ``y``.

    Returns how large they grew: the product of the largest elements of both.
    """
    n = t.shape[0]
    block_of = np.empty(n, np.int64)
    for b in range(len(starts) - 1):
        for i in range(starts[b], starts[b + 1]):
            block_of[i] = b
    top_x, top_y = 1.0, 1.0
    for j in range(n):
        x[j, j] = 1.0
        for i in range(j + 1, n):
            total = 0.0
            if block_of[i] != block_of[j]:
                for k in range(j, i):
                    if block_of[k] != block_of[i]:
                        total += t[i, k] * x[k, j]
            if total != 0.0:
                gap = t[j, j] - t[i, i]
                total = total / gap if gap != 0.0 else np.inf
            x[i, j] = total
            top_x = max(top_x, abs(total))
    for j in range(n):
        y[j, j] = 1.0
        for i in range(j + 1, n):
            total = 0.0
            for k in range(j, i):
                total -= x[i, k] * y[k, j]
            y[i, j] = total
            top_y = max(top_y, abs(total))
    growth = top_x * top_y
    return growth if growth == growth else np.inf  # not a number: infinite


@compiled
def decompose(a: Any, starts: Any, rate: Any, to_amount: Any, to_mode: Any) -> Any:
    """Eigenbasis of each person's ``a`` (people, n, n); returns its growth per person (see ``Modes``)."""
    people, n = a.shape[0], a.shape[1]
    growth = np.empty(people)
    t, x, y = np.empty((n, n)), np.zeros((n, n)), np.zeros((n, n))
    q, q_back, row = np.empty((n, n)), np.empty((n, n)), np.empty(n)
    s, u = np.empty((n + 1, n)), np.empty((n, n))
    for person in range(people):
        t[:, :] = a[person]
        _into_blocks(t, starts, q, q_back, s, u, row)
        growth[person] = _substitute(t, starts, x, y)
        for i in range(n):
            rate[person, i] = -t[i, i]
        v, w = to_amount[person], to_mode[person]
        v[:, :] = x
        w[:, :] = y
        for b in range(len(starts) - 1):
            first, size = starts[b], starts[b + 1] - starts[b]
            if size == 1:
                continue
            for j in range(first + size):
                for i in range(size):
                    row[i] = 0.0
                    for k in range(size):
                        row[i] += q[first + i, k] * x[first + k, j]
                for i in range(size):
                    v[first + i, j] = row[i]
            for i in range(first, n):
                for j in range(size):
                    row[j] = 0.0
                    for k in range(size):
                        row[j] += y[i, first + k] * q_back[first + k, j]
                for j in range(size):
                    w[i, first + j] = row[j]
    return growth


def modes(a: Floats, starts: Sequence[int]) -> Modes:
    """Eigenbasis of compartments ``a`` (people, n, n) in 1/h whose blocks begin at ``starts``."""
    people, n, _ = a.shape
    edges = np.array([*starts, n], np.int64)
    rate, to_amount, to_mode = np.empty((people, n)), np.zeros((people, n, n)), np.zeros((people, n, n))
    growth = decompose(np.ascontiguousarray(a), edges, rate, to_amount, to_mode)
    return Modes(rate, to_amount, to_mode, np.asarray(growth < LARGEST_GROWTH))


@compiled
def carry(
    rate: Any, gain: Any, at: Any, kind: Any, what: Any, much: Any, read: Any, constant: Any, out: Any
) -> None:
    """Carry every person's modes through the events and read them at each look.

    ``rate`` (people, m) 1/h; ``gain`` (people, entries, m) modes per umol that enters; the events' hour
    ``at``, ``kind``, entry ``what`` and amount ``much`` (umol, or umol/h of a constant input);
    ``read`` (people, readings, m); ``constant`` (people, readings, entries) what each umol entered adds to a
    reading for good (amounts that have left the body); ``out`` (people, readings, looks).
    """
    people, m = rate.shape
    readings, entries = read.shape[1], gain.shape[1]
    c, r, decay, filled = np.empty(m), np.empty(m), np.empty(m), np.empty(m)
    entered, speed = np.empty(entries), np.empty(entries)
    for person in range(people):
        c[:] = 0.0
        r[:] = 0.0
        entered[:] = 0.0
        speed[:] = 0.0
        last, before, filled_for, running, look = at[0], -1.0, -1.0, 0, 0
        for e in range(len(at)):
            dt = at[e] - last
            last = at[e]
            if dt > 0.0:
                if dt != before:
                    before = dt
                    for k in range(m):
                        decay[k] = math.exp(-rate[person, k] * dt)
                for k in range(m):
                    c[k] *= decay[k]
                if running > 0:
                    if dt != filled_for:
                        filled_for = dt
                        for k in range(m):
                            filled[k] = -math.expm1(-rate[person, k] * dt) / rate[person, k]
                    for k in range(m):
                        c[k] += r[k] * filled[k]
                    for k in range(entries):
                        entered[k] += speed[k] * dt
            w = what[e]
            if kind[e] == DOSE:
                entered[w] += much[e]
                for k in range(m):
                    c[k] += gain[person, w, k] * much[e]
            elif kind[e] == START_INPUT:
                running += 1
                speed[w] += much[e]
                for k in range(m):
                    r[k] += gain[person, w, k] * much[e]
            elif kind[e] == STOP_INPUT:
                running -= 1
                speed[w] -= much[e]
                for k in range(m):
                    r[k] = r[k] - gain[person, w, k] * much[e] if running > 0 else 0.0
            else:
                for i in range(readings):
                    total = 0.0
                    for k in range(entries):
                        total += constant[person, i, k] * entered[k]
                    for k in range(m):
                        total += read[person, i, k] * c[k]
                    out[person, i, look] = max(0.0, total)
                look += 1


def exponential(a: Floats, hours: float) -> Floats:
    """``exp(a * hours)`` of rates ``a`` whose off-diagonal elements are not negative.

    Shifted by the fastest loss, every term of the series is positive, so nothing cancels, however close the
    rates (a general routine loses half of its digits where two nearly agree). Then squared up.
    """
    n, fastest = len(a), float(-a.diagonal().min())
    halvings = max(0, math.ceil(math.log2(max(1.0, 2.0 * float(np.abs(a).sum(axis=0).max()) * hours))))
    step = hours / 2.0**halvings
    shifted = (a + fastest * np.eye(n)) * step
    term, total = np.eye(n), np.eye(n)
    for k in range(1, TERMS):
        term = term @ shifted / k
        total = total + term
    total *= math.exp(-fastest * step)
    for _ in range(halvings):
        total = total @ total
    return total


def carry_by_exponential(
    a: Floats, enter: Floats, at: Floats, kind: Ints, what: Ints, much: Floats, read: Floats
) -> Floats:
    """One person's readings by the matrix exponential: ``a`` (n, n), ``enter`` (entries, n), ``read``.

    Needs no eigenvectors, so it serves where they are nearly parallel. Shape (readings, looks).
    """
    n = len(a)
    x, r = np.zeros(n), np.zeros(n)
    steps: dict[float, Floats] = {}
    found, last, running = [], at[0] if len(at) else 0.0, 0
    for hour, event, entry, amount in zip(at, kind, what, much, strict=True):
        dt = float(hour - last)
        last = hour
        if dt > 0.0:
            if running:
                whole = np.zeros((n + 1, n + 1))
                whole[:n, :n], whole[:n, n] = a, r
                x = (exponential(whole, dt) @ np.append(x, 1.0))[:n]
            else:
                if dt not in steps:
                    steps[dt] = exponential(a, dt)
                x = steps[dt] @ x
        if event == DOSE:
            x = x + enter[entry] * amount
        elif event == START_INPUT:
            r, running = r + enter[entry] * amount, running + 1
        elif event == STOP_INPUT:
            running -= 1
            r = r - enter[entry] * amount if running else np.zeros(n)
        else:
            found.append(np.maximum(0.0, read @ x))
    return np.array(found).T.reshape(len(read), len(found))

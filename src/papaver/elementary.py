"""Exponential and logarithm that compile into vector code, with the same bits on every machine.

The C library's own are calls, one number at a time. These are plain arithmetic without branches, so a loop
over hours or days runs several at once; and being made of sums and products alone they do not differ
between C libraries. Errors stay below 2 units in the last place (a test compares them with the C library's).
"""

from __future__ import annotations

import struct
from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from papaver.compiled import inlined

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # of fdlibm
_ROUNDER = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number
_ROUNDER_BITS = 0x4338000000000000
_MANTISSA, _BIAS = 52, 1023
_LARGEST = 700.0
_SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
_G1, _G2, _G3, _G4 = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
)
_G5, _G6, _G7 = 1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01


@intrinsic  # type: ignore[untyped-decorator]
def _bits_compiled(context: Any, x: Any) -> Any:
    """The 64 bits of a float, as an integer."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), build


@intrinsic  # type: ignore[untyped-decorator]
def _float_compiled(context: Any, bits: Any) -> Any:
    """The float with these 64 bits."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), build


@intrinsic  # type: ignore[untyped-decorator]
def _fused_compiled(context: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z`` rounded once."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), build


def _fused_plain(x: float, y: float, z: float) -> float:
    return x * y + z


def _bits_plain(x: float) -> int:
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def _float_plain(bits: int) -> float:
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


_bits = _bits_plain if numba.config.DISABLE_JIT else _bits_compiled
_float = _float_plain if numba.config.DISABLE_JIT else _float_compiled
fused = _fused_plain if numba.config.DISABLE_JIT else _fused_compiled


@inlined
def exp(x: float) -> float:
    """``e**x``; beyond 700 in size x is cut to 700."""
    x = min(max(x, -_LARGEST), _LARGEST)
    t = fused(x, _LOG2_E, _ROUNDER)
    whole = t - _ROUNDER
    r = fused(whole, -_LN2_LOW, fused(whole, -_LN2_HIGH, x))
    r2 = r * r
    r4 = r2 * r2
    low = fused(r2, fused(r, 1.0 / 6.0, 1.0 / 2.0), 1.0 + r)
    mid = fused(r2, fused(r, 1.0 / 5040.0, 1.0 / 720.0), fused(r, 1.0 / 120.0, 1.0 / 24.0))
    high = fused(r2, fused(r, 1.0 / 39916800.0, 1.0 / 3628800.0), fused(r, 1.0 / 362880.0, 1.0 / 40320.0))
    top = fused(r, 1.0 / 6227020800.0, 1.0 / 479001600.0)
    power = _float((_bits(t) - _ROUNDER_BITS + _BIAS) << _MANTISSA)
    return fused(r4, fused(r4, fused(r4, top, high), mid), low) * power


@inlined
def log(x: float) -> float:
    """Natural logarithm of a positive number that is not denormal."""
    bits = _bits(x)
    exponent = (bits - _SQRT_HALF_BITS) >> _MANTISSA
    f = _float(bits - (exponent << _MANTISSA)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = z * fused(w, fused(w, fused(w, _G7, _G5), _G3), _G1)
    even = w * fused(w, fused(w, _G6, _G4), _G2)
    half = 0.5 * f * f
    n = float(exponent)
    return fused(n, _LN2_HIGH, f - (half - fused(s, half + (odd + even), n * _LN2_LOW)))

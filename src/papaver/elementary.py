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


def _bits_plain(x: float) -> int:
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def _float_plain(bits: int) -> float:
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


_bits = _bits_plain if numba.config.DISABLE_JIT else _bits_compiled
_float = _float_plain if numba.config.DISABLE_JIT else _float_compiled


@inlined
def exp(x: float) -> float:
    """``e**x``; beyond 700 in size x is cut to 700."""
    x = min(max(x, -_LARGEST), _LARGEST)
    t = x * _LOG2_E + _ROUNDER
    whole = t - _ROUNDER
    r = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 + r) + r2 * (1.0 / 2.0 + r * (1.0 / 6.0))
    mid = (1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0 + r * (1.0 / 5040.0))
    high = (1.0 / 40320.0 + r * (1.0 / 362880.0)) + r2 * (1.0 / 3628800.0 + r * (1.0 / 39916800.0))
    top = 1.0 / 479001600.0 + r * (1.0 / 6227020800.0)
    power = _float((_bits(t) - _ROUNDER_BITS + _BIAS) << _MANTISSA)
    return (low + r4 * (mid + r4 * (high + r4 * top))) * power


@inlined
def log(x: float) -> float:
    """Natural logarithm of a positive number that is not denormal."""
    bits = _bits(x)
    exponent = (bits - _SQRT_HALF_BITS) >> _MANTISSA
    f = _float(bits - (exponent << _MANTISSA)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = z * (_G1 + w * (_G3 + w * (_G5 + w * _G7)))
    even = w * (_G2 + w * (_G4 + w * _G6))
    half = 0.5 * f * f
    n = float(exponent)
    return n * _LN2_HIGH - ((half - (s * (half + (odd + even)) + n * _LN2_LOW)) - f)

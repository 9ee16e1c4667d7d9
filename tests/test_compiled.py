"""The one way of compiling: no version of a function for each constant it is called with."""

from __future__ import annotations

import numba
import pytest

from papaver.compiled import COMPILED_ROOMS, ROOT, compiled


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_calls_with_constants_share_one_compiled_version() -> None:
    @compiled
    def scaled(x: float, times: int, twice: bool) -> float:
        return x * times * (2 if twice else 1)

    @compiled
    def total(x: float) -> float:
        return scaled(x, 3, True) + scaled(x, 5, False) + scaled(x, times=7, twice=True)

    assert total(1.0) == 6 + 5 + 14
    assert len(scaled.signatures) == 1  # type: ignore[attr-defined]


def test_all_compiled_code_counts_for_the_name_of_the_cache() -> None:
    """A room with compiled code that is left out would run an old copy after an edit."""
    with_compiled = [path for path in ROOT.rglob("*.py") if "\n@compiled\n" in path.read_text("utf-8")]
    with_compiled += [path for path in ROOT.rglob("*.py") if "\n@inlined\n" in path.read_text("utf-8")]
    rooms = {path.relative_to(ROOT).parts[0] for path in with_compiled}
    assert {"person", "body"} <= rooms
    assert {room for room in rooms if not room.endswith(".py")} <= set(COMPILED_ROOMS)

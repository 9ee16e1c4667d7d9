"""Work that follows changes: never twice at once, and always for the last."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from papaver.app.latest import Latest


def test_the_last_change_is_followed_and_those_in_between_are_left_out() -> None:
    value, seen, at_once, told = 0, [], [0], []

    async def work(outdated: Callable[[], bool]) -> None:
        at_once[0] += 1
        assert at_once[0] == 1
        mine = value
        await asyncio.sleep(0.01)
        seen.append(mine)
        told.append(outdated())
        at_once[0] -= 1

    async def change() -> None:
        nonlocal value
        latest = Latest(work)
        asks = []
        for value in range(1, 6):  # noqa: B007
            asks.append(asyncio.create_task(latest.ask()))
            await asyncio.sleep(0.001)
        await asyncio.gather(*asks)
        await latest.ask()

    asyncio.run(change())
    assert seen == [1, 5, 5]
    assert told == [True, False, False]


def test_a_fault_in_the_work_does_not_stop_what_comes_after() -> None:
    seen = []

    async def work(outdated: Callable[[], bool]) -> None:
        seen.append(1)
        if len(seen) == 1:
            raise ValueError

    async def change() -> None:
        latest = Latest(work)
        with contextlib.suppress(ValueError):
            await latest.ask()
        await latest.ask()

    asyncio.run(change())
    assert len(seen) == 2

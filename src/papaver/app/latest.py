"""Work that follows what is set on a page: one piece at a time, always for what was set last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import background_tasks

QUIET_SECONDS = 0.4


class Latest:
    """Calls ``work`` after every ``ask``, never twice at once; what was asked meanwhile is done once after.

    ``work`` gets a function that tells whether something newer has been asked.
    """

    def __init__(self, work: Callable[[Callable[[], bool]], Awaitable[None]]) -> None:
        self.work = work
        self.asked = self.done = self.typed = 0
        self.busy = False

    def soon(self) -> None:
        """Follow a change when nothing more has changed for a moment: for entries that are typed."""
        self.typed += 1
        background_tasks.create(self._later(self.typed))

    async def _later(self, mine: int) -> None:
        await asyncio.sleep(QUIET_SECONDS)
        if self.typed == mine:
            await self.ask()

    async def ask(self) -> None:
        """Follow a change."""
        self.asked += 1
        if self.busy:
            return
        self.busy = True
        try:
            while self.done != self.asked:
                mine = self.done = self.asked
                await self.work(lambda mine=mine: self.asked != mine)  # type: ignore[misc]
        finally:
            self.busy = False

"""Work that follows what is set on a page: one piece at a time, always for what was set last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


class Latest:
    """Calls ``work`` after every ``ask``, never twice at once; what was asked meanwhile is done once after.

    ``work`` gets a function that tells whether something newer has been asked.
    """

    def __init__(self, work: Callable[[Callable[[], bool]], Awaitable[None]]) -> None:
        self.work = work
        self.asked = self.done = 0
        self.busy = False

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

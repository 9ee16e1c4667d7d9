"""Run time of counterparts that share cohorts and courses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Clock:
    """Run time of what counterparts share and of each counterpart itself."""

    spent: dict[Any, float] = field(default_factory=dict)
    users: dict[Any, set[str]] = field(default_factory=dict)
    running: list[list[float]] = field(default_factory=list)  # seconds of the parts within each open part
    who: str = ""

    @contextmanager
    def part(self, key: Any) -> Iterator[None]:
        """Time of a part, without that of the parts within it."""
        self.users.setdefault(key, set()).add(self.who)
        start = time.perf_counter()
        self.running.append([])
        try:
            yield
        finally:
            lasted = time.perf_counter() - start
            self.spent[key] = self.spent.get(key, 0.0) + lasted - sum(self.running.pop())
            if self.running:
                self.running[-1].append(lasted)

    @contextmanager
    def finding(self, name: str) -> Iterator[None]:
        """Time of a counterpart."""
        self.who = name
        with self.part(("finding", name)):
            yield
        self.who = ""

    def by_finding(self) -> dict[str, float]:
        """Seconds of each counterpart, with an equal part of what it shared."""
        found: dict[str, float] = {}
        for key, seconds in self.spent.items():
            for user in self.users[key]:
                found[user] = found.get(user, 0.0) + seconds / len(self.users[key])
        return found

"""The work of a study, cut into tasks of about a second. Results do not depend on the cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from papaver.scenario.size import MOST_TASKS

PERSON_DAYS_PER_TASK = 3_000_000


@dataclass(frozen=True, order=True)
class Task:
    """People ``first`` .. ``first + count - 1`` under one plan (by number) and one parameter draw."""

    plan: int
    draw: int
    first: int
    count: int

    @property
    def file(self) -> str:
        """Name of the file that keeps its block."""
        return f"p{self.plan:03d}_d{self.draw:05d}_f{self.first:09d}_n{self.count:07d}.npz"


def people_per_block(people: int, plans: int, draws: int, days: int) -> int:
    """How many people to simulate at once: about a second of work, and no more than ``MOST_TASKS`` tasks."""
    most_blocks = max(1, MOST_TASKS // (plans * (draws + 1)))
    by_time = max(1, PERSON_DAYS_PER_TASK // days)
    return min(people, max(by_time, -(-people // most_blocks)))


def all_tasks(people: int, plans: int, draws: int, per_block: int) -> list[Task]:
    """Every task, in the order in which results are put together: by plan, draw and block."""
    return [
        Task(plan, draw, first, count)
        for plan in range(plans)
        for draw in range(draws + 1)
        for first, count in _blocks(people, per_block)
    ]


def _blocks(people: int, per_block: int) -> Iterator[tuple[int, int]]:
    for first in range(0, people, per_block):
        yield first, min(per_block, people - first)

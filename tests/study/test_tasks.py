from __future__ import annotations

import pytest

from papaver.study.folder import BLOCK
from papaver.study.tasks import MOST_TASKS, Task, all_tasks, people_per_block


@pytest.mark.parametrize("people", [1, 7, 600, 10_000_000])
@pytest.mark.parametrize("per_block", [1, 7, 1000])
def test_every_person_is_simulated_once(people: int, per_block: int) -> None:
    per_block = max(per_block, people // 1000)
    tasks = all_tasks(people, 1, 0, per_block)
    ends = [task.first + task.count for task in tasks]
    assert [task.first for task in tasks] == [0, *ends[:-1]]
    assert ends[-1] == people


def test_tasks_come_by_plan_draw_and_block() -> None:
    tasks = all_tasks(5, 2, 1, 3)
    assert tasks == sorted(tasks)
    assert {(task.plan, task.draw) for task in tasks} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert len({task.file for task in tasks}) == len(tasks) == 8


@pytest.mark.parametrize(("people", "plans", "draws", "days"), [(600, 8, 20, 3652), (10**7, 50, 3, 21915)])
def test_tasks_are_neither_tiny_nor_too_many(people: int, plans: int, draws: int, days: int) -> None:
    per_block = people_per_block(people, plans, draws, days)
    assert plans * (draws + 1) * -(-people // per_block) <= MOST_TASKS
    assert per_block == people or per_block * days > 10**6


def test_the_names_of_blocks_are_recognised_whatever_their_size() -> None:
    for task in (Task(0, 0, 0, 1), Task(49, 123456, 10**10, 10**8)):
        assert BLOCK.fullmatch(task.file)

"""Runs a study: plans x parameter draws x blocks of people, to results on disk.

Blocks are simulated by threads of this process (the engine is compiled and lets go of the interpreter's
lock), by worker processes, or by the workers of a Dask cluster (``crew``). One that fails is tried again. A
finished block is on disk at once; a run that is interrupted or killed loses the blocks in hand and is
completed by ``resume``. Results are sums of whole numbers over people: the same bits for any crew and blocks.
"""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

from papaver.compiled import code_hash
from papaver.errors import Fault, InputError
from papaver.results import TABLES, schema
from papaver.results import costs as pricing
from papaver.results.store import read_table, write_text
from papaver.results.summary import About, strata
from papaver.results.totals import Labels
from papaver.scenario import Scenario, changed
from papaver.scenario.size import estimate
from papaver.study import blocks, limits, provenance
from papaver.study.assemble import Frame, assemble
from papaver.study.crew import Crew, Order, OtherVersionError, carry_out, check_options, crew, gone, lost
from papaver.study.folder import (
    FINISHED,
    RUNNING,
    Identity,
    Marker,
    claim,
    clear,
    drop_blocks,
    held,
    identify,
    made,
    now,
    prepare,
    unusable,
)
from papaver.study.model import (
    Evidence,
    Model,
    Progress,
    Simulate,
    days_of,
    standard_model,
)
from papaver.study.tasks import Task, all_tasks, people_per_block

MOST_THREADS = 256
SHARE_OF_LEAPS = 0.01  # of a day's time that leaping over it takes
RETRIES = 2  # of a block that failed
PATIENCE = 60  # seconds without a finished block until the crew is looked after
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
Report = Callable[[Progress], None]


class Interrupted(KeyboardInterrupt):
    """The run was interrupted; ``done`` of ``total`` blocks are kept in ``folder``."""

    def __init__(self, folder: Path, done: int, total: int) -> None:
        self.folder, self.done, self.total = folder, done, total
        super().__init__(f"interrupted: {done} of {total} blocks are kept in {folder}")


@dataclass(frozen=True)
class Outcome:
    """How a run ended: ``ran`` is False for a finished run that was found and left as it is."""

    folder: Path
    ran: bool
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Study:
    """A run, ready to start."""

    scenario: Scenario
    folder: Path
    model: Model
    identity: Identity
    threads: int
    workers: int | None
    dask: str | None
    days: int


def run(
    scenario: Scenario,
    folder: Path | str,
    *,
    people: int | None = None,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    workers: int | None = None,
    dask: str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Report | None = None,
    options: Mapping[str, Any] | None = None,
    block_people: int | None = None,
    simulate: Simulate | None = None,
    build_job: Callable[[Any, Any], Any] | None = None,
    evidence: Evidence | None = None,
    labels: Labels | None = None,
) -> Outcome:
    """Run a scenario and write its results into a folder.

    ``people``, ``draws`` and ``seed`` take the place of the scenario's own. ``threads`` defaults to the
    processors at hand; ``workers`` processes, or those of the Dask scheduler at the address ``dask``, can
    take their place. ``block_people`` defaults to about a second of work. None of these changes a result.
    ``progress`` is called in the calling thread. ``options`` are kept in the provenance. The last four
    arguments take the place of the engine, the jobs, the inputs and the names of the engine's codes.

    Raises ``InputError`` for a folder that holds something else, for a run that is too large, and for a disk
    that is full or cannot be written; ``Interrupted`` on Ctrl-C. Finished blocks stay valid in every case.
    """
    started = time.monotonic()
    model = standard_model(simulate, build_job, evidence, labels)
    scenario = changed(scenario, people=people, draws=draws, seed=seed)
    check_options(threads, workers, dask)
    study = replace(_study(scenario, Path(folder), model, threads), workers=workers, dask=dask)
    found = claim(study.folder, study.identity, resume=resume, overwrite=overwrite)
    if found is not None and found.state == FINISHED:
        _drop_leftovers(study.folder)
        return Outcome(study.folder, False, time.monotonic() - started)
    marker = _marker(study, found, block_people)
    _check_size(study, marker)
    session = _Session(study, marker, progress)
    with made(study.folder), held(study.folder):
        prepare(study.folder, marker, overwrite=overwrite)
        with _tidy(session):
            notes = session.work()
            _finish(session, started, options or {})
    return Outcome(study.folder, True, time.monotonic() - started, notes)


@contextmanager
def _tidy(session: _Session) -> Iterator[None]:
    """Say what stopped a run and how to go on; a run that stops before its first block leaves nothing."""
    folder, total = session.study.folder, len(session.tasks)
    try:
        yield
    except BaseException as error:
        kept = total if session.finished else session.kept()
        if not kept:
            with suppress(OSError):
                clear(folder)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(folder, kept, total) from None
        if isinstance(error, OSError):
            raise _stopped(folder, error) from error
        raise


def _study(scenario: Scenario, folder: Path, model: Model, threads: int | None) -> Study:
    threads = available() if threads is None else threads
    if not 1 <= threads <= MOST_THREADS:
        remedy = f"Use a whole number from 1 to {MOST_THREADS}."
        raise InputError(Fault(f"{threads} is out of bounds.", remedy, field="--threads"))
    identity = identify(scenario, evidence=model.evidence.evidence_hash(), code=code_hash())
    return Study(scenario, folder, model, identity, threads, None, None, days_of(scenario.years))


def available() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def _marker(study: Study, found: Marker | None, block_people: int | None) -> Marker:
    if found is not None:
        return replace(found, started=(*found.started, now()))
    one = study.identity
    size = block_people or people_per_block(
        one.people, len(study.scenario.plans), one.draws, _busy_days(study)
    )
    return Marker(one, RUNNING, size, (now(),))


def _busy_days(study: Study) -> int:
    """Days that take time, per person: those of people who have never used are leapt over."""
    cohort = study.scenario.cohort
    if cohort.start != "general_population":
        return study.days
    return max(1, ceil(study.days * min(1.0, (cohort.dependent_share or 0.0) + SHARE_OF_LEAPS)))


def _check_size(study: Study, marker: Marker) -> None:
    """Refuse a run that is too large, before anything of its size is made."""
    labels, one = study.model.labels, study.identity
    groups = 2 ** len(study.scenario.strata)
    by_year = len(labels.statuses) * len(labels.programmes) + len(labels.events) + len(labels.symptoms)
    samples = study.days // study.scenario.output.daily_every + 1
    cells = groups * ceil(study.scenario.years) * by_year
    cells += samples * len(labels.statuses) * (1 + len(labels.symptoms))
    runs = len(study.scenario.plans) * (one.draws + 1)
    cost = estimate(
        people=one.people,
        runs=runs,
        days=_busy_days(study),
        cells=cells,
        tasks=runs * ceil(one.people / marker.block_people),
        threads=study.workers or study.threads,
    )
    limits.check(cost, study.folder)


class _Session:
    """Simulates what is missing, on threads, and tells how far it is."""

    def __init__(self, study: Study, marker: Marker, report: Report | None) -> None:
        one, plans = study.identity, study.scenario.plans
        self.study, self.marker = study, marker
        self.report = report or (lambda progress: None)
        self.inputs = {number: study.model.evidence.draw(one.seed, number) for number in range(one.draws + 1)}
        self.jobs = [study.model.build_job(study.scenario, plan) for plan in plans]
        self.tasks = all_tasks(one.people, len(plans), one.draws, marker.block_people)
        self.total = sum(task.count for task in self.tasks)
        self.people = 0  # simulated so far, over plans and draws
        self.before = 0  # of these, not for the rate: from an earlier session or with compilation
        self.clock = time.monotonic()
        self.finished = False

    def work(self) -> tuple[str, ...]:
        """Simulate every task without a good block; returns notes on blocks that had to be redone."""
        todo = self._missing()
        notes = self._notes(todo)
        if todo:
            # the crew first: that nobody answers is told at once, not after half a minute of compilation
            with crew(self.study.threads, self.study.workers, self.study.dask) as hands:
                self._compile(todo)
                self._simulate_all(todo, hands)
        self._tell("writing", self.tasks[-1])
        return notes

    def _compile(self, todo: list[Task]) -> None:
        """Simulate one block first and alone, if it has to be compiled: threads and workers of this machine
        would wait for, or repeat, the same compilation. Workers elsewhere compile for themselves."""
        if self.study.model.is_compiled() or self.study.dask:
            return
        first = todo.pop(0)
        self._tell("compiling", first)
        self._simulate(first)
        self._count(first)
        self.before = self.people

    def load(self, task: Task) -> blocks.Stored | None:
        """The good block of a task, or None."""
        return blocks.load(self.study.folder, self.study.identity.fingerprint, task)

    def kept(self) -> int:
        """How many blocks are on disk."""
        folder = self.study.folder / schema.BLOCKS
        return sum((folder / task.file).exists() for task in self.tasks)

    def _missing(self) -> list[Task]:
        todo = [task for task in self.tasks if self.load(task) is None]
        self.people = self.before = self.total - sum(task.count for task in todo)
        return todo

    def _notes(self, todo: Sequence[Task]) -> tuple[str, ...]:
        bad = sum((self.study.folder / schema.BLOCKS / task.file).exists() for task in todo)
        if not bad:
            return ()
        blocks_are = "1 block was" if bad == 1 else f"{bad} blocks were"
        return (f"{blocks_are} damaged or of another run, and simulated anew.",)

    def _order(self, task: Task) -> Order:
        model, one = self.study.model, self.study.identity
        return Order(
            simulate=model.simulate,
            job=self.jobs[task.plan],
            inputs=self.inputs[task.draw],
            seed=one.seed,
            draw=task.draw,
            first=task.first,
            count=task.count,
            code=one.code if model.is_own else "",
        )

    def _simulate(self, task: Task) -> None:
        self._save(task, carry_out(self._order(task)))

    def _save(self, task: Task, block: Any) -> None:
        blocks.save(self.study.folder, self.study.identity.fingerprint, task, block)

    def _simulate_all(self, todo: Sequence[Task], hands: Crew) -> None:
        self.clock = time.monotonic()
        left, waiting = deque((task, 0) for task in todo), dict[Future[Any], tuple[Task, int]]()
        while left or waiting:
            while left and len(waiting) < hands.most_in_hand:
                task, tries = left.popleft()
                waiting[self._give(hands, task)] = task, tries
            for future in wait(waiting, return_when=FIRST_COMPLETED, timeout=PATIENCE).done or lost(hands):
                task, tries = waiting.pop(future)
                if self._taken(hands, future, task, tries):
                    self._count(task)
                else:
                    left.append((task, tries + 1))

    def _give(self, hands: Crew, task: Task) -> Future[Any]:
        if hands.remote:  # only this process writes to the disk
            return hands.executor.submit(carry_out, self._order(task))
        return hands.executor.submit(self._simulate, task)

    def _taken(self, hands: Crew, future: Future[Any], task: Task, tries: int) -> bool:
        """Take the result of a block; False if it failed and may be tried again."""
        try:
            block = future.result()
        except OtherVersionError:
            what = "a worker has another version of papaver than this process."
            raise InputError(Fault(what, "Install the same version everywhere.", field="--dask")) from None
        except (OSError, CancelledError) as error:
            if hands.remote:
                raise gone(self.study.dask) from error
            raise
        except InputError:
            raise
        except Exception:
            if tries >= RETRIES:
                raise
            return False
        if hands.remote:
            self._save(task, block)
        return True

    def _count(self, task: Task) -> None:
        self.people += task.count
        self._tell("simulating", task)

    def _tell(self, phase: str, task: Task) -> None:
        seconds = time.monotonic() - self.clock
        here = self.people - self.before
        rate = here * self.study.days / seconds if seconds > 0 else 0.0
        left = (self.total - self.people) * self.study.days
        self.report(
            Progress(
                phase=phase,
                plan=self.study.scenario.plans[task.plan].name,
                people=self.people,
                people_total=self.total,
                person_days=self.people * self.study.days,
                rate=rate,
                seconds=seconds,
                seconds_left=left / rate if rate > 0 else None,
            )
        )


def _finish(session: _Session, started: float, options: Mapping[str, Any]) -> None:
    """Write the results, then mark the run as finished, then drop its blocks."""
    study, marker = session.study, session.marker
    folder = study.folder

    def load(task: Task) -> blocks.Stored:
        stored = session.load(task)
        if stored is None:
            what = f"block {task.file} can no longer be read."
            raise InputError(Fault(what, "Complete the run with --resume.", str(folder)))
        return stored

    write_text(folder / schema.SCENARIO, study.scenario.text)
    provenance.write_inputs(folder, study.model.evidence.life_inputs(), session.inputs)
    assemble(folder, session.tasks, load, _frame(study))
    _write_costs(study)
    seconds = time.monotonic() - started
    provenance.write(folder, marker, threads=study.threads, seconds=seconds, options=options)
    session.finished = True
    replace(marker, state=FINISHED).write(folder)
    _drop_leftovers(folder)


def _write_costs(study: Study) -> None:
    """The table of costs, where the scenario gives prices."""
    costs, one = study.scenario.costs, study.identity
    if costs is None:
        return
    time_in, events = (read_table(study.folder, TABLES[name]) for name in ("person_time", "events"))
    plans = tuple(plan.name for plan in study.scenario.plans)
    rows = pricing.cost_rows(costs, plans, time_in, events, one.people, one.draws)
    write_text(study.folder / schema.COSTS, pricing.text(rows))


def _frame(study: Study) -> Frame:
    scenario, one = study.scenario, study.identity
    about = About(
        name=scenario.name,
        title=scenario.heading,
        question=scenario.question or "",
        years=scenario.years,
        people=one.people,
        draws=one.draws,
        days=study.days,
    )
    return Frame(
        about=about,
        plans=tuple(plan.name for plan in scenario.plans),
        strata=strata(scenario.strata),
        labels=study.model.labels,
        daily_every=scenario.output.daily_every,
        lives=scenario.output.lives,
    )


def _drop_leftovers(folder: Path) -> None:
    """Remove the blocks of a finished run; what cannot be removed does no harm."""
    try:
        drop_blocks(folder)
    except OSError:
        return


def _stopped(folder: Path, error: OSError) -> InputError:
    if error.errno in FULL:
        what = "the disk is full; the blocks finished so far are kept."
        return InputError(Fault(what, "Make room, then complete the run with --resume.", str(folder)))
    return unusable(folder, error)

"""Who simulates the blocks of a study: threads of this process, worker processes, or a Dask cluster.

Workers are told everything with each block and give back its counts; only this process writes to the disk.
A block depends on nothing but what is told, so any crew gives the same bits, and a block of a worker that
dies is given to another.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

from papaver.compiled import code_hash
from papaver.errors import Fault, InputError
from papaver.results.totals import Sums
from papaver.study.model import Simulate

MOST_WORKERS = 256
SECONDS_TO_CONNECT = 20
DEATHS_ALLOWED = 5  # of workers while they hold one and the same block
IN_HAND = 3  # blocks given out at a time, per worker: the next are there when one is done
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Order:
    """One block to simulate, with all that it depends on.

    ``code`` is the hash of the code that must simulate it; empty where the engine is not papaver's own.
    """

    simulate: Simulate
    job: Any
    inputs: Any
    seed: int
    draw: int
    first: int
    count: int
    code: str


@dataclass(frozen=True)
class Crew:
    """An executor of orders and how many it works on at once."""

    executor: Executor
    size: int
    remote: bool
    workers: Callable[[], int]

    @property
    def most_in_hand(self) -> int:
        """How many orders to give out at a time."""
        return IN_HAND * self.size


class OtherVersionError(RuntimeError):
    """A worker runs other code than the process that started the study."""


def carry_out(order: Order) -> Any:
    """Simulate a block (on a worker, or here) and return its counts, for draws but the central one without
    lives."""
    if order.code and order.code != code_hash():
        raise OtherVersionError
    block = order.simulate(
        order.job, order.inputs, seed=order.seed, draw=order.draw, first=order.first, count=order.count
    )
    lives = block.lives if order.draw == 0 else block.lives[:0]
    sums = {field.name: getattr(block, field.name, None) for field in fields(Sums)}
    return SimpleNamespace(**sums, lives=lives)


@contextlib.contextmanager
def crew(threads: int, workers: int | None, dask: str | None) -> Iterator[Crew]:
    """Threads of this process; or ``workers`` processes; or the workers of the Dask scheduler at ``dask``.

    Raises ``InputError`` if Dask is not installed, or no scheduler or no worker answers.
    """
    if workers is None and dask is None:
        pool = ThreadPoolExecutor(threads, thread_name_prefix="papaver")
        try:
            yield Crew(pool, threads, False, lambda: threads)
        finally:
            # after a failure: blocks in hand are completed and kept, the rest is dropped
            pool.shutdown(wait=True, cancel_futures=True)
        return
    with _client(workers, dask) as client:
        size = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        try:
            yield Crew(executor, size, True, lambda: len(client.nthreads()))
        finally:
            executor.shutdown(wait=False)  # cancels what is not done


def check_options(threads: int | None, workers: int | None, dask: str | None) -> None:
    """Refuse options of the command line that contradict one another or are out of bounds."""
    given = [
        name
        for name, value in (("--threads", threads), ("--workers", workers), ("--dask", dask))
        if value is not None
    ]
    if len(given) > 1:
        raise InputError(Fault(f"{' and '.join(given)} exclude one another.", "Give one of them."))
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        remedy = f"Use a whole number from 1 to {MOST_WORKERS}."
        raise InputError(Fault(f"{workers} is out of bounds.", remedy, field="--workers"))


@contextlib.contextmanager
def _client(workers: int | None, address: str | None) -> Iterator[Any]:
    field = "--workers" if address is None else "--dask"
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        what, remedy = "Dask is not installed.", "Install it with: pip install 'papaver[dask]'"
        raise InputError(Fault(what, remedy, field=field)) from None
    for name in ("distributed", "distributed.nanny", "distributed.scheduler", "distributed.worker"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS_ALLOWED,
        "distributed.nanny.pre-spawn-environ": ONE_THREAD,
        "distributed.comm.timeouts.connect": SECONDS_TO_CONNECT,
        "distributed.admin.tick.limit": "1h",  # compiling holds a worker for half a minute
    }
    make_cluster: Any = LocalCluster
    make_client: Any = Client
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        if address is None:
            local = {"n_workers": workers, "threads_per_worker": 1, "processes": True}
            cluster = stack.enter_context(
                make_cluster(**local, dashboard_address=None, silence_logs=logging.CRITICAL)
            )
            client = stack.enter_context(make_client(cluster))
        else:
            client = _connect(address, make_client)
            stack.callback(client.close)
        yield client


def _connect(address: str, make: Any) -> Any:
    """A client of the scheduler at an address, once it has a worker.

    The scheduler is called first without a client: one that could not connect stays half made, and stands in
    its own way when it is cleared away later (seen with distributed 2026.8.0: a process that waits for ever).
    """
    try:
        asyncio.run(_call(address))
        client = make(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a timeout is an OSError
        reason = "" if isinstance(error, TimeoutError) else f" ({_one_line(error)})"
        what = f"no Dask scheduler answers at {address}{reason}."
        remedy = "Start one with `dask scheduler`, and give its address, such as tcp://127.0.0.1:8786."
        raise InputError(Fault(what, remedy, field="--dask")) from None
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
    except OSError:
        client.close()
        what = f"the Dask scheduler at {address} has no workers."
        raise InputError(Fault(what, f"Start some: dask worker {address}", field="--dask")) from None
    return client


async def _call(address: str) -> None:
    """Reach whoever listens at an address, and hang up. Raises ``OSError`` or ``ValueError``."""
    from distributed.comm.core import connect

    reach: Any = connect
    (await reach(address, timeout=SECONDS_TO_CONNECT)).abort()


def _one_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__


def lost(hands: Crew) -> tuple[()]:
    """Raise ``InputError`` if no worker is left. Blocks may take long: otherwise nothing."""
    if hands.remote and not hands.workers():
        raise gone(None)
    return ()


def gone(address: str | None) -> InputError:
    """The error for workers or a scheduler that can no longer be reached."""
    where = f"at {address} " if address else ""
    what = f"the Dask scheduler {where}or its workers can no longer be reached; finished blocks are kept."
    return InputError(Fault(what, "Start them again, then complete the run with --resume.", field="--dask"))

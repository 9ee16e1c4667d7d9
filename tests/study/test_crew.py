"""Worker processes and Dask: the same bits, nothing lost with a killed worker, faults in one message."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from papaver.compiled import code_hash
from papaver.errors import InputError
from papaver.study import Progress, crew, run
from papaver.study.crew import Order, OtherVersionError, carry_out
from tests.study import fake
from tests.study.test_runner import content

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module", autouse=True)
def _one_version() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("papaver.study.runner.code_hash", lambda: fake.CODE)
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crew") / "tiny"
    fake.go(folder)
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two real worker processes behind a scheduler."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


def test_two_worker_processes_give_the_bits_of_threads(done: Path, tmp_path: Path) -> None:
    assert fake.go(tmp_path / "run", threads=None, workers=2, block_people=7).ran
    assert content(tmp_path / "run") == content(done)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_killed_worker_loses_nothing(done: Path, tmp_path: Path, cluster: Any) -> None:
    with distributed.Client(cluster) as client:
        pids = client.run(os.getpid)
    assert len(set(pids.values())) == 2
    killed: list[int] = []

    def watch(progress: Progress) -> None:
        if progress.people >= progress.people_total // 4 and not killed:
            victim = next(iter(pids.values()))
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    address = cluster.scheduler_address
    fake.go(
        tmp_path / "run",
        threads=None,
        dask=address,
        simulate=fake.simulate_slowly,
        block_people=4,
        progress=watch,
    )
    assert killed
    assert content(tmp_path / "run") == content(done)


def test_an_interrupted_run_of_workers_resumes_on_threads(done: Path, tmp_path: Path, cluster: Any) -> None:
    def stop(progress: Progress) -> None:
        if progress.people >= progress.people_total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fake.go(tmp_path / "run", threads=None, dask=cluster.scheduler_address, block_people=4, progress=stop)
    kept = list((tmp_path / "run" / "blocks").iterdir())
    assert kept
    fake.go(tmp_path / "run", resume=True)
    assert content(tmp_path / "run") == content(done)


def test_a_block_that_fails_twice_is_tried_a_third_time(done: Path, tmp_path: Path) -> None:
    failures = {"left": 2}

    def failing(*arguments: Any, **named: Any) -> Any:
        if failures["left"]:
            failures["left"] -= 1
            raise RuntimeError("a passing fault")
        return fake.simulate(*arguments, **named)

    fake.go(tmp_path / "run", simulate=failing)
    assert content(tmp_path / "run") == content(done)


def test_a_block_that_always_fails_stops_the_run(tmp_path: Path) -> None:
    calls = {"made": 0}

    def failing(*arguments: Any, **named: Any) -> Any:
        calls["made"] += 1
        raise RuntimeError("a lasting fault")

    with pytest.raises(RuntimeError, match="lasting"):
        fake.go(tmp_path / "run", simulate=failing, block_people=24)
    assert calls["made"] <= 9 * 3
    assert not (tmp_path / "run").exists()


def test_an_address_where_no_scheduler_answers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SECONDS_TO_CONNECT", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", "nowhere", "tcp://"):
        with pytest.raises(InputError) as caught:
            fake.go(tmp_path / "run", threads=None, dask=address)
        (fault,) = caught.value.faults
        assert "no Dask scheduler answers" in fault.what, address
        assert "dask scheduler" in fault.remedy
        assert not (tmp_path / "run").exists()


def test_a_dead_scheduler_is_told_before_anything_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SECONDS_TO_CONNECT", 1)
    model = replace(fake.model(), is_compiled=lambda: False)
    monkeypatch.setattr("papaver.study.runner.standard_model", lambda *parts: model)
    told: list[Any] = []
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        fake.go(tmp_path / "run", threads=None, dask="tcp://127.0.0.1:9", progress=told.append)
    assert told == []
    assert not (tmp_path / "run").exists()


def test_a_scheduler_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "SECONDS_TO_CONNECT", 2)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as empty:
        with pytest.raises(InputError) as caught:
            fake.go(tmp_path / "run", threads=None, dask=empty.scheduler_address)
        assert "has no workers" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"threads": 2, "workers": 2}, "exclude one another"),
        ({"threads": None, "workers": 2, "dask": "tcp://x:1"}, "exclude one another"),
        ({"threads": None, "workers": 0}, "out of bounds"),
        ({"threads": None, "workers": 1000}, "out of bounds"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fake.go(tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


def test_a_worker_of_another_version_does_not_simulate() -> None:
    with pytest.raises(OtherVersionError):
        carry_out(Order(fake.simulate, "nothing", None, 1, 0, 0, 1, code="of yesterday"))


def test_without_dask_the_way_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(InputError, match="papaver\\[dask\\]"):
        fake.go(tmp_path / "run", threads=None, workers=2)


def test_the_real_engine_gives_the_same_bits_on_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papaver.study.runner.code_hash", code_hash)
    study = fake.scenario(people=12, draws=1, plans=("nothing",))
    run(study, tmp_path / "threads", threads=1)
    run(study, tmp_path / "workers", workers=2, block_people=5)
    assert content(tmp_path / "threads") == content(tmp_path / "workers")

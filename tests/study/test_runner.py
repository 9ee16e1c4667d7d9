from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from papaver.errors import InputError
from papaver.results import TABLES, Results
from papaver.scenario import loads
from papaver.study import Interrupted, Progress
from papaver.study import blocks as blocks_module
from papaver.study.folder import BLOCK, LEFT, drop_blocks
from tests.study import fake

ROOT = Path(__file__).resolve().parents[2]


def content(folder: Path) -> dict[str, bytes]:
    """Everything a run says of its results: all files but those on the machine and the time."""
    left_out = {"provenance.json", "run.json"}
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name not in left_out}


@pytest.fixture(scope="module", autouse=True)
def _one_version() -> Iterator[None]:
    """The same version of the code for all runs here, in this process and in others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("papaver.study.runner.code_hash", lambda: fake.CODE)
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "runs" / "tiny"
    assert fake.go(folder).ran
    return folder


# --------------------------------------------------------------------------------- the same bits every time


@pytest.mark.parametrize(
    "options", [{"threads": 2}, {"block_people": 1}, {"block_people": 7, "threads": 2}, {"block_people": 24}]
)
def test_results_do_not_depend_on_threads_or_blocks(
    done: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    fake.go(tmp_path / "run", **options)
    assert content(tmp_path / "run") == content(done)


def test_another_seed_gives_other_results(done: Path, tmp_path: Path) -> None:
    fake.go(tmp_path / "run", seed=2)
    assert (tmp_path / "run" / "summary.json").read_bytes() != (done / "summary.json").read_bytes()


def test_a_plan_added_changes_nothing_for_the_others(done: Path, tmp_path: Path) -> None:
    fake.go(tmp_path / "run", fake.scenario(plans=("nothing", "new", "help", "more_help")))
    more, before = Results.open(tmp_path / "run"), Results.open(done)
    for name in ("person_time", "events", "symptoms", "daily", "outcomes", "people"):
        frame = more.table(name)
        assert frame.filter(frame["plan"] != "new").equals(before.table(name)), name
    assert {plan: more.summary["plans"][plan] for plan in fake.PLANS} == before.summary["plans"]


def test_the_first_of_more_people_are_the_same_people(done: Path, tmp_path: Path) -> None:
    fake.go(tmp_path / "run", people=31)
    assert Results.open(tmp_path / "run").people.equals(Results.open(done).people)


def test_overrides_are_the_same_as_the_numbers_in_the_scenario(done: Path, tmp_path: Path) -> None:
    written = fake.scenario(people=99, draws=5, seed=8)
    fake.go(tmp_path / "run", written, people=24, draws=2, seed=1)
    here = content(tmp_path / "run")
    assert here.pop("scenario.yaml") == written.text.encode()
    assert here == {name: data for name, data in content(done).items() if name != "scenario.yaml"}


# ----------------------------------------------------------------------------------------- what is written


def test_the_tables_hold_every_person_and_day(done: Path) -> None:
    run = Results.open(done)
    days = run.person_time.group_by("plan", "draw").agg(pl.col("person_days").sum())
    assert days.height == 9
    assert set(days["person_days"]) == {24 * fake.DAYS}
    everyone = run.outcomes.filter(run.outcomes["outcome"] == "everyone")
    assert everyone["people"].sum() == 24 * 9
    sampled = run.daily.group_by("plan", "draw", "day").agg(pl.col("people").sum())
    assert set(sampled["people"]) == {24}
    assert sorted(set(sampled["day"])) == list(range(0, fake.DAYS, fake.EVERY))


def test_strata_are_named_as_the_engine_numbers_them(done: Path) -> None:
    run = Results.open(done)
    strata = run.strata.to_dicts()
    assert [(row["women"], row["injects"]) for row in strata] == [
        (False, False),
        (False, True),
        (True, False),
        (True, True),
    ]
    assert strata[2]["label"] == "women: yes, injects: no"
    lives = run.people.join(run.strata, on="stratum", suffix="_of_stratum")
    assert (lives["injects"] == lives["injects_of_stratum"]).all()


def test_lives_are_the_first_people_of_the_central_draw(done: Path) -> None:
    people = Results.open(done).people
    assert people["person"].to_list() == [0, 1, 2, 3, 4] * 3
    assert people["plan"].unique(maintain_order=True).to_list() == list(fake.PLANS)
    never = people.filter(people["dependence_day"].is_null())
    assert set(never["final_status"]) == {"controlled"}
    assert set(people.filter(people["dependence_day"].is_not_null())["final_status"]) <= {
        "dependent",
        "dead_overdose",
    }


def test_the_summary_agrees_with_the_tables(done: Path) -> None:
    run = Results.open(done)
    outcomes = run.outcomes
    chosen = outcomes.filter(
        (outcomes["plan"] == "help") & (outcomes["outcome"] == "ever_dependent") & (outcomes["draw"] > 0)
    )
    shares = chosen.group_by("draw").agg(pl.col("people").sum())["people"] / 24
    mean = shares.mean()
    assert isinstance(mean, float)
    assert run.summary["plans"]["help"]["share_ever_dependent"]["mean"] == pytest.approx(mean, rel=1e-9)
    care = run.person_time.filter(
        (run.person_time["programme"] != "none")
        & (run.person_time["plan"] == "help")
        & (run.person_time["draw"] == 0)
    )
    days = care["person_days"].sum() / 24
    assert run.summary["plans"]["help"]["days_in_treatment"]["central"] == pytest.approx(days, rel=1e-9)


def test_draws_and_inputs_are_kept(done: Path) -> None:
    run = Results.open(done)
    record = fake.Evidence().draw(1, 2)
    values = {row["name"]: row["value"] for row in run.draws.filter(run.draws["draw"] == 2).to_dicts()}
    assert values == {"risk": record["risk"], "deadly": record["deadly"]}
    assert [row["name"] for row in run.inputs] == ["risk", "deadly"]
    assert run.inputs[0]["kind"] == "assumed"
    assert run.inputs[0]["evidence"] == "a;b"


def test_provenance_stays_out_of_the_results(done: Path, tmp_path: Path) -> None:
    fake.go(tmp_path / "run", threads=2, options={"threads": 2})
    facts = Results.open(tmp_path / "run").provenance
    assert facts["options"] == {"threads": 2}
    assert (facts["seed"], facts["people"], facts["draws"]) == (1, 24, 2)
    assert {"numpy", "numba", "polars"} <= facts["libraries"].keys()
    assert facts["started"] <= facts["finished"]
    summary = (tmp_path / "run" / "summary.json").read_text()
    assert not {"started", "threads", "libraries"} & json.loads(summary).keys()


def test_no_blocks_and_no_half_written_files_stay(done: Path) -> None:
    assert {path.name for path in done.iterdir()} == {
        *(table.file for table in TABLES.values()),
        "summary.json",
        "provenance.json",
        "scenario.yaml",
        "inputs.csv",
        "run.json",
    }


def test_progress_tells_plan_people_rate_and_time_left(tmp_path: Path) -> None:
    told: list[Progress] = []
    fake.go(tmp_path / "run", progress=told.append, block_people=12)
    assert [one.phase for one in told] == ["simulating"] * 18 + ["writing"]
    assert [one.people for one in told][:-1] == [12 * (i + 1) for i in range(18)]
    assert {one.people_total for one in told} == {24 * 9}
    assert told[-1].person_days == 24 * 9 * fake.DAYS
    assert told[0].seconds_left is not None
    assert told[0].seconds_left > 0
    assert {one.plan for one in told} == set(fake.PLANS)


# ----------------------------------------------------------------------------- folders that hold something


def test_a_finished_run_is_not_repeated(done: Path) -> None:
    before = content(done)

    def never(*args: Any, **options: Any) -> Any:
        raise AssertionError("simulated again")

    assert not fake.go(done, simulate=never).ran
    assert not fake.go(done, simulate=never, resume=True).ran
    assert content(done) == before


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"people": 25}, "the number of people"),
        ({"draws": 1, "seed": 9}, "the number of draws and the seed"),
        ({"evidence": fake.Evidence("two")}, "the evidence"),
        ({"study": fake.scenario(plans=("nothing",))}, "the scenario"),
    ],
)
@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_with_another_run_is_refused(
    done: Path, options: dict[str, Any], changed: str, resume: bool
) -> None:
    before = content(done)
    with pytest.raises(InputError, match=f"another run: {changed} changed.*-o.*--overwrite"):
        fake.go(done, resume=resume, **options)
    assert content(done) == before


def test_overwrite_removes_what_papaver_wrote_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    fake.go(folder)
    (folder / "notes.txt").write_text("mine")
    (folder / "report.html").write_text("old")
    (folder / "blocks").mkdir()
    (folder / "blocks" / "mine.npz").write_text("mine too")
    fake.go(folder, seed=5, overwrite=True)
    assert Results.open(folder).provenance["seed"] == 5
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "blocks" / "mine.npz").read_text() == "mine too"
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("file", ["thesis.doc", "run.json"])
def test_a_folder_that_is_not_ours_is_never_touched(tmp_path: Path, overwrite: bool, file: str) -> None:
    (tmp_path / file).write_text('{"state": "finished"}')
    with pytest.raises(InputError, match=r"papaver's.*-o"):
        fake.go(tmp_path, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_a_run_of_a_newer_papaver_is_refused(tmp_path: Path) -> None:
    fake.go(tmp_path / "run")
    marker = tmp_path / "run" / "run.json"
    marker.write_text(marker.read_text().replace('"papaver_run": 1', '"papaver_run": 2'))
    with pytest.raises(InputError, match="version 2"):
        fake.go(tmp_path / "run", overwrite=True)
    assert (tmp_path / "run" / "summary.json").exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        fake.go(tmp_path / "run")


def test_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        fake.go(tmp_path / "file" / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_unwritable_folder_is_refused_before_computing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("papaver.study.folder.write_json", refuse)
    with pytest.raises(InputError, match="cannot be written: Permission denied"):
        fake.go(tmp_path / "new" / "run", simulate=_never)
    assert list(tmp_path.iterdir()) == []


def _never(*args: Any, **options: Any) -> Any:
    raise AssertionError("computed")


def test_a_finished_run_with_a_lost_table_is_told(tmp_path: Path) -> None:
    fake.go(tmp_path / "run")
    (tmp_path / "run" / "events.parquet").unlink()
    with pytest.raises(InputError, match=r"events.parquet is missing. .*--overwrite"):
        fake.go(tmp_path / "run")


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    at_work, go_on = threading.Event(), threading.Event()

    def waiting(*args: Any, **options: Any) -> Any:
        at_work.set()
        go_on.wait(20)
        return fake.simulate(*args, **options)

    first = threading.Thread(target=lambda: fake.go(tmp_path / "run", simulate=waiting))
    first.start()
    try:
        assert at_work.wait(20)
        for again in ("resume", "overwrite"):
            with pytest.raises(InputError, match="another run is at work"):
                fake.go(tmp_path / "run", resume=again == "resume", overwrite=again == "overwrite")
    finally:
        go_on.set()
        first.join()
    assert Results.open(tmp_path / "run").summary["people"] == 24


# --------------------------------------------------------------------------------- interrupted and resumed


def _stopped(folder: Path, after: int, error: BaseException, **options: Any) -> BaseException:
    """Run until a number of blocks are done, then fail."""
    calls = 0

    def failing(*args: Any, **rest: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > after:
            raise error
        return fake.simulate(*args, **rest)

    with pytest.raises(BaseException) as caught:
        fake.go(folder, simulate=failing, block_people=10, **options)
    return caught.value


def test_an_interrupted_run_resumes_to_the_same_bits(done: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    stop = _stopped(folder, 5, KeyboardInterrupt())
    assert isinstance(stop, Interrupted)
    assert (stop.done, stop.total, stop.folder) == (5, 27, folder)
    with pytest.raises(InputError, match=r"half-way.*--resume.*--overwrite"):
        fake.go(folder)
    with pytest.raises(InputError, match=r"not finished.*--resume"):
        Results.open(folder)
    told: list[Progress] = []
    outcome = fake.go(folder, resume=True, block_people=3, threads=2, progress=told.append)
    assert outcome.ran
    assert outcome.notes == ()
    assert len(told) == 22 + 1  # the blocks kept are not simulated again
    assert content(folder) == content(done)
    assert len(Results.open(folder).provenance["sessions"]) == 2


def test_resume_is_refused_for_another_scenario(tmp_path: Path) -> None:
    _stopped(tmp_path / "run", 5, KeyboardInterrupt())
    with pytest.raises(InputError, match="the seed changed"):
        fake.go(tmp_path / "run", seed=2, resume=True)
    assert len(list((tmp_path / "run" / "blocks").iterdir())) == 5


def test_resume_in_a_free_folder_runs(done: Path, tmp_path: Path) -> None:
    fake.go(tmp_path, resume=True)
    assert content(tmp_path) == content(done)


@pytest.mark.parametrize("damage", ["torn", "empty", "flipped", "foreign", "text", "stamp"])
def test_a_bad_block_is_simulated_anew(done: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "run"
    _stopped(folder, 6, KeyboardInterrupt())
    victim, other, *_ = sorted((folder / "blocks").iterdir())
    data = victim.read_bytes()
    if damage == "stamp":
        with np.load(victim, allow_pickle=False) as file:
            arrays = dict(file)
        np.savez(victim, **(arrays | {"stamp": np.array("another run")}))
    elif damage == "flipped":
        middle = data.index(b"person_time.npy") + 60
        victim.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    else:
        parts = {"torn": data[: len(data) // 2], "empty": b"", "foreign": other.read_bytes(), "text": b"x"}
        victim.write_bytes(parts[damage])
    outcome = fake.go(folder, resume=True)
    assert outcome.notes == ("1 block was damaged or of another run, and simulated anew.",)
    assert content(folder) == content(done)


def test_a_pickled_block_is_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _stopped(folder, 3, KeyboardInterrupt())
    victim = min((folder / "blocks").iterdir())
    with np.load(victim, allow_pickle=False) as file:
        arrays = dict(file)
    np.savez(victim, **(arrays | {"people": np.array([{"a": 1}], dtype=object)}))
    assert fake.go(folder, resume=True).notes


def test_a_full_disk_is_told_and_blocks_stay(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    save, kept = blocks_module.save, 0

    def full(*args: Any) -> None:
        nonlocal kept
        kept += 1
        if kept > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(*args)

    monkeypatch.setattr("papaver.study.blocks.save", full)
    with pytest.raises(InputError, match=r"disk is full.*--resume"):
        fake.go(folder, block_people=10)
    monkeypatch.undo()
    assert len(list((folder / "blocks").iterdir())) == 4
    fake.go(folder, resume=True)
    assert content(folder) == content(done)


def test_a_fault_of_the_engine_keeps_its_trace_and_the_blocks(tmp_path: Path) -> None:
    fault = _stopped(tmp_path / "run", 4, ZeroDivisionError("engine"))
    assert isinstance(fault, ZeroDivisionError)
    assert len(list((tmp_path / "run" / "blocks").iterdir())) == 4


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError(), OSError(errno.EIO, "broken")])
def test_a_run_that_stops_before_its_first_block_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    _stopped(tmp_path / "new" / "run", 0, error)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_at_the_very_end_loses_nothing(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(folder: Path) -> None:
        drop_blocks(folder)
        raise KeyboardInterrupt

    monkeypatch.setattr("papaver.study.runner.drop_blocks", stop)
    with pytest.raises(Interrupted):
        fake.go(tmp_path / "run")
    monkeypatch.undo()
    assert content(tmp_path / "run") == content(done)


def test_an_engine_that_counts_in_floats_is_a_fault(tmp_path: Path) -> None:
    def floats(*args: Any, **options: Any) -> Any:
        block = fake.simulate(*args, **options)
        block.people = block.people.astype(float)
        return block

    with pytest.raises(TypeError, match="people"):
        fake.go(tmp_path / "run", simulate=floats)


def test_an_engine_without_tiles_will_do(done: Path, tmp_path: Path) -> None:
    def untiled(*args: Any, **options: Any) -> Any:
        block = fake.simulate(*args, **options)
        del block.tiles
        return block

    fake.go(tmp_path / "run", simulate=untiled)
    here, there = Results.open(tmp_path / "run").summary, Results.open(done).summary
    assert here["plans"]["nothing"] == there["plans"]["nothing"]
    wide, narrow = (one["plans"]["help"]["days_dependent"]["difference"]["chance"] for one in (here, there))
    assert wide[1] - wide[0] > narrow[1] - narrow[0]  # luck that is shared is not known to be


def _start(folder: Path, pause: float, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.study._slow_run", str(folder), str(pause), *options]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def _wait_for_blocks(folder: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if len(list((folder / "blocks").glob("p*.npz"))) >= count:
            return
        time.sleep(0.02)
    process.kill()
    raise AssertionError("the run ended or hung before it was killed")


def test_a_killed_run_resumes_to_the_same_bits(done: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = _start(folder, 0.2)
    _wait_for_blocks(folder, 4, process)
    process.kill()
    process.communicate()
    kept = len(list((folder / "blocks").glob("p*.npz")))
    assert 4 <= kept < 45
    assert not (folder / "summary.json").exists()
    again = _start(folder, 0, "--resume")
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors.decode()
    assert content(folder) == content(done)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_ctrl_c_keeps_the_blocks_in_hand(done: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = _start(folder, 0.2)
    _wait_for_blocks(folder, 2, process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert b"blocks are kept" in errors
    names = {path.name for path in (folder / "blocks").iterdir()}
    assert all(BLOCK.fullmatch(name) for name in names)
    fake.go(folder, resume=True)
    assert content(folder) == content(done)


def test_leftovers_of_a_kill_are_swept_and_do_not_hold_a_folder(done: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".run.json.4711.tmp").write_text("{")
    fake.go(folder)
    assert content(folder) == content(done)
    assert LEFT.fullmatch(".p000_d00000_f000000000_n0000024.npz.4711.tmp")
    assert not LEFT.fullmatch(".thesis.4711.tmp")


# --------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"people": 0}, "--people"),
        ({"people": 10**12}, "--people"),
        ({"draws": -1}, "--draws"),
        ({"draws": 10**12}, "--draws"),
        ({"seed": -1}, "--seed"),
        ({"threads": 0}, "--threads"),
        ({"threads": 10**6}, "--threads"),
    ],
)
def test_numbers_out_of_bounds_are_refused(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fake.go(tmp_path / "run", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_run_of_days_is_refused_with_its_cost(tmp_path: Path) -> None:
    text = fake.text().replace("years: 2", "years: 60")
    with pytest.raises(InputError, match=r"about .* days, .*memory.*more than 24 hours.*--people"):
        fake.go(tmp_path / "run", loads(text), people=10_000_000, draws=500, overwrite=True)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_does_not_fit_on_the_disk_is_refused_and_clears_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.go(tmp_path / "run")
    before = content(tmp_path / "run")
    monkeypatch.setattr("papaver.study.limits.free_disk", lambda folder: 1000)
    with pytest.raises(InputError, match="free on the disk"):
        fake.go(tmp_path / "run", seed=2, overwrite=True)
    assert content(tmp_path / "run") == before


def test_a_run_without_sampled_draws_has_no_interval_of_parameters(tmp_path: Path) -> None:
    fake.go(tmp_path / "run", draws=0)
    measure = Results.open(tmp_path / "run").summary["plans"]["help"]["share_ever_dependent"]
    assert measure["parameters"] is None
    assert measure["mean"] == measure["central"]


def test_the_model_is_compiled_once_before_threads_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from papaver.study import runner

    monkeypatch.setattr(
        runner,
        "standard_model",
        lambda *parts: replace(fake.model(), is_compiled=lambda: False),
    )
    told: list[Progress] = []
    fake.go(tmp_path / "run", progress=told.append, block_people=12, threads=2)
    assert [one.phase for one in told[:2]] == ["compiling", "simulating"]
    assert told[1].people == 12
    assert len(told) == 1 + 18 + 1


def test_a_million_million_people_are_refused_with_what_they_would_cost(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fake.go(tmp_path / "run", people=10**12)
    (fault,) = caught.value.faults
    assert re.search(r"1,000,000,000,000 people .* days, .* MiB of memory and .* MiB of disk", fault.what)
    assert "--people" in str(caught.value)
    assert "10,000,000" in fault.remedy
    assert list(tmp_path.iterdir()) == []

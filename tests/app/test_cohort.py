"""The cohort view without a browser: its file is the scenario that its form shows."""

from __future__ import annotations

import time

import pytest

from papaver.app.cohort import plain, to_yaml
from papaver.app.jobs import MOST_KEPT, Job, find
from papaver.errors import InputError
from papaver.scenario import TEMPLATES, loads, template


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_scenario_goes_through_the_form_unchanged(name: str) -> None:
    text = template(name, name)
    assert loads(to_yaml(plain(text, name))).fingerprint_data() == loads(text).fingerprint_data()


def test_a_faulty_text_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match=r"pasted text:\d+"):
        plain("papaver: 1\nname: x\nyears: -3\n", "pasted text")


def small(people: int = 4) -> Job:
    data = plain(template("responsible_use", "responsible_use"), "t")
    data |= {"people": people, "draws": 1, "years": 1, "plans": data["plans"][:2]}
    return Job(loads(to_yaml(data)))


def wait(job: Job, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while job.state == "running" and time.monotonic() < until:
        time.sleep(0.05)


def test_a_job_ends_in_a_report() -> None:
    job = small()
    job.start()
    wait(job)
    assert (job.state, job.message, job.share) == ("done", "", 1.0)
    assert job.report.stat().st_size > 10_000
    assert find(job.token) is job


def test_a_cancelled_job_says_so() -> None:
    job = small()
    job.cancel()
    job.start()
    wait(job)
    assert job.state == "cancelled"


def test_a_job_that_cannot_run_tells_why() -> None:
    data = plain(template("responsible_use", "responsible_use"), "t") | {"draws": 499, "people": 1}
    job = Job(loads(to_yaml(data)))
    job.start()
    wait(job)
    assert job.state == "failed"
    assert "Ask for at most" in job.message


def test_old_jobs_are_forgotten() -> None:
    jobs = [small() for _ in range(MOST_KEPT + 2)]
    for job in jobs:
        job.cancel()
        job.start()
    assert find(jobs[0].token) is None
    assert find(jobs[-1].token) is jobs[-1]
    assert find("guess") is None

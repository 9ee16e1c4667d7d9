"""Access by id: typed, with the nearest ids for a wrong one, and light to import."""

import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from papaver import evidence
from papaver.errors import InputError
from papaver.evidence.records import SEEN


def test_a_parameter_by_id() -> None:
    one = evidence.parameter("morphine_cl_popk_heroin_users")
    assert (one.value, one.lo, one.hi, one.interval, one.unit) == (73.6, 62.8, 84.4, "ci95", "L/h")
    assert evidence.parameters[one.id] is one
    assert evidence.published(one.id) is one
    assert evidence.source(one.source).year == 2006


def test_a_finding_by_id() -> None:
    one = evidence.finding("f_smith_peak_low")
    assert (one.value, one.unit, one.n) == (3620, "ng/mL", 11)
    assert evidence.published(one.id) is one


def test_records_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        evidence.parameter("morphine_fm_m3g").value = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("access", [evidence.parameter, evidence.published])
def test_an_unknown_id_names_the_nearest(access: object) -> None:
    with pytest.raises(InputError, match=r"morphin_fm_m3g.*Did you mean morphine_fm_m3g"):
        access("morphin_fm_m3g")  # type: ignore[operator]


def test_unknown_findings_and_sources() -> None:
    with pytest.raises(InputError, match="there is no finding 'morphine_fm_m3g'"):
        evidence.finding("morphine_fm_m3g")
    with pytest.raises(InputError, match="Did you mean rook2006popk"):
        evidence.source("rook2006pop")
    with pytest.raises(InputError, match="papaver evidence search"):
        evidence.source("!")


def test_tables_are_as_large_as_said() -> None:
    assert len(evidence.all_parameters()) > 1000
    assert len(evidence.all_findings()) > 550
    assert {one.seen for one in evidence.all_parameters()} == set(SEEN)


def test_us_series_are_typed_and_in_range() -> None:
    deaths = {
        one.year: one.value
        for one in evidence.us_series()
        if one.series == "od_deaths_heroin_t401_us_residents"
    }
    assert min(deaths) >= 1996
    assert max(deaths) <= 2024
    assert max(deaths.values()) == deaths[2017] or max(deaths.values()) == deaths[2016]


def test_import_reads_nothing_heavy() -> None:
    code = (
        "import sys, papaver.evidence as e; e.parameter('morphine_fm_m3g');"
        "print([m for m in 'numpy pint polars scipy pandas rich'.split() if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

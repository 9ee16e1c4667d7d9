"""Inputs: what the loader refuses, and draws that depend on seed, name and number alone."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.errors import InputError
from papaver.evidence import inputs
from papaver.evidence.inputs import Input, Sampler, read_inputs
from papaver.evidence.inputtable import COLUMNS, KINDS
from papaver.evidence.sampling import quantile, read_posterior, uniforms
from papaver.evidence.schema import validate

from .conftest import Tables

Z975 = 1.959963984540054


def one_input(
    name: str = "rate", value: float = 2.0, distribution: str = "lognormal", **other: object
) -> Input:
    cells: dict[str, object] = {
        "scope": "life",
        "unit": "h",
        "lo": 1.0,
        "hi": 8.0,
        "kind": "assumed",
        "evidence": (),
    }
    cells |= {"rule": "a reason", "meaning": "a meaning"} | other
    return Input(name=name, value=value, distribution=distribution, **cells)  # type: ignore[arg-type]


def file_of(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "inputs.csv"
    whole = {
        "name": "rate",
        "scope": "life",
        "value": "2",
        "unit": "h",
        "distribution": "lognormal",
        "lo": "1",
        "hi": "8",
        "kind": "assumed",
        "evidence": "",
        "rule": "a reason",
        "meaning": "a meaning",
    }
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(whole | row for row in rows)
    return path


# ------------------------------------------------------------------------------------------------ the file


def test_the_shipped_inputs_load_in_order() -> None:
    everything = [one.name for one in inputs.all_inputs()]
    names = [one.name for one in inputs.life_inputs()]
    assert inputs.record_dtype().names == tuple(names)
    assert all(inputs.record_dtype()[name] == np.float64 for name in names)
    assert sum(inputs.counts().values()) == len(everything)
    assert list(inputs.numbers()) == everything
    assert tuple(inputs.counts()) == KINDS


def test_an_unknown_input_names_the_nearest() -> None:
    name = inputs.life_inputs()[0].name
    assert inputs.input_(name).name == name
    with pytest.raises(InputError, match=f"Did you mean.*{name}"):
        inputs.input_(name + "x")


REFUSED = {
    "capitals": ({"name": "Rate"}, "is not a name"),
    "two underscores": ({"name": "a__b"}, "is not a name"),
    "leading digit": ({"name": "2nd"}, "is not a name"),
    "keyword": ({"name": "lambda"}, "is not a name"),
    "kind": ({"kind": "guessed"}, "is not a kind"),
    "no unit": ({"unit": ""}, "empty"),
    "no rule": ({"rule": ""}, "empty"),
    "no meaning": ({"meaning": ""}, "empty"),
    "no value": ({"value": ""}, "central value"),
    "text": ({"value": "two"}, "not a finite number"),
    "infinite": ({"hi": "inf"}, "not a finite number"),
    "underscore": ({"value": "1_0"}, "not a finite number"),
    "distribution": ({"distribution": "gamma"}, "is not a distribution"),
    "no group": ({"distribution": "posterior:"}, "name of its group"),
    "group is a path": ({"distribution": "posterior:../x"}, "name of its group"),
    "no bounds": ({"lo": "", "hi": ""}, "needs lo and hi"),
    "value outside": ({"value": "9"}, "lo <= value <= hi"),
    "no width": ({"lo": "2", "hi": "2"}, "lo <= value <= hi"),
    "lognormal at zero": ({"lo": "0"}, "lo above 0"),
    "loguniform at zero": ({"distribution": "loguniform", "lo": "0"}, "lo above 0"),
    "logitnormal above one": ({"distribution": "logitnormal"}, "inside 0 and 1"),
    "fixed outside its bounds": ({"distribution": "fixed", "value": "9"}, "outside lo and hi"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_that_cannot_be_drawn_from_is_refused(tmp_path: Path, name: str) -> None:
    cells, what = REFUSED[name]
    with pytest.raises(InputError, match=what) as caught:
        read_inputs(file_of(tmp_path, {"name": "first"}, cells))
    assert [fault.line for fault in caught.value.faults] == [3]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_inputs(file_of(tmp_path, {}, {"kind": "guessed", "unit": ""}, {"name": "b", "value": "x"}))
    assert {fault.field for fault in caught.value.faults} == {"name", "kind", "unit", "value"}


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = file_of(tmp_path, {})
    before = read_inputs(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert read_inputs(path) == before


# ------------------------------------------------------------------------------------- inputs and evidence

PUBLISHED = {
    "name": "cl",
    "value": "73.6",
    "unit": "L/h",
    "distribution": "lognormal",
    "lo": "62.8",
    "hi": "84.4",
}
PUBLISHED |= {"kind": "published", "evidence": "morphine_cl_popk_heroin_users", "rule": "as is"}
RECALLED = "methadone_cl_eap"
FIT = "command: papaver fit; objective: squares; residual: 0.1"

UNSOUND = {
    "value differs": ({"value": "74"}, "value", "is not the published 73.6"),
    "value differs a little": ({"value": "73.7"}, "value", "is not the published"),
    "unit differs": ({"unit": "L/min", "rule": "as is"}, "unit", "of the evidence is not"),
    "unit of another kind": ({"unit": "L", "rule": "unit: none"}, "unit", "of the evidence is not"),
    "wrong conversion": ({"unit": "L/min", "rule": "unit: /60"}, "value", "is not the published 1.22667"),
    "another rule": ({"rule": "mean of two"}, "rule", "not a rule for a published"),
    "no evidence": ({"evidence": ""}, "evidence", "names no evidence"),
    "unknown evidence": ({"evidence": "morphine_cl_popk"}, "evidence", "no parameter or finding"),
    "recalled": (
        {"evidence": RECALLED, "value": "0.095", "unit": "L/min", "lo": "0.02"},
        "evidence",
        "recalled",
    ),
    "evidence twice": (
        {"evidence": "morphine_fm_m3g;morphine_fm_m3g", "kind": "derived", "rule": "sum"},
        "evidence",
        "twice",
    ),
    "derived without evidence": ({"kind": "derived", "rule": "sum", "evidence": ""}, "evidence", "names no"),
    "derived as is": ({"kind": "derived"}, "rule", "rule for a published"),
    "derived from recalled": (
        {"kind": "derived", "rule": "x 60", "evidence": RECALLED},
        "evidence",
        "recalled",
    ),
    "fitted to no finding": ({"kind": "fitted", "rule": FIT}, "evidence", "names no finding"),
    "fit untold": (
        {"kind": "fitted", "evidence": "f_smith_peak_low", "rule": "by eye"},
        "rule",
        "command, objective, residual",
    ),
    "fit without a residual": (
        {"kind": "fitted", "evidence": "f_smith_peak_low", "rule": FIT.replace("0.1", "small")},
        "rule",
        "not a number",
    ),
    "fit without labels": (
        {
            "kind": "fitted",
            "evidence": "f_smith_peak_low",
            "rule": "fitted by a command; objective squares; residual 1",
        },
        "rule",
        "does not tell command, objective, residual",
    ),
    "assumed and fixed": ({"kind": "assumed", "distribution": "fixed"}, "distribution", "no range"),
    "assumed on recalled": ({"kind": "assumed", "evidence": RECALLED}, "evidence", "recalled"),
    "unknown unit": ({"kind": "assumed", "unit": "whiffs"}, "unit", "neither a unit"),
    "probability of two": (
        {"kind": "assumed", "unit": "probability", "value": "2", "lo": "0.1", "hi": "2"},
        "value",
        "above 1",
    ),
    "posterior without file": ({"kind": "assumed", "distribution": "posterior:core"}, None, "no such file"),
}


def faults_of(tables: Tables, cells: dict[str, str]) -> list[tuple[str | None, str]]:
    file_of(tables.folder, PUBLISHED | cells)
    return [(fault.field, fault.what) for fault in validate(tables.folder)]


def test_a_published_input_as_it_should_be(tables: Tables) -> None:
    assert faults_of(tables, {}) == []


@pytest.mark.parametrize("name", UNSOUND)
def test_an_input_that_does_not_follow_from_its_evidence(tables: Tables, name: str) -> None:
    cells, column, what = UNSOUND[name]
    found = [text for field, text in faults_of(tables, cells) if field == column]
    assert any(what in text for text in found), faults_of(tables, cells)


@pytest.mark.parametrize(
    "cells",
    [
        {"unit": "L/min", "value": "1.227", "lo": "1", "hi": "2", "rule": "unit: L/h to L/min"},
        {"kind": "derived", "rule": "70 % of it", "value": "63"},
        {"kind": "fitted", "evidence": "f_smith_peak_low", "rule": FIT},
        {"kind": "assumed", "evidence": "", "rule": "between two studies"},
        {"kind": "assumed", "evidence": "", "distribution": "fixed", "rule": "definition: hours in a day"},
        {"evidence": "morphine_cl_crews;morphine_cl_popk_heroin_users"},
    ],
)
def test_sound_inputs_of_each_kind(tables: Tables, cells: dict[str, str]) -> None:
    assert faults_of(tables, cells) == []


def test_a_posterior_with_other_columns_or_cells(tables: Tables) -> None:
    path = tables.folder / "posterior_core.csv"
    cells = {"kind": "assumed", "evidence": "", "rule": "x", "distribution": "posterior:core"}
    for text, what in (("x\n1\n", "lacks column cl"), ("cl\n", "no rows"), ("cl\none\n", "not a finite")):
        path.write_text(text, encoding="utf-8")
        assert any(what in found for _, found in faults_of(tables, cells))
    path.write_text("cl\n70\n", encoding="utf-8")
    assert faults_of(tables, cells) == []


# ------------------------------------------------------------------------------------------- distributions


@pytest.mark.parametrize("distribution", ["normal", "lognormal", "logitnormal"])
def test_the_bounds_are_the_central_95_per_cent(distribution: str) -> None:
    at = quantile(one_input(value=0.2, lo=0.1, hi=0.7, distribution=distribution))
    assert at(0.025) == pytest.approx(0.1, rel=1e-9)
    assert at(0.5) == pytest.approx(0.2, rel=1e-9)
    assert at(0.975) == pytest.approx(0.7, rel=1e-9)


def test_a_symmetric_interval_gives_a_plain_normal() -> None:
    at = quantile(one_input(value=10.0, lo=8.0, hi=12.0, distribution="normal"))
    sigma = 2 / Z975
    assert at(0.8413447460685429) == pytest.approx(10 + sigma, rel=1e-9)
    assert at(0.15865525393145707) == pytest.approx(10 - sigma, rel=1e-9)


def test_log_space_is_that_of_a_log_normal() -> None:
    at = quantile(one_input(value=2.0, lo=1.0, hi=4.0, distribution="lognormal"))
    assert at(0.8413447460685429) == pytest.approx(2 * math.exp(math.log(2) / Z975), rel=1e-9)


def test_uniform_and_loguniform_fill_their_support() -> None:
    flat = quantile(one_input(distribution="uniform"))
    assert [flat(u) for u in (0.25, 0.5)] == pytest.approx([2.75, 4.5])
    in_log = quantile(one_input(distribution="loguniform"))
    assert [in_log(u) for u in (1 / 3, 2 / 3)] == pytest.approx([2.0, 4.0])


def test_an_extreme_logit_neither_overflows_nor_leaves_the_unit_interval() -> None:
    at = quantile(one_input(value=1e-9, lo=1e-12, hi=0.5, distribution="logitnormal"))
    assert 0 <= at(2.0**-53) < at(1 - 2.0**-53) <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["normal", "lognormal", "logitnormal", "uniform", "loguniform"]),
    st.lists(st.floats(0.001, 0.999), min_size=3, max_size=3, unique=True).map(sorted),
    st.floats(1e-12, 1 - 1e-12),
    st.floats(1e-12, 1 - 1e-12),
)
def test_quantiles_rise(distribution: str, bounds: list[float], u: float, v: float) -> None:
    lo, value, hi = bounds
    at = quantile(one_input(value=value, lo=lo, hi=hi, distribution=distribution))
    low, high = sorted((u, v))
    assert at(low) <= at(high)
    assert math.isfinite(at(low))


# --------------------------------------------------------------------------------------------------- draws


def sampler(*names: str) -> Sampler:
    return Sampler([one_input(name) for name in names])


def test_draw_zero_is_the_central_value_and_later_ones_are_not() -> None:
    assert inputs.draw(7, 0) == inputs.central()
    assert [inputs.central()[one.name] for one in inputs.life_inputs()] == [
        one.value for one in inputs.life_inputs()
    ]
    assert inputs.numbers() == {one.name: one.value for one in inputs.all_inputs()}
    spread = [one.name for one in inputs.life_inputs() if one.distribution != "fixed" and one.group is None]
    assert all(inputs.draw(7, 1)[name] != inputs.central()[name] for name in spread)


def test_fixed_inputs_never_move() -> None:
    fixed = [one for one in inputs.life_inputs() if one.distribution == "fixed"]
    assert all(inputs.draw(3, 5)[one.name] == one.value for one in fixed)


def test_the_numbers_of_a_body_and_of_a_life_are_one_draw() -> None:
    drawn, whole = inputs.draw(11, 4), inputs.numbers(11, 4)
    assert {name: float(drawn[name]) for name in drawn.dtype.names} == {
        name: whole[name] for name in drawn.dtype.names
    }


def test_a_value_depends_on_seed_name_and_number_alone() -> None:
    few, many = sampler("rate"), sampler("apple", "rate", "zebra")
    for number in (1, 2, 31, 32, 33, 200):
        assert few.draw(5, number)["rate"] == many.draw(5, number)["rate"]
    backwards = sampler("rate")
    assert [backwards.draw(5, k)["rate"] for k in (40, 3)] == [few.draw(5, k)["rate"] for k in (40, 3)]


def test_seeds_names_and_numbers_give_other_values() -> None:
    both = sampler("one", "two")
    values = {
        both.draw(seed, k)[name] for seed in (0, 1, 2**63 - 1) for k in (1, 2, 33) for name in ("one", "two")
    }
    assert len(values) == 3 * 3 * 2


def test_the_uniform_numbers_are_numpys_philox_at_that_counter() -> None:
    key = int.from_bytes(__import__("hashlib").blake2b(b"rate", digest_size=8).digest(), "little")
    for number in (1, 2, 100):
        raw = np.random.Philox(key=np.array([9, key], dtype=np.uint64), counter=number - 1).random_raw()
        assert uniforms(9, "rate", number, 1)[0] == ((int(raw) >> 12) + 0.5) / 2**52


def test_draws_stay_the_same_from_version_to_version() -> None:
    assert uniforms(1, "methadone_half_life_h", 1, 2) == pytest.approx(
        [0.660254453142, 0.604046794838], abs=1e-11
    )


def test_many_draws_have_the_stated_spread() -> None:
    one = sampler("rate")
    values = np.array([one.draw(11, k)["rate"] for k in range(1, 4001)])
    inside = np.mean((values > 1) & (values < 8))
    assert inside == pytest.approx(0.95, abs=0.012)
    assert np.median(values) == pytest.approx(2.0, rel=0.05)
    assert np.mean(values > 8) == pytest.approx(0.025, abs=0.009)


def test_different_inputs_are_not_correlated() -> None:
    both = sampler("one", "two")
    draws = [both.draw(4, k) for k in range(1, 2001)]
    logs = np.log([[p["one"], p["two"]] for p in draws])
    assert abs(np.corrcoef(logs.T)[0, 1]) < 0.07


@pytest.mark.parametrize(("seed", "number"), [(-1, 1), (2**63, 1), (1, -1)])
def test_impossible_seeds_and_numbers(seed: int, number: int) -> None:
    with pytest.raises(InputError):
        sampler("rate").draw(seed, number)


def test_records_are_fresh_copies() -> None:
    first = inputs.central()
    first[0] = -1.0
    assert inputs.central()[0] != -1.0


def test_changed_replaces_by_name_in_a_copy() -> None:
    name = inputs.life_inputs()[0].name
    before = inputs.central()
    after = inputs.changed(before, **{name: 1.5})
    assert after[name] == 1.5
    assert before[name] != 1.5
    with pytest.raises(InputError):
        inputs.changed(before, no_such_input=1.0)


def test_compiled_code_reads_fields_by_name() -> None:
    numba = pytest.importorskip("numba")
    name = inputs.life_inputs()[0].name
    read = numba.njit(eval(f"lambda p: p.{name} * 2.0"))
    record = inputs.draw(1, 1)
    assert read(record) == record[name] * 2


def test_a_draw_of_400_inputs_is_quick() -> None:
    many = Sampler([one_input(f"input_{k}") for k in range(400)])
    many.draw(1, 1)
    start = time.perf_counter()
    for number in range(1, 65):
        many.draw(1, number)
    assert (time.perf_counter() - start) / 64 < 0.005


# ---------------------------------------------------------------------------------------------- posteriors


def joint(rows: int = 50) -> Sampler:
    table = np.column_stack([np.arange(rows), np.arange(rows) * 10.0])
    group = [one_input(name, distribution="posterior:core", lo=None, hi=None) for name in ("a", "b")]
    return Sampler([group[0], one_input("free"), group[1]], {"core": table})


def test_a_posterior_is_drawn_by_whole_rows_each_once() -> None:
    one = joint()
    draws = [one.draw(3, k) for k in range(1, 51)]
    assert all(p["b"] == 10 * p["a"] for p in draws)
    assert sorted(p["a"] for p in draws) == list(range(50))
    assert [p["a"] for p in draws] != [one.draw(4, k)["a"] for k in range(1, 51)]
    assert one.central()["a"] == 2.0


def test_more_draws_than_rows_is_refused() -> None:
    with pytest.raises(InputError, match=r"draw 51.*50 rows.*at most 50"):
        joint().draw(3, 51)
    assert joint().most_draws() == 50
    assert sampler("rate").most_draws() is None


def two_posteriors(rows: int, others: int) -> Sampler:
    names = (("a", "core"), ("b", "late"))
    fitted = [one_input(n, distribution=f"posterior:{group}", lo=None, hi=None) for n, group in names]
    tables = {"core": np.arange(rows)[:, None] * 1.0, "late": np.arange(others)[:, None] * 1.0}
    return Sampler([*fitted, one_input("free")], tables)


def test_posteriors_are_taken_row_by_row_with_the_values_they_were_fitted_given() -> None:
    one = two_posteriors(40, 40)
    for seed in (0, 5):
        draws = [one.draw(seed, k) for k in range(1, 41)]
        assert all(p["a"] == p["b"] for p in draws)
        by_row = {int(p["a"]): p["free"] for p in draws}
        given = {k: one.given(k + 1, ["core"]) for k in range(40)}
        assert all(given[row] == {"free": free, "a": float(row)} for row, free in by_row.items())
    assert len({round(one.given(k, [])["free"], 9) for k in range(1, 41)}) == 40


def test_posteriors_of_unequal_length_are_told() -> None:
    with pytest.raises(InputError, match=r"posterior_core\.csv has 40, posterior_late\.csv has 30 rows"):
        two_posteriors(40, 30).draw(1, 1)
    with pytest.raises(InputError, match=r"row 31.*posterior_late\.csv has 30 rows.*fit late with more"):
        two_posteriors(40, 30).given(31, ["late"])


def test_a_posterior_that_is_missing_is_told() -> None:
    alone = Sampler([one_input(distribution="posterior:core")])
    with pytest.raises(InputError, match=r"posterior_core\.csv"):
        alone.draw(1, 1)


def test_posterior_files(tmp_path: Path) -> None:
    path = tmp_path / "posterior_core.csv"
    path.write_text("b,a\n1,2\n3,4\n", encoding="utf-8")
    assert read_posterior(path, ["a", "b"]).tolist() == [[2, 1], [4, 3]]
    path.write_text("b,a\n1,\n", encoding="utf-8")
    with pytest.raises(InputError, match="empty cell"):
        read_posterior(path, ["a", "b"])
    path.write_text("b,a\n", encoding="utf-8")
    with pytest.raises(InputError, match="no rows"):
        read_posterior(path, ["a", "b"])

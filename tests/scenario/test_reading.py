"""Reading: what comes out of a good file, however it was saved, and what never happens with a bad one."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papaver.errors import InputError
from papaver.scenario import TEMPLATES, Scenario, changed, load, loads, reading, template
from papaver.scenario.person import PERSON_FILE
from papaver.scenario.reading import SCENARIO_FILE, Kind, read
from papaver.scenario.trial import TRIAL_FILE

EXAMPLES = Path(__file__).parents[2] / "examples"
MAIN = (EXAMPLES / "responsible_use.yaml").read_text(encoding="utf-8")
PLAIN = loads(MAIN).model_dump(mode="json", exclude_none=True)
SMALL = """\
papaver: 1
name: small
years: 2.5
people: 10_000
draws: 0
cohort:
  start: dependent
  set:
    ptsd:          # nothing given
    adhd: 0
  setting:         # nothing under it
plans:
  - name: no
    steps: []
"""


def test_main_example() -> None:
    scenario = load(EXAMPLES / "responsible_use.yaml")
    assert (scenario.years, scenario.people, scenario.draws, scenario.seed) == (10, 300, 20, 20261122)
    assert scenario.cohort.age_years is not None
    assert scenario.cohort.age_years.median == 20
    assert scenario.cohort.set.ptsd == 0.10
    assert scenario.strata == ("adverse_childhood", "peers_use", "strong_norms")
    assert [plan.name for plan in scenario.plans] == [
        "no_rule",
        "occasional_rule",
        "cut_back",
        "stop_alone",
        "detoxification",
        "methadone",
        "buprenorphine",
        "new_setting",
    ]
    kinds = [step.do for plan in scenario.plans for step in plan.steps]
    assert kinds[0] == "keep_rule"
    assert kinds[-1] == "change_setting"
    assert scenario.question is not None
    assert "\n" not in scenario.question.strip()
    assert scenario.text == MAIN


@pytest.mark.parametrize("kind", TEMPLATES)
def test_each_template_loads_under_its_name(kind: str) -> None:
    text = template(kind, "my_study")
    scenario = loads(text)
    assert scenario.name == "my_study"
    assert text.count("#") > 5


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.name)
def test_each_example_loads_under_the_name_of_its_file(path: Path) -> None:
    assert load(path).name == path.stem


def test_main_example_and_template_are_one_text() -> None:
    assert template("responsible_use", "responsible_use") == MAIN


def test_left_out_is_none_and_given_is_kept() -> None:
    scenario = loads(SMALL)
    assert scenario.cohort.set.ptsd is None
    assert scenario.cohort.set.adhd == 0
    assert scenario.cohort.setting.peers_use is None
    assert scenario.cohort.women_share is None
    assert scenario.people == 10_000
    assert scenario.heading == "small"
    assert scenario.start_date is None


def test_words_stay_words() -> None:
    scenario = loads(SMALL.replace("name: small", "name: no\ntitle: 22:30\nquestion: 'off'"))
    assert (scenario.name, scenario.title, scenario.question) == ("no", "22:30", "off")
    assert scenario.plans[0].name == "no"


def test_date() -> None:
    dated = SMALL.replace("draws: 0", "draws: 0\nstart_date: 2026-02-28")
    assert loads(dated).start_date == date(2026, 2, 28)
    assert loads(dated.replace("2026-02-28", "'2026-02-28'")).start_date == date(2026, 2, 28)


def test_no_half_open_numbers() -> None:
    assert type(loads(SMALL).years) is float
    assert loads(SMALL.replace("2.5", "3")) != loads(SMALL)
    assert type(loads(SMALL.replace("2.5", "3")).years) is float


@pytest.mark.parametrize(
    "saved",
    [
        MAIN.encode(),
        b"\xef\xbb\xbf" + MAIN.encode(),
        MAIN.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + MAIN.replace("\n", "\r\n").encode(),
        MAIN.replace("\n", "\r").encode(),
    ],
    ids=["as is", "byte order mark", "Windows", "Windows with mark", "old Mac"],
)
def test_same_scenario_however_saved(saved: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(saved)
    scenario = load(tmp_path / "a.yaml")
    assert scenario == loads(MAIN)
    assert scenario.text == MAIN


def test_lines_are_right_in_a_windows_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(SMALL.replace("adhd: 0", "adhd: 2").replace("\n", "\r\n").encode())
    with pytest.raises(InputError, match=r"a\.yaml:10, cohort\.set\.adhd"):
        load(tmp_path / "a.yaml")


def test_aliases_of_ordinary_size_may_be_used() -> None:
    text = MAIN.replace("{do: stop, when: dependent, delay_days: 180}", "&quit {do: stop, when: start}")
    text += "  - name: stop_again\n    steps: [*quit]\n"
    scenario = loads(text)
    assert scenario.plans[-1].steps == scenario.plans[3].steps


def test_fingerprint_sees_content_only() -> None:
    base = loads(MAIN).fingerprint_data()
    assert (
        loads("# another comment\n" + MAIN.replace("years: 10 ", "years:   10.0 ")).fingerprint_data() == base
    )
    assert loads(SMALL).fingerprint_data() == loads(SMALL + "seed: 1\n").fingerprint_data()
    assert loads(MAIN.replace("ptsd: 0.10", "ptsd: 0.11")).fingerprint_data() != base
    assert base.isascii()


def test_options_change_people_draws_and_seed() -> None:
    scenario = loads(MAIN)
    other = changed(scenario, people=7, draws=0, seed=None)
    assert (other.people, other.draws, other.seed) == (7, 0, scenario.seed)
    assert other.plans == scenario.plans
    assert other.text == scenario.text
    assert other.fingerprint_data() != scenario.fingerprint_data()
    assert changed(scenario, people=None) is scenario
    dated = loads(SMALL.replace("draws: 0", "draws: 0\nstart_date: 2026-02-28"))
    assert changed(dated, seed=5).start_date == dated.start_date


@pytest.mark.parametrize("value", [0, -1, 10**12])
def test_options_out_of_bounds(value: int) -> None:
    with pytest.raises(InputError, match=r"^--people: .*(from 1 to|at most) 10,000,000"):
        changed(loads(MAIN), people=value)


def test_cannot_be_changed_by_accident() -> None:
    scenario = loads(MAIN)
    with pytest.raises(ValueError, match="frozen"):
        scenario.people = 3


def test_a_scenario_made_in_python_obeys_the_same_rules() -> None:
    data = loads(SMALL).model_dump()
    data["plans"] = [data["plans"][0], data["plans"][0]]
    with pytest.raises(ValueError, match="do not fit together"):
        Scenario.model_validate(data)


def test_older_versions_are_upgraded_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade(data: dict[str, object]) -> dict[str, object]:
        persons = data.pop("persons")
        return data | {"people": persons, "papaver": 1}

    monkeypatch.setitem(reading.UPGRADES, 0, upgrade)
    old = SMALL.replace("papaver: 1", "papaver: 0").replace("people:", "persons:")
    scenario = loads(old, file="old.yaml")
    assert scenario.people == 10_000
    assert "old.yaml" in scenario.notes[0]
    assert loads(SMALL).notes == ()


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    (fault,) = caught.value.faults
    assert fault.file == str(path)
    assert fault.remedy
    return str(fault)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(MAIN)
    assert "no such file" in refused(tmp_path / "nothing_here.yaml")
    assert f"Did you mean {tmp_path / 'study.yaml'}?" in refused(tmp_path / "stdy.yaml")
    assert "folder" in refused(tmp_path)
    assert "cannot be read" in refused(tmp_path / "study.yaml" / "inner.yaml")
    assert "cannot be read" in refused(tmp_path / ("a" * 400))
    assert "cannot be read" in refused(tmp_path / "a\0b")


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs permissions"
)
def test_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(MAIN)
    path.chmod(0)
    assert "permission" in refused(path)


def test_files_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(MAIN.replace("papaver: 1", "papaver: 1  # f\xfcr").encode("latin-1"))
    assert ":5: is not text in UTF-8. Save it" in refused(path)
    path.write_bytes(MAIN.encode("utf-16"))
    assert "UTF-16" in refused(path)
    path.write_bytes(b"PAR1" + bytes(range(256)))
    assert "UTF-8" in refused(path)
    path.write_bytes(MAIN.encode() + b"#" * 300 * 1024)
    assert "256 KiB" in refused(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_endless_file() -> None:
    assert "256 KiB" in refused(Path("/dev/zero"))


PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    "-",
    "&a ",
    "*a",
    "!",
    "|",
    ">",
    "'",
    '"',
    "#",
    "%",
    "\t",
    "\n",
    "  ",
    "?",
    ",",
]
PIECES += [
    "---\n",
    "null",
    ".nan",
    "1e999",
    "-1",
    "true",
    "no",
    "\0",
    "\ud800",
    "\ufeff",
    "\u2028",
    "<<",
    "\\",
]
edits = st.lists(
    st.tuples(
        st.integers(0, 10**6), st.integers(0, 30), st.sampled_from(PIECES) | st.text(max_size=6) | st.just("")
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_no_text_raises_anything_but_input_errors(changes: list[tuple[int, int, str]]) -> None:
    text = MAIN[MAIN.index("papaver: 1") :]
    for place, length, piece in changes:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + length :]
    try:
        loads(text)
    except InputError as error:
        assert all(fault.what and fault.remedy for fault in error.faults)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a file, by keys and list positions."""
    named = content.items() if isinstance(content, dict) else enumerate(content)
    for key, inner in named:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from _places(inner, (*path, key))


@pytest.mark.parametrize("odd", [[], {}, 1e300], ids=repr)
@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_odd_value_in_any_place_raises_nothing_but_input_errors(example: Path, odd: object) -> None:
    plain = load(example).model_dump(mode="json", exclude_none=True)
    for *path, key in _places(plain):
        content = copy.deepcopy(plain)
        place: Any = content
        for step in path:
            place = place[step]
        place[key] = odd
        with contextlib.suppress(InputError):
            loads(json.dumps(content))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_value_raises_anything_but_input_errors(data: st.DataObject) -> None:
    content = copy.deepcopy(PLAIN)
    place, key = content, data.draw(st.sampled_from(sorted(content)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(
            st.sampled_from(list(range(len(place))) if isinstance(place, list) else sorted(place))
        )
    place[key] = data.draw(values)
    text = json.dumps(content).replace("NaN", ".nan").replace("Infinity", ".inf")
    try:
        loads(text)
    except InputError as error:
        assert all(fault.line for fault in error.faults)


def test_reading_needs_no_heavy_library() -> None:
    code = "import sys, papaver.scenario; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "numba", "polars", "pyarrow", "scipy", "matplotlib", "pint", "jinja2", "typer"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize(
    ("kind", "example", "says"),
    [
        (SCENARIO_FILE, "people/kim.yaml", "a person file, not a scenario. Use `papaver life"),
        (SCENARIO_FILE, "trials/two_medicines.yaml", "a trial's protocol, not a scenario. Use"),
        (PERSON_FILE, "vietnam.yaml", "a scenario, not a person file. Use `papaver run"),
        (TRIAL_FILE, "people/kim.yaml", "a person file, not a trial protocol. Use `papaver life"),
    ],
)
def test_a_file_of_another_kind_is_told_as_a_whole(kind: Kind[Any], example: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)) as told:
        read(kind, EXAMPLES / example)
    assert len(told.value.faults) == 1


@pytest.mark.parametrize("kind", [PERSON_FILE, TRIAL_FILE])
def test_a_missing_file_is_compared_with_one_of_its_kind(kind: Kind[Any], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(kind.compare)) as told:
        read(kind, tmp_path / "nope.yaml")
    assert "papaver init" not in str(told.value)

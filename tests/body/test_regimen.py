"""Regimens in words and in event tables: what is read, what is refused, and that both ways are one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.dosing_words import describe, words
from papaver.body.drugs import drugs
from papaver.body.event_table import History, parse_events, read_events, to_events
from papaver.body.regimen import Dose, Regimen
from papaver.errors import InputError

WORDS = {
    "heroin 30 mg iv q8h x 21": (21, 30.0, 160.0),
    "methadone 30 mg oral daily for 5 d": (5, 30.0, 96.0),
    "methadone 30 mg by mouth once a day x 3": (3, 30.0, 48.0),
    "morphine 10 mg im twice a day for 2 days": (4, 10.0, 36.0),
    "fentanyl 100 mcg iv over 30 min at 2 h": (1, 0.1, 2.0),
    "heroin 100 mg street at 13 % iv": (1, 13.0, 0.0),
    "heroin 0.1 g smoked": (1, 100.0, 0.0),
    "morphine 10 mg oral as needed, at most 4 a day for 2 d": (8, 10.0, 42.0),
    "methadone taper from 40 mg by 10 mg every 7 d oral": (28, 10.0, 648.0),
    "methadone taper from 40 mg to 20 mg by 10 mg every 2 d oral": (6, 20.0, 120.0),
    "methadone 60 mg oral then after 12 h 30 mg q12h x 4": (5, 30.0, 48.0),
}


@pytest.mark.parametrize("text", WORDS)
def test_words_say_how_many_doses_how_large_and_until_when(text: str) -> None:
    many, last_mg, last_hour = WORDS[text]
    doses = words(text).doses
    assert len(doses) == many
    assert doses[-1].mg == pytest.approx(last_mg)
    assert doses[-1].hour == pytest.approx(last_hour)


def test_drug_and_route_can_be_given_beside_the_words() -> None:
    beside = words("40 mg q24h x 14 then 30 mg q24h x 7", drug="methadone", route="oral")
    assert beside == words("methadone 40 mg oral q24h x 14 then 30 mg q24h x 7")
    assert [dose.mg for dose in beside.doses] == [40.0] * 14 + [30.0] * 7


def test_base_weighs_less_than_its_salt() -> None:
    (base,), (salt,) = words("heroin 30 mg as base iv").doses, words("heroin 30 mg iv").doses
    assert base.mg / salt.mg == pytest.approx(423.9 / 369.41, rel=1e-3)


def test_and_begins_at_once_and_then_after_the_last_interval() -> None:
    both = words("methadone 30 mg oral q24h x 2 and diazepam 10 mg oral q12h x 2")
    assert {dose.hour for dose in both.doses} == {0.0, 24.0, 12.0}
    later = words("methadone 30 mg oral q24h x 2 then diazepam 10 mg oral q12h x 2")
    assert [dose.hour for dose in later.doses if dose.drug == "diazepam"] == [48.0, 60.0]


REFUSED = {
    "": "no words",
    "heroin 30 iv": "Expected a unit",
    "herion 30 mg iv": "Did you mean heroin",
    "heroin 30 mg": "no route is named",
    "heroin 0 mg iv": "above 0",
    "heroin 1e400 mg iv": "above 0",
    "heroin -5 mg iv": "not understood",
    "heroin nan mg iv": "not understood",
    "heroin 30 mg iv q8h": "without an end",
    "heroin 30 mg iv x 3": "without an interval",
    "heroin 30 mg iv q0h x 3": "interval of 0 h",
    "heroin 30 mg iv q8h x 0": "0 doses",
    "heroin 30 mg iv q1s x 99999999": "doses",
    "heroin 30 mg iv q8h x 3 for 2 d": "both a number",
    "heroin 30 mg iv q8h x 3 and": "Expected",
    "codeine 5 mg smoked": "no such route",
    "30 mg iv": "no drug is named",
    "heroin 100 mg street at 0 % iv": "purity",
    "heroin 100 mg street at 130 % iv": "purity",
    "methadone taper from 5 mg by 10 mg every 3 d oral": "does not fall",
    "methadone taper from 40 mg by 10 mg every 1 h oral": "shorter than the interval",
    "fentanyl 1 mg iv over 9 h q8h x 3": "lasts longer",
    'naloxone 4 mg intranasal product "no such spray"': "no product",
    "methadone 30 mg oral q24h x 2 then 20 mg at 5 h": "later step",
}


@pytest.mark.parametrize("text", REFUSED)
def test_words_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=REFUSED[text]):
        words(text)


def test_the_mark_stands_under_the_place() -> None:
    with pytest.raises(InputError) as caught:
        words("heroin 30 furlongs iv")
    lines = str(caught.value).splitlines()
    mark = next(line for line in lines if line.strip() == "^")
    said = lines[lines.index(mark) - 1]
    assert said[mark.index("^") :].startswith("furlongs")


ENTRIES = [(d.name, route, product) for d in drugs() for route, product in d.entries]
AMOUNTS = st.floats(1e-4, 1e4)


@st.composite
def regimens(draw: st.DrawFn) -> Regimen:
    doses = []
    for name, route, product in draw(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=4)):
        one = Dose(name, draw(st.floats(0, 500)), draw(AMOUNTS), route, 0.0, product or None)
        every, many = draw(st.integers(1, 48)), draw(st.integers(1, 9))
        doses += [
            Dose(*(one.drug, one.hour + k * every, one.mg, route), 0.0, one.product) for k in range(many)
        ]
    return Regimen(tuple(doses))


@settings(max_examples=60, deadline=None)
@given(regimens())
def test_words_and_back_is_the_same_regimen(regimen: Regimen) -> None:
    back = words(describe(regimen))
    assert len(back.doses) == len(regimen.doses)
    for one, other in zip(back.doses, regimen.doses, strict=True):
        assert (one.drug, one.route, one.mg, one.product) == (
            other.drug,
            other.route,
            other.mg,
            other.product,
        )
        assert one.hour == pytest.approx(other.hour, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["1", "2", "p 3"]), regimens(), min_size=1))
def test_a_table_and_back_is_the_same_history(people: dict[str, Regimen]) -> None:
    back = parse_events(to_events(people))
    assert list(back) == list(people)
    for who, regimen in people.items():
        doses = back[who].regimen.doses
        assert [(d.drug, d.mg, d.route, d.product) for d in doses] == [
            (d.drug, d.mg, d.route, d.product) for d in regimen.doses
        ]
        assert [d.hour for d in doses] == pytest.approx([d.hour for d in regimen.doses], abs=1e-9)


def test_a_dose_beside_a_run_of_doses_at_the_same_time_is_written() -> None:
    """A row with II and ADDL and one without begin at the same hour."""
    doses = tuple(Dose("heroin", hour, 1.0, "iv") for hour in (0.0, 0.0, 1.0, 2.0))
    back = parse_events(to_events({"1": Regimen(doses)}))
    assert [(d.hour, d.mg) for d in back["1"].regimen.doses] == [(d.hour, d.mg) for d in doses]


# ---------------------------------------------------------------------------------------------- event tables

TABLE = """ID,TIME,EVID,DRUG,ROUTE,AMT,RATE,II,ADDL
1,0,1,methadone,oral,40,,24,2
1,5,0,,,,,,
1,90,1,fentanyl,iv,0.1,0.2,.,.
2,0,1,heroin,iv,30,0,0,0
"""


def test_a_table_is_read_by_person() -> None:
    found = parse_events(TABLE)
    assert found["1"].looks == (5.0,)
    assert [dose.hour for dose in found["1"].regimen.doses] == [0.0, 24.0, 48.0, 90.0]
    assert found["1"].regimen.doses[-1].duration_h == pytest.approx(0.5)
    assert found["2"] == History(Regimen((Dose("heroin", 0.0, 30.0, "iv"),)))


IMPOSSIBLE = {
    "time backwards": ("1,90,1,fent", "1,4,1,fent", "TIME"),
    "time before zero": ("1,5,0", "1,-5,0", "TIME"),
    "no time": ("1,5,0", "1,,0", "TIME"),
    "negative amount": ("iv,30,0", "iv,-30,0", "AMT"),
    "zero amount": ("iv,30,0", "iv,0,0", "AMT"),
    "amount that is no number": ("iv,30,0", "iv,nan,0", "AMT"),
    "no amount": ("iv,30,0", "iv,,0", "AMT"),
    "amount at a look": ("1,5,0,,,,,,", "1,5,0,heroin,iv,3,,,", "AMT"),
    "further doses without interval": ("oral,40,,24,2", "oral,40,,,2", "II"),
    "negative interval": ("oral,40,,24,2", "oral,40,,-24,2", "II"),
    "negative number of doses": ("oral,40,,24,2", "oral,40,,24,-2", "ADDL"),
    "part of a dose": ("oral,40,,24,2", "oral,40,,24,1.5", "ADDL"),
    "rate by mouth": ("oral,40,,24,2", "oral,40,5,24,2", "RATE"),
    "rate to be worked out": ("0.1,0.2", "0.1,-2", "RATE"),
    "reset": ("1,90,1,", "1,90,3,", "EVID"),
    "reset and dose": ("1,90,1,", "1,90,4,", "EVID"),
    "unknown drug": ("2,0,1,heroin", "2,0,1,herion", "DRUG"),
    "unknown way in": ("heroin,iv", "heroin,eye", "ROUTE"),
    "no person": ("2,0,1,heroin", ",0,1,heroin", "ID"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_event_is_told_with_line_and_column(name: str) -> None:
    old, new, column = IMPOSSIBLE[name]
    assert old in TABLE
    broken = TABLE.replace(old, new, 1)
    line = next(k for k, text in enumerate(broken.splitlines(), 1) if text not in TABLE.splitlines())
    with pytest.raises(InputError) as caught:
        parse_events(broken, file="t.csv")
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [(line, column)]


def test_steady_state_is_refused_with_what_to_write() -> None:
    with pytest.raises(InputError, match="II and ADDL"):
        parse_events("ID,TIME,AMT,DRUG,ROUTE,SS,II\n1,0,40,methadone,oral,1,24\n")


def test_all_faults_come_at_once_and_nothing_is_half_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE.replace("iv,30", "iv,-30").replace("1,5,0", "1,-5,0"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_events(path)
    assert {fault.field for fault in caught.value.faults} == {"AMT", "TIME"}


@pytest.mark.parametrize(
    "header", ["ID,TIME,AMT", "ID,TIME,AMT,DRUG,ROUTE,COLOUR", "ID,ID,TIME,AMT,DRUG,ROUTE"]
)
def test_a_header_that_lacks_or_repeats_is_refused(header: str) -> None:
    with pytest.raises(InputError, match="header"):
        parse_events(header + "\n")


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_events(tmp_path / "none.csv")
    (tmp_path / "bin.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_events(tmp_path / "bin.csv")

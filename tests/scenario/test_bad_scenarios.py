"""Bad scenarios: each is told with file, line, field, what is wrong and the remedy."""

# ruff: noqa: E501 - a table
from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from papaver.errors import InputError
from papaver.scenario import loads

BASE = """\
papaver: 1
name: base
title: A title
years: 10
people: 600
draws: 20
seed: 7
cohort:
  start: first_use
  women_share: 0.35
  age_years: {median: 20, low: 16, high: 30}
  set:
    ptsd: 0.1
  setting:
    peers_use: 0.5
    stress: 0.0
  supply:
    injecting_share: 0.4
    dose_unit_mg: 12
strata: [ptsd, peers_use]
output: {daily_every: 28, lives: 200}
plans:
  - name: nothing
    steps: []
  - name: rule
    label: A rule
    steps:
      - {do: keep_rule, max_days_per_week: 1, when: start}
  - name: help
    steps:
      - {do: methadone, start_mg: 30, target_mg: 80, when: dependent, delay_days: 180}
"""


class Bad(NamedTuple):
    """What is changed in the good scenario, and what must be said."""

    old: str
    new: str
    line: int
    field: str | None
    says: str
    remedy: str


CASES = {
    # wrong types
    "people in words": Bad("people: 600", "people: many", 5, "people", "'many'", "whole number from 1"),
    "people as a fraction": Bad("people: 600", "people: 600.5", 5, "people", "600.5", "whole number"),
    "people as a float": Bad("people: 600", "people: 1e3", 5, "people", "1000.0", "whole number"),
    "people quoted": Bad("people: 600", "people: '600'", 5, "people", "the text '600'", "whole number"),
    "people true": Bad("people: 600", "people: true", 5, "people", "true", "whole number"),
    "people a list": Bad("people: 600", "people: [600]", 5, "people", "a list", "whole number"),
    "people empty": Bad("people: 600", "people:", 5, "people", "is empty", "whole number"),
    "title a number": Bad("title: A title", "title: 2026", 3, "title", "2026 does not fit", "quotes"),
    "name a number": Bad("name: base", "name: 12", 2, "name", "12", "name of at most 60"),
    "new_place in words": Bad(
        "do: keep_rule, max_days_per_week: 1", "do: change_setting, new_place: yes", 28,
        "plans[1].steps[0].new_place", "'yes'", "true or false",
    ),
    "cohort a word": Bad("  set:\n    ptsd: 0.1", "  set: ptsd", 12, "cohort.set", "'ptsd'", "ptsd: 0.1"),
    "plans a mapping": Bad(BASE[BASE.index("plans:") :], "plans:\n  rule: {steps: []}\n", 22, "plans", "group of fields", "a list"),
    "steps a word": Bad("steps: []", "steps: stop", 24, "plans[0].steps", "'stop'", "a list of at most 20"),
    "steps empty": Bad("steps: []", "steps:", 24, "plans[0].steps", "is empty", "a list"),
    "a step a word": Bad("steps: []", "steps: [stop]", 24, "plans[0].steps[0]", "'stop'", "{do: stop"),
    "a plan a word": Bad("- name: nothing\n    steps: []", "- nothing", 23, "plans[0]", "'nothing'", "name, steps"),
    "strata a word": Bad("strata: [ptsd, peers_use]", "strata: ptsd", 20, "strata", "'ptsd'", "a list of at most 6"),
    # unknown and missing
    "unknown key": Bad("people: 600", "peple: 600", 5, "peple", "no such field", "Did you mean 'people'?"),
    "unknown key in set": Bad("    ptsd: 0.1", "    ptds: 0.1", 13, "cohort.set.ptds", "no such", "'ptsd'"),
    "key in the wrong place": Bad("women_share: 0.35", "ptsd: 0.35", 10, "cohort.ptsd", "no such", "cohort.set"),
    "unknown key far from all": Bad("title: A title", "zzz: 1", 3, "zzz", "no such field", "use one of papaver"),
    "key in capitals": Bad("seed: 7", "Seed: 7", 7, "Seed", "no such field", "'seed'"),
    "missing people": Bad("people: 600\n", "", 1, "people", "is missing", "Add `people: 600`"),
    "missing cohort start": Bad("  start: first_use\n", "", 8, "cohort.start", "is missing", "first_use"),
    "missing version": Bad("papaver: 1\n", "", 1, "papaver", "is missing", "papaver: 1"),
    "missing steps": Bad("    steps: []\n", "", 23, "plans[0].steps", "is missing", "steps:"),
    "missing do": Bad("do: keep_rule, ", "", 28, "plans[1].steps[0].do", "is missing", "keep_rule"),
    "missing when": Bad(", when: start", "", 28, "plans[1].steps[0].when", "is missing", "when:"),
    "missing target": Bad("target_mg: 80, ", "", 31, "plans[2].steps[0].target_mg", "is missing", "target_mg: 80"),
    "missing day": Bad("when: start", "when: day", 28, "plans[1].steps[0].day", "is missing", "day: 365"),
    # unknown choices
    "unknown step": Bad("do: methadone", "do: metadone", 31, "plans[2].steps[0].do", "'metadone'", "'methadone'"),
    "unknown drug": Bad(
        "do: methadone, start_mg: 30, target_mg: 80", "do: detoxification, days: 14, medicine: buprenorfine", 31,
        "plans[2].steps[0].medicine", "'buprenorfine'", "'buprenorphine'",
    ),
    "unknown route": Bad(
        "injecting_share: 0.4", "smoking_share: 0.4", 18, "cohort.supply.smoking_share", "no such", "injecting_share",
    ),
    "unknown start": Bad("start: first_use", "start: first_us", 9, "cohort.start", "'first_us'", "'first_use'"),
    "unknown stratum": Bad("[ptsd, peers_use]", "[ptsd, peer_use]", 20, "strata[1]", "'peer_use'", "'peers_use'"),
    "unknown when": Bad("when: start", "when: strat", 28, "plans[1].steps[0].when", "'strat'", "'start'"),
    "do is a number": Bad("do: methadone", "do: 3", 31, "plans[2].steps[0].do", "3", "Choose one of keep_rule"),
    "field of another step": Bad(
        "max_days_per_week: 1", "max_days_per_week: 1, target_mg: 80", 28, "plans[1].steps[0].target_mg", "no such", "max_days_per_week",
    ),
    # out of bounds
    "probability over 1": Bad("ptsd: 0.1", "ptsd: 1.01", 13, "cohort.set.ptsd", "at most 1, but is 1.01", "0 to 1"),
    "negative probability": Bad("ptsd: 0.1", "ptsd: -0.1", 13, "cohort.set.ptsd", "at least 0", "from 0 to 1"),
    "percentage": Bad("ptsd: 0.1", "ptsd: 10%", 13, "cohort.set.ptsd", "'10%'", "not a percentage"),
    "decimal comma": Bad("ptsd: 0.1", "ptsd: 0,1", 13, "cohort.set.ptsd", "'0,1'", "a number from 0 to 1"),
    "negative dose": Bad("start_mg: 30", "start_mg: -30", 31, "plans[2].steps[0].start_mg", "at least 5", "mg per day"),
    "zero unit": Bad("dose_unit_mg: 12", "dose_unit_mg: 0", 19, "cohort.supply.dose_unit_mg", "above 0", "(mg)"),
    "no people": Bad("people: 600", "people: 0", 5, "people", "at least 1", "from 1 to 10,000,000"),
    "10^12 people": Bad(
        "people: 600", "people: 1000000000000", 5, "people", "MiB of memory and",
        "Ask for at most 10,000,000",
    ),
    "10^12 draws": Bad("draws: 20", "draws: 1000000000000", 6, "draws", "at most 500", "from 0 to 500"),
    "digits without end": Bad("draws: 20", f"draws: {'9' * 5000}", 6, "draws", "'999999", "from 0 to 500"),
    "negative seed": Bad("seed: 7", "seed: -1", 7, "seed", "at least 0", "whole number"),
    "seed of 65 bits": Bad("seed: 7", "seed: 18446744073709551616", 7, "seed", "at most 9,223,372", "whole"),
    "no years": Bad("years: 10", "years: 0", 4, "years", "above 0", "to 60 (years)"),
    "a thousand years": Bad("years: 10", "years: 1000", 4, "years", "at most 60", "to 60 (years)"),
    "endless years": Bad("years: 10", "years: .inf", 4, "years", "finite", "to 60 (years)"),
    "overflowing years": Bad("years: 10", "years: 1e999", 4, "years", "finite", "to 60 (years)"),
    "years not a number": Bad("years: 10", "years: .nan", 4, "years", "finite", "to 60 (years)"),
    "negative stress": Bad("stress: 0.0", "stress: -30", 16, "cohort.setting.stress", "at least -3", "from -3 to 3"),
    "eight days a week": Bad(
        "per_week: 1", "per_week: 8", 28, "plans[1].steps[0].max_days_per_week", "at most 7", "days per week",
    ),
    "seven strata": Bad(
        "[ptsd, peers_use]", "[women, ptsd, adhd, anxiety, injects, homeless, depression]", 20, "strata",
        "has 7 entries", "at most 6",
    ),
    "no plans": Bad(BASE[BASE.index("plans:") :], "plans: []\n", 22, "plans", "has 0 entries", "at most 50"),
    "51 plans": Bad(
        BASE[BASE.index("plans:") :],
        "plans:\n" + "".join(f"- {{name: p{i}, steps: []}}\n" for i in range(51)),
        22, "plans", "has 51 entries", "at most 50",
    ),
    "long title": Bad("title: A title", f"title: {'a' * 201}", 3, "title", "has 201 characters", "1 to 200"),
    "empty title": Bad("title: A title", "title: ''", 3, "title", "''", "1 to 200 characters"),
    "title on two lines": Bad("title: A title", "title: |\n  a\n  b", 3, "title", "a\\u000ab", "one line"),
    # names and dates
    "name with spaces": Bad("name: base", "name: my study", 2, "name", "'my study'", "small letters"),
    "name a path": Bad("name: base", "name: ../../etc", 2, "name", "'../../etc'", "small letters"),
    "name of 61 letters": Bad("name: base", f"name: {'a' * 61}", 2, "name", "characters", "at most 60"),
    "name Windows has taken": Bad("name: base", "name: nul", 2, "name", "folder on Windows", "another name"),
    "plan name in capitals": Bad("name: rule", "name: Rule", 25, "plans[1].name", "'Rule'", "small letters"),
    "impossible date": Bad("seed: 7", "start_date: 2026-02-30", 7, "start_date", "no date '2026-02-30'", "a date"),
    "date in words": Bad("seed: 7", "start_date: next year", 7, "start_date", "'next year'", "2026-01-01"),
    "date long ago": Bad("seed: 7", "start_date: 1066-10-14", 7, "start_date", "1066-10-14 is out of range", "1900-01-01 to"),
    "date a number": Bad("seed: 7", "start_date: 2026", 7, "start_date", "2026", "a date from"),
    # versions
    "newer version": Bad("papaver: 1", "papaver: 2", 1, "papaver", "newer", "Install a newer papaver"),
    "version 0": Bad("papaver: 1", "papaver: 0", 1, "papaver", "never existed", "papaver: 1"),
    "version true": Bad("papaver: 1", "papaver: true", 1, "papaver", "true", "Write 1."),
    "version 1.0": Bad("papaver: 1", "papaver: 1.0", 1, "papaver", "1.0", "Write 1."),
    # fields that do not fit together
    "two plans of a name": Bad("name: rule", "name: nothing", 25, "plans[1].name", "'nothing' is taken", "own"),
    "low above median": Bad("low: 16", "low: 25", 11, "cohort.age_years.low", "above the median", "low <= median"),
    "high below median": Bad("high: 30", "high: 18", 11, "cohort.age_years.high", "below the median", "<= high"),
    "a stratum twice": Bad("[ptsd, peers_use]", "[ptsd, ptsd]", 20, "strata[1]", "listed twice", "once"),
    "day after the end": Bad(
        "when: start", "when: day, day: 3653", 28, "plans[1].steps[0].day", "3653 lies beyond", "3,652",
    ),
    "delay after the end": Bad(
        "delay_days: 180", "delay_days: 9000", 31, "plans[2].steps[0].delay_days", "beyond the end", "for longer",
    ),
    "day without when day": Bad(
        "when: start", "when: start, day: 3", 28, "plans[1].steps[0].day", "no meaning", "`when: day`",
    ),
    "delay without dependence": Bad(
        "when: start", "when: start, delay_days: 3", 28, "plans[1].steps[0].delay_days", "no meaning", "dependent",
    ),
    "start dose above target": Bad(
        "target_mg: 80", "target_mg: 20", 31, "plans[2].steps[0].start_mg", "above the target", "or less",
    ),
    "nothing changed": Bad(
        "do: keep_rule, max_days_per_week: 1", "do: change_setting", 28, "plans[1].steps[0].do", "nothing is", "one of",
    ),
    "no supply changed": Bad(
        "do: keep_rule, max_days_per_week: 1", "do: change_supply", 28, "plans[1].steps[0].do", "nothing is", "purity",
    ),
    "more fentanyl than bags": Bad(
        "do: keep_rule, max_days_per_week: 1", "do: change_supply, fentanyl_share: 1.5", 28,
        "plans[1].steps[0].fentanyl_share", "1.5", "1",
    ),
    "two treatments at once": Bad(
        "      - {do: methadone",
        "      - {do: buprenorphine, start_mg: 4, target_mg: 8, when: dependent, delay_days: 180}\n"
        "      - {do: methadone",
        32, "plans[2].steps[1].do", "same moment", "two plans",
    ),
    "too many lives": Bad("lives: 200", "lives: 2000", 21, "output.lives", "more than the 5,000", "at most 1666"),
    "too many days kept": Bad(
        BASE[BASE.index("daily") :],
        BASE[BASE.index("daily") :].replace("28", "1") + "".join(f"  - {{name: p{i}, steps: []}}\n" for i in range(20)),
        21, "output.daily_every", "1,764,158 days", "Write 2 or more, or fewer draws",
    ),
    # YAML
    "duplicate key": Bad("seed: 7", "seed: 7\nyears: 3", 8, "years", "given twice, first in line 4", "Keep one"),
    "duplicate key in a plan": Bad(
        "label: A rule", "name: other", 26, "plans[1].name", "given twice, first in line 25", "Keep one",
    ),
    "tab": Bad("  start:", "\tstart:", 9, None, "tab", "spaces"),
    "two colons": Bad("title: A title", "title: Heroin: can it be", 3, None, "a colon stands", "in quotes"),
    "no colon": Bad("seed: 7", "seed 7", 8, None, "without a colon", "name: value"),
    "open quote": Bad("title: A title", "title: 'A title", 3, None, "quote is opened", "Close it"),
    "open bracket": Bad("[ptsd, peers_use]", "[ptsd, peers_use", 20, None, "bracket", "Close it"),
    "needs quotes": Bad("title: A title", "title: @home", 3, None, "needs quotes", "in quotes"),
    "crooked indentation": Bad("  women_share", "   women_share", 10, None, "a colon stands", "indentation"),
    "bad escape": Bad("title: A title", 'title: "a \\q"', 3, None, "backslash", "single quotes"),
    "impossible directive": Bad("papaver: 1\n", "%YAML 9\n---\npapaver: 1\n", 1, None, "cannot be read as YAML", "papaver init"),
    "python tag": Bad(
        "title: A title", "title: !!python/object/apply:os.system [ls]", 3, "title", "tag !!python", "Remove it",
    ),
    "own tag": Bad("people: 600", "people: !big 600", 5, "people", "tag !big", "Remove it"),
    "core tag": Bad("people: 600", "people: !!int 600", 5, "people", "tag !!int", "Remove it"),
    "tag on a section": Bad("output: {", "output: !x {", 21, "output", "tag !x", "Remove it"),
    "merge key": Bad("cohort:\n", "cohort:\n  <<: {ptsd: 1}\n", 9, "cohort", "merging", "Write the fields out"),
    "alias of nothing": Bad("seed: 7", "seed: *x", 7, "seed", "names nothing", "Write the value out"),
    "alias in itself": Bad("strata: [", "strata: &a [*a, ", 20, "strata[0]", "inside what it names", "Write the"),
    "list as a key": Bad("seed: 7", "? [a]\n: 7", 7, None, "must be a word", "name: value"),
    "second document": Bad("plans:\n", "---\nplans:\n", 22, None, "second document", "one scenario per file"),
    "NUL in a title": Bad("A title", "A \0 title", 3, None, "U+0000", "UTF-8"),
    "escaped NUL": Bad("A title", '"A \\0 title"', 3, "title", "U+0000", "Remove it"),
    "lone surrogate": Bad("A title", "A \ud800 title", 3, None, "U+D800", "UTF-8"),
    "escaped surrogate": Bad("A title", '"A \\ud800 title"', 3, "title", "U+D800", "Remove it"),
    "control in a key": Bad("seed: 7", '"se\\x1bed": 7', 7, "?", "U+001B", "Remove it"),
    # prescriptions, tapers, places
    "taper of nothing": Bad("do: keep_rule, max_days_per_week: 1", "do: taper, over_days: 90", 28, "plans[1].steps[0].do", "nothing can be tapered", "methadone"),
    "cut without prescription": Bad("do: keep_rule, max_days_per_week: 1", "do: cut_prescription, over_days: 9", 28, "plans[1].steps[0].do", "has a prescription to cut", "prescribed_opioids"),
    "dose prescribed to others": Bad("women_share: 0.35", "prescribed_mg_per_day: {median: 60, low: 20, high: 180}", 10, "cohort.prescribed_mg_per_day", "has no meaning", "Remove it"),
    "prescribed without ages": Bad("start: first_use\n  women_share: 0.35\n  age_years: {median: 20, low: 16, high: 30}", "start: prescribed_opioids", 9, "cohort.start", "ages of their own", "age_years"),
    "prescribed doses reversed": Bad("start: first_use\n  women_share: 0.35", "start: prescribed_opioids\n  prescribed_mg_per_day: {median: 60, low: 90, high: 180}", 10, "cohort.prescribed_mg_per_day.low", "above the median", "low <= median"),
    "heroin above its target": Bad("do: methadone, start_mg: 30", "do: heroin_assisted, start_mg: 300", 31, "plans[2].steps[0].start_mg", "above the target", "target dose or less"),
    "custody of no days": Bad("do: keep_rule, max_days_per_week: 1", "do: custody, days: 0", 28, "plans[1].steps[0].days", "must be at least 1", "Write"),
    "incentives with no treatment": Bad("do: keep_rule, max_days_per_week: 1", "do: contingency_management", 28, "plans[1].steps[0].do", "goes with a treatment", "Add one of detoxification, methadone"),
    "counselling with no treatment": Bad("do: keep_rule, max_days_per_week: 1", "do: counselling", 28, "plans[1].steps[0].do", "goes with a treatment", "Add one of detoxification, methadone"),
    "nobody in custody to wait for": Bad("max_days_per_week: 1, when: start", "max_days_per_week: 1, when: custody", 28, "plans[1].steps[0].when", "custody never comes", "custody_per_year"),
    "nobody released": Bad("target_mg: 80, when: dependent, delay_days: 180", "target_mg: 80, when: release", 31, "plans[2].steps[0].when", "release never comes", "Add a custody step"),
    "treatment in a custody nobody is in": Bad("peers_use: 0.5", "custody_treatment_goes_on: 0.5", 15, "cohort.setting.custody_treatment_goes_on", "nobody is taken", "custody_per_year"),
    "nobody leaves": Bad("target_mg: 80", "target_mg: 80, leaving: 0", 31, "plans[2].steps[0].leaving", "0", "above 0"),
    "terminal escape": Bad("A title", "A \x1b[31m title", 3, None, "U+001B", "UTF-8"),
}  # fmt: skip

NESTED = "papaver: 1\nname: x\ncohort: " + "[" * 40 + "]" * 40
BOMB = "papaver: 1\na: &a [0,0,0,0,0,0,0,0,0]\n" + "".join(
    f"{new}: &{new} [{', '.join(9 * [f'*{old}'])}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
WHOLE = {
    "empty": ("", 1, "empty", "papaver init"),
    "only comments": ("# nothing\n\n", 1, "empty", "papaver init"),
    "a word": ("heroin\n", 1, "not a scenario", "papaver init"),
    "a list": ("\n- papaver: 1\n", 2, "not a scenario", "papaver init"),
    "null": ("~\n", 1, "not a scenario", "papaver init"),
    "300 KiB": (BASE + "# comment\n" * 30_000, 1, "at most 256 KiB", "right file"),
    "300 KiB of values": ("papaver: 1\na: [" + "1," * 153_600 + "]", 1, "at most 256 KiB", "right file"),
    "200 KiB of values": (
        "papaver: 1\na: [" + "1," * 100_000 + "]",
        2,
        "more than 20,000 values",
        "no aliases",
    ),
    "deep nesting": (NESTED, 3, "more than 32 deep", "brackets"),
    "deep blocks": ("a:\n" + "".join(" " * i + "a:\n" for i in range(1, 40)), 32, "32 deep", "indentation"),
    "200 KiB of brackets": ("[" * 200_000, 1, "more than 32 deep", "brackets"),
    "200 KiB of dashes": ("- " * 100_000, 1, "more than 32 deep", "brackets"),
    "alias bomb": (BOMB, 6, "more than 20,000 values", "no aliases"),
    "HTML": ("<!DOCTYPE html>\n<html><body>no</body></html>\n", 1, "not a scenario", "papaver init"),
    "JSON cut off": ('{"papaver": 1, "name": ', 1, "value is missing", "brackets"),
    "Python": ("import os\n\ndef f(x):\n    return x\n", 3, "a colon stands", "indentation"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_told_with_place_and_remedy(case: Bad) -> None:
    assert BASE.count(case.old) >= 1
    with pytest.raises(InputError) as caught:
        loads(BASE.replace(case.old, case.new, 1), file="study.yaml")
    first = [f for f in caught.value.faults if (f.line, f.field) == (case.line, case.field)]
    assert first, str(caught.value)
    assert case.says in first[0].what
    assert case.remedy in first[0].remedy
    assert all(f.file == "study.yaml" and f.remedy and f.line for f in caught.value.faults)


@pytest.mark.parametrize(("text", "line", "says", "remedy"), WHOLE.values(), ids=WHOLE)
def test_not_a_scenario_at_all(text: str, line: int, says: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(text, file="study.yaml")
    fault = caught.value.faults[0]
    assert (fault.file, fault.line) == ("study.yaml", line), str(fault)
    assert says in fault.what
    assert remedy in fault.remedy
    assert fault.remedy


def test_the_base_is_good() -> None:
    assert loads(BASE).people == 600


CUSTODY = "\n      - {do: custody, when: day, day: 90, days: 60}"
HELP = "{do: methadone, start_mg: 30, target_mg: 80, when: dependent, delay_days: 180}"
GOOD = {
    "incentives beside a treatment": (HELP, f"{HELP}\n      - {{do: contingency_management, when: dependent}}"),
    "counselling beside a treatment": (HELP, f"{HELP}\n      - {{do: counselling, when: dependent}}"),
    "a rule at release from a step's custody": ("when: start}", f"when: release}}{CUSTODY}"),
    "a rule in custody, which some are taken into": (
        "peers_use: 0.5\n", "peers_use: 0.5\n    custody_per_year: 0.1\n    custody_treatment_goes_on: 0.5\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), GOOD.values(), ids=GOOD)
def test_what_goes_together_is_taken(old: str, new: str) -> None:
    text = BASE.replace(old, new, 1)
    assert text != BASE
    if "custody_per_year" in text:
        text = text.replace("max_days_per_week: 1, when: start", "max_days_per_week: 1, when: custody")
    assert loads(text).plans


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_jargon(case: Bad) -> None:
    with pytest.raises(InputError) as caught:
        loads(BASE.replace(case.old, case.new, 1))
    message = str(caught.value)
    assert not re.search(r"pydantic|input_type|ruamel|Input should|literal|tuple|dict\b|instance", message)
    assert "\x1b" not in message
    assert max(map(len, message.splitlines())) < 400


def test_all_faults_are_listed_in_order_of_lines() -> None:
    text = BASE.replace("years: 10", "years: -1").replace("seed: 7", "sead: 7")
    text = text.replace("ptsd: 0.1", "ptsd: 2\n    ptsd: 3").replace("name: rule", "name: nothing")
    with pytest.raises(InputError) as caught:
        loads(text)
    found = [(fault.line, fault.field) for fault in caught.value.faults]
    assert found == [
        (4, "years"),
        (7, "sead"),
        (13, "cohort.set.ptsd"),
        (14, "cohort.set.ptsd"),
        (26, "plans[1].name"),
    ]


def test_at_most_twenty_are_shown() -> None:
    text = BASE + "".join(f"wrong_{i}: {i}\n" for i in range(30))
    with pytest.raises(InputError) as caught:
        loads(text)
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 10 more"


FROM_SHELL = (
    "unknown key",
    "10^12 people",
    "terminal escape",
    "lone surrogate",
    "duplicate key",
    "python tag",
)


def papaver(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The real command line, in a folder of its own."""
    code = "from papaver.cli import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def has_run() -> bool:
    """Whether the command that runs a scenario is part of this version."""
    from importlib.util import find_spec

    return find_spec("papaver.cli.run") is not None


@pytest.mark.skipif(not has_run(), reason="papaver run is not there")
@pytest.mark.parametrize("name", FROM_SHELL)
def test_command_line_says_it_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    text = BASE.replace(case.old, case.new, 1)
    (tmp_path / "bad.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    done = papaver(tmp_path, "run", "bad.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("bad.yaml:")
    assert "Traceback" not in done.stderr + done.stdout
    assert "\x1b" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.skipif(not has_run(), reason="papaver run is not there")
@pytest.mark.parametrize("name", ["missing.yaml", ".", "deep/er.yaml", "a" * 300 + ".yaml"])
def test_command_line_with_no_file(name: str, tmp_path: Path) -> None:
    done = papaver(tmp_path, "run", name)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert name[:40] in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_entry_does_not_make_its_list_too_short() -> None:
    text = "papaver: 1\nname: x\nyears: 1\npeople: 5\ncohort: {start: first_use}\nplans: [{name: a, steps: [{do: stopp, when: start}]}]\n"
    with pytest.raises(InputError) as caught:
        loads(text)
    assert [fault.field for fault in caught.value.faults] == ["plans[0].steps[0].do"]


def test_an_empty_list_of_plans_is_too_short() -> None:
    with pytest.raises(InputError, match="plans"):
        loads("papaver: 1\nname: x\nyears: 1\npeople: 5\ncohort: {start: first_use}\nplans: []\n")

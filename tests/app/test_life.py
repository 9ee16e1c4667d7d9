"""The view of a life without a browser: what it offers is valid, and what it keeps is what it shows."""

from __future__ import annotations

import copy

import pytest

from papaver.app import lifewords
from papaver.app.life import MOST_PERSON_DAYS, Page, _told
from papaver.app.lifewords import BEFORE, FIRST, PLANS, plan_words
from papaver.app.yamltext import to_yaml
from papaver.errors import InputError
from papaver.report import alike
from papaver.scenario.person import PERSON_FILE
from papaver.scenario.reading import validated


def page(**changes: object) -> Page:
    return Page(copy.deepcopy(FIRST) | changes)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("before", BEFORE)
def test_every_choice_makes_a_valid_person_file(plan: str, before: str) -> None:
    shown = page(plan=PLANS[plan], before=BEFORE[before])
    person = shown.person()
    again = validated(PERSON_FILE, to_yaml(shown.data), "kept")[0]
    assert again == person
    assert len(person.plan) == len(PLANS[plan])


def test_a_fault_names_the_field() -> None:
    with pytest.raises(InputError, match="days"):
        page(days=-3).person()


def test_more_people_than_fit_are_refused_with_the_number_that_fits() -> None:
    with pytest.raises(InputError, match="at most 164"):
        page(days=3650, people=1000).person()
    assert page(days=3650, people=MOST_PERSON_DAYS // 3650).person().people == 164


def test_a_plan_is_told_beside_none_with_the_same_people() -> None:
    person = page(days=120, people=20, plan=PLANS["Methadone"]).person()
    with_plan, without = _told(person)
    assert (with_plan.words, without.words) == ("Plan: methadone", "No plan")
    assert with_plan.story.days["programme"].any()
    assert not without.story.days["programme"].any()
    ours, theirs = (sorted(t.story.persons["age_years"]) for t in (with_plan, without))
    assert ours == theirs
    table = {row[0]: row[1:] for row in alike.rows([with_plan, without])}
    assert table["Days in treatment"][1] == "0 (0–0)"
    assert all(len(row) == 2 for row in table.values())


def test_without_a_plan_there_is_one_story() -> None:
    person = page(days=30, people=5, plan=[]).person()
    (only,) = _told(person)
    assert plan_words(person) == only.words == "No plan"


def test_pictures_tell_their_finding_and_have_words_for_those_who_cannot_see() -> None:
    from papaver.evidence import inputs

    told = _told(page(days=90, people=20, plan=PLANS["Stop at once, without help"]).person())
    for picture in (alike.ribbons(told), alike.dangers(told), alike.calendar(told[0], inputs.central())):
        assert len(picture.alt) > len(picture.title) > 30
        for width in (4.2, 7.6):
            assert picture.svg(width).startswith("<svg role")


def test_the_chance_among_few_people_is_wide_and_holds_the_share() -> None:
    (low, high), (close, near) = alike.chance(2, 10), alike.chance(200, 1000)
    assert low < 0.2 < high
    assert high - low > 5 * (near - close)
    assert alike.chance(0, 50)[0] == 0.0
    assert alike.chance(50, 50)[1] == 1.0


def test_hard_withdrawal_is_shown_with_the_signs_that_need_a_doctor() -> None:
    hard = page(days=30, people=1, plan=[], who={"symptoms": "hard"})
    hard.data["before"] = {"status": "using", "months": 60, "mg_per_day": 800}
    hard.data["taken"] = [{"drug": "none", "mg_per_day": 0, "from_day": 0, "to_day": 29}]
    person = hard.person()
    assert "medical care at once" in lifewords.warnings_html(person, _told(person)[0].story)
    mild = page(days=30, people=1, plan=[], before=BEFORE["Never used: the first use is on day 0"])
    mild.data["taken"] = hard.data["taken"]
    assert "medical care at once" not in lifewords.warnings_html(mild.person(), _told(mild.person())[0].story)

"""Every finding has a status, and nothing that set a number of the model is ever told as a check."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

import papaver.inference
from papaver.atlas import notes, statuses
from papaver.atlas.registry import ROOMS, counterpart, counterparts
from papaver.atlas.statuses import CHECK, FIT, OUT_OF_SCOPE
from papaver.evidence import all_findings, all_inputs
from papaver.evidence.published import findings

USED = {id for one in all_inputs() if one.kind != "assumed" for id in one.evidence if id in findings}
STAGES = [import_module(f"papaver.inference.{m.name}") for m in iter_modules(papaver.inference.__path__)]
TARGETS = {t.name for module in STAGES if hasattr(module, "targets") for t in module.targets()}


def test_every_finding_has_a_status() -> None:
    assert set(statuses.statuses()) == {one.id for one in all_findings()}


def test_what_the_inputs_rest_on_is_fit() -> None:
    wrong = [id for id in sorted(USED) if statuses.statuses()[id].status != FIT]
    assert wrong == [], "set their status to fit in evidence/data/statuses.csv"


def test_what_a_fit_aims_at_is_fit() -> None:
    aimed = sorted(TARGETS & set(findings))
    assert aimed
    assert [id for id in aimed if statuses.statuses()[id].status != FIT] == []


def test_recalled_findings_are_never_fitted() -> None:
    fitted = [id for id, one in statuses.statuses().items() if one.status == FIT]
    assert [id for id in fitted if findings[id].seen == "recalled"] == []


def test_other_models_and_animals_are_out_of_scope() -> None:
    table = statuses.statuses()
    models = [id for id in table if id.startswith(("fda_", "fda24", "pm_"))]
    assert models
    # The overdose model's own results are run where its numbers are ours: tied to it, never a check.
    tied = {id for id in counterparts() if id.startswith(("fda", "laff"))}
    assert {table[id].status for id in tied} == {FIT}
    assert {table[id].status for id in (*set(models) - tied, "f_ratpark_1978", "f_venniro")} == {OUT_OF_SCOPE}


def test_counterparts_are_of_findings_in_scope_and_say_what_they_do() -> None:
    table = statuses.statuses()
    for id, one in counterparts().items():
        assert table[id].status != OUT_OF_SCOPE, id
        assert one.domain in ROOMS
        assert one.about.endswith("."), id


def test_most_counterparts_are_checks() -> None:
    table = statuses.statuses()
    checks = sum(table[id].status == CHECK for id in counterparts())
    assert 2 * checks >= len(counterparts())


def test_a_finding_has_one_counterpart() -> None:
    with pytest.raises(ValueError, match="two counterparts"):
        counterpart(next(iter(counterparts())))(lambda w: 0.0)


def test_notes_are_about_counterparts() -> None:
    assert set(notes.notes()) <= set(counterparts())
    assert all(reason.endswith(".") for reason in notes.notes().values())


# Reviews and reports that pool or list different people: source -> the checks whose people are not the fit's.
OTHER_PEOPLE = {
    "santiagorivera2018risk": {"f_lifetime_dep_given_use"},  # household surveys 1990-2013; the fit: new users
    "dahan2005ceiling": {"dahan_fentanyl_apnea"},  # 21 people had fentanyl, 20 others buprenorphine: the fit
}


def test_checks_and_fits_never_come_from_the_same_people() -> None:
    table = statuses.statuses()
    fitted = {findings[id].source for id, one in table.items() if one.status == FIT}
    shared = {
        id: findings[id].source
        for id in counterparts()
        if table[id].status == CHECK and findings[id].source in fitted
    }
    assert {id: s for id, s in shared.items() if id not in OTHER_PEOPLE.get(s, set())} == {}

"""A results folder with made-up but plausible numbers, written as the contract of results says.

Everything follows from the arguments and the seed: the same call writes the same bytes. The report can so be
tested, and looked at, without running the simulator.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from papaver.evidence import all_parameters
from papaver.population.codes import PROGRAMME
from papaver.results import summary
from papaver.results.schema import COUNT, EVERYONE, FLAG, NUMBER, TABLES, Column
from papaver.results.store import table_writer
from papaver.results.totals import Totals

STATUSES = (
    "never",
    "occasional",
    "controlled",
    "dependent",
    "in_treatment",
    "residential",
    "abstinent",
    "dead_overdose",
    "dead_other",
)
SYMPTOMS = (
    "cows_5",
    "cows_13",
    "nausea_vomiting",
    "insomnia",
    "agitation",
    "diarrhoea",
    "sweating",
    "anxiety",
    "muscle_aches",
)
OUTCOMES = (
    EVERYONE,
    "ever_disorder",
    "ever_dependent",
    "dependent_at_end",
    "abstinent_at_end",
    "occasional_or_controlled_at_end",
    "in_treatment_at_end",
    "dead_overdose",
    "dead_other",
    "ever_treated",
    "ever_used",
)
# Chance of dependence, share of dependent people kept in treatment, lower risk of overdose, by plan.
PLANS: dict[str, tuple[str, float, float, float]] = {
    "no_rule": ("No rule", 0.40, 0.10, 1.0),
    "occasional_rule": ("A rule to keep it occasional", 0.27, 0.08, 0.75),
    "cut_back": ("Cut back by half once dependent", 0.39, 0.10, 0.95),
    "stop_alone": ("Stop alone", 0.40, 0.10, 1.05),
    "detoxification": ("Supervised detoxification", 0.40, 0.12, 1.25),
    "methadone": ("Methadone", 0.40, 0.50, 0.55),
    "buprenorphine": ("Buprenorphine", 0.40, 0.42, 0.50),
    "new_setting": ("Change of setting", 0.38, 0.09, 0.80),
}
LEAVES = {"stop_alone": 0.42, "detoxification": 0.45, "new_setting": 0.55}
SPLITS = ("adverse_childhood", "peers_use", "strong_norms")
EFFECT = {"adverse_childhood": 1.35, "peers_use": 1.15, "strong_norms": 0.6}


TILES = 10
KINDS = {"published": 71, "derived": 12, "fitted": 9, "assumed": 24}


class Tiled(int):
    """A count of people that remembers how it is spread over tiles of people."""

    tiles: tuple[int, ...]

    def __new__(cls, tiles: Iterable[int]) -> Tiled:
        parts = tuple(tiles)
        made = super().__new__(cls, sum(parts))
        made.tiles = parts
        return made


Final = dict[tuple[str, int, int], dict[str, Tiled]]


@dataclass
class Made:
    """What a synthetic run is to look like."""

    title: str = 'Can heroin be used "responsibly"?'
    question: str = "What becomes of people at their first use of heroin within ten years?"
    people: int = 600
    draws: int = 20
    years: int = 10
    seed: int = 7
    start: str = "first_use"
    plans: dict[str, tuple[str, float, float, float]] = field(default_factory=lambda: dict(PLANS))
    splits: tuple[str, ...] = SPLITS
    every: int = 28


def write(folder: Path, made: Made | None = None) -> Path:
    """Write the results folder and return it."""
    made = made or Made()
    folder.mkdir(parents=True, exist_ok=True)
    sizes = _sizes(made)
    final = _final(made, sizes)
    (folder / "scenario.yaml").write_text(_scenario(made), encoding="utf-8")
    _strata(folder, made, sizes)
    _outcomes(folder, made, final)
    _events(folder, made, final)
    _person_time(folder, made, final)
    withdrawal = _symptoms(folder, made, final)
    _daily(folder, made, final)
    _people(folder, made)
    _inputs(folder)
    _summary(folder, made, final, withdrawal)
    provenance = {
        "papaver": "0.1.0",
        "evidence_hash": "e" * 64,
        "code_hash": "c" * 64,
        "scenario_hash": "5" * 64,
        "seed": made.seed,
        "people": made.people,
        "draws": made.draws,
        "started": "2026-11-22T20:00:00+00:00",
        "seconds": 48.2,
        "python": "3.11.7",
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=1), encoding="utf-8")
    (folder / "run.json").write_text('{"papaver_run": 1, "state": "finished"}', encoding="utf-8")
    return folder


def _scenario(made: Made) -> str:
    plans: list[dict[str, Any]] = [
        {"name": name, "label": made.plans[name][0], "steps": []} for name in made.plans
    ]
    for plan in plans[1:]:
        plan["steps"] = [{"do": "stop"}]
    # JSON is YAML.
    tree = {
        "papaver": 1,
        "name": "synthetic",
        "title": made.title,
        "question": made.question,
        "years": made.years,
        "people": made.people,
        "draws": made.draws,
        "seed": made.seed,
        "cohort": {"start": made.start},
        "strata": list(made.splits),
        "plans": plans,
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def _sizes(made: Made) -> dict[tuple[bool, ...], int]:
    has = summary.strata(made.splits).splits
    cells = [tuple(has[split][stratum] for split in made.splits) for stratum in range(2 ** len(made.splits))]
    share = made.people // len(cells)
    sizes = dict.fromkeys(cells, share)
    sizes[cells[0]] += made.people - share * len(cells)
    return sizes


def _by_tile(had: np.ndarray) -> Tiled:
    return Tiled(int(had[tile::TILES].sum()) for tile in range(TILES))


def _final(made: Made, sizes: dict[tuple[bool, ...], int]) -> Final:
    """People by outcome for each plan, draw and stratum; the same luck in every plan."""
    out: Final = {}
    for draw in range(made.draws + 1):
        rng = np.random.default_rng([made.seed, draw])
        shift, deadly, stay = rng.normal(0, 0.35), rng.normal(0, 0.4), rng.normal(0, 0.3)
        if draw == 0:
            shift = deadly = stay = 0.0
        for plan, (_, hooked, treated, risk) in made.plans.items():
            for stratum, (cell, people) in enumerate(sizes.items()):
                luck = np.random.default_rng([made.seed, draw, stratum]).random((people, 5))
                odds = hooked / (1 - hooked) * np.exp(shift)
                for split, present in zip(made.splits, cell, strict=True):
                    effect = EFFECT.get(split, 1.2)
                    odds *= effect**2 if present else 1.0
                dependent = luck[:, 0] < odds / (1 + odds)
                overdose = luck[:, 1] < np.where(dependent, 0.13, 0.02) * risk * np.exp(deadly)
                other = ~overdose & (luck[:, 2] < 0.03)
                alive = ~overdose & ~other
                kept = alive & dependent & (luck[:, 3] < treated)
                leaves = LEAVES.get(plan, 0.30) * np.exp(stay * 0.5)
                still = alive & dependent & ~kept & (luck[:, 4] > leaves)
                light = alive & ~dependent & (luck[:, 4] < 0.2)
                came_of = {
                    EVERYONE: np.ones(people, dtype=bool),
                    "ever_disorder": dependent | (luck[:, 3] > 0.9),
                    "ever_dependent": dependent,
                    "dependent_at_end": still,
                    "abstinent_at_end": alive & ~kept & ~still & ~light,
                    "occasional_or_controlled_at_end": light,
                    "in_treatment_at_end": kept,
                    "dead_overdose": overdose,
                    "dead_other": other,
                    "ever_treated": dependent & (luck[:, 3] < treated * 2),
                    "ever_used": np.ones(people, dtype=bool),
                }
                out[plan, draw, stratum] = {name: _by_tile(had) for name, had in came_of.items()}
    return out


def _save(folder: Path, name: str, rows: Sequence[dict[str, Any]], more: Sequence[Column] = ()) -> None:
    table = TABLES[name]
    columns = [column.name for column in (*table.columns, *more)]
    with table_writer(folder, table, more) as writer:
        writer.add({column: [row[column] for row in rows] for column in columns})


def _strata(folder: Path, made: Made, sizes: dict[tuple[bool, ...], int]) -> None:
    rows = []
    for stratum, (cell, people) in enumerate(sizes.items()):
        flags = dict(zip(made.splits, cell, strict=True))
        label = ", ".join(name if on else f"no {name}" for name, on in flags.items()) or "all"
        drawn = people * made.draws
        rows.append({"stratum": stratum, "label": label, "people": people, "people_drawn": drawn, **flags})
    _save(folder, "strata", rows, [Column(split, FLAG, split) for split in made.splits])


def _people(folder: Path, made: Made) -> None:
    rows = [
        {"plan": plan, "person": person, "stratum": 0, "age": 20.0}
        for plan in made.plans
        for person in range(5)
    ]
    _save(folder, "people", rows, [Column("age", NUMBER, "age", "year")])
    _save(
        folder, "draws", [{"draw": draw, "name": "assumed_0", "value": 0.5} for draw in range(made.draws + 1)]
    )


def _outcomes(folder: Path, made: Made, final: Final) -> None:
    rows = [
        {"plan": plan, "draw": draw, "stratum": stratum, "outcome": outcome, "people": cell[outcome]}
        for (plan, draw, stratum), cell in final.items()
        for outcome in OUTCOMES
    ]
    _save(folder, "outcomes", rows)


def _spread(total: int, years: int) -> list[int]:
    """Whole numbers by year that add up to the total, more of them early."""
    weights = np.exp(-np.arange(years) / 6.0)
    edges = np.round(total * np.cumsum(weights) / weights.sum()).astype(int)
    return [int(n) for n in np.diff(np.concatenate([[0], edges]))]


def _events(folder: Path, made: Made, final: Final) -> None:
    rows = []
    for (plan, draw, stratum), cell in final.items():
        counts = {
            "overdose_fatal": cell["dead_overdose"],
            "overdose_nonfatal": 20 * cell["dead_overdose"] + 3,
            "dependence_onset": cell["ever_dependent"],
            "death_other": cell["dead_other"],
        }
        for event, total in counts.items():
            for year, count in enumerate(_spread(total, made.years)):
                if count:
                    rows.append(
                        {
                            "plan": plan,
                            "draw": draw,
                            "stratum": stratum,
                            "year": year,
                            "event": event,
                            "count": count,
                        }
                    )
    _save(folder, "events", rows)


def _at(cell: Mapping[str, int], part: float) -> dict[str, int]:
    """People by status when a part (0 to 1) of the horizon has passed."""
    settled = 1 - np.exp(-4 * part)
    ends = {
        "dependent": cell["dependent_at_end"],
        "in_treatment": cell["in_treatment_at_end"],
        "dead_overdose": cell["dead_overdose"],
        "dead_other": cell["dead_other"],
        "abstinent": cell["abstinent_at_end"],
    }
    now = {name: round(n * settled * (part if name.startswith("dead") else 1)) for name, n in ends.items()}
    early = round(0.12 * cell[EVERYONE] * 4 * part * np.exp(-4 * part) * (cell["ever_dependent"] > 0))
    left = cell[EVERYONE] - sum(now.values())
    now["controlled"] = min(left, max(0, round(0.25 * left * settled)))
    now["dependent"] += min(early, left - now["controlled"])
    now["occasional"] = cell[EVERYONE] - sum(now.values())
    if part == 0:
        now = dict.fromkeys(now, 0) | {"occasional": cell[EVERYONE]}
    return now


def _person_time(folder: Path, made: Made, final: Final) -> None:
    rows = []
    for (plan, draw, stratum), cell in final.items():
        for year in range(made.years):
            for status, people in _at(cell, (year + 0.5) / made.years).items():
                if people:
                    programme = "methadone" if status == "in_treatment" else "none"
                    rows.append(
                        {
                            "plan": plan,
                            "draw": draw,
                            "stratum": stratum,
                            "year": year,
                            "status": status,
                            "programme": programme,
                            "person_days": 365 * people,
                        }
                    )
    _save(folder, "person_time", rows)


def _symptoms(folder: Path, made: Made, final: Final) -> dict[tuple[str, int], float]:
    rows = []
    days: dict[tuple[str, int], float] = {}
    weights = dict(zip(SYMPTOMS, (140, 30, 45, 110, 70, 38, 64, 120, 82), strict=True))
    for (plan, draw, stratum), cell in final.items():
        burden = cell["dependent_at_end"] + 0.5 * cell["ever_dependent"] + 0.3 * cell["in_treatment_at_end"]
        for symptom, weight in weights.items():
            for year, count in enumerate(_spread(int(weight * burden), made.years)):
                rows.append(
                    {
                        "plan": plan,
                        "draw": draw,
                        "stratum": stratum,
                        "year": year,
                        "symptom": symptom,
                        "person_days": count,
                    }
                )
        days[plan, draw] = days.get((plan, draw), 0.0) + int(weights["cows_5"] * burden)
    _save(folder, "symptoms", rows)
    return days


def _daily(folder: Path, made: Made, final: Final) -> None:
    totals: dict[tuple[str, int], dict[str, int]] = {}
    for (plan, draw, _), cell in final.items():
        total = totals.setdefault((plan, draw), {})
        for name, n in cell.items():
            total[name] = total.get(name, 0) + n
    horizon = int(365.25 * made.years)
    rows = []
    for (plan, draw), total in totals.items():
        for day in range(0, horizon + 1, made.every):
            for status, people in _at(total, day / horizon).items():
                if people:
                    row = {"plan": plan, "draw": draw, "day": day, "status": status, "people": people}
                    rows.append(row | dict.fromkeys(SYMPTOMS, people // 10))
    _save(folder, "daily", rows, [Column(symptom, COUNT, symptom) for symptom in SYMPTOMS])


def _inputs(folder: Path) -> None:
    ids = iter(one.id for one in all_parameters())
    lines = ["name,value,unit,distribution,lo,hi,kind,evidence,rule,meaning"]
    for kind, number in KINDS.items():
        for i in range(number):
            evidence = "" if kind == "assumed" else next(ids)
            rule = f'"no study measured it; the range holds <plausible> values, case {i}"'
            lines.append(
                f'{kind}_{i},0.5,d,uniform,0.2,0.9,{kind},{evidence},{rule},"What {kind} number {i} is"'
            )
    (folder / "inputs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _totals(made: Made, final: Final, plan: str, draw: int, withdrawal: float) -> Totals:
    cells = [final[plan, draw, stratum] for stratum in range(2 ** len(made.splits))]
    outcomes = {name: sum(cell[name] for cell in cells) for name in OUTCOMES}
    tiles = {
        name: tuple(int(n) for n in np.sum([cell[name].tiles for cell in cells], axis=0)) for name in OUTCOMES
    }
    days = {"dependent": int(4 * withdrawal), "in_treatment": int(withdrawal), "residential": 0}
    fatal = outcomes["dead_overdose"]
    numbers = {
        "overdoses": fatal * 20,
        "days_dependent": days["dependent"],
        "days_in_treatment": days["in_treatment"],
        "days_with_withdrawal": int(withdrawal),
        "use_days": int(6 * withdrawal),
    }
    return Totals(
        people=outcomes[EVERYONE],
        person_days=int(outcomes[EVERYONE] * 365.25 * made.years * 0.96),
        status_days=days,
        programme_days=dict.fromkeys(PROGRAMME, 0) | {"methadone": days["in_treatment"]},
        events={"overdose_nonfatal": fatal * 19, "overdose_fatal": fatal, "use_days": numbers["use_days"]},
        symptom_days={"cows_5": int(withdrawal)},
        outcomes=outcomes,
        # as if each number were spread like an exponential one: the mean square is twice the squared mean
        moments={name: (n, int(2 * n * n / outcomes[EVERYONE])) for name, n in numbers.items()},
        stratum_people=tuple(int(cell[EVERYONE]) for cell in cells),
        stratum_outcomes=tuple(cells),
        tiles=tiles | {"people": tiles[EVERYONE]},
    )


def _summary(folder: Path, made: Made, final: Final, withdrawal: dict[tuple[str, int], float]) -> None:
    about = summary.About(
        name="synthetic",
        title=made.title,
        question=made.question,
        years=made.years,
        people=made.people,
        draws=made.draws,
        days=int(365.25 * made.years),
    )
    plans = {
        plan: [_totals(made, final, plan, draw, withdrawal[plan, draw]) for draw in range(made.draws + 1)]
        for plan in made.plans
    }
    found = summary.summarise(about, plans, summary.strata(made.splits))
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "summary.json").write_text(text, encoding="utf-8")

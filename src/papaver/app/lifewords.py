"""What the view of a life begins with, offers and says."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papaver.person.story import Story
    from papaver.scenario.person import Person

DAY = 60
AT: dict[str, Any] = {"when": "day", "day": DAY}
AGAIN: dict[str, Any] = AT | {"again_after_days": 90}
BEFORE: dict[str, dict[str, Any]] = {
    "Regular use for a year": {"status": "using", "months": 12},
    "Regular use for five years": {"status": "using", "months": 60},
    "Stopped three months ago, after a year": {"status": "abstinent", "months": 12, "last_use_days_ago": 90},
    "Never used: the first use is on day 0": {"status": "never_used"},
}
FIRST_PLAN = "Methadone"
PLANS: dict[str, list[dict[str, Any]]] = {
    "Go on as before": [],
    "Keep to one day a week": [{"do": "keep_rule", "max_days_per_week": 1} | AT],
    "Cut back by half": [{"do": "cut_back", "by": 0.5, "over_days": 28} | AT],
    "Stop at once, without help": [{"do": "stop"} | AT],
    "Taper in a clinic (detoxification)": [
        {"do": "detoxification", "days": 14, "medicine": "buprenorphine"} | AT
    ],
    "Methadone": [{"do": "methadone", "start_mg": 30, "target_mg": 80} | AGAIN],
    "Buprenorphine": [{"do": "buprenorphine", "start_mg": 4, "target_mg": 16} | AGAIN],
    "Buprenorphine depots": [{"do": "buprenorphine_depot", "mg": 100} | AGAIN],
    "Naltrexone depots, after a detoxification": [
        {"do": "detoxification", "days": 14, "medicine": "buprenorphine"} | AT,
        {"do": "naltrexone_depot", "when": "day", "day": DAY + 21, "again_after_days": 90},
    ],
    "Move away from the places of use": [{"do": "change_setting", "peers_use": 0, "new_place": True} | AT],
}
FIRST: dict[str, Any] = {
    "papaver": 1,
    "name": "somebody",
    "title": "Somebody who uses heroin",
    "days": 365,
    "people": 100,
    "seed": 1,
    "who": {"age_years": 27},
    "where": {"peers_use": True},
    "before": BEFORE["Regular use for a year"],
    "plan": PLANS[FIRST_PLAN],
}
FIGURES = {
    "ribbons": "Statuses",
    "dangers": "Overdose and death",
    "calendar": "Symptoms",
    "life": "One person",
}
TABLES = {"plans.csv": "Plans", "days.csv": "Days of one person", "hours.csv": "Hours of one person"}
STEP_WORDS = {
    "keep_rule": "keep a rule",
    "cut_back": "cut back",
    "stop": "stop",
    "buprenorphine_depot": "buprenorphine depots",
    "naltrexone_depot": "naltrexone depots",
    "change_setting": "change of setting",
}


def plan_words(person: Person) -> str:
    """The plan in a few words."""
    if person.taken:
        return "What is taken"
    if not person.plan:
        return "No plan"
    steps = dict.fromkeys(STEP_WORDS.get(step.do, step.do.replace("_", " ")) for step in person.plan)
    return "Plan: " + ", ".join(steps)


def warnings_html(person: Person, story: Story) -> str:
    """What must be said beside this person's story; signs that call for a doctor fold open."""
    from papaver.evidence.inputs import numbers
    from papaver.report.life import MODERATE, danger_words
    from papaver.report.withdrawal import LOST_TOLERANCE, WARNING_SIGNS

    lines = [*danger_words(person, story, numbers()), LOST_TOLERANCE]
    made = "".join(f'<p class="papaver-warning" role="note">{html.escape(line)}</p>' for line in lines)
    if (story.days["cows"][0] >= MODERATE).any():
        signs = "".join(f"<li>{html.escape(sign)}</li>" for sign in WARNING_SIGNS)
        head = "Withdrawal this hard can be dangerous. Signs that need medical care at once"
        made += f'<details class="papaver-warning"><summary>{head}</summary><ul>{signs}</ul></details>'
    return made

"""What a study is: scenario files, read and validated whole before anything runs."""

from papaver.scenario.help import schema
from papaver.scenario.model import Cohort, Plan, Scenario
from papaver.scenario.reading import changed, load, loads
from papaver.scenario.steps import Step
from papaver.scenario.templates import TEMPLATES, template

__all__ = [
    "TEMPLATES",
    "Cohort",
    "Plan",
    "Scenario",
    "Step",
    "changed",
    "load",
    "loads",
    "schema",
    "template",
]

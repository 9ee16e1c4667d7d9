"""Runs a study: plans x parameter draws x blocks of people, to results on disk; resumes."""

from papaver.study.model import Progress
from papaver.study.runner import Interrupted, Outcome, run

__all__ = ["Interrupted", "Outcome", "Progress", "run"]

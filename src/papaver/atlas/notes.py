"""Why a finding is missed, in a sentence each (``data/notes.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def notes() -> Mapping[str, str]:
    """The likely reason of a miss, by finding id."""
    text = (files("papaver.atlas") / "data" / "notes.csv").read_text(encoding="utf-8")
    return {row["finding"]: row["reason"] for row in csv.DictReader(text.splitlines())}

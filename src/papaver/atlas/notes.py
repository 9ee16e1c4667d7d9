"""Why a finding is missed (``notes.csv``) or has no counterpart (``gaps.csv``), in a sentence each."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def notes() -> Mapping[str, str]:
    """The likely reason of a miss, by finding id."""
    return _read("notes.csv")


@cache
def gaps() -> Mapping[str, str]:
    """Why a finding in scope has no counterpart, by finding id."""
    return _read("gaps.csv")


def _read(name: str) -> Mapping[str, str]:
    text = (files("papaver.atlas") / "data" / name).read_text(encoding="utf-8")
    return {row["finding"]: row["reason"] for row in csv.DictReader(text.splitlines())}

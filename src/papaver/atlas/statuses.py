"""What each finding is for: ``fit``, ``check`` or ``out_of_scope`` with a reason (``statuses.csv``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from papaver.errors import Fault, InputError
from papaver.evidence import all_findings
from papaver.evidence.tables import DATA, read_rows

FIT, CHECK, OUT_OF_SCOPE = "fit", "check", "out_of_scope"
STATUSES = (FIT, CHECK, OUT_OF_SCOPE)
FILE = "statuses.csv"
COLUMNS = ("finding", "status", "reason", "people", "events")


@dataclass(frozen=True)
class Status:
    """Status of a finding; people or events behind its value where the row's own n is something else."""

    finding: str
    status: str
    reason: str
    people: int | None
    events: int | None


@cache
def statuses() -> Mapping[str, Status]:
    """Status by finding id. Raises ``InputError`` unless every finding has exactly one, with its reason."""
    read = [
        Status(r["finding"], r["status"], r["reason"], _count(r["people"]), _count(r["events"]))
        for r in read_rows(DATA / FILE, COLUMNS)
    ]
    table = {one.finding: one for one in read}
    known = {one.id for one in all_findings()}
    faults = [Fault(f"{id}: no status.", "Add a row.", FILE) for id in sorted(known - set(table))]
    faults += [
        Fault(f"{id}: there is no such finding.", "Remove the row.", FILE)
        for id in sorted(set(table) - known)
    ]
    faults += [
        Fault(f"{one.finding}: {one.status!r} is not a status.", f"Use one of: {', '.join(STATUSES)}.", FILE)
        for one in read
        if one.status not in STATUSES
    ]
    faults += [
        Fault(f"{one.finding}: no reason.", "Say why in a sentence.", FILE)
        for one in read
        if one.status != CHECK and not one.reason
    ]
    if len(read) != len(table):
        faults.append(Fault("a finding has two rows.", "Keep one.", FILE))
    if faults:
        raise InputError(faults)
    return MappingProxyType(table)


def _count(text: str) -> int | None:
    return int(text) if text else None

"""Access by id to what was published; each table is read once, at first need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from papaver.errors import Fault, InputError
from papaver.evidence.records import FILES, Finding, Parameter, Source, YearValue, columns
from papaver.evidence.tables import Row, did_you_mean, number, shipped

R = TypeVar("R")

_NUMBERS = frozenset({"value", "lo", "hi", "dispersion"})
_WHOLE = frozenset({"year", "n"})


class Table(Mapping[str, R], Generic[R]):
    """A table of records by id, in the order of its file. An unknown id is an ``InputError``."""

    def __init__(self, name: str, key: str, read: Callable[[], tuple[R, ...]]) -> None:
        self._name, self._key, self._read = name, key, read

    @cached_property
    def _records(self) -> dict[str, R]:
        return {getattr(record, self._key): record for record in self._read()}

    def __getitem__(self, key: str) -> R:
        found = self._records.get(key)
        if found is None:
            remedy = did_you_mean(key, list(self._records)) or "Try `papaver evidence search`."
            raise InputError(Fault(f"there is no {self._name} {key!r}.", remedy))
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def _cell(field: str, text: str) -> Any:
    if field in _NUMBERS:
        return number(text)
    if field in _WHOLE:
        return int(text) if text else None
    return text


def _record(kind: type[R], row: Row) -> R:
    return kind(**{field: _cell(field, row[field]) for field in columns(kind)})


@cache
def _read(file: str) -> tuple[Any, ...]:
    kind = FILES[file]
    try:
        return tuple(_record(kind, row) for row in shipped(file, columns(kind)))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Fault(f"{error}.", "Every number is written in digits.", file)) from None


parameters: Table[Parameter] = Table("parameter", "id", lambda: _read("parameters.csv"))
findings: Table[Finding] = Table("finding", "id", lambda: _read("findings.csv"))
sources: Table[Source] = Table("source", "key", lambda: _read("sources.csv"))


def parameter(id: str) -> Parameter:
    """The published parameter of this id. Raises ``InputError`` with the nearest ids for an unknown one."""
    return parameters[id]


def finding(id: str) -> Finding:
    """The published finding of this id. Raises ``InputError`` with the nearest ids for an unknown one."""
    return findings[id]


def source(key: str) -> Source:
    """The source of this key. Raises ``InputError`` with the nearest keys for an unknown one."""
    return sources[key]


def published(id: str) -> Parameter | Finding:
    """The parameter or finding of this id. Raises ``InputError`` with the nearest ids for an unknown one."""
    if id in parameters:
        return parameters[id]
    if id in findings:
        return findings[id]
    remedy = did_you_mean(id, [*parameters, *findings]) or "Try `papaver evidence search`."
    raise InputError(Fault(f"there is no parameter or finding {id!r}.", remedy))


def all_parameters() -> tuple[Parameter, ...]:
    """Every published parameter, in the order of the table."""
    return tuple(parameters.values())


def all_findings() -> tuple[Finding, ...]:
    """Every published finding, in the order of the table."""
    return tuple(findings.values())


def all_sources() -> tuple[Source, ...]:
    """Every source, in the order of the table."""
    return tuple(sources.values())


def us_series() -> tuple[YearValue, ...]:
    """Yearly values of the United States, 1996-2024: one record per year and series."""
    return _read("us_series.csv")

"""The published tables as typed records: parameters, findings, sources and yearly series."""

from __future__ import annotations

from dataclasses import dataclass, fields

SEEN = {
    "fulltext": "read in the full text",
    "abstract": "read in the abstract",
    "secondary": "read where another text quotes it",
    "recalled": "not seen, look up before use",
}
RECALLED = "recalled"
DOMAINS = ("kinetics", "dynamics", "withdrawal", "natural_history", "treatment", "overdose")
DISPERSIONS = {
    "sd": "standard deviation",
    "se": "standard error",
    "cv": "coefficient of variation in percent",
    "iqr_width": "width of the interquartile range",
    "sd_or_se": "the source does not say whether standard deviation or error",
}


@dataclass(frozen=True)
class Parameter:
    """A published input: one quantity, with its unit, in one group of people (or animals, or a model).

    ``lo`` and ``hi`` are bounds of the kind named in ``interval``; ``dispersion`` is of the kind named in
    ``dispersion_kind``; ``seen`` says how the number was read (see ``SEEN``).
    """

    id: str
    domain: str
    quantity: str
    value: float
    lo: float | None
    hi: float | None
    interval: str
    dispersion: float | None
    dispersion_kind: str
    unit: str
    context: str
    source: str
    where: str
    seen: str
    note: str

    @property
    def text(self) -> str:
        """What the row is about, in a sentence."""
        return self.quantity


@dataclass(frozen=True)
class Finding:
    """A published result to reproduce: a statement, how to measure its counterpart, and its value.

    ``n`` is the number of people unless the note says otherwise. The other columns are as in ``Parameter``.
    """

    id: str
    domain: str
    statement: str
    measure: str
    value: float
    lo: float | None
    hi: float | None
    interval: str
    dispersion: float | None
    dispersion_kind: str
    unit: str
    population: str
    followup: str
    n: int | None
    source: str
    where: str
    seen: str
    note: str

    @property
    def text(self) -> str:
        """What the row is about, in a sentence."""
        return self.statement


@dataclass(frozen=True)
class Source:
    """Where numbers come from. Authors are parted by ``"; "``; a body's name stands in braces."""

    key: str
    authors: str
    year: int | None
    title: str
    journal: str
    volume: str
    pages: str
    doi: str
    pmid: str
    url_seen: str

    @property
    def author_list(self) -> tuple[str, ...]:
        """Authors one by one; ``et al`` stands for those not named."""
        return tuple(part for part in self.authors.split("; ") if part)


@dataclass(frozen=True)
class YearValue:
    """One year of a United States series."""

    year: int
    series: str
    value: float
    unit: str
    source: str
    seen: str


def columns(record: type) -> tuple[str, ...]:
    """The columns of the table a record type is read from, in order."""
    return tuple(field.name for field in fields(record))


FILES: dict[str, type] = {
    "parameters.csv": Parameter,
    "findings.csv": Finding,
    "sources.csv": Source,
    "us_series.csv": YearValue,
}

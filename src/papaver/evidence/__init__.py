"""Published numbers as data: parameters, findings, their sources, and every number the model uses.

Importing this package reads nothing and imports no heavy library; tables are read at first use. Draws of
the inputs for compiled code are in ``papaver.evidence.inputs``; the check of all tables is
``papaver.evidence.schema.validate``.
"""

from papaver.evidence.bibliography import cite, sources_of, to_bibtex
from papaver.evidence.fingerprint import evidence_hash
from papaver.evidence.inputtable import Input, all_inputs, counts, input_, life_inputs
from papaver.evidence.published import (
    all_findings,
    all_parameters,
    all_sources,
    finding,
    findings,
    parameter,
    parameters,
    published,
    source,
    sources,
    us_series,
)
from papaver.evidence.records import Finding, Parameter, Source, YearValue

__all__ = [
    "Finding",
    "Input",
    "Parameter",
    "Source",
    "YearValue",
    "all_findings",
    "all_inputs",
    "all_parameters",
    "all_sources",
    "cite",
    "counts",
    "evidence_hash",
    "finding",
    "findings",
    "input_",
    "life_inputs",
    "parameter",
    "parameters",
    "published",
    "source",
    "sources",
    "sources_of",
    "to_bibtex",
    "us_series",
]

"""What comes back from a run: typed tables, a summary, and where they came from."""

from papaver.results.reading import Results
from papaver.results.schema import SCHEMA, TABLES, Column, Table

__all__ = ["SCHEMA", "TABLES", "Column", "Results", "Table"]

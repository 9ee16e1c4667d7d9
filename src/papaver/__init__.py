"""papaver: opioid use from a dose in a body, to a person's life, to a population."""

__version__ = "0.1.0"

"""Counterparts of findings on what tests show."""

from __future__ import annotations

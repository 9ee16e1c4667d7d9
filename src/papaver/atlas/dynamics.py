"""Counterparts of findings on receptors, effects and tolerance."""

from __future__ import annotations

"""Counterparts of findings on breathing and its failure."""

from __future__ import annotations

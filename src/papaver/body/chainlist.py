"""Which chain each drug has: linear ones by their builder or their file, others by their own solver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from papaver.body import chains, chains_antagonists, chains_opioids, chains_sedatives, ethanol
from papaver.body.chains import Builder
from papaver.body.chains_declared import declared_chain

Solver = Callable[..., dict[tuple[str, str], Any]]

CHAINS: Mapping[str, Builder] = MappingProxyType(
    {
        "heroin": chains.heroin,
        "morphine": chains.morphine,
        "codeine": chains.codeine,
        "carfentanil": chains_opioids.carfentanil,
        "methadone": chains_opioids.methadone,
        "buprenorphine": chains_opioids.buprenorphine,
        "naltrexone": chains_antagonists.naltrexone,
        "naloxone": chains_antagonists.naloxone,
        "nalmefene": chains_antagonists.nalmefene,
        "diazepam": chains_sedatives.diazepam,
        "alprazolam": chains_sedatives.alprazolam,
    }
)
SOLVERS: Mapping[str, Solver] = MappingProxyType({"ethanol": ethanol.follow_ethanol})


def chain_of(name: str) -> Builder:
    """The builder of a drug's chain. Raises ``KeyError`` for a drug that has none."""
    return declared_chain(name) or CHAINS[name]

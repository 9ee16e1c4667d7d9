"""Who begins: how much likelier a first use is by trait, from two mixes of people by Bayes' rule.

Surveys say how common a trait is among all adults, the inputs how common it is at a first use. A first use is
rare, so its hazard with a trait over without follows from the two. Childhood adversity and illnesses of mind
come together (one shared factor), so their ratios are solved for jointly: each is what the trait does with
the others given, and none is counted twice.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.person.records import ADVERSE, N_TRAITS, TRAITS
from papaver.person.traits import TROUBLES

Floats = npt.NDArray[np.float64]
NODES = 40
WHOLE = "share_general_{}"


class Beginning(NamedTuple):
    """Log ratios of the hazard of a first use, by trait, and the log of their mean over all people."""

    by_trait: Floats
    log_mean: float


class Mix(NamedTuple):
    """Shares of the troubles among all people, and what they share."""

    shares: tuple[float, ...]
    loading: float


def known(inputs: Any) -> tuple[str, ...]:
    """Traits whose share among all adults is an input; the others do not bear on who begins."""
    return tuple(trait for trait in TRAITS if WHOLE.format(trait) in inputs.dtype.names)


def beginning(inputs: Any) -> Beginning:
    """The ratios of one draw of the inputs."""
    traits = known(inputs)
    whole = tuple(float(inputs[WHOLE.format(trait)]) for trait in traits)
    users = tuple(float(inputs[f"share_{trait}"]) for trait in traits)
    return _beginning(traits, whole, users, float(inputs["trouble_loading"]))


@lru_cache(maxsize=16)
def _beginning(
    traits: tuple[str, ...], whole: tuple[float, ...], users: tuple[float, ...], loading: float
) -> Beginning:
    ratios, log_mean = np.zeros(N_TRAITS), 0.0
    together = [k for k, trait in enumerate(traits) if TRAITS.index(trait) in TROUBLES]
    for k, trait in enumerate(traits):
        if k not in together:
            ratios[TRAITS.index(trait)] = _log_odds(users[k]) - _log_odds(whole[k])
            log_mean += float(np.log1p(whole[k] * np.expm1(ratios[TRAITS.index(trait)])))
    if together:
        mix = Mix(tuple(whole[k] for k in together), loading)
        solved, weights = _solve(mix, np.array([users[k] for k in together]))
        for k, ratio in zip(together, solved, strict=True):
            ratios[TRAITS.index(traits[k])] = ratio
        log_mean += float(np.log(weights.sum()))
    return Beginning(ratios, log_mean)


def _solve(mix: Mix, users: Floats) -> tuple[Floats, Floats]:
    """Log ratios that turn the mix of all people into that of people who begin; weights by the factor."""
    from scipy.optimize import root

    having, mass = _given_factor(mix)

    def miss(ratios: Floats) -> Floats:
        each = 1.0 + having * np.expm1(ratios)
        weights = mass * each.prod(axis=1)
        got = (weights[:, None] * having * np.exp(ratios) / each).sum(axis=0) / weights.sum()
        return np.asarray(_log_odds(got) - _log_odds(users))

    ratios = np.asarray(root(miss, np.zeros(len(users))).x)
    return ratios, mass * (1.0 + having * np.expm1(ratios)).prod(axis=1)


def _given_factor(mix: Mix) -> tuple[Floats, Floats]:
    """Chance of each trouble at each node of the shared factor, and the nodes' weights."""
    return np.column_stack([_below(share, mix.loading) for share in mix.shares]), _nodes()[1]


def _nodes() -> tuple[Floats, Floats]:
    nodes, mass = np.polynomial.hermite_e.hermegauss(NODES)
    return np.asarray(nodes), np.asarray(mass / mass.sum())


def _below(share: float, loading: float) -> Floats:
    """Chance that a person's luck in a trouble is among the lowest ``share``, at each node."""
    from scipy.special import ndtr, ndtri

    own = np.sqrt(1.0 - loading**2)
    return np.asarray(ndtr((ndtri(share) - loading * _nodes()[0]) / own))


def adversity_ratio(inputs: Any, most: float, least: float) -> float:
    """Chance of beginning of the share ``most`` of all people with most adversity, over that of the share
    ``least`` with least, with everything that goes along with adversity."""
    found, loading = beginning(inputs).by_trait, float(inputs["trouble_loading"])
    having = float(inputs[WHOLE.format(TRAITS[ADVERSE])])
    if not most <= having <= 1.0 - least:
        raise ValueError("people with most adversity must have the trait, people with least must not")
    others = _nodes()[1].copy()
    for k in TROUBLES:
        if k != ADVERSE:
            others *= 1.0 + _below(float(inputs[WHOLE.format(TRAITS[k])]), loading) * np.expm1(found[k])
    high = float((others * _below(most, loading)).sum()) / most * float(np.exp(found[ADVERSE]))
    low = float((others * (1.0 - _below(1.0 - least, loading))).sum()) / least
    return high / low


def shifted(share: float, usual: float, other: float) -> float:
    """A share among people who are dependent where the population differs: the same ratio of odds."""
    return _share(_log_odds(share) - _log_odds(usual) + _log_odds(other))


def _log_odds(share: Any) -> Any:
    return np.log(share / (1.0 - share))


def _share(log_odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-log_odds)))

"""What a laboratory's results say of the time since the last use and of its source, and how far.

Bayes by simulation: every particle of a library (``library.py``) is a person who took something at a known
time; its weight is its prior times the likelihood of the panel. The amount taken, which multiplies all levels
of a particle, is integrated over its log-normal prior on a grid, so a panel is compared with levels in
proportion. A level scatters about the simulated one by the laboratory's error and by what the model misses;
``<cutoff`` counts the chance of falling below it; any result may be false with a small chance. Where the
creatinine of a urine is known, the simulated specimen is diluted to it.

How well the particles cover a panel is told by the effective sample size (sum of weights squared over sum of
squared weights; Kong 1992): below ``ENOUGH`` a notice, below ``LEAST`` no answer.

Priors: sources alike and single and daily use alike unless told, time log-uniform, amounts as in
``panel_dose_...`` of ``inputs.csv``. One source at a time: mixtures are not considered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from papaver.body.library import DAILY, NONE, PATTERNS, Key, Library, build, sources
from papaver.body.panel import BELOW, EXACT, Panel, Result
from papaver.body.specimens import URINE
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as all_numbers
from papaver.evidence.tables import did_you_mean
from papaver.showing import table

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
ENOUGH, LEAST = 200, 30
NODES, REACH = 61, 4  # of the grid over amounts, and how many standard deviations it spans on each side
BINS = 36
CHUNK = 8192  # particles weighed at once
USUAL_PEOPLE = 30
QUANTILES = (5, 25, 50, 75, 95)
POSSIBLE = 1 / 100  # sources less likely than this get no times
ODD = 1 / 2


@dataclass(frozen=True)
class Likely:
    """One source: prior and posterior, how much better than the others it explains the panel, and when.

    ``ratio``: likelihood of the panel under this source over that under the others, weighted by their priors.
    ``hours``: quantiles (``QUANTILES``) of the time since the last use given this source; None where it is
    too unlikely or too few particles resemble the panel. ``daily``: share of daily use.
    """

    name: str
    words: str
    prior: float
    posterior: float
    ratio: float
    effective: float
    hours: tuple[float, ...] | None
    daily: float


@dataclass(frozen=True)
class Reading:
    """What a panel says of one family of drugs.

    ``edges`` (BINS + 1,) hours and ``density`` (BINS,): posterior share of each bin of time given that
    something was used; ``prior_density`` the same before the panel. ``hours``: quantiles of it, None if too
    few particles resemble the panel. ``odd``: results that no source explains well, with their chance of
    being false.
    """

    family: str
    panel: Panel
    sources: tuple[Likely, ...]
    effective: float
    particles: int
    hours: tuple[float, ...] | None
    edges: Floats
    density: Floats
    prior_density: Floats
    odd: tuple[tuple[Result, float], ...]
    notices: tuple[str, ...]

    def _repr_html_(self) -> str:
        heads = ("source", "prior", "posterior", "likelihood ratio")
        return table(self.family, [heads, *((s.name, s.prior, s.posterior, s.ratio) for s in self.sources)])


def keys_of(panel: Panel) -> tuple[Key, ...]:
    """The levels a panel asks for."""
    return tuple(dict.fromkeys(Key(r.specimen, r.analyte) for r in panel.results))


def check_priors(family: str, priors: Mapping[str, float] | None) -> dict[str, float]:
    """Priors of the sources of a family and of none, adding to 1; alike unless given.

    Raises ``InputError`` for an unknown source, a share outside 0 to 1, or nothing left.
    """
    names = [one.name for one in sources().values() if one.family == family] + [NONE]
    if not priors:
        return {name: 1.0 / len(names) for name in names}
    faults = []
    for name, share in priors.items():
        if name not in names:
            near = did_you_mean(name, names) or f"Sources: {', '.join(names)}."
            faults.append(Fault(f"there is no source {name!r} of {family}.", near, field="prior"))
        elif not 0.0 <= share <= 1.0:
            faults.append(Fault(f"{share:g} is no share.", "Give 0 to 1.", field="prior"))
    total = sum(share for name, share in priors.items() if name in names)
    left = [name for name in names if name not in priors]
    if not faults and total > 1.0 + 1 / 1000:
        faults.append(Fault(f"the priors add to {total:g}.", "Let them add to 1 or less.", field="prior"))
    if not faults and not left and total <= 0.0:
        faults.append(Fault("no source is left.", "Give one a share above 0.", field="prior"))
    if faults:
        raise InputError(faults)
    rest = max(0.0, 1.0 - total) / len(left) if left else 0.0
    whole = {name: priors.get(name, rest) for name in names}
    scale = sum(whole.values())
    return {name: share / scale for name, share in whole.items()}


def interpret(
    panel: Panel,
    family: str,
    *,
    priors: Mapping[str, float] | None = None,
    daily: float | None = None,
    span: tuple[float, float] | None = None,
    library: Library | None = None,
    seed: int = 1,
    size: int = 1,
) -> Reading:
    """The reading of a panel's results of one family.

    ``library``: particles made before for these specimens and analytes; else they are simulated, ``size``
    times as many people as usual. Raises ``InputError`` for impossible priors or where fewer than ``LEAST``
    particles resemble the panel.
    """
    shares = check_priors(family, priors)
    p = all_numbers()
    often = p["panel_daily_share"] if daily is None else daily
    mine = panel.of(family)
    found = library or build(family, keys_of(mine), people=USUAL_PEOPLE * size, seed=seed, span=span)
    known = weigh(found, mine, p)
    prior = found.share * np.array([shares[name] for name in found.names])[found.source]
    prior = prior * np.where(found.pattern == PATTERNS.index(DAILY), often, 1.0 - often)
    weight = prior * known.likelihood
    nothing = shares[NONE] * known.of_none
    total = float(weight.sum()) + nothing
    if not total > 0.0:
        raise InputError(_too_few(family, 0.0))
    likely = _likely(found, weight / total, prior, shares, nothing / total, known)
    used = weight.sum() / total
    effective = effective_size(weight) if used > POSSIBLE else float(len(weight))
    if effective < LEAST:
        raise InputError(_too_few(family, effective))
    edges = np.geomspace(*found.span, BINS + 1)
    odd = tuple(
        (r, float(x)) for r, x in zip(mine.results, known.odd(weight, nothing), strict=True) if x > ODD
    )
    return Reading(
        family,
        mine,
        likely,
        effective,
        len(weight),
        _quantiles(found.hours, weight) if used > POSSIBLE else None,
        edges,
        _density(found.hours, weight, edges),
        _density(found.hours, prior, edges),
        odd,
        tuple(_notices(effective, likely, odd, used)),
    )


def effective_size(weight: Floats) -> float:
    """Effective sample size of weights: how many equal ones would be as good."""
    square = float(np.square(weight).sum())
    return float(weight.sum()) ** 2 / square if square > 0.0 else 0.0


def _too_few(family: str, effective: float) -> Fault:
    what = f"{family}: too few simulated people resemble this panel (effective sample size {effective:.0f})."
    return Fault(what, "Check units and hours, widen --hours, or simulate more with --size.", field="panel")


def _likely(
    found: Library,
    posterior: Floats,
    prior: Floats,
    shares: Mapping[str, float],
    nothing: float,
    known: Known,
) -> tuple[Likely, ...]:
    evidence = {}
    for place, name in enumerate(found.names):
        here = found.source == place
        mass = float(prior[here].sum())
        evidence[name] = float((prior[here] * known.likelihood[here]).sum()) / mass if mass > 0.0 else 0.0
    evidence[NONE] = known.of_none
    made = []
    for place, name in enumerate(found.names):
        here = found.source == place
        share, effective = float(posterior[here].sum()), effective_size(posterior[here])
        told = share > POSSIBLE and effective >= LEAST
        made.append(
            Likely(
                name,
                sources()[name].words,
                shares[name],
                share,
                _ratio(name, evidence, shares),
                effective,
                _quantiles(found.hours[here], posterior[here]) if told else None,
                float(posterior[here & (found.pattern == PATTERNS.index(DAILY))].sum() / share)
                if share > 0.0
                else 0.0,
            )
        )
    ratio = _ratio(NONE, evidence, shares)
    made.append(Likely(NONE, "nothing of the kind", shares[NONE], nothing, ratio, np.inf, None, 0.0))
    return tuple(made)


def _ratio(name: str, evidence: Mapping[str, float], shares: Mapping[str, float]) -> float:
    others = sum(share for other, share in shares.items() if other != name)
    if others <= 0.0:
        return np.inf
    against = sum(shares[other] * value for other, value in evidence.items() if other != name) / others
    return evidence[name] / against if against > 0.0 else np.inf


def _quantiles(hours: Floats, weight: Floats) -> tuple[float, ...]:
    order = np.argsort(hours)
    passed = np.cumsum(weight[order]) / weight.sum()
    places = np.searchsorted(passed, np.array(QUANTILES) / 100.0)
    return tuple(float(hours[order][min(k, len(order) - 1)]) for k in places)


def _density(hours: Floats, weight: Floats, edges: Floats) -> Floats:
    counts, _ = np.histogram(hours, edges, weights=weight)
    total = counts.sum()
    return np.asarray(counts / total if total > 0.0 else counts, float)


def _notices(
    effective: float, likely: tuple[Likely, ...], odd: tuple[tuple[Result, float], ...], used: float
) -> list[str]:
    notices = []
    if effective < ENOUGH:
        notices.append(
            f"Few simulated people resemble this panel (effective sample size {effective:.0f}, below "
            f"{ENOUGH}): shares and hours are rough. Simulate more with --size."
        )
    notices += [
        f"Hours are not told for {one.words}: effective sample size {one.effective:.0f}, below {LEAST}."
        for one in likely
        if one.name != NONE and one.posterior > POSSIBLE and one.effective < LEAST
    ]
    notices += [f"No source explains this result well: {result.words}." for result, _ in odd]
    if used <= POSSIBLE:
        notices.append("The panel speaks against any use in the range of hours that was considered.")
    return notices


# --------------------------------------------------------------------------------------------- likelihood


@dataclass(frozen=True)
class Known:
    """Likelihood of a panel under each particle (P,), under no use, and each result's chance of being false.

    Likelihoods are told up to one common factor.
    """

    likelihood: Floats
    of_none: float
    false: Floats
    false_of_none: Floats

    def odd(self, weight: Floats, nothing: float) -> Floats:
        """Chance that each result is false, given the panel."""
        total = float(weight.sum()) + nothing
        return np.asarray((self.false @ weight + self.false_of_none * nothing) / total)


def weigh(library: Library, panel: Panel, p: Numbers) -> Known:
    """Likelihood of a panel under every particle of a library and under no use."""
    grid = np.linspace(-REACH, REACH, NODES)
    mass = np.exp(-grid * grid / 2.0)
    mass = mass / mass.sum()
    levels = [_log_level(library, result) for result in panel.results]
    count = len(library.hours)
    log_likelihood, false = np.empty(count), np.empty((len(levels), count))
    for first in range(0, count, CHUNK):
        here = slice(first, first + CHUNK)
        shift = library.dose_sd[here, None] * grid[None, :]
        each = [_one(r, level[here], shift, p) for r, level in zip(panel.results, levels, strict=True)]
        summed = np.sum([chance for chance, _ in each], axis=0) if each else np.zeros(shift.shape)
        top = summed.max(axis=1, keepdims=True)
        parts = np.exp(summed - top) * mass[None, :]
        whole = parts.sum(axis=1)
        log_likelihood[here] = top[:, 0] + np.log(whole)
        for k, (_, share) in enumerate(each):
            false[k, here] = (share * parts).sum(axis=1) / whole
    none = [_one(result, np.array([-np.inf]), np.zeros((1, 1)), p) for result in panel.results]
    of_none = sum(float(chance[0, 0]) for chance, _ in none)
    best = max(float(log_likelihood.max(initial=-np.inf)), of_none)
    return Known(
        np.exp(log_likelihood - best),
        float(np.exp(of_none - best)),
        false,
        np.array([float(share[0, 0]) for _, share in none]),
    )


def _log_level(library: Library, result: Result) -> Floats:
    """Log of the simulated level (P,) at the reference amount, diluted to the creatinine that was found."""
    level = library.levels[Key(result.specimen, result.analyte)]
    found = result.specimen.creatinine_mg_per_ml
    if result.specimen.matrix == URINE and found is not None:
        level = level * found / library.creatinine[result.specimen]
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(level))


def _one(result: Result, log_level: Floats, shift: Floats, p: Numbers) -> tuple[Floats, Floats]:
    """Log likelihood of one result and its share of being false, by particle and amount (P, nodes)."""
    from scipy.special import ndtr

    error = p["lab_confirm_sd"] if result.kind == EXACT else p["lab_screen_sd"]
    sd = float(np.hypot(error, p["panel_model_sd"]))
    with np.errstate(invalid="ignore"):
        z = (np.log(result.ng_per_ml) - log_level[:, None] - shift) / sd
    stray = p["lab_false_positive"]
    if result.kind == EXACT:
        true = np.exp(-z * z / 2.0) / (sd * np.sqrt(2 * np.pi))
        false = np.full(true.shape, 1.0 / (p["lab_stray_spread"] * np.sqrt(2 * np.pi)))
    elif result.kind == BELOW:
        true, false = ndtr(z), np.ones(z.shape)
    else:
        true, false = ndtr(-z), np.ones(z.shape)
    total = (1.0 - stray) * true + stray * false
    return np.log(total), stray * false / total

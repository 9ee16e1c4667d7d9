"""What a study needs of its neighbours: a scenario, the inputs and an engine that simulates blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import floor
from typing import Any, Protocol

from papaver.results.totals import Labels

DAYS_PER_YEAR = 365.25


class BlockLike(Protocol):
    """Sums over a block of people; axes as in ``papaver.results.totals.Sums``.

    ``lives`` is a structured array with at least the fields ``person`` and ``stratum``, one row per person
    kept, in the order of people. An attribute ``tiles`` (as in ``Sums``) is read if there is one.
    """

    @property
    def person_time(self) -> Any:
        """person_time[stratum, year, status, programme]."""

    @property
    def events(self) -> Any:
        """events[stratum, year, event]."""

    @property
    def symptom_days(self) -> Any:
        """symptom_days[stratum, year, symptom]."""

    @property
    def daily(self) -> Any:
        """daily[sample, status, 1 + symptom]."""

    @property
    def people(self) -> Any:
        """people[stratum]."""

    @property
    def outcomes(self) -> Any:
        """outcomes[stratum, outcome]."""

    @property
    def moments(self) -> Any:
        """moments[measure, 2]."""

    @property
    def lives(self) -> Any:
        """Records of people kept one by one."""


class Simulate(Protocol):
    """Simulates people ``first`` .. ``first + count - 1`` of a job under one parameter draw."""

    def __call__(self, job: Any, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> BlockLike:
        """Sums over these people, whatever block they are simulated in."""


class Evidence(Protocol):
    """The inputs, as ``papaver.evidence.inputs`` has them."""

    def draw(self, seed: int, number: int) -> Any:
        """A record with one number per input; draw 0 has the central values."""

    def life_inputs(self) -> Iterable[Any]:
        """The inputs that lives read, as dataclasses with at least name, value, unit and kind."""

    def evidence_hash(self) -> str:
        """Hash of everything the draws rest on."""


@dataclass(frozen=True)
class Model:
    """The engine and the numbers a study runs on."""

    simulate: Simulate
    build_job: Callable[[Any, Any], Any]
    evidence: Evidence
    labels: Labels
    is_compiled: Callable[[], bool]
    is_own: bool = True
    """Whether the engine is papaver's own, which workers must have in the same version."""


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    ``people`` counts people simulated over all plans and draws, ``person_days`` their days, both with what
    an earlier session left; ``rate`` is in person-days per second of this session; ``seconds_left`` is None
    while it cannot be told. Phases: ``compiling``, ``simulating``, ``writing``.
    """

    phase: str
    plan: str = ""
    people: int = 0
    people_total: int = 0
    person_days: int = 0
    rate: float = 0.0
    seconds: float = 0.0
    seconds_left: float | None = None


def days_of(years: float) -> int:
    """Days of follow-up: year k begins on day floor(365.25 k); at least one day."""
    return max(1, floor(DAYS_PER_YEAR * years))


def standard_model(
    simulate: Simulate | None = None,
    build_job: Callable[[Any, Any], Any] | None = None,
    evidence: Evidence | None = None,
    labels: Labels | None = None,
) -> Model:
    """The package's own model, with the parts given taking the place of its own."""
    is_compiled: Callable[[], bool] = _always
    own = simulate is None
    if simulate is None:
        from papaver.population import engine

        simulate = engine.simulate_block
        is_compiled = getattr(engine, "is_compiled", _always)
    if build_job is None:
        from papaver.population import cohort

        build_job = cohort.build_job
    if evidence is None:
        from papaver.evidence import inputs

        evidence = inputs
    return Model(simulate, build_job, evidence, labels or standard_labels(), is_compiled, own)


def standard_labels() -> Labels:
    """The names of statuses, programmes, events, symptoms, outcomes and moments of the engine."""
    from papaver.population import codes

    lists = (codes.STATUS, codes.PROGRAMME, codes.EVENTS, codes.SYMPTOMS, codes.OUTCOMES, codes.MOMENTS)
    return Labels(*(tuple(str(name) for name in names) for names in lists))


def _always() -> bool:
    return True

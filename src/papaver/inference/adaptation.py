"""Stage 1 of the fit: adaptation and withdrawal, against time courses and trial shares.

Forward model: the counterparts of the atlas (typical bodies hour by hour, people around them by quantiles of
symptom frailty, of the speed of buprenorphine's kinetics and of the background score). One set of constants
serves every drug.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from papaver.atlas.precipitated import CLEAR_RISE, RISE, WATCHED, risen
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterparts
from papaver.atlas.withdrawal import challenged, sows_left_on_day_7
from papaver.evidence import finding, inputs
from papaver.inference.posterior import Stage, Target

PARAMETERS = (
    "fast_hours",
    "slow_weight",
    "slow_days",
    "gap_hill",
    "gap_half",
    "gap_dead_zone",
    "buprenorphine_activity_withdrawal",
    "naloxone_half_load_nmol_l",
    "inverse_agonism",
    "inverse_half",
    "frailty_sd",
    "onset_scale",
    "symptom_growth",
    "background_score_median",
    "alpha2_calm",
)
BEFORE: tuple[str, ...] = ()  # stages fitted earlier
NUISANCE = ("receptor_reserve",)
# Findings simulated as the atlas does; published shares with their interval come first.
SHARES = (
    "f_ctn30_post",
    "f_ctn30_stable_nouse",
    "f_ctn30_taper1_nouse",
    "f_ctn30_taper2_nouse",
    "f_ctn30_off1_nouse",
    "f_ctn30_off34_nouse",
    "f_ctn30_late_nouse",
    "f_ctn30p2_wk2_nouse",
    "f_ctn30p2_wk12_nouse",
    "f_ctn30p2_t4_nouse",
)
PLAIN = (
    *SHARES,
    "f_morph_peak_day",
    "f_36h",
    "f_emesis",
    "f_bup8_peak",
    "f_bup32_minimal",
    "f_nlx_cows",
    "f_sowsg_d3_plac",
    "f_sowsg_d3_lof",
)
EVIDENCE = (*PLAIN, "f_morph_resolved", "f_apd_45", "f_pw_ed", "f_pw_inpt")


def simulate(p: Any) -> dict[str, float]:
    """Every fitted finding's counterpart for one set of inputs.

    Two are told by what decides them: ``f_apd_45`` by the SOWS of naloxone 45 minutes after a first dose of
    morphine, and 15 minutes after it; ``f_morph_resolved`` by the mean SOWS left on day 7.
    """
    world = World(p)
    table = counterparts()
    found = {name: float(table[name].run(world)) for name in PLAIN}  # type: ignore[arg-type]
    found["f_morph_resolved"] = sows_left_on_day_7(world)
    found["f_pw_ed"] = risen(world, CLEAR_RISE, 2, judged=True)
    found["f_pw_inpt"] = risen(world, RISE, WATCHED, judged=False)
    found["f_apd_45"], found["f_apd_15"] = challenged(p, 45.0), challenged(p, 15.0)
    return found


def share_target(name: str) -> Target:
    """Target of a published share with its 95 % interval."""
    one = finding(name)
    assert one.value is not None and one.lo is not None and one.hi is not None
    return Target(name, one.value, (one.hi - one.lo) / 3.92, floor=3.0)


def targets() -> tuple[Target, ...]:
    """What the stage is fitted to; spreads from n or interval, never below the discrepancy floor."""
    return (
        *(share_target(n) for n in SHARES),
        Target("f_morph_peak_day", 2.0, 0.3, floor=0.3),
        Target("f_morph_resolved", 2.0, 1.5, floor=1.3),  # SOWS left; seven people, spread of 4 points
        Target("f_36h", 36.0, 6.0, floor=5.4),
        Target("f_emesis", 38.5, 9.5, floor=3.0),
        Target("f_bup8_peak", 4.0, 0.6, floor=0.6),
        Target("f_bup32_minimal", 0.35, 0.1, floor=0.12),
        Target("f_nlx_cows", 7.6, 1.0, floor=1.1),
        Target("f_sowsg_d3_plac", 8.67, 0.6, floor=1.3),
        Target("f_sowsg_d3_lof", 6.32, 0.6, floor=0.9),
        Target("f_pw_ed", 0.75, 0.27, floor=0.4),
        Target("f_pw_inpt", 11.5, 2.2, floor=3.0),
        Target("f_apd_45", 2.0, 0.5, floor=0.3),
        Target("f_apd_15", 0.5, 0.2, floor=0.1),
    )


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    base = inputs.central()

    def run(values: Mapping[str, float]) -> dict[str, float]:
        return simulate(inputs.changed(base, **values))

    forward: Callable[[Mapping[str, float]], dict[str, float]] = run
    return Stage("adaptation", PARAMETERS, targets(), forward, NUISANCE, before=BEFORE)

"""Chains of heroin, 6-acetylmorphine, morphine, its glucuronides and codeine; and how any chain is named.

Heroin turns into 6-acetylmorphine, that into morphine (two phases), that into M3G and M6G. The same
equations serve the day loop (``body/kinetics.py``: no depots, M3G or urine) and single bodies.
Sources: Rook 2006 (structure, clearance of morphine, inhaled heroin), Inturrisi 1984 (heroin),
Hasselstrom 1993 (morphine's shares and slow phase), Hanna 1993 (M6G), Duflot 2021 (transit to glucuronides),
Halbsguth 2008 (heroin by mouth); numbers in ``evidence/data/inputs.csv``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.network import PLASMA, SITE, URINE, Entry, Network

Floats = npt.NDArray[np.float64]
Entries = Collection[Entry]
Builder = Callable[[Network, Any, Entries], None]
"""Writes a drug's chain into a network, given the numbers of its people and the entries that are used."""

NMOL = 1000.0  # per umol
IV, SMOKED, INTRANASAL, IM, SC = "iv", "smoked", "intranasal", "im", "sc"
ORAL, RECTAL, SUBLINGUAL, DEPOT = "oral", "rectal", "sublingual", "depot"
MUSCLE = (IM, SC)
GUT = (ORAL, RECTAL)


def half_life_rate(half_life_h: Any) -> Any:
    """First-order rate (1/h) of a half-life (h)."""
    return math.log(2.0) / half_life_h


def absorption_rate(peak_h: float, elimination: float) -> float:
    """Absorption rate (1/h) that puts the peak of an oral dose at ``peak_h`` given elimination (1/h).

    Solves ``ln(ka/ke)/(ka - ke) = peak_h`` for the root above ``ke`` by bisection.
    """
    low, high = elimination * (1.0 + 1e-9), 1e4
    for _ in range(200):
        middle = math.sqrt(low * high)
        late = math.log(middle / elimination) / (middle - elimination) > peak_h
        low, high = (middle, high) if late else (low, middle)
    return math.sqrt(low * high)


def absorption_rates(peak_h: Any, elimination: Any) -> Any:
    """``absorption_rate`` for numbers or arrays over people."""
    if np.ndim(peak_h) == 0 and np.ndim(elimination) == 0:
        return absorption_rate(peak_h, elimination)
    return np.vectorize(absorption_rate, otypes=[np.float64])(peak_h, elimination)


def add_one_compartment(net: Network, name: str, half_life_h: Any, peak_h: Any) -> None:
    """A gut and one body compartment, from the half-life and the time of the peak after a dose by mouth."""
    elimination = half_life_rate(half_life_h)
    absorption = absorption_rates(peak_h, elimination)
    net.add("gut", absorption)
    net.add(name, elimination)
    net.flow("gut", name, absorption)


def add_steps(net: Network, name: str, peak_h: Any) -> str:
    """Two steps of uptake whose rate is highest at ``peak_h`` (h), the second half as fast as the first.

    Returns the place that a dose enters; what leaves the compartment ``name`` is the uptake.
    """
    slower = math.log(2.0) / peak_h
    first = f"{name} wait"
    net.add(first, 2.0 * slower)
    net.add(name, slower)
    net.flow(first, name, 2.0 * slower)
    return first


def two_phases(clearance: Any, fast: Any, slow: Any, share: Any) -> tuple[Any, Any, Any, Any]:
    """Volume (L) and rates (1/h) k10, k12, k21 from clearance (L/h), two rates (1/h) and the slow share.

    The slow phase carries ``share`` of the area under the curve after a bolus, so that the area per dose
    stays 1/clearance whatever the share.
    """
    height_fast, height_slow = (1.0 - share) * fast / clearance, share * slow / clearance
    volume = 1.0 / (height_fast + height_slow)
    k21 = (height_fast * slow + height_slow * fast) * volume
    k10 = fast * slow / k21
    return volume, k10, fast + slow - k21 - k10, k21


def many_phases(
    clearance: Any, rates: Sequence[Any], shares: Sequence[Any]
) -> tuple[Any, list[tuple[Any, Any]]]:
    """Volume (L) of the central compartment and, for each one around it, the rates (1/h) to it and back.

    The curve after a bolus has the phases of these ``rates`` (1/h, all different), each with its share of the
    area; the area per dose is 1/clearance. The rates back are the zeros of the curve's transform, found as
    eigenvalues; the last compartment is the slowest.
    """
    width = np.broadcast_shapes(*(np.shape(x) for x in (clearance, *rates, *shares)), (1,))
    phase = np.stack([np.broadcast_to(rate, width) for rate in rates])
    height = np.stack([np.broadcast_to(x, width) for x in shares]) * phase / clearance
    volume = 1.0 / height.sum(axis=0)
    weight = height * volume
    # zeros of sum_i weight_i / (s + rate_i): eigenvalues of the rates without the direction of the weights
    inner = np.swapaxes(-(phase[:, None] * (np.eye(len(phase))[..., None] - weight[None, :])), 0, 2)
    back = -np.sort(np.linalg.eigvals(inner).real, axis=-1)[..., :-1].T
    around = []
    for j, rate in enumerate(back):
        others = np.delete(back, j, axis=0)
        out = -np.prod(phase - rate, axis=0) / (rate * np.prod(others - rate, axis=0))
        around.append((out, rate))
    if width == (1,) and all(np.ndim(x) == 0 for x in (clearance, *rates, *shares)):
        return float(volume[0]), [(float(out[0]), float(rate[0])) for out, rate in around]
    return volume, around


# ---------------------------------------------------------------------------------------- morphine and after


def morphine_micro_rates(p: Any) -> tuple[Any, Any, Any, Any]:
    """Volume (L) and rates (1/h) k10, k12, k21 of morphine from clearance and its two phases."""
    fast, slow = half_life_rate(p["morphine_half_life_h"]), half_life_rate(p["morphine_slow_half_life_h"])
    return two_phases(p["morphine_clearance_l_per_h"], fast, slow, p["morphine_slow_share"])


def m6g_rates(p: Any) -> tuple[Any, Any]:
    """Volume (L) and elimination rate (1/h) of M6G."""
    volume = p["m6g_volume_l_per_kg"] * p["body_weight_kg"]
    return volume, p["m6g_clearance_ml_per_min"] * 60.0 / 1000.0 / volume


def morphine_body(p: Any, *, phases: bool) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """Volume (L) and elimination (1/h) of morphine, and the rates (1/h) to each compartment around and back.

    With ``phases`` the first minutes are there too: two quick phases of distribution before the main one.
    Without them, as the day loop has it, morphine is spread out at once.
    """
    if not phases:
        volume, k10, k12, k21 = morphine_micro_rates(p)
        return volume, k10, [(k12, k21)]
    quick, middle, slow = (p[f"morphine_{name}_share"] for name in ("quick", "middle", "slow"))
    half_lives = (
        p["morphine_quick_half_life_min"] / 60.0,
        p["morphine_middle_half_life_min"] / 60.0,
        p["morphine_half_life_h"],
        p["morphine_slow_half_life_h"],
    )
    rates = [half_life_rate(one) for one in half_lives]
    clearance = p["morphine_clearance_l_per_h"]
    volume, around = many_phases(clearance, rates, (quick, middle, 1.0 - quick - middle - slow, slow))
    return volume, clearance / volume, around


def add_morphine(net: Network, p: Any, *, phases: bool) -> None:
    """Morphine with the compartments around it, the way to M6G, and M6G: what the day loop has too."""
    _, k10, around = morphine_body(p, phases=phases)
    transit = 60.0 / p["m6g_transit_min"]
    out = k10
    for away, _ in around:
        out = out + away
    net.add("morphine", out)
    for (away, back), name in zip(around, ("quick", "middle", "slow")[-len(around) :], strict=True):
        net.add(f"morphine {name}", back, beside=True)
        net.flow("morphine", f"morphine {name}", away)
        net.flow(f"morphine {name}", "morphine", back)
    net.add("m6g transit", transit)
    net.add("m6g", m6g_rates(p)[1])
    net.flow("morphine", "m6g transit", p["morphine_to_m6g"] * k10)
    net.flow("m6g transit", "m6g", transit)


def add_sites(net: Network, p: Any, *, mam: bool, phases: bool) -> None:
    """Effect sites of 6-acetylmorphine, morphine and M6G."""
    if mam:
        volume = p["mam_volume_l_per_kg"] * p["body_weight_kg"]
        net.effect("site mam", "mam", half_life_rate(p["mam_effect_half_life_min"] / 60.0), volume)
    volume = morphine_body(p, phases=phases)[0]
    net.effect("site morphine", "morphine", half_life_rate(p["morphine_effect_half_life_h"]), volume)
    net.effect("site m6g", "m6g", half_life_rate(p["m6g_effect_half_life_h"]), m6g_rates(p)[0])


def add_glucuronides(net: Network, p: Any) -> None:
    """M3G, what leaves in urine, and what is read of morphine and its glucuronides."""
    volume, k10, _ = morphine_body(p, phases=True)
    transit = 60.0 / p["m3g_transit_min"]
    m3g_volume = p["m3g_volume_l_per_kg"] * p["body_weight_kg"]
    m3g = p["m3g_clearance_l_per_h"] / m3g_volume
    net.add("m3g transit", transit)
    net.add("m3g", m3g)
    net.flow("morphine", "m3g transit", p["morphine_to_m3g"] * k10)
    net.flow("m3g transit", "m3g", transit)
    net.flow("morphine", "urine morphine", p["morphine_renal_share"] * k10)
    m6g_volume, m6g = m6g_rates(p)
    net.flow("m3g", "urine m3g", m3g * p["glucuronide_renal_share"])
    net.flow("m6g", "urine m6g", m6g * p["glucuronide_renal_share"])
    for name, liters in (("morphine", volume), ("m3g", m3g_volume), ("m6g", m6g_volume)):
        net.read(PLASMA, name, name, NMOL / liters)
        net.read(URINE, name, f"urine {name}")
    for name in ("morphine", "m6g"):
        net.read(SITE, name, f"site {name}", NMOL)


def oral_share(p: Any, drug: str) -> Any:
    """Share of a swallowed dose that reaches blood as morphine: more with daily use and a failing liver."""
    people = p["people"]
    naive, daily = p[f"{drug}_oral_f_naive"], p[f"{drug}_oral_f_daily"]
    usual = np.minimum(1.0, naive + (daily - naive) * people.daily_use)
    return usual + (p["morphine_oral_f_cirrhosis"] - usual) * people.liver


def first_pass(net: Network, p: Any, gut: str, rate: Any, passed: Any) -> None:
    """Gut to blood: ``passed`` (share) as morphine, most of the rest as glucuronides formed on the way."""
    lost = rate * (1.0 - passed)
    net.flow(gut, "morphine", rate * passed)
    net.flow(gut, "m3g", lost * p["first_pass_m3g_share"])
    net.flow(gut, "m6g", lost * p["first_pass_m6g_share"])


def morphine(net: Network, p: Any, entries: Entries) -> None:
    """Morphine by vein, muscle, skin, mouth or rectum, with M3G and M6G."""
    for entry in entries:
        if entry[0] != IV:
            peak = p[f"morphine_{'injected' if entry[0] in MUSCLE else 'oral'}_input_peak_h"]
            net.enter(entry, {add_steps(net, "depot " + entry[0], peak): 1.0})
        else:
            net.enter(entry, {"morphine": 1.0})
    add_morphine(net, p, phases=True)
    add_sites(net, p, mam=False, phases=True)
    add_glucuronides(net, p)
    for entry in entries:
        name = "depot " + entry[0]
        if entry[0] in GUT:
            first_pass(net, p, name, net.out(name), oral_share(p, "morphine"))
        elif entry[0] in MUSCLE:
            net.flow(name, "morphine", net.out(name))


# ------------------------------------------------------------------------------------------------- heroin


def add_heroin(net: Network, p: Any, *, phases: bool) -> Any:
    """Heroin, 6-acetylmorphine and morphine to M6G; returns heroin's volume (L) where it has two phases.

    Without ``phases`` heroin is one compartment with its first half-life and morphine has no quick phases, as
    the day loop has it.
    """
    fast = half_life_rate(p["heroin_half_life_min"] / 60.0)
    mam = half_life_rate(p["mam_half_life_min"] / 60.0)
    volume, k10 = None, fast
    if phases:
        slow = half_life_rate(p["heroin_slow_half_life_min"] / 60.0)
        clearance = p["heroin_clearance_ml_per_kg_min"] * p["body_weight_kg"] * 60.0 / 1000.0
        volume, k10, k12, k21 = two_phases(clearance, fast, slow, p["heroin_slow_share"])
        net.add("heroin", k10 + k12)
        net.add("heroin slow", k21, beside=True)
        net.flow("heroin", "heroin slow", k12)
        net.flow("heroin slow", "heroin", k21)
    else:
        net.add("heroin", fast)
    net.add("mam", mam)
    net.flow("heroin", "mam", k10)
    add_morphine(net, p, phases=phases)
    renal = p["mam_renal_share"] if phases else 0.0
    net.flow("mam", "morphine", mam * (1.0 - renal))
    if phases:
        net.flow("mam", "urine mam", mam * renal)
    return volume


def _heroin_depots(net: Network, p: Any, entries: Entries) -> None:
    """Depots of heroin by every way that is used."""
    rates = {
        SMOKED: half_life_rate(p["heroin_smoked_absorption_half_life_min"] / 60.0),
        INTRANASAL: half_life_rate(p["heroin_in_absorption_half_life_min"] / 60.0),
        **dict.fromkeys(MUSCLE, half_life_rate(p["injected_absorption_half_life_h"])),
    }
    smoked = {"": p["heroin_smoked_f"], "cigarette": p["heroin_cigarette_f"]}
    for route in sorted({route for route, _ in entries} & set(rates)):
        net.add(f"depot {route}", rates[route])
    if any(route in (*GUT, INTRANASAL) for route, _ in entries):
        gut = add_steps(net, "gut", p["heroin_oral_input_peak_min"] / 60.0)
    for entry in entries:
        route, product = entry
        if route == IV:
            net.enter(entry, {"heroin": 1.0})
        elif route == SMOKED:
            net.enter(entry, {"depot smoked": smoked[product]})
        elif route == INTRANASAL:
            nose = np.minimum(1.0, p["heroin_in_f"])
            net.enter(entry, {"depot intranasal": nose, gut: (1.0 - nose) * p["heroin_in_swallowed_share"]})
        else:
            net.enter(entry, {gut if route in GUT else f"depot {route}": 1.0})


def heroin(net: Network, p: Any, entries: Entries) -> None:
    """Heroin by any route, with 6-acetylmorphine, morphine, M3G and M6G.

    Smoked: the share of what lies on the foil that reaches blood as heroin. By mouth and rectum: no heroin
    or 6-acetylmorphine in blood. By nose: part of what the nose does not take up is swallowed.
    """
    _heroin_depots(net, p, entries)
    volume = add_heroin(net, p, phases=True)
    add_sites(net, p, mam=True, phases=True)
    add_glucuronides(net, p)
    for name in [one for one in net.names if one.startswith("depot")]:
        net.flow(name, "heroin", net.out(name))
    if "gut" in net.names:
        first_pass(net, p, "gut", net.out("gut"), oral_share(p, "heroin"))
    net.read(PLASMA, "heroin", "heroin", NMOL / volume)
    net.read(PLASMA, "mam", "mam", NMOL / (p["mam_volume_l_per_kg"] * p["body_weight_kg"]))
    net.read(SITE, "mam", "site mam", NMOL)
    net.read(URINE, "mam", "urine mam")


# ------------------------------------------------------------------------------------------------ codeine


def codeine(net: Network, p: Any, entries: Entries) -> None:
    """Codeine by mouth or vein: mostly a glucuronide, a little morphine by CYP2D6, made in the liver.

    Morphine formed in the liver is partly turned into M3G and M6G before it reaches blood.
    """
    gut = half_life_rate(p["codeine_absorption_half_life_h"])
    clearance = p["codeine_oral_clearance_l_per_h_kg"] * p["body_weight_kg"] * p["codeine_oral_f"]
    out = half_life_rate(p["codeine_half_life_h"])
    conjugate = half_life_rate(p["codeine_glucuronide_half_life_h"])
    to_morphine = np.minimum(1.0, p["codeine_to_morphine"] * p["people"].cyp2d6)
    to_conjugate = np.minimum(p["codeine_to_glucuronide"], 1.0 - to_morphine)
    net.add("gut", gut)
    net.add("codeine", out)
    net.add("codeine glucuronide", conjugate)
    add_morphine(net, p, phases=True)
    add_sites(net, p, mam=False, phases=True)
    add_glucuronides(net, p)
    net.flow("gut", "codeine", gut * p["codeine_oral_f"])
    for source, rate in (("gut", gut * (1.0 - p["codeine_oral_f"])), ("codeine", out)):
        net.flow(source, "codeine glucuronide", rate * to_conjugate)
        first_pass(net, p, source, rate * to_morphine, p["morphine_hepatic_pass"])
    renal = np.minimum(p["codeine_renal_share"], 1.0 - to_morphine - to_conjugate)
    net.flow("codeine", "urine codeine", out * renal)
    net.flow("codeine glucuronide", "urine codeine", conjugate)
    for entry in entries:
        net.enter(entry, {"codeine" if entry[0] == IV else "gut": 1.0})
    volume = clearance / out
    net.read(PLASMA, "codeine", "codeine", NMOL / volume)
    net.read(SITE, "codeine", "codeine", NMOL / volume)
    net.read(URINE, "codeine", "urine codeine")

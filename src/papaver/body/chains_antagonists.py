"""Chains of naloxone (by product), nalmefene, and naltrexone by mouth and as a monthly depot.

Products of naloxone were studied with bodies of their own, whose volumes and clearances fit only their own
absorption, so each product keeps its body: Dowling 2008 (vein, muscle, improvised nasal kit; uptake from
muscle as in Gufford 2017), Mann 2022 (generic and auto-injector into muscle), Chaturbedi 2022 (4 mg spray).
Frye 1997 and a label of 1995 (nalmefene by vein), Laffont 2024 (nalmefene by nose and muscle), Meyer 1984,
Dunbar 2006 and a label (naltrexone). Numbers in ``evidence/data/inputs.csv`` and
``body/data/fda_naloxone_*.csv``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from papaver.body.chains import (
    IM,
    INTRANASAL,
    IV,
    NMOL,
    ORAL,
    SC,
    Entries,
    absorption_rates,
    half_life_rate,
    two_phases,
)
from papaver.body.constants import values
from papaver.body.network import PLASMA, SITE, Network

SPRAY = ("", "4 mg spray")
INJECTORS = {"generic": "fda_naloxone_generic_im", "autoinjector": "fda_naloxone_evzio"}
SECONDS = 60.0 * 60.0


# ------------------------------------------------------------------------------------------------ naloxone


def add_naloxone(net: Network, p: Any) -> None:
    """Naloxone's three body compartments and its effect site."""
    volume = p["naloxone_v1_l"]
    net.body(
        "naloxone",
        p["naloxone_clearance_l_per_h"],
        volume,
        (p["naloxone_q2_l_per_h"], p["naloxone_v2_l"]),
        (p["naloxone_q3_l_per_h"], p["naloxone_v3_l"]),
    )
    rate = half_life_rate(p["naloxone_effect_half_life_min"] / 60.0)
    net.effect("site naloxone", "naloxone", rate, volume)


def _add_product(net: Network, p: Any, name: str, product: dict[str, Any]) -> str:
    """Transit chain and body of a product, as published; returns the compartment that a dose enters."""
    size = p["body_weight_kg"] / p["usual_weight_kg"]
    v1, v2 = product["v1"] * size, product["v2"] * size
    flows = size ** p["allometric_exponent"]
    depot, transit = f"depot {name}", f"transit {name}"
    net.add(depot, product["ktr"])
    net.add(transit, product["kin"])
    net.body(
        name, product["clearance"] * flows * p["naloxone_clearance_factor"], v1, (product["flow"] * flows, v2)
    )
    net.flow(depot, transit, product["ktr"])
    net.flow(transit, name, product["kin"])
    net.effect(f"site {name}", name, half_life_rate(p["naloxone_effect_half_life_min"] / 60.0), v1)
    net.read(PLASMA, "naloxone", name, NMOL / v1)
    net.read(SITE, "naloxone", f"site {name}", NMOL)
    return depot


def _injector(name: str) -> dict[str, Any]:
    """Published numbers of an injected product, in L and hours."""
    found = values(INJECTORS[name])
    liters = 1000.0
    return {
        "f": found["naloxone_f"],
        "ktr": found["naloxone_ktr"] * SECONDS,
        "kin": found["naloxone_kin"] * SECONDS,
        "clearance": found["naloxone_clearance"] * SECONDS / liters,
        "flow": found["naloxone_flow"] * SECONDS / liters,
        "v1": found["naloxone_v1"] / liters,
        "v2": found["naloxone_v2"] / liters,
    }


def _spray(p: Any) -> dict[str, Any]:
    """Published numbers of the 4 mg spray, in L and hours."""
    return {
        name: p[f"naloxone_spray_{name}"] for name in ("f", "ktr", "kin", "clearance", "flow", "v1", "v2")
    }


def naloxone(net: Network, p: Any, entries: Entries) -> None:
    """Naloxone by vein, muscle, skin or nose; each product with the body it was studied in."""
    plain = {IV: None, IM: "naloxone_muscle_absorption_per_h", SC: "naloxone_muscle_absorption_per_h"}
    shares = {"naloxone_muscle_absorption_per_h": p["naloxone_muscle_f"]}
    depots = {}
    for entry in entries:
        route, product = entry
        rate = "naloxone_dilute_absorption_per_h" if product == "improvised" else plain.get(route)
        if product in INJECTORS or (route == INTRANASAL and rate is None):
            published = _spray(p) if route == INTRANASAL else _injector(product)
            name = f"naloxone {product or 'spray'}".replace("4 mg ", "")
            start = f"depot {name}" if name in net.names else _add_product(net, p, name, published)
            net.enter(entry, {start: np.minimum(1.0, published["f"])})
        elif rate is None:
            net.enter(entry, {"naloxone": 1.0})
            depots[""] = ""
        else:
            if rate not in depots:
                net.add(rate, p[rate])
                depots[rate] = rate
            net.enter(entry, {rate: np.minimum(1.0, shares.get(rate, p["naloxone_dilute_f"]))})
    if depots:
        add_naloxone(net, p)
        for name in filter(None, depots):
            net.flow(name, "naloxone", net.out(name))
        net.read(PLASMA, "naloxone", "naloxone", NMOL / p["naloxone_v1_l"])
        net.read(SITE, "naloxone", "site naloxone", NMOL)


# ----------------------------------------------------------------------------------------------- nalmefene


def nalmefene(net: Network, p: Any, entries: Entries) -> None:
    """Nalmefene by vein, muscle or nose.

    By vein: two compartments from clearance, volume and two half-lives. By nose and muscle: the body that
    was found with the spray, whose small centre makes the peak early though uptake is slow.
    """
    if (IV, "") in entries:
        _add_nalmefene_by_vein(net, p)
        net.enter((IV, ""), {"nalmefene": 1.0})
    taken_up = [entry for entry in entries if entry[0] != IV]
    if not taken_up:
        return
    rates = {
        "quick": 2.0 / p["nalmefene_in_quick_h"],
        "nose": p["nalmefene_in_per_h"],
        "muscle": p["nalmefene_im_per_h"],
    }
    ways = {"nose": ("quick", "nose"), "muscle": ("muscle",)}
    places = {entry: "nose" if entry[0] == INTRANASAL else "muscle" for entry in taken_up}
    depots = [name for place in dict.fromkeys(places.values()) for name in ways[place]]
    for name in depots:
        net.add(f"depot {name}", rates[name])
    size = p["body_weight_kg"] / p["usual_weight_kg"]
    volume = p["nalmefene_product_v1_l"] * size
    flows = size ** p["allometric_exponent"]
    around = (p["nalmefene_product_q_l_per_h"] * flows, p["nalmefene_product_v2_l"] * size)
    net.body("nalmefene product", p["nalmefene_product_clearance_l_per_h"] * flows, volume, around)
    for name in depots:
        net.flow(f"depot {name}", "nalmefene product", rates[name])
    quick = p["nalmefene_in_quick_share"]
    for entry, place in places.items():
        shares = (
            {"depot quick": quick, "depot nose": 1.0 - quick} if place == "nose" else {"depot muscle": 1.0}
        )
        net.enter(entry, shares)
    net.read(PLASMA, "nalmefene", "nalmefene product", NMOL / volume)
    net.read(SITE, "nalmefene", "nalmefene product", NMOL / volume)


def _add_nalmefene_by_vein(net: Network, p: Any) -> None:
    """Nalmefene's two compartments as found after the vein."""
    weight = p["body_weight_kg"]
    clearance, steady = p["nalmefene_clearance_l_per_h_kg"] * weight, p["nalmefene_vss_l_per_kg"] * weight
    fast = half_life_rate(p["nalmefene_fast_half_life_min"] / 60.0)
    slow = half_life_rate(p["nalmefene_half_life_h"])
    volume, k10, k12, k21 = from_steady_volume(clearance, steady, fast, slow)
    net.add("nalmefene", k10 + k12)
    net.add("nalmefene 2", k21, beside=True)
    net.flow("nalmefene", "nalmefene 2", k12)
    net.flow("nalmefene 2", "nalmefene", k21)
    net.read(PLASMA, "nalmefene", "nalmefene", NMOL / volume)
    net.read(SITE, "nalmefene", "nalmefene", NMOL / volume)


def from_steady_volume(clearance: Any, steady: Any, fast: Any, slow: Any) -> tuple[Any, Any, Any, Any]:
    """Central volume, k10, k12, k21 from clearance (L/h), steady-state volume (L) and two rates (1/h).

    Raises ``ValueError`` where no two compartments have these.
    """
    reach = clearance * (1.0 / fast + 1.0 / slow)
    if not np.all(reach > steady):
        raise ValueError("the steady-state volume is larger than clearance and half-lives allow")
    volume = clearance**2 / (fast * slow * (reach - steady))
    k10 = clearance / volume
    k21 = fast * slow / k10
    return volume, k10, fast + slow - k10 - k21, k21


# ---------------------------------------------------------------------------------------------- naltrexone


def naltrexone(net: Network, p: Any, entries: Entries) -> None:
    """Naltrexone by mouth or as a depot (its release sets the pace), with 6-beta-naltrexol.

    The brain holds on to both: receptors stay held for days when plasma has long been without them.
    """
    fast, slow = (half_life_rate(p[f"naltrexone_{name}half_life_h"]) for name in ("fast_", ""))
    volume, elimination, away, back = two_phases(
        p["naltrexone_clearance_l_per_h"], fast, slow, p["naltrexone_slow_share"]
    )
    people = p["people"]
    by_mouth = p["naltrexone_oral_f"] * (1.0 + (p["naltrexone_cirrhosis_fold"] - 1.0) * people.liver)
    by_mouth = np.minimum(1.0, by_mouth)
    routes = sorted({route for route, _ in entries})
    if ORAL in routes:
        gut = half_life_rate(p["naltrexone_absorption_half_life_h"])
        net.add("gut", gut)
        net.enter((ORAL, ""), {"gut": 1.0})
    if "depot" in routes:
        day = 24.0
        release = half_life_rate(p["naltrexone_depot_half_life_day"] * day)
        early = absorption_rates(p["naltrexone_depot_peak_day"] * day, release)
        net.add("depot early", early)
        net.add("depot", release)
        net.flow("depot early", "depot", early)
        net.enter(("depot", ""), {"depot early": np.minimum(1.0, p["naltrexone_depot_f"])})
    net.add("naltrexone", elimination + away)
    net.add("naltrexone 2", back, beside=True)
    net.flow("naltrexone", "naltrexone 2", away)
    net.flow("naltrexone 2", "naltrexone", back)
    naltrexol_volume = p["naltrexol_clearance_l_per_h"] / half_life_rate(p["naltrexol_half_life_h"])
    net.add("naltrexol", half_life_rate(p["naltrexol_half_life_h"]))
    net.flow("naltrexone", "naltrexol", elimination * p["naltrexone_to_naltrexol"])
    if ORAL in routes:
        net.flow("gut", "naltrexone", gut * by_mouth)
        net.flow("gut", "naltrexol", gut * (1.0 - by_mouth) * p["naltrexone_to_naltrexol"])
    if "depot" in routes:
        net.flow("depot", "naltrexone", release)
    leaving = half_life_rate(p["naltrexone_brain_half_life_h"])
    for name, liters in (("naltrexone", volume), ("naltrexol", naltrexol_volume)):
        net.effect(f"site {name}", name, leaving, liters)
        net.read(PLASMA, name, name, NMOL / liters)
        net.read(SITE, name, f"site {name}", NMOL)

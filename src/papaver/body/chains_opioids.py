"""Chains of methadone, buprenorphine and carfentanil, with what they turn into.

Sources: Nilsson 1982 and product information (methadone); Bjornsson 2023 and
Sigmon 2006 (buprenorphine); Mann 2022 (carfentanil, the authors' guess). Fentanyl is declared
(``data/opioids``). Numbers in ``evidence/data/inputs.csv``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from papaver.body.chains import (
    DEPOT,
    IV,
    NMOL,
    SMOKED,
    SUBLINGUAL,
    Entries,
    add_one_compartment,
    add_steps,
    half_life_rate,
)
from papaver.body.constants import values
from papaver.body.network import PLASMA, SITE, URINE, Entry, Network

DAY = 24.0
REFERENCE_MG = 16.0


def levels(net: Network, name: str, compartment: str, volume: Any, *, site: bool = False) -> None:
    """Read a compartment as plasma level; with ``site`` as effect site too."""
    net.read(PLASMA, name, compartment, NMOL / volume)
    if site:
        net.read(SITE, name, compartment, NMOL / volume)


def add_metabolite(net: Network, name: str, p: Any, rate: Any, volume: Any) -> None:
    """A metabolite of one compartment; the share ``<name>_renal_share`` of it leaves in urine."""
    net.add(name, rate)
    net.flow(name, f"urine {name}", rate * p[f"{name}_renal_share"])
    levels(net, name, name, volume)
    net.read(URINE, name, f"urine {name}")


# ---------------------------------------------------------------------------------------------- methadone


def add_methadone(net: Network, p: Any) -> Any:
    """Methadone's gut and its one body compartment; returns the volume (L)."""
    add_one_compartment(net, "methadone", p["methadone_half_life_h"], p["methadone_peak_h"])
    return p["methadone_volume_l_per_kg"] * p["body_weight_kg"]


def methadone(net: Network, p: Any, entries: Entries) -> None:
    """Methadone by mouth or vein, with EDDP; effect follows plasma."""
    volume = add_methadone(net, p)
    absorbed = np.minimum(1.0, p["methadone_bioavailability"])
    for entry in entries:
        net.enter(entry, {"methadone": 1.0} if entry[0] == IV else {"gut": absorbed})
    elimination = net.out("methadone")
    eddp_volume = p["eddp_volume_l_per_kg"] * p["body_weight_kg"]
    add_metabolite(net, "eddp", p, half_life_rate(p["eddp_half_life_h"]), eddp_volume)
    net.flow("methadone", "eddp", elimination * p["methadone_to_eddp"])
    net.flow("methadone", "urine methadone", elimination * p["methadone_renal_share"])
    levels(net, "methadone", "methadone", volume, site=True)
    net.read(URINE, "methadone", "urine methadone")


# ------------------------------------------------------------------------------------------- buprenorphine


def sublingual_share(p: Any) -> Callable[[float], Any]:
    """Share of a dose under the tongue that reaches blood, as a function of the dose in mg.

    It falls with a power of the dose, but not beyond the doses it was found in.
    """
    low, high = p["buprenorphine_sl_least_mg"], p["buprenorphine_sl_most_mg"]
    power = p["buprenorphine_sl_f_power"]

    def share(mg: float) -> Any:
        found = p["buprenorphine_sl_f_at_16_mg"] * (np.clip(mg, low, high) / REFERENCE_MG) ** power
        return np.minimum(1.0, found * p["buprenorphine_sl_f_factor"])

    return share


def _add_mouth(net: Network, p: Any, entry: Entry) -> None:
    """Two ways from under the tongue: most after a short delay and fast, the rest over half a day.

    What is swallowed does not reach blood as buprenorphine, but part of it as norbuprenorphine.
    """
    share, fast = sublingual_share(p), p["buprenorphine_sl_fast_share"]
    wait = 1.0 / p["buprenorphine_sl_fast_input_h"]
    net.add("tablet", wait)
    net.add("mucosa", p["buprenorphine_sl_fast_per_h"])
    net.flow("tablet", "mucosa", wait)
    net.add("mucosa slow", p["buprenorphine_sl_slow_per_h"])
    net.add("swallowed", p["buprenorphine_sl_fast_per_h"])
    net.enter(
        entry,
        {
            "tablet": lambda mg: share(mg) * fast,
            "mucosa slow": lambda mg: share(mg) * (1.0 - fast),
            "swallowed": lambda mg: 1.0 - share(mg),
        },
    )


def _buprenorphine_depots(net: Network, p: Any, entries: Entries) -> None:
    """Places of absorption: under the tongue, and monthly or older polymer depots with an early burst."""
    releases = {
        "": (p["buprenorphine_depot_half_life_day"], 1.0),
        "polymer": (p["buprenorphine_polymer_half_life_day"], np.minimum(1.0, p["buprenorphine_polymer_f"])),
    }
    for entry in entries:
        route, product = entry
        if route == IV:
            net.enter(entry, {"buprenorphine": 1.0})
        elif route == SUBLINGUAL:
            _add_mouth(net, p, entry)
        elif route == DEPOT:
            slow = f"depot {product}"
            half_life, reached = releases[product]
            net.add(slow, half_life_rate(half_life * DAY))
            burst = p["buprenorphine_depot_burst_share"]
            if "burst" not in net.names:
                net.add("burst", half_life_rate(p["buprenorphine_depot_burst_half_life_h"]))
            net.enter(entry, {slow: reached * (1.0 - burst), "burst": reached * burst})


def buprenorphine(net: Network, p: Any, entries: Entries) -> None:
    """Buprenorphine under the tongue (the share taken up falls with the dose), by vein, or as a depot.

    The central volume of people who use opioids daily is larger, as found in those with opioid use disorder.

    What leaves in urine is mostly conjugated; conjugates are counted with the drug.
    """
    _buprenorphine_depots(net, p, entries)
    volume = p["buprenorphine_v1_l"] * (1.0 + p["buprenorphine_v1_daily_rise"] * p["people"].daily_use)
    clearance = p["buprenorphine_clearance_l_per_h"]
    around = [(p[f"buprenorphine_q{k}_l_per_h"], p[f"buprenorphine_v{k}_l"]) for k in (2, 3)]
    depots = list(net.names)
    net.body("buprenorphine", clearance, volume, *around)
    for name in depots:
        if name not in ("tablet", "swallowed"):
            net.flow(name, "buprenorphine", net.out(name))
    k10 = clearance / volume
    nor_volume = p["norbuprenorphine_volume_l_per_kg"] * p["body_weight_kg"]
    nor = half_life_rate(p["norbuprenorphine_half_life_h"])
    add_metabolite(net, "norbuprenorphine", p, nor, nor_volume)
    net.flow("buprenorphine", "norbuprenorphine", k10 * p["buprenorphine_to_norbuprenorphine"])
    if "swallowed" in depots:
        passed = p["buprenorphine_swallowed_to_norbuprenorphine"]
        net.flow("swallowed", "norbuprenorphine", net.out("swallowed") * passed)
    net.flow("buprenorphine", "urine buprenorphine", k10 * p["buprenorphine_renal_share"])
    net.effect("site buprenorphine", "buprenorphine", p["buprenorphine_ke0_per_min"] * 60.0, volume)
    levels(net, "buprenorphine", "buprenorphine", volume)
    net.read(SITE, "buprenorphine", "site buprenorphine", NMOL)
    net.read(URINE, "buprenorphine", "urine buprenorphine")


# --------------------------------------------------------------------------------------------- carfentanil


def _lipophilic_depots(net: Network, p: Any, entries: Entries) -> None:
    """Lung and nose of carfentanil, taken like fentanyl's."""
    for entry in entries:
        route = entry[0]
        if route == IV:
            net.enter(entry, {"carfentanil": 1.0})
        elif route == SMOKED:
            net.add("depot smoked", half_life_rate(p["heroin_smoked_absorption_half_life_min"] / 60.0))
            net.enter(entry, {"depot smoked": p["fentanyl_smoked_f"]})
        else:
            start = add_steps(net, "depot intranasal", p["fentanyl_in_input_peak_min"] / 60.0)
            net.enter(entry, {start: np.minimum(1.0, p["fentanyl_in_f"])})


def carfentanil(net: Network, p: Any, entries: Entries) -> None:
    """Carfentanil: three compartments guessed from fentanyl's by the authors of the overdose model."""
    _lipophilic_depots(net, p, entries)
    depots = [name for name in net.names if not name.endswith("wait")]
    found = values("fda_opioid_carfentanil")
    hour, size = 60.0 * 60.0, p["body_weight_kg"] / p["usual_weight_kg"]
    volume = found["opioid_volume"] * size
    pace = size ** (p["allometric_exponent"] - 1.0) * p["carfentanil_pace"]
    k = {name: found[f"opioid_{name}"] * hour * pace for name in ("kout", "k12", "k21", "k13", "k31")}
    net.add("carfentanil", k["kout"] + k["k12"] + k["k13"])
    for far in ("2", "3"):
        net.add(f"carfentanil {far}", k[f"k{far}1"], beside=True)
        net.flow("carfentanil", f"carfentanil {far}", k[f"k1{far}"])
        net.flow(f"carfentanil {far}", "carfentanil", k[f"k{far}1"])
    for name in depots:
        net.flow(name, "carfentanil", net.out(name))
    net.effect("site carfentanil", "carfentanil", found["opioid_k_effect"] * hour, volume)
    levels(net, "carfentanil", "carfentanil", volume)
    net.read(SITE, "carfentanil", "site carfentanil", NMOL)

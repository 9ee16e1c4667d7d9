"""The chain of a declared opioid: ways in, linear compartments, effect site, metabolites, urine.

By vein a dose is in the central compartment at once. By other routes a share of it is taken up, by one step
with a half-life or a rate, or by two steps whose rate is highest at a time. Compartments around the centre
may exist only in people who use daily, in proportion to ``daily_use``. The files name the numbers.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from papaver.body.chains import IV, NMOL, Builder, Entries, add_steps, half_life_rate
from papaver.body.network import PLASMA, SITE, URINE, Network
from papaver.body.opioids import Declared, declared, hours, liters


def declared_chain(name: str) -> Builder | None:
    """The chain builder of a declared opioid; nothing for another name."""
    one = declared().get(name)
    return None if one is None else partial(_build, one)


def _build(one: Declared, net: Network, p: Any, entries: Entries) -> None:
    """Write the chain of ``one`` into a network, for the entries that are used."""
    name = one.name
    depots = _ways_in(one, net, p, entries)
    volume, clearance = liters(p, one.body["volume"]), p[one.body["clearance"]]
    net.body(name, clearance, volume, *_around(one, p))
    for depot in depots:
        net.flow(depot, name, net.out(depot))
    k10 = clearance / volume
    for metabolite in one.metabolites:
        _add_metabolite(net, p, metabolite)
        net.flow(name, metabolite["name"], k10 * p[metabolite["share"]])
    if "renal_share" in one.body:
        net.flow(name, f"urine {name}", k10 * p[one.body["renal_share"]])
        net.read(URINE, name, f"urine {name}")
    net.read(PLASMA, name, name, NMOL / volume)
    if "effect" in one.body:
        net.effect(f"site {name}", name, half_life_rate(hours(p, one.body["effect"])), volume)
        net.read(SITE, name, f"site {name}", NMOL)
    else:
        net.read(SITE, name, name, NMOL / volume)


def _ways_in(one: Declared, net: Network, p: Any, entries: Entries) -> list[str]:
    """Depots of the routes that are used; the names of those that feed the centre."""
    depots = []
    for entry in entries:
        route = one.routes[entry[0]]
        if entry[0] == IV:
            net.enter(entry, {one.name: 1.0})
            continue
        depot = f"depot {entry[0]}"
        start = depot
        if "uptake_peak" in route:
            start = add_steps(net, depot, hours(p, route["uptake_peak"]))
        else:
            net.add(depot, _rate(p, route["uptake"]))
        depots.append(depot)
        net.enter(entry, {start: np.minimum(1.0, p[route["share"]]) if "share" in route else 1.0})
    return depots


def _rate(p: Any, name: str) -> Any:
    return p[name] if name.endswith("_per_h") else half_life_rate(hours(p, name))


def _around(one: Declared, p: Any) -> list[tuple[Any, Any]]:
    daily = p["people"].daily_use
    found = []
    for outer in one.body.get("around", ()):
        exchange, volume = p[outer["exchange"]], liters(p, outer["volume"])
        if outer.get("with_daily_use"):
            if not (daily > 0.0).any():
                continue
            exchange = np.maximum(p["smallest_exchange_l_per_h"], exchange * daily)
        found.append((exchange, volume))
    return found


def _add_metabolite(net: Network, p: Any, one: Any) -> None:
    """A metabolite of one compartment; one that binds is read at its site, which is plasma, as well."""
    name, volume = one["name"], liters(p, one["volume"])
    rate = half_life_rate(hours(p, one["half_life"])) if "half_life" in one else p[one["clearance"]] / volume
    net.add(name, rate)
    net.read(PLASMA, name, name, NMOL / volume)
    if "ligand" in one:
        net.read(SITE, name, name, NMOL / volume)
    if "renal_share" in one:
        net.flow(name, f"urine {name}", rate * p[one["renal_share"]])
        net.read(URINE, name, f"urine {name}")

"""First scenario files, to begin from."""

from __future__ import annotations

import difflib
import re
from importlib.resources import files

from papaver.errors import Fault, InputError
from papaver.scenario.checks import RESERVED
from papaver.scenario.fields import SLUG

TEMPLATES = {
    "minimal": "the least a scenario needs",
    "responsible_use": "people at their first use of heroin, ten years, eight plans",
    "cohort_dependent": "people dependent on heroin, five years, with and without help",
}


def template(kind: str, name: str) -> str:
    """Text of a commented scenario file called ``name``, from the template ``kind``.

    Raises InputError for an unknown template or a name that cannot be used.
    """
    if kind not in TEMPLATES:
        close = difflib.get_close_matches(kind, TEMPLATES, 1, 0.5)
        meant = f"Did you mean {close[0]!r}? " if close else ""
        raise InputError(
            Fault(
                f"there is no template {kind[:60]!r}.",
                f"{meant}Choose one of {', '.join(TEMPLATES)}.",
                field="--template",
            )
        )
    if not re.fullmatch(SLUG, name) or name in RESERVED:
        bare = re.sub(r"[^a-z0-9_-]+", "_", re.sub(r"\.ya?ml$", "", name.lower())).strip("_-")
        usable = re.fullmatch(SLUG, bare)
        raise InputError(
            Fault(
                f"{name[:60]!r} cannot be the name of a scenario.",
                "Use at most 60 small letters, digits, - and _, first a letter"
                + (f", such as {bare}." if usable else "."),
                field="NAME",
            )
        )
    text = (files("papaver") / "templates" / f"{kind}.yaml").read_text(encoding="utf-8")
    return re.sub(r"(?m)^name: \S+", f"name: {name}", text, count=1)

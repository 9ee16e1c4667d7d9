"""Plain data of a form as the text of a file."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML


def to_yaml(data: dict[str, Any]) -> str:
    """Plain data as YAML."""
    out = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 100
    yaml.representer.ignore_aliases = lambda _: True
    yaml.dump(data, out)
    return out.getvalue()

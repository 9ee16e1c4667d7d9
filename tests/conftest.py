"""Property tests draw the same examples in every run, so that a result depends on the code alone.

``PAPAVER_EXPLORE=1 make test`` draws new ones each time. Tests marked ``long`` run with ``make long``, which
is a stage of ``.ci/run``; ``make test`` leaves them out and says so.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("explore" if os.environ.get("PAPAVER_EXPLORE") else "fixed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what takes a minute or more, unless it is asked for."""
    if os.environ.get("PAPAVER_LONG_TESTS"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: make long"))

"""Property tests draw the same examples in every run, so that a result depends on the code alone.

``PAPAVER_EXPLORE=1 make test`` draws new ones each time.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("explore" if os.environ.get("PAPAVER_EXPLORE") else "fixed")

"""A run of the tiny study in its own process, slow enough to be killed: folder, seconds a block, options."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from papaver.study import runner
from tests.study import fake


def main() -> None:
    folder, pause, *options = sys.argv[1:]
    vars(runner)["code_hash"] = lambda: fake.CODE

    def slow(job: str, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> Any:
        time.sleep(float(pause))
        return fake.simulate(job, inputs, seed=seed, draw=draw, first=first, count=count)

    fake.go(Path(folder), simulate=slow, block_people=5, resume="--resume" in options, threads=2)


if __name__ == "__main__":
    main()

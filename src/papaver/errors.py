"""What papaver says when its input is wrong: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: the place, what is wrong, and the remedy."""

    what: str
    remedy: str = ""
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        head = ", ".join(part for part in (place, self.field) if part)
        text = f"{head}: {self.what}" if head else self.what
        return f"{text} {self.remedy}" if self.remedy else text


class InputError(ValueError):
    """Bad input. Carries every fault found; the command line shows it and exits with 2."""

    def __init__(self, faults: Fault | str | Sequence[Fault]) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(self.render())

    def render(self) -> str:
        """All faults, one per line, at most ``MOST_SHOWN`` of them."""
        shown = [str(fault) for fault in self.faults[:MOST_SHOWN]]
        left = len(self.faults) - MOST_SHOWN
        if left > 0:
            shown.append(f"... and {left} more")
        return "\n".join(shown)

"""Grading of a risk indicator against its thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

ORDER = ("none", "yellow", "orange", "red")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One line an indicator may cross: `below` or `above` the value, it is graded `grade`."""

    grade: str
    side: str
    value: Fraction
    source: str
    is_confirmed: bool
    says: str = ""
    parameter: str = ""

    def is_crossed(self, value: Fraction) -> bool:
        return value < self.value if self.side == "below" else value > self.value


def grade(value: Fraction, thresholds: Sequence[Threshold]) -> tuple[str, Threshold | None]:
    """The worst grade whose line the value has crossed, with that line; 正常 when it has crossed none.

    Example: 2.5 months against 红 below 3 and 黄 below 6 is red by the first.
    """
    crossed = [threshold for threshold in thresholds if threshold.is_crossed(value)]
    worst = max(crossed, key=lambda threshold: ORDER.index(threshold.grade), default=None)
    return (worst.grade if worst else "none"), worst

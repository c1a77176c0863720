"""Rates in slices (分段): how much of the cost between two amounts is paid, rounded once, half up, to the fen."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from math import lcm

from claims.rules.case import NO_LIMIT


class Scale:
    """Slices over (exclusive) … up to (inclusive), each with its rate, over one common denominator.

    Example: 60 % up to 10,000.00 and 70 % above; `pay(0, 1_500_000)` = 6,000.00 + 3,500.00 = 9,500.00.
    """

    __slots__ = ("denominator", "numerator", "slices")

    def __init__(self, slices: Iterable[tuple[int, int, Fraction]]) -> None:
        ordered = sorted(slices)
        self.denominator = lcm(*(rate.denominator for _, _, rate in ordered)) if ordered else 1
        self.slices = tuple((lo, hi, int(rate * self.denominator)) for lo, hi, rate in ordered)
        # One rate for everything is by far the commonest: it is kept apart for speed.
        self.numerator = self.slices[0][2] if len(self.slices) == 1 else -1

    def pay(self, start_fen: int, end_fen: int) -> int:
        """Paid for the cost from start to end (both ≥ 0, start ≤ end)."""
        denominator = self.denominator
        if self.numerator >= 0:
            return (2 * (end_fen - start_fen) * self.numerator + denominator) // (2 * denominator)
        parts = 0
        for over, up_to, numerator in self.slices:
            if end_fen <= over:
                break
            if start_fen < up_to:
                parts += (min(end_fen, up_to) - max(start_fen, over)) * numerator
        return (2 * parts + denominator) // (2 * denominator)

    @property
    def is_zero(self) -> bool:
        return all(numerator == 0 for _, _, numerator in self.slices)

    @property
    def rates(self) -> list[tuple[int, int, Fraction]]:
        return [(lo, hi, Fraction(numerator, self.denominator)) for lo, hi, numerator in self.slices]


def merged(*scales: Scale) -> Scale:
    """The higher rate of several scales at every amount (relief never pays less than any of its grounds)."""
    edges = sorted({edge for scale in scales for lo, hi, _ in scale.slices for edge in (lo, hi)})
    return Scale(
        (lo, hi, max(rate for scale in scales for over, up_to, rate in scale.rates if over <= lo and hi <= up_to))
        for lo, hi in pairwise(edges)
    )


def flat(rate: Fraction) -> Scale:
    return Scale([(0, NO_LIMIT, rate)])


def share(fen: int, numerator: int, denominator: int) -> int:
    """A share of a non-negative amount, half up to the fen."""
    return (2 * fen * numerator + denominator) // (2 * denominator)

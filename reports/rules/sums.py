"""Adding reports up, and finding where a sum does not agree."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

Figures = Mapping[str, int]


def added(parts: Iterable[Figures]) -> dict[str, int]:
    """Cell by cell; a cell that one part does not give is added from the others."""
    total: dict[str, int] = {}
    for part in parts:
        for code, figure in part.items():
            total[code] = total.get(code, 0) + figure
    return total


def first_difference(upper: Figures, parts: Iterable[Figures]) -> str:
    """The code of the first cell that is not the sum of the parts; empty when all agree."""
    total = added(parts)
    return next((code for code in sorted({*upper, *total}) if upper.get(code) != total.get(code)), "")


def two_places(value: Fraction | int) -> str:
    """Exact decimal text with two places, half up away from zero."""
    scaled = abs(Fraction(value)) * 100
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{whole // 100}.{whole % 100:02d}"

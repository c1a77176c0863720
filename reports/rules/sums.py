"""Adding reports up, and finding where a sum does not agree."""

from collections.abc import Iterable, Mapping

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

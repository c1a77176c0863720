"""Figures of reports as charts draw them: exact decimal text, never a float."""

from typing import Any

from django.utils.translation import gettext as _

from core import charts
from reports.rules import sums
from reports.rules.definition import Cell


def drawn(value: Any, cell: Cell) -> Any:
    """A figure for a chart: 万元, percent and months as exact decimal text."""
    if value is None:
        return None
    if cell.unit == "fen":
        return charts.in_wan(int(value))
    if cell.is_quotient:
        return sums.two_places(value * 100 if cell.unit == "ratio" else value)
    return int(value)


def drawn_unit(cell: Cell) -> str:
    """The words at a chart's axis."""
    return str({"fen": _("万元"), "ratio": "%", "months": _("月"), "persons": _("人"), "visits": _("人次")}[cell.unit])

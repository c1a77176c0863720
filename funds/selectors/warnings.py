"""Warnings as they are shown: name, value in its unit, the line that was crossed, evidence."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from core import money
from core.periods import Month
from funds import indicators
from funds.codes import WarningGrade, WarningState
from funds.indicators import Indicator
from funds.models import RiskWarning

# The office's state words whose colours (core/tones.py) are those of the grades.
TONES: dict[str, str] = {
    WarningGrade.NONE: "balanced",
    WarningGrade.YELLOW: "yellow",
    WarningGrade.ORANGE: "amber",
    WarningGrade.RED: "red",
    WarningGrade.MISSING: "inactive",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One threshold in words."""

    grade: str
    label: Any
    side: str
    value: str
    says: str
    source: str
    is_to_confirm: bool
    parameter: str
    is_crossed: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One warning for a page."""

    warning: RiskWarning
    indicator: Indicator
    value: str
    says: str
    lines: tuple[Line, ...]
    month: Month
    tone: str


def shown(warning: RiskWarning) -> Shown:
    """A warning with its value and thresholds in words."""
    indicator = indicators.catalogue()[warning.indicator]
    value = ""
    if warning.numerator is not None and warning.denominator:
        value = in_unit(Fraction(warning.numerator, warning.denominator), indicator.unit)
    crossed = warning.threshold.get("crossed")
    lines = tuple(
        Line(
            line["grade"],
            WarningGrade(line["grade"]).label,
            line["side"],
            in_unit(Fraction(*line["value"]), indicator.unit),
            line["says"],
            line["source"],
            line["confirm"],
            line["parameter"],
            line == crossed,
        )
        for line in warning.threshold.get("lines", ())
    )
    says = crossed["says"] if crossed else ""
    return Shown(warning, indicator, value, says, lines, Month.from_period(warning.period), TONES[warning.grade])


def in_unit(value: Fraction, unit: str) -> str:
    """Half up: money in yuan, rates with one decimal of a percent, months with two decimals."""
    if unit == "fen":
        return money.yuan(_half_up(value))
    places, suffix, scaled = (1, "%", value * 100) if unit in ("rate", "points") else (2, "", value)
    return _decimal(scaled, places) + suffix


def _decimal(value: Fraction, places: int) -> str:
    digits = _half_up(value * 10**places)
    text = f"{abs(digits):0{places + 1}d}"
    return f"{'-' if digits < 0 else ''}{text[:-places]}.{text[-places:]}"


def _half_up(value: Fraction) -> int:
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def rows(staff: Any) -> QuerySet[RiskWarning]:
    """The latest version of every warning in the staff's area."""
    return RiskWarning.objects.visible_to(staff).filter(is_latest=True).select_related("pooling_area", "owner")


def serious(staff: Any) -> QuerySet[RiskWarning]:
    """Red and orange warnings that are not closed."""
    graded = rows(staff).filter(grade__in=[WarningGrade.RED, WarningGrade.ORANGE])
    return graded.exclude(state=WarningState.CLOSED).order_by("-period", "pooling_area__code", "indicator")


def versions(warning: RiskWarning) -> QuerySet[RiskWarning]:
    """Every version of the same indicator, area and month, newest first."""
    same = RiskWarning.everywhere.filter(
        pooling_area=warning.pooling_area, period=warning.period, indicator=warning.indicator
    )
    return same.order_by("-version")


def months(warning: RiskWarning) -> list[RiskWarning]:
    """The indicator's latest readings of the twelve months up to this one."""
    first = Month.from_period(warning.period).plus(-11).period
    same = RiskWarning.everywhere.filter(
        pooling_area=warning.pooling_area, indicator=warning.indicator, is_latest=True,
        period__gte=first, period__lte=warning.period,
    )  # fmt: skip
    return list(same.order_by("period"))

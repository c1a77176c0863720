"""Figures of reports in words: people, visits, yuan, percent, months."""

from fractions import Fraction

from django import template

from core import money
from core.templatetags.screen import thousands
from reports.rules import sums

register = template.Library()


@register.filter
def figure(value: int | Fraction | None, unit: str) -> str:
    """A report's figure in its unit; a dash where there is none (which is not zero)."""
    if value is None:
        return "—"
    if unit == "fen":
        return money.yuan(int(value))
    if unit == "ratio":
        return sums.two_places(Fraction(value) * 100) + "%"
    if unit == "months":
        return sums.two_places(Fraction(value))
    return thousands(int(value))


@register.filter
def change(value: Fraction | None) -> str:
    """A relative change with its sign, ``+12.50%``."""
    if value is None:
        return "—"
    return ("+" if value > 0 else "") + sums.two_places(value * 100) + "%"

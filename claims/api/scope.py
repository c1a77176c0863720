"""Whose bills and settlements a caller of the API sees: an office's area; for a hospital's machine, its own alone."""

from typing import Any

from claims.selectors import settled


def bills_of(staff: Any) -> Any:
    """The bills a caller may see and name."""
    return _own(settled.bills(staff), staff)


def settlements_of(staff: Any) -> Any:
    """The settlements a caller may see and name."""
    return _own(settled.settlements(staff).select_related("reverses", "adjusts"), staff)


def _own(rows: Any, staff: Any) -> Any:
    if not staff.is_machine:
        return rows
    return rows.filter(provider__code=staff.provider_code) if staff.provider_code else rows.none()

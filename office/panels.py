"""Panels: upper apps add a part to a page that a lower app owns, without the lower one knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from office.models import User

Build = Callable[[User, Any], tuple[str, dict[str, Any]] | None]


@dataclass(frozen=True)
class Panel:
    """One panel of one page."""

    place: str
    code: str
    title: Any
    permission: str
    order: int
    build: Build


_panels: dict[tuple[str, str], Panel] = {}


def register(place: str, code: str, title: Any, permission: str, order: int, build: Build) -> None:
    """Add a panel to ``place`` ("person", "household", "provider" …); ``build(staff, obj)`` gives template and context,
    or None when there is nothing to show."""
    _panels[place, code] = Panel(place, code, title, permission, order, build)


def panels_for(place: str, staff: User, obj: Any) -> list[dict[str, Any]]:
    """The panels that ``staff`` may see: code, title, template, context."""
    shown = []
    for panel in sorted((p for p in _panels.values() if p.place == place), key=lambda p: p.order):
        if not staff.can(panel.permission):
            continue
        built = panel.build(staff, obj)
        if built is not None:
            shown.append({"code": panel.code, "title": panel.title, "template": built[0], "context": built[1]})
    return shown

"""The work desk: each app registers cards, the desk shows those that fit the account's roles and level."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from office.models import User

Build = Callable[[User, date], dict[str, Any] | None]


@dataclass(frozen=True)
class DeskCard:
    """One card. ``build(staff, on)`` returns the context of ``template`` (or with its own key "template").

    ``area`` says where it stands: "figures" (small stat cards), "main" (lists, charts), "aside" (next actions).
    A figure card's context: label, value, url, and if wanted hint, tone, icon.
    ``roles`` and ``levels`` empty mean all.
    """

    code: str
    title: Any
    permission: str
    build: Build
    area: str = "main"
    roles: Collection[str] = ()
    levels: Collection[str] = ()
    order: int = 100
    template: str = ""
    width: int = 6

    def is_for(self, staff: User) -> bool:
        """Whether the card belongs on this account's desk."""
        return (
            staff.can(self.permission)
            and (not self.roles or bool(staff.roles & set(self.roles)))
            and (not self.levels or staff.level in self.levels)
        )


@dataclass(frozen=True)
class Figure:
    """One small stat of the desk, a link to what it counts."""

    label: Any
    value: Any
    url: str
    hint: Any = ""
    tone: str = ""
    icon: str = ""


@dataclass
class Desk:
    """The cards of one desk by their place."""

    figures: list[dict[str, Any]] = field(default_factory=list)
    main: list[dict[str, Any]] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)


TEMPLATES = {"figures": "office/desk_figure.html", "main": "office/desk_list.html", "aside": "office/desk_aside.html"}
_cards: dict[str, DeskCard] = {}


def register(card: DeskCard) -> None:
    """Add a card to the desk."""
    _cards[card.code] = card


def desk_for(staff: User, on: date) -> Desk:
    """Build the cards that belong on ``staff``'s desk; a card that builds None is left out."""
    desk = Desk()
    for card in sorted(_cards.values(), key=lambda found: (found.order, found.code)):
        if not card.is_for(staff):
            continue
        built = card.build(staff, on)
        if built is None:
            continue
        shown = {"code": card.code, "title": card.title, "width": card.width, **built}
        shown.setdefault("template", card.template or TEMPLATES[card.area])
        getattr(desk, card.area).append(shown)
    return desk

"""The global search: each app registers a provider for what it can find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from office.models import User


@dataclass(frozen=True)
class Hit:
    """One thing found: where it is, what it is called, and a line that tells it from its like. Never a full number."""

    url: str
    title: str
    detail: str = ""
    badge: str = ""


@dataclass(frozen=True)
class Query:
    """What was typed, and what it looks like: ``identity`` holds a normalised identity number when it is one."""

    text: str
    identity: str = ""


Find = Callable[[User, Query, int], Iterable[Hit]]


@dataclass(frozen=True)
class Provider:
    """One kind of thing that can be found."""

    code: str
    title: Any
    permission: str
    find: Find
    order: int = 100


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Add a provider; ``find(staff, query, limit)`` must go through ``visible_to(staff)``."""
    _providers[provider.code] = provider


def find(staff: User, query: Query, limit: int = 20) -> list[dict[str, Any]]:
    """Hits by provider, empty providers left out."""
    found = []
    for provider in sorted(_providers.values(), key=lambda known: known.order):
        if not staff.can(provider.permission):
            continue
        hits = list(provider.find(staff, query, limit))
        if hits:
            found.append({"code": provider.code, "title": provider.title, "hits": hits})
    return found

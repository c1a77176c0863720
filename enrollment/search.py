"""People in the global search: by document number exactly, by name, pinyin or person number."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import secrets
from enrollment.models import Person
from enrollment.selectors import register as people
from office import search
from office.models import User


def find(staff: User, query: search.Query, limit: int) -> Iterable[search.Hit]:
    """Hits of the staff's area."""
    if query.identity:
        found = people.by_index(staff, secrets.blind_index(query.identity))
        return [hit(found)] if found else []
    if len(query.text.strip()) < 2:
        return []
    return [hit(person) for person in people.by_name(staff, query.text, limit)]


def hit(person: Person) -> search.Hit:
    """One person as a line of the search page."""
    return search.Hit(
        url=reverse("enrollment:person_detail", args=[person.number]),
        title=person.name,
        detail=f"{person.number} · {person.masked_number} · {person.region.full_name}",
        badge="",
    )


def register() -> None:
    """Tell the search."""
    search.register(search.Provider("person", _("人员"), "enrollment.view", find, order=10))

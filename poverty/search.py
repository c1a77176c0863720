"""Households of the ledger in the global search, by their number."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office import search
from office.models import User
from poverty.selectors import ledger


def find(staff: User, query: search.Query, limit: int) -> Iterable[search.Hit]:
    """Hits of the staff's area."""
    text = query.text.strip()
    if query.identity or len(text) < 4:
        return []
    return [
        search.Hit(
            url=reverse("poverty:household_detail", args=[household.number]),
            title=household.head_name or household.book_number,
            detail=f"{household.number} · {household.book_number} · {household.region.full_name}",
        )
        for household in ledger.by_number(staff, text, limit)
    ]


def register() -> None:
    """Tell the search."""
    search.register(search.Provider("ledger_household", _("台账家庭"), "poverty.view", find, order=50))

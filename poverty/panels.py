"""The ledger's part of the person page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from enrollment.models import Person
from office import panels
from office.models import User
from poverty.selectors import ledger


def build(staff: User, person: Person) -> tuple[str, dict[str, Any]] | None:
    """Marks with dates and source, household of the ledger, what is missing; nothing for who is on no list."""
    member = ledger.member_of(staff, person)
    if member is None:
        return None
    today = clock.today()
    return "poverty/member_panel.html", {
        "member": member,
        "marks": list(member.marks.order_by("-starts_on", "-pk")),
        "standing": {mark.pk for mark in ledger.marks(member, today)},
    }


def register() -> None:
    """Tell the person page."""
    panels.register("person", "poverty", _("医保扶贫台账"), "poverty.view", 40, build)

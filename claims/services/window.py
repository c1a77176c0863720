"""One stop: enter a bill and settle it in one transaction."""

from typing import Any
from uuid import UUID

from django.db import transaction

from claims.codes import BillSource
from claims.models import Settlement
from claims.services import bills, reading, settlements, years
from claims.services.bills import BillDraft
from core import clock
from core.idempotency import once


@transaction.atomic
def enter_and_settle(draft: BillDraft, *, actor: Any, key: UUID | str) -> Settlement:
    """Store a bill and settle it, or neither. The same key gives the settlement made before."""
    with once(key, "claims.enter_and_settle", bills.content(draft)) as earlier:
        if earlier is not None:
            return earlier  # type: ignore[no-any-return]
        # The lock comes first: whoever settles another bill of this person meanwhile waits, and the reading below is fresh.
        year = years.lock(draft.person_id, draft.discharged_on.year)
        checked = bills.check(draft, actor=actor)
        bill = bills.store(checked, draft, actor=actor, source=BillSource.WINDOW)
        checked.facts.id, checked.facts.number = bill.pk, bill.number
        read = reading.of_entered(checked.facts, checked.entitlement)
        return settlements.settle_locked(read, year, actor=actor, day=clock.today())

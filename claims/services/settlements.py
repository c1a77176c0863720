"""Settle one bill, or say beforehand what settling it would give."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Bill, Settlement, YearTotal
from claims.rules import Settlement as Computed
from claims.rules import Year, explanation
from claims.rules import settle as settle_case
from claims.selectors import entitlements
from claims.selectors.entitlements import Entitlement
from claims.services import computation, earlier_stays, facts, policies, reading, refusals, storing, years
from claims.services.facts import BillFacts
from claims.services.reading import Reading
from core import audit, clock
from core.idempotency import once
from core.periods import period_of
from core.refusal import Refused
from office.services import numbering
from policy.selectors.revision import reading_at
from policy.terms import Terms


@dataclass(frozen=True, slots=True)
class Preview:
    """What settling a bill now would give; nothing is written. ``refusal`` is empty when it can be settled."""

    bill: BillFacts
    entitlement: Entitlement
    refusal: str
    result: Computed | None
    terms: Terms | None
    year_before: Year


def preview(bill: BillFacts | int, *, actor: Any, on: date | None = None) -> Preview:
    """The three layers of a bill as they would be settled now, without writing and without waiting for anybody."""
    if isinstance(bill, int):
        if not Bill.objects.visible_to(actor).filter(pk=bill).exists():
            raise _not_found()
        [bill] = facts.of([bill])
    day = on or clock.today()
    entitlement = entitlements.of([(bill.person_id, bill.discharged_on)])[(bill.person_id, bill.discharged_on)]
    stored = (
        YearTotal.everywhere.filter(person_id=bill.person_id, year=bill.year).values_list("so_far", flat=True).first()
    )
    year = computation.year_of(stored or {})
    try:
        terms = _terms(bill, entitlement, day)
        result = settle_case(computation.case_of(bill, entitlement, year, carried_fen(bill)), terms)
    except Refused as refusal:
        return Preview(bill, entitlement, str(refusal), None, None, year)
    return Preview(bill, entitlement, "", result, terms, year)


@transaction.atomic
def settle(bill: Bill | int, *, actor: Any, key: UUID | str, on: date | None = None) -> Settlement:
    """Settle a waiting bill through the three layers, in the booking day ``on`` (today).

    The same key gives the settlement made before. Refuses what `refusals.reason` names, and a term that is missing.
    """
    bill_id = bill.pk if isinstance(bill, Bill) else bill
    day = on or clock.today()
    with once(key, "claims.settle", bill_id) as earlier:
        if earlier is not None:
            return earlier  # type: ignore[no-any-return]
        year = years.lock_of_bill(bill_id, actor=actor)
        if year is None:
            raise _not_found()
        return settle_locked(reading.of_bill(bill_id), year, actor=actor, day=day)


def settle_locked(read: Reading, year: years.LockedYear, *, actor: Any, day: date) -> Settlement:
    """Compute and store, with the audit entry and the result of the caller's key; the year is held by the caller."""
    bill, entitlement = read.bill, read.entitlement
    with reading_at(read.policy_stamp):
        terms = _terms(bill, entitlement, day)
    case = computation.case_of(bill, entitlement, computation.year_of(year.so_far), carried_fen(bill))
    result = settle_case(case, terms)
    [number] = numbering.written("settlement", [read.serial], None, day)
    row = storing.settlement_row(
        bill,
        computation.amounts_of(result),
        computation.stored_year(result.adds),
        steps=explanation.compact(result),
        stored=computation.stored_case(case, bill),
        number=number,
        sequence=year.last_sequence + 1,
        settled_on=day,
        period=period_of(day),
        region_id=entitlement.region_id,
        pooling_area_id=entitlement.pooling_area_id,
        status=result.status,
        snapshot_id=policies.snapshot_id(terms),
        settled_by_id=actor.pk,
        recorded_at=clock.now(),
    )
    entry = audit.row(actor, "claims.settlement.made", Settlement, label=number, region_code=read.region_code)
    made = storing.append_first(row, year, entry=entry, key=once.open_key())
    if made is None:
        raise Refused(_("单据 %(number)s 已被别人结算或作废。请刷新后查看。") % {"number": bill.number})
    once.stored()
    return made


def _terms(bill: BillFacts, entitlement: Entitlement, day: date) -> Terms:
    """The terms of the day of discharge, once nothing speaks against settling."""
    if problem := refusals.reason(bill, entitlement, day):
        raise Refused(problem, code="not_payable")
    terms = policies.terms_for(entitlement.pooling_area_id, bill.discharged_on)
    if problem := refusals.payment_reason(bill, entitlement, terms):
        raise Refused(problem, code="not_payable")
    return terms


def carried_fen(bill: BillFacts) -> int:
    """The deductible that the stay before a referral has taken; asks the database for referred stays only."""
    stays = earlier_stays.of([bill]).get((bill.person_id, bill.year))
    return stays.carried_fen(bill.visit_kind, bill.filing, bill.admitted_on) if stays else 0


def _not_found() -> Refused:
    return Refused(_("找不到这张单据，或它不在您的辖区内。请核对单据号。"), code="not_found")

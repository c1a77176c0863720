"""Settle thousands of bills at once: read with few statements, compute in order, write with COPY."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from claims.codes import BillState
from claims.models import Bill
from claims.rules import Year, explanation
from claims.rules import settle as settle_case
from claims.selectors import entitlements
from claims.selectors.entitlements import Entitlement
from claims.services import computation, earlier_stays, facts, policies, refusals, storing, years
from claims.services.computation import Stays
from claims.services.facts import BillFacts
from core import clock, requests, statistics
from core.periods import period_of
from core.refusal import Refused
from office.services import numbering
from policy.selectors.revision import one_reading
from policy.terms import Terms

CHUNK = 5_000
"""Bills of one transaction: small enough that a clerk waits a second at most, large enough that statements do not count."""

Progress = Callable[[int, int, str], None]


@dataclass
class Outcome:
    """What a batch did with each bill. Every bill given is settled, refused (with the reason) or was settled already."""

    settled: int = 0
    refused: int = 0
    already: int = 0
    refusals: list[tuple[str, str]] = field(default_factory=list)
    settlement_ids: list[int] = field(default_factory=list)


def settle_all(
    bill_ids: Iterable[int] | None = None,
    *,
    actor: Any,
    at_discharge: bool = False,
    on: date | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Settle these bills (all waiting ones in the actor's area when none are named), each person's in order of discharge.

    A bill that cannot be settled is refused with its reason and stops no other. ``at_discharge`` books each bill on its day
    of discharge, as a hospital's direct settlement does; else on ``on`` or today. Running it again settles nothing twice.
    """
    outcome = Outcome()
    visible = Bill.objects.visible_to(actor)
    wanted = visible.filter(state=BillState.WAITING) if bill_ids is None else visible.filter(pk__in=list(bill_ids))
    rows = list(wanted.order_by("person_id", "year", "discharged_on", "id").values_list("id", "person_id", "year"))
    done = 0
    for chunk in _chunks(rows):
        with one_reading():
            _settle_chunk(chunk, outcome, actor=actor, on=on or clock.today(), at_discharge=at_discharge)
        done += len(chunk)
        if progress is not None:
            progress(done, len(rows), "")
    statistics.refresh_after(outcome.settled, "claims_settlement", "claims_yeartotal", "claims_bill")
    return outcome


def _chunks(rows: Sequence[tuple[int, int, int]]) -> Iterable[list[tuple[int, int, int]]]:
    """Chunks of about CHUNK bills that never cut a person's year in two."""
    chunk: list[tuple[int, int, int]] = []
    for _person_year, group in itertools.groupby(rows, key=lambda row: (row[1], row[2])):
        chunk.extend(group)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@transaction.atomic
def _settle_chunk(
    chunk: Sequence[tuple[int, int, int]], outcome: Outcome, *, actor: Any, on: date, at_discharge: bool
) -> None:
    held = years.lock_many((person, year) for _bill, person, year in chunk)
    bills = facts.of(bill for bill, _person, _year in chunk)
    entitled = entitlements.of((bill.person_id, bill.discharged_on) for bill in bills)
    work = _Work(held, earlier_stays.of(bills), actor.pk)
    refused = 0
    for bill in bills:
        if bill.state == BillState.SETTLED:
            outcome.already += 1
            continue
        day = bill.discharged_on if at_discharge else on
        try:
            work.settle(bill, entitled[(bill.person_id, bill.discharged_on)], day)
        except Refused as refusal:
            refused += 1
            outcome.refusals.append((bill.number, str(refusal)))
    outcome.refused += refused
    outcome.settlement_ids += work.write(actor, refused)
    outcome.settled += len(work.rows)


class _Work:
    """One chunk in memory: running totals, the rows to write, and the terms already looked up."""

    def __init__(
        self, held: dict[tuple[int, int], years.LockedYear], stays: dict[tuple[int, int], Stays], hand: int
    ) -> None:
        self.held = held
        self.so_far: dict[tuple[int, int], Year] = {}
        self.stays = stays
        self.rows: list[dict[str, Any]] = []
        self.terms: dict[tuple[int, date], Terms] = {}
        self.snapshot_ids: dict[str, int] = {}
        self.hand = hand
        self.moment = clock.now()

    def settle(self, bill: BillFacts, entitlement: Entitlement, day: date) -> None:
        if problem := refusals.reason(bill, entitlement, day):
            raise Refused(problem)
        terms = self._terms(entitlement.pooling_area_id or 0, bill.discharged_on)
        if problem := refusals.payment_reason(bill, entitlement, terms):
            raise Refused(problem)
        owner = (bill.person_id, bill.year)
        year = self.held[owner]
        so_far = self.so_far.get(owner) or computation.year_of(year.so_far)
        stays = self.stays.get(owner) or self.stays.setdefault(owner, Stays())
        case = computation.case_of(
            bill, entitlement, so_far, stays.carried_fen(bill.visit_kind, bill.filing, bill.admitted_on)
        )
        result = settle_case(case, terms)
        year.last_sequence += 1
        self.so_far[owner] = result.year
        stays.add(bill.visit_kind, bill.discharged_on, result.deductible_fen)
        self.rows.append(
            storing.settlement_row(
                bill,
                computation.amounts_of(result),
                storing.compact(computation.stored_year(result.adds)),
                steps=explanation.stored_text(result),
                stored=storing.compact(computation.stored_case(case, bill)),
                number="",
                sequence=year.last_sequence,
                settled_on=day,
                period=period_of(day),
                region_id=entitlement.region_id,
                pooling_area_id=entitlement.pooling_area_id,
                status=result.status,
                snapshot_id=self._snapshot_id(terms),
                settled_by_id=self.hand,
                recorded_at=self.moment,
            )
        )

    def _snapshot_id(self, terms: Terms) -> int:
        """Looked up once for each content: a snapshot made in this transaction is not remembered elsewhere yet."""
        found = self.snapshot_ids.get(terms.digest)
        if found is None:
            found = self.snapshot_ids[terms.digest] = policies.snapshot_id(terms)
        return found

    def _terms(self, area_id: int, on: date) -> Terms:
        found = self.terms.get((area_id, on))
        if found is None:
            found = self.terms[(area_id, on)] = policies.terms_for(area_id, on)
        return found

    def write(self, actor: Any, refused: int) -> list[int]:
        """Everything of the chunk, each table once; gives the ids of the settlements."""
        if not self.rows:
            return []
        _number(self.rows)
        for owner, so_far in self.so_far.items():
            self.held[owner].so_far = computation.stored_year(so_far)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('claims_settlement', 'id')) FROM generate_series(1, %s)",
                [len(self.rows)],
            )
            ids = sorted(identity for (identity,) in cursor.fetchall())
            storing.copy_settlements(cursor, ids, self.rows)
            storing.copy_deltas(cursor, self.rows)
            storing.update_years(cursor, [self.held[owner] for owner in self.so_far], self.rows)
            storing.mark_settled(cursor, [row["bill_id"] for row in self.rows])
            storing.copy_audit(
                cursor,
                ids,
                self.rows,
                actor_id=requests.actor_id(actor),
                actor_name=requests.actor_name(actor),
                request_id=requests.request_id()[:32],
            )
        return ids


def _number(rows: Sequence[dict[str, Any]]) -> None:
    """Numbers carry the month of settlement: one block for each month."""
    months: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        months.setdefault(row["period"], []).append(row)
    for same_month in months.values():
        numbers = numbering.block("settlement", None, same_month[0]["settled_on"], len(same_month))
        for row, number in zip(same_month, numbers, strict=True):
            row["number"] = number

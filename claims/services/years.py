"""The one lock of a person's benefit year: taken first, once, and in sorted order when there are many."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection

from claims.models import Bill
from claims.services.figures import array
from core import clock

SCOPES_KEPT = 2_000

_NEW = "last_sequence, bills, total_fen, in_scope_fen, deductible_fen, basic_fen, critical_fen, aid_fen, other_fen, personal_fen, so_far"
_EMPTY = "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}'"


@dataclass(slots=True)
class LockedYear:
    """The running totals of one person-year, held until the transaction ends."""

    id: int
    person_id: int
    year: int
    last_sequence: int
    so_far: dict[str, Any]


def lock(person_id: int, year: int) -> LockedYear:
    """Make the year's row if need be and hold it; one statement. Whoever comes second waits here."""
    if is_lock_skipped():
        return _read_without_lock(person_id, year)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO claims_yeartotal (person_id, year, {_NEW}) VALUES (%s, %s, {_EMPTY}) "  # noqa: S608
            "ON CONFLICT (person_id, year) DO UPDATE SET year = EXCLUDED.year "
            "RETURNING id, person_id, year, last_sequence, so_far::text",
            [person_id, year],
        )
        return _locked(cursor.fetchone())


def lock_of_bill(bill_id: int, *, actor: Any) -> LockedYear | None:
    """Hold the year of a bill that lies in the actor's area, in one statement; None when no such bill does."""
    if is_lock_skipped():
        found = Bill.objects.visible_to(actor).filter(pk=bill_id).values_list("person_id", "year").first()
        return _read_without_lock(*found) if found else None
    visible, parameters = _bills_in_scope(actor)
    if not visible:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO claims_yeartotal (person_id, year, {_NEW}) "  # noqa: S608
            f"SELECT o.person_id, o.year, {_EMPTY} FROM ({visible}) o WHERE o.id = %s "
            "ON CONFLICT (person_id, year) DO UPDATE SET year = EXCLUDED.year "
            "RETURNING id, person_id, year, last_sequence, so_far::text",
            [*parameters, bill_id],
        )
        row = cursor.fetchone()
    return _locked(row) if row else None


_scopes: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}


def _bills_in_scope(actor: Any) -> tuple[str, tuple[Any, ...]]:
    """The statement of the bills in the actor's area; empty text when there can be none.

    Written out once for each office, state of the account and day: all that an area follows from. What lies in it is looked up
    anew each time.
    """
    office = actor.office
    account = (actor.is_authenticated, actor.is_active, actor.is_national)
    key = (type(actor), *account, actor.office_id, office and (office.is_open, office.region_id), clock.today())
    found = _scopes.get(key)
    if found is None:
        try:
            found = Bill.objects.visible_to(actor).order_by().values("id", "person_id", "year").query.sql_with_params()
        except EmptyResultSet:
            found = "", ()
        if len(_scopes) >= SCOPES_KEPT:
            _scopes.clear()
        _scopes[key] = found
    return found


def lock_many(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], LockedYear]:
    """Hold the years of many people, always in order of (person, year), so that two batches cannot block each other."""
    wanted = sorted(set(pairs))
    people, years = array(person for person, _ in wanted), array(year for _, year in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO claims_yeartotal (person_id, year, {_NEW}) "  # noqa: S608
            f"SELECT person_id, year, {_EMPTY} FROM unnest(%s::bigint[], %s::smallint[]) AS w(person_id, year) "
            "ORDER BY 1, 2 ON CONFLICT (person_id, year) DO NOTHING",
            [people, years],
        )
        cursor.execute(
            "SELECT y.id, y.person_id, y.year, y.last_sequence, y.so_far::text FROM claims_yeartotal y "
            "JOIN unnest(%s::bigint[], %s::smallint[]) AS w(person_id, year) USING (person_id, year) "
            "ORDER BY y.person_id, y.year FOR UPDATE OF y",
            [people, years],
        )
        return {(row[1], row[2]): _locked(row) for row in cursor.fetchall()}


def is_lock_skipped() -> bool:
    """True only in a test that proves that the lock is needed; other settings cannot switch it off."""
    return bool(getattr(settings, "IS_TESTING", False)) and bool(getattr(settings, "CLAIMS_SKIP_LOCK", False))


def _read_without_lock(person_id: int, year: int) -> LockedYear:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO claims_yeartotal (person_id, year, {_NEW}) VALUES (%s, %s, {_EMPTY}) "  # noqa: S608
            "ON CONFLICT (person_id, year) DO NOTHING",
            [person_id, year],
        )
        cursor.execute(
            "SELECT id, person_id, year, last_sequence, so_far::text FROM claims_yeartotal "
            "WHERE person_id = %s AND year = %s",
            [person_id, year],
        )
        return _locked(cursor.fetchone())


def _locked(row: tuple[int, int, int, int, str]) -> LockedYear:
    identity, person_id, year, last_sequence, so_far = row
    return LockedYear(identity, person_id, year, last_sequence, json.loads(so_far))

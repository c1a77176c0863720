"""Is this person covered, as what, since when, paid or waiting, and which statuses count: for any day, as known at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from enrollment.models import HardshipStatus, Person


@dataclass(frozen=True)
class Coverage:
    """One person's cover on one day: the enrolment in force, whether it is paid, from when it pays."""

    person_id: int
    on: date
    enrollment_id: int
    year: int
    category: str
    pooling_area_id: int
    region_id: int
    starts_on: date
    ends_on: date
    benefits_start_on: date
    is_paid: bool

    @property
    def is_waiting(self) -> bool:
        """True inside the waiting period (待遇等待期)."""
        return self.on < self.benefits_start_on

    @property
    def pays(self) -> bool:
        """True when benefits are due on this day: paid and not waiting."""
        return self.is_paid and not self.is_waiting


_COVERAGE = """
SELECT q.person_id, q.asked_on, e.id, e.year, e.category, e.pooling_area_id, e.region_id, e.starts_on,
       CASE WHEN e.ended_at > %(known_at)s::timestamptz THEN make_date(e.year, 12, 31) ELSE e.ends_on END, e.benefits_start_on,
       coalesce(d.personal_fen <= CASE WHEN %(known_at)s::timestamptz IS NULL THEN d.paid_fen ELSE (
           SELECT coalesce(sum(p.amount_fen), 0) FROM enrollment_payment p
           WHERE p.due_id = d.id AND p.kind <> 'aid' AND p.recorded_at <= %(known_at)s::timestamptz) END, false)
FROM unnest(%(persons)s::bigint[], %(days)s::date[]) AS q (person_id, asked_on)
JOIN enrollment_enrollment e ON e.person_id = q.person_id AND e.year = extract(year FROM q.asked_on)::int
     AND e.starts_on <= q.asked_on
     AND q.asked_on <= CASE WHEN e.ended_at > %(known_at)s::timestamptz THEN make_date(e.year, 12, 31) ELSE e.ends_on END
     AND CASE WHEN %(known_at)s::timestamptz IS NULL THEN e.in_force
         ELSE e.recorded_at <= %(known_at)s::timestamptz AND (e.in_force OR e.withdrawn_at > %(known_at)s::timestamptz) END
LEFT JOIN LATERAL (
    SELECT d.id, d.personal_fen, d.paid_fen FROM enrollment_due d
    WHERE d.person_id = e.person_id AND d.year = e.year
    ORDER BY (d.enrollment_id = e.id) DESC, d.id LIMIT 1) d ON true
"""
# A transferred enrolment has no due of its own: the year was paid in the area the person came from.


_STATUSES = """
SELECT q.person_id, q.asked_on, array_agg(DISTINCT s.category)
FROM unnest(%(persons)s::bigint[], %(days)s::date[]) AS q (person_id, asked_on)
JOIN enrollment_hardshipstatus s ON s.person_id = q.person_id AND s.starts_on <= q.asked_on
     AND (s.ends_on IS NULL OR s.ends_on >= q.asked_on)
     AND CASE WHEN %(known_at)s::timestamptz IS NULL THEN s.withdrawn_at IS NULL
         ELSE s.recorded_at <= %(known_at)s::timestamptz
              AND (s.withdrawn_at IS NULL OR s.withdrawn_at > %(known_at)s::timestamptz) END
GROUP BY 1, 2
"""

COVERAGE_COLUMNS = (
    "person_id, asked_on, enrollment_id, year, category, pooling_area_id, region_id, starts_on, ends_on, "
    "benefits_start_on, is_paid"
)
STATUSES_COLUMNS = "person_id, asked_on, categories"


def lateral(person: str, day: str) -> tuple[str, str]:
    """Coverage and statuses, as known now, as two subqueries for the statement of another room.

    ``person`` and ``day`` are column expressions of that statement; the columns are named above.
    """
    marks = {"%(persons)s": f"ARRAY[{person}]", "%(days)s": f"ARRAY[{day}]", "%(known_at)s": "NULL"}
    coverage_sql, statuses_sql = _COVERAGE, _STATUSES
    for mark, expression in marks.items():
        coverage_sql = coverage_sql.replace(mark, expression)
        statuses_sql = statuses_sql.replace(mark, expression)
    return coverage_sql, statuses_sql


def _asked(pairs: Sequence[tuple[int, date]], known_at: datetime | None) -> dict[str, Any]:
    """The parameters of many pairs; arrays as text, because the driver takes many times as long over lists of thousands."""
    persons = ",".join(str(person_id) for person_id, _on in pairs)
    days = ",".join(on.isoformat() for _person_id, on in pairs)
    return {"persons": f"{{{persons}}}", "days": f"{{{days}}}", "known_at": known_at}


def coverage_pairs(
    pairs: Sequence[tuple[int, date]], known_at: datetime | None = None
) -> dict[tuple[int, date], Coverage]:
    """The coverage of many (person id, day) pairs in one statement; pairs without cover are missing from the answer."""
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _COVERAGE,
            _asked(pairs, known_at),
        )
        return {(row[0], row[1]): Coverage(*row) for row in cursor.fetchall()}


def coverage_bulk(person_ids: Iterable[int], on: date, known_at: datetime | None = None) -> dict[int, Coverage]:
    """The coverage of many people on one day: person id → Coverage."""
    found = coverage_pairs([(person_id, on) for person_id in person_ids], known_at)
    return {person_id: cover for (person_id, _on), cover in found.items()}


def coverage(person: Person | int, on: date, known_at: datetime | None = None) -> Coverage | None:
    """The coverage of one person on one day, or None."""
    person_id = person.pk if isinstance(person, Person) else person
    return coverage_pairs([(person_id, on)], known_at).get((person_id, on))


def statuses_pairs(
    pairs: Sequence[tuple[int, date]], known_at: datetime | None = None
) -> dict[tuple[int, date], frozenset[str]]:
    """The hardship categories of many (person id, day) pairs in one statement; none means missing."""
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _STATUSES,
            _asked(pairs, known_at),
        )
        return {(row[0], row[1]): frozenset(row[2]) for row in cursor.fetchall()}


def statuses_bulk(person_ids: Iterable[int], on: date, known_at: datetime | None = None) -> dict[int, frozenset[str]]:
    """The hardship categories of many people on one day: person id → categories."""
    found = statuses_pairs([(person_id, on) for person_id in person_ids], known_at)
    return {person_id: categories for (person_id, _on), categories in found.items()}


def statuses(person: Person | int, on: date, known_at: datetime | None = None) -> frozenset[str]:
    """The hardship categories of one person on one day."""
    person_id = person.pk if isinstance(person, Person) else person
    return statuses_pairs([(person_id, on)], known_at).get((person_id, on), frozenset())


def best_status(categories: Iterable[str], order: Sequence[str]) -> str:
    """The one category that counts by the area's order (Terms `status.order`); empty when none of them is in it."""
    held = set(categories)
    return next((category for category in order if category in held), "")


def status_rows(person: Person) -> list[HardshipStatus]:
    """All statuses of a person, the withdrawn ones too, newest first: for the person page."""
    return list(person.statuses.select_related("recorded_by", "withdrawn_by").order_by("-starts_on", "-id"))

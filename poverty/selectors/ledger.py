"""Households and members of the ledger, marks as of a day as known at a moment, the missing, mismatches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from claims.models import Filing, Settlement, YearTotal
from core import clock
from core.ranges import on_day
from enrollment.codes import HardshipCategory
from enrollment.models import Due, Person
from enrollment.selectors import coverage as cover
from office.models import Region, RegionClosure, User
from poverty.codes import MismatchState
from poverty.models import LedgerHousehold, LedgerMark, LedgerMember, Mismatch


def below(region: Region) -> Any:
    """The regions in scope of a region today, as a subquery of ids."""
    return RegionClosure.everywhere.filter(on_day(clock.today()), kind="scope", ancestor=region).values("descendant")


def known(known_at: datetime | None) -> Q:
    """Marks that stood at a moment, or stand now."""
    if known_at is None:
        return Q(withdrawn_at__isnull=True)
    return Q(recorded_at__lte=known_at) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at))


def marks(member: LedgerMember, on: date, known_at: datetime | None = None) -> list[LedgerMark]:
    """The identity marks of a member on a day, as known now or at a moment."""
    rows = member.marks.filter(known(known_at), on_day(on)).order_by("category", "source", "pk")
    return list(rows)


def categories(members: list[int], on: date, known_at: datetime | None = None) -> dict[int, frozenset[str]]:
    """The categories of many members on a day, in one statement."""
    found: dict[int, set[str]] = {}
    rows = LedgerMark.everywhere.filter(known(known_at), on_day(on), member__in=members)
    for member_id, category in rows.values_list("member_id", "category"):
        found.setdefault(member_id, set()).add(category)
    return {member_id: frozenset(held) for member_id, held in found.items()}


def _marked(on: date, **more: Any) -> Exists:
    return Exists(LedgerMark.everywhere.filter(on_day(on), member=OuterRef("pk"), withdrawn_at__isnull=True, **more))


def with_category(category: str) -> Exists:
    """The condition that a member is marked in a category today."""
    return _marked(clock.today(), category=category)


def household_with_category(category: str) -> Exists:
    """The condition that a member of a household is marked in a category today."""
    return Exists(
        LedgerMark.everywhere.filter(
            on_day(clock.today()),
            member__household=OuterRef("pk"),
            member__is_struck=False,
            category=category,
            withdrawn_at__isnull=True,
        )
    )


def missing(staff: User) -> QuerySet[LedgerMember]:
    """Verified members of the area who are not covered by all three layers, as last counted."""
    return (
        LedgerMember.objects.visible_to(staff)
        .exclude(gap="")
        .filter(is_struck=False)
        .select_related("region", "household", "person")
    )


def households(staff: User) -> QuerySet[LedgerHousehold]:
    """Households of the ledger with how many members stand listed and how many are missing."""
    return (
        LedgerHousehold.objects.visible_to(staff)
        .select_related("region")
        .annotate(
            member_count=Count("members", filter=Q(members__is_struck=False)),
            missing_count=Count("members", filter=~Q(members__gap="")),
            open_count=Count("members", filter=Q(members__person__isnull=True, members__is_struck=False)),
        )
    )


def mismatches(staff: User) -> QuerySet[Mismatch]:
    """Mismatches of the area."""
    return Mismatch.objects.visible_to(staff).select_related(
        "member", "member__household", "region", "county", "candidate", "closed_by"
    )


def open_mismatches(staff: User) -> QuerySet[Mismatch]:
    """Mismatches that wait for a decision."""
    return mismatches(staff).filter(state=MismatchState.OPEN)


def new_members(staff: User, since: date) -> int:
    """How many members were put on the ledger of the area from a day on."""
    count: int = LedgerMember.objects.visible_to(staff).filter(recorded_at__date__gte=since).count()
    return count


def member_of(staff: User, person: Person) -> LedgerMember | None:
    """The ledger entry of a person, in the staff's area."""
    rows = LedgerMember.objects.visible_to(staff).filter(person=person, is_struck=False)
    found: LedgerMember | None = rows.select_related("household", "region").order_by("pk").first()
    return found


def by_number(staff: User, text: str, limit: int) -> list[LedgerHousehold]:
    """Households by the ledger's number or the list's."""
    rows = LedgerHousehold.objects.visible_to(staff).select_related("region")
    return list(rows.filter(Q(number=text.upper()) | Q(book_number=text)).order_by("pk")[:limit])


def tracking(staff: User, household: LedgerHousehold, year: int) -> list[dict[str, Any]]:
    """Each member of a household through the whole process of a year: marks, cover, due and aid, filings, burden.

    Of a person who lives outside the staff's area only the cover is told: where and when, nothing else.
    """
    today = clock.today()
    day = min(today, date(year, 12, 31))
    members = list(household.members.select_related("person", "region").order_by("is_struck", "pk"))
    people = [member.person_id for member in members if member.person_id]
    covers = cover.coverage_bulk(people, day)
    dues = {
        due.person_id: due
        for due in Due.objects.visible_to(staff).filter(person__in=people, year=year).exclude(state="cancelled")
    }
    totals = {
        total.person_id: total for total in YearTotal.objects.visible_to(staff).filter(person__in=people, year=year)
    }
    filings: dict[int, int] = dict(
        Filing.objects.visible_to(staff)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__year__gte=year), person__in=people, starts_on__year__lte=year)
        .values_list("person")
        .annotate(count=Count("pk"))
    )
    held: dict[int, list[LedgerMark]] = {}
    for mark in LedgerMark.everywhere.filter(member__in=members).order_by("member", "starts_on", "pk"):
        held.setdefault(mark.member_id, []).append(mark)
    waiting = {row.member_id: row for row in Mismatch.everywhere.filter(member__in=members, state=MismatchState.OPEN)}
    return [
        {
            "member": member,
            "marks": held.get(member.pk, []),
            "standing": [mark for mark in held.get(member.pk, []) if _stands(mark, day)],
            "cover": covers.get(member.person_id) if member.person_id else None,
            "due": dues.get(member.person_id) if member.person_id else None,
            "total": totals.get(member.person_id) if member.person_id else None,
            "filings": filings.get(member.person_id, 0) if member.person_id else 0,
            "mismatch": waiting.get(member.pk),
        }
        for member in members
    ]


def _stands(mark: LedgerMark, day: date) -> bool:
    return mark.withdrawn_at is None and mark.starts_on <= day and (mark.ends_on is None or mark.ends_on >= day)


def settlements(staff: User, household: LedgerHousehold, year: int, limit: int = 50) -> list[Settlement]:
    """The settlements of a household's members in a year, newest first."""
    people = household.members.filter(person__isnull=False).values("person")
    return list(
        Settlement.objects.visible_to(staff)
        .filter(person__in=people, year=year)
        .select_related("person", "provider", "bill")
        .defer("steps", "facts", "contribution")
        .order_by("-settled_on", "-pk")[:limit]
    )


def burden(rows: list[dict[str, Any]]) -> dict[str, int]:
    """The year's costs of a household by who paid, in fen."""
    names = ("total_fen", "in_scope_fen", "basic_fen", "critical_fen", "aid_fen", "other_fen", "personal_fen")
    return {name: sum(getattr(row["total"], name) for row in rows if row["total"]) for name in names}


def category_choices() -> list[tuple[str, str]]:
    """The categories that lists use, with everybody first."""
    return [("", _("全部困难人员")), *((one.value, str(one.label)) for one in HardshipCategory)]

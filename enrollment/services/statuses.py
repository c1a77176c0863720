"""Hardship statuses: granted and withdrawn by date; an end is a withdrawal and a shorter row, so nothing known is lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock, periods
from core.refusal import Refused
from enrollment.codes import HardshipCategory
from enrollment.models import HardshipStatus, Person
from enrollment.services.persons import require_region
from office.models import User
from office.selectors import regions


@transaction.atomic
def grant(
    *,
    actor: User,
    person: Person,
    category: str,
    starts_on: date,
    source: str,
    ends_on: date | None = None,
    reason: str = "",
) -> HardshipStatus:
    """Count a person in a category from a day; refuses the same category twice at a time and a status without source."""
    require_region(actor, person.region)
    if category not in HardshipCategory.values:
        raise Refused(_("困难身份不在可选范围内。请选择困难身份。"), field="category")
    if not source.strip():
        raise Refused(_("认定来源未填写。请填写名单或认定文书的名称。"), field="source")
    if ends_on and ends_on < starts_on:
        raise Refused(_("身份终止日期不能早于起始日期。请核对日期。"), field="ends_on")
    try:
        with transaction.atomic():
            status = HardshipStatus.everywhere.create(
                person=person,
                category=category,
                starts_on=starts_on,
                ends_on=ends_on,
                region=person.region,
                pooling_area=regions.pooling_area(person.region, clock.today()),
                period=periods.period_of(clock.today()),
                source=source.strip(),
                reason=reason,
                recorded_by=actor,
            )
    except IntegrityError:
        raise Refused(_("此人同一时期已有该困难身份。请先终止或撤销原身份，再重新认定。"), field="category") from None
    audit.record(actor, "enrollment.status.granted", person, reason=reason, changes={"category": category})
    return status


@transaction.atomic
def withdraw(*, actor: User, status: HardshipStatus, reason: str) -> HardshipStatus:
    """Take a status back as never right from now on; what was known until now can still be asked for."""
    require_region(actor, status.region)
    if not reason.strip():
        raise Refused(_("撤销原因未填写。请写明撤销依据。"), field="reason")
    changed = HardshipStatus.everywhere.filter(pk=status.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_reason=reason.strip()
    )
    if not changed:
        raise Refused(_("该身份已撤销，不能重复撤销。"))
    status.refresh_from_db()
    audit.record(
        actor, "enrollment.status.withdrawn", status.person, reason=reason, changes={"category": status.category}
    )
    return status


@transaction.atomic
def end(*, actor: User, status: HardshipStatus, ends_on: date, reason: str) -> HardshipStatus:
    """End a status on a day: the open row is withdrawn and a closed one takes its place."""
    if ends_on < status.starts_on:
        raise Refused(
            _("身份终止日期不能早于起始日期 %(day)s。请核对日期。") % {"day": status.starts_on}, field="ends_on"
        )
    withdraw(actor=actor, status=status, reason=reason)
    return grant(
        actor=actor,
        person=status.person,
        category=status.category,
        starts_on=status.starts_on,
        ends_on=ends_on,
        source=status.source,
        reason=reason,
    )


@transaction.atomic
def grant_bulk(
    *,
    actor: User,
    rows: Iterable[tuple[int, str, date, date | None]],
    source: str,
    reason: str = "",
    batch_id: int | None = None,
) -> int:
    """Grant statuses to many people in one statement; rows are (person id, category, starts on, ends on).

    Rows that overlap a status the person already has are left alone: the same list twice grants nothing new. People
    outside the actor's area are left alone too. Returns the number granted.
    """
    listed = list(rows)
    allowed = set(
        Person.everywhere.filter(actor.region_filter("region"), pk__in={row[0] for row in listed}).values_list(
            "pk", flat=True
        )
    )
    listed = [row for row in listed if row[0] in allowed]
    unknown = {row[1] for row in listed} - set(HardshipCategory.values)
    if unknown:
        raise Refused(_("困难身份 %(codes)s 不在可选范围内。") % {"codes": "、".join(sorted(unknown))})
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO enrollment_hardshipstatus
                (person_id, category, starts_on, ends_on, region_id, pooling_area_id, period, source, reason,
                 batch_id, recorded_by_id, withdrawn_reason)
            SELECT p.id, r.category, r.starts_on, r.ends_on, p.region_id, c.ancestor_id, %s, %s, %s, %s, %s, ''
            FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::date[]) AS r (person_id, category, starts_on, ends_on)
            JOIN enrollment_person p ON p.id = r.person_id
            JOIN office_regionclosure c ON c.kind = 'pooling' AND c.descendant_id = p.region_id
                 AND c.starts_on <= %s AND (c.ends_on IS NULL OR c.ends_on >= %s)
            ORDER BY p.id, r.category, r.starts_on
            ON CONFLICT DO NOTHING
            """,
            [
                periods.period_of(today),
                source,
                reason,
                batch_id,
                actor.pk,
                [row[0] for row in listed],
                [row[1] for row in listed],
                [row[2] for row in listed],
                [row[3] for row in listed],
                today,
                today,
            ],
        )
        granted = cursor.rowcount
    audit.record(
        actor, "enrollment.status.granted_many", None, reason=reason, changes={"source": source, "granted": granted}
    )
    return granted

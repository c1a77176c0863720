"""Enrolments: registered, ended, moved to another pooling area."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import audit, clock, periods
from core.refusal import Conflict, Refused
from enrollment.codes import DueState, EndReason, EnrollmentSource, PersonCategory
from enrollment.models import Due, Enrollment, HouseholdMember, Person
from enrollment.rules import coverage as rules
from enrollment.rules.eligibility import Applicant, gate, reason_to_refuse
from enrollment.selectors import coverage
from enrollment.services import dues
from enrollment.services.persons import require_region
from office.models import Region, User
from office.selectors import regions
from policy import selectors as policy


@transaction.atomic
def enroll(
    *,
    actor: User,
    person: Person,
    year: int,
    category: str,
    region: Region | None = None,
    registered_on: date | None = None,
    source: str = EnrollmentSource.COUNTER,
    tier: str = "",
    is_continuing: bool = False,
) -> Enrollment:
    """Enrol a person for a benefit year and work out the due.

    Refuses members of the employee scheme, the dead, a category the law does not know, and whoever is covered at the
    same time anywhere (the database refuses that too, so two clerks at once cannot both succeed). `is_continuing` says
    that the person comes from another scheme or area without a gap and does not wait.
    """
    region = region or person.region
    require_region(actor, region)
    registered_on = registered_on or clock.today()
    if category not in PersonCategory.values:
        raise Refused(_("人员类别不在可选范围内。请选择人员类别。"), field="category")
    if registered_on > clock.today():
        raise Refused(_("登记日期不能晚于今天。请核对日期。"), field="registered_on")
    if person.merged_into_id:
        raise Refused(_("此人档案已并入另一条记录。请在并入后的档案上办理。"))
    area = regions.pooling_area(region, date(year, 1, 1))
    season = rules.season(policy.terms_for(area, date(year, 1, 1)), year)
    if registered_on < season.starts_on:
        raise Refused(
            _("%(year)s 年度的集中参保期自 %(day)s 开始，现在不能登记。请在此后办理。")
            % {"year": year, "day": season.starts_on},
            field="year",
        )
    if registered_on > date(year, 12, 31):
        raise Refused(_("%(year)s 年度已经结束，不能再登记。请选择当前或下一年度。") % {"year": year}, field="year")
    cover = rules.cover(
        category=category,
        birth_on=person.birth_on,
        registered_on=registered_on,
        season=season,
        is_continuing=is_continuing,
        is_poor=bool(coverage.statuses(person, registered_on)),
    )
    applicant = Applicant(category, person.id_kind, person.birth_on, person.died_on, person.employee_insured_from_on)
    reason = reason_to_refuse(applicant, registered_on, cover.starts_on)
    if reason:
        raise Refused(reason)
    rule = gate(category, registered_on)
    assert rule is not None  # reason_to_refuse has asked
    try:
        with transaction.atomic():
            enrollment = Enrollment.everywhere.create(
                person=person,
                year=year,
                period=periods.period_of(clock.today()),
                category=category,
                proof=rule.proof,
                pooling_area=area,
                region=region,
                starts_on=cover.starts_on,
                ends_on=cover.ends_on,
                benefits_start_on=cover.benefits_start_on,
                source=source,
                registered_on=registered_on,
                recorded_by=actor,
            )
    except IntegrityError as error:
        if "enrollment_once_at_a_time" not in str(error):
            raise
        raise Refused(already_enrolled(person, cover.starts_on, cover.ends_on), code="enrolled") from None
    audit.record(
        actor, "enrollment.enrolled", person, changes={"year": year, "category": category, "region": region.code}
    )
    dues.work_out(actor=actor, area=area, year=year, persons=[person.pk], tier=tier)
    return enrollment


def already_enrolled(person: Person, starts_on: date, ends_on: date) -> str:
    """The narrow answer to "is this person insured elsewhere": area and dates, nothing more."""
    found = (
        Enrollment.everywhere.filter(person=person, in_force=True, starts_on__lte=ends_on, ends_on__gte=starts_on)
        .select_related("pooling_area")
        .first()
    )
    if found is None:
        return _("此人在这段时间内已参保，不能重复登记。请刷新后核对。")
    return _("此人 %(start)s 至 %(end)s 已在%(area)s参保，不能重复登记。请先在参保地终止，或办理转入。") % {
        "start": found.starts_on,
        "end": found.ends_on,
        "area": found.pooling_area.name,
    }


def _locked(enrollment: Enrollment, version: int) -> Enrollment:
    locked = (
        Enrollment.everywhere.select_for_update(of=("self",))
        .select_related("person", "region", "pooling_area")
        .get(pk=enrollment.pk)
    )
    if locked.version != version:
        raise Conflict(_("参保登记在您打开之后已被他人修改。请刷新页面，核对后再办理。"))
    if not locked.is_running:
        raise Refused(_("该参保登记已终止或撤销，不能再次办理。"))
    return locked


@transaction.atomic
def end(*, actor: User, enrollment: Enrollment, version: int, ends_on: date, reason: str, note: str = "") -> Enrollment:
    """End an enrolment on its last covered day; before its first day it is withdrawn and its due cancelled.

    Death and employee insurance are written to the person, so that later enrolments are refused. What was paid for a
    withdrawn enrolment is shown as refundable; money paid for days that were covered is not given back.
    """
    locked = _locked(enrollment, version)
    require_region(actor, locked.region)
    if reason not in EndReason.values:
        raise Refused(_("终止原因不在可选范围内。请选择终止原因。"), field="reason")
    if ends_on > locked.ends_on:
        raise Refused(
            _("终止日期不能晚于参保终止日期 %(day)s。请核对日期。") % {"day": locked.ends_on}, field="ends_on"
        )
    person = locked.person
    if reason == EndReason.DEATH:
        if ends_on < person.birth_on:
            raise Refused(_("死亡日期不能早于出生日期。请核对日期。"), field="ends_on")
        Person.everywhere.filter(pk=person.pk).update(died_on=ends_on, version=F("version") + 1)
        HouseholdMember.everywhere.filter(person=person, ends_on__isnull=True, starts_on__lte=ends_on).update(
            ends_on=ends_on
        )
    if reason == EndReason.EMPLOYEE:
        Person.everywhere.filter(pk=person.pk).update(
            employee_insured_from_on=ends_on + timedelta(days=1), version=F("version") + 1
        )
    affected = Enrollment.everywhere.filter(pk=locked.pk)
    if reason in (EndReason.DEATH, EndReason.EMPLOYEE, EndReason.EMIGRATION):
        # The later years already registered fall with it.
        later = Enrollment.everywhere.filter(person=person, in_force=True, reason_ended="", starts_on__gt=ends_on)
        affected = Enrollment.everywhere.filter(Q(pk=locked.pk) | Q(pk__in=later.values("pk")))
    for row in affected.select_for_update().order_by("pk"):
        row.reason_ended = reason
        row.ended_at = clock.now()
        row.version += 1
        if ends_on < row.starts_on:
            row.in_force = False
            row.withdrawn_at = row.ended_at
            Due.everywhere.filter(enrollment=row).update(state=DueState.CANCELLED, version=F("version") + 1)
        else:
            row.ends_on = ends_on
            if row.benefits_start_on > ends_on:
                row.benefits_start_on = max(row.starts_on, min(row.benefits_start_on, ends_on))
        row.save()
        audit.record(
            actor,
            "enrollment.ended",
            person,
            reason=note or str(EndReason(reason).label),
            changes={"year": row.year, "ends_on": str(ends_on)},
        )
    locked.refresh_from_db()
    return locked


@transaction.atomic
def transfer(*, actor: User, enrollment: Enrollment, version: int, region: Region, on: date) -> Enrollment:
    """Take a person over into another pooling area from a day, without a gap and without waiting.

    The receiving office does it: the old enrolment ends the day before, the new one runs to the end of the year, and the
    year's due stays where it was paid.
    """
    locked = _locked(enrollment, version)
    require_region(actor, region)
    area = regions.pooling_area(region, on)
    if area.pk == locked.pooling_area_id:
        raise Refused(_("转入地与原参保地属于同一统筹地区，不需要转移。请改为变更行政区划。"), field="region")
    if not locked.starts_on < on <= locked.ends_on:
        raise Refused(
            _("转入日期须在 %(start)s 之后、%(end)s 之前。请核对日期。")
            % {"start": locked.starts_on, "end": locked.ends_on},
            field="on",
        )
    last = locked.ends_on
    locked.ends_on = on - timedelta(days=1)
    locked.reason_ended = EndReason.TRANSFER
    locked.ended_at = clock.now()
    locked.benefits_start_on = min(locked.benefits_start_on, locked.ends_on)
    locked.version += 1
    locked.save()
    moved = Enrollment.everywhere.create(
        person=locked.person,
        year=locked.year,
        period=periods.period_of(clock.today()),
        category=locked.category,
        proof=locked.proof,
        pooling_area=area,
        region=region,
        starts_on=on,
        ends_on=last,
        benefits_start_on=on,
        source=EnrollmentSource.TRANSFER,
        registered_on=clock.today(),
        recorded_by=actor,
    )
    Person.everywhere.filter(pk=locked.person_id).update(region=region, version=F("version") + 1)
    audit.record(
        actor,
        "enrollment.transferred",
        locked.person,
        changes={"from": locked.pooling_area.code, "to": area.code, "on": str(on)},
    )
    return moved

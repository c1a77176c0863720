"""The register as lists: people with what a year makes of them, dues, payments, differences; who is found by what."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import AuditEntry
from core.ranges import on_day
from enrollment.codes import EndReason, HardshipCategory, PersonCategory, Relation
from enrollment.models import Due, Enrollment, HardshipStatus, Household, Payment, PaymentDifference, Person
from office.models import Region, RegionClosure, User


def people(staff: User, year: int) -> QuerySet[Person]:
    """The people of the staff's area with category and payment state of a benefit year."""
    running = Enrollment.everywhere.filter(person=OuterRef("pk"), year=year, in_force=True, reason_ended="")
    dues = Due.everywhere.filter(person=OuterRef("pk"), year=year).exclude(state="cancelled").order_by("-pk")
    return (
        Person.objects.visible_to(staff)
        .filter(merged_into__isnull=True)
        .select_related("region")
        .annotate(
            category=Subquery(running.order_by("-starts_on").values("category")[:1]),
            due_state=Subquery(dues.values("state")[:1]),
        )
    )


def enrolled_in(year: int, category: str = "") -> Exists:
    """The condition that a person is enrolled for a year, in a category if one is named."""
    rows = Enrollment.everywhere.filter(person=OuterRef("pk"), year=year, in_force=True, reason_ended="")
    return Exists(rows.filter(category=category) if category else rows)


def in_state(year: int, state: str) -> Exists:
    """The condition that a person's due of a year is in a state."""
    return Exists(Due.everywhere.filter(person=OuterRef("pk"), year=year, state=state))


def with_status(category: str) -> Exists:
    """The condition that a person holds a hardship status today."""
    return Exists(
        HardshipStatus.everywhere.filter(
            on_day(clock.today()), person=OuterRef("pk"), category=category, withdrawn_at__isnull=True
        )
    )


def below(region: Region) -> Any:
    """The regions in scope of a region today, as a subquery of ids."""
    return RegionClosure.everywhere.filter(on_day(clock.today()), kind="scope", ancestor=region).values("descendant")


def dues(staff: User) -> QuerySet[Due]:
    """Dues of the staff's area."""
    return Due.objects.visible_to(staff).select_related("person", "region")


def payments(staff: User) -> QuerySet[Payment]:
    """Payments of the staff's area."""
    return Payment.objects.visible_to(staff).select_related("person", "region")


def differences(staff: User) -> QuerySet[PaymentDifference]:
    """What collecting bodies sent and the register does not confirm."""
    return PaymentDifference.objects.visible_to(staff).select_related("person", "region", "batch")


def by_name(staff: User, text: str, limit: int) -> list[Person]:
    """People of the area by the beginning of the name, its pinyin, or the person number."""
    text = text.strip()
    people = Person.objects.visible_to(staff).filter(merged_into__isnull=True).select_related("region")
    if text[:1] in ("P", "p") and text[1:].isdigit():
        return list(people.filter(number=text.upper())[:limit])
    if text.isascii():
        return list(people.filter(pinyin__startswith=text.lower().replace(" ", "")).order_by("pinyin", "pk")[:limit])
    return list(people.filter(name__startswith=text).order_by("name", "pk")[:limit])


def by_index(staff: User, index: bytes) -> Person | None:
    """The person of the area with a document number, by its blind index."""
    return (
        Person.objects.visible_to(staff)
        .filter(id_index=index, merged_into__isnull=True)
        .select_related("region")
        .first()
    )


def elsewhere(index: bytes) -> list[dict[str, Any]]:
    """The narrow answer for a number outside the area: where and when insured, nothing else."""
    rows = Enrollment.everywhere.filter(
        Q(person__id_index=index), in_force=True, ends_on__gte=clock.today(), person__merged_into__isnull=True
    ).select_related("pooling_area")
    return [
        {"area": row.pooling_area.name, "starts_on": row.starts_on, "ends_on": row.ends_on}
        for row in rows.order_by("starts_on")
    ]


def household_of(person: Person) -> Household | None:
    """The household a person lives in today."""
    member = person.memberships.filter(on_day(clock.today())).select_related("household__region").first()
    return member.household if member else None


ACTS = {
    "enrollment.person.registered": _("建档登记"),
    "enrollment.person.corrected": _("更正资料"),
    "enrollment.person.number_given": _("新生儿换号"),
    "enrollment.person.revealed": _("查看完整证件号码"),
    "enrollment.enrolled": _("参保登记"),
    "enrollment.ended": _("参保终止"),
    "enrollment.transferred": _("转入转出"),
    "enrollment.status.granted": _("认定困难身份"),
    "enrollment.status.withdrawn": _("撤销困难身份"),
    "enrollment.payment.booked": _("缴费入账"),
    "enrollment.payment.refunded": _("退费"),
    "enrollment.household.opened": _("开户"),
    "enrollment.household.joined": _("加入家庭"),
    "enrollment.household.left": _("离开家庭"),
    "enrollment.household.head_changed": _("变更户主"),
    "enrollment.household.paid": _("家庭缴费"),
    "enrollment.status.granted_many": _("批量认定困难身份"),
    "enrollment.aid.booked": _("资助入账"),
    "enrollment.dues.worked_out": _("核定应缴"),
    "enrollment.difference.decided": _("处理缴费差异"),
    "enrollment.elsewhere.asked": _("查询外地参保"),
}
"""What the trail's acts are called on screens."""


# What the trail keeps by a short name, in words for people.
_WORDS = {
    "year": _("年度"), "category": _("类别"), "region": _("地区"), "from": _("转出地"), "to": _("转入地"), "on": _("日期"),
    "ends_on": _("终止日期"), "person": _("人员"), "relation": _("与户主关系"), "head": _("户主"), "source": _("来源"),
}  # fmt: skip
_CODES = {**dict(HardshipCategory.choices), **dict(PersonCategory.choices), **dict(Relation.choices)}


def _told(value: Any) -> Any:
    """A code as its words; everything else as it stands."""
    return _CODES.get(value, value) if isinstance(value, str) else value


def timeline(entries: QuerySet[AuditEntry], limit: int = 30) -> list[dict[str, Any]]:
    """Entries of the trail as components/timeline.html shows them."""
    shown = []
    for entry in entries[:limit]:
        changes = []
        for label, value in entry.changes.items():
            before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
            changes.append({"label": _WORDS.get(label, label), "before": _told(before), "after": _told(after)})
        shown.append(
            {
                "title": ACTS.get(entry.act, entry.act),
                "at": entry.at,
                "who": entry.actor_name,
                "reason": entry.reason,
                "changes": changes,
            }
        )
    return shown


def effect_of_end(enrollment: Enrollment) -> dict[str, Any]:
    """What ending an enrolment does to due and benefits, shown before it is saved."""
    due = Due.everywhere.filter(enrollment=enrollment).first()
    return {"due": due, "later": _later(enrollment), "reasons": EndReason.choices}


def _later(enrollment: Enrollment) -> list[Enrollment]:
    return list(
        Enrollment.everywhere.filter(
            person_id=enrollment.person_id, in_force=True, reason_ended="", starts_on__gt=enrollment.ends_on
        )
    )

"""Households: opened, joined, left, given another head. Each act is a dated row; nothing is overwritten."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import audit
from core.refusal import Refused
from enrollment.codes import Relation
from enrollment.models import Household, HouseholdMember, Person
from enrollment.services.persons import require_region
from office.models import Region, User


@transaction.atomic
def open_household(*, actor: User, region: Region, head: Person, starts_on: date, book_number: str = "") -> Household:
    """Open a household with its head; refuses a head who lives in another one, and a book number used in the village."""
    require_region(actor, region)
    try:
        with transaction.atomic():
            household = Household.everywhere.create(region=region, head=head, book_number=book_number or None)
    except IntegrityError:
        raise Refused(
            _("本村已有户编号 %(number)s 的家庭。请查找该户后添加成员。") % {"number": book_number}, field="book_number"
        ) from None
    add_member(actor=actor, household=household, person=head, relation=Relation.HEAD, starts_on=starts_on)
    audit.record(actor, "enrollment.household.opened", household)
    return household


@transaction.atomic
def add_member(*, actor: User, household: Household, person: Person, relation: str, starts_on: date) -> HouseholdMember:
    """Take a person into a household from a day; refuses who lives in another household then, and a second head."""
    require_region(actor, household.region)
    if relation not in Relation.values:
        raise Refused(_("与户主关系不在可选范围内。请选择与户主关系。"), field="relation")
    try:
        with transaction.atomic():
            member = HouseholdMember.everywhere.create(
                household=household, person=person, relation=relation, starts_on=starts_on
            )
    except IntegrityError as error:
        if "household_one_head" in str(error):
            raise Refused(_("该户已有户主。请改选与户主关系，或先变更户主。"), field="relation") from None
        if "member_in_one_household" in str(error):
            raise Refused(
                _("此人同一时期已在另一家庭。请先在原家庭办理迁出，再加入本户。"), field="household"
            ) from None
        raise
    audit.record(
        actor, "enrollment.household.joined", household, changes={"person": person.number, "relation": relation}
    )
    return member


@transaction.atomic
def leave(*, actor: User, member: HouseholdMember, ends_on: date, reason: str) -> HouseholdMember:
    """End a membership (move, marriage, death); refuses the head while others stay."""
    require_region(actor, member.household.region)
    member = HouseholdMember.everywhere.select_for_update(of=("self",)).select_related("household").get(pk=member.pk)
    if member.ends_on is not None:
        raise Refused(_("该成员已于 %(day)s 离开本户，不能重复办理。") % {"day": member.ends_on})
    if ends_on < member.starts_on:
        raise Refused(_("离户日期不能早于入户日期 %(day)s。请核对日期。") % {"day": member.starts_on}, field="ends_on")
    others = members_on(member.household, ends_on + timedelta(days=1)).exclude(pk=member.pk)
    if member.relation == Relation.HEAD and others.exists():
        raise Refused(_("户主离户前，请先变更户主。"))
    member.ends_on = ends_on
    member.save(update_fields=["ends_on"])
    audit.record(
        actor, "enrollment.household.left", member.household, reason=reason, changes={"person": member.person_id}
    )
    return member


@transaction.atomic
def change_head(*, actor: User, household: Household, head: Person, on: date, relation_of_old: str) -> Household:
    """Make another member the head from a day; the old head stays with a relation to the new one."""
    require_region(actor, household.region)
    new = members_on(household, on).filter(person=head).select_for_update(of=("self",)).first()
    if new is None:
        raise Refused(_("新户主不是本户成员。请先添加为成员。"))
    old = members_on(household, on).filter(relation=Relation.HEAD).select_for_update(of=("self",)).first()
    if old is not None and old.pk == new.pk:
        raise Refused(_("此人已是户主，无需变更。"))
    for member, relation in ((old, relation_of_old), (new, Relation.HEAD.value)):
        if member is None:
            continue
        if member.starts_on >= on:
            HouseholdMember.everywhere.filter(pk=member.pk).update(relation=relation)
            continue
        HouseholdMember.everywhere.filter(pk=member.pk).update(ends_on=on - timedelta(days=1))
        HouseholdMember.everywhere.create(
            household=household, person_id=member.person_id, relation=relation, starts_on=on, ends_on=member.ends_on
        )
    Household.everywhere.filter(pk=household.pk).update(head=head, version=F("version") + 1)
    household.refresh_from_db()
    audit.record(actor, "enrollment.household.head_changed", household, changes={"head": head.number})
    return household


def members_on(household: Household, on: date):  # type: ignore[no-untyped-def]  # QuerySet[HouseholdMember]
    """The members of a household on a day."""
    return HouseholdMember.everywhere.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), household=household, starts_on__lte=on
    )

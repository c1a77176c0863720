"""The counter's one act: person, household and enrolment together, or nothing of it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.refusal import Refused
from enrollment.codes import Relation
from enrollment.models import Enrollment, Household, Person
from enrollment.services import enrollments, households, persons
from office.models import Region, User


@transaction.atomic
def register(
    *,
    actor: User,
    name: str,
    id_kind: str,
    id_number: str,
    region: Region,
    category: str,
    years: list[int],
    relation: str = "",
    book_number: str = "",
    ethnicity: str = "01",
    sex: str = "",
    birth_on: date | None = None,
    phone: str = "",
    is_employee: bool = False,
    guardian_number: str = "",
    credential_number: str = "",
) -> tuple[Person, list[Enrollment]]:
    """Register a person of the paper form: found or put on the register, in the household, enrolled for each year.

    Refuses members of the employee scheme, and all that the single acts refuse; then nothing of it is kept.
    """
    if is_employee:
        raise Refused(
            _("此人正在参加职工医保，不能同时参加居民医保（国发〔2007〕20号 二（三））。停保后凭停保证明再登记。"),
            field="is_employee",
        )
    guardian = _guardian(actor, guardian_number)
    text, _sex, _birth_on = persons.documented(id_kind, id_number, sex, birth_on)
    person = Person.everywhere.filter(id_index=persons.identity_index(id_kind, text), merged_into__isnull=True).first()
    if person is None:
        person = persons.register(
            actor=actor,
            name=name,
            id_kind=id_kind,
            id_number=id_number,
            region=region,
            ethnicity=ethnicity,
            sex=sex,
            birth_on=birth_on,
            phone=phone,
            guardian=guardian,
            credential_number=credential_number,
        )
    elif person.name != " ".join(name.split()):
        raise Refused(_("该证件号码已登记为另一姓名。请核对姓名，或先办理更正。"), field="name")
    if book_number and relation:
        _join(actor, person, region, book_number, relation)
    made = [
        enrollments.enroll(actor=actor, person=person, year=year, category=category, region=region)
        for year in sorted(years)
    ]
    return person, made


def _guardian(actor: User, number: str) -> Person | None:
    if not number:
        return None
    index = persons.identity_index("01", number)
    found = Person.everywhere.filter(id_index=index, merged_into__isnull=True).first()
    if found is None:
        raise Refused(_("监护人尚未登记。请先登记监护人，再登记新生儿。"), field="guardian_number")
    return found


def _join(actor: User, person: Person, region: Region, book_number: str, relation: str) -> None:
    household = Household.everywhere.filter(region=region, book_number=book_number).first()
    if person.memberships.filter(ends_on__isnull=True, household=household).exists() and household is not None:
        return
    if household is not None:
        households.add_member(
            actor=actor, household=household, person=person, relation=relation, starts_on=clock.today()
        )
    elif relation == Relation.HEAD:
        households.open_household(
            actor=actor, region=region, head=person, starts_on=clock.today(), book_number=book_number
        )
    else:
        raise Refused(
            _("本村没有户编号 %(number)s 的家庭。请先登记户主，或核对户编号。") % {"number": book_number},
            field="book_number",
        )

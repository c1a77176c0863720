"""Persons: put on the register, corrected, newborns given their number, revealed for a reason."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from core import audit, secrets
from core.identity import IdentityNumber, mask
from core.refusal import Conflict, Refused
from enrollment.codes import IdKind, Sex
from enrollment.models import Person
from enrollment.rules.documents import normalised, reason_to_refuse_document
from office.models import Region, User


def pinyin_of(name: str) -> str:
    """The sort and search key of a name: 王小明 gives wangxiaoming."""
    return "".join(lazy_pinyin(name)).lower()[:200]


def identity_index(id_kind: str, number: str) -> bytes:
    """The blind index of a document number in its normal form, as imports make it too."""
    if id_kind == IdKind.RESIDENT:
        return secrets.blind_index(IdentityNumber.parse(number).number)
    return secrets.blind_index(normalised(id_kind, number))


@transaction.atomic
def register(
    *,
    actor: User,
    name: str,
    id_kind: str,
    id_number: str,
    region: Region,
    ethnicity: str = "01",
    sex: str = "",
    birth_on: date | None = None,
    phone: str = "",
    guardian: Person | None = None,
    credential_number: str = "",
) -> Person:
    """Put one person on the register; refuses a number already on it, a bad number and a region outside the office.

    Sex and birth date of a resident number are read from it, never taken from the form.
    """
    require_region(actor, region)
    name = " ".join(name.split())
    if not name:
        raise Refused(_("姓名未填写。请按证件填写姓名。"), field="name")
    text, sex, birth_on = documented(id_kind, id_number, sex, birth_on)
    if id_kind == IdKind.BIRTH and guardian is None:
        raise Refused(
            _("凭出生医学证明登记的新生儿须填写监护人。请填写已登记的父亲或母亲的证件号码。"), field="guardian"
        )
    index = identity_index(id_kind, text)
    try:
        with transaction.atomic():
            person = Person.everywhere.create(
                name=name,
                pinyin=pinyin_of(name),
                sex=sex,
                birth_on=birth_on,
                id_kind=id_kind,
                id_cipher=secrets.encrypt(text),
                id_index=index,
                id_last4=text[-4:],
                phone_cipher=secrets.encrypt(phone) if phone else None,
                phone_last4=phone[-4:],
                ethnicity=ethnicity,
                region=region,
                guardian=guardian,
                is_temporary=id_kind == IdKind.BIRTH,
                credential_number=credential_number or None,
            )
    except IntegrityError as error:
        if "person_credential_once" in str(error):
            raise Refused(_("该电子凭证号已属于另一人。请核对凭证号。"), field="credential_number") from None
        if "person_identity_once" in str(error):
            raise Refused(_("该证件号码已登记。请按证件号码查找此人，不要重复建档。"), field="id_number") from None
        raise
    audit.record(actor, "enrollment.person.registered", person)
    return person


def documented(id_kind: str, id_number: str, sex: str, birth_on: date | None) -> tuple[str, str, date]:
    """The normalised number, sex and birth date of a document; refuses what contradicts it."""
    if id_kind == IdKind.RESIDENT:
        number = IdentityNumber.parse(id_number)
        return number.number, number.sex, number.birth_on
    reason = reason_to_refuse_document(id_kind, id_number)
    if reason:
        raise Refused(reason, field="id_number")
    if birth_on is None:
        raise Refused(_("出生日期未填写。该证件不含出生日期，请按证件填写。"), field="birth_on")
    if sex not in Sex.values:
        raise Refused(_("性别未填写。该证件不含性别，请按证件填写。"), field="sex")
    return normalised(id_kind, id_number), sex, birth_on


def require_region(actor: User, region: Region) -> None:
    """Refuse to write a row into a region outside the office's area."""
    if not actor.may_see(region):
        raise Refused(_("该行政区划不在本机构管辖范围内。请选择本地的村（社区），或请对方机构办理。"), field="region")


@transaction.atomic
def correct(*, actor: User, person: Person, version: int, name: str, ethnicity: str, phone: str, reason: str) -> Person:
    """Correct what the person's papers say; refuses when the record changed since it was opened."""
    if not reason.strip():
        raise Refused(_("更正原因未填写。请写明更正依据。"), field="reason")
    name = " ".join(name.split())
    if not name:
        raise Refused(_("姓名未填写。请按证件填写姓名。"), field="name")
    before = {"name": person.name, "ethnicity": person.ethnicity, "phone": person.masked_phone}
    changed = Person.everywhere.filter(pk=person.pk, version=version).update(
        name=name,
        pinyin=pinyin_of(name),
        ethnicity=ethnicity,
        phone_cipher=secrets.encrypt(phone) if phone else None,
        phone_last4=phone[-4:],
        version=F("version") + 1,
    )
    if not changed:
        raise Conflict(_("此人资料在您打开之后已被他人修改。请刷新页面，核对后再保存。"))
    person.refresh_from_db()
    after = {"name": person.name, "ethnicity": person.ethnicity, "phone": person.masked_phone}
    changes = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    audit.record(actor, "enrollment.person.corrected", person, reason=reason, changes=changes)
    return person


@transaction.atomic
def give_number(*, actor: User, person: Person, id_number: str) -> Person:
    """Give a newborn with a temporary number its resident number: the same person, so no settlement or payment moves.

    Refuses a number whose birth date or sex is another one, and a number that is already on the register.
    """
    if not person.is_temporary:
        raise Refused(_("此人不是临时编号，不能换号。证件号码有误请走更正。"))
    number = IdentityNumber.parse(id_number)
    if number.birth_on != person.birth_on:
        raise Refused(
            _("证件号码中的出生日期 %(number)s 与登记的出生日期 %(known)s 不一致。请核对户口簿与出生医学证明。")
            % {"number": number.birth_on, "known": person.birth_on},
            field="id_number",
        )
    if person.sex != Sex.UNKNOWN and number.sex != person.sex:
        raise Refused(_("证件号码中的性别与登记的性别不一致。请核对户口簿与出生医学证明。"), field="id_number")
    person.id_kind = IdKind.RESIDENT
    person.id_cipher = secrets.encrypt(number.number)
    person.id_index = secrets.blind_index(number.number)
    person.id_last4 = number.number[-4:]
    person.sex = number.sex
    person.is_temporary = False
    person.version += 1
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Refused(_("该证件号码已登记为另一人。请按重复建档处理，合并两条记录。"), field="id_number") from None
    audit.record(actor, "enrollment.person.number_given", person)
    return person


@transaction.atomic
def reveal(*, actor: User, person: Person, reason: str) -> str:
    """Show the document number in clear to somebody who says why; the trail keeps who, when and why."""
    if not actor.can("enrollment.reveal"):
        raise Refused(_("您没有查看完整证件号码的权限。需要时请联系参保经办人员。"))
    if len(reason.strip()) < 2:
        raise Refused(_("查看原因未填写。请写明为何需要完整证件号码。"), field="reason")
    audit.record(actor, "enrollment.person.revealed", person, reason=reason.strip())
    return person.identity()


def masked(id_number: str) -> str:
    """A typed number as it may be repeated on a screen."""
    return mask(id_number)

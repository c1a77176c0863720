"""Enter a bill at the window, or withdraw one that was entered wrongly."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from claims.codes import BillSource, BillState, DeliveryKind, FilingKind, Trait, VisitKind
from claims.models import Bill
from claims.selectors import entitlements, places
from claims.selectors.entitlements import Entitlement
from claims.services import lines as bill_lines
from claims.services import policies
from claims.services.facts import BillFacts
from claims.services.lines import LineDraft, SplitLine
from claims.services.storing import compact, signed, trail
from core import audit, clock
from core.idempotency import once
from core.periods import period_of
from core.refusal import Refused
from enrollment.models import Person
from office.selectors import regions
from office.services import numbering

BILL_COLUMNS = (
    "number, person_id, provider_id, hospital_number, visit_kind, filing, delivery_kind, trait, disease, admitted_on, "
    "discharged_on, stay_days, diagnosis_code, diagnosis_name, total_fen, full_self_fen, over_limit_fen, first_self_fen, "
    "in_scope_fen, other_fen, sums, line_count, year, period, region_id, pooling_area_id, is_local, state, "
    "settlement_count, source, content_hash, entered_by_id, recorded_at"
)
_NAMES = [name.strip() for name in BILL_COLUMNS.split(",")]

# The bill, all its lines and its entry of the audit trail in one statement.
_INSERT = f"""
    WITH bill AS (
        INSERT INTO claims_bill ({BILL_COLUMNS})
        VALUES ({", ".join(f"%({name})s" + ("::jsonb" if name == "sums" else "") for name in _NAMES)}) RETURNING id
    ), line AS (
        INSERT INTO claims_billline (period, bill_id, line_number, item_code, item_class, quantity, unit_price, amount_fen,
            full_self_fen, over_limit_fen, first_self_fen, in_scope_fen, first_self_pay_numerator,
            first_self_pay_denominator)
        SELECT %(period)s, bill.id, l.* FROM bill, unnest(%(l_number)s::int[], %(l_code)s::text[], %(l_class)s::text[],
            %(l_quantity)s::numeric[], %(l_price)s::numeric[], %(l_amount)s::bigint[], %(l_full)s::bigint[],
            %(l_over)s::bigint[], %(l_first)s::bigint[], %(l_scope)s::bigint[], %(l_num)s::int[], %(l_den)s::int[]) AS l
    ), {trail("bill")}
    SELECT id FROM bill
"""  # noqa: S608 - built from constants of this module


@dataclass(frozen=True, slots=True)
class BillDraft:
    """A bill as it is on paper; ``filing`` empty: local inside the patient's pooling area, else not filed."""

    person_id: int
    provider_id: int
    hospital_number: str
    visit_kind: str
    admitted_on: date
    discharged_on: date
    diagnosis_code: str
    lines: Sequence[LineDraft]
    filing: str = ""
    delivery_kind: str = ""
    trait: str = ""
    disease: str = ""
    diagnosis_name: str = ""
    other_fen: int = 0


@dataclass(frozen=True, slots=True)
class CheckedBill:
    """A draft that can be stored: its facts, its split lines, and the columns of its row."""

    facts: BillFacts
    lines: list[SplitLine]
    columns: dict[str, Any]
    entitlement: Entitlement


def check(draft: BillDraft, *, actor: Any) -> CheckedBill:
    """Check a draft against register, provider, catalogue and calendar; nothing is written. Refuses what cannot be stored."""
    _check_words(draft)
    person = (
        Person.objects.visible_to(actor)
        .filter(pk=draft.person_id, merged_into__isnull=True)
        .only("id", "name", "died_on", "region_id", "birth_on")
        .first()
    )
    if person is None:
        raise Refused(_("找不到这名参保人，或不在您的辖区内。请用证件号码重新查找。"), field="person")
    if draft.admitted_on < person.birth_on:
        raise Refused(_("入院日期早于出生日期。请核对日期或参保人。"), field="admitted_on")
    place = places.provider_on(draft.provider_id, draft.discharged_on)
    if place is None:
        raise Refused(_("找不到这家医疗机构。请重新选择。"), field="provider")
    pair = (draft.person_id, draft.discharged_on)
    entitlement = entitlements.of([pair])[pair]
    if entitlement.pooling_area_id is not None and entitlement.region_id is not None:
        region_id, area_id = entitlement.region_id, entitlement.pooling_area_id
    else:
        region_id, area_id = person.region_id, regions.pooling_area(person.region, draft.discharged_on).pk
    is_local = place.pooling_area_id == area_id
    filing = draft.filing or (FilingKind.LOCAL if is_local else FilingKind.NONE)
    if is_local != (filing == FilingKind.LOCAL):
        raise Refused(_("备案类型与就医地不符：统筹地区内就医选“本地”，异地就医选相应备案或“未备案”。"), field="filing")
    lines = bill_lines.split_all(draft.lines, draft.discharged_on)
    facts = _facts(draft, str(filing), person, place, lines, is_local=is_local, region_id=region_id, area_id=area_id)
    columns = {
        "hospital_number": draft.hospital_number,
        "diagnosis_code": draft.diagnosis_code,
        "diagnosis_name": draft.diagnosis_name,
        "sums": compact(bill_lines.sums(lines)),
        "line_count": len(lines),
        "period": period_of(draft.discharged_on),
        **{
            name: getattr(facts, name) for name in _NAMES if name in BillFacts.__dataclass_fields__ and name != "number"
        },
    }
    return CheckedBill(facts, lines, columns, entitlement)


@transaction.atomic
def enter(draft: BillDraft, *, actor: Any, key: UUID | str, source: str = BillSource.WINDOW) -> Bill:
    """Store a bill that waits to be settled. Refuses what `check` refuses, and a bill of the hospital known already."""
    with once(key, "claims.bill.enter", content(draft)) as earlier:
        if earlier is not None:
            return earlier  # type: ignore[no-any-return]
        made = store(check(draft, actor=actor), draft, actor=actor, source=source)
        once.result(made)
        return made


def store(checked: CheckedBill, draft: BillDraft, *, actor: Any, source: str) -> Bill:
    """Write a checked bill, its lines and its audit entry in one statement; the caller has the key."""
    today = clock.today()
    if draft.discharged_on > today:
        raise Refused(
            _("出院（就诊）日期 %(day)s 晚于今天 %(today)s，不能录入。请核对日期。")
            % {"day": draft.discharged_on.isoformat(), "today": today.isoformat()},
            field="discharged_on",
        )
    columns = {
        **checked.columns,
        "number": numbering.next("bill", None, today),
        "state": BillState.WAITING.value,
        "settlement_count": 0,
        "source": str(source),
        "content_hash": hashlib.sha256(compact(content(draft)).encode()).digest(),
        "entered_by_id": actor.pk,
        "recorded_at": clock.now(),
    }
    lines = checked.lines
    code = policies.region_code(columns["region_id"])
    entry = audit.row(actor, "claims.bill.entered", Bill, label=columns["number"], region_code=code)
    parameters = {
        **columns,
        **signed(entry),
        "l_number": list(range(1, len(lines) + 1)),
        "l_code": [line.item.code for line in lines],
        "l_class": [line.item.item_class for line in lines],
        "l_quantity": [line.draft.quantity for line in lines],
        "l_price": [line.draft.unit_price for line in lines],
        "l_amount": [line.amount_fen for line in lines],
        "l_full": [line.full_self_fen for line in lines],
        "l_over": [line.over_limit_fen for line in lines],
        "l_first": [line.first_self_fen for line in lines],
        "l_scope": [line.in_scope_fen for line in lines],
        "l_num": [line.item.first_self_pay.numerator for line in lines],
        "l_den": [line.item.first_self_pay.denominator for line in lines],
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, parameters)
            bill_id = cursor.fetchone()[0]
    except IntegrityError as error:
        if "bill_hospital_number_once" in str(error):
            raise Refused(
                _("该医疗机构的单据 %(number)s 已经录入，不能重复录入。请在“费用单据”中用医院单据号查找。")
                % {"number": draft.hospital_number},
                code="duplicate_bill",
                field="hospital_number",
            ) from error
        raise
    return Bill(id=bill_id, **{**columns, "sums": bill_lines.sums(lines)})


@transaction.atomic
def withdraw(bill_id: int, *, actor: Any, reason: str) -> Bill:
    """Withdraw a waiting bill that was entered wrongly. Refuses a settled one: its settlement is reversed first."""
    if not reason.strip():
        raise Refused(_("作废须写明原因。请填写原因后重试。"), field="reason")
    bill = Bill.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=bill_id).first()
    if bill is None:
        raise Refused(_("找不到这张单据，或它不在您的辖区内。请核对单据号。"), code="not_found")
    if bill.state != BillState.WAITING:
        raise Refused(
            _("单据 %(number)s %(state)s，不能作废。已结算的请先冲正。")
            % {"number": bill.number, "state": bill.get_state_display()}
        )
    bill.state = BillState.WITHDRAWN
    bill.save(update_fields=["state"])
    audit.record(actor, "claims.bill.withdrawn", bill, reason=reason.strip(), label=bill.number)
    return bill


def _check_words(draft: BillDraft) -> None:
    """Codes, texts and dates that need no database."""
    if draft.visit_kind not in VisitKind.values:
        raise Refused(_("就诊类别不在可选值之内。请重新选择。"), field="visit_kind")
    if draft.filing and draft.filing not in FilingKind.values:
        raise Refused(_("备案类型不在可选值之内。请重新选择。"), field="filing")
    if draft.trait and draft.trait not in Trait.values:
        raise Refused(_("诊疗特征不在可选值之内。请重新选择。"), field="trait")
    is_delivery = draft.visit_kind == VisitKind.DELIVERY
    if is_delivery != bool(draft.delivery_kind) or (
        draft.delivery_kind and draft.delivery_kind not in DeliveryKind.values
    ):
        raise Refused(_("分娩方式只在住院分娩时填写，住院分娩时必填。"), field="delivery_kind")
    if draft.visit_kind == VisitKind.SPECIAL_OUTPATIENT and not draft.disease.strip():
        raise Refused(_("门诊慢特病须填写病种。"), field="disease")
    if draft.discharged_on < draft.admitted_on:
        raise Refused(_("出院日期不能早于入院日期。请核对日期。"), field="discharged_on")
    if not draft.hospital_number.strip() or len(draft.hospital_number) > 40:
        raise Refused(_("请填写医院单据号（最多 40 个字符）。"), field="hospital_number")
    if not draft.diagnosis_code.strip() or len(draft.diagnosis_code) > 20 or len(draft.diagnosis_name) > 120:
        raise Refused(_("请填写诊断编码（最多 20 个字符）；诊断名称最多 120 个字。"), field="diagnosis_code")
    if draft.other_fen < 0:
        raise Refused(_("其他支付方金额不能为负。"), field="other_fen")


def _facts(
    draft: BillDraft,
    filing: str,
    person: Person,
    place: places.ProviderOnDay,
    lines: list[SplitLine],
    *,
    is_local: bool,
    region_id: int,
    area_id: int,
) -> BillFacts:
    return BillFacts(
        id=0,
        number="",
        person_id=person.pk,
        provider_id=draft.provider_id,
        visit_kind=draft.visit_kind,
        filing=filing,
        delivery_kind=draft.delivery_kind,
        trait=draft.trait,
        disease=draft.disease.strip(),
        admitted_on=draft.admitted_on,
        discharged_on=draft.discharged_on,
        stay_days=(draft.discharged_on - draft.admitted_on).days,
        year=draft.discharged_on.year,
        total_fen=sum(line.amount_fen for line in lines),
        full_self_fen=sum(line.full_self_fen for line in lines),
        over_limit_fen=sum(line.over_limit_fen for line in lines),
        first_self_fen=sum(line.first_self_fen for line in lines),
        in_scope_fen=sum(line.in_scope_fen for line in lines),
        other_fen=draft.other_fen,
        state=BillState.WAITING.value,
        settlement_count=0,
        is_local=is_local,
        region_id=region_id,
        pooling_area_id=area_id,
        provider_name=place.name,
        level=place.level,
        person_name=person.name,
        died_on=person.died_on,
        has_agreement=place.has_agreement,
    )


def content(draft: BillDraft) -> list[str]:
    """What the draft says, for the command's key and the bill's content hash."""
    head = [str(getattr(draft, name)) for name in BillDraft.__dataclass_fields__ if name != "lines"]
    return head + [f"{line.item_code}|{line.quantity}|{line.unit_price}" for line in draft.lines]

"""Payments for dues: booked once, by a person, a household, an employer or as aid; given back by an opposite row."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock, money, periods
from core.idempotency import once
from core.refusal import Refused
from enrollment.codes import DifferenceState, DueState, PaymentKind
from enrollment.models import Due, Household, HouseholdMember, Payment, PaymentDifference
from enrollment.services.persons import require_region
from office.models import Payable, Region, User
from office.services import numbering, payables, work

COUNTER_KINDS = (PaymentKind.PERSONAL, PaymentKind.HOUSEHOLD, PaymentKind.EMPLOYER)


def state_of(due: Due) -> str:
    """The state that follows from what was paid."""
    if due.paid_fen >= due.personal_fen:
        return DueState.PAID
    return DueState.PART if due.paid_fen else DueState.OPEN


def _write(
    due: Due,
    *,
    actor: User | None,
    kind: str,
    amount_fen: int,
    paid_on: date,
    receipt: str,
    household: Household | None = None,
    reason: str = "",
    reverses: Payment | None = None,
) -> Payment:
    """Write one payment of a due that is locked, and bring the due up to date."""
    today = clock.today()
    payment = Payment.everywhere.create(
        due=due,
        person_id=due.person_id,
        household=household,
        kind=kind,
        aid_category=due.aid_category if kind == PaymentKind.AID else "",
        amount_fen=amount_fen,
        paid_on=paid_on,
        booked_on=today,
        period=periods.period_of(today),
        year=due.year,
        region_id=due.region_id,
        pooling_area_id=due.pooling_area_id,
        receipt=receipt,
        reason=reason,
        reverses=reverses,
        recorded_by=actor,
    )
    if kind == PaymentKind.AID:
        due.aid_paid_fen += amount_fen
    else:
        due.paid_fen += amount_fen
        if due.state != DueState.CANCELLED:
            due.state = state_of(due)
    due.version += 1
    due.save(update_fields=["paid_fen", "aid_paid_fen", "state", "version"])
    return payment


def _locked(due_id: int) -> Due:
    return (
        Due.everywhere.select_for_update(of=("self",)).select_related("person", "region", "pooling_area").get(pk=due_id)
    )


@transaction.atomic
def book(*, actor: User, due: Due, kind: str, amount_fen: int, paid_on: date, receipt: str = "", key: UUID) -> Payment:
    """Book a sum paid for one due; the same form sent twice books once.

    Refuses a sum of nothing, more than is unpaid, a cancelled due and a day in the future.
    """
    require_region(actor, due.region)
    if kind not in COUNTER_KINDS:
        raise Refused(_("缴费方式不在可选范围内。请选择个人、家庭或单位缴费。"), field="kind")
    with once(key, "enrollment.payment", due.pk, kind, amount_fen, paid_on, receipt) as earlier:
        if earlier:
            return earlier  # type: ignore[no-any-return]
        locked = _locked(due.pk)
        require_payable(locked, amount_fen, paid_on)
        payment = _write(
            locked,
            actor=actor,
            kind=kind,
            amount_fen=amount_fen,
            paid_on=paid_on,
            receipt=receipt or numbering.next("receipt", locked.region, clock.today()),
        )
        audit.record(
            actor, "enrollment.payment.booked", locked.person, changes={str(_("金额")): [None, money.yuan(amount_fen)]}
        )
        once.result(payment)
    return payment


def require_payable(due: Due, amount_fen: int, paid_on: date) -> None:
    """Refuse what cannot be booked for a due."""
    if due.state == DueState.CANCELLED:
        raise Refused(_("该应缴记录已取消，不能缴费。请核对参保登记。"))
    if paid_on > clock.today():
        raise Refused(_("缴费日期不能晚于今天。请核对日期。"), field="paid_on")
    if amount_fen <= 0:
        raise Refused(_("缴费金额须大于零。请核对金额。"), field="amount_fen")
    if amount_fen > due.unpaid_fen:
        raise Refused(
            _("缴费金额 %(paid)s 元超过未缴金额 %(unpaid)s 元。请按未缴金额登记，多收的退回缴费人。")
            % {"paid": money.yuan(amount_fen), "unpaid": money.yuan(due.unpaid_fen)},
            field="amount_fen",
        )


@transaction.atomic
def book_household(
    *, actor: User, household: Household, year: int, paid_on: date, receipt: str = "", key: UUID
) -> list[Payment]:
    """One household pays for all its members who still owe (以家庭缴费为主, 国发〔2007〕20号 二（五）): a row for each."""
    require_region(actor, household.region)
    with once(key, "enrollment.household_payment", household.pk, year, paid_on, receipt) as earlier:
        if earlier:
            return list(
                Payment.everywhere.filter(
                    household=household, year=year, receipt=Payment.everywhere.get(pk=earlier.pk).receipt
                ).order_by("pk")
            )
        members = HouseholdMember.everywhere.filter(household=household, ends_on__isnull=True).values("person")
        open_dues = Due.everywhere.filter(
            person__in=members, year=year, state__in=[DueState.OPEN, DueState.PART], pooling_area__isnull=False
        )
        dues = list(
            open_dues.select_for_update(of=("self",))
            .select_related("person", "region", "pooling_area")
            .order_by("person_id", "pk")
        )
        dues = [due for due in dues if actor.may_see(due.region_id)]
        if not dues:
            raise Refused(_("该户 %(year)s 年度没有未缴的应缴记录。请核对年度，或先核定应缴。") % {"year": year})
        if paid_on > clock.today():
            raise Refused(_("缴费日期不能晚于今天。请核对日期。"), field="paid_on")
        number = receipt or numbering.next("receipt", household.region, clock.today())
        written = [
            _write(
                due,
                actor=actor,
                kind=PaymentKind.HOUSEHOLD,
                amount_fen=due.unpaid_fen,
                paid_on=paid_on,
                receipt=number,
                household=household,
            )
            for due in dues
            if due.unpaid_fen
        ]
        total = sum(payment.amount_fen for payment in written)
        audit.record(actor, "enrollment.household.paid", household, changes={str(_("金额")): [None, money.yuan(total)]})
        once.result(written[0])
    return written


@transaction.atomic
def book_aid(
    *, actor: User | None, area: Region, year: int, paid_on: date, receipt: str, key: UUID, category: str = ""
) -> int:
    """Book the aid that arrived for all aided people of an area and year: one row for each (人费对应).

    Returns the fen booked; nothing more is booked for people whose aid has arrived already.
    """
    if actor is not None:
        require_region(actor, area)
    today = clock.today()
    with once(key, "enrollment.aid_payment", area.pk, year, paid_on, receipt, category) as earlier:
        if earlier:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH owed AS (
                    SELECT id, person_id, region_id, aid_category, aid_fen - aid_paid_fen AS fen FROM enrollment_due
                    WHERE pooling_area_id = %(area)s AND year = %(year)s AND state <> 'cancelled'
                          AND aid_fen > aid_paid_fen AND (%(category)s = '' OR aid_category = %(category)s)
                    ORDER BY id FOR UPDATE
                ), paid AS (
                    INSERT INTO enrollment_payment (due_id, person_id, kind, aid_category, amount_fen, paid_on, booked_on,
                        period, year, region_id, pooling_area_id, receipt, reason, recorded_by_id)
                    SELECT id, person_id, 'aid', aid_category, fen, %(paid_on)s, %(today)s, %(period)s, %(year)s,
                        region_id, %(area)s, %(receipt)s, '', %(actor)s FROM owed RETURNING due_id, amount_fen
                ), booked AS (
                    UPDATE enrollment_due d SET aid_paid_fen = d.aid_paid_fen + paid.amount_fen, version = d.version + 1
                    FROM paid WHERE d.id = paid.due_id RETURNING paid.amount_fen
                )
                SELECT coalesce(sum(amount_fen), 0), count(*) FROM booked
                """,
                {
                    "area": area.pk,
                    "year": year,
                    "category": category,
                    "paid_on": paid_on,
                    "today": today,
                    "period": periods.period_of(today),
                    "receipt": receipt,
                    "actor": actor.pk if actor else None,
                },
            )
            total, count = cursor.fetchone()
        if not count:
            raise Refused(_("该地区 %(year)s 年度没有待到账的资助。请先核定应缴。") % {"year": year})
        audit.record(
            actor,
            "enrollment.aid.booked",
            area,
            changes={str(_("金额")): [None, money.yuan(int(total))], str(_("人数")): [None, count]},
        )
        once.result(area)
    return int(total)


def refundable_fen(due: Due) -> int:
    """What may be given back: all of it when the due was cancelled, else what was paid above the due."""
    if due.state == DueState.CANCELLED:
        return due.paid_fen
    return max(due.paid_fen - due.personal_fen, 0)


@transaction.atomic
def refund(*, actor: User, due: Due, amount_fen: int, reason: str, key: UUID) -> Payment:
    """Give money back to the person: an opposite row, and a payable that finance pays.

    Refuses more than is refundable: dues of days that were covered are not given back.
    """
    require_region(actor, due.region)
    if not reason.strip():
        raise Refused(_("退费原因未填写。请写明退费原因。"), field="reason")
    with once(key, "enrollment.refund", due.pk, amount_fen, reason) as earlier:
        if earlier:
            return earlier  # type: ignore[no-any-return]
        locked = _locked(due.pk)
        limit = refundable_fen(locked)
        if not 0 < amount_fen <= limit:
            raise Refused(
                _("可退金额为 %(limit)s 元，不能退 %(asked)s 元。只有已取消的登记和多缴的部分可以退费。")
                % {"limit": money.yuan(limit), "asked": money.yuan(amount_fen)},
                field="amount_fen",
            )
        payment = _write(
            locked,
            actor=actor,
            kind=PaymentKind.REFUND,
            amount_fen=-amount_fen,
            paid_on=clock.today(),
            receipt="",
            reason=reason.strip(),
        )
        payables.owe(
            f"enrollment.refund:{payment.pk}",
            kind="enrollment.refund",
            payee_kind=Payable.PayeeKind.PERSON,
            payee_id=locked.person.number,
            payee_name=locked.person.name,
            region=locked.region,
            pooling_area=locked.pooling_area,
            fund=Payable.Fund.BASIC,
            amount_fen=amount_fen,
            owed_on=clock.today(),
            obj=payment,
            note=reason.strip()[:200],
            actor=actor,
        )
        audit.record(
            actor,
            "enrollment.payment.refunded",
            locked.person,
            reason=reason.strip(),
            changes={str(_("金额")): [None, money.yuan(-amount_fen)]},
        )
        once.result(payment)
    return payment


@transaction.atomic
def decide(*, actor: User, difference: PaymentDifference, is_booked: bool, outcome: str) -> PaymentDifference:
    """Settle a difference: book it for its due when the sum fits, or return it to the collecting body. Both need a reason."""
    require_region(actor, difference.region)
    if not outcome.strip():
        raise Refused(_("处理说明未填写。请写明核对结果。"), field="reason")
    held = PaymentDifference.everywhere.select_for_update(of=("self",)).get(pk=difference.pk)
    if held.state != DifferenceState.OPEN:
        raise Refused(_("该笔差异已处理，不能重复处理。"))
    if is_booked:
        if held.due_id is None:
            raise Refused(_("该笔缴费没有对应的应缴记录，不能入账。请退回征收机构，或先办理参保登记后重新导入。"))
        due = _locked(held.due_id)
        require_payable(due, held.amount_fen, held.paid_on)
        _write(
            due,
            actor=actor,
            kind=PaymentKind.PERSONAL,
            amount_fen=held.amount_fen,
            paid_on=held.paid_on,
            receipt=held.receipt,
            reason=outcome.strip()[:200],
        )
    held.state = DifferenceState.BOOKED if is_booked else DifferenceState.RETURNED
    held.outcome = outcome.strip()[:200]
    held.decided_at = clock.now()
    held.save()
    if not PaymentDifference.everywhere.filter(batch_id=held.batch_id, state=DifferenceState.OPEN).exists():
        work.close("enrollment.payment_difference", f"batch:{held.batch_id}", actor=actor, outcome=_("差异已全部处理"))
    audit.record(actor, "enrollment.difference.decided", held, reason=held.outcome, label=held.receipt)
    return held

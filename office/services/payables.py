"""Payables: an app that owes something says so once; finance orders and pays it."""

from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusal import Conflict, Refused
from office.models import Payable, Region, User

# From which state a payable may go where: a paid one ends, unless the bank sends it back (退汇).
_STEPS = {
    "due": {"ordered", "cancelled"},
    "ordered": {"paid", "due", "returned"},
    "returned": {"ordered", "cancelled"},
    "paid": {"returned"},
    "cancelled": set(),
}


@transaction.atomic
def owe(
    key: str,
    *,
    kind: str,
    payee_kind: str,
    payee_id: str,
    payee_name: str,
    region: Region,
    pooling_area: Region,
    fund: str,
    amount_fen: int,
    owed_on: date,
    actor: User | None,
    due_on: date | None = None,
    obj: models.Model | None = None,
    note: str = "",
) -> Payable:
    """Say once that a fund owes an amount; the same key again returns the row, with another amount is refused."""
    payable, is_new = Payable.everywhere.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payee_kind": payee_kind,
            "payee_id": payee_id,
            "payee_name": payee_name[:100],
            "region": region,
            "pooling_area": pooling_area,
            "fund": fund,
            "amount_fen": amount_fen,
            "owed_on": owed_on,
            "due_on": due_on,
            "object_type": obj._meta.label if obj is not None else "",
            "object_id": str(obj.pk) if obj is not None else "",
            "note": note,
        },
    )
    if not is_new and payable.amount_fen != amount_fen:
        raise Conflict(_("应付款 %(key)s 已按另一金额登记。请先取消原应付款再登记。") % {"key": key})
    if is_new:
        audit.record(actor, "office.payable.owed", payable)
    return payable


@transaction.atomic
def mark(payable: Payable, state: str, *, actor: User, paid_on: date | None = None, reason: str = "") -> Payable:
    """Move a payable one step on; refuses a step that its present state does not allow."""
    payable = Payable.everywhere.select_for_update(of=("self",)).get(pk=payable.pk)
    if state not in _STEPS[payable.state]:
        raise Conflict(
            _("该应付款现为“%(now)s”，不能改为“%(next)s”。请刷新后按现状办理。")
            % {"now": payable.get_state_display(), "next": Payable.State(state).label}
        )
    if state == Payable.State.PAID and paid_on is None:
        raise Refused(_("请填写支付日期。"), field="paid_on")
    payable.state = state
    payable.paid_on = paid_on if state == Payable.State.PAID else None
    payable.save(update_fields=["state", "paid_on"])
    audit.record(actor, f"office.payable.{state}", payable, reason=reason)
    return payable


def cancel(payable: Payable, *, actor: User, reason: str) -> Payable:
    """Cancel what is no longer owed; refuses one that is ordered or paid."""
    return mark(payable, Payable.State.CANCELLED, actor=actor, reason=reason)

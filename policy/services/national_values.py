"""National values after the shipped files: entered by national staff with document and clause, approved by a second person."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Refused
from office.models import Approval, User
from office.services import approvals
from policy.law import catalogue
from policy.models import NationalValue
from policy.services import findings, revisions
from policy.values import read_value

KIND = "policy.national_value"
State = NationalValue.State


@transaction.atomic
def enter(
    *,
    parameter: str,
    starts_on: date,
    value: str,
    document: str,
    clause: str,
    words: str,
    actor: User,
    ends_on: date | None = None,
    bound: str = "",
) -> NationalValue:
    """Enter a value and ask a second person; refuses a date that the shipped law already speaks for, and an uncited value."""
    if not actor.can("policy.draft") or not actor.is_national:
        raise Refused(_("国家标准只由国家级政策人员录入。地方标准请在“地方政策标准”中起草。"))
    known = catalogue().parameters.get(parameter)
    if known is None:
        raise Refused(_("没有这项国家标准。请从列表中选择。"), field="parameter")
    if any(shipped.starts_on == starts_on for shipped in known.values):
        raise Refused(
            _("“%(name)s”自 %(on)s 起的数值已随系统载入（以文件为准），不能另行录入。")
            % {"name": known.name, "on": starts_on},
            field="starts_on",
        )
    if known.renewal == "yearly" and (starts_on.month, starts_on.day) != (1, 1):
        raise Refused(
            _("“%(name)s”逐年规定，约束整个年度，生效日期应为 %(year)s-01-01。")
            % {"name": known.name, "year": starts_on.year},
            field="starts_on",
        )
    if not document.strip() or not words.strip():
        raise Refused(_("国家标准须写明文件和原文。请补写后再提交。"), field="document")
    read = read_value(value, known.unit)
    _check_issue_date(parameter, read)
    if NationalValue.everywhere.filter(
        parameter=parameter, starts_on=starts_on, state__in=[State.WAITING, State.APPROVED]
    ).exists():
        raise Refused(_("这项标准自 %(on)s 起的数值已经录入。请先撤销原值。") % {"on": starts_on}, field="starts_on")
    row = NationalValue.everywhere.create(
        parameter=parameter,
        starts_on=starts_on,
        ends_on=ends_on,
        value=value.strip(),
        bound=bound or known.bound,
        document=document.strip(),
        clause=clause.strip(),
        words=words.strip(),
        made_by=actor,
    )
    audit.record(actor, "policy.national_value.entered", row)
    approvals.request(
        KIND,
        row,
        content_of(row),
        actor=actor,
        due_days=5,
        url=f"/policy/national-values/{row.pk}/",
        title=f"{known.name} {starts_on} {value.strip()}",
    )
    return row


@transaction.atomic
def retract(row: NationalValue, *, actor: User) -> NationalValue:
    """Take one's own waiting value back, so that it can be entered anew."""
    row = NationalValue.everywhere.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state != State.WAITING or row.made_by_id != actor.pk:
        raise Refused(_("只有录入人可以撤回待审批的数值。请刷新列表。"))
    waiting = approvals.waiting_for(row, KIND)
    if waiting is not None:
        approvals.withdraw(waiting, actor=actor)
    row.state, row.reason = State.WITHDRAWN, _("录入人撤回")
    row.withdrawn_at = clock.now()
    row.save(update_fields=["state", "reason", "withdrawn_at"])
    audit.record(actor, "policy.national_value.retracted", row)
    return row


@transaction.atomic
def withdraw(row: NationalValue, *, actor: User, reason: str) -> NationalValue:
    """Take an approved value back; what was settled under it keeps its snapshot."""
    row = NationalValue.everywhere.select_for_update().get(pk=row.pk)
    if not actor.can("policy.approve") or not actor.is_national:
        raise Refused(_("只有国家级有审批权限的人员可以撤销国家标准。"))
    if row.state != State.APPROVED:
        raise Refused(_("该数值不是已批准的，不能撤销。请刷新列表。"))
    if not reason.strip():
        raise Refused(_("撤销须写明理由，审计据此核查。"), field="reason")
    row.state, row.withdrawn_at, row.reason = State.WITHDRAWN, clock.now(), reason.strip()[:500]
    row.save(update_fields=["state", "withdrawn_at", "reason"])
    audit.record(actor, "policy.national_value.withdrawn", row, reason=row.reason)
    revisions.renew()
    findings.recompute(clock.today(), actor=actor)
    return row


def content_of(row: NationalValue) -> dict[str, Any]:
    """What the second person agrees to."""
    known = catalogue().parameters.get(row.parameter)
    return {
        "国家标准": known.name if known else row.parameter,
        "生效日期": row.starts_on,
        "执行至": row.ends_on,
        "数值": row.value,
        "约束方式": row.get_bound_display(),
        "文件": row.document,
        "条款": row.clause,
        "原文": row.words,
    }


def _check_issue_date(parameter: str, value: Any) -> None:
    for document in catalogue().documents.values():
        if document.issue_parameter == parameter and document.issued_between:
            first, last = document.issued_between
            if not first <= value <= last:
                raise Refused(
                    _("%(number)s 的印发日期应在 %(first)s 至 %(last)s 之间。请核对原件。")
                    % {"number": document.number, "first": first, "last": last},
                    field="value",
                )


def _load(number: str) -> NationalValue:
    return NationalValue.everywhere.select_for_update(of=("self",)).get(pk=number)


def _approved(row: NationalValue, approval: Approval, actor: User) -> None:
    row.state, row.approved_by, row.approved_at = State.APPROVED, actor, clock.now()
    row.save(update_fields=["state", "approved_by", "approved_at"])
    audit.record(actor, "policy.national_value.approved", row)
    revisions.renew()
    findings.recompute(clock.today(), actor=actor)


def _refused(row: NationalValue, approval: Approval, actor: User) -> None:
    row.state, row.reason = State.REFUSED, approval.decision_reason
    row.save(update_fields=["state", "reason"])
    audit.record(actor, "policy.national_value.refused", row, reason=row.reason)


def register() -> None:
    """Declare the approval of national values."""
    approvals.register(KIND, _("国家标准录入"), "policy.approve", _approved, _refused, load=_load, content=content_of)

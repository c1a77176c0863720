"""Why a bill is not paid, in words that say what to do next."""

from datetime import date

from django.utils.translation import gettext as _

from claims.codes import BillState
from claims.selectors.entitlements import Entitlement
from claims.services.facts import BillFacts
from policy.terms import Terms

NEEDS_PAYMENT = "enrollment.benefits_need_payment"


def reason(bill: BillFacts, entitlement: Entitlement, on: date) -> str:
    """The first reason why this bill cannot be settled on that day; empty when it can."""
    if bill.state == BillState.SETTLED:
        return _("单据 %(number)s 已经结算，不能重复结算。请打开原结算单查看；如有错误，请先冲正。") % {
            "number": bill.number
        }
    if bill.state == BillState.WITHDRAWN:
        return _("单据 %(number)s 已作废，不能结算。请重新录入该次就诊的单据。") % {"number": bill.number}
    if bill.discharged_on > on:
        return _("出院（就诊）日期 %(day)s 晚于结算日期 %(on)s，不能结算。请核对日期，或在出院后再结算。") % {
            "day": bill.discharged_on.isoformat(),
            "on": on.isoformat(),
        }
    if bill.died_on is not None and bill.admitted_on > bill.died_on:
        return _(
            "%(name)s 已登记于 %(day)s 死亡，其后的费用不能结算。请核对就诊日期；死亡登记有误的，请先在参保登记中更正。"
        ) % {
            "name": bill.person_name,
            "day": bill.died_on.isoformat(),
        }
    if not bill.has_agreement:
        return _(
            "%(provider)s 在 %(day)s 没有有效的定点协议，不能结算。请由协议管理人员核对协议期限；确属非定点的，告知患者费用自理。"
        ) % {"provider": bill.provider_name, "day": bill.discharged_on.isoformat()}
    return coverage_reason(bill.person_name, bill.discharged_on, entitlement)


def coverage_reason(name: str, on: date, entitlement: Entitlement) -> str:
    """Why this person is not covered on the day; empty when covered."""
    if not entitlement.is_enrolled:
        return _(
            "%(name)s 在 %(day)s 没有有效的居民医保参保登记，不能结算。请在“参保登记”中核对当年参保；在外地参保的，请到参保地办理。"
        ) % {"name": name, "day": on.isoformat()}
    if entitlement.benefits_start_on is not None and on < entitlement.benefits_start_on:
        return _(
            "%(name)s 自 %(from)s 起享受待遇，%(day)s 尚在等待期内，不能结算。请告知患者该次费用自理；参保日期登记有误的，请先更正。"
        ) % {"name": name, "from": entitlement.benefits_start_on.isoformat(), "day": on.isoformat()}
    return ""


def payment_reason(bill: BillFacts, entitlement: Entitlement, terms: Terms) -> str:
    """Why an unpaid person is not paid for, where the area has set so; empty else."""
    if entitlement.is_paid or not terms.has(NEEDS_PAYMENT) or not terms[NEEDS_PAYMENT].value:
        return ""
    return _(
        "%(name)s 当年个人缴费尚未到账，本统筹地区规定缴费后享受待遇，不能结算。请在“缴费”中核对或补缴后重试。"
    ) % {"name": bill.person_name}

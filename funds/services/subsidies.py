"""Fiscal subsidies: what each treasury owes for a year, what arrived, and the premium handed on to critical illness."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, money
from core.idempotency import once
from core.periods import period_of
from core.refusal import Forbidden, Refused
from enrollment.models import Enrollment
from funds.codes import Treasury
from funds.models import PremiumTransfer, SubsidyDue, SubsidyReceipt, SubsidyShare
from office.models import Region
from office.selectors import regions
from policy import selectors as policy


@dataclass(frozen=True, slots=True)
class Headcount:
    """People an area is subsidised for in a year. A person is counted once, whatever the register holds twice (B7)."""

    area: Region
    year: int
    people: int


def headcount(area: Region, year: int) -> Headcount:
    """Distinct people with an enrolment in force for the year; doubles not yet decided do not count."""
    people = (
        Enrollment.everywhere.filter(pooling_area=area, year=year, in_force=True).values("person_id").distinct().count()
    )
    return Headcount(area, year, people)


@transaction.atomic
def load_shares(path: Path) -> int:
    """Loads the treasuries' shares of a file; each area and year must add up to the area's own standard."""
    loaded = 0
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["shares"]:
        area = regions.by_code(rule["area"])
        for treasury, yuan in rule["per_head"].items():
            SubsidyShare.everywhere.update_or_create(
                pooling_area=area,
                year=rule["year"],
                treasury=treasury,
                defaults={
                    "per_head_fen": money.parse_yuan(yuan),
                    "document": rule.get("document", ""),
                    "clause": rule.get("clause", ""),
                    "is_illustrative": rule.get("is_illustrative", True),
                },
            )
            loaded += 1
        require_standard(area, rule["year"])
    return loaded


def require_standard(area: Region, year: int) -> list[SubsidyShare]:
    """The shares of an area and year; refused when they are missing or do not add up to the standard in force."""
    shares = list(SubsidyShare.everywhere.filter(pooling_area=area, year=year).order_by("pk"))
    if not shares:
        raise Refused(
            _("%(area)s 没有 %(year)s 年的财政分担办法。请在“财政补助”中录入各级财政的人均补助。")
            % {"area": area.name, "year": year}
        )
    standard = policy.terms_for(area, date(year, 1, 1))["financing.fiscal_subsidy"].value
    total = sum(share.per_head_fen for share in shares)
    if total != standard:
        raise Refused(
            _("%(area)s %(year)s 年各级财政分担合计 %(total)s 元，与财政补助标准 %(standard)s 元不符。请核对分担办法。")
            % {"area": area.name, "year": year, "total": money.yuan(total), "standard": money.yuan(standard)}
        )
    return shares


@transaction.atomic
def work_out(*, actor: Any, area: Region, year: int, due_on: date) -> list[SubsidyDue]:
    """What each treasury owes the area for the year; an unchanged headcount and share make no new version."""
    _require(actor, area)
    count = headcount(area, year)
    made = []
    for share in require_standard(area, year):
        latest = (
            SubsidyDue.everywhere.select_for_update(of=("self",))
            .filter(pooling_area=area, year=year, treasury=share.treasury)
            .order_by("-version")
            .first()
        )
        owed = count.people * share.per_head_fen
        if latest is not None and (latest.headcount, latest.per_head_fen) == (count.people, share.per_head_fen):
            continue
        made.append(
            SubsidyDue.everywhere.create(
                pooling_area=area,
                year=year,
                treasury=share.treasury,
                version=latest.version + 1 if latest else 1,
                headcount=count.people,
                per_head_fen=share.per_head_fen,
                due_fen=owed,
                change_fen=owed - (latest.due_fen if latest else 0),
                worked_out_on=clock.today(),
                due_on=due_on,
                basis={"document": share.document, "clause": share.clause, "is_illustrative": share.is_illustrative},
            )
        )
    if made:
        audit.record(actor, "funds.subsidy.worked_out", area, changes={str(_("补助人数")): [None, count.people]})
    return made


@transaction.atomic
def receive(
    *, actor: Any, area: Region, year: int, treasury: str, amount_fen: int, arrived_on: date, voucher: str, key: UUID
) -> SubsidyReceipt:
    """Books money that a treasury sent. Refuses nothing, the future, an unknown treasury and a voucher booked before."""
    _require(actor, area)
    if treasury not in Treasury.values:
        raise Refused(_("财政级次不在可选范围内。请选择拨款的财政。"), field="treasury")
    if amount_fen <= 0:
        raise Refused(_("到账金额须大于零。请核对拨款凭证。"), field="amount_fen")
    if arrived_on > clock.today():
        raise Refused(_("到账日期不能晚于今天。请核对拨款凭证。"), field="arrived_on")
    voucher = voucher.strip()
    if not voucher:
        raise Refused(_("请填写拨款凭证号。"), field="voucher")
    with once(key, "funds.subsidy.receive", area.pk, year, treasury, amount_fen, arrived_on, voucher) as earlier:
        if earlier:
            return earlier  # type: ignore[no-any-return]
        if SubsidyReceipt.everywhere.filter(pooling_area=area, voucher=voucher).exists():
            raise Refused(
                _("拨款凭证 %(voucher)s 已经登记。请查看补助到账记录。") % {"voucher": voucher}, field="voucher"
            )
        receipt = SubsidyReceipt.everywhere.create(
            pooling_area=area,
            year=year,
            treasury=treasury,
            arrived_fen=amount_fen,
            arrived_on=arrived_on,
            period=period_of(arrived_on),
            voucher=voucher,
            received_by=actor,
        )
        audit.record(actor, "funds.subsidy.received", receipt, changes={str(_("金额")): [None, money.yuan(amount_fen)]})
        once.result(receipt)
    return receipt


@transaction.atomic
def transfer_premium(*, actor: Any, area: Region, year: int, key: UUID) -> PremiumTransfer | None:
    """Hands the year's critical-illness premium from the basic fund to the critical-illness fund, today.

    Headcount × the area's premium a head (医保发〔2018〕2号 四: 人均20元用于大病保险 is part of it). A grown headcount makes
    a further instalment for the difference; None when nothing is to be handed on.
    """
    _require(actor, area)
    # Two hands at once would both count the same people: they wait for each other.
    list(Region.everywhere.select_for_update(of=("self",)).filter(pk=area.pk))
    people = headcount(area, year).people - sum(
        PremiumTransfer.everywhere.filter(pooling_area=area, year=year).values_list("headcount", flat=True)
    )
    if people <= 0:
        return None
    with once(key, "funds.premium.transfer", area.pk, year) as earlier:
        if earlier:
            return earlier  # type: ignore[no-any-return]
        term = policy.terms_for(area, date(year, 1, 1))["financing.critical_illness_premium"]
        made = PremiumTransfer.everywhere.create(
            pooling_area=area,
            year=year,
            instalment=PremiumTransfer.everywhere.filter(pooling_area=area, year=year).count() + 1,
            headcount=people,
            per_head_fen=term.value,
            amount_fen=people * term.value,
            transferred_on=clock.today(),
            period=period_of(clock.today()),
            basis={"citations": [[c.document, c.clause] for c in term.citations]},
            transferred_by=actor,
        )
        audit.record(
            actor, "funds.premium.transferred", made, changes={str(_("金额")): [None, money.yuan(made.amount_fen)]}
        )
        once.result(made)
    return made


def _require(actor: Any, area: Region) -> None:
    if actor is not None and not (actor.can("funds.post") and actor.may_see(area)):
        raise Forbidden()

"""The household's sheet for the visit (入户核查): who they are, whether they are covered, what was paid for them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.money import yuan
from core.printing.sheet import Column, Sheet
from poverty.models import LedgerHousehold


def household_sheet(household: LedgerHousehold, rows: list[dict[str, Any]], year: int, *, printed_by: str) -> bytes:
    """The PDF: numbers masked; of each member the marks, cover, dues, and the year's costs by who paid."""
    sheet = Sheet(
        title=_("医保扶贫家庭台账（%(year)s 年度）") % {"year": year},
        number=household.number,
        printed_by=printed_by,
        printed_at=clock.now(),
        is_landscape=True,
    )
    sheet.facts(
        [
            (_("户主"), household.head_name),
            (_("户编号"), household.book_number),
            (_("村（社区）"), household.region.full_name),
            (_("致贫原因"), household.cause),
            (_("统筹地区"), household.pooling_area.name),
            (_("成员"), str(len(rows))),
        ]
    )
    sheet.heading(_("身份与参保"))
    sheet.table(
        [Column(_("姓名")), Column(_("证件号码")), Column(_("关系")), Column(_("困难身份")), Column(_("健康状况")), Column(_("参保")),
         Column(_("应缴标准"), is_figure=True), Column(_("资助"), is_figure=True), Column(_("个人应缴"), is_figure=True),
         Column(_("个人实缴"), is_figure=True)],
        [_member_line(row) for row in rows],
    )  # fmt: skip
    sheet.heading(_("就医与负担（元）"))
    sheet.table(
        [Column(_("姓名")), Column(_("备案"), is_figure=True), Column(_("结算"), is_figure=True), Column(_("总费用"), is_figure=True),
         Column(_("政策范围内"), is_figure=True), Column(_("基本医保"), is_figure=True), Column(_("大病保险"), is_figure=True),
         Column(_("医疗救助"), is_figure=True), Column(_("个人负担"), is_figure=True)],
        [_cost_line(row) for row in rows],
    )  # fmt: skip
    sheet.signatures([_("户主（签字）"), _("入户人员（签字）"), _("日期")])
    return sheet.build()


def _member_line(row: dict[str, Any]) -> list[str]:
    member, due = row["member"], row["due"]
    return [
        member.name,
        member.id_last4 and f"****{member.id_last4}",
        str(member.get_relation_display()),
        "、".join(str(mark) for mark in row["standing"]) or "—",
        member.health or "—",
        _cover_words(row),
        *(yuan(getattr(due, name)) if due else "—" for name in ("standard_fen", "aid_fen", "personal_fen", "paid_fen")),
    ]


def _cover_words(row: dict[str, Any]) -> str:
    if row["member"].person_id is None:
        return _("身份未核实")
    cover = row["cover"]
    if cover is None:
        return _("未参保")
    return _("已参保") if cover.pays else _("已登记未缴费") if not cover.is_paid else _("等待期内")


def _cost_line(row: dict[str, Any]) -> list[str]:
    total = row["total"]
    names = ("total_fen", "in_scope_fen", "basic_fen", "critical_fen", "aid_fen", "personal_fen")
    return [
        row["member"].name,
        str(row["filings"]),
        str(total.bills) if total else "0",
        *(yuan(getattr(total, name)) if total else yuan(0) for name in names),
    ]

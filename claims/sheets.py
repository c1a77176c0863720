"""The settlement sheet (一单制): national names, relief of poor people apart, the year's running totals."""

from django.utils.translation import gettext as _

from claims.models import Settlement
from claims.selectors import explanations, settled
from claims.services import policies
from core import clock, money
from core.printing.sheet import Column, Reason, Sheet
from enrollment.codes import HardshipCategory

# Names of the national interface in the order of its output (medfee_sumamt, fulamt_ownpay_amt, …).
COST = (
    ("total_fen", "医疗费总额"),
    ("full_self_fen", "全自费金额"),
    ("over_limit_fen", "超限价自费费用"),
    ("first_self_fen", "先行自付金额"),
    ("in_scope_fen", "符合政策范围金额"),
    ("deductible_fen", "实际支付起付线"),
)
PAYERS = (
    ("basic_fen", "基本医疗保险统筹基金支出"),
    ("critical_fen", "居民大病保险资金支出"),
    ("aid_fen", "医疗救助基金支出"),
    ("other_fen", "其他支出"),
)


def settlement_sheet(settlement: Settlement, *, printed_by: str, explains: bool = False) -> bytes:
    """The sheet as PDF bytes; raises MissingGlyph when a name holds a character no font has."""
    now = settled.standing(settlement)
    terms = policies.stored_terms(settlement.snapshot_id)
    amounts = now.amounts
    person, bill = settlement.person, settlement.bill
    sheet = Sheet(
        title=_("城乡居民基本医疗保险费用结算单"),
        number=settlement.number,
        office=settlement.pooling_area.full_name,
        printed_by=printed_by,
        printed_at=clock.now(),
        is_illustrative=explanations.is_illustrative(terms, now.steps),
    )
    statuses = dict(HardshipCategory.choices)
    state = _("已冲正，见 %(number)s") % {"number": now.reversal.number} if now.reversal else ""
    sheet.facts(
        [
            (_("姓名"), person.name),
            (_("人员编号"), person.number),
            (_("证件号码"), person.masked_number),
            (_("医疗机构"), settlement.provider.name),
            (_("机构等级"), settlement.get_level_display()),
            (_("就诊类别"), settlement.get_visit_kind_display()),
            (_("入院日期"), bill.admitted_on.isoformat()),
            (_("出院日期"), bill.discharged_on.isoformat()),
            (_("诊断"), f"{bill.diagnosis_code} {bill.diagnosis_name}".strip()),
            (_("困难身份"), str(statuses.get(settlement.status, _("无")))),
            (_("备案类型"), bill.get_filing_display()),
            (_("结算日期"), settlement.settled_on.isoformat()),
            (_("种类"), settlement.get_kind_display()),
            (_("版本"), str(now.version)),
            (_("状态"), state or _("有效")),
        ]
    )
    columns = [Column(_("项目")), Column(_("金额（元）"), is_figure=True)]
    sheet.heading(_("费用"))
    sheet.table(columns, [[_(label), money.yuan(amounts[name])] for name, label in COST])
    sheet.heading(_("支付"))
    funds = sum(amounts[name] for name, _label in PAYERS)
    sheet.table(
        columns,
        [
            *([_(label), money.yuan(amounts[name])] for name, label in PAYERS),
            [_("基金支付总额"), money.yuan(funds)],
        ],
        total=[_("个人负担总金额"), money.yuan(amounts["personal_fen"])],
    )
    rows = settled.year_rows(settlement.person_id, settlement.year)
    parts = explanations.relief_parts(settlement, rows) if settlement.kind == "settlement" else []
    if parts:
        sheet.heading(_("困难人员倾斜（已含在上列支付中）"))
        sheet.table(columns, [[_(part.title), money.yuan(part.fen)] for part in parts])
    total = settled.year_total(settlement.person_id, settlement.year)
    if total is not None:
        sheet.heading(_("%(year)s 年度累计") % {"year": settlement.year})
        sheet.facts(
            [
                (_("单据数"), str(total.bills)),
                (_("医疗费总额"), money.yuan(total.total_fen)),
                (_("符合政策范围"), money.yuan(total.in_scope_fen)),
                (_("起付线"), money.yuan(total.deductible_fen)),
                (_("基本医保"), money.yuan(total.basic_fen)),
                (_("大病合规费用"), money.yuan(total.so_far.get("critical_base_fen", 0))),
                (_("大病保险"), money.yuan(total.critical_fen)),
                (_("医疗救助"), money.yuan(total.aid_fen)),
                (_("个人负担"), money.yuan(total.personal_fen)),
            ]
        )
    if explains:
        sheet.heading(_("为什么是这个数"))
        reasons = []
        for line in explanations.lines(now.steps, terms):
            reasons.append(Reason(line["name"], money.yuan(line["fen"])))
            reasons.append(Reason(line["note"], depth=1))
            for ground in line["because"]:
                clause = "；".join(citation["document"] for citation in ground["citations"])
                reasons.append(Reason(f"{ground['name']} {ground['value']}", clause=clause, depth=2))
        sheet.explanation(reasons)
    sheet.signatures([_("经办人"), _("复核人"), _("参保人（家属）")])
    return sheet.build()

"""Lists of the funds as tables."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.tables import CountColumn, DayColumn, FenColumn, ListTable, MomentColumn, PeriodColumn, StateColumn
from core.templatetags import screen
from funds import indicators
from funds.codes import BudgetState
from funds.models import Budget, JournalEntry, RiskWarning
from funds.selectors import warnings


class JournalTable(ListTable):
    """Entries, newest first."""

    number = tables.Column(_("凭证号"), linkify=("funds:journal_detail", {"number": tables.A("number")}))
    pooling_area = tables.Column(_("统筹地区"), accessor="book__pooling_area__name")
    fund = tables.Column(_("基金"), accessor="book__get_fund_display")
    kind = tables.Column(_("业务种类"))
    fact_on = DayColumn(_("业务日期"))
    booked_on = DayColumn(_("记账日期"))
    period = PeriodColumn(_("期间"))
    batch = CountColumn(_("批次"))
    facts = CountColumn(_("笔数"))
    debit_fen = FenColumn(_("借方合计（元）"))
    recorded_at = MomentColumn(_("登记时间"))

    fixed_columns = ("number",)
    default_columns = ("pooling_area", "fund", "kind", "fact_on", "booked_on", "batch", "facts", "debit_fen")

    class Meta(ListTable.Meta):
        model = JournalEntry
        fields = (
            "number", "pooling_area", "fund", "kind", "fact_on", "booked_on", "period", "batch", "facts", "debit_fen",
            "recorded_at",
        )  # fmt: skip


class GradeColumn(tables.Column):
    """A grade of risk as a badge in its own colour."""

    def render(self, value: str, record: RiskWarning) -> str:
        return screen.status_badge(warnings.TONES[record.grade], str(value))

    def value(self, value: str) -> str:
        return str(value)


class WarningTable(ListTable):
    """Warnings: what, where, when, how bad, how far handled."""

    indicator = tables.Column(_("指标"), linkify=("funds:warning_detail", {"pk": tables.A("pk")}))
    pooling_area = tables.Column(_("统筹地区"), accessor="pooling_area__name")
    period = PeriodColumn(_("期间"))
    value = tables.Column(_("指标值"), empty_values=(), orderable=False, attrs={"td": {"class": "text-end"}})
    grade = GradeColumn(_("等级"))
    missing = tables.Column(_("缺少的数据"))
    state = StateColumn(_("处置"))
    owner = tables.Column(_("责任人"), accessor="owner__name")
    due_on = DayColumn(_("处置期限"))
    version = CountColumn(_("版本"))

    fixed_columns = ("indicator",)
    default_columns = ("pooling_area", "period", "value", "grade", "missing", "state", "owner", "due_on")

    class Meta(ListTable.Meta):
        model = RiskWarning
        fields = (
            "indicator", "pooling_area", "period", "value", "grade", "missing", "state", "owner", "due_on", "version",
        )  # fmt: skip

    def render_indicator(self, value: str) -> str:
        return indicators.catalogue()[value].name

    def render_value(self, record: RiskWarning) -> str:
        return warnings.shown(record).value or "—"

    def render_state(self, value: str, record: RiskWarning, bound_column: Any) -> str:
        # Only what is past its threshold has to be handled.
        if record.grade in ("none", "missing"):
            return "—"
        return self.base_columns["state"].render(value, record, bound_column)


class BudgetTable(ListTable):
    """Budgets by area, year, fund and version."""

    pooling_area = tables.Column(_("统筹地区"), accessor="pooling_area__name")
    year = tables.Column(_("年度"))
    fund = tables.Column(_("基金"))
    version = CountColumn(_("版本"))
    income_fen = FenColumn(_("收入预算（元）"))
    expenditure_fen = FenColumn(_("支出预算（元）"))
    deficit_reason = tables.Column(_("赤字原因"))
    state = tables.Column(_("状态"))
    drafted_by = tables.Column(_("编制人"), accessor="drafted_by__name")
    approved_by = tables.Column(_("批准人"), accessor="approved_by__name")

    fixed_columns = ("pooling_area",)
    default_columns = (
        "year",
        "fund",
        "version",
        "income_fen",
        "expenditure_fen",
        "deficit_reason",
        "state",
        "drafted_by",
    )

    class Meta(ListTable.Meta):
        model = Budget
        fields = (
            "pooling_area", "year", "fund", "version", "income_fen", "expenditure_fen", "deficit_reason", "state",
            "drafted_by", "approved_by",
        )  # fmt: skip

    def render_state(self, record: Any) -> Any:
        return BudgetState(record.state).label

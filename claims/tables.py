"""The lists of the claims room as tables."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from claims.models import Bill, CatalogueItem, Provider, Settlement
from core.tables import DayColumn, FenColumn, ListTable, StateColumn


class BillTable(ListTable):
    """Bills, newest first."""

    number = tables.Column(_("单据号"), linkify=("claims:bill_detail", {"number": tables.A("number")}))
    person = tables.Column(_("姓名"), accessor="person__name")
    provider = tables.Column(_("医疗机构"), accessor="provider__name")
    hospital_number = tables.Column(_("医院单据号"))
    visit_kind = tables.Column(_("就诊类别"))
    filing = tables.Column(_("备案类型"))
    discharged_on = DayColumn(_("出院日期"))
    total_fen = FenColumn(_("总费用"))
    in_scope_fen = FenColumn(_("符合政策范围"))
    region = tables.Column(_("参保人所在地"), accessor="region__name")
    state = StateColumn(_("状态"))

    fixed_columns = ("number",)
    default_columns = ("person", "provider", "visit_kind", "discharged_on", "total_fen", "in_scope_fen", "state")

    class Meta(ListTable.Meta):
        model = Bill
        fields = (
            "number", "person", "provider", "hospital_number", "visit_kind", "filing", "discharged_on", "total_fen",
            "in_scope_fen", "region", "state",
        )  # fmt: skip


class SettlementTable(ListTable):
    """Settlements, reversals and adjustments, newest first; what was taken back is negative."""

    number = tables.Column(_("结算单号"), linkify=("claims:settlement_detail", {"number": tables.A("number")}))
    kind = tables.Column(_("种类"))
    person = tables.Column(_("姓名"), accessor="person__name")
    provider = tables.Column(_("医疗机构"), accessor="provider__name")
    visit_kind = tables.Column(_("就诊类别"))
    level = tables.Column(_("机构等级"))
    settled_on = DayColumn(_("结算日期"))
    total_fen = FenColumn(_("总费用"))
    in_scope_fen = FenColumn(_("符合政策范围"))
    basic_fen = FenColumn(_("基本医保"))
    critical_fen = FenColumn(_("大病保险"))
    aid_fen = FenColumn(_("医疗救助"))
    personal_fen = FenColumn(_("个人负担"))
    region = tables.Column(_("参保人所在地"), accessor="region__name")

    fixed_columns = ("number",)
    default_columns = (
        "kind", "person", "provider", "settled_on", "total_fen", "basic_fen", "critical_fen", "aid_fen", "personal_fen",
    )  # fmt: skip

    class Meta(ListTable.Meta):
        model = Settlement
        fields = (
            "number", "kind", "person", "provider", "visit_kind", "level", "settled_on", "total_fen", "in_scope_fen",
            "basic_fen", "critical_fen", "aid_fen", "personal_fen", "region",
        )  # fmt: skip


class ProviderTable(ListTable):
    """Providers."""

    code = tables.Column(_("机构编码"), linkify=("claims:provider_detail", {"code": tables.A("code")}))
    name = tables.Column(_("机构名称"))
    level = tables.Column(_("机构等级"))
    kind = tables.Column(_("机构类别"))
    region = tables.Column(_("所在地"), accessor="region__full_name")

    fixed_columns = ("code",)

    class Meta(ListTable.Meta):
        model = Provider
        fields = ("code", "name", "level", "kind", "region")


class CatalogueTable(ListTable):
    """Items of the catalogue with the version of the office's day."""

    code = tables.Column(_("目录编码"))
    name = tables.Column(_("名称"))
    pinyin = tables.Column(_("拼音首字母"))
    kind = tables.Column(_("类别"))
    specification = tables.Column(_("规格"))
    unit = tables.Column(_("单位"))
    item_class = tables.Column(_("甲乙丙类"), accessor="today_class")
    first_self_pay = tables.Column(_("先行自付"), accessor="today_share")
    price_cap_fen = FenColumn(_("限价"), accessor="today_cap_fen")
    starts_on = DayColumn(_("版本起始日期"), accessor="today_starts_on")

    fixed_columns = ("code",)
    default_columns = (
        "name",
        "kind",
        "specification",
        "unit",
        "item_class",
        "first_self_pay",
        "price_cap_fen",
        "starts_on",
    )

    class Meta(ListTable.Meta):
        model = CatalogueItem
        fields = (
            "code", "name", "pinyin", "kind", "specification", "unit", "item_class", "first_self_pay", "price_cap_fen",
            "starts_on",
        )  # fmt: skip

    def render_first_self_pay(self, value: int) -> str:
        return f"{value // 100}.{value % 100:02d}%" if value % 100 else f"{value // 100}%"

    def value_first_self_pay(self, value: int) -> str:
        return self.render_first_self_pay(value)

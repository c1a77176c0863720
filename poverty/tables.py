"""The lists of the poverty room as tables."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.tables import CountColumn, DayColumn, IdentityColumn, ListTable, PickColumn, StateColumn
from poverty.models import LedgerHousehold, LedgerMember, Mismatch

_HOUSEHOLD = ("poverty:household_detail", {"number": tables.A("household__number")})


class MissingTable(ListTable):
    """Verified members who are not covered by all three layers, with the reason."""

    name = tables.Column(_("姓名"), linkify=("enrollment:person_detail", {"number": tables.A("person__number")}))
    id_last4 = IdentityColumn(_("证件号码"))
    birth_on = DayColumn(_("出生日期"))
    region = tables.Column(_("村（社区）"), accessor="region__full_name")
    household = tables.Column(_("户编号"), accessor="household__book_number", linkify=_HOUSEHOLD)
    head = tables.Column(_("户主"), accessor="household__head_name")
    gap = tables.Column(_("缺口原因"))
    gap_on = DayColumn(_("统计日期"))
    phone_last4 = tables.Column(_("联系电话"))

    fixed_columns = ("name",)
    default_columns = ("id_last4", "birth_on", "region", "household", "gap", "phone_last4")

    class Meta(ListTable.Meta):
        model = LedgerMember
        fields = ("name", "id_last4", "birth_on", "region", "household", "head", "gap", "gap_on", "phone_last4")

    def render_phone_last4(self, value: str) -> str:
        return f"*******{value}" if value else "—"

    def value_phone_last4(self, value: str) -> str:
        return f"*******{value}" if value else ""


class MismatchTable(ListTable):
    """Members of lists whom the register does not bear out."""

    pick = PickColumn()
    kind = StateColumn(_("未匹配种类"), linkify=("poverty:mismatch_detail", {"pk": tables.A("pk")}))
    member = tables.Column(
        _("姓名"), accessor="member__name", linkify=("poverty:mismatch_detail", {"pk": tables.A("pk")})
    )
    id_last4 = IdentityColumn(_("名单证件号码"), accessor="member__id_last4")
    region = tables.Column(_("村（社区）"), accessor="region__full_name")
    household = tables.Column(
        _("户编号"),
        accessor="member__household__book_number",
        linkify=("poverty:household_detail", {"number": tables.A("member__household__number")}),
    )
    detail = tables.Column(_("说明"))
    opened_on = DayColumn(_("发现日期"))
    state = StateColumn(_("状态"))
    decision = tables.Column(_("核实结论"))
    closed_by = tables.Column(_("处理人"), accessor="closed_by__name")

    fixed_columns = ("pick", "member")
    default_columns = ("kind", "id_last4", "region", "household", "detail", "opened_on", "state")

    class Meta(ListTable.Meta):
        model = Mismatch
        fields = (
            "pick", "member", "kind", "id_last4", "region", "household", "detail", "opened_on", "state", "decision", "closed_by",
        )  # fmt: skip


class HouseholdTable(ListTable):
    """Households of the ledger."""

    number = tables.Column(_("台账编号"), linkify=("poverty:household_detail", {"number": tables.A("number")}))
    book_number = tables.Column(_("户编号"))
    head_name = tables.Column(_("户主"))
    region = tables.Column(_("村（社区）"), accessor="region__full_name")
    cause = tables.Column(_("致贫原因"))
    member_count = CountColumn(_("成员"))
    missing_count = CountColumn(_("未覆盖"))
    open_count = CountColumn(_("身份未核实"))

    fixed_columns = ("number",)
    default_columns = ("book_number", "head_name", "region", "cause", "member_count", "missing_count", "open_count")

    class Meta(ListTable.Meta):
        model = LedgerHousehold
        fields = (
            "number",
            "book_number",
            "head_name",
            "region",
            "cause",
            "member_count",
            "missing_count",
            "open_count",
        )

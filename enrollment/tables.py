"""The lists of the register as tables."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.tables import DayColumn, FenColumn, IdentityColumn, ListTable, StateColumn
from enrollment.codes import DueState, PersonCategory
from enrollment.models import Due, Payment, PaymentDifference, Person


class PersonTable(ListTable):
    """People with category and payment of the year asked for."""

    name = tables.Column(_("姓名"), linkify=("enrollment:person_detail", {"number": tables.A("number")}))
    number = tables.Column(_("人员编号"))
    id_last4 = IdentityColumn(_("证件号码"))
    sex = tables.Column(_("性别"))
    birth_on = DayColumn(_("出生日期"))
    region = tables.Column(_("村（社区）"), accessor="region__name")
    category = tables.Column(_("人员类别"), empty_values=())
    due_state = StateColumn(_("缴费"))
    died_on = DayColumn(_("死亡日期"))

    fixed_columns = ("name",)
    default_columns = ("number", "id_last4", "sex", "birth_on", "region", "category", "due_state")

    class Meta(ListTable.Meta):
        model = Person
        fields = ("name", "number", "id_last4", "sex", "birth_on", "region", "category", "due_state", "died_on")

    def render_category(self, value: str | None) -> str:
        return str(PersonCategory(value).label) if value else str(_("未参保"))

    def value_category(self, value: str | None) -> str:
        return self.render_category(value)

    def render_due_state(self, value: str) -> str:
        from core.templatetags import screen

        return screen.status_badge(value, str(DueState(value).label))

    def value_due_state(self, value: str) -> str:
        return str(DueState(value).label)


class DueTable(ListTable):
    """Dues with what was paid of them."""

    person = tables.Column(
        _("姓名"), accessor="person__name", linkify=("enrollment:person_detail", {"number": tables.A("person__number")})
    )
    region = tables.Column(_("村（社区）"), accessor="region__name")
    year = tables.Column(_("待遇年度"))
    category = tables.Column(_("人员类别"))
    standard_fen = FenColumn(_("应缴标准"))
    aid_fen = FenColumn(_("资助"))
    aid_category = tables.Column(_("资助身份"))
    personal_fen = FenColumn(_("个人应缴"))
    paid_fen = FenColumn(_("个人实缴"))
    aid_paid_fen = FenColumn(_("资助到账"))
    state = StateColumn(_("状态"))

    fixed_columns = ("person",)
    default_columns = ("region", "year", "category", "standard_fen", "aid_fen", "personal_fen", "paid_fen", "state")

    class Meta(ListTable.Meta):
        model = Due
        fields = (
            "person", "region", "year", "category", "standard_fen", "aid_fen", "aid_category", "personal_fen", "paid_fen",
            "aid_paid_fen", "state",
        )  # fmt: skip


class PaymentTable(ListTable):
    """Payments, newest first; what was given back is negative."""

    number = tables.Column(_("缴费编号"))
    person = tables.Column(
        _("姓名"), accessor="person__name", linkify=("enrollment:person_detail", {"number": tables.A("person__number")})
    )
    region = tables.Column(_("村（社区）"), accessor="region__name")
    year = tables.Column(_("待遇年度"))
    kind = tables.Column(_("缴费方式"))
    amount_fen = FenColumn(_("金额"))
    paid_on = DayColumn(_("缴费日期"))
    booked_on = DayColumn(_("入账日期"))
    receipt = tables.Column(_("票据号"))

    fixed_columns = ("number",)

    class Meta(ListTable.Meta):
        model = Payment
        fields = ("number", "person", "region", "year", "kind", "amount_fen", "paid_on", "booked_on", "receipt")


class DifferenceTable(ListTable):
    """Differences between a collecting body's file and the register."""

    kind = tables.Column(_("差异"), linkify=("enrollment:payment_difference", {"pk": tables.A("pk")}))
    name = tables.Column(_("文件中的姓名"))
    id_last4 = IdentityColumn(_("证件号码"))
    year = tables.Column(_("待遇年度"))
    amount_fen = FenColumn(_("金额"))
    paid_on = DayColumn(_("缴费日期"))
    receipt = tables.Column(_("票据号"))
    batch = tables.Column(_("文件"), accessor="batch__file_name")
    state = StateColumn(_("状态"))

    fixed_columns = ("kind",)

    class Meta(ListTable.Meta):
        model = PaymentDifference
        fields = ("kind", "name", "id_last4", "year", "amount_fen", "paid_on", "receipt", "batch", "state")

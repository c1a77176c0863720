"""Forms of the funds: money that arrived, dues of the treasuries, budgets, steps of handling, published balances."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import FenFormField
from core.forms import KeyedForm
from funds.codes import Fund, Treasury, WarningState

YEARS: dict[str, Any] = {"min_value": 2003, "max_value": 2100}


class DayInput(forms.DateInput):
    """A day as 2018-07-11, with the browser's picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AreaForm(forms.Form):
    """A form about one pooling area among those the staff may act for."""

    area = forms.ChoiceField(label=_("统筹地区"))

    def __init__(self, *args: Any, areas: list[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].choices = [(area.code, area.name) for area in areas]  # type: ignore[attr-defined]


class ReceiptForm(KeyedForm, AreaForm):
    """A treasury's transfer voucher."""

    year = forms.IntegerField(label=_("补助年度"), **YEARS)
    treasury = forms.ChoiceField(label=_("拨款财政"), choices=Treasury.choices)
    amount_fen = FenFormField(label=_("到账金额（元）"))
    arrived_on = forms.DateField(label=_("到账日期"), widget=DayInput())
    voucher = forms.CharField(label=_("拨款凭证号"), max_length=60)

    field_order = ("area", "year", "treasury", "amount_fen", "arrived_on", "voucher", "key")


class WorkOutForm(AreaForm):
    """Works out what each treasury owes for a year."""

    year = forms.IntegerField(label=_("补助年度"), **YEARS)
    due_on = forms.DateField(label=_("应到日期"), widget=DayInput())


class BudgetForm(AreaForm):
    """A yearly budget of one fund."""

    year = forms.IntegerField(label=_("年度"), **YEARS)
    fund = forms.ChoiceField(label=_("基金"), choices=Fund.choices)
    income_fen = FenFormField(label=_("收入预算（元）"))
    expenditure_fen = FenFormField(label=_("支出预算（元）"))
    deficit_reason = forms.CharField(label=_("赤字原因"), max_length=200, required=False)


class StepForm(forms.Form):
    """One step in the handling of a warning."""

    state = forms.ChoiceField(label=_("步骤"))
    text = forms.CharField(label=_("处置内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    due_on = forms.DateField(label=_("完成期限"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, states: tuple[WarningState, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["state"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]


class BalanceForm(forms.Form):
    """A year's balance that was not published, with where it comes from."""

    balance_fen = FenFormField(label=_("累计结存（元）"))
    source = forms.CharField(label=_("出处"), max_length=100)


class ReasonForm(forms.Form):
    """Why a published balance does not roll."""

    reason = forms.CharField(label=_("差额原因"), max_length=200)

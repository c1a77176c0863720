"""Forms of the window: find a person, enter a bill, reverse a settlement."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from claims.codes import DeliveryKind, FilingKind, Trait, VisitKind
from claims.models import Provider
from claims.services.bills import BillDraft
from claims.services.lines import LineDraft
from core.fields import FenFormField
from core.forms import KeyedForm

BLANK = [("", "")]
LINE_ROWS = 8
MOST_LINES = 500


class PersonSearchForm(forms.Form):
    """Find a person by identity number or name; sent by POST so that the number is in no address."""

    text = forms.CharField(
        label=_("证件号码或姓名"),
        max_length=50,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class DayInput(forms.DateInput):
    """A day as 2018-07-11, with the browser's picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class BillForm(KeyedForm):
    """One bill as it is on paper, in the paper's order."""

    provider_code = forms.CharField(
        label=_("医疗机构编码"), max_length=12, widget=forms.TextInput(attrs={"list": "providers"})
    )
    hospital_number = forms.CharField(label=_("医院单据号"), max_length=40)
    visit_kind = forms.ChoiceField(label=_("就诊类别"), choices=VisitKind.choices)
    filing = forms.ChoiceField(label=_("备案类型"), choices=[("", _("按就医地")), *FilingKind.choices], required=False)
    admitted_on = forms.DateField(label=_("入院（就诊）日期"), widget=DayInput())
    discharged_on = forms.DateField(label=_("出院日期"), widget=DayInput())
    diagnosis_code = forms.CharField(label=_("诊断编码"), max_length=20)
    diagnosis_name = forms.CharField(label=_("诊断名称"), max_length=120, required=False)
    delivery_kind = forms.ChoiceField(label=_("分娩方式"), choices=[*BLANK, *DeliveryKind.choices], required=False)
    trait = forms.ChoiceField(label=_("诊疗特征"), choices=[*BLANK, *Trait.choices], required=False)
    disease = forms.CharField(label=_("慢特病病种"), max_length=40, required=False)
    other_fen = FenFormField(label=_("其他支付方已付（元）"), required=False, min_fen=0)

    def clean_provider_code(self) -> str:
        code: str = self.cleaned_data["provider_code"].strip().split(" ")[0]
        self.provider = Provider.everywhere.filter(code=code).first()
        if self.provider is None:
            raise forms.ValidationError(_("没有这个机构编码。请输入编码或从列表中选择。"))
        return code

    def draft(self, person_id: int, lines: list[LineDraft]) -> BillDraft:
        """The checked form as a draft."""
        given = self.cleaned_data
        assert self.provider is not None
        return BillDraft(
            person_id=person_id,
            provider_id=self.provider.pk,
            lines=lines,
            other_fen=given["other_fen"] or 0,
            **{name: given[name] for name in _SAME},
        )


_SAME = (
    "hospital_number", "visit_kind", "filing", "admitted_on", "discharged_on", "diagnosis_code", "diagnosis_name",
    "delivery_kind", "trait", "disease",
)  # fmt: skip


class LineRows:
    """The lines as typed: code, quantity and unit price in three columns; empty rows count for nothing."""

    def __init__(self, posted: QueryDict | None = None) -> None:
        columns = [posted.getlist(name) if posted is not None else [] for name in ("code", "quantity", "price")]
        typed = list(zip(*columns, strict=False))[:MOST_LINES]
        self.rows: list[dict[str, str]] = [
            {"code": code.strip(), "quantity": quantity.strip(), "price": price.strip(), "error": ""}
            for code, quantity, price in typed
            if code.strip() or quantity.strip() or price.strip()
        ]
        self.error = ""

    def drafts(self) -> list[LineDraft]:
        """The lines; wrong rows are marked and ``error`` is set."""
        found = []
        for row in self.rows:
            code = row["code"].split(" ")[0]
            quantity, price = _decimal(row["quantity"] or "1"), _decimal(row["price"])
            if not code:
                row["error"] = str(_("缺少目录编码"))
            elif quantity is None or quantity <= 0:
                row["error"] = str(_("数量应为大于零、最多四位小数的数字"))
            elif price is None:
                row["error"] = str(_("单价应为最多四位小数的数字（元）"))
            else:
                found.append(LineDraft(code, quantity, price))
        if any(row["error"] for row in self.rows):
            self.error = str(_("费用明细有误，请改正标出的行。"))
        elif not found:
            self.error = str(_("请至少录入一行费用明细。"))
        return found

    def shown(self) -> list[dict[str, Any]]:
        """The typed rows and enough empty ones to go on."""
        empty = {"code": "", "quantity": "", "price": "", "error": ""}
        return self.rows + [empty] * max(LINE_ROWS - len(self.rows), 3)


def _decimal(text: str) -> Decimal | None:
    whole, _dot, part = text.replace(",", "").partition(".")
    digits = whole + part
    if not (whole.isascii() and whole.isdigit() and digits.isascii() and digits.isdigit()):
        return None
    return Decimal(f"{whole}.{part or 0}") if len(whole) <= 9 and len(part) <= 4 else None


class ReversalForm(KeyedForm):
    """Why a settlement is reversed."""

    reason = forms.CharField(
        label=_("冲正原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class WithdrawalForm(forms.Form):
    """Why a bill is withdrawn."""

    reason = forms.CharField(label=_("作废原因"), max_length=200)

"""The forms of the register; field order is the order of the paper form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FenFormField
from core.forms import KeyedForm
from enrollment.codes import EndReason, HardshipCategory, IdKind, PersonCategory, Relation, Sex
from enrollment.services.payments import COUNTER_KINDS
from office.models import Region
from office.selectors import codes, regions

DAY = {"type": "date"}


class DayField(forms.DateField):
    """A business date, shown as the browser's date field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **kwargs)


class RegionField(forms.ModelChoiceField):
    """A village or township of the staff's area, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.everywhere.none(), to_field_name="code", **kwargs)

    def limit_to(self, staff: Any) -> None:
        self.queryset = Region.everywhere.filter(staff.region_filter("pk"), level__in=["village", "township"]).order_by(
            "code"
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


def ethnicities() -> list[tuple[str, str]]:
    """民族 by the national table, two digits; the commonest alone where the table is not loaded."""
    rows = [(code.zfill(2), label) for code, label in codes.choices("naty", clock.today())]
    return sorted(dict(rows).items()) or [("01", str(_("汉族")))]


def enrol_years() -> list[tuple[int, str]]:
    """This benefit year and the next."""
    year = clock.today().year
    return [(year, str(year)), (year + 1, str(year + 1))]


class RegistrationForm(forms.Form):
    """参保登记表: the person, the household, the enrolment, in one act."""

    id_kind = forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices, initial=IdKind.RESIDENT)
    id_number = forms.CharField(label=_("证件号码"), max_length=30)
    name = forms.CharField(label=_("姓名"), max_length=50)
    sex = forms.ChoiceField(label=_("性别"), choices=[("", "—"), *Sex.choices[:2]], required=False)
    birth_on = DayField(label=_("出生日期"), required=False)
    ethnicity = forms.ChoiceField(label=_("民族"), choices=ethnicities, initial="01")
    region = RegionField(label=_("村（社区）"))
    phone = forms.RegexField(
        r"^(1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8})?$",
        label=_("联系电话"),
        required=False,
        error_messages={"invalid": _("应为11位手机号或带区号的固定电话。")},
    )
    book_number = forms.CharField(label=_("户编号"), max_length=30, required=False)
    relation = forms.ChoiceField(label=_("与户主关系"), choices=Relation.choices, initial=Relation.HEAD)
    category = forms.ChoiceField(label=_("人员类别"), choices=PersonCategory.choices)
    years = forms.TypedMultipleChoiceField(
        label=_("参保年度"),
        choices=enrol_years,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    is_employee = forms.BooleanField(
        label=_("正在参加职工医保"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    guardian_number = forms.CharField(label=_("监护人证件号码"), max_length=30, required=False)
    credential_number = forms.CharField(label=_("电子凭证号"), max_length=40, required=False)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].limit_to(staff)  # type: ignore[attr-defined]
        self.fields["id_number"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}
        self.initial.setdefault("years", [clock.today().year])


class EnrollForm(forms.Form):
    """Enrol a known person for another year."""

    year = forms.TypedChoiceField(label=_("参保年度"), choices=enrol_years, coerce=int)
    category = forms.ChoiceField(label=_("人员类别"), choices=PersonCategory.choices)
    is_continuing = forms.BooleanField(label=_("由职工医保或外地转入，中断未超过规定期限"), required=False)


class EndForm(forms.Form):
    """End an enrolment."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    ends_on = DayField(label=_("最后参保日期"))
    reason = forms.ChoiceField(label=_("终止原因"), choices=[c for c in EndReason.choices if c[0] not in ("transfer",)])
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class TransferForm(forms.Form):
    """Take a person over from another pooling area."""

    id_number = forms.CharField(label=_("证件号码"), max_length=30)
    region = RegionField(label=_("转入村（社区）"))
    on = DayField(label=_("转入日期"))

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].limit_to(staff)  # type: ignore[attr-defined]


class StatusForm(forms.Form):
    """Grant a hardship status."""

    category = forms.ChoiceField(label=_("困难身份"), choices=HardshipCategory.choices)
    starts_on = DayField(label=_("起始日期"))
    ends_on = DayField(label=_("终止日期"), required=False)
    source = forms.CharField(label=_("认定来源"), max_length=100)
    reason = forms.CharField(label=_("认定原因"), max_length=200, required=False)


class PaymentForm(KeyedForm):
    """Book a payment for one due."""

    kind = forms.ChoiceField(label=_("缴费方式"), choices=[(kind.value, kind.label) for kind in COUNTER_KINDS])
    amount_fen = FenFormField(label=_("金额（元）"), min_fen=1)
    paid_on = DayField(label=_("缴费日期"))
    receipt = forms.CharField(label=_("票据号"), max_length=40, required=False)


class HouseholdPaymentForm(KeyedForm):
    """One household pays for all its members."""

    year = forms.TypedChoiceField(label=_("待遇年度"), choices=enrol_years, coerce=int)
    paid_on = DayField(label=_("缴费日期"))
    receipt = forms.CharField(label=_("票据号"), max_length=40, required=False)


class RefundForm(KeyedForm):
    """Give money back."""

    amount_fen = FenFormField(label=_("退费金额（元）"), min_fen=1)
    reason = forms.CharField(label=_("退费原因"), max_length=200)


class WorkOutForm(forms.Form):
    """Work out the dues of an area and year."""

    area = forms.ModelChoiceField(Region.everywhere.none(), label=_("统筹地区"), to_field_name="code")
    year = forms.TypedChoiceField(label=_("待遇年度"), choices=enrol_years, coerce=int)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = regions.pooling_areas(clock.today(), within=staff.region)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """Correct what a person's papers say."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), max_length=50)
    ethnicity = forms.ChoiceField(label=_("民族"), choices=ethnicities)
    phone = forms.CharField(label=_("联系电话（重新填写，不填则清除）"), max_length=20, required=False)
    reason = forms.CharField(label=_("更正原因"), max_length=200)


class NumberForm(forms.Form):
    """The resident number of a newborn."""

    id_number = forms.CharField(label=_("居民身份证号码"), max_length=30)

"""The office's own forms."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from office.models import Office, Region, RegionAttribute, User
from office.models.regions import LEVEL_ORDER, Level, LinkKind
from office.permissions import ROLE_CHOICES


class DayInput(forms.DateInput):
    """A day typed or picked, always as 2018-07-11."""

    input_type = "date"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m-%d", **more)


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """The account's own change of password."""

    old = forms.CharField(
        label=_("原密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再次输入新密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("两次输入的新密码不一致。"))
        return str(again)


class TokenForm(forms.Form):
    """A one-time password of six digits."""

    token = forms.RegexField(
        r"^[0-9]{6}$",
        label=_("一次性口令"),
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 6}
        ),
        error_messages={"invalid": _("一次性口令为6位数字。")},
    )


class ReasonForm(forms.Form):
    """A reason, asked for where an act must be accounted for."""

    reason = forms.CharField(label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AccountForm(forms.Form):
    """A new account, without roles."""

    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,60}$",
        label=_("用户名"),
        error_messages={"invalid": _("用户名为3至60个字母、数字、点、横线或下划线。")},
    )
    name = forms.CharField(label=_("姓名"), max_length=60)
    office = forms.ModelChoiceField(label=_("机构"), queryset=Office.everywhere.none())
    identity_number = forms.CharField(
        label=_("证件号码"), max_length=18, required=False, help_text=_("只保存不可还原的索引，用来保证一人一户。")
    )
    is_machine = forms.BooleanField(label=_("系统账户（医院系统等，用密钥登录）"), required=False)
    provider_code = forms.CharField(label=_("定点机构编码"), max_length=12, required=False)

    def __init__(self, *args: Any, staff: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.visible_to(staff).filter(is_open=True)  # type: ignore[attr-defined]


class PostingForm(forms.Form):
    """A role for an account."""

    role = forms.ChoiceField(label=_("岗位"), choices=ROLE_CHOICES)
    starts_on = forms.DateField(label=_("起始日期"), widget=DayInput(), initial=clock.today)
    ends_on = forms.DateField(label=_("终止日期"), widget=DayInput(), required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("ends_on") and values.get("starts_on") and values["ends_on"] < values["starts_on"]:
            raise forms.ValidationError(_("终止日期不能早于起始日期。"))
        return values


class MachineTokenForm(forms.Form):
    """A key for a machine account."""

    label = forms.CharField(label=_("用途"), max_length=60)
    expires_on = forms.DateField(
        label=_("有效期至"), widget=DayInput(), initial=lambda: clock.today() + timedelta(days=365)
    )


class OfficeForm(forms.Form):
    """A new office."""

    code = forms.RegexField(r"^[A-Za-z0-9-]{3,20}$", label=_("机构编码"))
    name = forms.CharField(label=_("机构名称"), max_length=100)
    region = forms.CharField(label=_("所辖地区代码"), max_length=12)


class RegionForm(forms.Form):
    """A new region under the one shown."""

    code = forms.RegexField(
        r"^[0-9]{6,12}$", label=_("行政区划代码"), error_messages={"invalid": _("行政区划代码须为6至12位数字。")}
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    level = forms.ChoiceField(label=_("级别"), choices=Level.choices)
    starts_on = forms.DateField(label=_("启用日期"), widget=DayInput())

    def __init__(self, *args: Any, parent: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lower = LEVEL_ORDER[LEVEL_ORDER.index(parent.level) + 1 :]
        self.fields["level"].choices = [choice for choice in Level.choices if choice[0] in lower]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """A dated change of a region's parent."""

    kind = forms.ChoiceField(label=_("关系"), choices=LinkKind.choices)
    parent = forms.CharField(label=_("新上级代码"), max_length=12)
    on = forms.DateField(label=_("自哪一天起"), widget=DayInput())
    document = forms.CharField(label=_("依据文件"), max_length=100)


class AttributeForm(forms.Form):
    """A dated attribute of a region."""

    name = forms.ChoiceField(label=_("属性"), choices=RegionAttribute.Name.choices)
    value = forms.CharField(label=_("取值"), max_length=60)
    on = forms.DateField(label=_("自哪一天起"), widget=DayInput())
    document = forms.CharField(label=_("依据文件"), max_length=100)
    clause = forms.CharField(label=_("条款"), max_length=60, required=False)

"""Forms of the policy pages: the head of a set with one entry per term, a set's file, a national value."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.versions import VersionField
from office.models import Region
from office.selectors import regions
from policy import marked_yaml, writing
from policy.law import BOUNDS, catalogue
from policy.models import LocalPolicySet
from policy.presenting import LAYERS
from policy.term_keys import KEYS, TermKey
from policy.writing import Entry

FILE_LIMIT = 512 * 1024
ILLUSTRATIVE = [("", _("随全套")), ("yes", _("示例")), ("no", _("非示例"))]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m-%d", **more)


class SetForm(forms.Form):
    """The head of a local set."""

    region = forms.ModelChoiceField(label=_("地区"), queryset=Region.everywhere.none(), to_field_name="code")
    kind = forms.ChoiceField(label=_("种类"), choices=LocalPolicySet.Kind.choices)
    name = forms.CharField(label=_("名称"), max_length=200)
    document = forms.CharField(label=_("文件名称"), max_length=200, required=False)
    document_number = forms.CharField(label=_("文号"), max_length=100, required=False)
    issued_on = forms.DateField(label=_("印发日期"), required=False, widget=DayInput())
    effective_on = forms.DateField(label=_("生效日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("终止日期"), required=False, widget=DayInput())
    is_illustrative = forms.BooleanField(label=_("示例（不是来自文件）"), required=False)
    version = VersionField(required=False)

    def __init__(self, *args: Any, choosable: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = choosable  # type: ignore[attr-defined]

    def header(self) -> dict[str, Any]:
        """The head as the public format writes it."""
        cleaned = self.cleaned_data
        return {
            "area": cleaned["region"].code,
            **{
                field: cleaned[field]
                for field in ("name", "document", "document_number", "issued_on", "effective_on", "ends_on")
            },
            "is_illustrative": cleaned["is_illustrative"] or not cleaned["document"],
        }


def entries_of(content: dict[str, Any]) -> dict[str, Entry]:
    """The terms of a stored content as the form shows them."""
    return {name: writing.entry_of(name, raw) for name, raw in content.get("terms", {}).items() if name in KEYS}


def entries_posted(data: Any) -> dict[str, Entry]:
    """The terms typed into the form; an empty value leaves the term out."""
    found = {}
    for key in KEYS.values():
        value = data.get(f"{key.name}:value", "")
        if value.strip():
            illustrative = {"yes": True, "no": False}.get(data.get(f"{key.name}:illustrative", ""))
            found[key.name] = Entry(
                value,
                clause=data.get(f"{key.name}:clause", ""),
                words=data.get(f"{key.name}:words", ""),
                document=data.get(f"{key.name}:document", ""),
                note=data.get(f"{key.name}:note", ""),
                is_illustrative=illustrative,
            )
    return found


def text_of(form: SetForm, entries: dict[str, Entry]) -> str:
    """Head and terms as the public format."""
    return writing.yaml_of(form.header(), {name: writing.raw_of(name, entry) for name, entry in entries.items()})


def layers(entries: dict[str, Entry]) -> list[dict[str, Any]]:
    """Every term that can be set, by layer, with what is entered."""
    found: dict[str, list[dict[str, Any]]] = {code: [] for code in LAYERS}
    for key in KEYS.values():
        if key.is_supported and key.origin == "local":
            entry = entries.get(key.name)
            found[key.layer].append(
                {"key": key, "entry": entry, "rows": entry.value.count("\n") + 1 if entry else 1, "hint": hint(key),
                 "illustrative": "" if entry is None or entry.is_illustrative is None else "yes" if entry.is_illustrative else "no"}
            )  # fmt: skip
    return [
        {"code": code, "title": LAYERS[code], "rows": rows, "filled": sum(row["entry"] is not None for row in rows)}
        for code, rows in found.items()
        if rows
    ]


def hint(key: TermKey) -> str:
    """An example of what may be typed."""
    examples = {
        "fen": "400.00", "rate": "75%", "points": "5%", "flag": "是 / 否", "days": "60", "month_day": "09-01",
        "premium_aid": "全额，或 定额 105.00",
    }  # fmt: skip
    if key.unit in ("choice", "choices"):
        named = writing.value_text(key, list(key.choices)) if key.choices else "文字"
        return named if key.unit == "choices" else named.replace("、", " / ")
    return examples.get(key.unit, "")


def choosable(staff: Any, on: Any) -> QuerySet[Region]:
    """Areas the account may draft for: pooling areas in its scope, and the province itself."""
    own = Region.objects.visible_to(staff)
    areas = own.filter(pk__in=regions.pooling_areas(on).values("pk"))
    return (areas | own.filter(level="province")).order_by("code")


class SetFileForm(forms.Form):
    """A set as a YAML file."""

    file = forms.FileField(label=_("标准文件（YAML）"))
    kind = forms.ChoiceField(label=_("种类"), choices=LocalPolicySet.Kind.choices)

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > FILE_LIMIT:
            raise forms.ValidationError(_("文件超过 512 KB，没有读入。一套标准不会这样大，请核对文件。"))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文件不是 UTF-8 编码，没有读入。请另存为 UTF-8 后再上传。")) from None
        marked_yaml.load(text, upload.name[:80] + " ")
        return str(text)


class NationalValueForm(forms.Form):
    """A value of the law that came after the shipped files."""

    parameter = forms.ChoiceField(label=_("国家标准"))
    starts_on = forms.DateField(label=_("生效日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("执行至"), required=False, widget=DayInput())
    value = forms.CharField(
        label=_("数值"), max_length=200, help_text=_("金额写元（490.00），比例写百分数（70%），日期写 2020-06-10。")
    )
    bound = forms.ChoiceField(label=_("约束方式"), required=False)
    document = forms.CharField(label=_("文件"), max_length=100)
    clause = forms.CharField(label=_("条款"), max_length=40, required=False)
    words = forms.CharField(label=_("原文"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(catalogue().parameters.values(), key=lambda parameter: (bool(parameter.values), parameter.key))
        self.fields["parameter"].choices = [("", "—")] + [(p.key, p.name) for p in known]  # type: ignore[attr-defined]
        self.fields["bound"].choices = [("", _("同原标准")), *BOUNDS.items()]  # type: ignore[attr-defined]

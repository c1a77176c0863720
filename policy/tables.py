"""Columns of the policy lists."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.tables import DayColumn, ListTable, MomentColumn, StateColumn
from core.templatetags.screen import illustrative
from policy.law import catalogue
from policy.models import LocalPolicySet, NationalValue, PolicyFinding


class SetTable(ListTable):
    """Local policy sets."""

    region = tables.Column(accessor="region__name", verbose_name=_("地区"))
    name = tables.Column(verbose_name=_("名称"))
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("种类"))
    document_number = tables.Column(verbose_name=_("文号"))
    effective_on = DayColumn(verbose_name=_("生效日期"))
    ends_on = DayColumn(verbose_name=_("终止日期"))
    approved_on = DayColumn(verbose_name=_("批准日期"))
    findings_open = tables.Column(verbose_name=_("标准差距"), empty_values=())
    state = StateColumn(verbose_name=_("状态"))

    default_columns = ("region", "name", "kind", "effective_on", "ends_on", "findings_open", "state")
    fixed_columns = ("name",)

    class Meta(ListTable.Meta):
        model = LocalPolicySet
        fields = (
            "region", "name", "kind", "document_number", "effective_on", "ends_on", "approved_on", "findings_open", "state",
        )  # fmt: skip

    def render_name(self, record: LocalPolicySet) -> str:
        mark = illustrative() if record.is_illustrative or record.is_partly_illustrative else ""
        return format_html('<a href="{}">{}</a> {}', reverse("policy:set_detail", args=[record.pk]), record.name, mark)

    def value_name(self, record: LocalPolicySet) -> str:
        return record.name

    def render_findings_open(self, record: LocalPolicySet) -> str:
        count = getattr(record, "findings_open", 0)
        return format_html('<span class="badge bg-orange-lt">{}</span>', count) if count else "—"

    def value_findings_open(self, record: LocalPolicySet) -> int:
        return getattr(record, "findings_open", 0)


class FindingTable(ListTable):
    """What falls short of the law."""

    region = tables.Column(accessor="policy_set__region__name", verbose_name=_("地区"))
    name = tables.Column(verbose_name=_("标准"))
    policy_set = tables.Column(verbose_name=_("地方政策标准"))
    local_value = tables.Column(
        verbose_name=_("本地数值"), attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )
    bound_value = tables.Column(verbose_name=_("应达到"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    difference = tables.Column(verbose_name=_("差额"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    document = tables.Column(verbose_name=_("依据"))
    found_on = DayColumn(verbose_name=_("发现日期"))
    state = StateColumn(verbose_name=_("状态"))
    closed_on = DayColumn(verbose_name=_("消除日期"))
    outcome = tables.Column(verbose_name=_("消除情形"))

    default_columns = ("region", "name", "local_value", "bound_value", "difference", "document", "found_on", "state")
    fixed_columns = ("name",)

    class Meta(ListTable.Meta):
        model = PolicyFinding
        fields = (
            "region", "name", "policy_set", "local_value", "bound_value", "difference", "document", "found_on", "state",
            "closed_on", "outcome",
        )  # fmt: skip

    def render_name(self, record: PolicyFinding) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("policy:parameter_detail", args=[record.parameter]), record.name
        )

    def value_name(self, record: PolicyFinding) -> str:
        return record.name

    def render_policy_set(self, record: PolicyFinding) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("policy:set_detail", args=[record.policy_set_id]), record.policy_set.name
        )

    def value_policy_set(self, record: PolicyFinding) -> str:
        return record.policy_set.name

    def render_document(self, record: PolicyFinding) -> str:
        return format_html(
            '<a href="{}">{}</a> {}',
            reverse("policy:document_detail", args=[record.document]),
            record.document,
            record.clause,
        )

    def value_document(self, record: PolicyFinding) -> str:
        return f"{record.document} {record.clause}"


class NationalValueTable(ListTable):
    """Values entered after the shipped files."""

    parameter = tables.Column(verbose_name=_("国家标准"))
    starts_on = DayColumn(verbose_name=_("生效日期"))
    value = tables.Column(verbose_name=_("数值"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    document = tables.Column(verbose_name=_("文件"))
    clause = tables.Column(verbose_name=_("条款"))
    made_by = tables.Column(accessor="made_by__name", verbose_name=_("录入人"))
    approved_by = tables.Column(accessor="approved_by__name", verbose_name=_("批准人"))
    made_at = MomentColumn(verbose_name=_("录入时间"))
    state = StateColumn(verbose_name=_("状态"))

    fixed_columns = ("parameter",)

    class Meta(ListTable.Meta):
        model = NationalValue
        fields = ("parameter", "starts_on", "value", "document", "clause", "made_by", "approved_by", "made_at", "state")

    def render_parameter(self, record: NationalValue) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("policy:national_value_detail", args=[record.pk]),
            parameter_name(record.parameter),
        )

    def value_parameter(self, record: NationalValue) -> str:
        return parameter_name(record.parameter)


def parameter_name(key: str) -> str:
    """The Chinese name of a parameter; its key when the shipped law no longer has it."""
    known = catalogue().parameters.get(key)
    return known.name if known else key

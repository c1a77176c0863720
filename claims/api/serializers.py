"""What the API gives and takes of bills and settlements; amounts are whole fen."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from claims.api.scope import bills_of
from claims.codes import DeliveryKind, FilingKind, Trait, VisitKind
from claims.models import Bill, CatalogueItem, Provider, Settlement
from claims.services.bills import BillDraft
from claims.services.figures import AMOUNTS, COST
from claims.services.lines import LineDraft
from core.api.fields import FenSerializerField, ModelSerializer
from core.api.serializers import TakenSerializer
from enrollment.models import Person
from office.api.fields import VisibleField

MOST_LINES = 500


class ProviderSerializer(ModelSerializer):
    """One provider."""

    region = serializers.CharField(source="region.code", help_text=_("所在地行政区划代码"))

    class Meta:
        model = Provider
        fields = ["code", "name", "level", "kind", "region"]
        read_only_fields = fields


class ItemSerializer(ModelSerializer):
    """One item of the catalogue with its version of today."""

    item_class = serializers.CharField(source="today_class", allow_null=True, help_text=_("甲 乙 丙"))
    first_self_pay_percent_hundredths = serializers.IntegerField(
        source="today_share", allow_null=True, help_text=_("先行自付比例，以万分之一计（10% 为 1000）")
    )
    price_cap_fen = serializers.IntegerField(source="today_cap_fen", allow_null=True)

    class Meta:
        model = CatalogueItem
        fields = ["code", "name", "kind", "item_class", "first_self_pay_percent_hundredths", "price_cap_fen"]
        read_only_fields = fields


class BillSerializer(ModelSerializer):
    """One bill with its sums."""

    person = serializers.CharField(source="person.number", help_text=_("人员编号"))
    provider = serializers.CharField(source="provider.code", help_text=_("医疗机构编码"))
    region = serializers.CharField(source="region.code", help_text=_("参保地行政区划代码"))

    class Meta:
        model = Bill
        fields = [
            "number",
            "person",
            "provider",
            "hospital_number",
            "visit_kind",
            "filing",
            "delivery_kind",
            "trait",
            "disease",
            "admitted_on",
            "discharged_on",
            "stay_days",
            "diagnosis_code",
            "diagnosis_name",
            *COST,
            "other_fen",
            "line_count",
            "year",
            "region",
            "is_local",
            "state",
            "recorded_at",
        ]
        read_only_fields = fields


class SettlementSerializer(ModelSerializer):
    """One settlement, reversal or adjustment; a reversal's amounts are negative."""

    bill = serializers.CharField(source="bill.number", help_text=_("单据号"))
    person = serializers.CharField(source="person.number", help_text=_("人员编号"))
    provider = serializers.CharField(source="provider.code", help_text=_("医疗机构编码"))
    region = serializers.CharField(source="region.code", help_text=_("参保地行政区划代码"))
    reverses = serializers.CharField(
        source="reverses.number", default=None, allow_null=True, help_text=_("冲正的结算单")
    )
    adjusts = serializers.CharField(source="adjusts.number", default=None, allow_null=True, help_text=_("调整的结算单"))

    class Meta:
        model = Settlement
        fields = [
            "number",
            "kind",
            "bill",
            "person",
            "provider",
            "year",
            "sequence",
            "settled_on",
            "period",
            "region",
            "visit_kind",
            "level",
            "is_local",
            "status",
            *AMOUNTS,
            "reverses",
            "adjusts",
            "reason",
            "recorded_at",
        ]
        read_only_fields = fields


class NationalSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A settlement in the field names of the national interface (医疗保障信息平台接口), amounts in yuan."""

    setl_id = serializers.CharField(source="number", help_text=_("结算ID"))
    psn_no = serializers.CharField(source="person.number", help_text=_("人员编号"))
    fixmedins_code = serializers.CharField(source="provider.code", help_text=_("定点医药机构编号"))
    setl_time = serializers.DateField(source="settled_on", help_text=_("结算时间"))
    medfee_sumamt = serializers.CharField(source="total_fen", help_text=_("医疗费总额"))
    fulamt_ownpay_amt = serializers.CharField(source="full_self_fen", help_text=_("全自费金额"))
    overlmt_selfpay = serializers.CharField(source="over_limit_fen", help_text=_("超限价自费费用"))
    preselfpay_amt = serializers.CharField(source="first_self_fen", help_text=_("先行自付金额"))
    inscp_scp_amt = serializers.CharField(source="in_scope_fen", help_text=_("符合政策范围金额"))
    act_pay_dedc = serializers.CharField(source="deductible_fen", help_text=_("实际支付起付线"))
    hifp_pay = serializers.CharField(source="basic_fen", help_text=_("基本医疗保险统筹基金支出"))
    hifmi_pay = serializers.CharField(source="critical_fen", help_text=_("居民大病保险资金支出"))
    maf_pay = serializers.CharField(source="aid_fen", help_text=_("医疗救助基金支出"))
    oth_pay = serializers.CharField(source="other_fen", help_text=_("其他支出"))
    fund_pay_sumamt = serializers.CharField(source="fund_fen", help_text=_("基金支付总额"))
    psn_part_amt = serializers.CharField(source="personal_fen", help_text=_("个人负担总金额"))


class StepSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """One step of how it was computed, in words."""

    name = serializers.CharField()
    fen = serializers.IntegerField()
    note = serializers.CharField()


class PreviewSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What settling now would give; `refusal` is empty when it can be settled, else amounts are null."""

    refusal = serializers.CharField(allow_blank=True)
    amounts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    steps = StepSerializer(many=True)


class LineSerializer(TakenSerializer):
    """One line of a bill, as the hospital wrote it."""

    item_code = serializers.CharField(max_length=40, help_text=_("目录编码"))
    quantity = serializers.DecimalField(max_digits=10, decimal_places=4, help_text=_("数量（文本，最多四位小数）"))
    unit_price = serializers.DecimalField(
        max_digits=12, decimal_places=4, help_text=_("单价，元（文本，最多四位小数）")
    )


def patients_of(staff: Any) -> Any:
    """The people whose bills a caller may enter."""
    return Person.objects.visible_to(staff).filter(merged_into__isnull=True)


def providers_of(staff: Any) -> Any:
    """The providers a caller may enter bills of: a hospital's own, any for an office."""
    rows = Provider.objects.visible_to(staff)
    return rows.filter(code=staff.provider_code) if staff.is_machine else rows


class DraftSerializer(TakenSerializer):
    """A bill as it is on paper."""

    person = VisibleField(rows=patients_of, slug_field="number", help_text=_("人员编号"))
    provider = VisibleField(rows=providers_of, slug_field="code", help_text=_("医疗机构编码"))
    hospital_number = serializers.CharField(max_length=40, help_text=_("医院单据号"))
    visit_kind = serializers.ChoiceField(choices=VisitKind.choices)
    filing = serializers.ChoiceField(choices=FilingKind.choices, required=False, default="")
    delivery_kind = serializers.ChoiceField(choices=DeliveryKind.choices, required=False, default="")
    trait = serializers.ChoiceField(choices=Trait.choices, required=False, default="")
    disease = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    admitted_on = serializers.DateField()
    discharged_on = serializers.DateField()
    diagnosis_code = serializers.CharField(max_length=20)
    diagnosis_name = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    other_fen = FenSerializerField(min_value=0, required=False, default=0)
    lines = LineSerializer(many=True, min_length=1, max_length=MOST_LINES)  # type: ignore[call-arg]

    def draft(self) -> BillDraft:
        """The checked fields as the services take them."""
        asked = dict(self.validated_data)
        person, provider = asked.pop("person"), asked.pop("provider")
        lines = [LineDraft(line["item_code"], line["quantity"], line["unit_price"]) for line in asked.pop("lines")]
        return BillDraft(person_id=person.pk, provider_id=provider.pk, lines=lines, **asked)


class SettleSerializer(TakenSerializer):
    """Which bill to settle."""

    bill = VisibleField(rows=bills_of, slug_field="number", help_text=_("单据号"))


class ReverseSerializer(TakenSerializer):
    """Why a settlement is reversed."""

    reason = serializers.CharField(max_length=200)


class EntitlementAskedSerializer(TakenSerializer):
    """Whose entitlement, on which day; the number goes in the body and never into an address."""

    id_number = serializers.CharField(max_length=30, help_text=_("居民身份证号码"))
    name = serializers.CharField(max_length=50)
    on = serializers.DateField(required=False, default=None, allow_null=True, help_text=_("就诊日期；不填为今天"))


class EntitlementSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Whether a person is covered on a day, as what, and with which hardship statuses."""

    person = serializers.CharField(help_text=_("人员编号"))
    on = serializers.DateField()
    is_covered = serializers.BooleanField()
    category = serializers.CharField(allow_blank=True)
    benefits_start_on = serializers.DateField(allow_null=True)
    statuses = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_blank=True, help_text=_("不能享受待遇的原因"))

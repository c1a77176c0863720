"""What the API gives and takes of the register; document numbers go in whole and come out masked."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.serializers import TakenSerializer
from enrollment.codes import EndReason, IdKind, PersonCategory, Relation, Sex
from enrollment.models import Enrollment, Person
from office.api.fields import RegionField, VisibleField


class EnrollmentSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """One enrolment."""

    person = serializers.CharField(source="person.number", help_text=_("人员编号"))
    region = serializers.CharField(source="region.code", help_text=_("行政区划代码"))
    pooling_area = serializers.CharField(source="pooling_area.code", help_text=_("统筹地区代码"))

    class Meta:
        model = Enrollment
        fields = [
            "id",
            "person",
            "year",
            "category",
            "region",
            "pooling_area",
            "starts_on",
            "ends_on",
            "benefits_start_on",
            "registered_on",
            "in_force",
            "reason_ended",
            "version",
        ]
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """One person; the document number is masked."""

    identity = serializers.CharField(source="masked_number", help_text=_("证件号码（已遮盖）"))
    phone = serializers.CharField(source="masked_phone", help_text=_("联系电话（已遮盖）"))
    region = serializers.CharField(source="region.code", help_text=_("行政区划代码"))

    class Meta:
        model = Person
        fields = [
            "number",
            "name",
            "sex",
            "birth_on",
            "id_kind",
            "identity",
            "phone",
            "ethnicity",
            "region",
            "died_on",
            "is_temporary",
        ]
        read_only_fields = fields


class RegistrationSerializer(TakenSerializer):
    """A registration as on the paper form."""

    name = serializers.CharField(max_length=50)
    id_kind = serializers.ChoiceField(choices=IdKind.choices, default=IdKind.RESIDENT)
    id_number = serializers.CharField(max_length=30)
    sex = serializers.ChoiceField(choices=Sex.choices, required=False, default="")
    birth_on = serializers.DateField(required=False, default=None, allow_null=True)
    ethnicity = serializers.RegexField(r"^[0-9]{2}$", required=False, default="01")
    region = RegionField(help_text=_("村（社区）或乡镇的行政区划代码"))
    phone = serializers.RegexField(r"^(1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8})$", required=False, default="")
    book_number = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    relation = serializers.ChoiceField(choices=Relation.choices, required=False, default="")
    category = serializers.ChoiceField(choices=PersonCategory.choices)
    years = serializers.ListField(
        child=serializers.IntegerField(min_value=2007, max_value=2100), min_length=1, max_length=2
    )
    is_employee = serializers.BooleanField(required=False, default=False)
    guardian_number = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    credential_number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class RegisteredSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What came of a registration."""

    person = serializers.CharField(help_text=_("人员编号"))
    enrolments = EnrollmentSerializer(many=True)


def people_of(staff: Any) -> Any:
    """The people a caller may name."""
    return Person.objects.visible_to(staff).filter(merged_into__isnull=True).select_related("region")


class EnrolSerializer(TakenSerializer):
    """Enrol a known person for a year."""

    person = VisibleField(rows=people_of, slug_field="number", help_text=_("人员编号"))
    year = serializers.IntegerField(min_value=2007, max_value=2100)
    category = serializers.ChoiceField(choices=PersonCategory.choices)
    region = RegionField(required=False, default=None, help_text=_("不填则取人员所在地"))
    is_continuing = serializers.BooleanField(required=False, default=False)


class EndSerializer(TakenSerializer):
    """End an enrolment; `version` is the one the caller has seen."""

    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000)
    ends_on = serializers.DateField()
    reason = serializers.ChoiceField(choices=[choice for choice in EndReason.choices if choice[0] != "transfer"])
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

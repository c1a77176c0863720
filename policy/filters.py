"""Filters of the policy lists; choices come from what the account may see."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from office.models import Region
from policy.models import LocalPolicySet, NationalValue, PolicyFinding
from policy.models.scopes import governed


def areas(request: Any) -> QuerySet[Region]:
    """The areas that have a set the account may read."""
    if request is None:
        return Region.everywhere.none()
    return Region.everywhere.filter(governed(request.user, "pk"), policy_sets__isnull=False).distinct().order_by("code")


class SetFilter(django_filters.FilterSet):
    """Local sets by area, state and words of the name."""

    name = django_filters.CharFilter(lookup_expr="icontains", label=_("名称"))
    region = django_filters.ModelChoiceFilter(queryset=areas, label=_("地区"), to_field_name="code")
    state = django_filters.ChoiceFilter(choices=LocalPolicySet.State.choices, label=_("状态"))

    class Meta:
        model = LocalPolicySet
        fields = ("name", "region", "state")


class FindingFilter(django_filters.FilterSet):
    """Findings by area, document and state."""

    region = django_filters.ModelChoiceFilter(
        field_name="policy_set__region", queryset=areas, label=_("地区"), to_field_name="code"
    )
    document = django_filters.CharFilter(lookup_expr="icontains", label=_("文件"))
    state = django_filters.ChoiceFilter(choices=PolicyFinding.State.choices, label=_("状态"))

    class Meta:
        model = PolicyFinding
        fields = ("region", "document", "state")


class NationalValueFilter(django_filters.FilterSet):
    """Entered values by document and state."""

    document = django_filters.CharFilter(lookup_expr="icontains", label=_("文件"))
    state = django_filters.ChoiceFilter(choices=NationalValue.State.choices, label=_("状态"))

    class Meta:
        model = NationalValue
        fields = ("document", "state")

"""What the office's lists can be filtered by: explicit fields, choices in scope."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry, ImportBatch, Job, JobState
from core.models.staging import BatchState
from office import acts
from office.forms import DayInput
from office.models import Approval, Office, User, WorkItem
from office.permissions import ROLE_CHOICES
from office.services import approvals


class YesNo(forms.Select):
    """Yes, no, or both; the library's own says 「未知」 where all are meant."""

    def __init__(self) -> None:
        super().__init__(choices=[("", _("全部")), ("true", _("是")), ("false", _("否"))])


class StateFirstFilter(django_filters.FilterSet):
    """A filter that shows one state unless another is asked for (「全部」 shows all)."""

    first_state = ""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "state" not in data and self.first_state:
            data = data.copy()
            data["state"] = self.first_state
        super().__init__(data, *args, **kwargs)


class WorkFilter(StateFirstFilter):
    """Filters of the work list."""

    first_state = WorkItem.State.OPEN

    title = django_filters.CharFilter(label=_("事项"), lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=WorkItem.State.choices, empty_label=_("全部"))
    due_until = django_filters.DateFilter(
        label=_("期限不晚于"), field_name="due_on", lookup_expr="lte", widget=DayInput()
    )
    mine = django_filters.BooleanFilter(label=_("我领取的"), method="only_mine", widget=YesNo())

    class Meta:
        model = WorkItem
        fields: tuple[str, ...] = ()

    def only_mine(self, rows: QuerySet[WorkItem], name: str, value: bool | None) -> QuerySet[WorkItem]:
        if value is None or self.request is None:
            return rows
        own = Q(assignee=self.request.user)
        return rows.filter(own) if value else rows.exclude(own)


class ApprovalFilter(StateFirstFilter):
    """Filters of the approval list."""

    first_state = Approval.State.WAITING

    state = django_filters.ChoiceFilter(label=_("状态"), choices=Approval.State.choices, empty_label=_("全部"))
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=approvals.kind_titles, empty_label=_("全部"))
    title = django_filters.CharFilter(label=_("事项"), lookup_expr="icontains")

    class Meta:
        model = Approval
        fields: tuple[str, ...] = ()


class JobFilter(django_filters.FilterSet):
    """Filters of the job list."""

    state = django_filters.ChoiceFilter(label=_("状态"), choices=JobState.choices, empty_label=_("全部"))

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()


class ImportFilter(django_filters.FilterSet):
    """Filters of the import list."""

    state = django_filters.ChoiceFilter(label=_("状态"), choices=BatchState.choices, empty_label=_("全部"))
    file_name = django_filters.CharFilter(label=_("文件名"), lookup_expr="icontains")

    class Meta:
        model = ImportBatch
        fields: tuple[str, ...] = ()


class AuditFilter(django_filters.FilterSet):
    """Filters of the audit trail."""

    act = django_filters.ChoiceFilter(label=_("行为"), choices=acts.choices, empty_label=_("全部"))
    actor_name = django_filters.CharFilter(label=_("操作人"), lookup_expr="icontains")
    object_label = django_filters.CharFilter(label=_("对象"), lookup_expr="icontains")
    region_code = django_filters.CharFilter(label=_("区划代码"), lookup_expr="startswith")
    since = django_filters.DateFilter(label=_("起始日期"), field_name="at", lookup_expr="date__gte", widget=DayInput())
    until = django_filters.DateFilter(label=_("终止日期"), field_name="at", lookup_expr="date__lte", widget=DayInput())

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()


def _offices_in_scope(request: Any) -> QuerySet[Office]:
    return Office.objects.visible_to(request.user) if request is not None else Office.everywhere.none()


class AccountFilter(django_filters.FilterSet):
    """Filters of the account list."""

    name = django_filters.CharFilter(label=_("姓名或用户名"), method="by_name")
    office = django_filters.ModelChoiceFilter(label=_("机构"), queryset=_offices_in_scope, empty_label=_("全部"))
    role = django_filters.ChoiceFilter(
        label=_("岗位"), choices=ROLE_CHOICES, field_name="postings__role", distinct=True, empty_label=_("全部")
    )
    is_active = django_filters.BooleanFilter(label=_("在用"), widget=YesNo())

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(
            Q(name__icontains=value) | Q(username__icontains=value) | Q(pinyin__startswith=value.lower())
        )

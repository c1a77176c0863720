"""The lists of the reports room as tables."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.tables import DayColumn, ListTable, PeriodColumn, StateColumn
from enrollment.models import Enrollment
from reports.models import Submission


class SubmissionTable(ListTable):
    """Reports of all months, newest first."""

    number = tables.Column(_("报表编号"), linkify=("reports:submission_detail", {"number": tables.A("number")}))
    title = tables.Column(_("报表"), accessor="title")
    region = tables.Column(_("地区"), accessor="region__name")
    period = PeriodColumn(_("月份"))
    version = tables.Column(_("版本"))
    state = StateColumn(_("状态"))
    due_on = DayColumn(_("报送期限"))
    submitted_on = DayColumn(_("报送日期"))
    submitted_by = tables.Column(_("报送人"), accessor="submitted_by__name")
    decided_by = tables.Column(_("审定人"), accessor="decided_by__name")

    fixed_columns = ("number",)

    class Meta(ListTable.Meta):
        model = Submission
        fields = (
            "number", "title", "region", "period", "version", "state", "due_on", "submitted_on", "submitted_by", "decided_by",
        )  # fmt: skip


class EnrolledTable(ListTable):
    """The enrolments that a figure counts."""

    person = tables.Column(
        _("姓名"), accessor="person__name", linkify=("enrollment:person_detail", {"number": tables.A("person__number")})
    )
    category = tables.Column(_("人员类别"))
    region = tables.Column(_("村（社区）"), accessor="region__name")
    starts_on = DayColumn(_("参保起始日期"))
    ends_on = DayColumn(_("参保终止日期"))

    class Meta(ListTable.Meta):
        model = Enrollment
        fields = ("person", "category", "region", "starts_on", "ends_on")

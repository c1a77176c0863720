"""The lists of the office's own pages."""

from typing import ClassVar

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry, ImportBatch, Job
from core.tables import CountColumn, DayColumn, FenColumn, ListTable, MomentColumn, StateColumn
from office.models import Approval, Notice, Office, User, WorkItem
from office.permissions import role_label


class WorkTable(ListTable):
    """Work items."""

    title = tables.Column(_("事项"), linkify=lambda record: record.url or None)
    region = tables.Column(_("地区"), accessor="region__name")
    opened_on = DayColumn(verbose_name=_("产生日期"))
    due_on = DayColumn(verbose_name=_("办理期限"))
    assignee = tables.Column(_("承办人"))
    state = StateColumn(_("状态"), accessor="state")
    action = tables.TemplateColumn(
        template_name="office/work_action.html", verbose_name="", exclude_from_export=True, empty_values=()
    )

    class Meta(ListTable.Meta):
        model = WorkItem
        fields = ("title", "region", "opened_on", "due_on", "assignee", "state", "action")


class ApprovalTable(ListTable):
    """Approvals."""

    title = tables.Column(_("事项"), linkify=("office:approval_detail", [tables.A("pk")]))
    region = tables.Column(_("地区"), accessor="region__name")
    amount_fen = FenColumn(verbose_name=_("金额"))
    maker = tables.Column(_("经办人"))
    made_at = MomentColumn(verbose_name=_("提交时间"))
    due_on = DayColumn(verbose_name=_("办理期限"))
    checker = tables.Column(_("审批人"))
    state = StateColumn(_("状态"))

    class Meta(ListTable.Meta):
        model = Approval
        fields = ("title", "region", "amount_fen", "maker", "made_at", "due_on", "checker", "state")


class JobTable(ListTable):
    """Background jobs."""

    title = tables.Column(_("任务"), empty_values=(), linkify=("office:job_detail", [tables.A("pk")]))
    state = StateColumn(_("状态"))
    done = CountColumn(verbose_name=_("已完成"))
    total = CountColumn(verbose_name=_("总数"))
    message = tables.Column(_("说明"))
    owner_name = tables.Column(_("提交人"))
    created_at = MomentColumn(verbose_name=_("提交时间"))
    finished_at = MomentColumn(verbose_name=_("结束时间"))

    class Meta(ListTable.Meta):
        model = Job
        fields = ("title", "state", "done", "total", "message", "owner_name", "created_at", "finished_at")

    def render_title(self, record: Job) -> str:
        return str(record)


class NoticeTable(ListTable):
    """Notices to the account."""

    text = tables.Column(_("内容"))
    created_at = MomentColumn(verbose_name=_("时间"))
    read_at = MomentColumn(verbose_name=_("阅读时间"))

    class Meta(ListTable.Meta):
        model = Notice
        fields = ("text", "created_at", "read_at")

    def render_text(self, record: Notice) -> str:
        if not record.url:
            return record.text
        return format_html('<a href="{}">{}</a>', record.url, record.text)


class AuditTable(ListTable):
    """The audit trail."""

    at = MomentColumn(verbose_name=_("时间"))
    actor_name = tables.Column(_("操作人"))
    act = tables.Column(_("行为"))
    object_type = tables.Column(_("对象类型"))
    object_label = tables.Column(_("对象"))
    region_code = tables.Column(_("区划代码"))
    reason = tables.Column(_("原因"))
    changes = tables.Column(_("变更"))
    request_id = tables.Column(_("请求编号"))

    default_columns = ("at", "actor_name", "act", "object_label", "region_code", "reason")

    class Meta(ListTable.Meta):
        model = AuditEntry
        fields = (
            "at",
            "actor_name",
            "act",
            "object_type",
            "object_label",
            "region_code",
            "reason",
            "changes",
            "request_id",
        )

    def render_act(self, value: str) -> str:
        from office.acts import act_label

        return act_label(value)


class AccountTable(ListTable):
    """Accounts."""

    username = tables.Column(_("用户名"), linkify=("office:account_detail", [tables.A("username")]))
    name = tables.Column(_("姓名"))
    office = tables.Column(_("机构"))
    role_names = tables.Column(_("岗位"), empty_values=(), accessor="pk", orderable=False)
    is_machine = tables.BooleanColumn(verbose_name=_("系统账户"))
    is_active = tables.BooleanColumn(verbose_name=_("在用"))
    last_login = MomentColumn(verbose_name=_("最近登录"))

    class Meta(ListTable.Meta):
        model = User
        fields = ("username", "name", "office", "role_names", "is_machine", "is_active", "last_login")

    def render_role_names(self, record: User) -> str:
        return "、".join(role_label(posting.role) for posting in getattr(record, "live_postings", []))


class OfficeTable(ListTable):
    """Offices."""

    code = tables.Column(_("机构编码"))
    name = tables.Column(_("机构名称"))
    region = tables.Column(_("所辖地区"), accessor="region__full_name")
    level = tables.Column(_("级别"))
    is_open = tables.BooleanColumn(verbose_name=_("启用"))

    class Meta(ListTable.Meta):
        model = Office
        fields = ("code", "name", "region", "level", "is_open")


class ImportTable(ListTable):
    """Imported files."""

    file_name = tables.Column(_("文件名"), linkify=("office:import_detail", [tables.A("pk")]))
    kind = tables.Column(_("种类"))
    region_name = tables.Column(_("地区"))
    state = StateColumn(_("状态"))
    read_count = CountColumn(verbose_name=_("读取"))
    accepted_count = CountColumn(verbose_name=_("已导入"))
    unchanged_count = CountColumn(verbose_name=_("无变化"))
    refused_count = CountColumn(verbose_name=_("未导入"))
    owner_name = tables.Column(_("提交人"))
    created_at = MomentColumn(verbose_name=_("上传时间"))

    titles: ClassVar[dict[str, str]] = {}

    class Meta(ListTable.Meta):
        model = ImportBatch
        fields = (
            "file_name",
            "kind",
            "region_name",
            "state",
            "read_count",
            "accepted_count",
            "unchanged_count",
            "refused_count",
            "owner_name",
            "created_at",
        )

    def render_kind(self, value: str) -> str:
        from office.selectors.imports import title

        return title(value)

"""What the office itself puts into its registries: menu entries, desk cards, the search for offices, saved filters."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import jobs, listing
from core.models import Job, JobState
from core.refusal import Refused
from office import desk, menu, search
from office.models import Notice, Region, SavedFilter, User
from office.selectors import imports, waiting
from office.services import saved_filters


def register() -> None:
    """Called once when the app is ready."""
    _menu()
    _desk()
    search.register(search.Provider("regions", _("地区"), "office.regions", find_regions, order=900))
    listing.keep_filters_in(SavedFilters())


def _menu() -> None:
    menu.register("工作台", _("工作台"), "office:desk", "dashboard", order=10)
    menu.register(
        "工作台",
        _("待办事项"),
        "office:work_list",
        "checklist",
        "office.work",
        badge=lambda staff: waiting.open_work(staff).count(),
        order=20,
    )
    menu.register(
        "工作台",
        _("审批"),
        "office:approval_list",
        "rubber-stamp",
        ("office.approve", "policy.approve", "reports.accept", "policy.draft"),
        badge=lambda staff: waiting.approvals(staff).count(),
        order=30,
    )
    menu.register(
        "工作台",
        _("批量导入"),
        "office:import_list",
        "table-import",
        imports.PERMISSIONS,
        order=40,
    )
    menu.register("工作台", _("后台任务"), "office:job_list", "progress-check", "office.jobs", order=50)
    menu.register("经办机构", _("地区"), "office:region_list", "map-2", "office.regions", order=810)
    menu.register(
        "系统管理",
        _("账户"),
        "office:account_list",
        "users",
        ("core.admin.system", "core.admin.security", "core.admin.audit"),
        order=910,
    )
    menu.register(
        "系统管理", _("机构"), "office:office_list", "building", ("core.admin.system", "core.admin.security"), order=920
    )
    menu.register("系统管理", _("审计记录"), "office:audit_list", "history", "office.trail", order=930)
    menu.register("系统管理", _("基础数据"), "admin:index", "database", "core.admin.system", order=940)


def _desk() -> None:
    card = desk.DeskCard
    desk.register(card("office.work", _("待办事项"), "office.work", work_figure, area="figures", order=10))
    desk.register(card("office.overdue", _("超期待办"), "office.work", overdue_figure, area="figures", order=11))
    desk.register(card("office.approvals", _("待审批"), "", approval_figure, area="figures", order=12))
    desk.register(card("office.jobs", _("进行中的任务"), "office.jobs", job_figure, area="figures", order=13))
    desk.register(card("office.accounts", _("账户"), "core.admin.security", account_figure, area="figures", order=14))
    desk.register(
        card("office.accounts_system", _("账户"), "core.admin.system", account_figure, area="figures", order=14)
    )
    desk.register(card("office.trouble", _("系统状况"), "core.admin.system", trouble_card, area="aside", order=5))
    desk.register(card("office.imports", _("批量导入"), "", import_card, area="aside", order=80))
    desk.register(card("office.notices", _("最近通知"), "", notice_card, area="aside", order=90))


def work_figure(staff: User, on: date) -> dict[str, Any]:
    """Open work items."""
    return {
        "label": _("待办事项"),
        "value": waiting.open_work(staff).count(),
        "url": reverse("office:work_list"),
        "icon": "checklist",
    }


def overdue_figure(staff: User, on: date) -> dict[str, Any]:
    """Open work items past their limit."""
    late = waiting.open_work(staff).filter(due_on__lt=on).count()
    return {
        "label": _("超期待办"),
        "value": late,
        "url": f"{reverse('office:work_list')}?state=open&due_until={on:%Y-%m-%d}",
        "icon": "clock",
        "tone": "red" if late else "green",
    }


def approval_figure(staff: User, on: date) -> dict[str, Any] | None:
    """Approvals that wait for this account."""
    if not staff.can_any("office.approve", "policy.approve", "reports.accept"):
        return None
    return {
        "label": _("待审批"),
        "value": waiting.approvals(staff).count(),
        "url": reverse("office:approval_list"),
        "icon": "rubber-stamp",
    }


def job_figure(staff: User, on: date) -> dict[str, Any]:
    """Jobs under way."""
    running = Job.objects.visible_to(staff).filter(state__in=[JobState.WAITING, JobState.RUNNING]).count()
    return {"label": _("进行中的任务"), "value": running, "url": reverse("office:job_list"), "icon": "progress-check"}


def account_figure(staff: User, on: date) -> dict[str, Any]:
    """Active accounts of the area."""
    return {
        "label": _("在用账户"),
        "value": User.objects.visible_to(staff).filter(is_active=True).count(),
        "url": f"{reverse('office:account_list')}?is_active=true",
        "icon": "users",
    }


def trouble_card(staff: User, on: date) -> dict[str, Any] | None:
    """What the job machinery complains about."""
    trouble = jobs.trouble()
    return {"rows": [{"label": trouble, "url": reverse("office:job_list"), "tone": "red"}]} if trouble else None


def import_card(staff: User, on: date) -> dict[str, Any] | None:
    """Lists this account may import."""
    kinds = imports.allowed(staff)
    if not kinds:
        return None
    return {
        "rows": [
            {"label": kind.title, "url": reverse("office:import_upload", args=[kind.code]), "icon": "table-import"}
            for kind in kinds
        ]
    }


def notice_card(staff: User, on: date) -> dict[str, Any] | None:
    """The latest unread notices."""
    rows = Notice.objects.visible_to(staff).filter(read_at__isnull=True)[:5]
    if not rows:
        return None
    return {"rows": [{"label": notice.text, "url": notice.url or reverse("office:notices")} for notice in rows]}


def find_regions(staff: User, query: search.Query, limit: int) -> Iterable[search.Hit]:
    """Regions by name, pinyin or code."""
    found = Region.objects.visible_to(staff)
    if query.text.isascii() and query.text.isdigit():
        found = found.filter(code=query.text)
    else:
        found = found.filter(name__startswith=query.text)
    for region in found.order_by("code")[:limit]:
        yield search.Hit(
            reverse("office:region_detail", args=[region.code]),
            region.name,
            f"{region.get_level_display()} {region.code}",
        )


class SavedFilters:
    """Named filters of the lists, one store for all of them."""

    def list_for(self, staff: User, view_name: str) -> Sequence[SavedFilter]:
        """The account's own filters of one list."""
        return list(SavedFilter.objects.visible_to(staff).filter(view_name=view_name))

    def save(self, *, actor: User, view_name: str, name: str, query: str) -> SavedFilter:
        """Keep one; the same name again replaces it."""
        return saved_filters.save(actor=actor, view_name=view_name, name=name, query=query)

    @transaction.atomic
    def delete(self, *, actor: User, pk: int) -> None:
        """Drop one's own."""
        deleted, _by_model = SavedFilter.objects.visible_to(actor).filter(pk=pk).delete()
        if not deleted:
            raise Refused(str(_("没有这个常用筛选，可能已被删除。请刷新页面。")))

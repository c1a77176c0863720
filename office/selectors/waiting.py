"""What waits for one account: work items, approvals, notices."""

from django.db.models import Q, QuerySet

from office.models import Approval, Notice, User, WorkItem


def work_items(staff: User) -> QuerySet[WorkItem]:
    """All work items, open and closed, that the account's area and permissions cover."""
    return (
        WorkItem.objects.visible_to(staff)
        .filter(Q(permission__in=staff.permissions) | Q(assignee=staff))
        .select_related("region", "assignee")
    )


def open_work(staff: User) -> QuerySet[WorkItem]:
    """Open work items nobody else has taken."""
    return work_items(staff).filter(Q(assignee__isnull=True) | Q(assignee=staff), state=WorkItem.State.OPEN)


def seen_approvals(staff: User) -> QuerySet[Approval]:
    """Approvals the account may open: those it may decide, and its own wherever they are decided."""
    in_area = Approval.objects.visible_to(staff).filter(permission__in=staff.permissions)
    return Approval.everywhere.filter(Q(pk__in=in_area.values("pk")) | Q(maker=staff)).select_related(
        "region", "maker", "checker"
    )


def approvals(staff: User) -> QuerySet[Approval]:
    """Waiting approvals the account may decide: not those it made itself."""
    return (
        Approval.objects.visible_to(staff)
        .filter(permission__in=staff.permissions, state=Approval.State.WAITING)
        .exclude(maker=staff)
        .select_related("region", "maker")
    )


def unread_notices(staff: User) -> int:
    """How many notices are not read yet."""
    return Notice.objects.visible_to(staff).filter(read_at__isnull=True).count()

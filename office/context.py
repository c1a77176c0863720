"""What every page shows around its content: who, where, on which day, what waits."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from office import menu
from office.models import User
from office.permissions import role_label
from office.selectors import waiting


def screen(request: HttpRequest) -> dict[str, Any]:
    """The frame's context; nothing but the day for somebody who is not logged in."""
    today = clock.today()
    frame: dict[str, Any] = {"office_day": today, "benefit_year": today.year, "staff": None}
    staff: User | None = getattr(request, "user", None)  # type: ignore[assignment]
    if staff is None or not staff.is_authenticated or not staff.is_active or staff.is_machine:
        return frame
    return frame | {
        "staff": staff,
        "staff_name": staff.name,
        "area_label": staff.region.name if staff.region else "",
        "role_label": "、".join(role_label(role) for role in sorted(staff.roles)),
        "menu": menu.menu_for(staff, request.path),
        "unread_notices": waiting.unread_notices(staff),
        "waiting": [
            {
                "label": _("待办"),
                "url": reverse("office:work_list"),
                "count": waiting.open_work(staff).count(),
                "tone": "orange",
            },
            {
                "label": _("待审批"),
                "url": reverse("office:approval_list"),
                "count": waiting.approvals(staff).count(),
                "tone": "azure",
            },
        ],
    }

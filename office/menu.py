"""The menu: each app registers its entries, the sidebar shows those the account may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from office.models import User

# The order of the groups in the sidebar; a group that is not named here comes last.
GROUPS = [
    _("工作台"),
    _("参保"),
    _("待遇"),
    _("定点机构"),
    _("医保扶贫"),
    _("基金"),
    _("报表"),
    _("政策标准"),
    _("经办机构"),
    _("系统管理"),
]

Badge = Callable[[User], int]


@dataclass(frozen=True)
class Entry:
    """One menu entry; ``permission`` empty means every account."""

    group: str
    label: Any
    url_name: str
    icon: str
    permission: str | tuple[str, ...]
    badge: Badge | None
    order: int

    def is_for(self, staff: User) -> bool:
        asked = (self.permission,) if isinstance(self.permission, str) else self.permission
        return staff.can_any(*asked)


_entries: dict[str, Entry] = {}


def register(
    group: str,
    label: Any,
    url_name: str,
    icon: str,
    permission: str | tuple[str, ...] = "",
    badge: Badge | None = None,
    order: int = 100,
) -> None:
    """Add one entry; ``group`` is one of GROUPS by its Chinese name, ``label`` is lazily translated."""
    _entries[url_name] = Entry(str(group), label, url_name, icon, permission, badge, order)


def menu_for(staff: User, current: str = "") -> list[dict[str, Any]]:
    """Groups with the entries that ``staff`` may open; ``current`` is the path of the page shown."""
    entries: list[tuple[Entry, str]] = []
    for entry in _entries.values():
        if entry.is_for(staff):
            try:
                entries.append((entry, reverse(entry.url_name)))
            except NoReverseMatch:
                continue
    # The longest address that begins the current path is the open entry; "/" is open on itself alone.
    active = max(
        (url for _, url in entries if current == url or (url != "/" and current.startswith(url))), key=len, default=""
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry, url in sorted(entries, key=lambda pair: pair[0].order):
        groups.setdefault(entry.group, []).append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "badge": entry.badge(staff) if entry.badge else 0,
                "active": url == active,
            }
        )
    ranked = sorted(groups, key=lambda name: GROUPS.index(name) if name in GROUPS else len(GROUPS))
    return [{"label": gettext(name), "items": groups[name]} for name in ranked]

"""Which area, month and year a page of the funds is about: read from the address, within what the staff may see."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core import clock
from core.periods import Month
from core.refusal import Refused
from funds.models import Book
from office.models import Region


def areas(staff: Any) -> list[Region]:
    """Pooling areas with books that lie in this member of staff's area."""
    return list(
        Region.everywhere.filter(pk__in=Book.objects.visible_to(staff).values("pooling_area_id")).order_by("code")
    )


def asked_area(request: HttpRequest, found: list[Region]) -> Region | None:
    """The area the address or the form names, else the first; None where there is none. Refuses a foreign one."""
    code = request.POST.get("area") or request.GET.get("area", "")
    if not code:
        return found[0] if found else None
    area = next((one for one in found if one.code == code), None)
    if area is None:
        raise Refused(_("该地区没有账套，或不在您的辖区内。请从列表中选择地区。"), code="not_found")
    return area


def required_area(request: HttpRequest) -> Region:
    """The area a form names; refuses where there is none."""
    area = asked_area(request, areas(request.staff))  # type: ignore[attr-defined]
    if area is None:
        raise Refused(_("本机构辖区内没有账套。请由统筹地区办理。"))
    return area


def asked_month(request: HttpRequest) -> Month:
    """The month the address or form names, else the office's."""
    text = request.POST.get("month") or request.GET.get("month", "")
    return Month.parse(text) if text else Month.of(clock.today())


def asked_year(request: HttpRequest) -> int:
    """The year the address or form names, else the office's; refuses what is no year."""
    text = (request.POST.get("year") or request.GET.get("year", "")).strip()
    if not text:
        return clock.today().year
    if not (text.isascii() and text.isdigit() and 2003 <= int(text) <= 2100):
        raise Refused(_("年度应为四位数字。请重新选择。"), field="year")
    return int(text)


def last_day(year: int) -> date:
    """The day up to which a year's figures are shown: its end, or today while it runs."""
    return min(date(year, 12, 31), clock.today())

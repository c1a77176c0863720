"""Where the funds show themselves: menu, desk, search, the words of their acts."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import money
from core.periods import Month
from funds.models import Book, JournalEntry
from funds.selectors import subsidies, warnings
from funds.services import budgets, proofs
from office import acts, desk, menu, search

GROUP = "基金"
ACTS = {
    "funds.opening.booked": gettext_lazy("录入期初余额"),
    "funds.subsidy.worked_out": gettext_lazy("核定应到补助"),
    "funds.subsidy.received": gettext_lazy("登记补助到账"),
    "funds.premium.transferred": gettext_lazy("划转大病保费"),
    "funds.month.closed": gettext_lazy("基金结账"),
    "funds.warning.assessed": gettext_lazy("评估基金风险"),
    "funds.warning.step": gettext_lazy("处置风险预警"),
    "funds.budget.approved": gettext_lazy("批准基金预算"),
    "funds.annual.balance": gettext_lazy("录入年度结存"),
    "funds.annual.explained": gettext_lazy("说明年度差额"),
}


def open_warnings(staff: Any) -> int:
    """Red and orange warnings that nobody has closed, for the menu's badge."""
    return warnings.serious(staff)[:100].count()


def warnings_card(staff: Any, on: date) -> dict[str, Any]:
    """Red and orange warnings, the newest first."""
    rows = []
    for warning in warnings.serious(staff)[:6]:
        shown = warnings.shown(warning)
        rows.append(
            {
                "url": reverse("funds:warning_detail", args=[warning.pk]),
                "label": f"{warning.pooling_area.name} {shown.month} {shown.indicator.name}",
                "detail": f"{shown.value} {shown.says}",
                "badge": warning.get_grade_display(),
                "tone": warning.grade,
            }
        )
    return {"rows": rows, "more_url": reverse("funds:warning_list"), "empty": _("没有未处置的橙色或红色预警。")}


def arrears_card(staff: Any, on: date) -> dict[str, Any] | None:
    """Subsidies that are late."""
    areas = list(Book.objects.visible_to(staff).filter(fund="basic").values_list("pooling_area_id", flat=True)[:50])
    if not areas:
        return None
    late = sum(row.figures.arrears_fen for row in subsidies.late(areas, on.year, on))
    return {
        "label": _("财政补助欠拨（元）"),
        "value": money.yuan(late),
        "url": f"{reverse('funds:subsidies')}?year={on.year}",
        "icon": "building-bank",
        "tone": "red" if late else "green",
    }


def closing_card(staff: Any, on: date) -> dict[str, Any] | None:
    """Books whose last month is over and not closed."""
    books = Book.objects.visible_to(staff)
    if not books.exists():
        return None
    open_ones = books.filter(closed_through__lt=Month.of(on).previous().period).count()
    return {
        "label": _("待结账账套"),
        "value": str(open_ones),
        "url": reverse("funds:overview"),
        "icon": "lock",
        "tone": "orange" if open_ones else "green",
    }


def find(staff: Any, query: search.Query, limit: int) -> list[search.Hit]:
    """Entries by their number."""
    text = query.text.strip().upper()
    if not text.startswith("PZ"):
        return []
    rows = JournalEntry.objects.visible_to(staff).filter(number__startswith=text).select_related("book__pooling_area")
    return [
        search.Hit(
            reverse("funds:journal_detail", args=[row.number]), row.number, str(row.book), str(row.get_kind_display())
        )
        for row in rows.order_by("number")[:limit]
    ]


def register() -> None:
    """Called once when the app is ready."""
    for order, (label, url, icon) in enumerate(
        (
            (gettext_lazy("基金总览"), "funds:overview", "chart-pie"),
            (gettext_lazy("记账凭证"), "funds:journal_list", "book"),
            (gettext_lazy("财政补助"), "funds:subsidies", "building-bank"),
            (gettext_lazy("基金预算"), "funds:budget_list", "calculator"),
            (gettext_lazy("年度基金公报"), "funds:annual_books", "books"),
        )
    ):
        menu.register(GROUP, label, url, icon, "funds.view", order=500 + 10 * order)
    menu.register(
        GROUP,
        gettext_lazy("风险预警"),
        "funds:warning_list",
        "alert-triangle",
        "funds.view",
        badge=open_warnings,
        order=535,
    )
    for card in (
        desk.DeskCard(
            "funds.warnings", gettext_lazy("基金风险预警"), "funds.warning", warnings_card, area="main", order=50
        ),
        desk.DeskCard(
            "funds.arrears", gettext_lazy("补助欠拨"), "funds.view", arrears_card, area="figures", order=50,
            roles=("finance_officer", "director", "analyst"),
        ),
        desk.DeskCard("funds.closing", gettext_lazy("待结账"), "funds.post", closing_card, area="figures", order=51),
    ):  # fmt: skip
        desk.register(card)
    search.register(search.Provider("funds", gettext_lazy("记账凭证"), "funds.view", find, order=300))
    acts.register(ACTS)
    budgets.register()
    proofs.register()

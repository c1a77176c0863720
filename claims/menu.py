"""Where the claims room shows itself: menu, desk, search, person page, verify, the words of its acts."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.codes import BillState
from claims.models import Settlement
from claims.selectors import settled
from claims.selectors.histories import ACTS
from claims.services import proofs
from core import charts, clock, money
from core.periods import Month
from office import acts, desk, menu, panels, search

GROUP = "待遇"


def waiting(staff: Any) -> int:
    """How many bills wait, for the menu's badge."""
    return settled.waiting_bills(staff).count()


def waiting_card(staff: Any, on: date) -> dict[str, Any]:
    """Bills that wait to be settled."""
    count = settled.waiting_bills(staff).count()
    return {
        "label": _("待结算单据"),
        "value": f"{count:,}",
        "url": f"{reverse('claims:bill_list')}?state={BillState.WAITING}",
        "icon": "receipt",
        "tone": "orange" if count else "green",
    }


def today_card(staff: Any, on: date) -> dict[str, Any]:
    """Settlements of the office's day."""
    count = Settlement.objects.visible_to(staff).filter(settled_on=on, kind="settlement").count()
    return {
        "label": _("今日结算"),
        "value": f"{count:,}",
        "url": f"{reverse('claims:settlement_list')}?settled_on_min={on}&settled_on_max={on}",
        "icon": "calculator",
        "tone": "blue",
    }


def year_card(staff: Any, on: date) -> dict[str, Any]:
    """What the three layers have paid this year, from the monthly sums."""
    rows = settled.monthly(staff, period__gte=on.year * 100 + 1, period__lte=on.year * 100 + 12)
    paid = sum(row["basic_fen"] + row["critical_fen"] + row["aid_fen"] for row in rows)
    return {
        "label": _("本年三重保障支付（元）"),
        "value": money.yuan(paid),
        "url": reverse("claims:settlement_list"),
        "icon": "coins",
        "tone": "green",
    }


def paid_chart(staff: Any, on: date) -> dict[str, Any] | None:
    """Fund paid by month of the office's year, in ten thousand yuan."""
    rows = {row["period"]: row for row in settled.monthly(staff, period__gte=on.year * 100 + 1)}
    if not rows:
        return None
    months = [Month(on.year, month) for month in range(1, on.month + 1)]
    layers = (("basic_fen", _("基本医保")), ("critical_fen", _("大病保险")), ("aid_fen", _("医疗救助")))
    series = [
        charts.Series(label, [charts.in_wan(rows[m.period][name] if m.period in rows else 0) for m in months])
        for name, label in layers
    ]
    chart = charts.bars("claims-paid", [str(month) for month in months], series, unit=_("万元"))
    return {"chart": chart}


def person_panel(staff: Any, person: Any) -> tuple[str, dict[str, Any]] | None:
    """Settlements of a person and what the year has cost him."""
    year = clock.today().year
    rows = settled.settlements(staff).filter(person=person).order_by("-pk")[:20]
    context = {"settlements": rows, "total": settled.year_total(person.pk, year), "year": year}
    return "claims/person_panel.html", context


def find(staff: Any, query: search.Query, limit: int) -> list[search.Hit]:
    """Settlements and bills by their number."""
    text = query.text.strip().upper()
    if text.startswith("JS"):
        rows = settled.settlements(staff).filter(number__startswith=text).order_by("number")[:limit]
        return [
            search.Hit(
                reverse("claims:settlement_detail", args=[row.number]),
                row.number,
                row.person.name,
                row.get_kind_display(),
            )
            for row in rows
        ]
    if text.startswith("DJ"):
        bills = settled.bills(staff).filter(number__startswith=text).order_by("number")[:limit]
        return [
            search.Hit(
                reverse("claims:bill_detail", args=[row.number]), row.number, row.person.name, row.get_state_display()
            )
            for row in bills
        ]
    return []


def register() -> None:
    """Called once when the app is ready."""
    menu.register(GROUP, gettext_lazy("一站式结算"), "claims:window", "calculator", "claims.settle", order=200)
    menu.register(
        GROUP, gettext_lazy("费用单据"), "claims:bill_list", "receipt", "claims.view", badge=waiting, order=210
    )
    menu.register(GROUP, gettext_lazy("结算单"), "claims:settlement_list", "file-invoice", "claims.view", order=220)
    menu.register(
        GROUP,
        gettext_lazy("医保目录"),
        "claims:catalogue_list",
        "list-details",
        ("claims.view", "claims.catalogue"),
        order=230,
    )
    menu.register(
        "定点机构",
        gettext_lazy("定点医药机构"),
        "claims:provider_list",
        "building-hospital",
        ("claims.view", "claims.provider"),
        order=300,
    )
    for card in (
        desk.DeskCard(
            "claims.waiting", gettext_lazy("待结算单据"), "claims.settle", waiting_card, area="figures", order=20
        ),
        desk.DeskCard("claims.today", gettext_lazy("今日结算"), "claims.view", today_card, area="figures", order=21),
        desk.DeskCard("claims.year", gettext_lazy("本年支付"), "claims.view", year_card, area="figures", order=22),
        desk.DeskCard(
            "claims.paid",
            gettext_lazy("三重保障按月支付（万元）"),
            "claims.view",
            paid_chart,
            area="main",
            order=40,
            template="claims/desk_chart.html",
        ),
    ):
        desk.register(card)
    search.register(search.Provider("claims", gettext_lazy("单据与结算单"), "claims.view", find, order=200))
    panels.register("person", "claims", gettext_lazy("结算与负担"), "claims.view", 300, person_panel)
    acts.register(ACTS)
    proofs.register()

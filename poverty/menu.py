"""The poverty room's entries in the menu."""

from django.utils.translation import gettext_lazy as _

from office import acts, menu
from office.models import User
from poverty.selectors import ledger

ACTS = {
    "poverty.matched": _("名单比对"),
    "poverty.mismatch.decided": _("核实未匹配人员"),
    "poverty.phone.revealed": _("查看完整电话"),
}


def waiting(staff: User) -> int:
    """How many mismatches wait in the area, up to a thousand."""
    return ledger.open_mismatches(staff)[:1000].count()


def register() -> None:
    """Tell the menu, and the trail the words of this room's acts."""
    acts.register(ACTS)
    menu.register("医保扶贫", _("应保尽保"), "poverty:coverage", "shield-check", "poverty.view", order=10)
    menu.register("医保扶贫", _("未覆盖人员"), "poverty:missing_list", "user-search", "poverty.view", order=20)
    menu.register(
        "医保扶贫", _("名单未匹配"), "poverty:mismatch_list", "alert-triangle", "poverty.view", badge=waiting, order=30
    )
    menu.register("医保扶贫", _("专项管理台账"), "poverty:household_list", "home-heart", "poverty.view", order=40)

"""The register's entries in the menu."""

from django.utils.translation import gettext_lazy as _

from enrollment.models import PaymentDifference
from enrollment.selectors.register import ACTS
from office import acts, menu
from office.models import User


def open_differences(staff: User) -> int:
    """How many differences of payments wait in the area."""
    return PaymentDifference.objects.visible_to(staff).filter(state="open")[:100].count()


def register() -> None:
    """Tell the menu, and the trail the words of this room's acts."""
    acts.register(ACTS)
    menu.register("参保", _("参保人员"), "enrollment:person_list", "users", "enrollment.view", order=10)
    menu.register("参保", _("参保登记"), "enrollment:person_register", "user-plus", "enrollment.register", order=20)
    menu.register("参保", _("征缴进度"), "enrollment:campaign", "chart-bar", "enrollment.view", order=30)
    menu.register("参保", _("应缴"), "enrollment:dues", "calculator", "enrollment.view", order=40)
    menu.register("参保", _("缴费记录"), "enrollment:payments", "cash", "enrollment.view", order=50)
    menu.register(
        "参保", _("缴费差异"), "enrollment:payment_differences", "alert-triangle", "enrollment.payment",
        badge=open_differences, order=60,
    )  # fmt: skip

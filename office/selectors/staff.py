"""Questions about the people who work in the offices."""

from datetime import date

from django.db.models import QuerySet

from office.models import Posting, Region, User
from office.permissions import ROLES
from office.selectors.regions import covering


def holders(permission: str, region: Region, on: date) -> list[User]:
    """Active people of the offices of exactly this region whose roles carry ``permission`` on a day."""
    roles = [role for role, granted in ROLES.items() if permission in granted]
    posted = Posting.everywhere.filter(covering(on), role__in=roles).values("user")
    return list(
        User.everywhere.filter(
            pk__in=posted, office__region=region, office__is_open=True, is_active=True, is_machine=False
        )
    )


def demo(area: str, role: str) -> User:
    """One demonstration account, such as ``demo("jiamusi", "finance_officer")``."""
    return User.everywhere.select_related("office__region").get(username=f"{area}_{role}", is_demonstration=True)


def postings(user: User) -> QuerySet[Posting]:
    """All roles an account holds or held, latest first."""
    return Posting.everywhere.filter(user=user).select_related("granted_by").order_by("-starts_on", "-pk")

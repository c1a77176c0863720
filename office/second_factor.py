"""Whether an account needs a second factor now (一次性口令), by the roles the site names."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def roles_that_need_it() -> frozenset[str]:
    """The roles that the site asks for a second factor (setting SECOND_FACTOR_ROLES; none by default)."""
    return frozenset(getattr(settings, "SECOND_FACTOR_ROLES", ()))


def is_asked(request: HttpRequest) -> bool:
    """Whether this session still has to show the second factor."""
    staff: Any = request.user
    verified = getattr(staff, "is_verified", None)
    if verified is not None and verified():
        return False
    return bool(staff.roles & roles_that_need_it()) or staff.has_second_factor

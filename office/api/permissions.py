"""Who may call the API: the same permissions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:  # this is the default permission: REST framework reads it while its views are being imported
    from rest_framework.request import Request
    from rest_framework.views import APIView


class HasPermission(BasePermission):
    """Reads ``required_permissions`` of the view: one permission for all methods, or one for each.

    A view without it, or a method it does not name, is closed. Reading methods share the one named for GET. Auditors read only.
    """

    message = "您的账户没有这项权限。如工作需要，请向安全管理员申请。"

    def has_permission(self, request: Request, view: APIView) -> bool:
        staff = request.user
        if not staff or not staff.is_authenticated or not staff.is_active:
            return False
        if request.method not in ("OPTIONS",) and not hasattr(view, str(request.method).lower()):
            return True  # there is nothing to be let into: the framework answers 405
        asked = self.asked(request, view)
        if asked is None or not staff.can(asked):
            return False
        return request.method in ("GET", "HEAD", "OPTIONS") or not staff.is_read_only

    @staticmethod
    def asked(request: Request, view: APIView) -> str | None:
        """The permission for this request; for a view set an action's own comes before its method's."""
        named: Any = getattr(view, "required_permissions", None)
        if named is None or isinstance(named, str):
            return named or None
        method = "GET" if request.method in ("HEAD", "OPTIONS") else request.method
        action = getattr(view, "action", None)
        found: str | None = named.get(action) or named.get(method)
        return found

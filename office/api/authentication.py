"""Token log-in of machines (hospital systems): `Authorization: Token <key>`; only the key's digest is stored."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from core import requests
from office import second_factor
from office.models import User
from office.services import accounts


class MachineTokenAuthentication(authentication.BaseAuthentication):
    """Knows a machine account by its key."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword.lower().encode():
            return None
        if len(parts) != 2:
            raise exceptions.AuthenticationFailed(_("密钥格式不对，应为“Token 密钥”。"))
        try:
            token = accounts.active_token(parts[1].decode("ascii"))
        except UnicodeDecodeError:
            token = None
        if token is None:
            raise exceptions.AuthenticationFailed(_("密钥无效、已过期或已吊销。请向系统管理员申请新的密钥。"))
        requests.act_as(token.user)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class StaffSessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with the same second factor and password rules as the pages."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        staff = found[0]
        if staff.must_change_password or staff.password_is_too_old or second_factor.is_asked(request._request):
            raise exceptions.AuthenticationFailed(_("请先在页面上完成密码修改或二次验证。"))
        return staff, None

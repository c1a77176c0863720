"""Coming in and going out: log-in, second factor, password, log-out."""

from base64 import b32encode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.forms import add_refusal
from core.refusal import Refused
from office import second_factor as factor
from office.access import page
from office.forms import LoginForm, PasswordForm, TokenForm
from office.services import accounts


@page.open()  # type: ignore[attr-defined]
@sensitive_post_parameters("password")
@csrf_protect
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page; too many wrong passwords lock the account for a while (axes)."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, username=form.cleaned_data["username"], password=form.cleaned_data["password"])
        if user is not None and not user.is_machine:
            login(request, user)
            audit.record(user, "office.session.opened", user)
            return redirect(_next(request))
        form.add_error(None, _("用户名或密码不对，或者账户已停用。请核对后重试；连续输错会暂时锁定。"))
    return render(
        request, "office/login.html", {"form": form, "next": request.GET.get("next", request.POST.get("next", ""))}
    )


@page.open(methods=("POST",))  # type: ignore[attr-defined]
@csrf_protect
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        audit.record(request.user, "office.session.closed", request.user)
    logout(request)
    return redirect(settings.LOGIN_URL)


@sensitive_post_parameters("old", "new", "again")
@page(own_account=True)
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.change_password(request.user, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已修改。"))
            return redirect("office:desk")
    return render(
        request,
        "office/password_change.html",
        {"form": form, "is_forced": request.user.must_change_password, "is_old": request.user.password_is_too_old},
    )


@sensitive_post_parameters("token")
@page(own_account=True)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, or show the one-time password that is asked for."""
    staff = request.user
    device = TOTPDevice.objects.filter(user=staff, confirmed=True).first()
    is_new = device is None
    if device is None:
        device, _is_made = TOTPDevice.objects.get_or_create(user=staff, confirmed=False, defaults={"name": "TOTP"})
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["token"]):
            if is_new:
                device.confirmed = True
                device.save(update_fields=["confirmed"])
                audit.record(staff, "office.second_factor.set_up", staff)
            otp_login(request, device)
            messages.success(request, _("二次验证已通过。"))
            return redirect("office:desk")
        audit.record(staff, "office.second_factor.failed", staff)
        form.add_error("token", _("一次性口令不对或已用过。请等下一个口令再试。"))
    return render(
        request,
        "office/second_factor.html",
        {
            "form": form,
            "is_new": is_new,
            "is_asked": factor.is_asked(request),
            "secret": _spaced(device.bin_key) if is_new else "",
        },
    )


def _spaced(key: bytes) -> str:
    """The key in base32, in groups of four, to type into an authenticator."""
    text = b32encode(key).decode().rstrip("=")
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and is_own else str(settings.LOGIN_REDIRECT_URL)

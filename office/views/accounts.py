"""Accounts: made by the system administrator, given roles by the security administrator."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit, clock
from core.forms import add_refusal
from core.listing import ListPage
from core.refusal import Refused
from office.access import page
from office.acts import act_label
from office.filters import AccountFilter
from office.forms import AccountForm, MachineTokenForm, OfficeForm, PostingForm, ReasonForm
from office.models import MachineToken, Office, Posting, Region, User
from office.selectors import staff as people
from office.selectors.regions import covering
from office.services import accounts, offices
from office.tables import AccountTable, OfficeTable

ADMINS = ("core.admin.system", "core.admin.security", "core.admin.audit")


def _accounts(staff: User) -> QuerySet[User]:
    live = Posting.everywhere.filter(covering(clock.today()))
    return (
        User.objects.visible_to(staff)
        .select_related("office")
        .prefetch_related(Prefetch("postings", queryset=live, to_attr="live_postings"))
    )


ACCOUNTS = ListPage(
    title=gettext_lazy("账户"),
    table_class=AccountTable,
    rows=_accounts,
    filterset_class=AccountFilter,
    order=("username", "pk"),
    template="office/account_list.html",
)
OFFICES = ListPage(
    title=gettext_lazy("机构"),
    table_class=OfficeTable,
    rows=lambda staff: Office.objects.visible_to(staff).select_related("region"),
    order=("code", "pk"),
    template="office/office_list.html",
)


@page(*ADMINS)
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts of the area."""
    return ACCOUNTS.respond(request, extra={"can_add": request.user.can("core.admin.system")})


@page("core.admin.system")
def account_add(request: HttpRequest) -> HttpResponse:
    """A new account; its one-time password is shown once."""
    form = AccountForm(request.POST or None, staff=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = accounts.open_account(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return render(request, "office/account_secret.html", {"account": user, "secret": password, "is_key": False})
    return render(request, "office/account_form.html", {"form": form, "heading": _("新建账户")})


@page(*ADMINS, methods=("GET", "HEAD"))
def account_detail(request: HttpRequest, username: str) -> HttpResponse:
    """One account: its roles, keys and history."""
    account = get_object_or_404(_accounts(request.user), username=username)
    return render(
        request,
        "office/account_detail.html",
        {
            "account": account,
            "postings": people.postings(account),
            "tokens": MachineToken.everywhere.filter(user=account).order_by("-pk"),
            "today": clock.today(),
            "is_system": request.user.can("core.admin.system"),
            "is_security": request.user.can("core.admin.security"),
            "posting_form": PostingForm(),
            "token_form": MachineTokenForm(),
            "entries": [
                {"title": act_label(entry.act), "at": entry.at, "who": entry.actor_name, "reason": entry.reason}
                for entry in audit.history(account)[:50]
            ],
        },
    )


@page("core.admin.system", methods=("POST",))
def account_switch(request: HttpRequest, username: str) -> HttpResponse:
    """Enable, disable, give a new one-time password, take the second factor away."""
    account = get_object_or_404(User.objects.visible_to(request.user), username=username)
    reason = _reason(request)
    act = request.POST.get("act", "")
    if act == "reset":
        password = accounts.reset_password(account, actor=request.user, reason=reason)
        return render(request, "office/account_secret.html", {"account": account, "secret": password, "is_key": False})
    if act == "factor":
        TOTPDevice.objects.filter(user=account).delete()
        audit.record(request.user, "office.account.second_factor_removed", account, reason=reason)
    elif act in ("enable", "disable"):
        accounts.set_active(account, act == "enable", actor=request.user, reason=reason)
    else:
        raise Refused(_("没有这一操作。请刷新页面后重试。"))
    messages.success(request, _("已办理。"))
    return redirect("office:account_detail", username=username)


@page("core.admin.security", methods=("POST",))
def posting_grant(request: HttpRequest, username: str) -> HttpResponse:
    """Give a role."""
    account = get_object_or_404(User.objects.visible_to(request.user), username=username)
    form = PostingForm(request.POST)
    if not form.is_valid():
        raise Refused(_first_error(form))
    accounts.grant(account, actor=request.user, **form.cleaned_data)
    messages.success(request, _("已授予岗位。"))
    return redirect("office:account_detail", username=username)


@page("core.admin.security", methods=("POST",))
def posting_revoke(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """End a role today."""
    posting = get_object_or_404(Posting.objects.visible_to(request.user), pk=pk, user__username=username)
    if posting.user_id == request.user.pk:
        raise PermissionDenied
    accounts.revoke(posting, actor=request.user, on=clock.today())
    messages.success(request, _("已终止岗位，立即生效。"))
    return redirect("office:account_detail", username=username)


@page("core.admin.system", methods=("POST",))
def token_issue(request: HttpRequest, username: str) -> HttpResponse:
    """A key for a machine account, shown once."""
    account = get_object_or_404(User.objects.visible_to(request.user), username=username)
    form = MachineTokenForm(request.POST)
    if not form.is_valid():
        raise Refused(_first_error(form))
    key = accounts.issue_token(account, actor=request.user, **form.cleaned_data)
    return render(request, "office/account_secret.html", {"account": account, "secret": key, "is_key": True})


@page("core.admin.system", methods=("POST",))
def token_revoke(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """Make a key worthless."""
    token = get_object_or_404(MachineToken.objects.visible_to(request.user), pk=pk, user__username=username)
    accounts.revoke_token(token, actor=request.user)
    messages.success(request, _("已吊销密钥。"))
    return redirect("office:account_detail", username=username)


@page(*ADMINS)
def office_list(request: HttpRequest) -> HttpResponse:
    """Offices of the area."""
    return OFFICES.respond(request, extra={"can_add": request.user.can("core.admin.system")})


@page("core.admin.system")
def office_add(request: HttpRequest) -> HttpResponse:
    """A new office."""
    form = OfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        region = Region.objects.visible_to(request.user).filter(code=values["region"]).first()
        if region is None:
            form.add_error("region", _("没有这一地区，或者不在您的辖区内。"))
        else:
            try:
                offices.open_office(code=values["code"], name=values["name"], region=region, actor=request.user)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("已登记机构。"))
                return redirect("office:office_list")
    return render(request, "office/account_form.html", {"form": form, "heading": _("新建机构")})


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请填写原因，便于日后查核。"), field="reason")
    return str(form.cleaned_data["reason"])


def _first_error(form: forms.Form) -> str:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}：{errors[0]}" if label else str(errors[0])

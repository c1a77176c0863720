"""地方政策标准: list, one set, draft form, file in and out, two sets side by side."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, clock
from core.listing import ListPage
from core.refusal import Refused
from office.access import page
from office.acts import act_label
from office.models import Region
from office.services import approvals
from policy import forms, marked_yaml
from policy.filters import SetFilter
from policy.models import LocalPolicySet
from policy.presenting import groups, shown
from policy.selectors.sets import sets_in_force, term_set
from policy.services import local_sets
from policy.tables import SetTable

SETS = ListPage(
    title=gettext_lazy("地方政策标准"),
    table_class=SetTable,
    rows=lambda staff: (
        LocalPolicySet.objects.visible_to(staff)
        .select_related("region")
        .annotate(findings_open=Count("findings", filter=Q(findings__state="open")))
    ),
    filterset_class=SetFilter,
    order=("region__code", "-effective_on", "pk"),
    orders={"effective_on": ("effective_on", "pk")},
    template="policy/set_list.html",
    export_permission="office.export",
    empty_text=gettext_lazy("还没有地方标准。请起草，或导入文件。"),
)


@page("policy.view")
def set_list(request: HttpRequest) -> HttpResponse:
    """Every set in the account's area, and those it works under."""
    return SETS.respond(request, extra={"may_draft": request.user.can("policy.draft")})


@page("policy.view")
def set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One set with its terms, findings and way; submitted, retracted and withdrawn here."""
    staff = request.user
    policy_set = get_object_or_404(LocalPolicySet.objects.visible_to(staff).select_related("region"), pk=pk)
    if request.method == "POST":
        return _act(request, policy_set)
    found = term_set(policy_set)
    may_draft = staff.can("policy.draft") and staff.may_see(policy_set.region)
    above = _above(policy_set.region)
    short = local_sets.shortfalls(policy_set, clock.today()) if policy_set.is_editable else []
    in_force = sets_in_force(policy_set.region, clock.today())
    return render(
        request,
        "policy/set_detail.html",
        {
            "set": policy_set,
            "groups": groups(found.terms.values()),
            "count": len(found.terms),
            "findings": policy_set.findings.order_by("-state", "pk"),
            "short": short,
            "needs_reason": bool(short) and not any(s.is_strict for s in short),
            "is_blocked": any(s.is_strict for s in short),
            "is_in_force": policy_set in in_force,
            "followed": policy_set.is_in_force(clock.today()) and policy_set not in in_force,
            "may_edit": may_draft and policy_set.is_editable,
            "may_retract": may_draft and policy_set.state == LocalPolicySet.State.SUBMITTED,
            "may_copy": staff.can("policy.draft"),
            "may_withdraw": policy_set.state == "approved" and staff.can("policy.approve") and staff.may_see(above),
            "approval": approvals.waiting_for(policy_set),
            "may_approve": staff.can("policy.approve") and staff.may_see(above) and policy_set.made_by_id != staff.pk,
            "others": LocalPolicySet.objects.visible_to(staff).exclude(pk=pk).select_related("region")[:100],
            "entries": [
                {"title": act_label(entry.act), "at": entry.at, "who": entry.actor_name, "reason": entry.reason}
                for entry in audit.history(policy_set)
            ],
            "crumbs": _crumbs(),
        },
    )


@page("policy.draft")
def set_new(request: HttpRequest) -> HttpResponse:
    """Draft a set, empty or as a copy of one that can be read (`?copy=`)."""
    staff = request.user
    source = None
    if request.GET.get("copy", "").isdigit():
        source = get_object_or_404(LocalPolicySet.objects.visible_to(staff), pk=request.GET["copy"])
    choosable = forms.choosable(staff, clock.today())
    if request.method == "POST":
        form = forms.SetForm(request.POST, choosable=choosable)
        return _save(request, form, None)
    initial: dict[str, Any] = {"kind": "full", "region": choosable.first()}
    if source is not None:
        initial |= {
            "name": source.name,
            "document": source.document,
            "kind": source.kind,
            "is_illustrative": source.is_illustrative,
        }
        initial["region"] = source.region.code if choosable.filter(pk=source.region_id).exists() else initial["region"]
    form = forms.SetForm(initial=initial, choosable=choosable)
    return _form(request, form, forms.entries_of(source.content) if source else {}, None, source)


@page("policy.draft")
def set_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or a returned set."""
    staff = request.user
    policy_set = get_object_or_404(LocalPolicySet.objects.visible_to(staff).select_related("region"), pk=pk)
    choosable = forms.choosable(staff, clock.today()).filter(pk=policy_set.region_id)
    if request.method == "POST":
        return _save(request, forms.SetForm(request.POST, choosable=choosable), policy_set)
    initial = {
        field: getattr(policy_set, field)
        for field in (
            "kind",
            "name",
            "document",
            "document_number",
            "issued_on",
            "effective_on",
            "ends_on",
            "is_illustrative",
            "version",
        )
    } | {"region": policy_set.region.code}
    return _form(
        request,
        forms.SetForm(initial=initial, choosable=choosable),
        forms.entries_of(policy_set.content),
        policy_set,
        None,
    )


@page("policy.draft")
def set_import(request: HttpRequest) -> HttpResponse:
    """Draft a set from a YAML file; every fault is told with its line."""
    form = forms.SetFileForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST":
        try:
            if form.is_valid():
                text = form.cleaned_data["file"]
                code = str(marked_yaml.load(text).get("area", ""))
                region = Region.objects.visible_to(request.user).filter(code=code).first()
                if region is None:
                    raise Refused(
                        _("文件中的 area（%(code)s）不是您可以起草的地区。请核对行政区划代码。")
                        % {"code": code or "空"}
                    )
                made = local_sets.draft(region=region, text=text, actor=request.user, kind=form.cleaned_data["kind"])
                messages.success(request, _("已导入为草稿，请核对后提交。"))
                return redirect("policy:set_detail", pk=made.pk)
        except Refused as refusal:
            faults = [str(fault) for fault in getattr(refusal, "faults", ())] or [str(refusal)]
    return render(
        request,
        "policy/set_import.html",
        {"form": form, "faults": faults, "crumbs": _crumbs()},
        status=400 if faults else 200,
    )


@page("policy.view", methods=("GET", "HEAD"))
def set_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The set as a YAML file in the public format."""
    policy_set = get_object_or_404(LocalPolicySet.objects.visible_to(request.user).select_related("region"), pk=pk)
    name = f"{policy_set.region.code}-{policy_set.effective_on:%Y-%m-%d}.yaml"
    return HttpResponse(
        policy_set.text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page("policy.view", methods=("GET", "HEAD"))
def set_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two sets side by side, those terms alone that differ unless all are asked for."""
    rows = LocalPolicySet.objects.visible_to(request.user).select_related("region")
    left = get_object_or_404(rows, pk=pk)
    other = request.GET.get("other", "")
    right = get_object_or_404(rows, pk=other if other.isascii() and other.isdigit() else 0)
    ours, theirs = term_set(left).terms, term_set(right).terms
    pairs = []
    for name in dict.fromkeys([*ours, *theirs]):
        one, two = ours.get(name), theirs.get(name)
        is_same = one is not None and two is not None and one.value == two.value
        if not is_same or request.GET.get("all"):
            pairs.append(
                {
                    "label": shown(one or two).label,
                    "left": one and shown(one),
                    "right": two and shown(two),
                    "is_same": is_same,
                }
            )  # type: ignore[arg-type]
    return render(
        request,
        "policy/set_compare.html",
        {"left": left, "right": right, "pairs": pairs, "shows_all": bool(request.GET.get("all")), "crumbs": _crumbs()},
    )


def _act(request: HttpRequest, policy_set: LocalPolicySet) -> HttpResponse:
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    if act == "submit":
        local_sets.submit(policy_set, actor=request.user, departure_reason=reason)
        messages.success(request, _("已提交上级审批。"))
    elif act == "retract":
        local_sets.retract(policy_set, actor=request.user)
        messages.success(request, _("已撤回为草稿。"))
    elif act == "withdraw":
        local_sets.withdraw(policy_set, actor=request.user, reason=reason)
        messages.success(request, _("已撤销，自现在起不再作为结算依据。"))
    else:
        raise Refused(_("没有这一操作。请刷新页面后重试。"))
    return redirect("policy:set_detail", pk=policy_set.pk)


def _save(request: HttpRequest, form: forms.SetForm, policy_set: LocalPolicySet | None) -> HttpResponse:
    entries = forms.entries_posted(request.POST)
    try:
        if form.is_valid():
            text, kind = forms.text_of(form, entries), form.cleaned_data["kind"]
            if policy_set is None:
                policy_set = local_sets.draft(
                    region=form.cleaned_data["region"], text=text, actor=request.user, kind=kind
                )
            else:
                policy_set = local_sets.edit(
                    policy_set, text=text, kind=kind, seen=form.cleaned_data["version"], actor=request.user
                )
            messages.success(request, _("草稿已保存。"))
            return redirect("policy:set_detail", pk=policy_set.pk)
    except Refused as refusal:
        # What was typed stays on the page; the lines of a file mean nothing in a form, so only the terms are named.
        for fault in getattr(refusal, "faults", ()) or (refusal,):
            form.add_error(None, f"{fault.path}：{fault.message}" if hasattr(fault, "path") else str(fault))
    return _form(request, form, entries, policy_set, None, status=400)


def _form(
    request: HttpRequest,
    form: forms.SetForm,
    entries: Any,
    policy_set: LocalPolicySet | None,
    source: LocalPolicySet | None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "policy/set_form.html",
        {
            "form": form,
            "layers": forms.layers(entries),
            "illustrative_choices": forms.ILLUSTRATIVE,
            "set": policy_set,
            "source": source,
            "crumbs": _crumbs(),
        },
        status=status,
    )


def _above(region: Region) -> Region | None:
    try:
        return local_sets.level_above(region)
    except Refused:
        return None


def _crumbs() -> list[dict[str, Any]]:
    return [{"label": _("地方政策标准"), "url": reverse("policy:set_list")}]

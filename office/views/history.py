"""History: of one record, and the audit trail for those who audit."""

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, history
from core.listing import ListPage
from core.models import AuditEntry, AuditSeal
from core.scope import ScopedModel
from office.access import page
from office.acts import act_label
from office.filters import AuditFilter
from office.models import User
from office.tables import AuditTable

TRAIL = ListPage(
    title=gettext_lazy("审计记录"),
    table_class=AuditTable,
    rows=lambda staff: AuditEntry.objects.visible_to(staff),
    filterset_class=AuditFilter,
    order=("-pk",),
    template="office/audit_list.html",
    export_permission="office.export",
    empty_text=gettext_lazy("没有符合条件的审计记录。"),
)


@page("office.trail", methods=("GET", "HEAD"))
def audit_list(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why."""
    last = AuditSeal.everywhere.order_by("-number").first()
    return TRAIL.respond(request, extra={"seal": last, "can_verify": request.user.can("core.admin.audit")})


@page("core.admin.audit", methods=("POST",))
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Check the seals of the audit trail now."""
    fault = audit.verify()
    audit.record(request.user, "core.audit.verified", changes={"fault": str(fault or "")})
    if fault is None:
        messages.success(request, _("审计封存完整，没有发现改动。"))
    else:
        messages.error(request, _("审计记录有异常：%(fault)s") % {"fault": fault})
    return redirect("office:audit_list")


@page("office.history", methods=("GET", "HEAD"))
def object_history(request: HttpRequest, label: str, pk: str) -> HttpResponse:
    """Everything that happened to one record: acts, and versions of its row."""
    staff = request.user
    model = _model(label)
    if not may_read(staff, model):
        raise PermissionDenied
    try:
        record = get_object_or_404(model.objects.visible_to(staff), pk=pk)
    except (ValidationError, ValueError):
        raise Http404 from None
    entries = [
        {"title": act_label(entry.act), "at": entry.at, "who": entry.actor_name, "reason": entry.reason}
        for entry in audit.history(record)[:200]
    ]
    return render(
        request,
        "office/object_history.html",
        {"record": record, "kind": model._meta.verbose_name, "entries": entries, "versions": _versions(record)},
    )


def may_read(staff: User, model: type[ScopedModel]) -> bool:
    """Whether a record's history is open to an account: who may not read the record does not read its past."""
    app = model._meta.app_label
    if app in ("office", "core"):
        return staff.can_any("office.trail", "core.admin.system", "core.admin.security") or model._meta.model_name in (
            "approval",
            "workitem",
            "paper",
        )
    return staff.can(f"{app}.view")


def _model(label: str) -> type[ScopedModel]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, ScopedModel):
        raise Http404
    return model


def _versions(record: ScopedModel) -> list[history.Change]:
    return history.of(record) if hasattr(type(record), "pgh_event_models") else []

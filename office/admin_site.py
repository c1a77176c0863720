"""Django's admin behind the office's own door: same log-in, same second factor, same scope."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import audit
from core.scope import ScopedModel
from office import second_factor


class OfficeAdminSite(admin.AdminSite):
    """The administrators' site for reference data."""

    site_header = "基础数据"
    site_title = "基础数据"
    index_title = "基础数据"

    def has_permission(self, request: HttpRequest) -> bool:
        staff = request.user
        return (
            staff.is_authenticated
            and bool(getattr(staff, "is_staff", False))
            and not staff.must_change_password
            and not staff.password_is_too_old
            and not second_factor.is_asked(request)
        )

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("office:desk" if request.user.is_authenticated else "office:login")


class ScopedChoiceFilter(admin.RelatedFieldListFilter):
    """A list filter whose choices are those the administrator may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: ModelAdmin) -> Any:
        ordering = self.field_admin_ordering(field, request, model_admin)
        visible = _visible(field.related_model, request)
        limit = {"pk__in": visible.values("pk")} if visible is not None else {}
        return list(field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=limit))


class ScopedAdmin(admin.ModelAdmin):
    """Base of every admin page: rows, filters and choices in scope; who may, by the office's own permissions; audited."""

    permission = "core.admin.system"
    is_read_only = False
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.model.objects.visible_to(request.user)  # type: ignore[attr-defined]
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        visible = _visible(db_field.related_model, request)
        if visible is not None:
            kwargs["queryset"] = visible
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request) and not self.is_read_only

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and not self.is_read_only

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: reference data ends on a day."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        act = "office.reference.changed" if change else "office.reference.added"
        audit.record(request.user, act, obj, changes={"fields": list(form.changed_data)})

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail keeps it; Django's own log would be a second truth."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail keeps it."""

    def _may(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "can", lambda _permission: False)(self.permission))


def _visible(model: type[models.Model], request: HttpRequest) -> models.QuerySet[Any] | None:
    return model.objects.visible_to(request.user) if issubclass(model, ScopedModel) else None

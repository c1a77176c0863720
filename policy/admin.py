"""Policy in Django's admin: to look, never to change; work has its own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from policy.models import LocalPolicySet, NationalValue, PolicyFinding


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows in the account's scope, without a way to add, change or delete."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(request.user)
        return rows

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return bool(request.user.can("policy.view"))  # type: ignore[union-attr]  # the admin lets no stranger in

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(LocalPolicySet)
class LocalPolicySetAdmin(ReadOnlyAdmin):
    """Local sets."""

    list_display = ("region", "name", "effective_on", "ends_on", "state")
    list_filter = ("state",)


@admin.register(PolicyFinding)
class PolicyFindingAdmin(ReadOnlyAdmin):
    """Findings."""

    list_display = ("policy_set", "name", "local_value", "bound_value", "state")


@admin.register(NationalValue)
class NationalValueAdmin(ReadOnlyAdmin):
    """Entered national values."""

    list_display = ("parameter", "starts_on", "value", "document", "state")

"""Reference data in Django's admin; accounts have their own pages, where two hands are needed."""

from django.contrib import admin

from office.admin_site import ScopedAdmin, ScopedChoiceFilter
from office.models import CodeTable, CodeValue, Holiday, Office, RegionAttribute, RegionLink, ServiceItem, User


@admin.register(Holiday)
class HolidayAdmin(ScopedAdmin):
    """节假日."""

    list_display = ("day", "name", "is_working", "document", "is_unconfirmed")
    list_filter = ("is_working", "is_unconfirmed")
    date_hierarchy = "day"

    def _may(self, request):  # type: ignore[no-untyped-def]
        # One calendar for the whole nation: only its office changes it.
        return super()._may(request) and request.user.is_national


@admin.register(CodeTable)
class CodeTableAdmin(ScopedAdmin):
    """代码表."""

    list_display = ("code", "name", "source")
    search_fields = ("code", "name")
    is_read_only = True


@admin.register(CodeValue)
class CodeValueAdmin(ScopedAdmin):
    """代码."""

    list_display = ("table", "code", "label", "starts_on", "ends_on")
    list_filter = (("table", ScopedChoiceFilter),)
    search_fields = ("code", "label")
    list_select_related = ("table",)
    is_read_only = True


@admin.register(ServiceItem)
class ServiceItemAdmin(ScopedAdmin):
    """服务事项."""

    list_display = ("code", "name", "limit_days", "is_open")
    search_fields = ("code", "name")


@admin.register(Office)
class OfficeAdmin(ScopedAdmin):
    """机构."""

    list_display = ("code", "name", "region", "level", "is_open")
    list_filter = ("level", ("region", ScopedChoiceFilter))
    list_select_related = ("region",)
    fields = ("code", "name", "region", "level", "parent", "is_open")


@admin.register(RegionAttribute)
class RegionAttributeAdmin(ScopedAdmin):
    """地区属性: seen here, changed on the region's page."""

    list_display = ("region", "name", "value", "starts_on", "ends_on", "document", "clause", "is_unconfirmed")
    list_filter = ("name", "is_unconfirmed")
    list_select_related = ("region",)
    is_read_only = True


@admin.register(RegionLink)
class RegionLinkAdmin(ScopedAdmin):
    """地区关系: seen here, changed on the region's page."""

    list_display = ("child", "parent", "kind", "starts_on", "ends_on", "document")
    list_filter = ("kind",)
    list_select_related = ("child", "parent")
    is_read_only = True


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """账户: seen here, changed on its own page."""

    list_display = ("username", "name", "office", "is_active", "is_machine", "last_login")
    list_filter = ("is_active", "is_machine", ("office", ScopedChoiceFilter))
    search_fields = ("username", "name")
    list_select_related = ("office",)
    fields = ("username", "name", "office", "is_active", "is_machine", "provider_code", "last_login")
    is_read_only = True

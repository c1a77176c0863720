"""List pages by declaration: filters in the address, chosen columns, keyset paging, saved filters, export.

    PEOPLE = ListPage(
        title=_("参保人员"), table_class=PersonTable, rows=lambda staff: Person.objects.visible_to(staff),
        filterset_class=PersonFilter, order=("pinyin", "pk"), orders={"birth_on": ("birth_on", "pk")})

    @page("enrollment.view")
    def person_list(request):
        return PEOPLE.respond(request)

Number of statements: rows, count, and at most an edge row, an estimate and the saved filters; never one per row.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlencode

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import export, paging
from core.refusal import Refused
from core.tables import ListTable, PickColumn

PAGE_SIZES = (20, 50, 100)
_OWN_KEYS = ("after", "before", "size", "sort", "columns", "export")
_CHUNK = 2_000
# Eighteen or fifteen digits that may be an identity number: never in an address, so never a filter.
_IDENTITY = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15})(?!\d)")

Text = str | Promise


class FilterStore(Protocol):
    """Where named filters are kept; the office gives one (``keep_filters_in``)."""

    def list_for(self, staff: Any, view_name: str) -> Sequence[Any]:
        """Rows with ``pk``, ``name`` and ``query``."""

    def save(self, *, actor: Any, view_name: str, name: str, query: str) -> Any: ...

    def delete(self, *, actor: Any, pk: int) -> None: ...


_store: FilterStore | None = None


def keep_filters_in(store: FilterStore | None) -> None:
    """Tell every list where named filters are kept."""
    global _store
    _store = store


@dataclass(frozen=True)
class BulkAction:
    """An action on ticked rows: posts ``pick`` (primary keys) to ``url``, which shows a preview before it acts."""

    label: Text
    url: str
    icon: str = "checks"
    permission: str = ""


@dataclass(frozen=True)
class ListPage:
    """A list as a page, a part of a page (HTMX) and a file."""

    title: Text
    table_class: type[ListTable]
    rows: Callable[[Any], QuerySet[Any]]
    filterset_class: type[django_filters.FilterSet] | None = None
    order: tuple[str, ...] = ("-pk",)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    template: str = "components/list_page.html"
    bulk_actions: tuple[BulkAction, ...] = ()
    export_name: Text = ""
    export_permission: str = ""
    on_export: Callable[[Any, HttpRequest, int], None] | None = None
    empty_text: Text = ""
    page_size: int = PAGE_SIZES[0]

    part_template: ClassVar[str] = "components/list.html"

    def respond(
        self, request: HttpRequest, *, extra: Mapping[str, Any] | None = None, rows: QuerySet[Any] | None = None
    ) -> HttpResponse:
        """Answer a list's address: the page, its table alone for HTMX, a file, or a change of saved filters.

        ``extra`` adds to the page's context; ``rows`` replaces the declared rows where they depend on the address.
        """
        staff = getattr(request, "staff", None) or request.user
        if request.method == "POST":
            return self._keep_filter(request, staff)
        cleaned = _without_identity(request)
        if cleaned is not None:
            messages.warning(
                request, _("证件号码不能出现在地址里，已从筛选条件中去掉。请用上方的搜索框按证件号码查找。")
            )
            return redirect(f"{request.path}?{cleaned}" if cleaned else request.path)
        scoped = self.rows(staff) if rows is None else rows
        filterset, found = self._filtered(request, scoped)
        kind = request.GET.get("export", "")
        if kind:
            return self._file(request, staff, found, kind)
        context = self._context(request, staff, scoped, found, filterset)
        if extra:
            context.update(extra)
        return TemplateResponse(
            request,
            self.part_template if _wants_part(request) else self.template,
            context,
            headers={"Vary": "HX-Request"},
        )

    # --- reading the address ---

    def _filtered(self, request: HttpRequest, scoped: QuerySet[Any]) -> tuple[Any, QuerySet[Any]]:
        if self.filterset_class is None:
            return None, scoped
        filterset = self.filterset_class(request.GET, queryset=scoped, request=request)
        # A condition that cannot be read lists nothing: listing everything would look like an answer to it.
        return filterset, filterset.qs if filterset.is_valid() else scoped.none()

    def _sorted_by(self, request: HttpRequest) -> tuple[str, tuple[str, ...]]:
        wanted = request.GET.get("sort", "")
        name = wanted.removeprefix("-")
        if name not in self.orders:
            return "", self.order
        fields = self.orders[name]
        return wanted, tuple(_turned(one) for one in fields) if wanted.startswith("-") else fields

    def _size(self, request: HttpRequest) -> int:
        given = request.GET.get("size", "")
        return int(given) if given in [str(size) for size in PAGE_SIZES] else self.page_size

    def _table(self, request: HttpRequest, rows: Sequence[Any]) -> ListTable:
        hidden = self.table_class.hidden_for(request.GET.getlist("columns"))
        table = self.table_class(rows, exclude=hidden)
        table.request = request
        return table

    # --- the page ---

    def _context(
        self, request: HttpRequest, staff: Any, scoped: QuerySet[Any], found: QuerySet[Any], filterset: Any
    ) -> dict[str, Any]:
        sort, order = self._sorted_by(request)
        size = self._size(request)
        turned = paging.page(
            found, order, size, scoped=scoped, after=request.GET.get("after", ""), before=request.GET.get("before", "")
        )
        table = self._table(request, turned.rows)
        shown = {column.name for column in table.columns}
        store, view_name = _store, _view_name(request)
        return {
            "list": self,
            "title": self.title,
            "table": table,
            "page": turned,
            "count": paging.count(found),
            "filterset": filterset,
            "sort": sort,
            "headers": self._headers(request, table, sort),
            "size": size,
            "sizes": PAGE_SIZES,
            "kept": _kept(request, drop=("after", "before", "export")),
            "kept_pairs": _pairs(request, drop=(*_OWN_KEYS, *_filter_keys(filterset))),
            "view_pairs": _pairs(request, only=("sort", "size", "columns")),
            "column_pairs": _pairs(request, drop=("columns", "after", "before", "export")),
            "size_pairs": _pairs(request, drop=("size", "after", "before", "export")),
            "column_choices": [(name, label, name in shown) for name, label in self.table_class.choosable()],
            "is_filtered": any(request.GET.get(key) for key in _filter_keys(filterset)),
            "saved_filters": store.list_for(staff, view_name) if store and view_name else [],
            "can_save_filters": store is not None,
            "bulk": self._bulk(staff),
            "can_export": not self.export_permission or staff.can(self.export_permission),
        }

    def _headers(self, request: HttpRequest, table: ListTable, sort: str) -> list[dict[str, Any]]:
        headers = []
        for column in table.columns:
            name = column.name
            link = ""
            if name in self.orders:
                following = f"-{name}" if sort == name else name
                link = f"?{_kept(request, drop=('after', 'before', 'export', 'sort'), add=[('sort', following)])}"
            css = str(column.attrs["th"].get("class", ""))
            direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
            headers.append(
                {
                    "label": column.header,
                    "url": link,
                    "direction": direction,
                    "css": css,
                    "is_pick": isinstance(column.column, PickColumn),
                }
            )
        return headers

    def _bulk(self, staff: Any) -> list[BulkAction]:
        return [action for action in self.bulk_actions if not action.permission or staff.can(action.permission)]

    # --- the file ---

    def _file(self, request: HttpRequest, staff: Any, found: QuerySet[Any], kind: str) -> HttpResponse:
        if self.export_permission and not staff.can(self.export_permission):
            raise Refused(_("您的岗位不能导出这张列表。如工作需要，请向安全管理员申请。"))
        if kind not in ("xlsx", "csv"):
            raise Refused(_("没有“%s”这种导出格式。请选择 Excel 或 CSV。") % kind)
        _sort, order = self._sorted_by(request)
        headers = [str(column.header) for column in self._table(request, []).export_columns()]
        told = self.on_export
        return export.file_response(  # type: ignore[return-value]
            kind,
            str(self.export_name or self.title),
            headers,
            self._values(request, found, order),
            on_done=(lambda count: told(staff, request, count)) if told else None,
        )

    def _values(self, request: HttpRequest, found: QuerySet[Any], order: Sequence[str]) -> Iterator[list[Any]]:
        rows = paging.ordered(found, order).iterator(chunk_size=_CHUNK)
        while chunk := list(islice(rows, _CHUNK)):
            yield from self._table(request, chunk).export_rows()

    # --- saved filters ---

    def _keep_filter(self, request: HttpRequest, staff: Any) -> HttpResponse:
        back = request.get_full_path()
        if _store is None:
            raise Refused(_("这张列表不能保存筛选。"))
        if "delete_filter" in request.POST:
            pk = request.POST["delete_filter"]
            if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
                raise Refused(_("没有这个常用筛选，可能已被删除。请刷新页面。"))
            _store.delete(actor=staff, pk=int(pk))
            return redirect(back)
        name = request.POST.get("filter_name", "").strip()
        if not name:
            raise Refused(_("没有保存：请给常用筛选起一个名称。"))
        query = urlencode(_pairs(request, drop=("after", "before", "export")))
        if len(name) > 40 or len(query) > 1000:
            raise Refused(_("没有保存：名称最多 40 个字，筛选条件也不能太长。请缩短后再存。"))
        _store.save(actor=staff, view_name=_view_name(request), name=name, query=query)
        messages.success(request, _("已保存常用筛选“%s”。") % name)
        return redirect(back)


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _wants_part(request: HttpRequest) -> bool:
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Target") == "list"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def _view_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _filter_keys(filterset: Any) -> list[str]:
    if filterset is None:
        return []
    keys: list[str] = []
    for bound in filterset.form:
        keys.append(bound.html_name)
        widget = bound.field.widget
        suffixes: Sequence[Any] = getattr(widget, "suffixes", ()) or getattr(widget, "widgets_names", ())
        keys += [f"{bound.html_name}{part if part.startswith('_') else f'_{part}'}" for part in suffixes if part]
    return keys


def _all_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(key, value) for key, values in request.GET.lists() for value in values if isinstance(value, str) and value]


def _pairs(
    request: HttpRequest, *, drop: Sequence[str] = (), only: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    return [(key, value) for key, value in _all_pairs(request) if key not in drop and (only is None or key in only)]


def _kept(request: HttpRequest, *, drop: Sequence[str], add: Sequence[tuple[str, str]] = ()) -> str:
    return urlencode([*_pairs(request, drop=drop), *add])


def _without_identity(request: HttpRequest) -> str | None:
    """The query without values that look like identity numbers; None when there are none."""
    pairs = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    clean = [(key, value) for key, value in pairs if not _IDENTITY.search(value)]
    return urlencode(clean) if len(clean) != len(pairs) else None

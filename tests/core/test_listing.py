"""List pages: each row once over all pages in both directions, what is exported is what is listed, few statements."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import django_filters
import django_tables2 as tables
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core import listing, paging
from core.listing import BulkAction, ListPage
from core.models import Job
from core.refusal import Refused
from core.tables import CountColumn, FenColumn, ListTable, PickColumn, StateColumn

pytestmark = pytest.mark.django_db


class JobTable(ListTable):
    pick = PickColumn()
    title = tables.Column(verbose_name="名称")
    state = StateColumn(verbose_name="状态")
    done = CountColumn(verbose_name="已完成")
    total = FenColumn(verbose_name="金额（元）")

    default_columns = ("title", "state", "total")

    class Meta(ListTable.Meta):
        pass


class JobFilter(django_filters.FilterSet):
    title = django_filters.CharFilter(lookup_expr="contains", label="名称")
    done = django_filters.NumberFilter(label="已完成")

    class Meta:
        model = Job
        fields = ()


PAGE = ListPage(
    title="任务",
    table_class=JobTable,
    rows=lambda staff: Job.everywhere.filter(kind="test.list"),
    filterset_class=JobFilter,
    order=("title", "-pk"),
    orders={"total": ("total", "pk"), "state": ("started_at", "pk")},
    bulk_actions=(
        BulkAction("批量办理", "/jobs/bulk/"),
        BulkAction("批量作废", "/jobs/void/", permission="nobody.has"),
    ),
)


@pytest.fixture
def jobs() -> list[Job]:
    moment = now()
    Job.everywhere.bulk_create(
        Job(
            kind="test.list",
            key=str(number),
            title=f"名单{number % 7}",
            total=100 + number % 5,
            done=number % 3,
            started_at=moment if number % 2 else None,
        )
        for number in range(53)
    )
    return list(Job.everywhere.filter(kind="test.list"))


def ask(query: str = "", page: ListPage = PAGE, *, post: dict[str, str] | None = None, **headers: str) -> HttpResponse:
    path = f"/jobs/?{query}"
    request = (
        RequestFactory().post(path, post, headers=headers)
        if post is not None
        else RequestFactory().get(path, headers=headers)
    )
    request.user = AnonymousUser()
    request.staff = SimpleNamespace(pk=7, username="张", can=lambda permission: False)
    request.session = {}
    request._messages = FallbackStorage(request)
    request.resolver_match = SimpleNamespace(view_name="core:test_list", route="jobs/")
    response = page.respond(request)
    response.sent_messages = [str(message) for message in request._messages]
    return response.render() if hasattr(response, "render") else response


def walk(query: str, direction: str) -> list[int]:
    seen: list[int] = []
    response = ask(query)
    while True:
        page = response.context_data["page"]
        keys = [row.pk for row in page.rows]
        seen = seen + keys if direction == "next" else keys + seen
        edge = page.next if direction == "next" else page.previous
        assert len(seen) <= 200, "the pages go round in a circle"
        if edge is None:
            return seen
        response = ask(f"{query}&{'after' if direction == 'next' else 'before'}={edge}")


@pytest.mark.parametrize(
    "query", ["", "sort=total", "sort=-total", "sort=state", "sort=-state", "title=名单3&sort=-state"]
)
def test_forwards_and_backwards_each_row_comes_once_in_the_same_order(jobs: list[Job], query: str) -> None:
    forwards = walk(query, "next")
    assert len(forwards) == len(set(forwards)) == (8 if "title" in query else 53)
    last = ask(query)
    while (edge := last.context_data["page"].next) is not None:
        last_edge = edge
        last = ask(f"{query}&after={edge}")
    if len(forwards) > 20:
        # From the last page back to the first, the same rows stand in the same order.
        back: list[int] = [row.pk for row in last.context_data["page"].rows]
        while (edge := last.context_data["page"].previous) is not None:
            last = ask(f"{query}&before={edge}")
            back = [row.pk for row in last.context_data["page"].rows if row.pk not in back] + back
        assert back == forwards
        assert last.context_data["page"].is_first
        assert last_edge in forwards


def test_missing_values_stand_last_in_both_directions_of_sorting(jobs: list[Job]) -> None:
    started = {job.pk: job.started_at for job in jobs}
    for query in ("sort=state", "sort=-state"):
        empty = [started[pk] is None for pk in walk(query, "next")]
        assert empty == sorted(empty)


@pytest.mark.parametrize("cursor", ["0", "x", "99999999999999999999999", "%00", "1e5", "-1", "' OR 1=1"])
def test_a_cursor_that_points_nowhere_gives_the_first_page(jobs: list[Job], cursor: str) -> None:
    first = [row.pk for row in ask().context_data["page"].rows]
    assert [row.pk for row in ask(f"after={cursor}").context_data["page"].rows] == first
    assert [row.pk for row in ask(f"before={cursor}").context_data["page"].rows] == first


def test_a_cursor_on_a_row_outside_the_scope_is_not_followed(jobs: list[Job]) -> None:
    foreign = Job.everywhere.create(kind="test.other", key="1", title="名单3")
    first = [row.pk for row in ask().context_data["page"].rows]
    assert [row.pk for row in ask(f"after={foreign.pk}").context_data["page"].rows] == first


def exported(response: HttpResponse) -> list[list[str]]:
    content = b"".join(response.streaming_content)
    response.file_to_stream.close()
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_holds_exactly_the_rows_columns_and_order_listed(jobs: list[Job]) -> None:
    query = "title=名单2&sort=-total&columns=total&columns=title"
    listed = walk(query, "next")
    by_pk = {job.pk: job for job in jobs}
    rows = exported(ask(f"{query}&export=csv"))
    assert rows[0] == ["名称", "金额（元）"]
    assert rows[1:] == [[by_pk[pk].title, f"1.{by_pk[pk].total - 100:02d}"] for pk in listed]
    headers = [str(header["label"]) for header in ask(query).context_data["headers"] if not header["is_pick"]]
    assert headers == rows[0]


def test_a_condition_that_cannot_be_read_lists_and_exports_nothing(jobs: list[Job]) -> None:
    response = ask("done=abc")
    assert response.context_data["page"].rows == []
    assert response.context_data["filterset"].errors
    assert len(exported(ask("done=abc&export=csv"))) == 1


def test_export_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Refused, match="exe"):
        ask("export=exe")


def test_export_is_recorded_with_its_number_of_rows(jobs: list[Job]) -> None:
    told: list[int] = []
    page = ListPage(
        title="任务", table_class=JobTable, rows=PAGE.rows, on_export=lambda staff, request, count: told.append(count)
    )
    exported(ask("export=csv", page))
    assert told == [53]


@pytest.mark.parametrize("size", [20, 50])
def test_the_number_of_statements_does_not_depend_on_rows(jobs: list[Job], size: int) -> None:
    with CaptureQueriesContext(
        connection,
    ) as first:
        ask(f"size={size}")
    assert len(first) == 2, [query["sql"] for query in first]
    with CaptureQueriesContext(connection) as later:
        ask(f"size={size}&after={jobs[5].pk}")
    assert len(later) == 3


def test_large_counts_are_estimates_and_say_so(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    assert paging.count(Job.everywhere.filter(kind="test.list")) == paging.Count(53, is_exact=True)
    monkeypatch.setattr(paging, "EXACT_COUNT_LIMIT", 10)
    counted = paging.count(Job.everywhere.filter(kind="test.list"))
    assert not counted.is_exact
    assert counted.number >= 10
    assert "约 " in ask().content.decode()


def test_an_identity_number_is_taken_out_of_the_address(jobs: list[Job]) -> None:
    response = ask("title=230801199001011234&sort=total")
    assert response.status_code == 302
    assert response["Location"] == "/jobs/?sort=total"
    assert "证件号码" in response.sent_messages[0]
    assert ask("title=23080119900101123").status_code == 200


def test_htmx_gets_the_list_alone_and_history_the_whole_page(jobs: list[Job]) -> None:
    part = ask("", **{"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert "<section" in part
    assert "<html" not in part
    whole = ask(
        "", **{"HX-Request": "true", "HX-Target": "list", "HX-History-Restore-Request": "true"}
    ).content.decode()
    assert "<html" in whole


def test_states_show_their_words_in_the_colour_of_their_code(jobs: list[Job]) -> None:
    assert '<span class="badge bg-azure-lt office-status">等待</span>' in ask().content.decode()
    assert exported(ask("export=csv&columns=state"))[1] == ["等待"]


def test_only_permitted_bulk_actions_are_offered(jobs: list[Job]) -> None:
    content = ask().content.decode()
    assert "批量办理" in content
    assert "批量作废" not in content
    assert content.count('name="pick"') == 20


def test_numbers_in_cells_have_no_false_separators(jobs: list[Job]) -> None:
    class YearTable(ListTable):
        attempt = tables.Column(verbose_name="年度")

        class Meta(ListTable.Meta):
            pass

    Job.everywhere.filter(kind="test.list").update(attempt=2018)
    content = ask("", ListPage(title="任务", table_class=YearTable, rows=PAGE.rows)).content.decode()
    assert ">2018<" in content
    assert "2,018" not in content


class Shelf:
    """Named filters in memory, by account and list."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def list_for(self, staff: Any, view_name: str) -> list[Any]:
        return [one for one in self.kept if (one.owner, one.view_name) == (staff.pk, view_name)]

    def save(self, *, actor: Any, view_name: str, name: str, query: str) -> None:
        self.kept.append(
            SimpleNamespace(pk=len(self.kept) + 1, owner=actor.pk, view_name=view_name, name=name, query=query)
        )

    def delete(self, *, actor: Any, pk: int) -> None:
        self.kept = [one for one in self.kept if (one.owner, one.pk) != (actor.pk, pk)]


@pytest.fixture
def shelf() -> Any:
    before = listing._store
    kept = Shelf()
    listing.keep_filters_in(kept)
    yield kept
    listing.keep_filters_in(before)


def test_a_named_filter_keeps_the_address_without_the_page(jobs: list[Job], shelf: Shelf) -> None:
    response = ask("title=名单2&sort=total&after=5", post={"filter_name": "我的名单"})
    assert response.status_code == 302
    assert QueryDict(shelf.kept[0].query).dict() == {"title": "名单2", "sort": "total"}
    assert "我的名单" in ask().content.decode()
    ask(post={"delete_filter": "1"})
    assert shelf.kept == []


@pytest.mark.parametrize(
    "post", [{"filter_name": " "}, {"filter_name": "名" * 41}, {"delete_filter": "x"}, {"delete_filter": "²"}, {}]
)
def test_bad_named_filters_are_refused(shelf: Shelf, post: dict[str, str]) -> None:
    with pytest.raises(Refused):
        ask(post=post)

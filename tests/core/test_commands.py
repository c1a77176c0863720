"""Commands under a key, row versions, edits by two people, refusals as answers."""

import threading
import uuid
from datetime import date, timedelta
from uuid import UUID

import pytest
from django import forms
from django.apps import apps
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    models,
    transaction,
)
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from core import constraints, history, requests
from core.forms import KeyedForm, add_refusal
from core.idempotency import content_hash, once
from core.middleware import DatabaseMiddleware, RefusalMiddleware, _remember_fault, refuse
from core.models import Heartbeat, IdempotencyKey, ImportBatch, Job
from core.refusal import Conflict, Forbidden, Refused
from core.scope import ScopeMissing
from core.versions import VersionedModel
from office.models import Office, Region
from tests.core import kit

CLERK = kit.Clerk()


# --- Once --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def book(key: UUID, amount: int) -> Heartbeat:
    """A command as the rooms write them."""
    with once(key, "book", amount) as earlier:
        if earlier:
            found: Heartbeat = earlier
            return found
        made = Heartbeat.everywhere.create(name=uuid.uuid4().hex, at=timezone.now())
        once.result(made)
    return made


@pytest.mark.django_db
def test_the_same_key_is_carried_out_once_and_other_content_is_refused() -> None:
    key = uuid.uuid4()
    first = book(key, 5)
    assert book(key, 5) == first
    assert Heartbeat.everywhere.count() == 1
    with pytest.raises(Refused, match="内容与同一张表单先前已办理的内容不同"):
        book(key, 6)
    assert book(uuid.uuid4(), 5) != first


@pytest.mark.django_db
def test_a_command_that_fails_leaves_its_key_free() -> None:
    key = uuid.uuid4()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), once(key, 1):
        raise ZeroDivisionError
    assert not IdempotencyKey.everywhere.exists()
    book(key, 5)


@pytest.mark.django_db
def test_a_command_must_say_what_came_of_it() -> None:
    with pytest.raises(RuntimeError, match="ended without once"), transaction.atomic(), once(uuid.uuid4(), 1):
        pass


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_a_key_protects_nothing() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), once(uuid.uuid4(), 1):
        pass


@pytest.mark.django_db
def test_a_broken_key_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="提交编号"), transaction.atomic(), once("not a key", 1):
        pass


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_have_one_effect() -> None:
    key = uuid.uuid4()
    start = threading.Barrier(2)
    results: list[str] = []

    def click() -> None:
        try:
            start.wait()
            results.append(book(key, 5).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert len(set(results)) == 1
    assert Heartbeat.everywhere.count() == 1


def test_content_is_compared_by_what_it_says() -> None:
    assert content_hash(({"a": 1, "b": 2},)) == content_hash(({"b": 2, "a": 1},))
    assert content_hash((1, "2")) != content_hash(("1", 2))
    with pytest.raises(TypeError):
        content_hash((object(),))


# --- The one door ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ask",
    [
        lambda: Job.objects.all(),
        lambda: Job.objects.filter(pk=1),
        lambda: Job.objects.count(),
        lambda: Job.objects.create(kind="x", key="y"),
        lambda: Job.objects.get_or_create(kind="x", key="y"),
        lambda: list(Job.objects.values_list("pk")),
        lambda: Job.objects.bulk_create([]),
    ],
)
def test_rows_without_a_reader_are_not_given(ask: object) -> None:
    with pytest.raises(ScopeMissing):
        ask()  # type: ignore[operator]


@pytest.mark.django_db
def test_nobody_sees_nothing() -> None:
    Heartbeat.everywhere.create(name="x", at=timezone.now())
    assert Heartbeat.objects.visible_to(CLERK).count() == 1
    for nobody in (None, kit.Clerk(is_active=False), kit.Clerk(is_authenticated=False)):
        assert Heartbeat.objects.visible_to(nobody).count() == 0
    assert IdempotencyKey.objects.visible_to(CLERK).count() == 0
    assert Job._default_manager is Job.everywhere or Job._default_manager.name == "everywhere"


# --- Words for refusals ------------------------------------------------------------------------------------------------


def answer_to(error: Exception, *, path: str = "/x/", **headers: str) -> HttpResponse | None:
    request = RequestFactory().post(path, headers=headers)
    return RefusalMiddleware(lambda request: HttpResponse()).process_exception(request, error)


def test_the_api_reads_json_and_htmx_a_fragment() -> None:
    as_json = answer_to(Refused("没有保存。", code="x", field="name"), path="/api/v1/persons/")
    assert as_json is not None
    assert (as_json.status_code, as_json["Content-Type"]) == (409, "application/json")
    assert b'"code": "x"' in as_json.content
    fragment = answer_to(Conflict(), **{"HX-Request": "true"})
    assert fragment is not None
    assert fragment.status_code == 409
    assert "已被别人修改" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    forbidden = answer_to(Forbidden(), path="/api/v1/persons/")
    assert forbidden is not None
    assert forbidden.status_code == 403
    assert answer_to(ZeroDivisionError()) is None


def test_the_way_back_leads_to_our_own_pages_only() -> None:
    request = RequestFactory().post("/x/", headers={"Referer": "https://elsewhere.example/", "HX-Request": "true"})
    assert "elsewhere" not in refuse(request, Refused("x")).content.decode()
    request = RequestFactory().post("/x/", headers={"Referer": "http://testserver/persons/", "HX-Request": "true"})
    assert "http://testserver/persons/" in refuse(request, Refused("x")).content.decode()


@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("connection already closed")])
def test_a_database_that_is_down_is_503(error: Exception) -> None:
    found = answer_to(error)
    assert found is not None
    assert (found.status_code, found["Retry-After"]) == (503, "60")


def test_a_fault_in_another_middleware_is_503_too() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        try:
            raise OperationalError("away")
        except OperationalError:
            _remember_fault(None, request)
        return HttpResponse(status=500)

    assert DatabaseMiddleware(broken)(RequestFactory().get("/")).status_code == 503
    assert DatabaseMiddleware(lambda request: HttpResponse(status=500))(RequestFactory().get("/")).status_code == 500


@pytest.mark.django_db
def test_a_broken_constraint_speaks_the_words_of_its_model() -> None:
    ImportBatch.everywhere.create(kind="x", file_name="x", file_sha256="1", region_code="230800")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ImportBatch.everywhere.create(kind="x", file_name="x", file_sha256="1", region_code="230800")
    assert str(constraints.explain(caught.value)) == "同一个文件已经导入过，不需要再次导入。"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Job.everywhere.create(kind="x", key="y", done=2, total=1)
    assert str(constraints.explain(caught.value)) == "任务进度不能超过总数。"
    assert constraints.explain(ZeroDivisionError()) is None


def test_templates_of_messages_are_filled_after_translation() -> None:
    assert str(Refused("金额“%(text)s”不对", params={"text": "50%"})) == "金额“50%”不对"
    assert str(Refused("100% 完整")) == "100% 完整"


def test_a_refusal_stands_beside_its_field_and_the_rest_above_the_form() -> None:
    class Slip(KeyedForm):
        paid = forms.CharField()

    form = Slip({"paid": "5", "key": str(uuid.uuid4())})
    assert form.is_valid()
    add_refusal(form, Refused("太多", field="paid"))
    add_refusal(form, Refused("本月已结账", field="elsewhere"))
    assert form.errors == {"paid": ["太多"], "__all__": ["本月已结账"]}
    assert form.data["paid"] == "5"
    assert Slip({"paid": "5", "key": "x"}).errors["key"]
    assert Slip()["key"].value() != Slip()["key"].value()


# --- Row versions ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_change_of_a_tracked_row_is_kept_whatever_code_made_it() -> None:
    region = Region.everywhere.create(
        code="239900", name="某市", full_name="某省某市", level="city", starts_on=date(2018, 1, 1)
    )
    office = Office.everywhere.create(code="T1", name="某市医保局", region=region, level="city")
    made = timezone.now() - timedelta(hours=1)  # a row version bears the time at which its transaction began
    with requests.acting(CLERK, number="r1", reason="机构更名"):
        Office.everywhere.filter(pk=office.pk).update(name="某市医疗保障局", is_open=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE office_office SET is_open = true WHERE id = %s", [office.pk])
    newest, oldest = history.of(office)
    assert [(item.label, item.before, item.after) for item in newest.fields] == [("启用", "否", "是")]
    assert (newest.who, newest.why) == ("系统", "")
    assert {(item.label, item.before, item.after) for item in oldest.fields} == {
        ("机构名称", "某市医保局", "某市医疗保障局"),
        ("启用", "是", "否"),
    }
    assert (oldest.who, oldest.user_id, oldest.why, oldest.request_id) == ("王办事", 7, "机构更名", "r1")
    earlier = history.as_it_was(office, made)
    assert earlier is not None
    assert (earlier["name"], earlier["is_open"]) == ("某市医保局", True)
    assert history.as_it_was(office, timezone.now()) is None
    kept = type(office).pgh_event_models["changed"]  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.everywhere.update(name="改")
    Office.everywhere.filter(pk=office.pk).delete()
    assert history.of(office)[0].is_removal


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told() -> None:
    class Slip(VersionedModel):
        scope = "everyone"
        text = models.CharField(max_length=20)
        other = models.CharField(max_length=20)

        class Meta(VersionedModel.Meta):
            app_label = "core"
            managed = False
            db_table = "test_slip"

    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE test_slip (id bigserial, version int, text text, other text) ON COMMIT DROP"
            )
        made = Slip.everywhere.create(text="一", other="x")
        first, second = Slip.everywhere.get(), Slip.everywhere.get()
        first.text = "二"
        assert first.save_seen(made.version).version == 2
        second.text = "三"
        with pytest.raises(Conflict):
            second.save_seen(made.version)
        with pytest.raises(Refused, match="缺少版本号"):
            second.save_seen("x")
        assert list(Slip.everywhere.values_list("text", "version")) == [("二", 2)]
        partly = Slip.everywhere.get()
        partly.text, partly.other = "四", "y"
        partly.save_seen(2, fields=["text"])
        assert list(Slip.everywhere.values_list("text", "other", "version")) == [("四", "x", 3)]
    finally:
        del apps.all_models["core"]["slip"]
        apps.clear_cache()


def test_values_are_shown_in_words() -> None:
    field = Job._meta.get_field("state")
    assert history._shown(field, "done") == "完成"
    assert history._shown(Job._meta.get_field("is_cancel_requested"), True) == "是"
    assert history._shown(Job._meta.get_field("message"), "") == "—"


def test_the_number_of_the_request_is_known_inside_only() -> None:
    assert requests.request_id() == ""
    with requests.acting(CLERK, number="abc"):
        assert requests.request_id() == "abc"
    assert requests.request_id() == ""
    assert requests.actor_name(None) == "系统"

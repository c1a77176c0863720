"""The office's own pages in use: desk, search, approvals, jobs, imports, regions, accounts, lists."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import jobs
from core.models import AuditEntry, Job
from office import search
from office.models import Approval, Region, RegionAttribute, SavedFilter, SearchTicket, User
from office.services import approvals, notices, work
from tests.office.conftest import Tree
from tests.office.test_approvals import _content


def at(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "role", ["window_clerk", "reviewer", "director", "auditor", "system_admin", "security_admin", "audit_admin"]
)
def test_the_desk_opens_for_every_role(tree: Tree, client: Client, role: str) -> None:
    page = at(client, tree.person("130402", role)).get("/").content.decode()
    assert "邯山区" in page
    assert "工作台" in page


def test_the_desk_counts_what_waits_and_links_to_it(tree: Tree, client: Client) -> None:
    clerk = tree.person("130402", "poverty_officer")
    work.open(
        "test.call", "p1", title="回访张某", region=tree["130402"], permission="poverty.follow", due_on=date(2018, 1, 1)
    )
    work.open("test.call", "p2", title="回访李某", region=tree["130403"], permission="poverty.follow")
    page = at(client, clerk).get("/").content.decode()
    assert "回访张某" in page
    assert "回访李某" not in page
    listed = client.get("/work/?state=open&due_until=2018-12-31").content.decode()
    assert "回访张某" in listed


def test_the_desk_asks_a_fixed_number_of_statements(tree: Tree, client: Client) -> None:
    clerk = tree.person("130402", "poverty_officer")
    at(client, clerk).get("/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/")
    for number in range(8):
        work.open("test.call", f"p{number}", title="回访", region=tree["130402"], permission="poverty.follow")
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(few)


def test_a_person_without_an_office_is_told_so(tree: Tree, client: Client) -> None:
    page = at(client, tree.person(None, "window_clerk")).get("/").content.decode()
    assert "还没有分配机构" in page


def test_a_search_keeps_its_words_out_of_the_address_and_the_database(tree: Tree, client: Client) -> None:
    number = "11010519491231002X"
    seen: list[search.Query] = []
    search.register(
        search.Provider("test", "测试", "office.search", lambda staff, query, limit: seen.append(query) or [])
    )
    try:
        answer = at(client, tree.person("130402", "window_clerk")).post("/search/", {"q": f" {number.lower()} "})
        assert number.lower() not in answer["Location"].lower()
        page = client.get(answer["Location"]).content.decode()
    finally:
        search._providers.pop("test")
    assert seen[0].identity == number
    assert number not in page
    assert number.lower() not in page
    assert number.encode() not in bytes(SearchTicket.everywhere.get().cipher)


def test_one_hit_opens_at_once_and_foreign_regions_are_not_found(tree: Tree, client: Client) -> None:
    at(client, tree.person("130400", "window_clerk"))
    answer = client.post("/search/", {"q": "邯山区"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/regions/130402/"
    assert "没有找到" in client.post("/search/", {"q": "向阳区"}, follow=True).content.decode()
    assert client.post("/search/", {"q": "x"}, follow=True).status_code == 200


def test_an_approval_is_decided_in_the_browser(tree: Tree, client: Client) -> None:
    maker, checker = tree.person("130400", "claims_clerk"), tree.person("130400", "reviewer")
    approval = approvals.request(
        "test.rename", maker.office, _content(maker.office), actor=maker, before={"名称": "旧"}, amount_fen=123456
    )
    url = f"/approvals/{approval.pk}/"
    page = at(client, maker).get(url).content.decode()
    assert "撤回" in page
    assert 'value="approve"' not in page
    assert client.post(url, {"act": "approve"}).status_code == 409
    page = at(client, checker).get(url).content.decode()
    assert "1,234.56" in page
    assert "旧" in page
    assert client.post(url, {"act": "refuse"}).status_code == 409
    assert client.post(url, {"act": "refuse", "reason": "材料不全"}).status_code == 302
    assert Approval.everywhere.get(pk=approval.pk).state == "refused"
    assert "材料不全" in at(client, maker).get("/notices/").content.decode()


def test_jobs_are_seen_by_their_owner_and_cancelled(tree: Tree, client: Client) -> None:
    owner, other = tree.person("130402", "window_clerk"), tree.person("130403", "window_clerk")
    job = Job.everywhere.create(kind="test.job", key="1", owner_id=owner.pk, region_code="130402", title="试算")
    assert at(client, other).get(f"/jobs/{job.pk}/").status_code == 404
    assert "试算" in at(client, owner).get("/jobs/").content.decode()
    assert "hx-get" in client.get(f"/jobs/{job.pk}/progress/").content.decode()
    client.post(f"/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == "cancelled" or job.is_cancel_requested
    assert jobs.trouble() is not None


def test_a_result_outside_the_var_folder_is_not_handed_out(tree: Tree, client: Client) -> None:
    owner = tree.person("130402", "window_clerk")
    job = Job.everywhere.create(kind="test.job", key="1", owner_id=owner.pk, state="done", result_path="../manage.py")
    assert at(client, owner).get(f"/jobs/{job.pk}/result/").status_code == 404
    Job.everywhere.update(result_path="/etc/passwd")
    assert client.get(f"/jobs/{job.pk}/result/").status_code == 404


def test_saved_filters_belong_to_their_owner(tree: Tree, client: Client) -> None:
    owner, other = tree.person("130402", "window_clerk"), tree.person("130402", "window_clerk")
    at(client, owner).post("/work/?state=done", {"filter_name": "已办的"})
    kept = SavedFilter.everywhere.get()
    assert kept.query == "state=done"
    assert kept.owner == owner
    assert "已办的" in client.get("/work/").content.decode()
    assert "已办的" not in at(client, other).get("/work/").content.decode()
    assert client.post("/work/", {"delete_filter": kept.pk}).status_code == 409
    assert SavedFilter.everywhere.exists()


def test_a_region_is_added_moved_and_described_by_the_system_administrator(tree: Tree, client: Client) -> None:
    at(client, tree.person("130000", "system_admin"))
    added = client.post(
        "/regions/130400/add/", {"code": "130404", "name": "复兴区", "level": "county", "starts_on": "2018-01-01"}
    )
    assert added.status_code == 302
    assert Region.everywhere.get(code="130404").full_name.endswith("复兴区")
    again = client.post(
        "/regions/130400/add/", {"code": "130404", "name": "复兴区", "level": "county", "starts_on": "2018-01-01"}
    )
    assert "已登记" in again.content.decode()
    move = {"kind": "administrative", "parent": "130600", "on": "2018-07-01", "document": "冀政函〔2018〕1号"}
    assert client.post("/regions/130404/move/", move).status_code == 302
    assert "不在您的辖区内" in client.post("/regions/130404/move/", {**move, "parent": "230800"}).content.decode()
    value = {"name": "drg_pilot", "value": "是", "on": "2018-01-01", "document": "医保发〔2020〕24号"}
    assert client.post("/regions/130404/attribute/", value).status_code == 302
    assert RegionAttribute.everywhere.get(region__code="130404").value == "是"
    assert "复兴区" in client.get("/regions/130400/?on=2018-06-30").content.decode()
    assert "复兴区" not in client.get("/regions/130400/?on=2018-07-01").content.decode()
    assert client.get("/regions/130400/?on=2018-99-99").status_code == 200


def test_accounts_are_opened_by_one_and_given_roles_by_another(tree: Tree, client: Client) -> None:
    system, security = tree.person("130000", "system_admin"), tree.person("130000", "security_admin")
    data = {"username": "zhang", "name": "张某", "office": tree.person("130400").office.pk}
    page = at(client, system).post("/accounts/new/", data).content.decode()
    assert "一次性密码" in page
    assert client.post("/accounts/zhang/roles/", {"role": "analyst", "starts_on": "2018-01-01"}).status_code == 403
    assert (
        at(client, security).post("/accounts/zhang/roles/", {"role": "analyst", "starts_on": "2018-01-01"}).status_code
        == 302
    )
    assert User.everywhere.get(username="zhang").can("reports.submit")
    assert client.post("/accounts/zhang/switch/", {"act": "disable", "reason": "x"}).status_code == 403
    assert at(client, system).post("/accounts/zhang/switch/", {"act": "disable"}).status_code == 409
    assert client.post("/accounts/zhang/switch/", {"act": "disable", "reason": "离职"}).status_code == 302
    assert not User.everywhere.get(username="zhang").is_active
    assert "停用账户" in client.get("/accounts/zhang/").content.decode()


def test_an_identity_number_leaves_only_an_index(tree: Tree, client: Client) -> None:
    at(client, tree.person("130000", "system_admin"))
    number = "11010519491231002X"
    client.post(
        "/accounts/new/",
        {"username": "zhang", "name": "张某", "office": tree.person("130400").office.pk, "identity_number": number},
    )
    assert len(bytes(User.everywhere.get(username="zhang").identity_index)) == 32
    assert not [entry for entry in AuditEntry.everywhere.all() if number in str(entry.changes) + entry.object_label]
    bad = client.post(
        "/accounts/new/",
        {"username": "li", "name": "李", "office": tree.person("130400").office.pk, "identity_number": "123"},
    )
    assert bad.status_code == 200
    assert not User.everywhere.filter(username="li").exists()


def test_the_audit_trail_is_filtered_by_area_and_verified(tree: Tree, client: Client) -> None:
    notices.tell(tree.person("130400"), "x")
    clerk = tree.person("130402", "poverty_officer")
    work.take(work.open("t", "1", title="甲区事项", region=tree["130402"], permission="poverty.follow"), actor=clerk)
    auditor = tree.person("130402", "auditor")
    assert "甲区事项" in at(client, auditor).get("/history/").content.decode()
    assert "甲区事项" not in at(client, tree.person("130403", "auditor")).get("/history/").content.decode()
    verified = at(client, tree.person("130000", "audit_admin")).post("/history/verify/", follow=True).content.decode()
    assert "封存" in verified


def test_history_of_a_record_needs_the_right_to_read_it(tree: Tree, client: Client) -> None:
    at(client, tree.person("130402", "window_clerk"))
    assert client.get(f"/history/office.user/{tree.person('130402').pk}/").status_code == 403
    assert client.get("/history/office.nothing/1/").status_code == 404
    assert client.get("/history/auth.permission/1/").status_code == 404
    item = work.open("t", "1", title="事项", region=tree["130402"], permission="x")
    assert client.get(f"/history/office.workitem/{item.pk}/").status_code == 200
    assert client.get("/history/office.workitem/abc/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/work/", "/approvals/", "/jobs/", "/regions/130402/", "/notices/", "/search/", "/password/"]
)
def test_pages_have_chinese_and_english(tree: Tree, client: Client, path: str) -> None:
    at(client, tree.person("130402", "window_clerk"))
    assert client.get(path).status_code == 200
    client.post("/language/setlang/", {"language": "en", "next": path})
    assert client.get(path).status_code == 200


def test_the_list_is_exported_as_it_is_listed(tree: Tree, client: Client) -> None:
    at(client, tree.person("130402", "poverty_officer"))
    work.open("t", "1", title="甲事项", region=tree["130402"], permission="poverty.follow")
    answer: Any = client.get("/work/?export=csv")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert "甲事项" in body.decode("utf-8-sig")
    assert at(Client(), tree.person("130402", "window_clerk")).get("/work/?export=csv").status_code == 409

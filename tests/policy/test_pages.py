"""Pages of policy: open to those who may, closed to others, every door to what lies outside one's area shut."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from office.models import Approval
from office.search import Query
from office.services import approvals
from policy import desk_cards, searching, selectors
from policy.models import LocalPolicySet, NationalValue
from policy.services import findings, local_sets, snapshots

pytestmark = pytest.mark.django_db
DAY = date(2018, 12, 31)


@pytest.fixture
def jiamusi_set(world: SimpleNamespace, jiamusi_text: str) -> LocalPolicySet:
    found, _is_new = local_sets.load_approved(jiamusi_text, source="")
    findings.recompute(DAY)
    return found


@pytest.fixture
def as_user(world: SimpleNamespace) -> Callable[[str], Client]:
    def log_in(name: str) -> Client:
        client = Client()
        client.force_login(world.staff[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


LISTS = [
    "/policy/",
    "/policy/documents/",
    "/policy/parameters/",
    "/policy/sets/",
    "/policy/findings/",
    "/policy/national-values/",
]
DETAILS = [
    "/policy/documents/医保发〔2018〕18号/",
    "/policy/documents/医保发〔2020〕24号/",
    "/policy/parameters/critical_illness.rate/",
    "/policy/parameters/documents.issued_on_2020_24/",
    "/policy/parameters/funds.warning_reserve_months_low/",
]


@pytest.mark.parametrize("url", [*LISTS, *DETAILS])
@pytest.mark.parametrize(
    "who", ["xiangyang_window_clerk", "heilongjiang_director", "nation_policy_officer", "jiamusi_auditor"]
)
def test_every_clerk_reads_the_law(
    jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client], url: str, who: str
) -> None:
    assert as_user(who).get(url).status_code == 200


@pytest.mark.parametrize("url", [*LISTS, *DETAILS, "/policy/sets/new/", "/policy/sets/import/"])
def test_others_are_kept_out(jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client], url: str) -> None:
    assert as_user("jiamusi_system_admin").get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_unknown_things_are_not_found(as_user: Callable[[str], Client]) -> None:
    client = as_user("jiamusi_policy_officer")
    for url in (
        "/policy/documents/医保发〔1999〕1号/",
        "/policy/parameters/nothing.here/",
        "/policy/sets/99/",
        "/policy/snapshots/00/",
    ):
        assert client.get(url).status_code == 404


def test_the_terms_page_says_value_source_and_words(
    jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client]
) -> None:
    page = as_user("xiangyang_window_clerk").get("/policy/", {"area": "230800", "on": "2018-12-31"}).content.decode()
    for words in (
        "佳木斯市",
        "210.00 元",
        "个人缴费210元",
        "医保发〔2018〕18号",
        "提高报销比例 5 个百分点",
        "示例",
        "待补充文件提高",
    ):
        assert words in page
    before = as_user("xiangyang_window_clerk").get("/policy/", {"area": "230800", "on": "2018-10-08"}).content.decode()
    assert "提高报销比例 5 个百分点" not in before


def test_a_wrong_day_is_refused_not_broken(as_user: Callable[[str], Client]) -> None:
    assert as_user("jiamusi_policy_officer").get("/policy/", {"on": "昨天"}).status_code == 409


def test_the_document_page_shows_clauses_figures_and_words(as_user: Callable[[str], Client]) -> None:
    page = as_user("xiangyang_window_clerk").get("/policy/documents/医保发〔2018〕2号/").content.decode()
    for words in ("提高城乡居民医保筹资标准", "达到每人每年不低于 490 元", "490.00 元", "2018-07-11"):
        assert words in page


def test_the_parameter_page_says_where_it_is_used(
    jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client]
) -> None:
    page = as_user("jiamusi_director").get("/policy/parameters/critical_illness.relief_rate_points/").content.decode()
    for words in ("用在哪里", "policy/bounds.py", "倾斜：支付比例提高", "佳木斯市", "5 个百分点", "印发之日"):
        assert words in page
    listed = as_user("jiamusi_director").get("/policy/parameters/", {"kind": "confirm"}).content.decode()
    assert "待确认" in listed
    assert "人均财政补助标准<" not in listed


def test_the_findings_of_jiamusi(jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client]) -> None:
    page = as_user("jiamusi_policy_officer").get("/policy/findings/").content.decode()
    for words in ("210.00 元", "220.00 元", "450.00 元", "490.00 元", "50%", "55%"):
        assert words in page
    assert "210.00 元" not in as_user("handan_policy_officer").get("/policy/findings/").content.decode()


def test_recomputing_is_a_post_for_those_who_draft(
    jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client]
) -> None:
    assert as_user("jiamusi_policy_officer").get("/policy/findings/recompute/").status_code == 405
    assert as_user("jiamusi_window_clerk").post("/policy/findings/recompute/").status_code == 403
    assert as_user("jiamusi_policy_officer").post("/policy/findings/recompute/").status_code == 302


def test_a_set_is_seen_from_below_and_above_but_not_from_beside(
    jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client]
) -> None:
    url = f"/policy/sets/{jiamusi_set.pk}/"
    for who in ("xiangyang_window_clerk", "jiamusi_director", "heilongjiang_policy_officer", "nation_director"):
        page = as_user(who).get(url)
        assert page.status_code == 200
        assert "示例" in page.content.decode()
    for who in ("handan_director", "hebei_policy_officer"):
        assert as_user(who).get(url).status_code == 404
        assert as_user(who).get(url + "file/").status_code == 404


def test_a_set_goes_out_as_a_file_and_comes_in_as_a_draft(
    jiamusi_set: LocalPolicySet, jiamusi_text: str, as_user: Callable[[str], Client]
) -> None:
    client = as_user("jiamusi_policy_officer")
    assert client.get(f"/policy/sets/{jiamusi_set.pk}/file/").content.decode() == jiamusi_text
    wrong = jiamusi_text.replace('value: "90%"}', "value: ninety}", 1)
    page = client.post("/policy/sets/import/", {"file": SimpleUploadedFile("错.yaml", wrong.encode()), "kind": "full"})
    assert page.status_code == 400
    line = 1 + next(n for n, text in enumerate(wrong.splitlines()) if "ninety" in text)
    assert f"第 {line} 行" in page.content.decode()
    page = client.post(
        "/policy/sets/import/", {"file": SimpleUploadedFile("gbk.yaml", "名称".encode("gb18030")), "kind": "full"}
    )
    assert page.status_code == 400 or "UTF-8" in page.content.decode()
    assert LocalPolicySet.everywhere.count() == 1
    made = client.post(
        "/policy/sets/import/", {"file": SimpleUploadedFile("对.yaml", jiamusi_text.encode()), "kind": "full"}
    )
    assert made.status_code == 302
    assert LocalPolicySet.everywhere.get(state="draft").region.code == "230800"


def test_an_area_beside_cannot_be_imported_for(jiamusi_text: str, as_user: Callable[[str], Client]) -> None:
    upload = SimpleUploadedFile("标准.yaml", jiamusi_text.encode())
    page = as_user("handan_policy_officer").post("/policy/sets/import/", {"file": upload, "kind": "full"})
    assert page.status_code == 400
    assert "不是您可以起草的地区" in page.content.decode()


def form_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would send back from the form as it stands."""
    page = client.get(url)
    assert page.status_code == 200
    data = {"region": "230800", "kind": "full", "name": page.context["form"].initial.get("name", "")}
    for field in ("document", "document_number"):
        data[field] = page.context["form"].initial.get(field, "") or ""
    for layer in page.context["layers"]:
        for row in layer["rows"]:
            if row["entry"]:
                name = row["key"].name
                data |= {
                    f"{name}:value": row["entry"].value, f"{name}:clause": row["entry"].clause, f"{name}:words": row["entry"].words,
                    f"{name}:document": row["entry"].document, f"{name}:illustrative": row["illustrative"],
                }  # fmt: skip
    return data


def test_from_a_copy_to_force_in_the_browser(
    jiamusi_set: LocalPolicySet, world: SimpleNamespace, as_user: Callable[[str], Client]
) -> None:
    officer, director = as_user("jiamusi_policy_officer"), as_user("heilongjiang_director")
    data = form_of(officer, f"/policy/sets/new/?copy={jiamusi_set.pk}")
    data |= {"name": "佳木斯市2019年度标准", "effective_on": "2019-01-01", "ends_on": "2019-12-31"}
    poor = "特困人员、低保对象、建档立卡贫困人口（未脱贫）、建档立卡贫困人口（脱贫享受政策）、返贫人口"
    data["critical_illness.rate:value"] = f"困难身份={poor}：55%\n困难身份=其他：50%"
    kept = officer.post("/policy/sets/new/", data | {"basic.year_cap:value": "八万"})
    assert kept.status_code == 400
    assert "八万" in kept.content.decode(), "what was typed stays"
    assert officer.post("/policy/sets/new/", data).status_code == 302
    made = LocalPolicySet.everywhere.get(state="draft")
    url = f"/policy/sets/{made.pk}/"
    assert "提交上级审批" in officer.get(url).content.decode()
    edited = form_of(officer, url + "edit/") | {
        "effective_on": "2019-01-01",
        "version": str(made.version),
        "basic.year_cap:value": "90000.00",
    }
    assert officer.post(url + "edit/", edited).status_code == 302
    assert officer.post(url + "edit/", edited).status_code in (400, 409), "changed since it was opened"
    assert officer.post(url, {"act": "submit"}).status_code == 302
    assert "去审批" in director.get(url).content.decode()
    approvals.decide(Approval.everywhere.get(object_id=str(made.pk)), True, actor=world.staff["heilongjiang_director"])
    page = as_user("xiangyang_window_clerk").get("/policy/", {"area": "230800", "on": "2019-06-01"}).content.decode()
    assert "90,000.00 元" in page
    compared = officer.get(url + f"compare/?other={jiamusi_set.pk}").content.decode()
    assert "90,000.00 元" in compared
    assert "80,000.00 元" in compared
    assert "个人缴费标准" not in compared, "what is the same is not listed"
    assert director.post(url, {"act": "withdraw", "reason": ""}).status_code == 409
    assert director.post(url, {"act": "withdraw", "reason": "文件作废"}).status_code == 302


def test_drafting_and_submitting_need_the_right(jiamusi_set: LocalPolicySet, as_user: Callable[[str], Client]) -> None:
    clerk = as_user("jiamusi_window_clerk")
    assert clerk.get("/policy/sets/new/").status_code == 403
    assert clerk.post(f"/policy/sets/{jiamusi_set.pk}/", {"act": "withdraw", "reason": "x"}).status_code == 409
    assert (
        as_user("jiamusi_auditor")
        .post(f"/policy/sets/{jiamusi_set.pk}/", {"act": "withdraw", "reason": "x"})
        .status_code
        == 403
    )
    assert (
        as_user("jiamusi_policy_officer").post(f"/policy/sets/{jiamusi_set.pk}/", {"act": "nonsense"}).status_code
        == 409
    )
    jiamusi_set.refresh_from_db()
    assert jiamusi_set.state == "approved"


def test_a_national_value_in_the_browser(world: SimpleNamespace, as_user: Callable[[str], Client]) -> None:
    officer = as_user("nation_policy_officer")
    data = {
        "parameter": "financing.individual", "starts_on": "2021-01-01", "value": "320.00", "document": "医保发〔2021〕32号",
        "clause": "一（一）", "words": "达到每人每年320元",
    }  # fmt: skip
    assert officer.get("/policy/national-values/new/?parameter=financing.individual").status_code == 200
    wrong = officer.post("/policy/national-values/new/", data | {"starts_on": "2018-01-01"})
    assert wrong.status_code == 400
    assert "以文件为准" in wrong.content.decode()
    refused = as_user("jiamusi_policy_officer").post("/policy/national-values/new/", data)
    assert refused.status_code == 400
    assert "国家级" in refused.content.decode()
    assert officer.post("/policy/national-values/new/", data).status_code == 302
    row = NationalValue.everywhere.get()
    assert "等待第二人批准" in officer.get(f"/policy/national-values/{row.pk}/").content.decode()
    approvals.decide(Approval.everywhere.get(), True, actor=world.staff["nation_director"])
    page = as_user("jiamusi_window_clerk").get("/policy/parameters/financing.individual/").content.decode()
    assert "320.00 元" in page
    assert "后来录入" in page


def test_a_snapshot_page(jiamusi_set: LocalPolicySet, world: SimpleNamespace, as_user: Callable[[str], Client]) -> None:
    stored = snapshots.store(selectors.terms_for(world.jiamusi, DAY))
    url = f"/policy/snapshots/{stored.digest}/"
    assert "个人缴费210元" in as_user("xiangyang_window_clerk").get(url).content.decode()
    assert as_user("handan_director").get(url).status_code == 404


def test_desk_and_search(jiamusi_set: LocalPolicySet, world: SimpleNamespace) -> None:
    officer = world.staff["jiamusi_policy_officer"]
    card = desk_cards._findings(officer, DAY)
    assert card is not None
    assert len(card["rows"]) == 3
    assert desk_cards._findings(world.staff["handan_policy_officer"], DAY) is None
    assert next(hit.title for hit in searching._find_law(officer, Query("18号"), 20)) == "医保发〔2018〕18号"
    assert [hit.title for hit in searching._find_sets(officer, Query("佳木斯"), 20)] == [jiamusi_set.name]
    assert list(searching._find_sets(world.staff["handan_director"], Query("佳木斯"), 20)) == []

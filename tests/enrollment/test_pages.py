"""Every page of the register: it answers, it refuses, it stays in scope, and it never shows a full document number."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from enrollment.models import Due, Enrollment, HardshipStatus, Payment, PaymentDifference, Person
from enrollment.services import enrollments, households, persons, statuses
from office import desk, search
from tests.enrollment.conftest import id_number


def log_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def family(land: SimpleNamespace, person: Person) -> SimpleNamespace:
    """A household of one, enrolled for 2018, with a status."""
    home = households.open_household(
        actor=land.clerk, region=land.village, head=person, starts_on=date(2018, 1, 1), book_number="7"
    )
    statuses.grant(
        actor=land.clerk, person=person, category="minimum_living", starts_on=date(2018, 1, 1), source="名单"
    )
    enrollment = enrollments.enroll(
        actor=land.clerk, person=person, year=2018, category="adult", registered_on=date(2017, 11, 1)
    )
    return SimpleNamespace(
        person=person,
        home=home,
        enrollment=enrollment,
        due=Due.everywhere.get(),
        status=HardshipStatus.everywhere.get(),
    )


def pages_of(family: SimpleNamespace) -> list[str]:
    number = family.person.number
    return [
        reverse("enrollment:person_detail", args=[number]),
        reverse("enrollment:person_correct", args=[number]),
        reverse("enrollment:person_number", args=[number]),
        reverse("enrollment:person_enroll", args=[number]),
        reverse("enrollment:status_grant", args=[number]),
        reverse("enrollment:enrollment_end", args=[family.enrollment.pk]),
        reverse("enrollment:household_detail", args=[family.home.number]),
        reverse("enrollment:payment_book", args=[family.due.pk]),
        reverse("enrollment:payment_refund", args=[family.due.pk]),
    ]


LISTS = [
    "person_list",
    "dues",
    "payments",
    "payment_differences",
    "campaign",
    "person_register",
    "enrollment_transfer",
    "dues_work_out",
]


def test_pages_answer_in_scope_and_do_not_exist_outside(land: SimpleNamespace, family: SimpleNamespace) -> None:
    own, sibling, foreign = log_in(land.clerk), log_in(land.sibling), log_in(land.foreign)
    for url in pages_of(family):
        answer = own.get(url)
        assert answer.status_code == 200, url
        assert id_number() not in answer.content.decode(), url
        assert sibling.get(url).status_code == 404, url
        assert foreign.get(url).status_code == 404, url
    for name in LISTS:
        assert own.get(reverse(f"enrollment:{name}")).status_code == 200, name


def test_lists_stay_in_scope_and_are_filtered(land: SimpleNamespace, family: SimpleNamespace) -> None:
    url = reverse("enrollment:person_list")
    own, sibling = log_in(land.clerk), log_in(land.sibling)
    assert "王小明" in own.get(url).content.decode()
    assert "王小明" not in sibling.get(url).content.decode()
    seen = {"name": "wang", "category": "adult", "covered": "yes", "paid": "open", "status": "minimum_living",
            "region": "230803001"}  # fmt: skip
    for key, value in seen.items():
        assert "王小明" in own.get(url, {key: value}).content.decode(), key
    for key, value in {"name": "li", "category": "pupil", "covered": "no", "paid": "paid", "status": "destitute",
                       "year": "2019"}.items():  # fmt: skip
        more = {"covered": "yes"} if key == "year" else {}
        assert "王小明" not in own.get(url, {key: value, **more}).content.decode(), key
    answer = own.get(url, {"export": "csv"})
    exported = b"".join(answer.streaming_content).decode("utf-8-sig")
    answer.close()
    assert "王小明" in exported and id_number() not in exported


def test_who_may_not_is_refused(land: SimpleNamespace, family: SimpleNamespace) -> None:
    auditor, outsider = log_in(land.auditor), log_in(land.make_clerk("sysadmin", "230800", "security_admin"))
    assert auditor.get(reverse("enrollment:person_detail", args=[family.person.number])).status_code == 200
    assert auditor.get(reverse("enrollment:person_register")).status_code == 403
    assert outsider.get(reverse("enrollment:person_list")).status_code == 403
    assert Client().get(reverse("enrollment:person_list")).status_code == 302
    reveal = reverse("enrollment:person_reveal", args=[family.person.number])
    assert auditor.post(reveal, {"reason": "看看"}).status_code == 403


def test_reveal_shows_once_and_is_kept(land: SimpleNamespace, family: SimpleNamespace) -> None:
    url = reverse("enrollment:person_reveal", args=[family.person.number])
    answer = log_in(land.clerk).post(url, {"reason": "核对户口簿"})
    assert id_number() in answer.content.decode()
    entry = AuditEntry.everywhere.get(act="enrollment.person.revealed")
    assert (entry.reason, entry.actor_id) == ("核对户口簿", land.clerk.pk)
    assert log_in(land.sibling).post(url, {"reason": "核对户口簿"}).status_code == 404


def form(**changes: Any) -> dict[str, Any]:
    return {
        "id_kind": "01", "id_number": id_number(serial=5), "name": "赵六", "ethnicity": "01", "region": "230803001201",
        "phone": "13812345678", "book_number": "9", "relation": "head", "category": "adult", "years": ["2018"], **changes,
    }  # fmt: skip


def test_registration_by_form(land: SimpleNamespace, office_day: Any) -> None:
    client = log_in(land.clerk)
    answer = client.post(reverse("enrollment:person_register"), form())
    person = Person.everywhere.get()
    assert answer.url == reverse("enrollment:person_detail", args=[person.number])
    assert (person.name, person.birth_on, Enrollment.everywhere.get().starts_on) == (
        "赵六",
        date(1980, 1, 1),
        date(2018, 6, 1),
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id_number": id_number()[:-1] + "A"}, "身份证号"),
        ({"is_employee": "on"}, "职工医保"),
        ({"region": "230804001201"}, "村（社区）"),
        ({"phone": "12"}, "11位手机号"),
        ({"years": ["1999"]}, "1999"),
        ({"relation": "spouse"}, "户主"),
        ({"id_number": "x" * 5000}, "30"),
        ({"name": "\x00"}, "姓名"),
    ],
)
def test_refused_registration_keeps_what_was_typed(land: SimpleNamespace, changes: dict[str, Any], words: str) -> None:
    answer = log_in(land.clerk).post(reverse("enrollment:person_register"), form(**changes))
    text = answer.content.decode()
    assert answer.status_code == 200 and words in text
    assert 'value="9"' in text
    assert not Person.everywhere.exists()


def test_lookup_tells_what_is_known(land: SimpleNamespace, family: SimpleNamespace) -> None:
    url = reverse("enrollment:person_lookup")
    own, foreign = log_in(land.clerk), log_in(land.foreign)
    ask = {"id_kind": "01", "id_number": id_number()}
    assert "王小明" in own.post(url, ask).content.decode()
    outside = foreign.post(url, ask).content.decode()
    assert "王小明" not in outside and "佳木斯市" in outside
    assert AuditEntry.everywhere.filter(act="enrollment.elsewhere.asked").count() == 1
    assert (
        "校验位"
        in own.post(
            url, {**ask, "id_number": id_number()[:-1] + ("1" if id_number()[-1] != "1" else "2")}
        ).content.decode()
    )
    assert "尚未建档" in own.post(url, {**ask, "id_number": id_number(serial=77)}).content.decode()
    assert own.get(url).status_code == 405


def test_payment_refund_end_and_status_by_form(land: SimpleNamespace, family: SimpleNamespace) -> None:
    client, number = log_in(land.clerk), family.person.number
    pay = reverse("enrollment:payment_book", args=[family.due.pk])
    sent = {"kind": "personal", "amount_fen": "105.00", "paid_on": "2018-05-01", "key": str(uuid4())}
    assert "超过未缴" in client.post(pay, {**sent, "amount_fen": "105.01", "key": str(uuid4())}).content.decode()
    assert client.post(pay, sent).status_code == 302 and client.post(pay, sent).status_code == 302
    assert Payment.everywhere.get().amount_fen == 10500
    refund = reverse("enrollment:payment_refund", args=[family.due.pk])
    assert (
        "可退金额" in client.post(refund, {"amount_fen": "1", "reason": "多缴", "key": str(uuid4())}).content.decode()
    )
    withdraw = reverse("enrollment:status_withdraw", args=[family.status.pk])
    assert log_in(land.sibling).post(withdraw, {"reason": "x"}).status_code == 404
    assert client.post(withdraw, {"reason": ""}).status_code == 409
    assert client.post(withdraw, {"reason": "名单有误"}).status_code == 302
    granted = {"category": "destitute", "starts_on": "2018-06-01", "source": "民政名单"}
    assert client.post(reverse("enrollment:status_grant", args=[number]), granted).status_code == 302
    end = reverse("enrollment:enrollment_end", args=[family.enrollment.pk])
    ended = {"version": 1, "ends_on": "2018-05-31", "reason": "employee"}
    assert client.post(end, ended).status_code == 302
    assert "已被他人修改" in client.post(end, ended).content.decode()


def test_household_pays_by_form(land: SimpleNamespace, family: SimpleNamespace) -> None:
    url = reverse("enrollment:household_pay", args=[family.home.number])
    sent = {"year": "2018", "paid_on": "2018-05-01", "key": str(uuid4())}
    assert log_in(land.foreign).post(url, sent).status_code == 404
    assert log_in(land.clerk).post(url, sent).status_code == 302
    assert Payment.everywhere.get().household_id == family.home.pk
    assert log_in(land.clerk).post(url, {"year": "x"}).status_code == 409


def test_dues_of_another_area_cannot_be_worked_out(land: SimpleNamespace, family: SimpleNamespace) -> None:
    url = reverse("enrollment:dues_work_out")
    assert log_in(land.city_clerk).post(url, {"area": "230800", "year": "2018"}).status_code == 302
    assert log_in(land.city_clerk).post(url, {"area": "130400", "year": "2018"}).status_code == 200


def test_difference_is_decided(land: SimpleNamespace, family: SimpleNamespace) -> None:
    from core.models import ImportBatch

    batch = ImportBatch.everywhere.create(kind="enrollment.payments", file_name="f.csv", file_sha256="0" * 64)
    difference = PaymentDifference.everywhere.create(
        batch=batch, row_number=2, kind="name_differs", person=family.person, due=family.due, name="王晓明", id_last4="0001",
        year=2018, amount_fen=10500, paid_on=date(2018, 5, 1), receipt="T1", region=land.village, pooling_area=land.city,
    )  # fmt: skip
    url = reverse("enrollment:payment_difference", args=[difference.pk])
    assert log_in(land.sibling).get(url).status_code == 404
    client = log_in(land.clerk)
    assert client.get(url).status_code == 200
    assert client.post(url, {"decision": "book", "reason": ""}).status_code == 409
    assert client.post(url, {"decision": "book", "reason": "曾用名，已核对"}).status_code == 302
    assert Payment.everywhere.get().receipt == "T1"


def test_desk_search_and_campaign_count_the_same(land: SimpleNamespace, family: SimpleNamespace) -> None:
    shown = desk.desk_for(land.clerk, date(2018, 6, 1))
    figures = {card["code"]: card["value"] for card in shown.figures}
    assert figures["enrollment.registered"] == "1" and figures["enrollment.unpaid"] == "1"
    assert search.find(land.clerk, search.Query(id_number(), id_number()))[0]["hits"][0].title == "王小明"
    assert search.find(land.clerk, search.Query("王小"))[0]["code"] == "person"
    assert not [f for f in search.find(land.sibling, search.Query(id_number(), id_number())) if f["code"] == "person"]
    assert "西林街道" in log_in(land.clerk).get(reverse("enrollment:campaign")).content.decode()


def test_transfer_by_the_receiving_office(land: SimpleNamespace, family: SimpleNamespace) -> None:
    url = reverse("enrollment:enrollment_transfer")
    sent = {"id_number": id_number(), "region": "130402001201", "on": "2018-06-01"}
    answer = log_in(land.foreign).post(url, sent)
    assert answer.status_code == 302
    assert log_in(land.foreign).get(answer.url).status_code == 200
    assert "没有可转移" in log_in(land.foreign).post(url, {**sent, "id_number": id_number(serial=88)}).content.decode()


def test_newborn_pages(land: SimpleNamespace, person: Person, office_day: Any) -> None:
    baby = persons.register(
        actor=land.clerk, name="王小宝", id_kind="990201", id_number="P230123456", region=land.village, sex="1",
        birth_on=date(2018, 5, 1), guardian=person,
    )  # fmt: skip
    url = reverse("enrollment:person_number", args=[baby.number])
    client = log_in(land.clerk)
    assert "出生日期" in client.post(url, {"id_number": id_number(birth="20180502")}).content.decode()
    assert client.post(url, {"id_number": id_number(birth="20180501")}).status_code == 302

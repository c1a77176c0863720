"""The pages of the reports room as each level walks them, and what another area sees of them."""

import io
import zipfile
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from office.models import User
from reports.models import Submission
from reports.services import monthly, submissions
from tests.reports.conftest import JULY

pytestmark = pytest.mark.django_db


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def newest(code: str, definition: str = "operation") -> Submission:
    return Submission.everywhere.get(definition=definition, region__code=code, period=201807, is_latest=True)


def text(client: Client, name: str, *arguments: object, **query: str) -> str:
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_month_shows_own_and_lower_units_alone(july: SimpleNamespace) -> None:
    nation = text(logged_in(july.directors["000000"]), "reports:month", month="2018-07")
    assert all(name in nation for name in ("全国", "黑龙江省", "河北省", "佳木斯市", "定州市"))
    hebei = text(logged_in(july.directors["130000"]), "reports:month", month="2018-07")
    assert "定州市" in hebei
    assert "佳木斯市" not in hebei
    assert "没有 2018 年 13 月" in text(logged_in(july.directors["130000"]), "reports:month", month="2018-13")


def test_a_report_opens_with_its_comparisons_and_each_figure_with_what_it_adds(july: SimpleNamespace) -> None:
    nation = logged_in(july.directors["000000"])
    report = newest("000000")
    page = text(nation, "reports:submission_detail", report.number)
    assert "18,000.00" in page
    assert "政策范围内报销比例" in page
    cell = text(nation, "reports:submission_cell", report.number, "total_fen")
    assert "黑龙江省" in cell
    assert "下级合计" in cell
    quotient = text(nation, "reports:submission_cell", report.number, "in_scope_ratio")
    assert "不由下级比例相加" in quotient
    assert nation.get(reverse("reports:submission_cell", args=[report.number, "nothing"])).status_code == 404


def test_a_base_figure_opens_to_the_rows_known_at_the_cut_off(july: SimpleNamespace) -> None:
    analyst = logged_in(july.analysts["230800"])
    report = newest("230800")
    rows = text(analyst, "reports:submission_rows", report.number, "total_fen")
    assert july.first.number in rows
    assert july.second.number in rows
    poor = text(analyst, "reports:submission_rows", newest("230800", "poverty").number, "total_fen")
    assert july.second.number in poor
    assert july.first.number not in poor
    assert "李大海" in text(analyst, "reports:submission_rows", report.number, "enrolled")
    text(analyst, "reports:submission_rows", report.number, "paid_fen")
    assert analyst.get(reverse("reports:submission_rows", args=[report.number, "fund_balance_fen"])).status_code == 404
    # Whoever may not see settlements does not see them through a report either.
    finance = logged_in(july.make_clerk("policy", "230800", "policy_officer"))
    assert finance.get(reverse("reports:submission_rows", args=[report.number, "enrolled"])).status_code == 403


def test_lists_trends_desk_search_and_history(july: SimpleNamespace) -> None:
    director = logged_in(july.directors["130000"])
    listed = text(director, "reports:submission_list")
    assert newest("130682").number in listed
    assert newest("230800").number not in listed
    assert "定州市" in text(director, "reports:trends", month="2018-07", definition="poverty", cell="visits")
    text(director, "reports:trends", month="2018-07", cell="in_scope_ratio")
    desk = text(director, "office:desk")
    assert "待审定报表" in desk
    assert "编制报表" in text(director, "office:history", "reports.submission", newest("130682").pk)
    found = director.post(reverse("office:search"), {"q": newest("130682").number}, follow=True)
    assert newest("130682").number in found.content.decode()


def test_the_file_has_the_table_the_lower_reports_and_the_meanings(july: SimpleNamespace) -> None:
    answer = logged_in(july.directors["130000"]).get(
        reverse("reports:submission_download", args=[newest("130000").number])
    )
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = book.read("xl/workbook.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert all(name in sheets for name in ("报表", "下级明细", "指标说明"))
    assert "定州市" in words
    assert "医疗总费用" in words


def test_the_way_from_building_to_acceptance_by_hand(stays: SimpleNamespace) -> None:
    analyst, director = logged_in(stays.analysts["230800"]), logged_in(stays.directors["230000"])
    built = analyst.post(reverse("reports:submission_build"), {"definition": "operation", "month": "2018-07"})
    report = newest("230800")
    assert built.url == reverse("reports:submission_detail", args=[report.number])
    assert "报送" in analyst.get(built.url).content.decode()
    analyst.post(reverse("reports:submission_submit", args=[report.number]))
    page = director.get(built.url).content.decode()
    assert "审定并锁定" in page
    director.post(reverse("reports:submission_return", args=[report.number]), {"reason": "请核对人次"})
    assert "请核对人次" in analyst.get(built.url).content.decode()
    analyst.post(reverse("reports:submission_build"), {"definition": "operation", "month": "2018-07"})
    second = newest("230800")
    assert second.version == 2
    analyst.post(reverse("reports:submission_submit", args=[second.number]))
    director.post(reverse("reports:submission_accept", args=[second.number]))
    second.refresh_from_db()
    assert second.state == "accepted"
    again = analyst.post(
        reverse("reports:submission_correct", args=[second.number]), {"reason": "核对"}, follow=True
    ).content.decode()
    assert "没有需要更正的内容" in again


@pytest.mark.parametrize("act", ["submit", "accept", "return", "correct"])
def test_a_sibling_and_a_city_itself_can_do_nothing(stays: SimpleNamespace, act: str) -> None:
    report = submissions.submit(
        submissions.build("operation", stays.city, JULY, actor=stays.analysts["230800"]), actor=stays.analysts["230800"]
    )
    before = Submission.everywhere.filter(pk=report.pk).values().get()
    address = reverse(f"reports:submission_{act}", args=[report.number])
    sibling = [logged_in(stays.analysts["130400"]), logged_in(stays.directors["130400"])]
    assert {one.post(address, {"reason": "x"}).status_code for one in sibling} <= {403, 404}
    assert sibling[1].get(reverse("reports:submission_detail", args=[report.number])).status_code == 404
    for own in (stays.analysts["230800"], stays.directors["230800"]):
        logged_in(own).post(address, {"reason": "x"})
    assert Submission.everywhere.filter(pk=report.pk).values().get() == before


def test_bad_input_is_answered_in_words(house: SimpleNamespace) -> None:
    analyst = logged_in(house.analysts["230800"])
    for data in ({}, {"definition": "x", "month": "2018-07"}, {"definition": "operation", "month": "abc"}):
        answer = analyst.post(reverse("reports:submission_build"), data, follow=True)
        assert answer.status_code == 200
        assert "alert" in answer.content.decode()


def test_number_of_statements_does_not_grow_with_the_month(
    july: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    director = logged_in(july.directors["000000"])
    director.get(reverse("reports:month"), {"month": "2018-07"})
    with django_assert_max_num_queries(60):  # type: ignore[operator]  # the frame and its badges included
        director.get(reverse("reports:submission_detail", args=[newest("000000").number]))


def test_the_command_builds_what_can_be_built(stays: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import CommandError, call_command

    call_command("month_end", month="2018-07")
    assert "生成 6 份" in capsys.readouterr().out
    with pytest.raises(CommandError, match="还没有结束"):
        call_command("month_end", month="2018-08")
    assert monthly.month_end(JULY, warn=False).built == 0

"""Terms of an area on a day: nation → province → pooling area, citations, snapshots, and a cache that notices changes."""

import json
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.refusal import Refused
from office.services import approvals
from policy import national, selectors
from policy.law import ParameterMissing, catalogue
from policy.models import NationalValue, TermsSnapshot
from policy.services import local_sets, national_values, snapshots
from policy.terms import TermMissing

BEFORE, AFTER = date(2018, 10, 8), date(2018, 10, 9)


# --- what the nation gives (no database) -----------------------------------------------------------------------------------


def test_relief_binds_from_the_day_of_issue_until_the_plans_end() -> None:
    assert national.national_terms(BEFORE) == []
    given = {term.name: term.value for term in national.national_terms(AFTER)}
    assert given["critical_illness.relief.deductible_share"] == Fraction(1, 2)
    assert given["critical_illness.relief.rate_points"] == Fraction(1, 20)
    assert "registered_poor" in given["critical_illness.relief.statuses"]
    assert "critical_illness.relief.uncapped_statuses" not in given
    assert not [t for t in national.national_terms(date(2021, 1, 1)) if t.name.startswith("critical_illness")]


def test_the_right_of_the_referred_poor_is_joined_to_the_areas_own_table() -> None:
    """18号 二（三）8: an area that says no for the poor is not heard; what it says for others stands."""
    local = national.given_terms(catalogue(), AFTER)["out_of_area.as_at_home"]
    own = type(local)(local.name, national.table_of({("resettled", "none"), ("resettled", "edge")}), local.unit, ())
    joined = national.resolve("230800", AFTER, [own])["out_of_area.as_at_home"]
    cells = national.true_cells(joined.value)
    assert ("in_province_referred", "destitute") in cells
    assert ("resettled", "edge") in cells
    assert ("in_province_referred", "none") not in cells
    assert joined.citations[0].origin == "national"


def test_a_joined_table_has_exactly_one_row_for_every_case() -> None:
    table = national.table_of({("referred", "edge"), ("local", "none")})
    for filing in ("local", "referred", "none"):
        for status in ("none", "edge", "destitute"):
            assert len(table.matching({"filing": filing, "status": status})) == 1


# --- resolution --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_layers_and_their_citations(world: SimpleNamespace, jiamusi_text: str) -> None:
    local_sets.load_approved(jiamusi_text, source="")
    province = """
area: "230000"
name: 黑龙江省统一规定
document: 黑政示例
effective_on: 2018-01-01
origin: province
terms:
  financing.individual: {value: "200.00"}
  basic.inpatient.rate_max: {value: "95%"}
"""
    local_sets.load_approved(province, source="")
    terms = selectors.terms_for(world.jiamusi, AFTER)
    assert terms["financing.individual"].value == 21000, "the pooling area lies over the province"
    assert terms["basic.inpatient.rate_max"].citations[0].origin == "province"
    assert terms["critical_illness.relief.rate_points"].citations[0].document == "医保发〔2018〕18号"
    assert terms["status.order"].is_illustrative
    assert not terms["basic.year_cap"].is_illustrative
    assert not selectors.terms_for(world.handan, AFTER).has("basic.inpatient.rate_max")
    with pytest.raises(TermMissing, match="请在“政策标准”中"):
        _ = selectors.terms_for(world.handan, AFTER)["basic.year_cap"]


@pytest.mark.django_db
def test_a_set_that_ended_leaves_a_gap(world: SimpleNamespace, jiamusi_text: str) -> None:
    older = jiamusi_text.replace("effective_on: 2018-01-01", "effective_on: 2017-01-01").replace(
        "ends_on: 2018-12-31\n", ""
    )
    local_sets.load_approved(older, source="")
    local_sets.load_approved(jiamusi_text.replace("80000.00", "90000.00"), source="")
    assert selectors.terms_for(world.jiamusi, date(2017, 12, 31))["basic.year_cap"].value == 8_000_000
    assert selectors.terms_for(world.jiamusi, date(2018, 1, 1))["basic.year_cap"].value == 9_000_000
    assert not selectors.terms_for(world.jiamusi, date(2019, 1, 1)).has("basic.year_cap")


@pytest.mark.django_db
def test_kept_terms_are_read_with_one_statement_and_none_within_one_reading(
    world: SimpleNamespace, jiamusi_text: str
) -> None:
    local_sets.load_approved(jiamusi_text, source="")
    first = selectors.terms_for(world.jiamusi, AFTER)
    with CaptureQueriesContext(connection) as seen:
        assert selectors.terms_for(world.jiamusi, AFTER) is first
    assert len(seen) == 1
    with selectors.one_reading(), CaptureQueriesContext(connection) as seen:
        for _number in range(5):
            assert selectors.terms_for(world.jiamusi, AFTER) is first
    assert len(seen) == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_leaves_nothing_behind(world: SimpleNamespace, jiamusi_text: str) -> None:
    with transaction.atomic():
        local_sets.load_approved(jiamusi_text, source="")
        assert selectors.terms_for(world.jiamusi, AFTER).has("basic.year_cap")
        transaction.set_rollback(True)
    assert not selectors.terms_for(world.jiamusi, AFTER).has("basic.year_cap")
    local_sets.load_approved(jiamusi_text.replace("80000.00", "85000.00"), source="")
    assert selectors.terms_for(world.jiamusi, AFTER)["basic.year_cap"].value == 8_500_000


# --- snapshots ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_terms_are_stored_once(world: SimpleNamespace, jiamusi_text: str) -> None:
    local_sets.load_approved(jiamusi_text, source="")
    first = snapshots.store(selectors.terms_for(world.jiamusi, date(2018, 3, 1)))
    again = snapshots.store(selectors.terms_for(world.jiamusi, date(2018, 3, 2)))
    later = snapshots.store(selectors.terms_for(world.jiamusi, AFTER))
    assert first.pk == again.pk != later.pk
    assert TermsSnapshot.everywhere.count() == 2
    back = snapshots.terms_of(TermsSnapshot.everywhere.get(pk=later.pk))
    assert back.digest == later.digest
    assert back["critical_illness.relief.rate_points"].value == Fraction(1, 20)


@pytest.mark.django_db
def test_a_snapshot_never_changes(world: SimpleNamespace) -> None:
    stored = snapshots.store(selectors.terms_for(world.jiamusi, AFTER))
    with pytest.raises(DatabaseError), transaction.atomic():
        TermsSnapshot.everywhere.filter(pk=stored.pk).update(content={})


# --- values entered by national staff -----------------------------------------------------------------------------------------


def enter(world: SimpleNamespace, **changes: object) -> NationalValue:
    given: dict[str, object] = {
        "parameter": "financing.individual", "starts_on": date(2021, 1, 1), "value": "320.00", "document": "医保发〔2021〕32号",
        "clause": "一（一）", "words": "个人缴费标准达到每人每年320元", "actor": world.staff["nation_policy_officer"],
    }  # fmt: skip
    return national_values.enter(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_entered_and_approved_by_a_second_person(world: SimpleNamespace) -> None:
    row = enter(world)
    approval = approvals.waiting_for(row)
    assert approval is not None
    with pytest.raises(ParameterMissing):
        selectors.national_value("financing.individual", date(2021, 5, 1))
    with pytest.raises(Refused):
        approvals.decide(approval, True, actor=world.staff["nation_policy_officer"])
    approvals.decide(approval, True, actor=world.staff["nation_director"])
    assert selectors.national_value("financing.individual", date(2021, 5, 1)) == 32000
    assert selectors.entry("financing.individual", date(2021, 5, 1)).document == "医保发〔2021〕32号"
    row.refresh_from_db()
    national_values.withdraw(row, actor=world.staff["nation_director"], reason="录入错误")
    with pytest.raises(ParameterMissing):
        selectors.national_value("financing.individual", date(2021, 5, 1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": date(2018, 1, 1)}, "以文件为准"),
        ({"starts_on": date(2021, 7, 1)}, "2021-01-01"),
        ({"value": "三百二"}, "三百二"),
        ({"value": "-5.00"}, "负|不是|金额"),
        ({"words": " "}, "原文"),
        ({"parameter": "financing.nothing"}, "没有这项"),
    ],
)
def test_a_wrong_entry_is_refused(world: SimpleNamespace, changes: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        enter(world, **changes)
    assert not NationalValue.everywhere.exists()


@pytest.mark.django_db
def test_only_national_staff_enter_and_the_same_day_once(world: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="国家级"):
        enter(world, actor=world.staff["heilongjiang_policy_officer"])
    row = enter(world)
    with pytest.raises(Refused, match="已经录入"):
        enter(world, value="330.00")
    national_values.retract(row, actor=world.staff["nation_policy_officer"])
    assert enter(world, value="330.00").value == "330.00"


@pytest.mark.django_db
def test_the_day_of_issue_of_the_2020_document_is_an_input(world: SimpleNamespace) -> None:
    given = {
        "parameter": "documents.issued_on_2020_24",
        "starts_on": date(2020, 1, 1),
        "words": "2020年6月10日",
        "clause": "",
    }
    with pytest.raises(Refused, match="应在 2020-01-01 至 2020-12-31 之间"):
        enter(world, **given, value="2021-06-10")
    row = enter(world, **given, value="2020-06-10")
    approval = approvals.waiting_for(row)
    assert approval is not None
    approvals.decide(approval, True, actor=world.staff["nation_director"])
    assert selectors.national_value("critical_illness.rate", date(2020, 6, 9)) == Fraction(1, 2)
    assert selectors.national_value("critical_illness.rate", date(2020, 6, 10)) == Fraction(3, 5)
    terms = selectors.terms_for(world.jiamusi, date(2020, 6, 10))
    assert terms["critical_illness.relief.uncapped_statuses"].value == (
        "registered_poor",
        "registered_poor_lifted",
        "returned_poor",
    )


# --- the command ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_prints_json_with_citations(
    world: SimpleNamespace, jiamusi_text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    local_sets.load_approved(jiamusi_text, source="")
    call_command("terms", "--area", "230803", "--on", "2018-12-31")
    printed = json.loads(capsys.readouterr().out)
    assert printed["area_code"] == "230800"
    assert printed["terms"]["financing.individual"]["value"] == 21000
    assert printed["terms"]["financing.individual"]["citations"][0]["words"] == "个人缴费210元"
    relief = printed["terms"]["critical_illness.relief.rate_points"]
    assert (relief["value"], relief["citations"][0]["clause"]) == ("1/20", "二（二）5")


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [("--area", "999999", "--on", "2018-12-31"), ("--area", "230800", "--on", "昨天")])
def test_the_command_refuses_in_one_line(world: SimpleNamespace, wrong: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("terms", *wrong)

"""The life of a local set: draft, the law's bounds, the level above, in force, findings, withdrawal."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction

from core import clock
from core.models import AuditEntry
from core.refusal import Conflict, Refused
from office.models import Approval
from office.services import approvals
from policy import selectors
from policy.models import LocalPolicySet, PolicyFinding
from policy.services import findings, local_sets
from policy.terms import TermMissing

pytestmark = pytest.mark.django_db


def next_year(text: str, **changes: str) -> str:
    """The set of 2018 moved to 2019, with values that meet the bounds unless changed."""
    text = text.replace("effective_on: 2018-01-01", "effective_on: 2019-01-01").replace(
        "ends_on: 2018-12-31", "ends_on: 2019-12-31"
    )
    text = text.replace("2018年度", "2019年度")
    poor = "[destitute, registered_poor, registered_poor_lifted, returned_poor, minimum_living]"
    rate = changes.pop("rate", f'[{{status: {poor}, value: "55%"}}, {{status: others, value: "50%"}}]')
    text = text.replace(
        'critical_illness.rate: {value: "50%", words: 支付比例50%}', f"critical_illness.rate: {{rows: {rate}}}"
    )
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


@pytest.fixture
def loaded(world: SimpleNamespace, jiamusi_text: str) -> LocalPolicySet:
    found, _is_new = local_sets.load_approved(jiamusi_text, source="230800-2018.yaml ")
    findings.recompute(date(2018, 12, 31))
    return found


def drafted(world: SimpleNamespace, text: str, **more: Any) -> LocalPolicySet:
    return local_sets.draft(region=world.jiamusi, text=text, actor=world.staff["jiamusi_policy_officer"], **more)


# --- findings ------------------------------------------------------------------------------------------------------------


def test_jiamusi_2018_is_kept_with_exactly_three_findings(loaded: LocalPolicySet) -> None:
    assert loaded.state == "approved"
    rows = PolicyFinding.everywhere.filter(policy_set=loaded).values_list(
        "parameter", "local_value", "bound_value", "document"
    )
    assert set(rows) == {
        ("financing.individual", "210.00 元", "220.00 元", "医保发〔2018〕2号"),
        ("financing.fiscal_subsidy", "450.00 元", "490.00 元", "医保发〔2018〕2号"),
        ("critical_illness.relief_rate_points", "50%", "55%", "医保发〔2018〕18号"),
    }


def test_findings_come_with_their_documents_and_go_with_the_set(loaded: LocalPolicySet) -> None:
    assert findings.recompute(date(2018, 12, 31)) == {"opened": 0, "closed": 0, "open": 3}
    assert findings.recompute(date(2019, 1, 1)) == {"opened": 0, "closed": 3, "open": 0}
    assert "已不执行" in PolicyFinding.everywhere.filter(policy_set=loaded)[0].outcome


def test_a_supplement_takes_the_finding_away(world: SimpleNamespace, loaded: LocalPolicySet) -> None:
    text = """
area: "230800"
name: 佳木斯市2018年度补充通知
document: 佳木斯市补充通知
effective_on: 2018-12-31
ends_on: 2018-12-31
terms:
  financing.individual: {value: "220.00", words: 个人缴费220元}
"""
    supplement = drafted(world, text, kind="supplement")
    approval = local_sets.submit(supplement, actor=world.staff["jiamusi_policy_officer"])
    approvals.decide(approval, True, actor=world.staff["heilongjiang_director"])
    standing = PolicyFinding.everywhere.filter(state="open").values_list("parameter", flat=True)
    assert set(standing) == {"financing.fiscal_subsidy", "critical_illness.relief_rate_points"}
    terms = selectors.terms_for(world.jiamusi, date(2018, 12, 31))
    assert terms["financing.individual"].value == 22000
    assert terms["basic.year_cap"].value == 8_000_000
    assert selectors.terms_for(world.jiamusi, date(2018, 12, 30))["financing.individual"].value == 21000


def test_loading_twice_is_one_and_other_content_is_refused(loaded: LocalPolicySet, jiamusi_text: str) -> None:
    same, is_new = local_sets.load_approved(jiamusi_text, source="again ")
    assert (same.pk, is_new) == (loaded.pk, False)
    with pytest.raises(Refused, match="内容不同"):
        local_sets.load_approved(jiamusi_text.replace("210.00", "230.00"), source="again ")


def test_the_command_loads_and_counts(world: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    path = "policy/local_sets/230800-2018.yaml"
    call_command("load_local_sets", path)
    assert "装入地方标准 1 套" in capsys.readouterr().out
    call_command("load_local_sets", path)
    assert "装入地方标准 0 套，已有 1 套；待补充文件提高 3 项" in capsys.readouterr().out
    call_command("load_law")
    assert "政策文件 6 份" in capsys.readouterr().out


# --- from draft to force -------------------------------------------------------------------------------------------------


def test_draft_submit_approve(world: SimpleNamespace, jiamusi_text: str) -> None:
    officer, director = world.staff["jiamusi_policy_officer"], world.staff["heilongjiang_director"]
    policy_set = drafted(world, next_year(jiamusi_text))
    with pytest.raises(TermMissing):
        _ = selectors.terms_for(world.jiamusi, date(2019, 3, 1))["basic.year_cap"]
    approval = local_sets.submit(policy_set, actor=officer)
    assert approval.region == world.regions["230000"]
    with pytest.raises(TermMissing):
        _ = selectors.terms_for(world.jiamusi, date(2019, 3, 1))["basic.year_cap"]
    approvals.decide(approval, True, actor=director)
    policy_set.refresh_from_db()
    assert (policy_set.state, policy_set.approved_by, policy_set.approved_on) == (
        "approved",
        director,
        date(2018, 12, 31),
    )
    assert selectors.terms_for(world.jiamusi, date(2019, 3, 1))["basic.year_cap"].value == 8_000_000
    acts = set(AuditEntry.everywhere.filter(object_type="policy.LocalPolicySet").values_list("act", flat=True))
    assert acts == {"policy.local_set.drafted", "policy.local_set.submitted", "policy.local_set.approved"}


@pytest.mark.parametrize(
    "who",
    ["jiamusi_policy_officer", "jiamusi_director", "handan_director", "hebei_director", "heilongjiang_window_clerk"],
)
def test_only_the_level_above_approves(world: SimpleNamespace, jiamusi_text: str, who: str) -> None:
    policy_set = drafted(world, next_year(jiamusi_text))
    approval = local_sets.submit(policy_set, actor=world.staff["jiamusi_policy_officer"])
    with pytest.raises(Refused):
        approvals.decide(approval, True, actor=world.staff[who])
    policy_set.refresh_from_db()
    assert policy_set.state == "submitted"


def test_the_database_refuses_a_maker_who_approves(world: SimpleNamespace, jiamusi_text: str) -> None:
    officer = world.staff["jiamusi_policy_officer"]
    policy_set = drafted(world, next_year(jiamusi_text))
    with pytest.raises(IntegrityError, match="policy_set_maker_is_not_approver"), transaction.atomic():
        LocalPolicySet.everywhere.filter(pk=policy_set.pk).update(approved_by=officer)


def test_a_value_under_a_floor_is_refused(world: SimpleNamespace, jiamusi_text: str) -> None:
    policy_set = drafted(world, next_year(jiamusi_text, rate='[{value: "49%"}]'))
    with pytest.raises(Refused, match="低于国家规定") as told:
        local_sets.submit(policy_set, actor=world.staff["jiamusi_policy_officer"])
    assert "医保发〔2018〕18号 二（二）5" in str(told.value)


def test_a_departure_from_a_principle_needs_a_reason(world: SimpleNamespace, jiamusi_text: str) -> None:
    flat = next_year(jiamusi_text).replace('{level: township, value: "90%"}', '{level: township, value: "75%"}')
    policy_set = drafted(world, flat)
    officer = world.staff["jiamusi_policy_officer"]
    with pytest.raises(Refused, match="请填写理由"):
        local_sets.submit(policy_set, actor=officer)
    approval = local_sets.submit(policy_set, actor=officer, departure_reason="全市统一比例试点")
    assert approval.reason == "全市统一比例试点"


def test_returned_with_words_then_edited_and_sent_again(world: SimpleNamespace, jiamusi_text: str) -> None:
    officer, director = world.staff["jiamusi_policy_officer"], world.staff["heilongjiang_director"]
    policy_set = drafted(world, next_year(jiamusi_text))
    approvals.decide(local_sets.submit(policy_set, actor=officer), False, actor=director, reason="门诊限额偏低")
    policy_set.refresh_from_db()
    assert (policy_set.state, policy_set.return_reason) == ("returned", "门诊限额偏低")
    seen = policy_set.version
    text = next_year(jiamusi_text).replace('value: "100.00", words: 年度最高100元', 'value: "120.00"')
    local_sets.edit(policy_set, text=text, kind="full", seen=seen, actor=officer)
    with pytest.raises(Conflict):
        local_sets.edit(
            LocalPolicySet.everywhere.get(pk=policy_set.pk), text=text, kind="full", seen=seen, actor=officer
        )
    approvals.decide(local_sets.submit(policy_set, actor=officer), True, actor=director)
    assert selectors.terms_for(world.jiamusi, date(2019, 1, 1))["basic.outpatient.year_cap"].value == 12000


def test_retracted_before_the_decision(world: SimpleNamespace, jiamusi_text: str) -> None:
    officer = world.staff["jiamusi_policy_officer"]
    policy_set = drafted(world, next_year(jiamusi_text))
    approval = local_sets.submit(policy_set, actor=officer)
    assert local_sets.retract(policy_set, actor=officer).state == "draft"
    approval.refresh_from_db()
    assert approval.state == Approval.State.WITHDRAWN


def test_an_approved_set_cannot_be_edited_by_anyone(
    loaded: LocalPolicySet, world: SimpleNamespace, jiamusi_text: str
) -> None:
    with pytest.raises(Refused, match="不能修改"):
        local_sets.edit(loaded, text=jiamusi_text, kind="full", seen=1, actor=world.staff["jiamusi_policy_officer"])
    with pytest.raises(DatabaseError, match="不能修改"), transaction.atomic():
        LocalPolicySet.everywhere.filter(pk=loaded.pk).update(content={})
    rows = LocalPolicySet.everywhere.filter(pk=loaded.pk)
    with pytest.raises(DatabaseError, match="不能修改"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_foreign_areas_cannot_be_drafted_for(world: SimpleNamespace, jiamusi_text: str) -> None:
    for who in ("handan_policy_officer", "xiangyang_policy_officer", "jiamusi_window_clerk"):
        with pytest.raises(Refused, match="不能为"):
            local_sets.draft(region=world.jiamusi, text=jiamusi_text, actor=world.staff[who])


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('"210.00"', "210.00"), "第 9 行", "小数"),
        (("financing.individual:", "financing.indivdual:"), "第 9 行", "词汇表中没有这个键"),
        (('value: "90%"}', "value: ninety}"), "第", "应为百分比"),
        (('- {level: one, value: "300.00"}', '- {level: township, value: "300.00"}'), "第", "有两行同时适用"),
        (('area: "230800"', 'area: "130400"'), "", "area 是 130400"),
    ],
)
def test_a_bad_text_is_refused_with_its_line(
    world: SimpleNamespace, jiamusi_text: str, change: tuple[str, str], line: str, words: str
) -> None:
    assert change[0] in jiamusi_text
    with pytest.raises(Refused) as told:
        drafted(world, jiamusi_text.replace(*change))
    assert line in str(told.value)
    assert words in str(told.value)
    assert not LocalPolicySet.everywhere.exists()


# --- withdrawal and known_at -----------------------------------------------------------------------------------------------


def test_withdrawn_with_a_reason_and_the_answer_of_the_time_remains(
    world: SimpleNamespace, loaded: LocalPolicySet
) -> None:
    on = date(2018, 6, 1)
    assert selectors.terms_for(world.jiamusi, on)["financing.individual"].value == 21000
    before = clock.now()
    with pytest.raises(Refused, match="理由"):
        local_sets.withdraw(loaded, actor=world.staff["heilongjiang_director"], reason=" ")
    with pytest.raises(Refused, match="上级机构"):
        local_sets.withdraw(loaded, actor=world.staff["jiamusi_director"], reason="误装入")
    local_sets.withdraw(loaded, actor=world.staff["heilongjiang_director"], reason="误装入")
    assert not selectors.terms_for(world.jiamusi, on).has("financing.individual")
    assert selectors.terms_for(world.jiamusi, on, before)["financing.individual"].value == 21000
    assert not selectors.terms_for(world.jiamusi, on, before - timedelta(days=1)).has("financing.individual")
    assert not PolicyFinding.everywhere.filter(state="open").exists()


def test_a_moment_before_the_approval_knows_nothing(world: SimpleNamespace, loaded: LocalPolicySet) -> None:
    long_ago = datetime(2010, 1, 1, tzinfo=clock.now().tzinfo)
    assert len(selectors.terms_for(world.jiamusi, date(2018, 1, 1), long_ago)) == 0

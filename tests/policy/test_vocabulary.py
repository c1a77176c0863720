"""The public format of terms: what is read, what is refused and where; the sets that come with the system. No database."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from policy import vocabulary
from policy.marked_yaml import FormatRefused, load
from policy.term_keys import KEYS
from policy.terms import Table, TermMissing, Terms

SETS = sorted(vocabulary.LOCAL_SETS.glob("*.yaml"))
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "settlement_cases.md"


def faults(terms: str) -> list[str]:
    return [str(fault) for fault in vocabulary.check(load(f'area: "1"\nterms:\n{terms}'))]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_shipped_sets_are_whole(path: Path) -> None:
    content = load(path.read_text(encoding="utf-8"))
    assert vocabulary.check(content) == []
    found = vocabulary.parse(content)
    assert path.stem == f"{found.area_code}-{found.effective_on.year}"
    needed = {key.name for key in KEYS.values() if key.is_supported and not key.absent and key.origin == "local"}
    assert needed <= set(found.terms)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_set_stored_as_json_reads_the_same(path: Path) -> None:
    content = load(path.read_text(encoding="utf-8"))
    stored = json.loads(json.dumps(vocabulary.plain(content)))
    assert vocabulary.parse(stored) == vocabulary.parse(content)


def test_only_published_figures_are_not_illustrative() -> None:
    found = vocabulary.shipped("230800-2018")
    assert not found.terms["basic.inpatient.rate"].is_illustrative
    assert found.terms["medical_aid.inpatient.rate"].is_illustrative
    assert all(term.is_illustrative for term in vocabulary.shipped("133100-2018").terms.values())


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ('  basic.year_cap: "1.234"', "第 3 行"),
        ("  basic.year_cap: 80000", "加引号的元"),
        ('  basic.inpatient.rate: "170%"', "百分比"),
        ('  basic.inpatient.rate: "-1%"', "百分比"),
        ("  medical_aid.applies: perhaps", "yes 或 no"),
        ("  critical_illness.base: [deductible, everything]", "取自"),
        ("  basic.inpatient.rate: none", "百分比"),
        ("  basic.inpatient.rate: {rows: [{level: four, value: '1%'}]}", "没有 four"),
        ("  basic.inpatient.rate: {rows: [{level: two, value: '1%'}]}", "没有一行适用"),
        ("  basic.inpatient.rate: {rows: [{value: '1%'}, {level: two, value: '1%'}]}", "重叠|两行"),
        ("  basic.inpatient.rate: {rows: [{up_to: '5.00', value: '1%'}]}", "5.00 元以上没有一行"),
        (
            "  basic.inpatient.rate: {rows: [{up_to: '5.00', value: '1%'}, {over: '6.00', value: '1%'}]}",
            "5.00 元到 6.00 元",
        ),
        (
            "  basic.inpatient.rate: {rows: [{up_to: '5.00', value: '1%'}, {over: '4.00', value: '1%'}]}",
            "4.00 元处两行重叠",
        ),
        ("  basic.year_cap: {rows: [{over: '0.00', value: '1.00'}]}", "不能按 over"),
        ("  basic.year_cap: {rows: [{level: two, value: '1.00'}]}", "不能按 level"),
        ("  basic.year_cap: {value: '1.00', rows: []}", "其中之一"),
        ("  basic.year_cap: {value: '1.00', claus: x}", "claus"),
        ("  basic.inpatient.deductible: {rows: [{admission: 0, value: none}]}", "住院次序"),
        ("  premium_aid.destitute: {kind: amount}", "kind: full"),
        ("  enrollment.season_starts: '13-01'", "月日"),
        ("  status.order: [destitute, destitute]", "取自"),
    ],
)
def test_faults_are_told(terms: str, told: str) -> None:
    found = faults(terms)
    assert found
    assert re.search(told, found[0]), found


def test_unknown_and_unsupported_keys_are_refused() -> None:
    assert "没有这个键" in faults("  basic.nothing: '1.00'")[0]
    unsupported = [key.name for key in KEYS.values() if not key.is_supported]
    assert unsupported
    for name in unsupported:
        assert "暂不支持" in faults(f"  {name}: '1.00'")[0]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(FormatRefused) as refused:
        vocabulary.read("area: '1'\nkolour: red\nterms:\n  a.b: 1\n  basic.year_cap: 5\n")
    assert [fault.line for fault in refused.value.faults] == [2, 4, 5]


def test_others_and_open_ended_admissions() -> None:
    read = vocabulary.read(
        "area: '1'\nterms:\n  basic.inpatient.deductible:\n    rows:\n"
        "      - {admission: 1, value: '800.00'}\n      - {admission: 2, value: '400.00'}\n"
        "      - {admission: '3+', value: '200.00'}\n"
    )
    table = read.terms["basic.inpatient.deductible"].value
    assert isinstance(table, Table)
    assert [table.rows[table.matching({"admission": n})[0]].value for n in ("1", "2", "3", "9")] == [
        80000,
        40000,
        20000,
        20000,
    ]


def test_values_are_exact() -> None:
    assert vocabulary.yuan("1,200.5") == 120050
    assert vocabulary.yuan("12,00") is None
    assert vocabulary.percent("66.5%") == Fraction(133, 200)
    assert vocabulary.percent("0.7") is None


def test_a_missing_term_says_what_to_enter_where() -> None:
    with pytest.raises(TermMissing, match=r"大病保险支付比例（critical_illness.rate）.*政策标准"):
        Terms.resolve("1", date(2018, 1, 1), [])["critical_illness.rate"]


def test_every_key_is_documented() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8").partition("## Every term")[2]
    documented = set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.M))
    assert documented == set(KEYS)


def test_the_examples_of_the_documentation_work() -> None:
    from claims.rules import case_file

    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 2
    assert [one.differences for one in case_file.settle_text(blocks[0])] == [[]]
    assert vocabulary.check(load(blocks[1])["local"]) == []

"""The one runner of the worked cases; unknown keys, unquoted amounts and missing arithmetic are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.rules import case_file, case_reader, identities
from policy.marked_yaml import FormatRefused, MarkedDict, load

HERE = Path(__file__).parent
FILE_KEYS = {"title", "document", "note", "shared", "cases", "messages"}
MESSAGE_PARTS = ["total", "full_self", "over_limit", "first_self", "in_scope", "fund", "hospital", "personal"]


def merged(shared: MarkedDict, case: MarkedDict) -> MarkedDict:
    """A case with what its file says once for all; the case's own key wins. Lines stay known."""
    result = MarkedDict({**shared, **{key: value for key, value in case.items() if key != "name"}})
    result.line, result.lines = case.line, {**shared.lines, **case.lines}
    return result


def read_all() -> tuple[list, list]:
    cases, messages = [], []
    for path in sorted(HERE.glob("*.yaml")):
        content = load(path.read_text(encoding="utf-8"), path.name)
        assert set(content) <= FILE_KEYS, f"{path.name}: {set(content) - FILE_KEYS}"
        shared = content.get("shared") or MarkedDict()
        if not hasattr(shared, "lines"):
            shared.line, shared.lines = 0, {}
        cases += [pytest.param(merged(shared, c), id=f"{path.stem}: {c['name']}") for c in content.get("cases", [])]
        messages += [pytest.param(m, id=f"{path.stem}: {m['name']}") for m in content.get("messages", [])]
    return cases, messages


CASES, MESSAGES = read_all()


@pytest.mark.parametrize("case", CASES)
def test_case(case: MarkedDict) -> None:
    assert case.get("note"), "每个案例写明算式"
    for settled in case_file.settle_file(case_reader.read(case)):
        assert settled.bill.expect, "每张单据写明应得结果"
        assert settled.differences == []
        assert identities.faults(settled.settlement) == []


@pytest.mark.parametrize("message", MESSAGES)
def test_message(message: MarkedDict) -> None:
    assert set(message) <= {*MESSAGE_PARTS, "account", "cash", "name", "note"}
    fen = {key: case_reader.signed_yuan(message[key]) for key in message if key not in ("name", "note")}
    assert None not in fen.values()
    cost = identities.cost_fault(*(fen[key] for key in ("total", "full_self", "over_limit", "first_self", "in_scope")))
    account, cash = fen.get("account", 0), fen.get("cash", fen["personal"])
    assert fen["personal"] == account + cash
    assert [cost, identities.payment_fault(fen["total"], fen["fund"], 0, fen["hospital"], account, cash)] == ["", ""]


def test_there_are_cases() -> None:
    assert len(CASES) >= 60
    assert len(MESSAGES) == 2


BILL = 'local_set: 230800-2018\nbills:\n  - date: 2018-06-01\n    level: two\n    in_scope: "10000.00"\n'


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (BILL + "    kolour: red\n", 6, "kolour"),
        (BILL + "people: {}\n", 6, "people"),
        (BILL + "    expect: {basik: '1.00'}\n", 6, "basik"),
        (BILL.replace('"10000.00"', "10000.00"), 5, "小数"),
        (BILL.replace('"10000.00"', "10000"), 5, "加引号"),
        (BILL.replace('"10000.00"', '"10000.001"'), 5, "加引号"),
        (BILL.replace("date:", "on:"), 3, "date"),
        (BILL.replace("level: two", "level: four"), 4, "four"),
        (BILL + "    level: one\n", 6, "重复"),
        (BILL.replace("2018-06-01", "2018-02-30"), 0, "YAML"),
        (BILL + "    statuses: [poor]\n", 6, "poor"),
        (BILL + "local: {terms: {basic.year_kap: '1.00'}}\n", 6, "basic.year_kap"),
        (BILL + "local: {terms: {local_layer.rate: '10%'}}\n", 6, "暂不支持"),
        (BILL + "local: {terms: {critical_illness.relief.rate_points: '10%'}}\n", 6, "国家"),
        (
            BILL + "local:\n  terms:\n    basic.inpatient.rate:\n      rows:\n        - {level: two, value: '70%'}\n",
            9,
            "没有一行",
        ),
        (BILL.replace("230800-2018", "nowhere"), 1, "nowhere"),
    ],
)
def test_faults_are_refused_with_their_line(text: str, line: int, word: str) -> None:
    with pytest.raises(FormatRefused) as refused:
        case_file.settle_text(text)
    assert any((fault.line == line or not line) and word in str(fault) for fault in refused.value.faults), refused.value


def test_a_wrong_expectation_is_told() -> None:
    settled = case_file.settle_text(BILL + '    expect: {basic: "7200.01"}\n')
    assert settled[0].differences == ["basic 应为 7200.01，算得 7200.00"]


def test_without_terms_in_force_the_bill_is_refused() -> None:
    with pytest.raises(Exception, match="没有生效的地方标准"):
        case_file.settle_text(BILL.replace("2018-06-01", "2019-06-01"))


def test_a_missing_term_says_what_to_enter() -> None:
    with pytest.raises(Exception, match=r"basic\.inpatient\.rate.*政策标准|政策标准.*basic\.inpatient\.rate"):
        case_file.settle_text(
            'local: {area: "1", terms: {basic.inpatient.deductible: none, critical_illness.applies: no, medical_aid.applies: no}}\n'
            + BILL.split("\n", 1)[1]
        )

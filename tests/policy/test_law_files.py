"""Files of the law: each loads, cites what it says, and a faulty one is refused with the file and the key."""

import re
from pathlib import Path

import pytest

from policy import law, law_files
from policy.bounds import CHECKS
from policy.law import LawFault, as_text
from policy.term_keys import KEYS

LAW = law.catalogue()
VALUES = [
    pytest.param(parameter, value, id=f"{parameter.key}@{value.starts_on or value.document}")
    for parameter in LAW.parameters.values()
    for value in parameter.values
]


def test_the_six_documents_are_there() -> None:
    assert set(LAW.documents) == {
        "国发〔2007〕20号",
        "人社部发〔2017〕36号",
        "医保发〔2018〕2号",
        "医保发〔2018〕18号",
        "冀医保发〔2018〕2号",
        "医保发〔2020〕24号",
    }


def test_every_file_is_a_parameter() -> None:
    files = list((law_files.HERE / "parameters").rglob("*.yaml"))
    assert len(files) == len(LAW.parameters) > 150


@pytest.mark.parametrize(("parameter", "value"), VALUES)
def test_digits_stand_in_the_words_or_the_file_says_why_not(parameter: law.Parameter, value: law.Value) -> None:
    if value.derived or value.local or isinstance(value.value, (bool, tuple)):
        return
    words = re.sub(r"\s+", "", value.words)
    written = as_text(value.value, parameter.unit).replace(",", "")
    digits = re.match(r"\d+", written)
    assert digits
    assert re.search(rf"(?<!\d){int(digits[0])}(?!\d)", words), f"{written} 不在“{value.words}”中"


@pytest.mark.parametrize(("parameter", "value"), VALUES)
def test_a_value_is_cited_or_marked(parameter: law.Parameter, value: law.Value) -> None:
    if value.document in LAW.documents:
        assert value.words
        assert not value.clause or value.clause in LAW.documents[value.document].clauses
    else:
        assert value.local
        assert value.confirm, "a value from outside the six documents waits for confirmation"


def test_bounds_and_given_terms_name_declared_terms() -> None:
    for parameter in LAW.parameters.values():
        for name in (*parameter.binds, *parameter.gives):
            assert name in KEYS, f"{parameter.key}: {name}"


def test_every_check_has_its_parameter() -> None:
    assert set(CHECKS) <= set(LAW.parameters)
    for key in CHECKS:
        assert LAW.parameters[key].binds or key.endswith(("_hebei", "uncapped_categories")), key


GOOD = """
name: 示例
unit: fen
bound: floor
renewal: standing
values:
  2018-07-11: {value: 100, document: 医保发〔2018〕2号, clause: 一, words: 1 元}
"""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("bound: floor", "bound: least"), "bound：“least”不认识"),
        (("renewal: standing", "renewal: monthly"), "renewal"),
        (("name: 示例", "title: 示例"), "title：不认识的键"),
        (("clause: 一", "clause: 九"), "没有“九”这一条"),
        (("value: 100", "value: 1.5"), "小数"),
        (("value: 100", "value: -5"), "不是元"),
        (("value: 100", "amount: 100"), "amount"),
        (("医保发〔2018〕2号", "医保发〔1999〕1号"), "不是已收录的文件"),
        (("2018-07-11:", "医保发〔2018〕2号:"), "键应是日期"),
        (("renewal: standing", "renewal: yearly"), "2018-01-01"),
        ((", words: 1 元", ""), "words：没有写"),
    ],
)
def test_a_faulty_file_is_refused_with_file_and_key(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(GOOD.replace(*change), encoding="utf8")
    with pytest.raises(LawFault) as told:
        law_files.read_parameter("topic.wrong", law_files.load(file), LAW.documents)
    assert "topic.wrong.yaml" in str(told.value)
    assert complaint.replace("：", ": ", 1) in str(told.value) or complaint in str(told.value)


def test_the_good_file_of_these_tests_loads(tmp_path: Path) -> None:
    file = tmp_path / "right.yaml"
    file.write_text(GOOD, encoding="utf8")
    assert law_files.read_parameter("topic.right", law_files.load(file), LAW.documents).values[0].value == 100


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text(GOOD + "name: 又一个\n", encoding="utf8")
    with pytest.raises(LawFault, match="写了两次"):
        law_files.load(file)

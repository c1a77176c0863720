"""What a form writes and what the public format says are the same terms."""

import pytest

from core.refusal import Refused
from policy import marked_yaml, vocabulary, writing
from policy.term_keys import KEYS
from policy.writing import Entry

FILES = sorted(vocabulary.LOCAL_SETS.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_a_set_goes_through_the_form_unchanged(file: object) -> None:
    text = file.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    content = marked_yaml.load(text)
    entries = {name: writing.entry_of(name, raw) for name, raw in content["terms"].items()}
    again = writing.yaml_of(content, {name: writing.raw_of(name, entry) for name, entry in entries.items()})
    assert vocabulary.read(again).terms == vocabulary.read(text).terms


def test_a_line_reads_as_people_write_it() -> None:
    row = writing.row_of(KEYS["basic.inpatient.rate"], "医疗机构级别=乡镇（社区）、一级；超过=10000.00：90%")
    assert row == {"level": ["township", "one"], "over": "10000.00", "value": "90%"}
    assert writing.row_text(KEYS["basic.inpatient.rate"], row) == "医疗机构级别=乡镇（社区）、一级；超过=10000.00：90%"


def test_a_line_that_cannot_be_read_is_refused_with_its_words() -> None:
    with pytest.raises(Refused, match="读不懂：“级=一级”"):
        writing.raw_of("basic.inpatient.rate", Entry("级=一级：90%\n级=二级：80%"))

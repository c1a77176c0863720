"""docs/requirements.md: each row names a screen that is there and tests that are there, or says that it is not built."""

import re

import pytest
from django.urls import Resolver404, resolve

from tests.repository.sources import ROOT

REGISTER = ROOT / "docs" / "requirements.md"
ROW = re.compile(r"^\|\s*([A-Z][0-9]{1,2})\s*\|([^|]*)\|([^|]*)\|([^|]*)\|\s*$")
NOT_BUILT = ("not yet built", "未建")

pytestmark = pytest.mark.skipif(not REGISTER.exists(), reason="the register of requirements is not written yet")


def rows() -> list[tuple[str, str, str, str]]:
    lines = REGISTER.read_text(encoding="utf-8").splitlines() if REGISTER.exists() else []
    return [tuple(part.strip() for part in match.groups()) for line in lines if (match := ROW.match(line))]  # type: ignore[misc]


def test_no_row_is_named_twice() -> None:
    names = [row[0] for row in rows()]
    assert names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_row_names_what_exists(row: tuple[str, str, str, str]) -> None:
    name, works, screens, tests = row
    if any(mark in works + screens + tests for mark in NOT_BUILT):
        return
    for address in re.findall(r"(?<![\w.])(/[\w\-<>:/]*)", re.sub(r"tests/\S+", "", screens)):
        try:
            resolve(re.sub(r"<[^>]+>", "1", address))
        except Resolver404:
            pytest.fail(f"{name}: no page at {address}")
    named = re.findall(r"tests/[\w/]+\.(?:py|yaml)(?:::\w+)?", tests)
    assert named, f"{name} names no test"
    for test in named:
        path, _, function = test.partition("::")
        assert (ROOT / path).exists(), f"{name}: no file {path}"
        if function:
            assert re.search(
                rf"^\s*(?:def|class) {function}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE
            ), test

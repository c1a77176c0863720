"""Logs are lines of JSON in which no number of a person survives."""

import json
import logging

import pytest
import structlog
from django.core.exceptions import ValidationError

from config import logs
from config.passwords import CharacterClassesValidator


def written(capsys: pytest.CaptureFixture[str], event: str, **more: object) -> dict[str, object]:
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=logs.LOGGING["formatters"]["json"]["processors"], foreign_pre_chain=logs.SHARED
    )
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, event, (), None)
    return json.loads(formatter.format(record))


@pytest.mark.parametrize(
    "number", ["230803198001010010", "23080319800101001X", "230803800101001", "13845678901", "6222021234567890123"]
)
def test_numbers_of_persons_are_struck_out(capsys: pytest.CaptureFixture[str], number: str) -> None:
    line = written(capsys, f"Not Found: /search?q={number}&page=2")
    assert number not in json.dumps(line)
    assert line["event"] == "Not Found: /search?q=[struck]&page=2"
    assert line["level"] == "warning"


def test_other_numbers_stay(capsys: pytest.CaptureFixture[str]) -> None:
    assert written(capsys, "job 20181231 took 1500 ms")["event"] == "job 20181231 took 1500 ms"


def test_database_errors_do_not_quote_the_row() -> None:
    event = {"exception": "UniqueViolation: duplicate key\nDETAIL:  Key (name)=(李大海) already exists.\nnext"}
    assert logs.drop_parameters(None, "", event) == {"exception": "UniqueViolation: duplicate key\n[struck]\nnext"}


@pytest.mark.parametrize(
    ("password", "is_good"), [("abcdefghij", False), ("abcdefghi1", False), ("Abcdefghi1", True), ("abcdefg-i1", True)]
)
def test_password_classes(password: str, is_good: bool) -> None:
    validator = CharacterClassesValidator(3)
    if is_good:
        validator.validate(password)
        return
    with pytest.raises(ValidationError, match="3 类"):
        validator.validate(password)

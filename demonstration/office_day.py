"""The demonstration lives through a year; for each act the office's day is the day on which a clerk would have done it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings

from core.refusal import Refused


@contextmanager
def office_day(day: date) -> Iterator[None]:
    """Sets the office's day for what is done inside; refused outside a demonstration."""
    if not settings.DEMONSTRATION:
        raise Refused("这里不是演示环境，不能改变办公日期。")
    before = settings.OFFICE_DATE
    settings.OFFICE_DATE = day
    try:
        yield
    finally:
        settings.OFFICE_DATE = before

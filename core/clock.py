"""The one place that reads the clock. Business dates are the office's days in Asia/Shanghai; record times are real."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, aware, in Asia/Shanghai; always the real one, also when the office's day is set."""
    return datetime.now(ZONE)


def office_date() -> date | None:
    """The day that OFFICE_DATE fixes (demonstration only), else None."""
    fixed: date | str | None = getattr(settings, "OFFICE_DATE", None)
    return date.fromisoformat(fixed) if isinstance(fixed, str) else fixed


def today() -> date:
    """The office's day: OFFICE_DATE when it is set, else today in Asia/Shanghai."""
    return office_date() or now().date()


def day_of(moment: datetime) -> date:
    """The office's day on which an aware moment falls."""
    return moment.astimezone(ZONE).date()

"""Closing a month: its facts are posted, then its books take no more; late facts go to the first open day."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.periods import Month
from core.refusal import Forbidden, Refused
from funds.models import Book
from funds.services import posting
from office.models import Region


@transaction.atomic
def close(*, actor: Any, area: Region, month: Month) -> list[Book]:
    """Posts what is left and closes the month in the area's three books.

    Months close in order; refuses a month that is not over yet, one that is closed, and an area without books.
    """
    if actor is not None and not (actor.can("funds.post") and actor.may_see(area)):
        raise Forbidden()
    if month.last >= clock.today():
        raise Refused(_("%(month)s 还没有结束，不能结账。") % {"month": month})
    books = list(Book.everywhere.select_for_update(of=("self",)).filter(pooling_area=area).order_by("pk"))
    if not books:
        raise Refused(_("%(area)s 尚未建账，不能结账。请先建账。") % {"area": area.name})
    for book in books:
        due = next_month(book)
        if month != due:
            raise Refused(
                _("%(book)s 应结的月份是 %(due)s，不能结 %(month)s。请按月顺序结账。")
                % {"book": book, "due": due, "month": month}
            )
    posting.post(area, actor=actor)
    for book in books:
        book.closed_through = month.period
        book.save(update_fields=["closed_through"])
        audit.record(actor, "funds.month.closed", book, changes={str(_("已结账至")): [None, str(month)]})
    return books


def next_month(book: Book) -> Month:
    """The first month that is open."""
    if book.closed_through:
        return Month.from_period(book.closed_through).next()
    return Month.of(book.opened_on)

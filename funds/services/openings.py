"""Opening balances of a book: what a fund held on the day the books begin."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, money
from core.periods import period_of
from core.refusal import Refused
from funds.codes import EntryKind
from funds.models import Account, Book, JournalEntry, JournalLine


@transaction.atomic
def book(ledger: Book, amount_fen: int, *, on: date, source: str, actor: Any) -> JournalEntry:
    """Books the balance a fund opens with (专户存款 / 一般基金结余); once for each book, another amount is refused."""
    held = Book.everywhere.select_for_update(of=("self",)).select_related("pooling_area").get(pk=ledger.pk)
    earlier = JournalEntry.everywhere.filter(book=held, kind=EntryKind.OPENING).first()
    if earlier is not None:
        booked = JournalLine.everywhere.get(entry_id=earlier.pk, period=earlier.period, account__code="1003").amount_fen
        if booked != amount_fen:
            raise Refused(
                _("该账套已有期初余额 %(yuan)s 元，不能再录。请用调整凭证更正。") % {"yuan": money.yuan(booked)}
            )
        return earlier
    if not source.strip():
        raise Refused(_("请写明期初余额的出处。"), field="source")
    now = clock.now()
    entry = JournalEntry.everywhere.create(
        number=f"PZ{held.pooling_area.code}-{held.fund[0].upper()}{on:%Y%m%d}-{EntryKind.OPENING.in_numbers}-1",
        book=held,
        kind=EntryKind.OPENING,
        fact_on=on,
        booked_on=on,
        period=period_of(on),
        recorded_after=now,
        recorded_through=now,
        facts=1,
        text=source[:200],
        posted_by=actor,
    )
    for code, sign in (("1003", 1), ("3001", -1)):
        JournalLine.everywhere.create(
            entry_id=entry.pk,
            period=entry.period,
            account=Account.everywhere.get(code=code),
            amount_fen=sign * amount_fen,
        )
    audit.record(actor, "funds.opening.booked", entry, reason=source)
    return entry

"""Published yearly books: loaded with their sources; what was not published is entered, what does not roll is explained."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, money
from core.refusal import Conflict, Forbidden, Refused
from funds.models import AnnualBook
from office.selectors import regions

PUBLISHED = Path(__file__).resolve().parent.parent / "published" / "resident_fund.yaml"
# Hundred million yuan in fen, and the decimals the bulletins print.
FEN_OF_A_HUNDRED_MILLION_YUAN = 100 * 10**8


def fen_of(text: str | None) -> int | None:
    """'7663.70' (亿元) in fen, exactly; None stays None."""
    if text is None:
        return None
    whole, _dot, part = text.partition(".")
    return int(whole) * FEN_OF_A_HUNDRED_MILLION_YUAN + int(part or 0) * FEN_OF_A_HUNDRED_MILLION_YUAN // 10 ** len(
        part
    )


@transaction.atomic
def load(path: Path = PUBLISHED) -> int:
    """Loads the published years; figures that a person has entered since are left as they are. Returns the years added."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    region = regions.by_code(content["region"])
    added = 0
    for row in content["years"]:
        _book, is_new = AnnualBook.everywhere.get_or_create(
            region=region,
            year=row["year"],
            fund=content["fund"],
            defaults={
                "income_fen": fen_of(row["income"]),
                "expenditure_fen": fen_of(row["expenditure"]),
                "balance_fen": fen_of(row["balance"]),
                "source_title": row["title"],
                "source_url": row["url"],
            },
        )
        added += is_new
    return added


@transaction.atomic
def enter_balance(*, actor: Any, book: AnnualBook, balance_fen: int, source: str) -> AnnualBook:
    """Enters a balance that was not published with the year's figures, with where it comes from."""
    held = _held(actor, book)
    if held.balance_fen is not None:
        raise Conflict()
    if not source.strip():
        raise Refused(_("请写明累计结存的出处。"), field="source")
    held.balance_fen, held.entered_by = balance_fen, actor
    held.source_title = f"{held.source_title}；{source.strip()}"[:200]
    held.save(update_fields=["balance_fen", "entered_by", "source_title"])
    audit.record(
        actor,
        "funds.annual.balance",
        held,
        reason=source,
        changes={str(_("累计结存")): [None, money.yuan(balance_fen)]},
    )
    return held


@transaction.atomic
def explain(*, actor: Any, book: AnnualBook, reason: str) -> AnnualBook:
    """Gives the reason why a published balance does not roll from the year before."""
    held = _held(actor, book)
    if not reason.strip():
        raise Refused(_("请填写差额的原因。"), field="reason")
    before, held.adjustment_reason, held.entered_by = held.adjustment_reason, reason.strip()[:200], actor
    held.save(update_fields=["adjustment_reason", "entered_by"])
    audit.record(
        actor, "funds.annual.explained", held, reason=reason, changes={str(_("调整原因")): [before, reason.strip()]}
    )
    return held


def _held(actor: Any, book: AnnualBook) -> AnnualBook:
    if actor is not None and not actor.can("funds.post"):
        raise Forbidden()
    held = AnnualBook.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=book.pk).first()
    if held is None:
        raise Refused(_("找不到这一年的账，或它不在您的辖区内。"), code="not_found")
    return held

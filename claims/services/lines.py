"""A bill's lines: what each costs, and how the catalogue of the day splits it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from claims.rules import Line, eligible
from claims.rules.case import NO_LIMIT
from core.refusal import Refused


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line as the hospital wrote it; quantity and unit price are exact decimals, price in yuan."""

    item_code: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def amount_fen(self) -> int:
        """Quantity × unit price, half up to the fen."""
        return int((self.quantity * self.unit_price * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class PricedItem:
    """A catalogue item with its version of the day."""

    code: str
    name: str
    kind: str
    item_class: str
    first_self_pay: Fraction
    price_cap_fen: int | None


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A line in its four parts, which add up to the amount by construction."""

    draft: LineDraft
    item: PricedItem
    amount_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int


def split(draft: LineDraft, item: PricedItem) -> SplitLine:
    """符合政策范围费用 of one line: what lies over the price cap, then class 丙, then the first self-pay, then the rest.

    Only the first self-pay is rounded (half up, per line): 4.52 yuan at 5 % gives 0.23 and 4.29 in scope.
    """
    limit = (
        NO_LIMIT if item.price_cap_fen is None else eligible.price_limit(item.price_cap_fen, Fraction(draft.quantity))
    )
    share = (item.first_self_pay.numerator, item.first_self_pay.denominator)
    parts = eligible.line_amounts(Line(draft.amount_fen, item.item_class, share, limit, item.kind))
    return SplitLine(draft, item, draft.amount_fen, *parts)


def priced(codes: Iterable[str], on: date) -> dict[str, PricedItem]:
    """Items with the version of that day, in one statement; codes unknown on that day are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.code, i.name, i.kind, v.item_class, v.first_self_pay_numerator, v.first_self_pay_denominator,
                   v.price_cap_fen
            FROM claims_catalogueitem i JOIN claims_catalogueversion v ON v.item_id = i.id
             AND v.starts_on <= %s AND (v.ends_on IS NULL OR v.ends_on >= %s)
            WHERE i.code = ANY(%s)
            """,
            [on, on, sorted(set(codes))],
        )
        return {
            code: PricedItem(code, name, kind, item_class, Fraction(numerator, denominator), cap)
            for code, name, kind, item_class, numerator, denominator, cap in cursor.fetchall()
        }


def split_all(drafts: Sequence[LineDraft], on: date) -> list[SplitLine]:
    """The lines of a bill split by the catalogue of the day; refuses an empty bill, unknown codes and bad quantities."""
    if not drafts:
        raise Refused(_("单据没有费用明细，不能保存。请至少录入一行。"), field="lines")
    for number, draft in enumerate(drafts, 1):
        if draft.quantity <= 0 or draft.unit_price < 0:
            raise Refused(_("第 %(row)s 行的数量应大于零，单价不能为负。请改正该行。") % {"row": number}, field="lines")
    items = priced((draft.item_code for draft in drafts), on)
    unknown = [f"{number}（{d.item_code}）" for number, d in enumerate(drafts, 1) if d.item_code not in items]
    if unknown:
        raise Refused(
            _(
                "第 %(rows)s 行的目录编码在 %(day)s 的目录中不存在，不能保存。请用拼音首字母查找正确的编码；目录外项目请选丙类编码。"
            )
            % {"rows": "、".join(unknown), "day": on.isoformat()},
            code="unknown_item",
            field="lines",
        )
    return [split(draft, items[draft.item_code]) for draft in drafts]


def sums(lines: Sequence[SplitLine]) -> list[dict[str, Any]]:
    """The bill by class, kind and first-self-pay rate: enough to settle it again when the catalogue is left alone."""
    groups: dict[tuple[str, str, Fraction], list[int]] = {}
    for line in lines:
        group = groups.setdefault((line.item.item_class, line.item.kind, line.item.first_self_pay), [0, 0, 0])
        group[0] += line.amount_fen
        group[1] += line.over_limit_fen
        group[2] += line.first_self_fen
    return [
        {"class": item_class, "kind": kind, "rate": str(rate), "fen": fen, "over_fen": over, "first_fen": first}
        for (item_class, kind, rate), (fen, over, first) in sorted(groups.items())
    ]

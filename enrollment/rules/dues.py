"""What is due for one benefit year: the standard of the tier, and the aid of the better category, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.refusal import Refused
from policy.terms import Table, Term, Terms


@dataclass(frozen=True)
class Standard:
    """The contribution standard of one category of people: the tier and its amount in fen."""

    tier: str
    fen: int
    because: tuple[tuple[Term, Any], ...]


@dataclass(frozen=True)
class Figures:
    """What one person owes (fen): standard = aid + personal; `because` holds the terms that were used, each with the value taken."""

    tier: str
    standard_fen: int
    aid_category: str
    aid_fen: int
    personal_fen: int
    because: tuple[tuple[Term, Any], ...]

    def basis(self) -> list[dict[str, Any]]:
        """The terms used with value and clause, short enough to be kept with every due."""
        return [
            {
                "name": term.name,
                "value": value,
                "unit": term.unit,
                "citations": [str(citation) for citation in term.citations],
            }
            for term, value in self.because
        ]


def one_row(term: Term, axes: dict[str, str]) -> Any:
    """The value of a term for these axes; a table must have exactly one row for them."""
    if not isinstance(term.value, Table):
        return term.value
    rows = term.value.matching(axes)
    if len(rows) != 1:
        raise Refused(
            f"“{term.name}”对 {axes.get('category', '')} 有 {len(rows)} 个适用值，须恰有一个。请在“政策标准”中更正该表。"
        )
    return term.value.rows[rows[0]].value


def standard(category: str, terms: Terms, tier: str = "") -> Standard:
    """个人缴费标准: the contribution of a category, of its tier where the area has tiers.

    依据 医保发〔2018〕2号 一; 国发〔2007〕20号 二（四）. 佳木斯 2018: 210.00 yuan, no tiers.
    """
    tiers = terms.get("financing.tiers")
    because: tuple[tuple[Term, Any], ...] = ()
    if tiers is not None:
        tier = tier or str(one_row(tiers, {"category": category}) or "")
        because = ((tiers, tier),)
    individual = terms["financing.individual"]
    fen = one_row(individual, {"category": category, "tier": tier})
    return Standard(tier, fen, (*because, (individual, fen)))


def aid_fen(standard_fen: int, term: Term) -> int:
    """资助金额: the aid of one category, in full or a set amount, never above the due.

    依据 医保发〔2018〕18号 二（一）2: 特困人员全额补贴, 建档立卡定额补贴. 180.00 of 210.00 leaves 30.00; 250.00 of 210.00 is 210.00.
    """
    kind, value = _aid(term.value)
    return standard_fen if kind == "full" else max(min(value, standard_fen), 0)


def _aid(value: Any) -> tuple[str, int]:
    """The kind (full or amount) and the fen of a premium aid: {"kind": "amount", "value": 18000}."""
    return str(value["kind"]), int(value.get("value") or 0)


def due(category: str, statuses: Iterable[str], terms: Terms, tier: str = "") -> Figures:
    """应缴核定: what a person of a category with these statuses owes; of several aids the best one, once.

    依据 国发〔2007〕20号 二（五）; 医保发〔2018〕18号 二（一）2. Standard 210.00, 低保 100.00 and 重度残疾 120.00: aid 120.00
    as severely disabled, personal 90.00. Equal aids go to the category that comes first in the alphabet of codes.
    """
    of = standard(category, terms, tier)
    best: tuple[int, str, Term | None] = (0, "", None)
    for status in sorted(set(statuses)):
        term = terms.get(f"premium_aid.{status}")
        if term is None or term.value is None:
            continue
        fen = aid_fen(of.fen, term)
        if fen > best[0]:
            best = (fen, status, term)
    fen, status, aid = best
    return Figures(
        tier=of.tier,
        standard_fen=of.fen,
        aid_category=status,
        aid_fen=fen,
        personal_fen=of.fen - fen,
        because=(*of.because, (aid, fen)) if aid else of.because,
    )

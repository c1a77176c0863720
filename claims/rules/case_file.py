"""Settles a YAML file without touching the database: the public format of docs/settlement_cases.md.

`settle_text(text)` reads, checks and settles; every fault of the file is told at once, with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from claims.rules import explanation, relief
from claims.rules.case_reader import EXPECTED, YEAR_KEYS, Bill, CaseFile, read
from claims.rules.plan import yuan_text
from claims.rules.reversal import opposite
from claims.rules.settle import settle
from claims.rules.settlement import Settlement
from core.refusal import Refused
from policy import national
from policy.marked_yaml import load
from policy.terms import Terms


class Settled(NamedTuple):
    """One bill of a file settled, with the terms it was settled under and what differs from `expect`."""

    bill: Bill
    terms: Terms
    settlement: Settlement
    differences: list[str]


def settle_text(text: str, source: str = "") -> list[Settled]:
    """Read and settle one file; raises FormatRefused (with lines) or Refused."""
    return settle_file(read(load(text, source), source))


def settle_file(file: CaseFile) -> list[Settled]:
    """Settle the bills in the order written; each carries the year's sums on to the next."""
    year = file.year
    done: list[Settled] = []
    by_date: dict[date, Terms] = {}
    for bill in file.bills:
        try:
            terms = by_date.get(bill.on) or by_date.setdefault(bill.on, terms_on(file, bill.on))
            if bill.reverses:
                settlement = opposite(_last(done, bill.reverses))
            else:
                settlement = settle(bill.case._replace(year=year), terms)
        except Refused as refusal:
            where = f"第 {bill.line} 行" if bill.line else ""
            raise Refused(f"{where}单据 {bill.name}：{refusal}") from refusal
        year = settlement.year
        done.append(Settled(bill, terms, settlement, differences(settlement, bill.expect)))
    return done


def _last(done: list[Settled], name: str) -> Settlement:
    """The settlement to reverse; only the latest one not yet reversed, as later ones would change with it."""
    open_ones: list[Settled] = []
    for settled in done:
        if settled.bill.reverses:
            open_ones.pop()
        else:
            open_ones.append(settled)
    if not open_ones or open_ones[-1].bill.name != name:
        raise Refused(
            f"要冲正的 {name} 不是最近一笔未冲正的结算；其后的结算会随之改变，本文件格式暂不支持。请先冲正其后的单据。"
        )
    return open_ones[-1].settlement


def terms_on(file: CaseFile, on: date) -> Terms:
    """The terms in force on a day: the file's own national terms or the shipped law, then the sets in order."""
    local = [found for found in file.sets if found.is_in_force(on)]
    if not local:
        raise Refused(f"{on} 没有生效的地方标准。请核对 local 的 effective_on 和 ends_on，或单据的 date。")
    area = next((found.area_code for found in reversed(local) if found.area_code), "")
    merged = {name: term for found in local for name, term in found.terms.items()}
    if file.national is None:
        return national.resolve(area, on, merged.values())
    given = [found.terms.values() for found in file.national if found.is_in_force(on)]
    return Terms.resolve(area, on, *given, merged.values())


def differences(settlement: Settlement, expect: Mapping[str, Any]) -> list[str]:
    """What was expected and came out otherwise, in words; exact to the fen."""
    found = []
    for name, wanted in expect.items():
        if name == "status":
            actual: Any = settlement.status
        elif name == "steps":
            actual = {step: sum(s.fen for s in settlement.steps if s.name == step) for step in wanted}
        elif name == "year":
            actual = {key: getattr(settlement.year, YEAR_KEYS[key]) for key in wanted}
        else:
            actual = getattr(settlement, EXPECTED[name])
        if actual != wanted:
            found.append(f"{name} 应为 {_shown(wanted)}，算得 {_shown(actual)}")
    return found


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{key} {_shown(fen)}" for key, fen in value.items())
    return yuan_text(value) if isinstance(value, int) else str(value)


def as_json(settled: Settled) -> dict[str, Any]:
    """One settled bill for machines: amounts in fen, every step with its sentence and the clauses it rests on."""
    bill, terms, settlement, found = settled
    steps: list[dict[str, Any]] = []
    for step, told in zip(settlement.steps, explanation.words(settlement.steps, terms), strict=True):
        grounds = [
            {"term": because.term, "row": because.row, **ground._asdict()}
            for because, ground in zip((b for b in step.because if b.term != "="), told.grounds, strict=True)
        ]
        steps.append(
            {"name": step.name, "title": told.title, "fen": step.fen, "sentence": told.sentence, "grounds": grounds}
        )
    parts = [] if bill.reverses else relief.parts(bill.case._replace(year=settlement.year_before), terms)
    return {
        "bill": bill.name,
        "date": bill.on.isoformat(),
        "reverses": bill.reverses,
        "status": settlement.status,
        "amounts": {name: getattr(settlement, name) for name in settlement._fields if name.endswith("_fen")},
        "steps": steps,
        "relief": [part._asdict() for part in parts],
        "year": settlement.year._asdict(),
        "terms_digest": terms.digest,
        "is_illustrative": any(ground["is_illustrative"] for step in steps for ground in step["grounds"]),
        "differences": found,
    }

"""Who may enrol as a resident: the gates of each category, and the reasons to refuse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Gate:
    """The one proof that a category may ask for from a day on, and the clause that says so."""

    category: str
    proof: str
    id_kinds: tuple[str, ...]
    starts_on: date
    document: str
    clause: str
    words: str
    reading: str = ""


@dataclass(frozen=True)
class Applicant:
    """What is known of a person who asks to be enrolled; nothing else may be asked."""

    category: str
    id_kind: str
    birth_on: date
    died_on: date | None = None
    employee_insured_from_on: date | None = None


@cache
def gates() -> tuple[Gate, ...]:
    """All gates of the code list, in the order of the file.

    依据 医保发〔2020〕24号 六（十六）: 清理户籍、居住证、学籍等以外的参保限制.
    """
    rows = yaml.safe_load((Path(__file__).parent.parent / "gates.yaml").read_text(encoding="utf-8"))
    return tuple(
        Gate(
            category=row["category"],
            proof=row["proof"],
            id_kinds=tuple(row["id_kinds"]),
            starts_on=row["from"],
            document=row["document"],
            clause=row["clause"],
            words=row["words"],
            reading=row.get("reading", ""),
        )
        for row in rows
    )


def gate(category: str, on: date, listed: Iterable[Gate] | None = None) -> Gate | None:
    """参保门槛: the gate of a category in force on a day, the latest one; None when the law does not know it yet."""
    known = [row for row in (gates() if listed is None else listed) if row.category == category and row.starts_on <= on]
    return max(known, key=lambda row: row.starts_on, default=None)


def reason_to_refuse(applicant: Applicant, on: date, starts_on: date) -> str:
    """参保资格: why this person cannot be enrolled from `starts_on`, registered on `on`; empty when nothing stands against it.

    依据 国发〔2007〕20号 二（三）: 不属于城镇职工基本医疗保险制度覆盖范围的. A person whose employee insurance
    began on 2018-03-01 is refused from that day: "此人已参加职工医保".
    """
    rule = gate(applicant.category, on)
    if rule is None:
        return "该人员类别在登记日尚无参保规定。请核对人员类别或登记日期。"
    if applicant.id_kind not in rule.id_kinds:
        return "证件类型与人员类别不符。请按人员类别核对证件，或改选人员类别。"
    if applicant.died_on and applicant.died_on < starts_on:
        return f"此人已于 {applicant.died_on} 死亡，不能参保。如系登记错误，请先更正死亡日期。"
    if applicant.employee_insured_from_on and applicant.employee_insured_from_on <= starts_on:
        return (
            f"此人自 {applicant.employee_insured_from_on} 起参加职工医保，不能同时参加居民医保"
            "（国发〔2007〕20号 二（三））。停保后凭停保证明再登记。"
        )
    if applicant.birth_on > on:
        return "出生日期晚于登记日期。请核对证件号码或出生日期。"
    return ""

"""为什么是这个数: steps kept as keys and figures, and told in words with the clauses they rest on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from claims.rules.case import NO_LIMIT
from claims.rules.plan import yuan_text
from claims.rules.settlement import Because, Settlement, Step
from policy.term_keys import KEYS, STATUSES, VALUE_NAMES
from policy.terms import Terms


class Ground(NamedTuple):
    """One term a step rests on: its name in words, the value used, the text it comes from."""

    label: str
    used: str
    citation: str
    words: str
    is_illustrative: bool


class Explained(NamedTuple):
    """One step in words."""

    name: str
    title: str
    fen: int
    sentence: str
    grounds: tuple[Ground, ...]


class Words(NamedTuple):
    """Title of a step, the names of its figures in order, and its sentence; {rate} is the rate as used."""

    title: str
    figures: tuple[str, ...]
    sentence: str


WORDS: dict[str, Words] = {
    "in_scope": Words(
        "政策范围内费用",
        ("total", "full_self", "over_limit", "first_self"),
        "总费用 {total} − 全自费 {full_self} − 超限价 {over_limit} − 先行自付 {first_self}",
    ),
    "out_of_area.first_self": Words(
        "异地先行自付", ("in_scope",), "政策范围内费用 {in_scope} × 异地先行自付比例 {rate}"
    ),
    "basic.deductible": Words(
        "住院起付线",
        ("in_scope", "standard", "carried"),
        "起付标准 {standard}，转诊已付抵减 {carried}，不超过政策范围内费用 {in_scope}",
    ),
    "outpatient.deductible": Words(
        "门诊起付线",
        ("in_scope", "standard", "before"),
        "起付标准 {standard}，本年已付 {before}，不超过政策范围内费用 {in_scope}",
    ),
    "basic.paid": Words(
        "基本医保支付",
        ("in_scope", "deductible", "computed", "room"),
        "（政策范围内费用 {in_scope} − 起付线 {deductible}）× 支付比例 {rate} = {computed}，限额尚余 {room}，取较小者",
    ),
    "basic.delivery": Words(
        "住院分娩定额支付",
        ("in_scope", "amount", "room"),
        "定额 {amount}，不超过政策范围内费用 {in_scope}，限额尚余 {room}",
    ),
    "critical.outside": Words("大病保险支付", (), "本次就医不进入大病保险"),
    "critical.base": Words(
        "本次大病合规费用",
        ("deductible", "copayment", "over_cap", "first_self", "outside"),
        "个人负担中：起付线 {deductible}、统筹段内自付 {copayment}、封顶线以上 {over_cap}、乙类先行自付 {first_self}、"
        "异地先行自付 {outside}；按口径计入",
    ),
    "critical.paid": Words(
        "大病保险支付",
        ("before", "after", "deductible", "computed", "room"),
        "全年累计合规费用由 {before} 增至 {after}，超过起付线 {deductible} 的部分按 {rate} 计算，本次应付 {computed}，"
        "封顶线尚余 {room}，取较小者",
    ),
    "aid.outside": Words("医疗救助支付", (), "本次就医或身份不进入医疗救助"),
    "aid.base": Words(
        "本次救助基数",
        ("deductible", "copayment", "over_cap", "first_self", "outside", "critical"),
        "个人负担中：起付线 {deductible}、统筹段内自付 {copayment}、封顶线以上 {over_cap}、乙类先行自付 {first_self}、"
        "异地先行自付 {outside}，按口径计入后减大病保险支付 {critical}",
    ),
    "aid.paid": Words(
        "医疗救助支付",
        ("before", "base", "deductible", "computed", "room"),
        "本次救助基数 {base}（此前累计 {before}），超过起付线 {deductible} 的部分按 {rate} 计算为 {computed}，"
        "限额尚余 {room}，取较小者",
    ),
    "aid.tilt": Words(
        "再次救助支付",
        ("before", "after", "threshold", "computed", "room"),
        "救助后个人负担全年累计由 {before} 增至 {after}，超过 {threshold} 的部分按 {rate} 计算为 {computed}，"
        "限额尚余 {room}，取较小者",
    ),
    "ceiling": Words(
        "总支付上限调减",
        ("in_scope", "limit", "tilt", "aid", "critical", "basic"),
        "各层合计不超过 {limit}（政策范围内费用 {in_scope} × {rate}）；依次调减再次救助 {tilt}、医疗救助 {aid}、"
        "大病保险 {critical}、基本医保 {basic}",
    ),
    "other": Words("其他支付", ("left",), "三重保障后余额 {left}，其他支付方依次支付"),
    "personal": Words(
        "个人负担",
        ("total", "basic", "critical", "aid", "other", "hospital"),
        "总费用 {total} − 基本医保 {basic} − 大病保险 {critical} − 医疗救助 {aid} − 其他 {other} − 医院负担 {hospital}",
    ),
}

TEXTS_KEPT = 20_000
_texts: dict[int, tuple[tuple[Because, ...], str]] = {}

RATES = ("=", ".rate", ".first_self_pay")


def compact(settlement: Settlement) -> list[list[Any]]:
    """The steps as plain lists for storing: [name, fen, [figures], [[term, row, used], …]]."""
    return [[s.name, s.fen, list(s.figures), [list(b) for b in s.because]] for s in settlement.steps]


def stored_text(settlement: Settlement) -> str:
    """The compact form as JSON text, for COPY: the same as json.dumps(compact(settlement)), several times faster.

    The grounds of a step are one object per route, so their text is made once and found again by identity.
    """
    parts = []
    for name, fen, figures, because in settlement.steps:
        known = _texts.get(id(because))
        if known is None or known[0] is not because:
            if len(_texts) >= TEXTS_KEPT:
                _texts.clear()
            known = _texts[id(because)] = (because, json.dumps([list(one) for one in because], ensure_ascii=False))
        parts.append(f'["{name}", {fen}, {list(figures)}, {known[1]}]')
    return f"[{', '.join(parts)}]"


def restore(stored: Iterable[Sequence[Any]]) -> tuple[Step, ...]:
    """Steps back from their compact form."""
    return tuple(
        Step(name, fen, tuple(figures), tuple(Because(*because) for because in grounds))
        for name, fen, figures, grounds in stored
    )


def words(steps: Iterable[Step | Sequence[Any]], terms: Terms | None = None) -> list[Explained]:
    """Each step as a sentence with its grounds; with the Terms snapshot also document, clause and words."""
    return [explained(step if isinstance(step, Step) else restore([step])[0], terms) for step in steps]


def explained(step: Step, terms: Terms | None = None) -> Explained:
    entry = WORDS[step.name]
    sign = -1 if step.fen < 0 and step.name != "ceiling" else 1
    named = {name: _amount(figure) for name, figure in zip(entry.figures, step.figures, strict=False)}
    sentence = entry.sentence.format(rate=_rate(step.because), **named)
    if sign < 0:
        sentence = f"冲正：{sentence}"
    grounds = tuple(_ground(because, terms) for because in step.because if because.term != "=")
    return Explained(step.name, entry.title, step.fen, sentence, grounds)


def _amount(fen: int) -> str:
    """An amount for reading, with thousands separators; 不设 where nothing limits it."""
    if abs(fen) >= NO_LIMIT // 2:
        return "不设"
    whole, _, cents = yuan_text(fen).partition(".")
    return f"{int(whole):,}.{cents}" if not whole.startswith("-0") else f"{whole}.{cents}"


def _rate(because: tuple[Because, ...]) -> str:
    """The rate as used: the effective one where points were added, else as the term says, slices joined."""
    for ground in because:
        if ground.term == "=":
            return ground.used.replace("/", " / ")
    used = [ground.used for ground in because if ground.term.endswith(RATES)]
    return "、".join(used) or "100%"


def _ground(because: Because, terms: Terms | None) -> Ground:
    key = KEYS.get(because.term)
    term = terms.get(because.term) if terms is not None else None
    citation = term.citations[0] if term is not None and term.citations else None
    return Ground(
        key.label if key else because.term,
        _in_words(because),
        str(citation) if citation else "",
        citation.words if citation else "",
        citation.is_illustrative if citation else False,
    )


def _in_words(because: Because) -> str:
    key = KEYS.get(because.term)
    if key is None or key.unit not in ("choice", "choices", "flag"):
        return "不设" if because.used == "none" else because.used
    if key.unit == "flag":
        return {"yes": "是", "no": "否"}.get(because.used, because.used)
    names = STATUSES if because.term.endswith("statuses") else VALUE_NAMES
    return "、".join(names.get(value, value) for value in because.used.split("、"))

"""Random terms, bills and years. Terms are written in the public format and read by the vocabulary, as an area's are.

Relief never pays less than the ordinary terms, and no limit jumps with the bill's size: where an area has such
limits the properties about size do not hold, and the policy inspection lists the jump.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from claims.rules import Amounts, Case, Line, Year
from policy import vocabulary
from policy.terms import Citation, Term, Terms

ON = date(2018, 12, 1)
LEVELS = ("township", "one", "two", "three")
POOR = ("registered_poor", "destitute", "minimum_living")
LAW = Citation("医保发〔2018〕18号", "二（二）5", "", "national")
RELIEF = (
    Term("critical_illness.relief.statuses", ("registered_poor", "destitute"), "choices", (LAW,)),
    Term("critical_illness.relief.deductible_share", Fraction(1, 2), "rate", (LAW,)),
    Term("critical_illness.relief.rate_points", Fraction(1, 20), "points", (LAW,)),
)
ALL_LEFT = ("deductible", "copayment", "over_cap")
SETS = 200

fen = st.integers(0, 50_000_000)
small_fen = st.integers(0, 300_000)


def yuan(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def percent(value: Fraction) -> str:
    thousandths = int(value * 1000)
    return f"{thousandths // 10}.{thousandths % 10}%"


class Chance:
    """Random figures of a local set, from a seed; edges (nothing, everything) come often."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def fen(self, most: int) -> int:
        return self.random.choice(
            [0, self.random.randint(0, 100), self.random.randint(0, most), self.random.randint(0, most)]
        )

    def rate(self, low: int = 0, high: int = 1000) -> Fraction:
        return Fraction(self.random.choice([low, high, *(self.random.randint(low, high) for _ in range(6))]), 1000)

    def slices(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Rows by amount for ordinary people, and rows for the poor that are nowhere lower."""
        edges = sorted({self.random.randint(1, 20_000_000) for _ in range(self.random.randint(0, 3))})
        plain, poor = [], []
        for start, end in zip([0, *edges], [*edges, None], strict=True):
            ordinary = self.rate()
            better = min(ordinary + self.rate(0, 200), Fraction(1))
            edge = {"over": yuan(start)} | ({"up_to": yuan(end)} if end is not None else {})
            plain.append({**edge, "value": percent(ordinary)})
            poor.append({**edge, "value": percent(better)})
        return plain, poor

    def no_less(self, low: int) -> str:
        """A limit for the poor at least the ordinary one, or none."""
        return "none" if self.random.random() < 0.5 else yuan(low + self.fen(50_000_000))


def by_status(plain: Any, poor: Any) -> dict[str, Any]:
    """One table from the rows (or the value) of the ordinary and of the poor."""
    plain, poor = (rows if isinstance(rows, list) else [{"value": rows}] for rows in (plain, poor))
    rows = [{"status": "others", **row} for row in plain] + [{"status": list(POOR), **row} for row in poor]
    return {"rows": rows}


def content(chance: Chance, base: tuple[str, ...], is_plain: bool) -> dict[str, Any]:
    """A whole local set. `is_plain`: one rate everywhere and no total ceiling, so that sums can be computed again."""
    deductible = chance.fen(200_000)
    levels = [deductible + step * chance.fen(30_000) for step in range(4)]
    basic_plain, basic_poor = chance.slices()
    critical_plain, critical_poor = chance.slices()
    threshold = chance.fen(2_000_000)
    cap, limit = 100_000 + chance.fen(20_000_000), 10_000 + chance.fen(8_000_000)
    critical_cap = 100_000 + chance.fen(40_000_000)
    terms: dict[str, Any] = {
        "status.order": ["destitute", "registered_poor", "minimum_living", "severely_disabled"],
        "catalogue.first_self_pay": {
            "rows": [{"item_class": "甲", "value": "0%"}, {"item_class": "乙", "value": "10%"}]
        },
        "basic.inpatient.deductible": {
            "rows": [
                {"level": level, "status": who, "value": yuan(amount if who == "others" else amount // 2)}
                for level, amount in zip(LEVELS, levels, strict=True)
                for who in ("others", *POOR)
            ]
        },
        "basic.inpatient.referral_carry": True,
        "basic.inpatient.rate": by_status(basic_plain, basic_poor),
        "basic.year_cap": yuan(cap),
        "basic.outpatient.deductible": yuan(chance.fen(300_000)),
        "basic.outpatient.rate": percent(chance.rate()),
        "basic.outpatient.year_cap": yuan(chance.fen(300_000)),
        "out_of_area.first_self_pay": {
            "rows": [{"filing": "none", "value": percent(chance.rate(0, 300))}, {"filing": "others", "value": "0%"}]
        },
        "critical_illness.visit_kinds": ["inpatient"],
        "critical_illness.base": list(base),
        "critical_illness.deductible": by_status(
            yuan(threshold), yuan(threshold - chance.fen(threshold) % (threshold + 1))
        ),
        "critical_illness.rate": by_status(critical_plain, critical_poor),
        "critical_illness.year_cap": by_status(yuan(critical_cap), chance.no_less(critical_cap)),
        "medical_aid.inpatient.visit_kinds": ["inpatient"],
        "medical_aid.inpatient.base": list(ALL_LEFT),
        "medical_aid.inpatient.deductible": yuan(chance.fen(300_000)),
        "medical_aid.inpatient.rate": by_status("0%", percent(chance.rate())),
        "medical_aid.inpatient.year_limit": yuan(limit),
        "medical_aid.outpatient.visit_kinds": ["outpatient"],
        "medical_aid.outpatient.base": list(ALL_LEFT),
        "medical_aid.outpatient.deductible": "none",
        "medical_aid.outpatient.rate": by_status("0%", percent(chance.rate())),
        "medical_aid.outpatient.year_limit": yuan(limit),
        "medical_aid.tilt.threshold": by_status("none", yuan(chance.fen(3_000_000))),
        "medical_aid.tilt.rate": percent(chance.rate()),
        "medical_aid.tilt.year_limit": yuan(chance.fen(50_000_000)),
    }
    if is_plain:
        ordinary, better = sorted((chance.rate(), chance.rate()))
        terms["critical_illness.rate"] = by_status(percent(ordinary), percent(better))
    elif chance.random.random() < 0.5:
        terms["ceiling.rate"] = percent(chance.rate(300, 1000))
    return {"area": "1", "name": "示例", "terms": terms}


@cache
def seeded_terms(seed: int, base: tuple[str, ...], is_plain: bool) -> Terms:
    """Resolved terms, with or without the national relief; reading a set takes longer than settling a thousand bills."""
    found = vocabulary.parse(content(Chance(seed), base, is_plain))
    return Terms.resolve("1", ON, RELIEF if seed % 2 else (), found.terms.values())


def terms(base: tuple[str, ...] = ALL_LEFT, is_plain: bool = False) -> st.SearchStrategy[Terms]:
    return st.integers(0, SETS - 1).map(lambda seed: seeded_terms(seed, base, is_plain))


rates = st.integers(0, 1000).map(lambda thousandths: Fraction(thousandths, 1000))


@st.composite
def amounts(draw: Any) -> Amounts:
    return Amounts(draw(small_fen), draw(small_fen), draw(small_fen), draw(fen))


statuses = st.sampled_from(
    [frozenset(), frozenset({"registered_poor"}), frozenset({"destitute"}), frozenset({"minimum_living", "destitute"})]
)


@st.composite
def cases(draw: Any, kinds: tuple[str, ...] = ("inpatient", "outpatient")) -> Case:
    return Case(
        draw(st.sampled_from(kinds)),
        draw(st.sampled_from(LEVELS)),
        draw(amounts()),
        draw(statuses),
        filing=draw(st.sampled_from(["local", "referred", "none"])),
        carried_deductible_fen=draw(st.one_of(st.just(0), small_fen)),
    )


@st.composite
def lines(draw: Any) -> Line:
    return Line(
        draw(small_fen),
        draw(st.sampled_from(["甲", "乙", "丙"])),
        draw(st.one_of(st.none(), st.tuples(st.integers(0, 100), st.just(100)))),
        draw(small_fen),
    )


years = st.builds(
    Year,
    admissions=st.integers(0, 5),
    basic_fen=fen,
    critical_base_fen=fen,
    critical_fen=fen,
    aid_inpatient_fen=fen,
    aid_inpatient_base_fen=fen,
    burden_fen=fen,
    tilt_fen=fen,
)

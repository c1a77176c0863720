"""Random terms, bills and years. Terms are written in the public format and read by the vocabulary, as an area's are.

Relief never pays less than the ordinary terms, and no limit jumps with the bill's size: where an area has such
limits the properties about size do not hold, and the policy inspection lists the jump.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
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
ALL_LEFT = ["deductible", "copayment", "over_cap"]

fen = st.integers(0, 50_000_000)
small_fen = st.integers(0, 300_000)


def yuan(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def rate(low: int = 0, high: int = 1000) -> st.SearchStrategy[Fraction]:
    return st.integers(low, high).map(lambda n: Fraction(n, 1000))


def percent(value: Fraction) -> str:
    thousandths = int(value * 1000)
    return f"{thousandths // 10}.{thousandths % 10}%"


@st.composite
def slices(draw: Any, raised: bool = False) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows by amount for ordinary people, and rows for the poor that are nowhere lower."""
    edges = sorted(draw(st.sets(st.integers(1, 20_000_000), max_size=3)))
    starts, ends = [0, *edges], [*edges, None]
    plain, poor = [], []
    for start, end in zip(starts, ends, strict=True):
        ordinary = draw(rate())
        better = min(ordinary + draw(rate(0, 200)), Fraction(1)) if raised else ordinary
        edge = {"over": yuan(start)} | ({"up_to": yuan(end)} if end is not None else {})
        plain.append({**edge, "value": percent(ordinary)})
        poor.append({**edge, "value": percent(better)})
    return plain, poor


def by_status(plain: Any, poor: Any) -> dict[str, Any]:
    """One table from the rows (or the value) of the ordinary and of the poor."""
    plain, poor = (rows if isinstance(rows, list) else [{"value": rows}] for rows in (plain, poor))
    rows = [{"status": "others", **row} for row in plain] + [{"status": list(POOR), **row} for row in poor]
    return {"rows": rows}


def no_less(draw: Any, low: int, limits: st.SearchStrategy[int]) -> str:
    """A limit for the poor at least the ordinary one, or none."""
    return "none" if draw(st.booleans()) else yuan(low + draw(limits))


@st.composite
def contents(draw: Any, base: list[str] | None = None, is_plain: bool = False) -> dict[str, Any]:
    """A whole local set. `is_plain`: one rate everywhere and no total ceiling, so that sums can be computed again."""
    deductible = draw(st.integers(0, 200_000))
    levels = [deductible + step * draw(st.integers(0, 30_000)) for step in range(4)]
    basic_plain, basic_poor = draw(slices(raised=True))
    critical_plain, critical_poor = draw(slices(raised=True))
    threshold = draw(st.integers(0, 2_000_000))
    cap, limit = draw(st.integers(100_000, 20_000_000)), draw(st.integers(10_000, 8_000_000))
    critical_cap = draw(st.integers(100_000, 40_000_000))
    base = ALL_LEFT if base is None else base
    aid = draw(rate())
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
        "basic.outpatient.deductible": yuan(draw(small_fen)),
        "basic.outpatient.rate": percent(draw(rate())),
        "basic.outpatient.year_cap": yuan(draw(small_fen)),
        "out_of_area.first_self_pay": {
            "rows": [{"filing": "none", "value": percent(draw(rate(0, 300)))}, {"filing": "others", "value": "0%"}]
        },
        "critical_illness.visit_kinds": ["inpatient"],
        "critical_illness.base": base,
        "critical_illness.deductible": by_status(yuan(threshold), yuan(threshold - draw(st.integers(0, threshold)))),
        "critical_illness.rate": by_status(critical_plain, critical_poor),
        "critical_illness.year_cap": by_status(yuan(critical_cap), no_less(draw, critical_cap, fen)),
        "medical_aid.inpatient.visit_kinds": ["inpatient"],
        "medical_aid.inpatient.base": ALL_LEFT,
        "medical_aid.inpatient.deductible": yuan(draw(small_fen)),
        "medical_aid.inpatient.rate": by_status("0%", percent(aid)),
        "medical_aid.inpatient.year_limit": yuan(limit),
        "medical_aid.outpatient.visit_kinds": ["outpatient"],
        "medical_aid.outpatient.base": ALL_LEFT,
        "medical_aid.outpatient.deductible": "none",
        "medical_aid.outpatient.rate": by_status("0%", percent(draw(rate()))),
        "medical_aid.outpatient.year_limit": yuan(limit),
        "medical_aid.tilt.threshold": by_status("none", yuan(draw(st.integers(0, 3_000_000)))),
        "medical_aid.tilt.rate": percent(draw(rate())),
        "medical_aid.tilt.year_limit": yuan(draw(fen)),
    }
    if is_plain:
        ordinary, better = sorted((draw(rate()), draw(rate())))
        terms["critical_illness.rate"] = by_status(percent(ordinary), percent(better))
    elif draw(st.booleans()):
        terms["ceiling.rate"] = percent(draw(rate(300, 1000)))
    return {"area": "1", "name": "示例", "terms": terms}


@st.composite
def terms(draw: Any, **options: Any) -> Terms:
    """Resolved terms, with or without the national relief."""
    found = vocabulary.parse(draw(contents(**options)))
    national = RELIEF if draw(st.booleans()) else ()
    return Terms.resolve("1", ON, national, found.terms.values())


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

"""What hardship relief added, part by part, as the sheets of poor people list it apart from the ordinary layers."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from claims.rules.case import Case
from claims.rules.compile import route_for
from claims.rules.plan import CriticalRoute, Route, plan_for
from claims.rules.settle import settle_on
from policy.terms import Terms


class ReliefPart(NamedTuple):
    """One part of relief and the fund money it added, in fen."""

    name: str
    title: str
    fen: int


def parts(case: Case, terms: Terms) -> list[ReliefPart]:
    """困难群众倾斜待遇: change one thing of the ordinary route at a time; the differences add up to the whole.

    依据 医保发〔2018〕18号 二（二）5、6. Example (佳木斯 2018, registered poor, level three, 60,000.00): inpatient rate
    +5 points adds 2,965.00; the lower critical-illness deductible adds 2,500.00.
    Empty for a person without hardship status.
    """
    if not case.statuses:
        return []
    plan = plan_for(terms)
    relieved = route_for(case, plan)
    ordinary = route_for(case._replace(statuses=frozenset()), plan)
    found: list[ReliefPart] = []

    def add(name: str, title: str, fen: int) -> None:
        found.append(ReliefPart(name, title, fen))

    route = replace(relieved, basic=ordinary.basic, ceiling_numerator=-1)
    last = settle_on(case, route, terms).basic_fen
    eased = replace(
        ordinary.basic,
        deductible_fen=relieved.basic.deductible_fen,
        deductible_year_cap_fen=relieved.basic.deductible_year_cap_fen,
        carries_deductible=relieved.basic.carries_deductible,
    )
    now = settle_on(case, replace(route, basic=eased), terms).basic_fen
    add("basic.deductible", "起付线降低增加的基本医保支付", now - last)
    route = replace(relieved, ceiling_numerator=-1)
    whole = settle_on(case, route, terms)
    add("basic.rate", "支付比例和封顶线提高增加的基本医保支付", whole.basic_fen - now)
    found.extend(_critical_parts(case, route, ordinary, terms))
    add("aid.paid", "医疗救助", whole.aid_fen - whole.tilt_fen)
    add("aid.tilt", "再次救助", whole.tilt_fen)
    return [part for part in found if part.fen]


def _critical_parts(case: Case, route: Route, ordinary: Route, terms: Terms) -> list[ReliefPart]:
    """On the base that basic insurance actually left: lower deductible, then higher rate, then no or a higher cap."""
    relieved, plain = route.critical, ordinary.critical
    if relieved is None or plain is None:
        return []
    stages: list[tuple[str, str, CriticalRoute]] = [
        ("critical.deductible", "起付线降低增加的大病保险支付", replace(plain, deductible_fen=relieved.deductible_fen)),
        ("critical.rate", "支付比例提高增加的大病保险支付", replace(relieved, year_cap_fen=plain.year_cap_fen)),
        ("critical.cap", "封顶线提高或取消增加的大病保险支付", relieved),
    ]
    last = settle_on(case, replace(route, critical=plain), terms).critical_fen
    found = []
    for name, title, critical in stages:
        now = settle_on(case, replace(route, critical=critical), terms).critical_fen
        found.append(ReliefPart(name, title, now - last))
        last = now
    return found

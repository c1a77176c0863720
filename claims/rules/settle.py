"""The order of a settlement, nothing else: eligible → basic → critical illness → aid → ceiling → others → person."""

from __future__ import annotations

from typing import cast

from claims.rules import basic, ceiling, critical_illness, eligible, medical_aid, other_payers, outpatient
from claims.rules.case import Case, Year, year_of
from claims.rules.compile import route_for
from claims.rules.plan import Route, plan_for
from claims.rules.settlement import Settlement, settlement_of, step_of
from core.refusal import Refused
from policy.terms import Terms


def settle(case: Case, terms: Terms) -> Settlement:
    """Settle one bill under the terms in force for it; the year so far is part of the case.

    Raises TermMissing where the area has not said what is needed, Refused for codes and amounts that cannot be.
    """
    route = route_for(case, plan_for(terms))
    return settle_on(case, route, terms)


def settle_on(case: Case, route: Route, terms: Terms | None = None) -> Settlement:
    """Settle along a given route (relief.py changes one thing of a route at a time to show what it added)."""
    year = case.year
    amounts = case.amounts
    if amounts is None:
        amounts = eligible.bill_amounts(case.lines, terms, case.level)
    step = eligible.in_scope(amounts)
    steps = [step]
    total, full_self, over_limit, first_self = step.figures
    in_scope = step.fen

    outside = 0
    if route.outside_numerator:
        step = eligible.outside_first_self(route, in_scope)
        steps.append(step)
        outside = step.fen
        in_scope -= outside

    # Basic insurance
    plain = route.basic
    benefit = plain.benefit
    deductible = 0
    if benefit == "inpatient":
        step = basic.deductible(plain, in_scope, case.carried_deductible_fen, year)
        steps.append(step)
        deductible = step.fen
        paid = basic.hospital(plain, in_scope, deductible, year)
    elif benefit == "delivery":
        paid = basic.delivery(plain, in_scope, year)
    else:
        deductible_before, paid_before = outpatient.used(benefit, year)
        step = outpatient.deductible(plain, in_scope, deductible_before)
        steps.append(step)
        deductible = step.fen
        paid = outpatient.payment(plain, in_scope, deductible, paid_before, year)
    steps.append(paid)
    basic_fen = paid.fen
    over_cap = basic.over_cap(plain, in_scope, deductible, paid) if plain.needs_split else 0
    copayment = in_scope - deductible - basic_fen - over_cap

    # Critical illness
    critical_base = critical_fen = 0
    serious = route.critical
    if serious is not None:
        step = critical_illness.base(serious, deductible, copayment, over_cap, first_self, outside)
        steps.append(step)
        critical_base = step.fen
        step = critical_illness.payment(serious, critical_base, year)
        steps.append(step)
        critical_fen = step.fen
    elif route.no_critical is not None:
        steps.append(route.no_critical)

    # Medical aid
    aid_base = aid_fen = burden = tilt_fen = 0
    aid = route.aid
    if aid is not None:
        step = medical_aid.base(aid, deductible, copayment, over_cap, first_self, outside, critical_fen)
        steps.append(step)
        aid_base = step.fen
        step = medical_aid.payment(aid, aid_base, year)
        steps.append(step)
        aid_fen = step.fen
        if aid.tilt_scale is not None:
            burden = max(in_scope - basic_fen - critical_fen - aid_fen, 0)
            step = medical_aid.tilt(aid, burden, year)
            steps.append(step)
            tilt_fen = step.fen
    elif route.no_aid is not None:
        steps.append(route.no_aid)

    if route.ceiling_numerator >= 0:
        step = ceiling.cut(route, in_scope, basic_fen, critical_fen, aid_fen, tilt_fen)
        steps.append(step)
        if step.fen:
            cuts = step.figures
            tilt_fen -= cuts[2]
            aid_fen -= cuts[3]
            critical_fen -= cuts[4]
            basic_fen -= cuts[5]

    # What is left: the hospital's own share, other payers, the person
    left = total - basic_fen - critical_fen - aid_fen - tilt_fen
    hospital = other = account = 0
    if case.hospital_fen:
        hospital = case.hospital_fen
        if not 0 < hospital <= left:
            raise Refused("医院负担金额应大于零且不超过各层支付后的余额。请核对后重新录入。")
        left -= hospital
    if case.other_payers:
        step = other_payers.payments(case.other_payers, left)
        steps.append(step)
        other = step.fen
        left -= other
    steps.append(step_of(("personal", left, (total, basic_fen, critical_fen, aid_fen + tilt_fen, other, hospital), ())))
    if case.account_fen:
        account = min(case.account_fen, left)

    fields = (
        total,
        full_self,
        over_limit,
        first_self + outside,
        in_scope,
        deductible,
        basic_fen,
        critical_base,
        critical_fen,
        aid_fen + tilt_fen,
        tilt_fen,
        other,
        hospital,
        left,
        account,
        left - account,
        route.status,
        tuple(steps),
        year,
        _year_after(
            year,
            route,
            deductible,
            in_scope,
            basic_fen,
            critical_base,
            critical_fen,
            aid_base,
            aid_fen,
            burden,
            tilt_fen,
        ),
    )
    return cast(Settlement, settlement_of(fields))


def _year_after(
    year: Year,
    route: Route,
    deductible: int,
    in_scope: int,
    basic_fen: int,
    critical_base: int,
    critical_fen: int,
    aid_base: int,
    aid_fen: int,
    burden: int,
    tilt_fen: int,
) -> Year:
    """The year's sums with this bill in them."""
    plain = route.basic
    benefit = plain.benefit
    (
        admissions, deductibles, in_scopes, basics,
        outpatient_deductible, outpatient_paid, special_deductible, special_paid, disease_deductible, disease_paid,
        accident, bases, criticals, inpatient_base, inpatient_aid, outpatient_base, outpatient_aid, burdens, tilts,
    ) = year  # fmt: skip
    if benefit == "inpatient" or benefit == "delivery":
        admissions += 1
        deductibles += deductible
    elif benefit == "outpatient":
        outpatient_deductible += deductible
        outpatient_paid += basic_fen
    elif benefit == "special_outpatient":
        special_deductible += deductible
        special_paid += basic_fen
    else:
        disease_deductible += deductible
        disease_paid += basic_fen
    if plain.counts_to_cap:
        basics += basic_fen
    if plain.is_accident:
        accident += basic_fen
    aid = route.aid
    if aid is not None:
        if aid.kind == "inpatient":
            inpatient_base += aid_base
            inpatient_aid += aid_fen
        else:
            outpatient_base += aid_base
            outpatient_aid += aid_fen
    after = (
        admissions, deductibles, in_scopes + in_scope, basics,
        outpatient_deductible, outpatient_paid, special_deductible, special_paid, disease_deductible, disease_paid,
        accident, bases + critical_base, criticals + critical_fen,
        inpatient_base, inpatient_aid, outpatient_base, outpatient_aid, burdens + burden, tilts + tilt_fen,
    )  # fmt: skip
    return cast(Year, year_of(after))

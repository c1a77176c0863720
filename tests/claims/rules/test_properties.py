"""What holds for every bill under every set of terms (Hypothesis; 200 examples, 10,000 in the long run)."""

from __future__ import annotations

import json
import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

from hypothesis import assume, given
from hypothesis import strategies as st

from claims.rules import (
    Amounts,
    Case,
    Line,
    OtherPayer,
    Settlement,
    Year,
    eligible,
    explanation,
    identities,
    relief,
    reversal,
    settle,
)
from claims.rules.case import NO_LIMIT
from claims.rules.compile import compile_route, route_for
from claims.rules.plan import plan_for
from claims.rules.scale import Scale, merged
from claims.rules.settle import settle_on
from policy.terms import Table, Terms
from tests.claims.rules import strategies as some

AMOUNTS = [name for name in Settlement._fields if name.endswith("_fen")]


def half_up(value: Fraction) -> int:
    """An independent rounding to compare with."""
    return floor(value + Fraction(1, 2))


def in_scope(case: Case, fen: int) -> Case:
    return case._replace(amounts=case.amounts._replace(in_scope_fen=fen))


def settle_all(cases: list[Case], terms: Terms) -> list[Settlement]:
    """The bills of one person and year in order, each with what the year has used up."""
    done: list[Settlement] = []
    for case in cases:
        done.append(settle(case._replace(year=done[-1].year if done else Year()), terms))
    return done


year_of_bills = st.lists(some.cases(("inpatient",)), min_size=1, max_size=6)


@given(some.terms(), some.cases(), some.years)
def test_cost_and_payments_add_up(terms, case, year):
    """Identities 1 and 2, and the explanation's paying steps add up to what was paid."""
    case = case._replace(year=year, hospital_fen=0, account_fen=5_000, other_payers=(OtherPayer("慈善", 10_000),))
    settlement = settle(case, terms)
    assert identities.faults(settlement) == []
    assert settlement.total_fen == case.amounts.total_fen


@given(some.terms(), some.cases(), some.years)
def test_nothing_is_negative_and_no_layer_pays_more_than_is_left(terms, case, year):
    settlement = settle(case._replace(year=year), terms)
    assert all(getattr(settlement, name) >= 0 for name in AMOUNTS)
    assert settlement.deductible_fen + settlement.basic_fen <= settlement.in_scope_fen
    assert settlement.critical_fen <= settlement.in_scope_fen - settlement.basic_fen
    assert settlement.aid_fen <= settlement.in_scope_fen - settlement.basic_fen - settlement.critical_fen


@given(
    some.terms(base=(*some.ALL_LEFT, "first_self_pay", "out_of_area_first_self_pay")),
    some.cases(),
)
def test_with_first_self_pay_in_the_base_no_layer_pays_more_than_the_bill(terms, case):
    settlement = settle(case, terms)
    assert identities.faults(settlement) == []
    assert 0 <= settlement.fund_fen <= settlement.total_fen


@given(some.terms(), year_of_bills)
def test_yearly_caps_hold(terms, cases):
    statuses = cases[0].statuses
    done = settle_all([case._replace(statuses=statuses) for case in cases], terms)
    route = route_for(cases[0]._replace(statuses=statuses), plan_for(terms))
    assert sum(s.basic_fen for s in done) <= terms["basic.year_cap"].value
    assert sum(s.critical_fen for s in done) <= route.critical.year_cap_fen
    assert sum(s.aid_fen - s.tilt_fen for s in done) <= terms["medical_aid.inpatient.year_limit"].value
    assert sum(s.tilt_fen for s in done) <= terms["medical_aid.tilt.year_limit"].value


@given(some.terms(), some.cases(), some.years, st.integers(1, 1_000_000))
def test_fund_pay_never_falls_when_in_scope_cost_rises(terms, case, year, more):
    case = case._replace(year=year)
    dearer = in_scope(case, case.amounts.in_scope_fen + more)
    assert settle(dearer, terms).fund_fen >= settle(case, terms).fund_fen


@given(some.terms(), some.cases(), some.years, st.integers(1, 1_000_000))
def test_the_person_never_gains_from_a_dearer_bill(terms, case, year, more):
    case = case._replace(year=year)
    dearer = in_scope(case, case.amounts.in_scope_fen + more)
    assert settle(dearer, terms).personal_fen >= settle(case, terms).personal_fen


@given(some.terms(), some.cases(), some.small_fen)
def test_out_of_catalogue_cost_is_the_person_s_alone(terms, case, more):
    """Identity 7: it never enters any layer."""
    dearer = case._replace(amounts=case.amounts._replace(full_self_fen=case.amounts.full_self_fen + more))
    before, after = settle(case, terms), settle(dearer, terms)
    assert (after.basic_fen, after.critical_fen, after.aid_fen) == (
        before.basic_fen,
        before.critical_fen,
        before.aid_fen,
    )
    assert after.personal_fen == before.personal_fen + more


@given(some.terms(), some.cases())
def test_the_poor_never_pay_more_than_others_with_the_same_bill(terms, case):
    ordinary = settle(case._replace(statuses=frozenset()), terms)
    for status in some.POOR:
        assert settle(case._replace(statuses=frozenset({status})), terms).personal_fen <= ordinary.personal_fen


@given(some.terms(), year_of_bills)
def test_over_a_year_the_poor_never_pay_more(terms, cases):
    """But for the roundings: half a fen at most for each layer of each bill, on either side."""
    ordinary = settle_all([case._replace(statuses=frozenset()) for case in cases], terms)
    poor = settle_all([case._replace(statuses=frozenset({"registered_poor"})) for case in cases], terms)
    assert sum(s.personal_fen for s in poor) <= sum(s.personal_fen for s in ordinary) + 4 * len(cases)


@given(some.terms(), some.cases(), some.years)
def test_a_reversal_negates_every_amount(terms, case, year):
    """Identity 4; and the reversal of the reversal is the settlement."""
    settlement = settle(case._replace(year=year), terms)
    opposite = reversal.opposite(settlement)
    assert all(getattr(opposite, name) == -getattr(settlement, name) for name in AMOUNTS)
    assert identities.faults(opposite) == []
    assert reversal.opposite(opposite) == settlement


@given(some.terms(), some.cases(), some.years)
def test_settle_then_reverse_leaves_the_year_as_it_was(terms, case, year):
    settlement = settle(case._replace(year=year), terms)
    assert reversal.opposite(settlement).year == year
    assert year.plus(settlement.adds).plus(reversal.opposite(settlement).adds) == year


@given(some.terms(), st.lists(some.cases(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_reversing_all_in_any_order_is_never_having_settled(terms, cases, chance):
    year = Year()
    done = settle_all(cases, terms)
    for settlement in done:
        year = year.plus(settlement.adds)
    assert year == done[-1].year
    chance.shuffle(done)
    for settlement in done:
        year = year.plus(reversal.opposite(settlement).adds)
    assert year == Year()


@given(some.terms(), some.cases(), some.years)
def test_a_settlement_only_adds_to_the_year(terms, case, year):
    assert min(settle(case._replace(year=year), terms).adds) >= 0


@given(some.terms(is_plain=True), year_of_bills)
def test_critical_illness_of_many_bills_is_one_computation_for_the_year(terms, cases):
    """Identity 5: the deductible is taken once, and the single payments add up to the year's."""
    cases = [case._replace(statuses=frozenset()) for case in cases]
    done = settle_all(cases, terms)
    base = sum(s.critical_base_fen for s in done)
    value = {name: row.value for name in ("deductible", "rate", "year_cap") for row in ordinary_rows(terms, name)}
    whole = half_up(max(base - value["deductible"], 0) * value["rate"])
    assert sum(s.critical_fen for s in done) == min(whole, value["year_cap"])


def ordinary_rows(terms: Terms, name: str) -> list:
    table = terms[f"critical_illness.{name}"].value
    assert isinstance(table, Table)
    return [table.rows[number] for number in table.matching({"status": "none"})]


@given(some.terms(base=("deductible", "copayment")), some.cases(("inpatient",)), some.years)
def test_a_base_of_deductible_and_co_payment_leaves_out_the_rest(terms, case, year):
    """Identity 6: first self-pay, out-of-catalogue cost and cost above the basic cap stay out."""
    settlement = settle(case._replace(year=year, filing="local"), terms)
    left = settlement.in_scope_fen - step(settlement, "basic.paid").fen
    assert settlement.critical_base_fen <= left
    paid = step(settlement, "basic.paid")
    if paid.fen == paid.figures[2]:
        assert settlement.critical_base_fen == left


@given(some.terms(), some.cases(("inpatient",)), some.years)
def test_aid_starts_from_in_scope_less_basic_less_critical(terms, case, year):
    """Identity 7, as Chongqing's messages show it."""
    settlement = settle(case._replace(year=year, statuses=frozenset({"registered_poor"})), terms)
    before_cut = settlement.in_scope_fen - step(settlement, "basic.paid").fen - step(settlement, "critical.paid").fen
    if any(s.name == "aid.base" for s in settlement.steps):
        assert step(settlement, "aid.base").fen == before_cut


def step(settlement: Settlement, name: str):
    return next(s for s in settlement.steps if s.name == name)


@given(some.terms(), some.cases(("inpatient",)), some.years)
def test_the_relief_parts_add_up_to_what_relief_added(terms, case, year):
    """Identity 8: ordinary layers + parts = what was paid (before a total ceiling)."""
    case = case._replace(year=year, statuses=frozenset({"registered_poor"}))
    plan = plan_for(terms)
    relieved, ordinary = route_for(case, plan), route_for(case._replace(statuses=frozenset()), plan)
    relieved.ceiling_numerator, kept = -1, relieved.ceiling_numerator
    try:
        whole = settle_on(case, relieved)
    finally:
        relieved.ceiling_numerator = kept
    ordinary_basic = settle_on(case, ordinary_with(relieved, basic=ordinary.basic)).basic_fen
    ordinary_critical = settle_on(case, ordinary_with(relieved, critical=ordinary.critical)).critical_fen
    added = {part.name: part.fen for part in relief.parts(case, terms)}
    assert ordinary_basic + added.get("basic.deductible", 0) + added.get("basic.rate", 0) == whole.basic_fen
    assert ordinary_critical + sum(f for n, f in added.items() if n.startswith("critical")) == whole.critical_fen
    assert added.get("aid.paid", 0) + added.get("aid.tilt", 0) == whole.aid_fen


def ordinary_with(route, **changed):
    from dataclasses import replace

    return replace(route, ceiling_numerator=-1, **changed)


@given(some.terms(), some.cases(), some.years)
def test_the_ceiling_holds(terms, case, year):
    assume(terms.has("ceiling.rate"))
    settlement = settle(case._replace(year=year), terms)
    assert settlement.fund_fen <= half_up(settlement.in_scope_fen * terms["ceiling.rate"].value)


@given(some.terms(), some.cases())
def test_national_relief_never_takes_anything_from_the_poor(terms, case):
    case = case._replace(statuses=frozenset({"registered_poor"}))
    local = [term for term in terms if ".relief." not in term.name]
    without = settle(case, Terms.resolve("1", some.ON, local))
    with_it = settle(case, Terms.resolve("1", some.ON, some.RELIEF, local))
    assert with_it.critical_fen >= without.critical_fen
    assert with_it.personal_fen <= without.personal_fen


@given(some.terms(), some.cases(("inpatient",)), some.years, some.small_fen)
def test_a_deductible_carried_on_never_costs_the_person(terms, case, year, carried):
    plain = settle(case._replace(year=year, carried_deductible_fen=0), terms)
    referred = settle(case._replace(year=year, carried_deductible_fen=carried), terms)
    assert referred.personal_fen <= plain.personal_fen


@given(some.terms(), some.cases(), st.lists(st.integers(0, 30_000_000), max_size=4))
def test_other_payers_come_last_and_take_nothing_from_the_layers(terms, case, offers):
    alone = settle(case, terms)
    helped = settle(case._replace(other_payers=tuple(OtherPayer(str(n), fen) for n, fen in enumerate(offers))), terms)
    assert helped.fund_fen == alone.fund_fen
    assert helped.other_fen == min(sum(offers), alone.personal_fen)
    assert helped.personal_fen == alone.personal_fen - helped.other_fen


@given(some.terms(), some.cases(), some.years)
def test_the_explanation_survives_storing_and_says_the_amounts(terms, case, year):
    settlement = settle(case._replace(year=year), terms)
    stored = json.loads(json.dumps(explanation.compact(settlement)))
    assert explanation.restore(stored) == settlement.steps
    assert explanation.stored_text(settlement) == json.dumps(explanation.compact(settlement), ensure_ascii=False)
    told = explanation.words(stored, terms)
    assert [(one.name, one.fen) for one in told] == [(s.name, s.fen) for s in settlement.steps]
    assert all("{" not in one.sentence and one.title for one in told)


@given(some.terms(), some.cases(), some.years)
def test_terms_stored_and_read_back_settle_the_same(terms, case, year):
    again = Terms.from_json(json.loads(json.dumps(terms.to_json())))
    assert again.digest == terms.digest
    assert settle(case._replace(year=year), again) == settle(case._replace(year=year), terms)


@given(some.terms(), some.cases(), some.years)
def test_a_route_compiled_afresh_gives_the_same(terms, case, year):
    case = case._replace(year=year)
    fresh = compile_route(case, terms, plan_for(terms).highest_admission)
    assert settle_on(case, fresh) == settle(case, terms)


@given(st.lists(some.lines(), max_size=8), some.terms(), st.integers(0, 2**32))
def test_the_order_of_lines_does_not_matter(lines, terms, seed):
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)
    amounts = eligible.bill_amounts(lines, terms, "two")
    assert eligible.bill_amounts(shuffled, terms, "two") == amounts
    assert amounts.total_fen == sum(line.amount_fen for line in lines)
    given_lines = Case("inpatient", "two", None, lines=tuple(lines))
    assert settle(given_lines, terms) == settle(Case("inpatient", "two", amounts), terms)


@given(some.small_fen, st.integers(0, 1000), some.small_fen)
def test_first_self_pay_is_rounded_half_up_per_line_and_in_scope_is_the_rest(amount, thousandths, limit):
    """Identity 3, against the decimal module."""
    split = eligible.line_amounts(Line(amount, "乙", (thousandths, 1000), limit))
    counted = min(amount, limit)
    exact = Decimal(counted) * thousandths / 1000
    assert split.first_self_fen == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert split == Amounts(0, amount - counted, split.first_self_fen, counted - split.first_self_fen)


@st.composite
def scales(draw):
    edges = [0, *sorted(draw(st.sets(st.integers(1, 1_000_000), max_size=4))), NO_LIMIT]
    return Scale((lo, hi, draw(some.rates)) for lo, hi in pairwise(edges))


@given(scales(), st.integers(0, 2_000_000), st.integers(0, 2_000_000))
def test_slices_pay_the_exact_sum_rounded_once(scale, start, length):
    end = start + length
    exact = sum(max(min(end, hi) - max(start, lo), 0) * r for lo, hi, r in scale.rates)
    assert scale.pay(start, end) == half_up(Fraction(exact))


@given(scales(), st.integers(0, 2_000_000), st.integers(0, 1_000))
def test_one_more_fen_pays_at_most_one_more(scale, end, more):
    assert 0 <= scale.pay(0, end + more) - scale.pay(0, end) <= more


@given(scales(), scales(), st.integers(0, 2_000_000))
def test_merged_rates_pay_no_less_than_either(one, other, end):
    both = merged(one, other)
    assert both.pay(0, end) >= max(one.pay(0, end), other.pay(0, end))


@given(some.terms(), some.cases(("outpatient",)), st.integers(1, 6))
def test_outpatient_pooling_keeps_its_own_yearly_limit(terms, case, visits):
    done = settle_all([case] * visits, terms)
    assert sum(s.basic_fen for s in done) <= terms["basic.outpatient.year_cap"].value
    assert sum(s.deductible_fen for s in done) <= terms["basic.outpatient.deductible"].value
    assert done[-1].year.basic_fen == 0
    assert done[-1].critical_fen == 0

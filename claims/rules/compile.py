"""Compiles the Route of one kind of case from the Terms: every table is looked up here, once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from claims.rules.case import NO_LIMIT, Case
from claims.rules.plan import AidRoute, BasicRoute, CriticalRoute, Lookup, Plan, Route, percent_text, route_key
from claims.rules.scale import Scale, merged, share
from claims.rules.settlement import Because, Step
from core.refusal import Refused
from policy.term_keys import AXES, CATEGORIES, FILINGS, LEVELS, STATUSES, VISIT_KINDS
from policy.terms import Terms

CLINICS = ("outpatient", "special_outpatient", "two_disease")
ALL_LEFT = frozenset({"deductible", "copayment", "over_cap"})
SPLIT = frozenset({"copayment", "over_cap"})


def route_for(case: Case, plan: Plan) -> Route:
    """The route of a case, compiled when a case of its kind comes first."""
    key = route_key(case, plan)
    route = plan.routes.get(key)
    if route is None:
        route = plan.routes[key] = compile_route(case, plan.terms, key[5])
    return route


def compile_route(case: Case, terms: Terms, admission: int) -> Route:
    """Look up everything; refuses codes that do not exist, raises TermMissing for values that are needed."""
    _known(case)
    status = settled_status(case.statuses, terms)
    lookup = Lookup(
        terms,
        {
            "status": status,
            "level": case.level,
            "category": case.category,
            "filing": case.filing,
            "visit_kind": case.visit_kind,
            "admission": str(admission),
            "delivery_mode": case.delivery_mode,
            "trait": case.trait,
            "disease": case.disease,
        },
    )
    outside = _out_of_area(lookup)
    critical, no_critical = _critical(lookup, case.statuses)
    aid, no_aid = _aid(lookup)
    bases = [part.base for part in (critical, aid) if part is not None]
    basic = _basic(lookup, outside, any(len(base & SPLIT) == 1 for base in bases))
    ceiling, because_ceiling = lookup.optional("ceiling.rate", None)
    return Route(
        status,
        outside.first_self.numerator,
        outside.first_self.denominator,
        outside.because,
        basic,
        critical,
        no_critical,
        aid,
        no_aid,
        -1 if ceiling is None else ceiling.numerator,
        1 if ceiling is None else ceiling.denominator,
        because_ceiling,
    )


def settled_status(statuses: frozenset[str], terms: Terms) -> str:
    """The one status a person is settled under: with several, the first in the area's own order (status.order)."""
    if len(statuses) <= 1:
        return next(iter(statuses), "none")
    for status in terms["status.order"].value:
        if status in statuses:
            return str(status)
    held = "、".join(STATUSES[status] for status in sorted(statuses))
    raise Refused(
        f"“困难身份适用顺序”（status.order）没有列出该人的任何一种身份（{held}），不能确定按哪种身份结算。"
        "请在“政策标准”中补充后重试。"
    )


def _known(case: Case) -> None:
    checks = [
        ("就医类别", case.visit_kind, VISIT_KINDS),
        ("医疗机构级别", case.level, LEVELS),
        ("人员类别", case.category, CATEGORIES),
        ("备案情形", case.filing, FILINGS),
        ("诊疗特征", case.trait, AXES["trait"][1] or {}),
        *(("困难身份", status, STATUSES) for status in case.statuses),
    ]
    for name, value, known in checks:
        if value not in known:
            raise Refused(f"{name}“{value}”不在代码表中，不能结算。请改为其中之一：{'、'.join(known)}。")


class OutOfArea:
    """What care outside the area changes: cost first borne by the person, points and factor on the rate."""

    def __init__(self, first_self: Fraction, points: Fraction, factor: Fraction, because: tuple[Because, ...]) -> None:
        self.first_self, self.points, self.factor, self.because = first_self, points, factor, because


def _out_of_area(lookup: Lookup) -> OutOfArea:
    """异地就医: by filing; a referral that counts as at home is settled as local care everywhere below."""
    if lookup.axes["filing"] == "local":
        return OutOfArea(Fraction(0), Fraction(0), Fraction(1), ())
    at_home, because_home = lookup.optional("out_of_area.as_at_home", False)
    if at_home:
        lookup.axes["filing"] = "local"
        return OutOfArea(Fraction(0), Fraction(0), Fraction(1), because_home)
    first_self, because = lookup.held("out_of_area.first_self_pay")
    points, because_points = lookup.optional("out_of_area.rate_points", Fraction(0))
    factor, because_factor = lookup.optional("out_of_area.rate_factor", Fraction(1))
    grounds = because
    grounds += because_points if points else ()
    grounds += because_factor if factor != 1 else ()
    return OutOfArea(first_self, points, factor, grounds)


def _basic(lookup: Lookup, outside: OutOfArea, needs_split: bool) -> BasicRoute:
    visit = lookup.axes["visit_kind"]
    benefit = visit
    because: tuple[Because, ...] = ()
    if visit in ("emergency", "internet", "epidemic", "accident"):
        benefit, because = lookup.held(f"basic.{visit}.treated_as")
    elif visit == "delivery":
        treated, because = lookup.optional("basic.delivery.treated_as", "amount")
        benefit = "inpatient" if treated == "inpatient" else "delivery"
    if benefit in CLINICS:
        route = _clinic(lookup, benefit, outside, because)
    elif benefit == "delivery":
        route = _delivery(lookup)
    else:
        route = _hospital(lookup, outside, because)
    if benefit == "inpatient" or lookup.terms.has("basic.year_cap_covers"):
        covered, because_covered = lookup.optional("basic.year_cap_covers", ("inpatient",))
        if benefit in covered:
            route.counts_to_cap = True
            route.year_cap_fen, because_cap = lookup.limit("basic.year_cap")
            route.because += because_cap + because_covered
    if visit == "accident":
        route.is_accident = True
        route.accident_cap_fen, because_cap = lookup.limit("basic.accident.year_cap")
        route.because += because_cap
    route.needs_split = needs_split
    return route


def _rate(lookup: Lookup, prefix: str, outside: OutOfArea, *point_terms: str) -> tuple[Scale, tuple[Because, ...]]:
    """The rate by slices with every addition: (rate + points) × factor, between 0 and the area's maximum."""
    slices, because = lookup.slices(f"{prefix}.rate")
    points = outside.points
    for name in point_terms:
        added, ground = lookup.optional(name, Fraction(0))
        if added:
            points += added
            because += ground
    most, ground = (
        (Fraction(1), ()) if prefix != "basic.inpatient" else lookup.optional(f"{prefix}.rate_max", Fraction(1))
    )
    because += ground
    changed = [(lo, hi, min(max((rate + points) * outside.factor, Fraction(0)), most)) for lo, hi, rate in slices]
    if changed != slices:
        because += (*outside.because, Because("=", -1, _scale_text(changed)))
    return Scale(changed), because


def _scale_text(slices: list[tuple[int, int, Any]]) -> str:
    return "/".join(percent_text(rate) for _, _, rate in slices)


def _hospital(lookup: Lookup, outside: OutOfArea, because: tuple[Because, ...]) -> BasicRoute:
    prefix = "basic.inpatient"
    deductible, because_deductible = lookup.held(f"{prefix}.deductible")
    year_cap, because_year_cap = lookup.limit(f"{prefix}.deductible_year_cap", is_optional=True)
    carries, because_carry = lookup.optional(f"{prefix}.referral_carry", False)
    scale, because_rate = _rate(lookup, prefix, outside, f"{prefix}.relief_points", f"{prefix}.bonus_points")
    measure, because_measure = lookup.optional(f"{prefix}.band_measure", "in_scope")
    visit_cap, because_visit_cap = lookup.limit(f"{prefix}.visit_cap", is_optional=True)
    return BasicRoute(
        "inpatient",
        deductible_fen=deductible or 0,
        deductible_year_cap_fen=year_cap,
        carries_deductible=carries,
        scale=scale,
        slices_include_deductible=measure == "in_scope",
        visit_cap_fen=visit_cap,
        because_deductible=because_deductible + because_year_cap + because_carry,
        because=because + because_rate + because_measure + because_visit_cap,
    )


def _clinic(lookup: Lookup, benefit: str, outside: OutOfArea, because: tuple[Because, ...]) -> BasicRoute:
    prefix = f"basic.{benefit}"
    deductible, because_deductible = lookup.held(f"{prefix}.deductible")
    period, because_period = lookup.optional(f"{prefix}.deductible_period", "year")
    scale, because_rate = _rate(lookup, prefix, outside, f"{prefix}.relief_points")
    year_cap, because_year_cap = lookup.limit(f"{prefix}.year_cap")
    visit_cap, because_visit_cap = lookup.limit(f"{prefix}.visit_cap", is_optional=True)
    return BasicRoute(
        benefit,
        deductible_fen=deductible or 0,
        deductible_is_yearly=period == "year",
        scale=scale,
        visit_cap_fen=visit_cap,
        benefit_cap_fen=year_cap,
        because_deductible=because_deductible + because_period,
        because=because + because_rate + because_year_cap + because_visit_cap,
    )


def _delivery(lookup: Lookup) -> BasicRoute:
    modes = AXES["delivery_mode"][1] or {}
    if lookup.axes["delivery_mode"] not in modes:
        raise Refused("住院分娩须填写分娩方式（natural 顺产 或 caesarean 剖宫产），不能结算。请补充后重试。")
    amount, because = lookup.held("basic.delivery.amount")
    return BasicRoute("delivery", amount_fen=amount, because=because)


def _critical(lookup: Lookup, statuses: frozenset[str]) -> tuple[CriticalRoute | None, Step | None]:
    """大病保险: the local terms, never worse than the national relief for the statuses it names."""
    applies, because_off = lookup.optional("critical_illness.applies", True)
    if not applies:
        return None, Step("critical.outside", 0, (), because_off)
    kinds, because_kinds = lookup.held("critical_illness.visit_kinds")
    if lookup.axes["visit_kind"] not in kinds:
        return None, Step("critical.outside", 0, (), because_kinds)
    base, because_base = lookup.held("critical_illness.base")
    deductible, because = lookup.held("critical_illness.deductible")
    slices, because_rate = lookup.slices("critical_illness.rate")
    scale = Scale(slices)
    cap, because_cap = lookup.limit("critical_illness.year_cap")
    measure, because_measure = lookup.optional("critical_illness.band_measure", "over_deductible")
    terms = lookup.terms
    if _names(terms, "critical_illness.relief.statuses", statuses):
        ground = (Because("critical_illness.relief.statuses", -1, "、".join(sorted(statuses))),)
        cut, because_cut = lookup.optional("critical_illness.relief.deductible_share", None)
        if cut is not None:
            ordinary, because_ordinary = lookup.held("critical_illness.deductible", status="none")
            lowered = share(ordinary, cut.denominator - cut.numerator, cut.denominator)
            if lowered < deductible:
                deductible, because = lowered, because_ordinary + ground + because_cut
        added, because_added = lookup.optional("critical_illness.relief.rate_points", None)
        if added is not None:
            plain, because_plain = lookup.slices("critical_illness.rate", status="none")
            raised = merged(scale, Scale((lo, hi, min(rate + added, Fraction(1))) for lo, hi, rate in plain))
            if raised.rates != scale.rates:
                scale = raised
                text = _scale_text(scale.rates)
                because_rate = tuple(dict.fromkeys(because_rate + because_plain + ground + because_added))
                because_rate += (Because("=", -1, text),)
    if cap != NO_LIMIT and _names(terms, "critical_illness.relief.uncapped_statuses", statuses):
        cap = NO_LIMIT
        because_cap = (Because("critical_illness.relief.uncapped_statuses", -1, "、".join(sorted(statuses))),)
    route = CriticalRoute(
        frozenset(base),
        frozenset(base) == ALL_LEFT,
        deductible,
        scale,
        measure == "base",
        cap,
        because_base,
        because + because_rate + because_measure + because_cap,
    )
    return route, None


def _names(terms: Terms, name: str, statuses: frozenset[str]) -> bool:
    term = terms.get(name)
    return term is not None and not statuses.isdisjoint(term.value)


def _aid(lookup: Lookup) -> tuple[AidRoute | None, Step | None]:
    """医疗救助: by category, inpatient and outpatient apart, with the second tilt."""
    applies, because_off = lookup.optional("medical_aid.applies", True)
    if not applies:
        return None, Step("aid.outside", 0, (), because_off)
    visit = lookup.axes["visit_kind"]
    grounds: tuple[Because, ...] = ()
    for kind in ("inpatient", "outpatient"):
        kinds, because_kinds = lookup.held(f"medical_aid.{kind}.visit_kinds")
        if visit in kinds:
            break
        grounds += because_kinds
    else:
        return None, Step("aid.outside", 0, (), grounds)
    prefix = f"medical_aid.{kind}"
    slices, because_rate = lookup.slices(f"{prefix}.rate")
    threshold, because_tilt = lookup.optional("medical_aid.tilt.threshold", None)
    scale = Scale(slices)
    if scale.is_zero and threshold is None:
        return None, Step("aid.outside", 0, (), because_rate)
    base, because_base = lookup.held(f"{prefix}.base")
    deductible, because = lookup.held(f"{prefix}.deductible")
    period, because_period = lookup.optional(f"{prefix}.deductible_period", "year")
    year_limits, because_year = lookup.slices(f"{prefix}.year_limit")
    visit_limits: list[tuple[int, int, Any]] = [(0, NO_LIMIT, None)]
    because_visit: tuple[Because, ...] = ()
    if lookup.terms.has(f"{prefix}.visit_limit"):
        visit_limits, because_visit = lookup.slices(f"{prefix}.visit_limit")
    shared, because_shared = lookup.limit("medical_aid.year_limit", is_optional=True)
    tilt_scale, tilt_limit = None, NO_LIMIT
    if threshold is not None:
        tilt_slices, ground = lookup.slices("medical_aid.tilt.rate")
        tilt_scale = Scale(tilt_slices)
        tilt_limit, because_limit = lookup.limit("medical_aid.tilt.year_limit")
        because_tilt += ground + because_limit
    # Without a deductible and with one rate the year does not matter: each visit is computed by itself.
    is_yearly = period == "year" and (bool(deductible) or len(slices) > 1)
    route = AidRoute(
        kind,
        frozenset(base),
        frozenset(base) == ALL_LEFT,
        deductible or 0,
        is_yearly,
        scale,
        _limits(year_limits),
        _limits(visit_limits),
        shared,
        because_base,
        because + because_period + because_rate + because_year + because_visit + because_shared,
        threshold or 0,
        tilt_scale,
        tilt_limit,
        because_tilt,
    )
    return route, None


def _limits(slices: list[tuple[int, int, Any]]) -> tuple[tuple[int, int, int], ...]:
    return tuple((lo, hi, NO_LIMIT if limit is None else limit) for lo, hi, limit in slices)

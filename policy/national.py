"""The terms that the law itself gives, whatever an area has set: relief for the poor, and care of the referred poor.

Pure Python over the catalogue. A parameter names in `gives` the term it becomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from policy.law import Catalogue, Parameter, Value, catalogue
from policy.term_keys import FILINGS, KEYS, STATUSES
from policy.terms import Citation, Origin, Row, Table, Term, Terms

# A flag of the law that concerns the referred poor: term → the filings it speaks of.
REFERRALS = {
    "basic.inpatient.referral_carry": ("in_province_referred", "referred"),
    "out_of_area.as_at_home": ("in_province_referred",),
}


def national_terms(on: date, law: Catalogue | None = None) -> list[Term]:
    """The terms that the nation gives on a day, each with its citation."""
    return list(given_terms(law or catalogue(), on).values())


def resolve(
    area_code: str,
    on: date,
    local: Iterable[Term],
    *,
    province: Iterable[Term] = (),
    province_code: str = "",
    law: Catalogue | None = None,
) -> Terms:
    """Nation → province's letter → province's set → pooling area; a right the law gives is joined, not overridden."""
    law = law or catalogue()
    given = given_terms(law, on)
    if province_code:
        given |= given_terms(law, on, province_code)
    return Terms.resolve(area_code, on, given.values(), merge(given, province), merge(given, local))


def given_terms(law: Catalogue, on: date, province_code: str = "") -> dict[str, Term]:
    """Terms the nation gives on a day, or with `province_code` those that province's letter gives."""
    terms = {}
    for parameter in law.parameters.values():
        if parameter.area != province_code:
            continue
        for name in parameter.gives:
            value = law.find(parameter.key, on)
            if value is None:
                continue
            given = _value(law, parameter, name, value, on)
            if given is not None:
                terms[name] = Term(name, given, KEYS[name].unit, (citation(value, parameter),))
    return terms


def citation(value: Value, parameter: Parameter) -> Citation:
    """Where a value of the law stands."""
    origin: Origin = "province" if parameter.area else "national"
    return Citation(value.document or value.local, value.clause, value.words, origin)


def _value(law: Catalogue, parameter: Parameter, name: str, value: Value, on: date) -> Any:
    if name not in REFERRALS:
        return value.value
    poor = law.find("poverty.rural_poor", on)
    if poor is None or value.value is not True:
        return None
    return table_of({(filing, status) for filing in REFERRALS[name] for status in poor.value})


def merge(given: Mapping[str, Term], local: Iterable[Term]) -> list[Term]:
    """Local terms, but where the law gives a right to the referred poor, that right is joined to the area's own table."""
    merged = []
    for term in local:
        law_term = given.get(term.name)
        if term.name in REFERRALS and law_term is not None:
            cells = true_cells(law_term.value) | true_cells(term.value)
            citations = (*law_term.citations, *term.citations)
            merged.append(Term(term.name, table_of(cells), term.unit, citations))
        else:
            merged.append(term)
    return merged


def true_cells(value: Any) -> set[tuple[str, str]]:
    """The (filing, status) pairs for which a flag, or a table of flags, is yes."""
    cells = [(filing, status) for filing in FILINGS for status in STATUSES]
    if not isinstance(value, Table):
        return set(cells) if value else set()
    found = set()
    for filing, status in cells:
        rows = value.matching({"filing": filing, "status": status})
        if any(value.rows[number].value for number in rows):
            found.add((filing, status))
    return found


def table_of(cells: set[tuple[str, str]]) -> Table:
    """A table of flags with exactly one row for each pair: one yes-row and one no-row per filing."""
    rows = []
    for filing in FILINGS:
        yes = tuple(status for status in STATUSES if (filing, status) in cells)
        no = tuple(status for status in STATUSES if (filing, status) not in cells)
        if not yes or not no:
            rows.append(Row((("filing", (filing,)),), bool(yes)))
            continue
        rows.append(Row((("filing", (filing,)), ("status", yes)), True))
        rows.append(Row((("filing", (filing,)), ("status", no)), False))
    return Table(tuple(rows))

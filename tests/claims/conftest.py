"""A small office with insured people, providers of four levels, and the 示例 catalogue; the office's day is 2018-12-31."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from claims.models import Agreement, Bill, Provider
from claims.services import bills, catalogue, policies
from claims.services.bills import BillDraft
from claims.services.lines import LineDraft
from enrollment.models import Person
from enrollment.services import enrollments, persons, statuses
from tests.enrollment.conftest import id_number, key, land, office_day

__all__ = ["id_number", "key", "land", "office_day"]

LEVELS = ("township", "one", "two", "three")


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Each test has its own database rows; what the process keeps by id would point to those of another."""
    policies.forget()


@pytest.fixture
def world(land: SimpleNamespace, office_day: Any) -> SimpleNamespace:
    """The land with a claims clerk, a reviewer, providers, the catalogue and a maker of insured people and bills."""
    office_day("2017-12-01")
    land.claims_clerk = land.make_clerk("claims", "230803", "claims_clerk", "window_clerk")
    land.city_claims = land.make_clerk("city_claims", "230800", "claims_clerk", "provider_officer")
    land.sibling_claims = land.make_clerk("sibling_claims", "230804", "claims_clerk")
    catalogue.load(actor=None)
    land.providers = {
        level: _provider(f"H2308030000{place}", level, land.regions["230803"]) for place, level in enumerate(LEVELS)
    }
    land.away = _provider("H13040000000", "three", land.regions["130400"])
    serials = iter(range(1, 400))

    def insured(name: str = "李大海", *held: str, category: str = "adult", region: Any = None) -> Person:
        today = office_day("2017-12-01")
        person = persons.register(
            actor=land.city_clerk,
            name=name,
            id_kind="01",
            id_number=id_number(serial=next(serials)),
            region=region or land.village,
        )
        enrollments.enroll(actor=land.city_clerk, person=person, year=2018, category=category, registered_on=today)
        for status in held:
            statuses.grant(
                actor=land.city_clerk, person=person, category=status, starts_on=date(2018, 1, 1), source="名单"
            )
        office_day("2018-12-31")
        return person

    numbers = iter(range(1, 10_000))

    def draft(
        person: Person, in_scope: str = "10000.00", level: str = "two", day: str = "2018-03-10", **more: Any
    ) -> BillDraft:
        """A stay whose whole cost is in scope: beds of class 甲 below the price cap, billed in fen."""
        on = date.fromisoformat(day)
        values: dict[str, Any] = {
            "person_id": person.pk,
            "provider_id": land.providers[level].pk,
            "hospital_number": f"ZY{next(numbers):06d}",
            "visit_kind": "inpatient",
            "admitted_on": on,
            "discharged_on": on,
            "diagnosis_code": "I10.x00",
            "lines": [LineDraft("S0014", Decimal(in_scope), Decimal("1.00"))],
        }
        return BillDraft(**{**values, **more})

    def bill(person: Person, *arguments: Any, **more: Any) -> Bill:
        return bills.enter(draft(person, *arguments, **more), actor=land.city_claims, key=uuid4())

    land.insured, land.draft, land.bill = insured, draft, bill
    office_day("2018-12-31")
    return land


def _provider(code: str, level: str, region: Any) -> Provider:
    provider = Provider.everywhere.create(code=code, name=f"示例{level}医院", level=level, region=region)
    Agreement.everywhere.create(provider=provider, starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31))
    return provider


@pytest.fixture
def settled(world: SimpleNamespace) -> Callable[..., Any]:
    """Enter and settle one stay: settled(person, "10000.00", "two", "2018-03-10")."""
    from claims.services import settlements

    def make(person: Person, *arguments: Any, **more: Any) -> Any:
        return settlements.settle(world.bill(person, *arguments, **more), actor=world.city_claims, key=uuid4())

    return make

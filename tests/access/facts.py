"""Makes people, dues, bills, settlements and standards in a given area: what business addresses point to."""

import secrets as random
from collections.abc import Mapping
from datetime import date
from typing import Any

from claims.models import Bill, CatalogueItem, Provider, Settlement
from claims.services.figures import AMOUNTS
from core import clock, secrets
from enrollment.models import Due, Enrollment, HardshipStatus, Household, PaymentDifference, Person
from office.models import User
from policy.models import LocalPolicySet, NationalValue, TermsSnapshot
from policy.terms import Terms
from tests.access.records import batch
from tests.access.walk import CANARY, World

NEW_YEAR, YEAR_END = date(2018, 1, 1), date(2018, 12, 31)


def _person(world: World, area: str) -> Person:
    """A person whose document number is the canary: no page may show it."""
    return Person.everywhere.create(
        name="甲某",
        pinyin="jiamou",
        sex="1",
        birth_on=date(1980, 1, 1),
        id_cipher=secrets.encrypt(CANARY),
        id_index=random.token_bytes(32),
        id_last4=CANARY[-4:],
        region=world.areas[area],
    )


def person(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A person of the register by number."""
    made = _person(world, area)
    _enrollment(world, area, made)
    return {"number": made.number}


def _enrollment(world: World, area: str, insured: Person) -> Enrollment:
    return Enrollment.everywhere.create(
        person=insured,
        year=2018,
        period=201801,
        category="adult",
        proof="household_register",
        pooling_area=world.areas[area],
        region=world.areas[area],
        starts_on=NEW_YEAR,
        ends_on=YEAR_END,
        benefits_start_on=NEW_YEAR,
        source="counter",
        registered_on=NEW_YEAR,
    )


def enrollment(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An enrolment."""
    return {"pk": _enrollment(world, area, _person(world, area)).pk}


def due(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An open due."""
    insured = _person(world, area)
    made = Due.everywhere.create(
        enrollment=_enrollment(world, area, insured),
        person=insured,
        year=2018,
        pooling_area=world.areas[area],
        region=world.areas[area],
        period=201801,
        category="adult",
        standard_fen=22000,
        personal_fen=22000,
        worked_out_on=NEW_YEAR,
    )
    return {"pk": made.pk}


def status(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A hardship status."""
    made = HardshipStatus.everywhere.create(
        person=_person(world, area),
        category="destitute",
        starts_on=NEW_YEAR,
        region=world.areas[area],
        pooling_area=world.areas[area],
        period=201801,
        source="民政",
    )
    return {"pk": made.pk}


def household(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A household with its head."""
    head = _person(world, area)
    made = Household.everywhere.create(region=world.areas[area], book_number=random.token_hex(8), head=head)
    made.members.create(person=head, relation="head", starts_on=NEW_YEAR)
    return {"number": made.number}


def difference(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A row of a payment file that the register does not confirm."""
    made = PaymentDifference.everywhere.create(
        batch_id=batch(world, area, person)["pk"],
        row_number=1,
        kind="unknown_person",
        name="甲某",
        id_last4=CANARY[-4:],
        year=2018,
        amount_fen=22000,
        paid_on=NEW_YEAR,
        receipt="P1",
        region=world.areas[area],
        pooling_area=world.areas[area],
    )
    return {"pk": made.pk}


def _provider(world: World, area: str) -> Provider:
    found, _made = Provider.everywhere.get_or_create(
        code=f"H{world.areas[area].code}00001",
        defaults={"name": "医院", "level": "two", "region": world.areas[area]},
    )
    return found


def provider(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A provider by code."""
    return {"code": _provider(world, area).code}


def item(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An item of the catalogue."""
    made, _made = CatalogueItem.everywhere.get_or_create(code="S0001", defaults={"name": "检查", "kind": "service"})
    return {"code": made.code}


def _bill(world: World, area: str, state: str = "waiting") -> Bill:
    insured = _person(world, area)
    return Bill.everywhere.create(
        number=f"DJ2018{int.from_bytes(random.token_bytes(4), 'big'):010d}",
        person=insured,
        provider=_provider(world, area),
        hospital_number=random.token_hex(8),
        visit_kind="inpatient",
        admitted_on=NEW_YEAR,
        discharged_on=NEW_YEAR,
        diagnosis_code="I10.x00",
        total_fen=10000,
        full_self_fen=0,
        over_limit_fen=0,
        first_self_fen=0,
        in_scope_fen=10000,
        year=2018,
        period=201801,
        region=world.areas[area],
        pooling_area=world.areas[area],
        state=state,
        entered_by=world.others[area],
        recorded_at=clock.now(),
    )


def bill(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A bill that waits to be settled."""
    return {"number": _bill(world, area).number}


def _snapshot(world: World, area: str) -> TermsSnapshot:
    return TermsSnapshot.everywhere.create(
        digest=random.token_hex(32),
        area_code=world.areas[area].code,
        on=NEW_YEAR,
        content=Terms(world.areas[area].code, NEW_YEAR, {}).to_json(),
    )


def snapshot(world: World, area: str, person: User) -> Mapping[str, Any]:
    """Stored terms of the area."""
    return {"digest": _snapshot(world, area).digest}


def settlement(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A settled bill."""
    settled = _bill(world, area, "settled")
    amounts = dict.fromkeys(AMOUNTS, 0) | {"total_fen": 10000, "in_scope_fen": 10000, "personal_fen": 10000}
    made = Settlement.everywhere.create(
        number=f"JS2018{int.from_bytes(random.token_bytes(4), 'big'):010d}",
        kind="settlement",
        bill=settled,
        person=settled.person,
        provider=settled.provider,
        year=2018,
        sequence=1,
        settled_on=NEW_YEAR,
        period=201801,
        region=world.areas[area],
        pooling_area=world.areas[area],
        visit_kind="inpatient",
        level="two",
        is_local=True,
        status="none",
        snapshot=_snapshot(world, area),
        settled_by=world.others[area],
        recorded_at=clock.now(),
        facts={
            "visit_kind": "inpatient",
            "level": "two",
            "amounts": [0, 0, 0, 10000],
            "category": "adult",
            "filing": "local",
            "admitted_on": NEW_YEAR.isoformat(),
            "discharged_on": NEW_YEAR.isoformat(),
        },
        **amounts,
    )
    return {"number": made.number}


def policy_set(world: World, area: str, person: User) -> Mapping[str, Any]:
    """A drafted local policy set."""
    made = LocalPolicySet.everywhere.create(
        region=world.areas[area],
        name="标准",
        document="文件",
        effective_on=NEW_YEAR,
        content={"area": world.areas[area].code, "effective_on": "2018-01-01", "terms": {}},
        made_by=world.others[area],
    )
    return {"pk": made.pk}


def other_set(world: World, area: str, person: User) -> Mapping[str, Any]:
    """The set that another one is compared with."""
    return {"other": policy_set(world, area, person)["pk"]}


def national_value(world: World, area: str, person: User) -> Mapping[str, Any]:
    """An entered national value; it belongs to everyone."""
    made = NationalValue.everywhere.create(
        parameter="financing.fiscal_subsidy",
        starts_on=NEW_YEAR,
        value="490.00",
        bound="floor",
        document="文件",
        words="490元",
        made_by=world.others[area],
    )
    return {"pk": made.pk}


def document(world: World, area: str, person: User) -> Mapping[str, Any]:
    """One of the six documents."""
    return {"number": "医保发〔2018〕2号"}


def parameter(world: World, area: str, person: User) -> Mapping[str, Any]:
    """One figure of the law."""
    return {"key": "financing.fiscal_subsidy"}

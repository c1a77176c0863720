"""Roles: what each may do, and which never meet in one person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.refusal import Refused
from office.models import Posting, User
from office.permissions import ADMIN_ROLES, PERMISSIONS, ROLE_CHOICES, ROLES
from office.services import accounts
from tests.office.conftest import Tree


def test_every_role_has_permissions_from_the_catalogue() -> None:
    assert set(ROLES) == {code for code, _label in ROLE_CHOICES}
    for role, granted in ROLES.items():
        assert granted, role
        assert granted <= set(PERMISSIONS), role


def test_no_administrator_reads_citizens_data() -> None:
    for role in ADMIN_ROLES:
        apps = {permission.split(".")[0] for permission in ROLES[role]}
        assert apps <= {"core", "office"}, role
        assert not ROLES[role] & {"office.search", "office.export", "office.history"}


def test_the_three_administrators_share_no_administration() -> None:
    for role in ADMIN_ROLES:
        assert len({permission for permission in ROLES[role] if permission.startswith("core.admin")}) == 1


def test_the_auditor_holds_nothing_that_writes() -> None:
    writing = {
        "register",
        "import",
        "dues",
        "payment",
        "status",
        "settle",
        "reverse",
        "catalogue",
        "provider",
        "bill_import",
        "follow",
        "post",
        "budget",
        "pay",
        "warning",
        "submit",
        "accept",
        "draft",
        "approve",
        "work",
        "jobs",
        "reveal",
    }
    assert not {permission for permission in ROLES["auditor"] if permission.split(".")[-1] in writing}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("window_clerk", "claims.settle", "claims.reverse"),
        ("enrollment_clerk", "enrollment.import", "claims.settle"),
        ("claims_clerk", "claims.reverse", "office.approve"),
        ("reviewer", "office.approve", "claims.settle"),
        ("poverty_officer", "poverty.import", "funds.view"),
        ("finance_officer", "funds.post", "enrollment.register"),
        ("provider_officer", "claims.provider", "claims.settle"),
        ("supervisor", "claims.view", "claims.settle"),
        ("analyst", "reports.submit", "reports.accept"),
        ("director", "reports.accept", "reports.submit"),
        ("policy_officer", "policy.draft", "policy.approve"),
        ("auditor", "office.history", "enrollment.register"),
        ("system_admin", "core.admin.system", "core.admin.security"),
        ("security_admin", "core.admin.security", "core.admin.audit"),
        ("audit_admin", "core.admin.audit", "core.admin.system"),
    ],
)
def test_role_may_and_may_not(tree: Tree, role: str, may: str, may_not: str) -> None:
    person = tree.person("130400", role)
    assert person.can(may)
    assert not person.can(may_not)


def test_a_role_ends_by_date_and_acts_at_the_next_request(tree: Tree) -> None:
    person = tree.person("130400", "claims_clerk")
    security = tree.person("130000", "security_admin")
    assert person.can("claims.settle")
    accounts.revoke(person.postings.get(), actor=security, on=clock.today())
    assert not User.everywhere.get(pk=person.pk).can("claims.settle")


def test_two_of_the_three_administrators_are_refused_by_service_and_database(tree: Tree) -> None:
    person = tree.person("130000", "system_admin")
    with pytest.raises(Refused, match="不能由同一人兼任"):
        accounts.grant(person, "audit_admin", starts_on=clock.today(), actor=None)
    with pytest.raises(IntegrityError, match="posting_admins_apart"), transaction.atomic():
        Posting.everywhere.create(user=person, role="audit_admin", starts_on=date(2018, 1, 1))


def test_an_administrator_does_no_business_and_an_auditor_does_not_write(tree: Tree) -> None:
    with pytest.raises(Refused):
        accounts.grant(tree.person("130000", "system_admin"), "claims_clerk", starts_on=clock.today(), actor=None)
    with pytest.raises(Refused):
        accounts.grant(tree.person("130000", "auditor"), "claims_clerk", starts_on=clock.today(), actor=None)


def test_nobody_grants_to_oneself_or_outside_the_area(tree: Tree) -> None:
    security = tree.person("130000", "security_admin")
    with pytest.raises(Refused, match="自己授权"):
        accounts.grant(security, "analyst", starts_on=clock.today(), actor=security)
    with pytest.raises(Refused, match="辖区"):
        accounts.grant(tree.person("230800"), "analyst", starts_on=clock.today(), actor=security)
    with pytest.raises(IntegrityError, match="posting_not_granted_by_oneself"), transaction.atomic():
        Posting.everywhere.create(user=security, role="analyst", starts_on=date(2018, 1, 1), granted_by=security)


def test_one_natural_person_has_one_account(tree: Tree) -> None:
    actor = tree.person("130000", "system_admin")
    office = tree.person("130400").office
    accounts.open_account(
        username="first", name="张三", office=office, actor=actor, identity_number="11010519491231002X"
    )
    with pytest.raises(Refused, match="一人一户"):
        accounts.open_account(
            username="second", name="张三", office=office, actor=actor, identity_number="11010519491231002x"
        )


def test_machine_keys_expire_and_are_revoked(tree: Tree) -> None:
    actor = tree.person("130000", "system_admin")
    machine, _none = accounts.open_account(
        username="his", name="医院", office=tree.person("130400").office, actor=actor, is_machine=True
    )
    key = accounts.issue_token(machine, label="HIS", expires_on=clock.today() + timedelta(days=1), actor=actor)
    token = accounts.active_token(key)
    assert token is not None
    assert key not in token.digest
    accounts.revoke_token(token, actor=actor)
    assert accounts.active_token(key) is None
    late = accounts.issue_token(machine, label="HIS", expires_on=clock.today() - timedelta(days=1), actor=actor)
    assert accounts.active_token(late) is None
    with pytest.raises(Refused):
        accounts.issue_token(tree.person("130400"), label="x", expires_on=clock.today(), actor=actor)

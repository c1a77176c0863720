"""Four eyes: the maker never decides, and a decision holds for what was shown."""

import pytest
from django.db import IntegrityError, connection, transaction

from core.refusal import Conflict, Refused
from office.models import Approval, Office, User
from office.services import approvals
from tests.office.conftest import Tree

decided: list[tuple[str, str]] = []


def _content(office: Office) -> dict[str, str]:
    return {"名称": office.name}


approvals.register(
    "test.rename",
    "机构更名",
    "office.approve",
    on_approved=lambda obj, approval, actor: decided.append(("approved", obj.name)),
    on_refused=lambda obj, approval, actor: decided.append(("refused", obj.name)),
    load=lambda pk: Office.everywhere.get(pk=pk),
    content=_content,
)


@pytest.fixture
def maker(tree: Tree) -> User:
    decided.clear()
    return tree.person("130400", "claims_clerk")


@pytest.fixture
def approval(maker: User) -> Approval:
    return approvals.request("test.rename", maker.office, _content(maker.office), actor=maker, amount_fen=100)


def test_another_person_approves_once(tree: Tree, maker: User, approval: Approval) -> None:
    checker = tree.person("130400", "reviewer")
    approvals.decide(approval, True, actor=checker)
    assert decided == [("approved", maker.office.name)]
    with pytest.raises(Conflict):
        approvals.decide(approval, True, actor=checker)
    assert len(decided) == 1


def test_the_maker_is_refused_by_the_service(tree: Tree) -> None:
    both = tree.person("130400", "claims_clerk", "reviewer")
    approval = approvals.request("test.rename", both.office, _content(both.office), actor=both)
    with pytest.raises(Refused, match="自己提交"):
        approvals.decide(approval, True, actor=both)


def test_the_maker_is_refused_by_the_database(maker: User, approval: Approval) -> None:
    with (
        pytest.raises(IntegrityError, match="approval_maker_is_not_checker"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE office_approval SET checker_id = maker_id, state = 'approved', decided_at = now() WHERE id = %s",
            [approval.pk],
        )


def test_an_edit_after_the_request_voids_it(tree: Tree, maker: User, approval: Approval) -> None:
    maker.office.name = "改过的名称"
    maker.office.save()
    after = approvals.decide(approval, True, actor=tree.person("130400", "reviewer"))
    assert after.state == Approval.State.VOID
    assert decided == []


def test_without_the_permission_or_outside_the_area_is_refused(tree: Tree, approval: Approval) -> None:
    for person in (
        tree.person("130400", "window_clerk"),
        tree.person("230800", "reviewer"),
        tree.person("130402", "reviewer"),
    ):
        with pytest.raises(Refused):
            approvals.decide(approval, True, actor=person)
    assert decided == []


def test_sending_back_needs_a_reason_and_tells_the_maker(tree: Tree, maker: User, approval: Approval) -> None:
    checker = tree.person("130400", "reviewer")
    with pytest.raises(Refused):
        approvals.decide(approval, False, actor=checker, reason="  ")
    approvals.decide(approval, False, actor=checker, reason="附件不全")
    assert decided == [("refused", maker.office.name)]
    assert "附件不全" in maker.notices.get().text


def test_one_waiting_request_for_one_matter(maker: User, approval: Approval) -> None:
    with pytest.raises(Refused, match="已在审批中"):
        approvals.request("test.rename", maker.office, _content(maker.office), actor=maker)
    approvals.withdraw(approval, actor=maker)
    assert approvals.request("test.rename", maker.office, _content(maker.office), actor=maker).state == "waiting"

"""Work items and the calendar their limits are counted on."""

from datetime import date

import pytest

from core.refusal import Refused
from office import workdays
from office.models import Holiday, WorkItem
from office.selectors import waiting
from office.services import reference_files, work
from tests.office.conftest import Tree


@pytest.fixture
def calendar(db: None) -> None:
    reference_files.load_holidays()


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2018, 9, 28), 1, date(2018, 9, 29)),  # a Saturday that is worked
        (date(2018, 9, 30), 1, date(2018, 10, 8)),  # over the national holiday
        (date(2018, 10, 8), -1, date(2018, 9, 30)),
        (date(2018, 12, 28), 1, date(2018, 12, 29)),
        (date(2018, 12, 29), 1, date(2019, 1, 2)),
        (date(2018, 10, 1), 0, date(2018, 10, 8)),
        (date(2018, 7, 11), 5, date(2018, 7, 18)),
    ],
)
def test_working_days(start: date, days: int, end: date) -> None:
    assert workdays.add(start, days) == end
    if days > 0:
        assert workdays.between(start, end) == days


@pytest.mark.usefixtures("calendar")
def test_holidays_load_once_and_are_marked() -> None:
    assert reference_files.load_holidays() == 0
    assert not Holiday.everywhere.filter(is_unconfirmed=False).exists()


def test_the_same_key_is_the_same_item(tree: Tree) -> None:
    first = work.open(
        "test.call", "p1", title="电话回访", region=tree["130402"], permission="poverty.follow", due_days=3
    )
    assert (
        work.open("test.call", "p1", title="电话回访", region=tree["130402"], permission="poverty.follow").pk
        == first.pk
    )
    assert work.close("test.call", "p1", actor=None, outcome="已联系").state == WorkItem.State.DONE
    assert work.close("test.call", "p1", actor=None, outcome="已联系") is None
    assert (
        work.open("test.call", "p1", title="电话回访", region=tree["130402"], permission="poverty.follow").state
        == "done"
    )
    assert (
        work.open(
            "test.call", "p1", title="再访", region=tree["130402"], permission="poverty.follow", reopen=True
        ).state
        == "open"
    )


def test_items_wait_for_the_area_and_the_permission(tree: Tree) -> None:
    work.open("test.call", "p1", title="电话回访", region=tree["130402"], permission="poverty.follow")
    assert waiting.open_work(tree.person("130402", "poverty_officer")).count() == 1
    assert waiting.open_work(tree.person("130400", "poverty_officer")).count() == 1
    assert waiting.open_work(tree.person("130403", "poverty_officer")).count() == 0
    assert waiting.open_work(tree.person("130402", "window_clerk")).count() == 0


def test_one_person_takes_an_item(tree: Tree) -> None:
    item = work.open("test.call", "p1", title="电话回访", region=tree["130402"], permission="poverty.follow")
    first, second = tree.person("130402", "poverty_officer"), tree.person("130402", "poverty_officer")
    work.take(item, actor=first)
    with pytest.raises(Refused, match="已由"):
        work.take(item, actor=second)
    assert waiting.open_work(second).count() == 0
    work.give_back(item, actor=first)
    assert work.take(item, actor=second).assignee == second

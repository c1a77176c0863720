"""Serial numbers: unique under two threads, and no thread waits for the other's transaction."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from core.refusal import Refused
from office.services import numbering
from tests.office.conftest import Tree

DAY = date(2018, 12, 31)


@pytest.mark.django_db
def test_shape_and_order() -> None:
    first, second = numbering.next("settlement", None, DAY), numbering.next("settlement", None, DAY)
    assert first.startswith("JS201812")
    assert first < second
    assert len(first) == 14
    block = numbering.block("settlement", None, DAY, 100)
    assert len(set(block)) == 100
    assert block == sorted(block)
    assert second < block[0]


def test_kinds_with_a_region_ask_for_it(tree: Tree) -> None:
    assert numbering.next("submission", tree["130400"], DAY).startswith("BS130400201812")
    with pytest.raises(Refused):
        numbering.next("submission", None, DAY)


@pytest.mark.django_db
def test_every_kind_has_its_sequence() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE sequencename LIKE 'office_number_%'")
        assert {row[0] for row in cursor.fetchall()} == {numbering.sequence(kind) for kind in numbering.KINDS}


@pytest.mark.django_db(transaction=True)
def test_two_threads_draw_at_once_without_waiting_or_repeating() -> None:
    drawn: list[str] = []
    both_inside = threading.Barrier(2, timeout=20)

    def draw() -> None:
        try:
            with transaction.atomic():
                drawn.extend(numbering.block("bill", None, DAY, 500))
                # Both hold an open transaction here: a counter row would have blocked one of them.
                both_inside.wait()
                drawn.extend(numbering.block("bill", None, DAY, 500))
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(drawn) == len(set(drawn)) == 2000

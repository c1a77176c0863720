"""Transactional tests leave nothing behind, though the app role itself may not truncate."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_row_is_gone_for_the_next_test(turn: int) -> None:
    assert not Session.objects.exists()
    Session.objects.create(session_key=f"turn{turn}", session_data="", expire_date=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_content_type")
        assert cursor.fetchone()[0] > 0

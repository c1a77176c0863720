"""Terms are worked out once for each stretch of days without a change; no day may get another day's terms."""

from datetime import date, timedelta

import pytest

from office.models import Region
from policy.selectors import revision, stretches
from policy.selectors.terms import _resolve, terms_for
from tests.enrollment.conftest import key, land, office_day

__all__ = ["key", "land", "office_day"]


@pytest.mark.django_db
@pytest.mark.parametrize("year", [2018, 2019])
def test_every_day_has_its_own_terms(land: object, year: int) -> None:
    stretches.forget()
    area = Region.everywhere.get(code="230800")
    firsts, digests = set(), set()
    with revision.one_reading():
        for offset in range(365):
            day = date(year, 1, 1) + timedelta(days=offset)
            first = stretches.first_day_alike(area, day)
            assert first <= day
            firsts.add(first)
            found = terms_for(area, day)
            assert found.on == day
            assert found.digest == _resolve(area, day, None).digest, day
            digests.add(found.digest)
    assert len(firsts) < 60
    # 医保发〔2018〕18号 changes terms in the middle of a year; the control that a change is seen at all.
    assert len(digests) >= (2 if year == 2018 else 1)


@pytest.mark.django_db
def test_a_stretch_costs_one_resolution(land: object, django_assert_max_num_queries: object) -> None:
    stretches.forget()
    area = Region.everywhere.get(code="230800")
    first = stretches.first_day_alike(area, date(2018, 11, 20))
    terms_for(area, first)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        later = terms_for(area, date(2018, 11, 20))
    assert later.terms is terms_for(area, first).terms

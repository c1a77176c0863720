"""Terms are resolved once for each stretch of days without a change; no day may get another day's terms."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from claims.services import policies
from policy.selectors.terms import terms_for


@pytest.mark.django_db
@pytest.mark.parametrize("year", [2018, 2019])
def test_every_day_has_its_own_terms(world: SimpleNamespace, year: int) -> None:
    stretches = set()
    for offset in range(365):
        day = date(year, 1, 1) + timedelta(days=offset)
        first = policies.first_day_alike(day)
        stretches.add(first)
        assert first <= day
        assert policies.terms_for(world.city.pk, day).digest == terms_for(world.city, day).digest, day
    assert len(stretches) < 60
    # 医保发〔2018〕18号 changes terms in the middle of a year; the control that a change is seen at all.
    digests = {policies.terms_for(world.city.pk, first).digest for first in stretches}
    assert len(digests) >= (2 if year == 2018 else 1)

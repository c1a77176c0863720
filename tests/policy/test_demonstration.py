"""The sets that come with the system, on the regions that come with it."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from office.selectors import regions
from policy import selectors, vocabulary
from policy.models import LocalPolicySet, PolicyFinding
from policy.term_keys import KEYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(settings: Any) -> None:
    settings.OFFICE_DATE = date(2018, 12, 31)
    call_command("load_regions", "--demonstration")
    call_command("load_local_sets")


def test_every_set_loads_and_jiamusi_has_exactly_three_findings(loaded: None) -> None:
    assert LocalPolicySet.everywhere.filter(state="approved").count() == len(list(vocabulary.LOCAL_SETS.glob("*.yaml")))
    rows = PolicyFinding.everywhere.filter(policy_set__region__code="230800").values_list("parameter", flat=True)
    assert sorted(rows) == ["critical_illness.relief_rate_points", "financing.fiscal_subsidy", "financing.individual"]


def test_each_area_of_the_demonstration_has_all_it_needs_in_2018(loaded: None) -> None:
    for code in ("230800", "130400", "130682", "130181", "133100"):
        terms = selectors.terms_for(regions.by_code(code), date(2018, 11, 1))
        missing = [name for name, key in KEYS.items() if key.is_supported and not key.absent and not terms.has(name)]
        assert missing == [], code

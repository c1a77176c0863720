"""The tree by date: who lies in whose area, who pools with whom."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.refusal import Refused
from office.models import Region, RegionAttribute, RegionLink
from office.selectors import regions
from office.services import region_files
from office.services import regions as changes
from tests.office.conftest import Tree

DAY = date(2018, 12, 31)


def codes(staff) -> set[str]:
    return set(Region.objects.visible_to(staff).values_list("code", flat=True))


def test_city_sees_its_own_and_nothing_else(tree: Tree) -> None:
    assert codes(tree.person("130400", "analyst")) == {"130400", "130402", "130403", "130402001"}


def test_dingzhou_is_seen_by_the_province_and_not_by_baoding(tree: Tree) -> None:
    assert {"130682", "130682001"} <= codes(tree.person("130000", "analyst"))
    assert codes(tree.person("130600", "analyst")) == {"130600"}
    assert codes(tree.person("130682", "analyst")) == {"130682", "130682001"}


def test_administrative_parent_stays_baoding(tree: Tree) -> None:
    dingzhou = tree["130682"]
    assert regions.parent(dingzhou, DAY).code == "130600"
    assert regions.reporting_parent(dingzhou, DAY).code == "130000"


def test_before_a_reporting_link_begins_the_administrative_parent_sees_it(tree: Tree) -> None:
    link = RegionLink.everywhere.get(kind="reporting")
    link.starts_on = date(2013, 6, 1)
    link.save()
    changes.rebuild_closure()
    before, after = date(2013, 5, 31), date(2013, 6, 1)
    assert "130682" in set(regions.descendants(tree["130600"], before).values_list("code", flat=True))
    assert "130682" not in set(regions.descendants(tree["130600"], after).values_list("code", flat=True))
    assert "130682" in set(regions.descendants(tree["130000"], before).values_list("code", flat=True))


def test_the_nation_needs_no_filter_and_nobody_without_an_office_sees_anything(tree: Tree) -> None:
    assert codes(tree.person("000000", "analyst")) == set(tree.regions)
    assert codes(tree.person(None, "analyst")) == set()
    closed = tree.person("130400", "analyst")
    closed.office.is_open = False
    closed.office.save()
    assert codes(type(closed).everywhere.get(pk=closed.pk)) == set()


def test_county_moves_on_a_day(tree: Tree, settings) -> None:
    actor = tree.person("000000", "system_admin")
    changes.move(
        tree["130403"],
        kind="administrative",
        parent=tree["130600"],
        on=date(2018, 7, 1),
        actor=actor,
        document="冀政函〔2018〕1号",
    )
    handan, baoding = tree.person("130400", "analyst"), tree.person("130600", "analyst")
    settings.OFFICE_DATE = date(2018, 6, 30)
    assert "130403" in codes(handan)
    assert "130403" not in codes(baoding)
    settings.OFFICE_DATE = date(2018, 7, 1)
    assert "130403" not in codes(handan)
    assert "130403" in codes(baoding)


def test_move_under_oneself_is_refused(tree: Tree) -> None:
    with pytest.raises(Refused):
        changes.move(tree["130400"], kind="administrative", parent=tree["130402"], on=DAY, actor=None, document="x")


def test_two_parents_on_one_day_are_refused_by_the_database(tree: Tree) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        tree.link("administrative", "130402", "130600", starts_on=date(2018, 1, 1))


def test_pooling_area_is_the_nearest_above(tree: Tree) -> None:
    assert regions.pooling_area(tree["130402001"], DAY).code == "130400"
    assert regions.pooling_area(tree["130682001"], DAY).code == "130682"
    with pytest.raises(Refused):
        regions.pooling_area(tree["130600"], DAY)


def test_pooling_moves_from_county_to_city_by_date(tree: Tree) -> None:
    tree.link("pooling", "130402", "130402", ends_on=date(2017, 12, 31))
    changes.rebuild_closure()
    village = tree["130402001"]
    assert regions.pooling_area(village, date(2017, 12, 31)).code == "130402"
    assert regions.pooling_area(village, date(2018, 1, 1)).code == "130400"
    assert regions.pooling_map(DAY, [village.pk]) == {village.pk: tree["130400"].pk}


def test_attribute_comes_from_above_and_ends_by_date(tree: Tree) -> None:
    changes.set_attribute(
        tree["130000"], name="region_class", value="东部", on=date(2007, 1, 1), document="医保发〔2018〕2号", actor=None
    )
    changes.set_attribute(
        tree["130000"], name="region_class", value="中部", on=date(2019, 1, 1), document="医保发〔2018〕2号", actor=None
    )
    assert regions.attribute(tree["130402"], "region_class", DAY) == "东部"
    assert regions.attribute(tree["130402"], "region_class", date(2019, 1, 1)) == "中部"
    assert regions.attribute(tree["130402"], "region_class", DAY, inherited=False) is None


@pytest.mark.django_db
def test_shipped_files_load_and_a_second_load_changes_nothing() -> None:
    first = region_files.load(demonstration=True)
    assert Region.everywhere.filter(level="province").count() == 32
    assert Region.everywhere.filter(level="village", code__startswith="2308").count() == 72
    assert first.regions > 250
    second = region_files.load(demonstration=True)
    assert (second.regions, second.links, second.attributes) == (0, 0, 0)
    xiongan = regions.by_code("133100")
    assert regions.pooling_area(xiongan, DAY) == xiongan
    # What no document at hand confirms is marked, every value names a document.
    assert not RegionAttribute.everywhere.filter(document="").exists()
    assert RegionAttribute.everywhere.filter(name="subsidy_tier", is_unconfirmed=False).count() == 0


@pytest.mark.django_db
def test_production_load_has_no_made_up_villages() -> None:
    region_files.load()
    assert not Region.everywhere.filter(is_demonstration=True).exists()
    assert not Region.everywhere.filter(level="village").exists()


@pytest.mark.django_db
def test_each_region_has_one_pooling_area_or_none_a_day() -> None:
    from office.models import RegionClosure

    region_files.load(demonstration=True)
    rows = list(
        RegionClosure.everywhere.filter(regions.covering(DAY), kind="pooling").values_list("descendant_id", flat=True)
    )
    assert len(rows) == len(set(rows)) > 150

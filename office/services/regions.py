"""Changing the tree of regions, and keeping the closure that scope and sums read."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from core import audit
from core.refusal import Refused
from office.models import Region, RegionAttribute, RegionClosure, RegionLink, User
from office.selectors import regions

# Each relation is unrolled upwards in SQL: spans of days are intersected along the way, so that a county which moves
# from one city to another in March belongs to the first until February and to the second from March.
_UNROLL = """
WITH RECURSIVE edge(child_id, parent_id, span) AS ({edges}),
up(descendant_id, ancestor_id, depth, span) AS (
    SELECT id, id, 0, daterange(starts_on, ends_on, '[]') FROM office_region
    UNION ALL
    SELECT up.descendant_id, edge.parent_id, up.depth + 1, up.span * edge.span
    FROM up JOIN edge ON edge.child_id = up.ancestor_id AND up.span && edge.span
    WHERE up.depth < 12
)
INSERT INTO office_regionclosure (kind, ancestor_id, descendant_id, depth, starts_on, ends_on)
SELECT %s, ancestor_id, descendant_id, depth, lower(span), upper(span) - 1 FROM up
"""

_PLAIN_EDGES = """
    SELECT child_id, parent_id, daterange(starts_on, ends_on, '[]') FROM office_regionlink WHERE kind = '{kind}'
"""

# Scope follows the reporting link on the days when there is one, and the administrative link on all others.
_SCOPE_EDGES = """
    SELECT child_id, parent_id, daterange(starts_on, ends_on, '[]') FROM office_regionlink WHERE kind = 'reporting'
    UNION ALL
    SELECT link.child_id, link.parent_id, unnest(
        datemultirange(daterange(link.starts_on, link.ends_on, '[]'))
        - coalesce((SELECT range_agg(daterange(other.starts_on, other.ends_on, '[]')) FROM office_regionlink other
                    WHERE other.kind = 'reporting' AND other.child_id = link.child_id), '{}'::datemultirange))
    FROM office_regionlink link WHERE link.kind = 'administrative'
"""

# The nearest administrative ancestor (or the region itself) with a pooling link on that day decides.
_POOLING = """
WITH candidate AS (
    SELECT up.descendant_id, link.parent_id AS area_id, up.depth,
           daterange(up.starts_on, up.ends_on, '[]') * daterange(link.starts_on, link.ends_on, '[]') AS span
    FROM office_regionclosure up
    JOIN office_regionlink link ON link.kind = 'pooling' AND link.child_id = up.ancestor_id
         AND daterange(up.starts_on, up.ends_on, '[]') && daterange(link.starts_on, link.ends_on, '[]')
    WHERE up.kind = 'administrative'
), nearest AS (
    SELECT descendant_id, area_id, depth, unnest(
        datemultirange(span)
        - coalesce((SELECT range_agg(nearer.span) FROM candidate nearer
                    WHERE nearer.descendant_id = candidate.descendant_id AND nearer.depth < candidate.depth),
                   '{}'::datemultirange)) AS span
    FROM candidate
)
INSERT INTO office_regionclosure (kind, ancestor_id, descendant_id, depth, starts_on, ends_on)
SELECT 'pooling', area_id, descendant_id, CASE WHEN area_id = descendant_id THEN 0 ELSE depth END,
       lower(span), upper(span) - 1
FROM nearest
"""


@transaction.atomic
def rebuild_closure() -> int:
    """Write the four closures anew from the links; returns the number of rows.

    Takes a lock so that two rebuilds do not interleave; readers go on with the old rows until the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('office.regions.closure'))")
        RegionClosure.everywhere.all().delete()
        for kind in ("administrative", "reporting"):
            cursor.execute(_UNROLL.format(edges=_PLAIN_EDGES.format(kind=kind)), [kind])
        cursor.execute(_UNROLL.replace("{edges}", _SCOPE_EDGES), ["scope"])
        cursor.execute(_POOLING)
    return RegionClosure.everywhere.count()


def pinyin(name: str) -> str:
    """The sort key of a Chinese name: its syllables without tones."""
    return " ".join(lazy_pinyin(name))[:200]


@transaction.atomic
def add(
    *, code: str, name: str, level: str, parent: Region | None, starts_on: date, actor: User | None, full_name: str = ""
) -> Region:
    """Register a region under its administrative parent; refuses a code in use."""
    if Region.everywhere.filter(code=code).exists():
        raise Refused(_("行政区划代码 %(code)s 已登记。请核对，或修改原地区。") % {"code": code}, field="code")
    region = Region.everywhere.create(
        code=code,
        name=name,
        full_name=full_name or f"{parent.full_name if parent and parent.level != 'nation' else ''}{name}",
        level=level,
        pinyin=pinyin(name),
        starts_on=starts_on,
    )
    if parent is not None:
        RegionLink.everywhere.create(kind="administrative", child=region, parent=parent, starts_on=starts_on)
    rebuild_closure()
    audit.record(actor, "office.region.added", region)
    return region


@transaction.atomic
def move(region: Region, *, kind: str, parent: Region, on: date, actor: User | None, document: str) -> RegionLink:
    """From ``on`` the region belongs to ``parent`` in the sense of ``kind``; the earlier link ends the day before.

    Refuses a parent below the region itself and a day before the present link began.
    """
    if kind != "pooling" and regions.descendants(region, on, "administrative").filter(pk=parent.pk).exists():
        raise Refused(
            _("%(parent)s 在 %(region)s 之下，不能作为其上级。请重新选择上级。") % {"parent": parent, "region": region}
        )
    for link in RegionLink.everywhere.select_for_update(of=("self",)).filter(
        regions.covering(on), child=region, kind=kind
    ):
        if link.parent_id == parent.pk:
            raise Refused(
                _("%(region)s 在 %(on)s 已隶属于 %(parent)s。无需变更。")
                % {"region": region, "on": on, "parent": parent}
            )
        if link.starts_on >= on:
            raise Refused(
                _("原隶属关系自 %(day)s 起，变更日期须晚于这一天。请修改变更日期。") % {"day": link.starts_on}
            )
        link.ends_on = on - timedelta(days=1)
        link.save(update_fields=["ends_on"])
    link = RegionLink.everywhere.create(kind=kind, child=region, parent=parent, starts_on=on, document=document)
    rebuild_closure()
    audit.record(
        actor,
        "office.region.moved",
        region,
        reason=document,
        changes={"kind": kind, "parent": parent.code, "on": str(on)},
    )
    return link


@transaction.atomic
def set_attribute(
    region: Region,
    *,
    name: str,
    value: str,
    on: date,
    document: str,
    clause: str = "",
    actor: User | None,
    is_unconfirmed: bool = False,
) -> RegionAttribute:
    """From ``on`` the attribute has ``value``; the earlier value ends the day before."""
    for earlier in RegionAttribute.everywhere.select_for_update(of=("self",)).filter(
        regions.covering(on), region=region, name=name
    ):
        if earlier.starts_on >= on:
            raise Refused(
                _("该属性自 %(day)s 起已有取值，新值的起始日期须晚于这一天。") % {"day": earlier.starts_on},
                field="starts_on",
            )
        earlier.ends_on = on - timedelta(days=1)
        earlier.save(update_fields=["ends_on"])
    attribute = RegionAttribute.everywhere.create(
        region=region,
        name=name,
        value=value,
        starts_on=on,
        document=document,
        clause=clause,
        is_unconfirmed=is_unconfirmed,
    )
    audit.record(
        actor,
        "office.region.attribute_set",
        region,
        reason=document,
        changes={"name": name, "value": value, "on": str(on)},
    )
    return attribute

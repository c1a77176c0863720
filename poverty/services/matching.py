"""The ledger of an area held against the register: who is verified, and every miss by kind; set-based, the same again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clock
from core.ranges import on_day
from core.refusal import Refused
from enrollment.models import Person
from enrollment.services.persons import require_region
from office.models import Region, RegionClosure, User
from office.services import work
from poverty.codes import Decision, MismatchKind, MismatchState
from poverty.models import LedgerMark, LedgerMember, Mismatch
from poverty.services import granting, unreadable

WORK_KIND = "poverty.mismatch"
WORK_DAYS = 10

IN_AREA = """EXISTS (SELECT FROM office_regionclosure s WHERE s.kind = 'scope' AND s.ancestor_id = %(area)s
    AND s.descendant_id = m.region_id AND s.starts_on <= %(on)s AND (s.ends_on IS NULL OR s.ends_on >= %(on)s))"""

LISTED = """NOT m.is_struck AND EXISTS (SELECT FROM poverty_ledgermark k WHERE k.member_id = m.id AND k.withdrawn_at IS NULL
    AND k.starts_on <= %(on)s AND (k.ends_on IS NULL OR k.ends_on >= %(on)s))"""

# The number and the name must both agree; a person whom a clerk has named stays, followed into a merged record.
_VERIFY = f"""
UPDATE poverty_ledgermember t SET person_id = f.person_id FROM (
    SELECT m.id, CASE WHEN m.is_decided THEN coalesce(d.merged_into_id, m.person_id) ELSE p.id END AS person_id
    FROM poverty_ledgermember m
    LEFT JOIN enrollment_person p ON p.id_index = m.id_index AND p.merged_into_id IS NULL AND p.name = m.name
    LEFT JOIN enrollment_person d ON d.id = m.person_id
    WHERE {IN_AREA}) f
WHERE t.id = f.id AND t.person_id IS DISTINCT FROM f.person_id
"""  # noqa: S608  # statements of this module only

# One row for each listed member that does not fit: kind, the person a wrong number may mean, and where else enrolled.
_MISSES = f"""
CREATE TEMPORARY TABLE missed ON COMMIT DROP AS
SELECT m.id AS member_id, m.region_id, m.pooling_area_id,
    CASE WHEN m.person_id IS NULL THEN CASE WHEN coalesce(n.id, o.id) IS NULL THEN 'not_found' ELSE 'wrong_id' END
        WHEN p.died_on <= %(on)s THEN 'dead' WHEN p.employee_insured_from_on <= %(on)s THEN 'employee_insured'
        WHEN e.id IS NULL THEN 'not_enrolled' ELSE 'enrolled_elsewhere' END AS kind,
    CASE WHEN m.person_id IS NULL THEN coalesce(n.id, o.id) END AS candidate_id,
    CASE WHEN m.person_id IS NOT NULL THEN coalesce(a.name, '') WHEN n.id IS NOT NULL THEN %(same_number)s
        WHEN o.id IS NOT NULL THEN %(other_number)s ELSE '' END AS detail
FROM poverty_ledgermember m
LEFT JOIN enrollment_person p ON p.id = m.person_id
LEFT JOIN LATERAL (
    SELECT e.id, e.pooling_area_id FROM enrollment_enrollment e
    WHERE e.person_id = p.id AND e.in_force AND e.starts_on <= %(on)s AND e.ends_on >= %(on)s LIMIT 1) e ON true
LEFT JOIN office_region a ON a.id = e.pooling_area_id
LEFT JOIN enrollment_person n ON m.person_id IS NULL AND n.id_index = m.id_index AND n.merged_into_id IS NULL
LEFT JOIN LATERAL (
    SELECT o.id FROM enrollment_person o
    JOIN office_regionclosure c ON c.kind = 'pooling' AND c.descendant_id = o.region_id
        AND c.ancestor_id = m.pooling_area_id AND c.starts_on <= %(on)s AND (c.ends_on IS NULL OR c.ends_on >= %(on)s)
    WHERE m.person_id IS NULL AND o.name = m.name AND o.merged_into_id IS NULL
        AND ((o.birth_on = m.birth_on AND o.sex = m.sex AND o.region_id = m.region_id) OR o.id_last4 = m.id_last4)
    ORDER BY (o.region_id = m.region_id) DESC, o.id LIMIT 1) o ON true
WHERE {IN_AREA} AND {LISTED} AND (m.person_id IS NULL OR p.died_on <= %(on)s OR p.employee_insured_from_on <= %(on)s
    OR e.id IS NULL OR e.pooling_area_id <> m.pooling_area_id)
"""  # noqa: S608

_CLEAR = f"""
UPDATE poverty_mismatch x SET state = 'done', closed_at = statement_timestamp(), closed_by_id = %(actor)s, reason = %(reason)s
FROM poverty_ledgermember m WHERE m.id = x.member_id AND x.state = 'open' AND {IN_AREA}
    AND NOT EXISTS (SELECT FROM missed f WHERE f.member_id = m.id AND f.kind = x.kind)
"""  # noqa: S608

_REFRESH = """
UPDATE poverty_mismatch x SET candidate_id = f.candidate_id, detail = f.detail FROM missed f
WHERE f.member_id = x.member_id AND x.state = 'open' AND x.kind = f.kind
    AND (x.candidate_id, x.detail) IS DISTINCT FROM (f.candidate_id, f.detail)
"""

# What a person has explained is not asked again as long as it stays the same miss.
_OPEN = """
INSERT INTO poverty_mismatch (member_id, kind, candidate_id, detail, region_id, county_id, pooling_area_id, state, decision,
    reason, opened_on)
SELECT f.member_id, f.kind, f.candidate_id, f.detail, f.region_id, coalesce(c.id, f.pooling_area_id), f.pooling_area_id,
    'open', '', '', %(on)s
FROM missed f
LEFT JOIN LATERAL (
    SELECT g.id FROM office_regionclosure s JOIN office_region g ON g.id = s.ancestor_id AND g.level = 'county'
    WHERE s.kind = 'scope' AND s.descendant_id = f.region_id AND s.starts_on <= %(on)s
        AND (s.ends_on IS NULL OR s.ends_on >= %(on)s) ORDER BY s.depth LIMIT 1) c ON true
WHERE NOT EXISTS (SELECT FROM poverty_mismatch x WHERE x.member_id = f.member_id AND (x.state = 'open'
    OR (x.state = 'closed' AND x.decision = 'explained' AND x.kind = f.kind)))
ORDER BY f.member_id
"""


@dataclass(frozen=True)
class Matched:
    """What a match found: members listed, verified, open mismatches by kind, statuses granted and withdrawn."""

    members: int
    verified: int
    mismatches: dict[str, int] = field(default_factory=dict)
    granted: int = 0
    withdrawn: int = 0


@transaction.atomic
def match(*, actor: User, area: Region, batch_id: int | None = None) -> Matched:
    """Match all members of an area (any region), list the misses, clear those that are no more, bring statuses in line."""
    require_region(actor, area)
    params: dict[str, Any] = {
        "area": area.pk,
        "on": clock.today(),
        "actor": actor.pk,
        "reason": _("重新比对后已一致"),
        "same_number": _("号码已登记为另一姓名"),
        "other_number": _("姓名相符，号码不同"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('poverty.match'))")
        cursor.execute(_VERIFY, params)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.missed")
        cursor.execute(_MISSES, params)
        _name_near_candidates(cursor)
        cursor.execute(_CLEAR, params)
        cursor.execute(_REFRESH, params)
        cursor.execute(_OPEN, params)
        opened = cursor.rowcount
        cursor.execute(
            f"SELECT count(*), count(person_id) FROM poverty_ledgermember m WHERE {IN_AREA} AND {LISTED}",  # noqa: S608
            params,
        )
        members, verified = cursor.fetchone()
        cursor.execute(
            f"""SELECT x.kind, count(*) FROM poverty_mismatch x JOIN poverty_ledgermember m ON m.id = x.member_id
                WHERE x.state = 'open' AND {IN_AREA} GROUP BY 1 ORDER BY 1""",  # noqa: S608
            params,
        )
        kinds = dict(cursor.fetchall())
    granted, withdrawn = granting.bring_in_line(actor=actor, area=area, batch_id=batch_id)
    settle_work(area=area, actor=actor)
    if opened or granted or withdrawn:
        audit.record(
            actor,
            "poverty.matched",
            area,
            changes={
                "名单人数": members,
                "已核实": verified,
                "新增未匹配": opened,
                "新增身份": granted,
                "撤销身份": withdrawn,
            },
        )
    return Matched(members, verified, kinds, granted, withdrawn)


def _name_near_candidates(cursor: CursorWrapper) -> None:
    """A number that cannot be one: look for the person whose number is one digit off."""
    cursor.execute(
        """SELECT m.id, m.id_cipher FROM missed f JOIN poverty_ledgermember m ON m.id = f.member_id
           WHERE m.id_index IS NULL AND m.person_id IS NULL ORDER BY m.id"""
    )
    near = unreadable.candidates(cursor.fetchall(), cursor)
    cursor.execute(
        """UPDATE missed f SET kind = 'wrong_id', detail = %s, candidate_id = coalesce(v.person_id, f.candidate_id)
           FROM poverty_ledgermember m LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS v (member_id, person_id)
               ON v.member_id = m.id
           WHERE m.id = f.member_id AND m.id_index IS NULL AND m.person_id IS NULL""",
        [_("号码校验位不正确"), list(near), list(near.values())],
    )


def settle_work(*, area: Region, actor: User | None) -> None:
    """One work item for each county and kind with open mismatches; done when none is left."""
    counties = Region.everywhere.in_bulk(
        set(Mismatch.everywhere.filter(pooling_area__in=_areas(area)).values_list("county_id", flat=True))
    )
    waiting = set(
        Mismatch.everywhere.filter(county__in=counties, state=MismatchState.OPEN)
        .values_list("county_id", "kind")
        .distinct()
    )
    for county in sorted(counties.values(), key=lambda one: one.code):
        for kind in MismatchKind:
            key = f"{county.code}:{kind.value}"
            if (county.pk, kind.value) in waiting:
                work.open(
                    WORK_KIND,
                    key,
                    title=_("%(area)s：困难人员名单“%(kind)s”待核实") % {"area": county.name, "kind": kind.label},
                    region=county,
                    permission="poverty.follow",
                    due_days=WORK_DAYS,
                    url=f"{reverse('poverty:mismatch_list')}?state=open&kind={kind.value}&region={county.code}",
                    reopen=True,
                )
            else:
                work.close(WORK_KIND, key, actor=actor, outcome=_("已全部核实"))


def _areas(area: Region) -> set[int]:
    return set(LedgerMember.everywhere.filter(_below(area)).values_list("pooling_area_id", flat=True).distinct())


def _below(area: Region) -> Q:
    regions = RegionClosure.everywhere.filter(on_day(clock.today()), kind="scope", ancestor=area).values("descendant")
    return Q(region__in=regions)


@transaction.atomic
def decide(*, actor: User, mismatch: Mismatch, decision: str, reason: str, person: Person | None = None) -> Mismatch:
    """Close a mismatch with a reason: the same person (named, else the candidate), struck from the ledger, or explained."""
    mismatch = (
        Mismatch.everywhere.select_for_update(of=("self",))
        .select_related("member", "region", "candidate")
        .get(pk=mismatch.pk)
    )
    require_region(actor, mismatch.region)
    if mismatch.state != MismatchState.OPEN:
        raise Refused(_("该记录已处理，不能重复处理。请刷新列表。"))
    if not reason.strip():
        raise Refused(_("处理依据未填写。请写明核实的材料或经过。"), field="reason")
    if decision not in Decision.values:
        raise Refused(_("请选择核实结论。"), field="decision")
    member = mismatch.member
    if decision == Decision.SAME_PERSON:
        if mismatch.kind not in (MismatchKind.WRONG_ID, MismatchKind.NOT_FOUND):
            raise Refused(_("此人身份已核实，不需要关联。请选择其他结论。"), field="decision")
        chosen = person or mismatch.candidate
        if chosen is None:
            raise Refused(_("没有可关联的登记人员。请先填写人员编号，或先办理参保登记。"), field="person")
        require_region(actor, chosen.region)
        member.person, member.is_decided = chosen, True
        member.save(update_fields=["person", "is_decided"])
    elif decision == Decision.STRUCK:
        member.is_struck, member.gap = True, ""
        member.save(update_fields=["is_struck", "gap"])
    mismatch.state, mismatch.decision, mismatch.reason = MismatchState.DECIDED, decision, reason.strip()
    mismatch.closed_at, mismatch.closed_by = clock.now(), actor
    mismatch.save()
    audit.record(
        actor, "poverty.mismatch.decided", member, reason=reason.strip(),
        changes={"种类": str(mismatch.get_kind_display()), "结论": str(mismatch.get_decision_display())},
    )  # fmt: skip
    batch_id = LedgerMark.everywhere.filter(member=member).order_by("-pk").values_list("batch_id", flat=True).first()
    match(actor=actor, area=mismatch.region, batch_id=batch_id)
    return mismatch

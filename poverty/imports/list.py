"""困难人员名单: what the poverty office, civil affairs and the disabled persons' federation send, into the ledger."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import staging, statistics
from core.models import ImportBatch
from core.refusal import Refused
from core.staging import Check, Chunk, Column, ImportKind
from enrollment.codes import RELATION_WORDS, Relation
from office.models import Region, User
from poverty.codes import CATEGORY_WORDS, STANDING_WORDS, Source
from poverty.services import aid, coverage, ledger, matching, unreadable

CODE = "poverty.list"

SOURCES = {str(source.label): source.value for source in Source} | {
    "民政局": "civil_affairs", "民政部门": "civil_affairs", "残疾人联合会": "disabled_federation",
    "扶贫办公室": "poverty_office", "扶贫部门": "poverty_office",
}  # fmt: skip
RELATIONS = RELATION_WORDS | {str(relation.label): relation.value for relation in Relation}

COLUMNS = (
    Column("户编号", "household", required=True, max_length=40, sample="230803000001"),
    Column("人编号", "member_number", required=True, max_length=40, sample="23080300000101"),
    Column("姓名", "name", "name", required=True, max_length=50, sample="王小明"),
    Column(
        "证件号码",
        "id_number",
        "identity",
        required=True,
        note=_("18位居民身份证号，请设为文本"),
        aliases=("身份证号",),
    ),
    Column("与户主关系", "relation", "code", required=True, choices=RELATIONS, sample="户主"),
    Column("户主", "head", "name", max_length=50, sample="王小明"),
    Column("行政区划代码", "region", required=True, max_length=12, note=_("村（社区）代码，12位"), aliases=("村代码",)),
    Column("困难类别", "category", "code", required=True, choices=CATEGORY_WORDS, sample="建档立卡"),
    Column("脱贫属性", "standing", "code", choices=STANDING_WORDS, note=_("困难类别为建档立卡时必填"), sample="未脱贫"),
    Column("身份起始日期", "starts_on", "date", required=True, sample="2016-01-01"),
    Column("身份终止日期", "ends_on", "date", note=_("填写后身份到该日为止")),
    Column("致贫原因", "cause", max_length=60, sample="因病"),
    Column("健康状况", "health", max_length=60, sample="长期慢性病"),
    Column("名单来源", "source", "code", required=True, choices=SOURCES, sample="扶贫办"),
    Column("联系电话", "phone", "phone"),
)

_IN_SCOPE = """EXISTS (SELECT FROM office_regionclosure s WHERE s.kind = 'scope' AND s.ancestor_id = %(region_id)s
    AND s.descendant_id = g.id AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s))"""

CHECKS = [
    Check(
        "twice_in_file",
        _("与第 %(row)s 行重复（同一证件号码、困难类别、名单来源）") % {"row": "{row}"},
        sql="""
        SELECT row_number, replace(%(message)s, '{row}', first::text) AS message FROM (
            SELECT r.row_number, min(r.row_number) OVER (PARTITION BY r.identity_index, r.values->>'category',
                coalesce(r.values->>'standing', ''), r.values->>'source') AS first
            FROM core_importrow r WHERE r.batch_id = %(batch)s AND r.identity_index IS NOT NULL) numbered
        WHERE row_number > first
        """,
    ),
    Check(
        "region_unknown",
        _("行政区划代码不存在，或不是村（社区）、乡（街道）代码，请核对"),
        where=f"r.values ? 'region' AND NOT EXISTS (SELECT FROM {ledger.REGION.replace(' ON ', ' WHERE ', 1)})",
    ),
    Check(
        "region_outside",
        _("行政区划不在本批次的辖区内，请交由当地导入"),
        sql=f"SELECT r.row_number, %(message)s::text AS message FROM core_importrow r JOIN {ledger.REGION}"  # noqa: S608
        f" WHERE r.batch_id = %(batch)s AND NOT {_IN_SCOPE}",
    ),
    Check(
        "standing_missing",
        _("困难类别为建档立卡，但脱贫属性没有填写（未脱贫、脱贫享受政策、返贫），请核对"),
        where="r.values->>'category' = 'registered' AND NOT r.values ? 'standing'",
    ),
    Check(
        "ends_before_start",
        _("身份终止日期早于起始日期，请核对"),
        where="(r.values->>'ends_on')::date < (r.values->>'starts_on')::date",
    ),
    Check(
        "starts_late",
        _("身份起始日期晚于今天，请在身份生效后导入"),
        where="(r.values->>'starts_on')::date > %(today)s",
    ),
    Check(
        "starts_before_birth",
        _("身份起始日期早于出生日期，请核对"),
        where="(r.values->>'starts_on')::date < (r.values->>'id_number_birth_on')::date",
    ),
]

EFFECTS = f"""
SELECT i.row_number,
    CASE WHEN m.id IS NULL THEN 'new' WHEN k.id IS NULL OR {ledger.DIFFERS} THEN 'changed' ELSE 'same' END AS effect,
    CASE WHEN m.id IS NULL THEN '' WHEN k.id IS NULL THEN '身份标识变化' WHEN {ledger.DIFFERS} THEN '家庭或个人信息变化' ELSE ''
    END AS detail
FROM ({ledger.INCOMING} WHERE r.batch_id = %(batch)s AND r.errors = '{{}}') i
LEFT JOIN poverty_ledgermember m ON m.id = i.member_id
LEFT JOIN poverty_ledgerhousehold h ON h.id = m.household_id
LEFT JOIN poverty_ledgermark k ON k.member_id = m.id AND k.withdrawn_at IS NULL AND k.category = i.category
    AND k.source = i.source AND k.starts_on = i.starts_on AND k.ends_on IS NOT DISTINCT FROM i.ends_on
"""  # noqa: S608  # statements of this app only


def prepare(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Find who is in the ledger already: the row's object is the member."""
    ledger.find_members(staging.parameters_of(batch), cursor)


def apply(chunk: Chunk, cursor: CursorWrapper) -> None:
    """Write households, members and marks of some rows."""
    ledger.write(chunk.params, Chunk.rows, cursor)


def finish(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Match the whole area against the register, grant statuses, work out aid and coverage."""
    unreadable.keep(batch, cursor)
    statistics.refresh("poverty_ledgermember", "poverty_ledgermark")
    settle(batch)


def settle(batch: ImportBatch) -> None:
    """What follows from a changed ledger; an area whose dues have no standard yet says so in the batch's notices."""
    params = staging.parameters_of(batch)
    actor = User.everywhere.get(pk=params["actor_id"])
    region = Region.everywhere.get(pk=params["region_id"])
    matching.match(actor=actor, area=region, batch_id=batch.pk)
    try:
        aid.work_out(actor=actor, area=region)
    except Refused as refusal:
        batch.notices = [*batch.notices, gettext("资助参保没有核定：%(why)s") % {"why": refusal}]
    coverage.rebuild(actor=actor, area=region)


def undo(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Withdraw the marks of the batch and put back those it withdrew, as new rows; then match again."""
    ledger.take_back(staging.parameters_of(batch), gettext("撤销名单批次"), cursor)
    settle(batch)


UNDO_REFUSALS = """
SELECT DISTINCT r.row_number, '此人的身份标识已被后来的名单改变' AS message FROM core_importrow r
JOIN poverty_ledgermark k ON k.member_id = r.object_id AND k.batch_id = r.batch_id AND k.withdrawn_at IS NOT NULL
WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND k.withdrawn_batch_id IS DISTINCT FROM r.batch_id
UNION
SELECT r.row_number, '此人的未匹配记录已核实处理' FROM core_importrow r
JOIN poverty_mismatch x ON x.member_id = r.object_id AND x.state = 'closed'
JOIN core_importbatch b ON b.id = r.batch_id AND x.closed_at > b.applied_at
WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted'
"""

KIND = ImportKind(
    code=CODE,
    title=_("困难人员名单"),
    columns=COLUMNS,
    permission="poverty.import",
    fills=("poverty_ledgermember", "poverty_ledgerhousehold", "enrollment_hardshipstatus"),
    checks=CHECKS,
    prepare=prepare,
    effects=EFFECTS,
    apply=apply,
    finish=finish,
    undo=undo,
    undo_refusals=UNDO_REFUSALS,
    notes=[
        _(
            "导入后自动与参保登记比对：查无此人、证件号码有误、未参保、在其他统筹地区参保、参加职工医保、已死亡的，列入“名单未匹配”逐人核实。"
        ),
        _("名单上没有的人，身份不会因此终止；终止身份请填写身份终止日期。"),
    ],
)


def register() -> None:
    """Make the list known to the import pages."""
    staging.register(KIND)

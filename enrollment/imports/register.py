"""参保登记名册: people, households and enrolments from a file in the columns of the paper form."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from core import clock, staging
from core.models import ImportBatch
from core.refusal import Refused
from core.staging import Check, Chunk, Column, ImportKind
from enrollment.codes import RELATION_WORDS, IdKind, PersonCategory, Relation, Sex
from enrollment.imports.register_checks import EACH, EFFECTS, INCOMING, in_one_pass
from enrollment.rules import coverage as rules
from enrollment.rules.eligibility import gates
from enrollment.services import counts, dues
from enrollment.services.persons import pinyin_of
from office.models import Region, User
from policy import selectors as policy

CODE = "enrollment.register"

ID_KINDS = {str(kind.label): kind.value for kind in IdKind} | {"身份证": "01", "户口簿": "01", "出生医学证明": "990201"}
CATEGORIES = {str(category.label): category.value for category in PersonCategory}
RELATIONS = RELATION_WORDS | {str(relation.label): relation.value for relation in Relation}

COLUMNS = (
    Column("户编号", "household", required=True, max_length=30, sample="0001"),
    Column("姓名", "name", "name", required=True, max_length=50, sample="王小明"),
    Column("证件类型", "id_kind", "code", required=True, choices=ID_KINDS, sample="居民身份证"),
    Column("证件号码", "id_number", "document", required=True, note=_("居民身份证为18位，15位旧号自动升位")),
    Column("性别", "sex", "code", choices={"男": Sex.MALE.value, "女": Sex.FEMALE.value}, note=_("居民身份证不必填写")),
    Column("出生日期", "birth_on", "date", note=_("居民身份证不必填写")),
    Column("与户主关系", "relation", "code", required=True, choices=RELATIONS, sample="户主"),
    Column("民族", "ethnicity", max_length=20, note=_("不填为汉族")),
    Column("人员类别", "category", "code", required=True, choices=CATEGORIES, sample="成年居民"),
    Column("行政区划代码", "region", required=True, max_length=12, note=_("村（社区）代码，12位"), aliases=("村代码",)),
    Column("联系电话", "phone", "phone"),
    Column("参保年度", "years", required=True, max_length=30, sample="2018", note=_("一个或两个年度，如 2018,2019")),
    Column("参保职工医保", "is_employee", "yes_no", note=_("是、否，不填为否")),
    Column("登记日期", "registered_on", "date", note=_("不填为当日")),
)


def prepare(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Find who is known: the row's object is the person with this document number."""
    cursor.execute(
        """
        UPDATE core_importrow r SET object_id = p.id FROM enrollment_person p
        WHERE r.batch_id = %s AND r.outcome = '' AND p.id_index = r.identity_index AND p.merged_into_id IS NULL
              AND r.object_id IS DISTINCT FROM p.id
        """,
        [batch.pk],
    )


def apply(chunk: Chunk, cursor: CursorWrapper) -> None:
    """Put the people of some rows on the register, in their households, and enrol them for the years named."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    cursor.execute(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS {INCOMING} AND {Chunk.rows}", chunk.params)
    cursor.execute("SELECT DISTINCT name FROM incoming WHERE person_id IS NULL")
    keys = {name: pinyin_of(name) for (name,) in cursor.fetchall()}
    cursor.execute(_PERSONS, {**chunk.params, "names": list(keys), "keys": list(keys.values())})
    cursor.execute(
        "UPDATE incoming i SET person_id = p.id FROM enrollment_person p"
        " WHERE i.person_id IS NULL AND p.id_index = i.identity_index AND p.merged_into_id IS NULL"
    )
    cursor.execute(_HOUSEHOLDS, chunk.params)
    cursor.execute(_HEADS)
    cursor.execute(_MEMBERS, chunk.params)
    cursor.execute(_ENROLLMENTS, {**chunk.params, "covers": _covers(cursor), "period": _period(clock.today())})
    cursor.execute(
        "UPDATE core_importrow r SET object_id = i.person_id FROM incoming i"
        " WHERE r.batch_id = %(batch)s AND r.row_number = i.row_number",
        chunk.params,
    )


_PERSONS = """
INSERT INTO enrollment_person (name, pinyin, sex, birth_on, id_kind, id_cipher, id_index, id_last4, phone_cipher,
    phone_last4, ethnicity, region_id, is_temporary, batch_id, version)
SELECT i.name, k.pinyin, i.sex, i.birth_on, i.id_kind, i.identity_cipher, i.identity_index, i.id_last4, i.phone_cipher,
    i.phone_last4, i.ethnicity, i.region_id, i.id_kind = '990201', %(batch)s, 1
FROM incoming i JOIN unnest(%(names)s::text[], %(keys)s::text[]) AS k (name, pinyin) ON k.name = i.name
WHERE i.person_id IS NULL ORDER BY i.row_number
ON CONFLICT (id_index) WHERE merged_into_id IS NULL DO NOTHING
"""

_HOUSEHOLDS = """
INSERT INTO enrollment_household (region_id, book_number, head_id, batch_id, version)
SELECT i.region_id, i.book_number, min(i.person_id) FILTER (WHERE i.relation = 'head'), %(batch)s, 1
FROM incoming i GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (region_id, book_number) DO NOTHING
"""

_HEADS = """
UPDATE enrollment_household h SET head_id = i.person_id FROM incoming i
WHERE i.relation = 'head' AND h.region_id = i.region_id AND h.book_number = i.book_number AND h.head_id IS NULL
"""

_MEMBERS = """
INSERT INTO enrollment_householdmember (household_id, person_id, relation, starts_on, batch_id)
SELECT h.id, i.person_id, i.relation, greatest(i.registered_on, i.birth_on), %(batch)s
FROM incoming i JOIN enrollment_household h ON h.region_id = i.region_id AND h.book_number = i.book_number
WHERE NOT EXISTS (SELECT FROM enrollment_householdmember m WHERE m.person_id = i.person_id AND m.ends_on IS NULL)
ORDER BY i.row_number
"""

_YEARS = """
    SELECT i.*, y.year, CASE WHEN i.birth_on >= make_date(y.year, 1, 1) THEN i.birth_on ELSE '1900-01-01'::date END AS born,
        EXISTS (SELECT FROM enrollment_hardshipstatus s WHERE s.person_id = i.person_id AND s.withdrawn_at IS NULL
            AND s.starts_on <= i.registered_on AND (s.ends_on IS NULL OR s.ends_on >= i.registered_on)) AS is_poor
    FROM incoming i, unnest(i.years) AS y (year)
"""

_ENROLLMENTS = f"""
WITH cover AS (
    SELECT * FROM jsonb_to_recordset(%(covers)s::jsonb) AS c (category text, registered_on date, year int, area_id bigint,
        born date, is_poor boolean, starts_on date, ends_on date, benefits_start_on date, proof text)
)
INSERT INTO enrollment_enrollment (person_id, year, period, category, proof, pooling_area_id, region_id, starts_on, ends_on,
    benefits_start_on, in_force, source, registered_on, reason_ended, batch_id, version, recorded_by_id)
SELECT w.person_id, w.year, %(period)s, w.category, c.proof, w.area_id, w.region_id, c.starts_on, c.ends_on,
    c.benefits_start_on, true, 'import', w.registered_on, '', %(batch)s, 1, %(actor_id)s
FROM ({_YEARS}) w JOIN cover c USING (category, registered_on, year, area_id, born, is_poor)
WHERE NOT EXISTS (SELECT FROM enrollment_enrollment e WHERE e.person_id = w.person_id AND e.year = w.year AND e.in_force
    AND e.reason_ended = '')
ORDER BY w.person_id, w.year
"""  # noqa: S608  # statements of this module only


def _period(on: date) -> int:
    return on.year * 100 + on.month


def _covers(cursor: CursorWrapper) -> str:
    """Ask the rule once for each different case among the rows, so that the law stays in one place."""
    cursor.execute(f"SELECT DISTINCT category, registered_on, year, area_id, born, is_poor FROM ({_YEARS}) w")  # noqa: S608
    cases = cursor.fetchall()
    areas = {area.pk: area for area in Region.everywhere.filter(pk__in={case[3] for case in cases})}
    seasons: dict[tuple[int, int], rules.Season] = {}
    proofs = {row.category: row.proof for row in gates()}
    rows: list[dict[str, Any]] = []
    for category, registered_on, year, area_id, born, is_poor in cases:
        if (area_id, year) not in seasons:
            seasons[area_id, year] = rules.season(policy.terms_for(areas[area_id], date(year, 1, 1)), year)
        cover = rules.cover(
            category=category,
            birth_on=born,
            registered_on=registered_on,
            season=seasons[area_id, year],
            is_continuing=False,
            is_poor=is_poor,
        )
        rows.append(
            {
                "category": category,
                "registered_on": str(registered_on),
                "year": year,
                "area_id": area_id,
                "born": str(born),
                "is_poor": is_poor,
                "starts_on": str(cover.starts_on),
                "ends_on": str(cover.ends_on),
                "benefits_start_on": str(cover.benefits_start_on),
                "proof": proofs[category],
            }
        )
    return json.dumps(rows)


def finish(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Work out the dues of the areas and years that came in, and fold the counts."""
    cursor.execute(
        "SELECT DISTINCT pooling_area_id, year FROM enrollment_enrollment WHERE batch_id = %s ORDER BY 1, 2", [batch.pk]
    )
    actor = User.everywhere.filter(pk=batch.confirmed_by_id or batch.owner_id or 0).first()
    for area_id, year in cursor.fetchall():
        try:
            dues.work_out(actor=actor, area=Region.everywhere.get(pk=area_id), year=year)
        except Refused as refusal:
            # The people are insured whether or not the standard is known yet; the dues follow when it is entered.
            batch.notices = [*batch.notices, str(refusal)]
    counts.fold()


def undo(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Take the enrolments, households and people of the batch off the register again."""
    for statement in (
        "DELETE FROM enrollment_due d USING enrollment_enrollment e WHERE e.batch_id = %s AND d.enrollment_id = e.id",
        "DELETE FROM enrollment_enrollment WHERE batch_id = %s",
        "DELETE FROM enrollment_householdmember WHERE batch_id = %s",
        "UPDATE enrollment_household h SET head_id = NULL FROM enrollment_person p WHERE h.head_id = p.id AND p.batch_id = %s",
        """DELETE FROM enrollment_household h WHERE h.batch_id = %s
           AND NOT EXISTS (SELECT FROM enrollment_householdmember m WHERE m.household_id = h.id)""",
        "DELETE FROM enrollment_person WHERE batch_id = %s",
    ):
        cursor.execute(statement, [batch.pk])
    counts.fold()


KIND = ImportKind(
    code=CODE,
    title=_("参保登记名册"),
    columns=COLUMNS,
    permission="enrollment.import",
    fills=("enrollment_person", "enrollment_household", "enrollment_householdmember", "enrollment_enrollment"),
    prepare=prepare,
    checks=in_one_pass(
        [
            *EACH,
            Check(
                "no_gate",
                _("该人员类别在登记日尚无参保规定，请核对人员类别或登记日期"),
                where=" AND ".join(
                    f"NOT (r.values->>'category' = '{row.category}'"
                    f" AND coalesce((r.values->>'registered_on')::date, %(today)s) >= '{row.starts_on}')"
                    for row in gates()
                )
                + " AND r.values ? 'category'",
            ),
            Check(
                "id_kind_of_category",
                _("证件类型与人员类别不符，请按人员类别核对证件"),
                where=" OR ".join(
                    f"(r.values->>'category' = '{row.category}' AND r.values->>'id_kind' NOT IN"
                    f" ({', '.join(repr(kind) for kind in row.id_kinds)}))"
                    for row in gates()
                ),
            ),
        ]
    ),
    effects=EFFECTS,
    apply=apply,
    finish=finish,
    undo=undo,
    unique=["id_number"],
    max_rows=1_000_000,
    notes=[_("每户须有且只有一名户主。"), _("同一人在同一文件中只能出现一次；两个年度写在同一格。")],
)


def undo_refusals() -> str:
    """Rows whose person something later rests on: a payment, or any row of any room that did not come with the batch."""
    from enrollment.models import Due, Enrollment, Household, HouseholdMember, Person

    own = {Enrollment, HouseholdMember, Due, Household}
    links: list[Any] = Person._meta.get_fields(include_hidden=True)
    kept = [
        f"SELECT FROM {field.related_model._meta.db_table} x WHERE x.{field.field.column} = p.id"
        for field in links
        if (field.one_to_many or field.one_to_one)
        and field.auto_created
        and not field.concrete
        and field.related_model not in own
        and not hasattr(field.related_model, "pgh_tracked_model")
    ]
    later = " OR ".join(f"EXISTS ({statement})" for statement in kept)
    return f"""
        SELECT r.row_number, '{_("此人已有缴费或后续业务")}' AS message
        FROM core_importrow r JOIN enrollment_person p ON p.id = r.object_id
        WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND p.batch_id = %(batch)s AND ({later}
            OR EXISTS (SELECT FROM enrollment_enrollment x WHERE x.person_id = p.id AND x.batch_id IS DISTINCT FROM %(batch)s)
            OR EXISTS (SELECT FROM enrollment_householdmember x WHERE x.person_id = p.id
                       AND x.batch_id IS DISTINCT FROM %(batch)s))
        UNION ALL
        SELECT r.row_number, '{_("本批的参保已有缴费或结算")}' FROM core_importrow r
        WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND EXISTS (
            SELECT FROM enrollment_enrollment e JOIN enrollment_due d ON d.enrollment_id = e.id
            WHERE e.person_id = r.object_id AND e.batch_id = %(batch)s
                  AND EXISTS (SELECT FROM enrollment_payment x WHERE x.due_id = d.id))
    """  # noqa: S608  # names of tables and columns of our own models


def register() -> None:
    """Make the list known to the import pages; called when all rooms are loaded, for the undo asks them all."""
    from dataclasses import replace

    staging.register(replace(KIND, undo_refusals=undo_refusals()))

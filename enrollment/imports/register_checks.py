"""What is checked of each row of a register file, in SQL over all rows at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.staging import Check

YEARS_FORM = "'^ *20[0-9]{2}([,，、;； ]+20[0-9]{2})? *$'"
# CASE, not AND: only it promises that what is no year is never made a number.
YEARS = f"""(CASE WHEN r.values->>'years' ~ {YEARS_FORM}
    THEN regexp_split_to_array(trim(r.values->>'years'), '[,，、;； ]+') END)"""
REGISTERED = "coalesce((r.values->>'registered_on')::date, %(today)s)"
# A number of 15 or 18 characters tells birth and sex itself; what the form says then does not count.
BIRTH = "coalesce(r.values->>'id_number_birth_on', r.values->>'birth_on')"
SEX = "coalesce(r.values->>'id_number_sex', r.values->>'sex')"

REGION = """office_region g ON g.code = r.values->>'region' AND g.level IN ('village', 'township') AND g.starts_on <= %(today)s
    AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)"""
_IN_SCOPE = """EXISTS (SELECT FROM office_regionclosure s WHERE s.kind = 'scope' AND s.ancestor_id = %(region_id)s
    AND s.descendant_id = g.id AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s))"""
_FIRST_DAY = f"greatest(make_date({YEARS}[1]::int, 1, 1), {REGISTERED})"
_GOOD_YEARS = f"r.values->>'years' ~ {YEARS_FORM}"

INCOMING = f"""
SELECT r.row_number, r.object_id AS person_id, r.identity_index, r.identity_cipher, r.values->>'id_number_last4' AS id_last4,
    r.values->>'id_kind' AS id_kind, r.values->>'name' AS name, {SEX} AS sex, ({BIRTH})::date AS birth_on,
    decode(r.values->>'phone_cipher', 'hex') AS phone_cipher, right(coalesce(r.values->>'phone', ''), 4) AS phone_last4,
    coalesce(n.code, '01') AS ethnicity, g.id AS region_id, c.ancestor_id AS area_id, r.values->>'household' AS book_number,
    r.values->>'relation' AS relation, r.values->>'category' AS category, {REGISTERED} AS registered_on,
    {YEARS}::int[] AS years
FROM core_importrow r JOIN {REGION}
JOIN office_regionclosure c ON c.kind = 'pooling' AND c.descendant_id = g.id AND c.starts_on <= %(today)s
    AND (c.ends_on IS NULL OR c.ends_on >= %(today)s)
LEFT JOIN (SELECT DISTINCT ON (v.label) v.label, lpad(v.code, 2, '0') AS code FROM office_codevalue v
    JOIN office_codetable t ON t.id = v.table_id AND t.code = 'naty' ORDER BY v.label, v.code) n
    ON n.label = r.values->>'ethnicity'
WHERE true
"""  # noqa: S608  # statements of this module only

EACH = [
    Check("identity_of_kind", _("证件类型为居民身份证，但证件号码不是18位或15位身份证号，请核对证件类型和号码"),
          where="r.values->>'id_kind' = '01' AND r.values ? 'id_number' AND NOT r.values ? 'id_number_birth_on'"),
    Check("birth_certificate_form", _("出生医学证明编号应为1位字母加9位数字，请核对证件"),
          where="r.values->>'id_kind' = '990201' AND r.values ? 'id_number'"
                " AND coalesce(r.values->>'id_number_form', '') <> 'A999999999'"),
    Check("permit_form", _("通行证号码格式不符，请核对证件"),
          where="r.values->>'id_kind' IN ('04', '06') AND r.values ? 'id_number'"
                " AND coalesce(r.values->>'id_number_form', '') !~ '^A?9{8}(99)?$'"),
    Check("birth_missing", _("该证件不含出生日期，请填写出生日期"),
          where=f"r.values->>'id_kind' <> '01' AND r.values ? 'id_number' AND {BIRTH} IS NULL"),
    Check("sex_missing", _("该证件不含性别，请填写性别"),
          where=f"r.values->>'id_kind' <> '01' AND r.values ? 'id_number' AND {SEX} IS NULL"),
    Check("sex_differs", _("性别与证件号码不一致，请核对"),
          where="r.values->>'sex' <> r.values->>'id_number_sex'"),
    Check("birth_differs", _("出生日期与证件号码不一致，请核对"),
          where="r.values->>'birth_on' <> r.values->>'id_number_birth_on'"),
    Check("birth_late", _("出生日期晚于登记日期，请核对"),
          where=f"({BIRTH})::date > {REGISTERED}"),
    Check("region_unknown", _("行政区划代码不存在，或不是村（社区）、乡（街道）代码，请核对"),
          where=f"r.values ? 'region' AND NOT EXISTS (SELECT FROM {REGION.replace(' ON ', ' WHERE ', 1)})"),
    Check("region_outside", _("行政区划不在本批次的辖区内，请交由当地办理"),
          sql=f"SELECT r.row_number, %(message)s::text AS message FROM core_importrow r JOIN {REGION}"  # noqa: S608
              f" WHERE r.batch_id = %(batch)s AND NOT {_IN_SCOPE}"),
    Check("ethnicity_unknown", _("民族名称不存在，请按户口簿填写"),
          where="r.values ? 'ethnicity' AND EXISTS (SELECT FROM office_codetable t WHERE t.code = 'naty') AND NOT EXISTS ("
                "SELECT FROM office_codevalue v JOIN office_codetable t ON t.id = v.table_id AND t.code = 'naty'"
                " WHERE v.label = r.values->>'ethnicity')"),
    Check("years_wrong", _("参保年度不能识别，应写成 2018 或 2018,2019"),
          where=f"r.values ? 'years' AND r.values->>'years' !~ {YEARS_FORM}"),
    Check("year_far", _("参保年度不能早于2007年，也不能晚于下一年度"),
          where=f"{_GOOD_YEARS} AND EXISTS (SELECT FROM unnest({YEARS}) y"  # noqa: S608
                " WHERE y::int NOT BETWEEN 2007 AND extract(year FROM %(today)s::date)::int + 1)"),
    Check("year_over", _("登记日期晚于参保年度，该年度已经结束"),
          where=f"{_GOOD_YEARS} AND EXISTS (SELECT FROM unnest({YEARS}) y WHERE {REGISTERED} > make_date(y::int, 12, 31))"),
    Check("year_twice", _("同一参保年度写了两次"),
          where=f"{_GOOD_YEARS} AND {YEARS}[1] = {YEARS}[2]"),
    Check("registered_late", _("登记日期不能晚于今天，请核对"), where=f"{REGISTERED} > %(today)s"),
    Check("employee", _("此人参加职工医保，不能同时参加居民医保（国发〔2007〕20号 二（三））"),
          where="(r.values->>'is_employee')::boolean"),
    Check("employee_known", _("登记中此人已参加职工医保，不能同时参加居民医保（国发〔2007〕20号 二（三））"),
          where=f"{_GOOD_YEARS} AND EXISTS (SELECT FROM enrollment_person p WHERE p.id = r.object_id"
                f" AND p.employee_insured_from_on <= {_FIRST_DAY})"),
    Check("dead", _("登记中此人已死亡，不能参保；如系登记错误，请先更正"),
          where=f"{_GOOD_YEARS} AND EXISTS (SELECT FROM enrollment_person p WHERE p.id = r.object_id AND p.died_on < {_FIRST_DAY})"),
    Check("name_differs", _("该证件号码已登记为另一姓名，请核对姓名或在窗口更正"),
          where="EXISTS (SELECT FROM enrollment_person p WHERE p.id = r.object_id AND p.name <> r.values->>'name')"),
    Check("newborn_age", _("人员类别为新生儿，但出生年份早于参保年度的上一年，请改为未成年居民"),
          where=f"{_GOOD_YEARS} AND r.values->>'category' = 'newborn'"
                f" AND extract(year FROM ({BIRTH})::date) < {YEARS}[1]::int - 1"),
    Check("relation_sex", _("与户主关系与性别不符，请核对"),
          where=f"(r.values->>'relation' = 'son' AND {SEX} = '2') OR (r.values->>'relation' = 'daughter' AND {SEX} = '1')"),
    Check("two_heads", sql="""
        SELECT row_number, %(message)s::text AS message FROM (
            SELECT r.row_number, row_number() OVER (PARTITION BY r.values->>'region', r.values->>'household'
                ORDER BY r.row_number) AS place
            FROM core_importrow r WHERE r.batch_id = %(batch)s AND r.values->>'relation' = 'head' AND r.errors = '{}'
                AND r.values ? 'region' AND r.values ? 'household') heads WHERE place > 1
        """, message=_("本户在文件中已有户主，一户只能有一名户主")),
    Check("other_head", _("该户已登记另一名户主，请先在窗口变更户主"),
          where="""r.values->>'relation' = 'head' AND EXISTS (
              SELECT FROM enrollment_household h JOIN office_region g ON g.id = h.region_id
              JOIN enrollment_householdmember m ON m.household_id = h.id AND m.relation = 'head' AND m.ends_on IS NULL
              WHERE g.code = r.values->>'region' AND h.book_number = r.values->>'household'
                    AND m.person_id IS DISTINCT FROM r.object_id)"""),
    Check("no_head", sql="""
        SELECT w.row_number, %(message)s::text AS message FROM (
            SELECT r.row_number, r.values->>'region' AS region, r.values->>'household' AS household,
                bool_or(r.values->>'relation' = 'head') OVER (PARTITION BY r.values->>'region', r.values->>'household') AS has_head
            FROM core_importrow r WHERE r.batch_id = %(batch)s AND r.values ? 'household' AND r.values ? 'region') w
        WHERE w.has_head IS NOT TRUE AND NOT EXISTS (
            SELECT FROM enrollment_household h JOIN office_region g ON g.id = h.region_id
            WHERE g.code = w.region AND h.book_number = w.household)
        """, message=_("本户没有户主，请补上户主一行，或核对户编号")),
    Check("other_household", _("此人已在另一家庭，请先在窗口办理迁出"),
          where="""EXISTS (SELECT FROM enrollment_householdmember m JOIN enrollment_household h ON h.id = m.household_id
              JOIN office_region g ON g.id = h.region_id
              WHERE m.person_id = r.object_id AND m.ends_on IS NULL
                    AND (g.code, h.book_number) IS DISTINCT FROM (r.values->>'region', r.values->>'household'))"""),
    Check("enrolled_elsewhere", sql=f"""
        SELECT r.row_number, format(%(message)s, e.year, a.name) AS message
        FROM core_importrow r JOIN enrollment_enrollment e ON e.person_id = r.object_id AND e.in_force AND e.reason_ended = ''
        JOIN office_region a ON a.id = e.pooling_area_id JOIN office_region g ON g.id = e.region_id
        WHERE r.batch_id = %(batch)s AND {_GOOD_YEARS} AND e.year::text = ANY({YEARS}) AND g.code <> r.values->>'region'
        """, message=_("此人 %s 年度已在%s参保，不能重复参保；请先在参保地终止或办理转入")),  # noqa: S608
    Check("enrolled_otherwise", _("此人该年度已按另一人员类别参保，变更类别请在窗口办理"),
          where=f"""{_GOOD_YEARS} AND EXISTS (SELECT FROM enrollment_enrollment e JOIN office_region g ON g.id = e.region_id
              WHERE e.person_id = r.object_id AND e.in_force AND e.reason_ended = '' AND e.year::text = ANY({YEARS})
                    AND g.code = r.values->>'region' AND e.category <> r.values->>'category')"""),
]  # fmt: skip


def in_one_pass(checks: list[Check]) -> list[Check]:
    """All checks that look at single rows as one statement: twenty scans of a wide table cost twenty times one scan."""
    single = [check for check in checks if check.where]
    cases = ",\n".join("(({}), '{}')".format(check.where, str(check.message).replace("'", "''")) for check in single)
    one = Check(
        "row",
        sql=f"""
        SELECT r.row_number, v.message FROM core_importrow r CROSS JOIN LATERAL (VALUES {cases}) AS v (is_wrong, message)
        WHERE r.batch_id = %(batch)s AND v.is_wrong
        """,  # noqa: S608  # statements of this module only
    )
    return [one, *(check for check in checks if not check.where)]


EFFECTS = f"""
SELECT r.row_number,
    CASE WHEN r.object_id IS NULL THEN 'new' WHEN missing.years IS NULL THEN 'same' ELSE 'changed' END AS effect,
    CASE WHEN r.object_id IS NULL OR missing.years IS NULL THEN '' ELSE missing.years END AS detail
FROM core_importrow r LEFT JOIN LATERAL (
    SELECT string_agg(y, ',' ORDER BY y) AS years FROM unnest({YEARS}) y WHERE NOT EXISTS (
        SELECT FROM enrollment_enrollment e WHERE e.person_id = r.object_id AND e.year::text = y AND e.in_force
            AND e.reason_ended = '')) missing ON true
WHERE r.batch_id = %(batch)s AND r.errors = '{{}}'
"""  # noqa: S608  # statements of this module only

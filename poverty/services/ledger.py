"""Rows of a list into households, members and marks: a mark that a list changes is withdrawn and written anew."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Refused
from enrollment.services.persons import require_region
from office.models import User
from poverty.codes import REGISTERED
from poverty.models import LedgerMember

REGION = """office_region g ON g.code = r.values->>'region' AND g.level IN ('village', 'township') AND g.starts_on <= %(today)s
    AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)"""
_POOLING = """office_regionclosure c ON c.kind = 'pooling' AND c.descendant_id = g.id AND c.starts_on <= %(today)s
    AND (c.ends_on IS NULL OR c.ends_on >= %(today)s)"""

INCOMING = f"""
SELECT r.row_number, r.object_id AS member_id, r.identity_index, r.identity_cipher,
    coalesce(r.values->>'id_number_last4', '') AS id_last4, (r.values->>'id_number_birth_on')::date AS birth_on,
    coalesce(r.values->>'id_number_sex', '') AS sex, r.values->>'household' AS book_number,
    r.values->>'member_number' AS member_number, r.values->>'name' AS name, r.values->>'relation' AS relation,
    coalesce(r.values->>'head', '') AS head_name, g.id AS region_id, c.ancestor_id AS area_id,
    CASE r.values->>'category' WHEN 'registered' THEN r.values->>'standing' ELSE r.values->>'category' END AS category,
    (r.values->>'starts_on')::date AS starts_on, (r.values->>'ends_on')::date AS ends_on,
    coalesce(r.values->>'cause', '') AS cause, coalesce(r.values->>'health', '') AS health, r.values->>'source' AS source,
    decode(r.values->>'phone_cipher', 'hex') AS phone_cipher, right(coalesce(r.values->>'phone', ''), 4) AS phone_last4
FROM core_importrow r JOIN {REGION} JOIN {_POOLING}
"""  # noqa: S608  # statements of this module only

# A member (m, of household h) whose row of the list (i) says something else; an empty cell says nothing.
DIFFERS = """(m.name, m.region_id, m.relation, h.book_number) IS DISTINCT FROM (i.name, i.region_id, i.relation, i.book_number)
    OR (i.identity_index IS NOT NULL AND m.id_index IS DISTINCT FROM i.identity_index)
    OR (i.health <> '' AND m.health <> i.health) OR (i.phone_last4 <> '' AND m.phone_last4 <> i.phone_last4)
    OR (i.cause <> '' AND h.cause = '')"""

_BY_IDENTITY = f"""
UPDATE core_importrow t SET object_id = m.id FROM core_importrow r JOIN {REGION} JOIN {_POOLING}
JOIN poverty_ledgermember m ON m.pooling_area_id = c.ancestor_id AND m.id_index = r.identity_index
WHERE r.batch_id = %(batch)s AND r.outcome = '' AND t.batch_id = r.batch_id AND t.row_number = r.row_number
    AND t.object_id IS DISTINCT FROM m.id
"""  # noqa: S608

# The list's own number of the person tells a corrected identity number from another person; so must the name.
_BY_NUMBER = f"""
UPDATE core_importrow t SET object_id = m.id FROM core_importrow r JOIN {REGION} JOIN {_POOLING}
JOIN poverty_ledgermember m ON m.pooling_area_id = c.ancestor_id AND m.member_number = r.values->>'member_number'
    AND m.name = r.values->>'name'
WHERE r.batch_id = %(batch)s AND r.outcome = '' AND r.object_id IS NULL AND t.batch_id = r.batch_id
    AND t.row_number = r.row_number
    AND NOT EXISTS (SELECT FROM core_importrow o WHERE o.batch_id = r.batch_id AND o.object_id = m.id)
"""  # noqa: S608

_HOUSEHOLDS = """
INSERT INTO poverty_ledgerhousehold AS h (region_id, pooling_area_id, book_number, head_name, cause, batch_id)
SELECT region_id, area_id, book_number,
    coalesce(max(name) FILTER (WHERE relation = 'head'), max(head_name) FILTER (WHERE head_name <> ''), ''),
    coalesce(min(cause) FILTER (WHERE cause <> ''), ''), %(batch)s
FROM incoming GROUP BY 1, 2, 3 ORDER BY 1, 3
ON CONFLICT (region_id, book_number) DO UPDATE SET
    head_name = CASE WHEN excluded.head_name = '' THEN h.head_name ELSE excluded.head_name END,
    cause = CASE WHEN h.cause = '' THEN excluded.cause ELSE h.cause END
WHERE (excluded.head_name <> '' AND excluded.head_name <> h.head_name) OR (h.cause = '' AND excluded.cause <> '')
"""

# Whom the number and the name fit is written at once: matching then has only the others to look at.
_MEMBERS = """
INSERT INTO poverty_ledgermember (household_id, person_id, member_number, name, id_cipher, id_index, id_last4, birth_on, sex,
    relation, health, phone_cipher, phone_last4, region_id, pooling_area_id, is_decided, is_struck, gap, batch_id)
SELECT DISTINCT ON (i.area_id, coalesce(i.identity_index, convert_to(i.member_number, 'UTF8'))) h.id, p.id,
    i.member_number, i.name,
    i.identity_cipher, i.identity_index, i.id_last4, i.birth_on, i.sex, i.relation, i.health, i.phone_cipher, i.phone_last4,
    i.region_id, i.area_id, false, false, '', %(batch)s
FROM incoming i JOIN poverty_ledgerhousehold h ON h.region_id = i.region_id AND h.book_number = i.book_number
LEFT JOIN enrollment_person p ON p.id_index = i.identity_index AND p.merged_into_id IS NULL AND p.name = i.name
WHERE i.member_id IS NULL
ORDER BY i.area_id, coalesce(i.identity_index, convert_to(i.member_number, 'UTF8')), i.row_number
ON CONFLICT (pooling_area_id, id_index) WHERE id_index IS NOT NULL DO NOTHING
"""

_FOUND_BY_IDENTITY = """
UPDATE incoming i SET member_id = m.id FROM poverty_ledgermember m
WHERE i.member_id IS NULL AND m.pooling_area_id = i.area_id AND m.id_index = i.identity_index
"""

_FOUND_BY_NUMBER = """
UPDATE incoming i SET member_id = m.id FROM poverty_ledgermember m
WHERE i.member_id IS NULL AND i.identity_index IS NULL AND m.pooling_area_id = i.area_id AND m.id_index IS NULL
    AND m.member_number = i.member_number AND m.name = i.name
"""

# A corrected number is matched anew, unless a person has decided who is meant.
_CHANGED = f"""
UPDATE poverty_ledgermember t SET household_id = g.id, name = i.name, region_id = i.region_id, relation = i.relation,
    member_number = i.member_number,
    health = CASE WHEN i.health = '' THEN t.health ELSE i.health END,
    phone_cipher = CASE WHEN i.phone_last4 = '' THEN t.phone_cipher ELSE i.phone_cipher END,
    phone_last4 = CASE WHEN i.phone_last4 = '' THEN t.phone_last4 ELSE i.phone_last4 END,
    id_index = coalesce(i.identity_index, t.id_index),
    id_cipher = CASE WHEN i.identity_index IS NULL THEN t.id_cipher ELSE i.identity_cipher END,
    id_last4 = CASE WHEN i.identity_index IS NULL THEN t.id_last4 ELSE i.id_last4 END,
    birth_on = CASE WHEN i.identity_index IS NULL THEN t.birth_on ELSE i.birth_on END,
    sex = CASE WHEN i.identity_index IS NULL THEN t.sex ELSE i.sex END,
    is_struck = t.is_struck AND (i.identity_index IS NULL OR t.id_index IS NOT DISTINCT FROM i.identity_index),
    person_id = CASE WHEN t.is_decided OR i.identity_index IS NULL OR t.id_index IS NOT DISTINCT FROM i.identity_index
        THEN t.person_id END
FROM (SELECT DISTINCT ON (member_id) * FROM incoming ORDER BY member_id, row_number) i
JOIN poverty_ledgermember m ON m.id = i.member_id JOIN poverty_ledgerhousehold h ON h.id = m.household_id
JOIN poverty_ledgerhousehold g ON g.region_id = i.region_id AND g.book_number = i.book_number
WHERE t.id = i.member_id AND ({DIFFERS})
"""  # noqa: S608

# The marks that a row of the list changes: the same category by the same source at other dates, or an earlier standing.
_OVERTAKEN = """
CREATE TEMPORARY TABLE overtaken ON COMMIT DROP AS
SELECT DISTINCT ON (k.id) k.*, CASE WHEN k.category <> i.category AND k.starts_on < i.starts_on
    THEN i.starts_on - 1 END AS closes_on
FROM poverty_ledgermark k JOIN incoming i ON i.member_id = k.member_id AND i.source = k.source
WHERE k.withdrawn_at IS NULL AND daterange(k.starts_on, k.ends_on, '[]') && daterange(i.starts_on, i.ends_on, '[]')
    AND CASE WHEN k.category = i.category
        THEN (k.starts_on, k.ends_on) IS DISTINCT FROM (i.starts_on, i.ends_on)
        ELSE k.category = ANY(%(registered)s) AND i.category = ANY(%(registered)s) END
ORDER BY k.id, i.starts_on
"""

_WITHDRAWN = """
UPDATE poverty_ledgermark k SET withdrawn_at = statement_timestamp(), withdrawn_by_id = %(actor_id)s, withdrawn_batch_id = %(batch)s,
    withdrawn_reason = %(reason)s
FROM overtaken o WHERE k.id = o.id
"""

_CLOSED = """
INSERT INTO poverty_ledgermark (member_id, category, source, starts_on, ends_on, region_id, batch_id, recorded_by_id,
    withdrawn_reason)
SELECT member_id, category, source, starts_on, closes_on, region_id, %(batch)s, %(actor_id)s, ''
FROM overtaken WHERE closes_on IS NOT NULL
"""

_MARKS = """
INSERT INTO poverty_ledgermark (member_id, category, source, starts_on, ends_on, region_id, batch_id, recorded_by_id,
    withdrawn_reason)
SELECT DISTINCT ON (i.member_id, i.category, i.source, i.starts_on) i.member_id, i.category, i.source, i.starts_on, i.ends_on,
    i.region_id, %(batch)s, %(actor_id)s, ''
FROM incoming i WHERE i.member_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM poverty_ledgermark k WHERE k.member_id = i.member_id AND k.category = i.category AND k.source = i.source
        AND k.withdrawn_at IS NULL AND k.starts_on = i.starts_on AND k.ends_on IS NOT DISTINCT FROM i.ends_on)
ORDER BY i.member_id, i.category, i.source, i.starts_on, i.row_number
"""


def find_members(params: dict[str, Any], cursor: CursorWrapper) -> None:
    """Set the object of each staged row to the member of the ledger it means: by identity number, else by 人编号 and name."""
    cursor.execute(
        "UPDATE core_importrow SET object_id = NULL WHERE batch_id = %(batch)s AND outcome = '' AND object_id IS NOT NULL",
        params,
    )
    cursor.execute(_BY_IDENTITY, params)
    cursor.execute(_BY_NUMBER, params)


def write(params: dict[str, Any], rows: str, cursor: CursorWrapper) -> None:
    """Write the staged rows that fulfil the condition `rows` on `r`; the same rows again change nothing."""
    params = {**params, "registered": list(REGISTERED), "reason": _("名单更新")}
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.overtaken")
    cursor.execute(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS {INCOMING} WHERE {rows}", params)
    cursor.execute("ANALYZE incoming")
    for statement in (
        _HOUSEHOLDS, _MEMBERS, _FOUND_BY_IDENTITY, _FOUND_BY_NUMBER, _CHANGED, _OVERTAKEN, _WITHDRAWN, _CLOSED, _MARKS,
    ):  # fmt: skip
        cursor.execute(statement, params)
    cursor.execute(
        "UPDATE core_importrow r SET object_id = i.member_id FROM incoming i"
        " WHERE r.batch_id = %(batch)s AND r.row_number = i.row_number AND r.object_id IS DISTINCT FROM i.member_id",
        params,
    )


def take_back(params: dict[str, Any], reason: str, cursor: CursorWrapper) -> None:
    """Withdraw what a batch marked, and write again what it withdrew."""
    params = {**params, "reason": reason}
    cursor.execute(
        """UPDATE poverty_ledgermark SET withdrawn_at = statement_timestamp(), withdrawn_by_id = %(actor_id)s, withdrawn_reason = %(reason)s,
               withdrawn_batch_id = %(batch)s
           WHERE batch_id = %(batch)s AND withdrawn_at IS NULL""",
        params,
    )
    cursor.execute(
        """INSERT INTO poverty_ledgermark (member_id, category, source, starts_on, ends_on, region_id, batch_id,
               recorded_by_id, withdrawn_reason)
           SELECT member_id, category, source, starts_on, ends_on, region_id, batch_id, %(actor_id)s, ''
           FROM poverty_ledgermark WHERE withdrawn_batch_id = %(batch)s AND batch_id IS DISTINCT FROM %(batch)s""",
        params,
    )


@transaction.atomic
def reveal_phone(*, actor: User, member: LedgerMember, reason: str) -> str:
    """The telephone of a member in clear, for a reason that is kept."""
    require_region(actor, member.region)
    if not reason.strip():
        raise Refused(_("查看原因未填写。请写明为何联系此人。"), field="reason")
    if not member.phone_cipher:
        raise Refused(_("名单没有提供此人的联系电话。请通过村（社区）联系。"))
    audit.record(
        actor, "poverty.phone.revealed", member, reason=reason.strip(), changes={str(_("日期")): clock.today()}
    )
    return member.phone()

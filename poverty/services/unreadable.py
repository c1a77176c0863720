"""Rows whose number cannot be an identity number (wrong check digit): kept in the ledger for a person to decide."""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.utils import CursorWrapper

from core import secrets, staging
from core.identity import IdentityNumber
from core.models import ImportBatch
from core.refusal import Refused
from poverty.services import ledger

_CONDITION = """r.batch_id = %(batch)s AND r.row_number = ANY(%(rows)s)"""


def keep(batch: ImportBatch, cursor: CursorWrapper) -> int:
    """Write the rows refused for their identity number alone as members without an index; returns how many.

    The row itself stays refused, so that it can be corrected and sent again.
    """
    cursor.execute(
        """SELECT row_number, secrets FROM core_importrow WHERE batch_id = %s AND outcome = 'refused' AND secrets IS NOT NULL
           AND NOT EXISTS (SELECT FROM unnest(errors) e WHERE e NOT LIKE '证件号码%%') ORDER BY row_number""",
        [batch.pk],
    )
    kept = []
    for row_number, sealed in cursor.fetchall():
        texts = [text for text in json.loads(secrets.decrypt(bytes(sealed))).values() if len(text.strip()) == 18]
        if texts:
            kept.append((row_number, texts[0].strip().upper()))
    if not kept:
        return 0
    params = {**staging.parameters_of(batch), "rows": [row for row, _text in kept]}
    cursor.execute(
        """UPDATE core_importrow r SET identity_cipher = v.cipher,
               values = r.values || jsonb_build_object('id_number_last4', v.last4)
           FROM unnest(%s::int[], %s::bytea[], %s::text[]) AS v (row_number, cipher, last4)
           WHERE r.batch_id = %s AND r.row_number = v.row_number""",
        [
            params["rows"],
            [secrets.encrypt(text) for _row, text in kept],
            [text[-4:] for _row, text in kept],
            batch.pk,
        ],
    )
    ledger.write(params, _CONDITION, cursor)
    return len(kept)


def near(number: str) -> dict[bytes, str]:
    """The sound numbers that differ from this one in a single digit, by their blind index."""
    found = {}
    for place, digit in enumerate(number):
        for other in "0123456789X" if place == 17 else "0123456789":
            if other == digit:
                continue
            text = number[:place] + other + number[place + 1 :]
            try:
                parsed = IdentityNumber.parse(text)
            except Refused:
                continue
            found[secrets.blind_index(parsed.number)] = text
    return found


def candidates(members: list[tuple[int, Any]], cursor: CursorWrapper) -> dict[int, int]:
    """For members (id, number as cipher) without an index: the one person whose number is one digit off, if there is one."""
    asked: dict[bytes, list[int]] = {}
    for member_id, sealed in members:
        for index in near(secrets.decrypt(bytes(sealed))):
            asked.setdefault(index, []).append(member_id)
    if not asked:
        return {}
    cursor.execute(
        "SELECT id, id_index FROM enrollment_person WHERE id_index = ANY(%s) AND merged_into_id IS NULL ORDER BY id",
        [list(asked)],
    )
    found: dict[int, int] = {}
    for person_id, index in cursor.fetchall():
        for member_id in asked[bytes(index)]:
            found.setdefault(member_id, person_id)
    return found

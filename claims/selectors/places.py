"""Providers: where one lies on a day and whether it is under agreement, and lists for people."""

from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class ProviderOnDay:
    """A provider as a bill of one day sees it; ``pooling_area_id`` is None where no area pools."""

    id: int
    code: str
    name: str
    level: str
    pooling_area_id: int | None
    has_agreement: bool


def provider_on(provider_id: int, on: date) -> ProviderOnDay | None:
    """The provider on a day, in one statement; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT v.id, v.code, v.name, v.level,
                   (SELECT c.ancestor_id FROM office_regionclosure c
                    WHERE c.kind = 'pooling' AND c.descendant_id = v.region_id AND c.starts_on <= %(on)s
                      AND (c.ends_on IS NULL OR c.ends_on >= %(on)s) LIMIT 1),
                   EXISTS (SELECT FROM claims_agreement a WHERE a.provider_id = v.id AND a.state = 'active'
                           AND %(on)s BETWEEN a.starts_on AND a.ends_on)
            FROM claims_provider v WHERE v.id = %(provider)s
            """,
            {"on": on, "provider": provider_id},
        )
        row = cursor.fetchone()
    return ProviderOnDay(*row) if row else None

"""The figures that base reports are built from, one section for each room, read once for an area and month.

Sums of settlements come from the kept monthly sums, less what was recorded after the cut-off; enrolment is as of the month's
last day, which the kept counts do not know. Each section is one or a few statements whatever the number of people.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from core import money
from core.periods import Month
from enrollment.codes import HardshipCategory, PersonCategory
from funds.codes import Fund
from funds.models import SubsidyDue, SubsidyReceipt
from funds.selectors import overview
from office.models import Region

AMOUNTS = ("total_fen", "in_scope_fen", "basic_fen", "critical_fen", "aid_fen", "other_fen", "personal_fen")
_KINDS = {
    "inpatient": ("inpatient",),
    "outpatient": ("outpatient",),
    "special": ("special_outpatient", "two_disease"),
}
_NO_STATUS = ("", "none")

# Sums, waiting deltas and the facts that are too late, in one statement: one snapshot, so that nothing is counted twice.
_CLAIMS = f"""
    SELECT visit_kind, status, is_local, sum(bills) AS bills, {", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)}
    FROM (
        SELECT visit_kind, status, is_local, bills, {", ".join(AMOUNTS)} FROM claims_monthlysummary
        WHERE pooling_area_id = ANY (%(areas)s) AND period = %(period)s
        UNION ALL
        SELECT visit_kind, status, is_local, bills, {", ".join(AMOUNTS)} FROM claims_settlementdelta
        WHERE pooling_area_id = ANY (%(areas)s) AND period = %(period)s
        UNION ALL
        SELECT s.visit_kind, s.status, s.is_local, -{{bills}}, {", ".join(f"-s.{name}" for name in AMOUNTS)}
        FROM claims_settlement s
        WHERE s.pooling_area_id = ANY (%(areas)s) AND s.settled_on BETWEEN %(first)s AND %(last)s
            AND s.recorded_at > %(cut_off)s
    ) AS known GROUP BY 1, 2, 3
"""  # noqa: S608  # constants of this module
_FACTS = f"""
    SELECT s.visit_kind, s.status, s.is_local, sum({{bills}}) AS bills, {", ".join(f"sum(s.{n}) AS {n}" for n in AMOUNTS)}
    FROM claims_settlement s
    WHERE s.pooling_area_id = ANY (%(areas)s) AND s.settled_on BETWEEN %(first)s AND %(last)s
        AND s.recorded_at <= %(cut_off)s
    GROUP BY 1, 2, 3
"""  # noqa: S608
# How a row counts as a visit: as the monthly sums count it.
_BILLS = """(CASE s.kind WHEN 'settlement' THEN 1 WHEN 'reversal' THEN CASE WHEN EXISTS (SELECT FROM claims_settlement o
    WHERE o.id = s.reverses_id AND o.kind = 'adjustment') THEN 0 ELSE -1 END ELSE 0 END)"""
CLAIMS, CLAIM_FACTS = _CLAIMS.format(bills=_BILLS), _FACTS.format(bills=_BILLS)

_ENROLLED = """
    SELECT category, count(*) AS persons FROM enrollment_enrollment
    WHERE pooling_area_id = ANY (%(areas)s) AND year = %(year)s AND in_force AND starts_on <= %(last)s
        AND ends_on >= %(last)s AND recorded_at <= %(cut_off)s
    GROUP BY 1
"""
_DUES = """
    SELECT count(*) AS persons, coalesce(sum(personal_fen), 0) AS personal_fen, coalesce(sum(aid_fen), 0) AS aid_fen,
        count(*) FILTER (WHERE aid_fen > 0 AND personal_fen = 0) AS aided_full,
        count(*) FILTER (WHERE aid_fen > 0 AND personal_fen > 0) AS aided_part
    FROM enrollment_due
    WHERE pooling_area_id = ANY (%(areas)s) AND year = %(year)s AND state <> 'cancelled' AND recorded_at <= %(cut_off)s
"""
_PAID = """
    SELECT coalesce(sum(amount_fen) FILTER (WHERE kind <> 'aid' AND year = %(year)s), 0) AS paid_to_date_fen,
        coalesce(sum(amount_fen) FILTER (WHERE kind = 'aid' AND year = %(year)s), 0) AS aid_paid_to_date_fen,
        coalesce(sum(amount_fen) FILTER (WHERE kind <> 'aid' AND booked_on >= %(first)s), 0) AS paid_fen,
        coalesce(sum(amount_fen) FILTER (WHERE kind = 'aid' AND booked_on >= %(first)s), 0) AS aid_paid_fen
    FROM enrollment_payment
    WHERE pooling_area_id = ANY (%(areas)s) AND booked_on BETWEEN %(season)s AND %(last)s AND recorded_at <= %(cut_off)s
"""
# The ledger as it was counted last up to the month's last day, not before the month began.
_COVERAGE = """
    SELECT t.category, sum(listed_count) AS listed, sum(unverified_count) AS unverified, sum(dead_count) AS dead,
        sum(employee_count) AS employee, sum(due_count) AS due, sum(elsewhere_count) AS elsewhere,
        sum(basic_count) AS basic, sum(critical_count) AS critical, sum(aid_count) AS aid, sum(covered_count) AS covered
    FROM poverty_coveragecount t
    JOIN (SELECT pooling_area_id, max("on") AS "on" FROM poverty_coveragecount
          WHERE pooling_area_id = ANY (%(areas)s) AND "on" BETWEEN %(first)s AND %(last)s GROUP BY 1) AS latest
        ON latest.pooling_area_id = t.pooling_area_id AND latest."on" = t."on"
    GROUP BY 1
"""
_COVERED = ("listed", "unverified", "dead", "employee", "due", "elsewhere", "basic", "critical", "aid", "covered")

SECTIONS = ("enrollment", "dues", "subsidies", "claims", "funds", "poverty")


class Sources:
    """What an area's reports of one month are built from, as known at the cut-off; each section is read when first asked."""

    def __init__(self, areas: list[Region], month: Month, cut_off: datetime) -> None:
        self.areas, self.month, self.cut_off = areas, month, cut_off
        self.gaps: dict[str, str] = {}
        self._sections: dict[str, dict[str, int]] = {}

    def figure(self, key: str) -> int | None:
        """The figure behind 'section.name'; None where the section has no data for the month (see `gaps`)."""
        section, _dot, name = key.partition(".")
        if section not in self._sections:
            self._sections[section] = getattr(self, f"_{section}")()
        found = self._sections[section]
        if section in self.gaps and name not in found:
            return None
        return found[name]

    @property
    def _params(self) -> dict[str, Any]:
        return {
            "areas": [area.pk for area in self.areas],
            "period": self.month.period,
            "year": self.month.year,
            "first": self.month.first,
            "last": self.month.last,
            # Premiums of a year are collected from the year before on.
            "season": Month(self.month.year - 1, 1).first,
            "cut_off": self.cut_off,
        }

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self._params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _enrollment(self) -> dict[str, int]:
        persons = {row["category"]: int(row["persons"]) for row in self._rows(_ENROLLED)}
        found = {f"category.{category}": persons.get(category, 0) for category in PersonCategory.values}
        return {"enrolled": sum(persons.values()), **found}

    def _dues(self) -> dict[str, int]:
        return {name: int(value) for sql in (_DUES, _PAID) for name, value in self._rows(sql)[0].items()}

    def _subsidies(self) -> dict[str, int]:
        ids, year, last = [area.pk for area in self.areas], self.month.year, self.month.last
        known = SubsidyDue.everywhere.filter(
            pooling_area__in=ids, year=year, worked_out_on__lte=last, recorded_at__lte=self.cut_off
        )
        newest = known.filter(pooling_area=OuterRef("pooling_area"), treasury=OuterRef("treasury")).order_by("-version")
        due = known.filter(version=Subquery(newest.values("version")[:1])).aggregate(due_fen=Sum("due_fen", default=0))
        arrived = SubsidyReceipt.everywhere.filter(
            pooling_area__in=ids, year=year, arrived_on__lte=last, recorded_at__lte=self.cut_off
        ).aggregate(
            arrived_to_date_fen=Sum("arrived_fen", default=0),
            arrived_fen=Sum("arrived_fen", filter=Q(arrived_on__gte=self.month.first), default=0),
        )
        return {name: int(value) for name, value in {**due, **arrived}.items()}

    def _claims(self) -> dict[str, int]:
        return claim_figures(self._rows(CLAIMS))

    def claims_from_facts(self) -> dict[str, int]:
        """The claims section once more, from the settlements alone: what the proof compares with."""
        return claim_figures(self._rows(CLAIM_FACTS))

    def _funds(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for area in self.areas:
            for fund in Fund.values:
                span = overview.span(area.pk, fund, self.month.period)
                if span is None:
                    self.gaps["funds"] = _("%(area)s 尚未建账，没有基金数。") % {"area": area.name}
                    continue
                now = span.flows[-1]
                for name, value in (
                    ("income_fen", now.income_fen),
                    ("expenditure_fen", now.expenditure_fen),
                    ("balance_fen", now.balance_fen),
                    ("average_expenditure_fen", money.share(span.expenditure_fen, Fraction(1, len(span.flows)))),
                ):
                    found[f"{fund}.{name}"] = found.get(f"{fund}.{name}", 0) + value
        return found

    def _poverty(self) -> dict[str, int]:
        rows = {row.pop("category"): row for row in self._rows(_COVERAGE)}
        if not rows:
            self.gaps["poverty"] = _("%(month)s 没有统计过台账覆盖情况。") % {"month": self.month}
            return {}
        found = {name: int(rows.get("", {}).get(name) or 0) for name in _COVERED}
        found["not_covered"] = found["due"] - found["basic"]
        for category in HardshipCategory.values:
            found[f"category.{category}"] = int(rows.get(category, {}).get("listed") or 0)
        return found


def claim_figures(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Visits and money, of everybody ('all.…') and of people with a hardship status ('poor.…')."""
    found: dict[str, int] = {}
    for who, chosen in (("all", rows), ("poor", [row for row in rows if row["status"] not in _NO_STATUS])):
        visits = int(sum(row["bills"] for row in chosen))
        amounts = {name: int(sum(row[name] for row in chosen)) for name in AMOUNTS}
        kinds = {
            name: int(sum(row["bills"] for row in chosen if row["visit_kind"] in codes))
            for name, codes in _KINDS.items()
        }
        local = int(sum(row["bills"] for row in chosen if row["is_local"]))
        figures = {
            "visits": visits,
            **kinds,
            "other_visits": visits - sum(kinds.values()),
            "local": local,
            "away": visits - local,
            **amounts,
            "outside_fen": amounts["total_fen"] - amounts["in_scope_fen"],
        }
        found.update({f"{who}.{name}": value for name, value in figures.items()})
    return found

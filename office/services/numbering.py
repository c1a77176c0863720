"""Serial numbers of documents: short, unique, without a lock, and not gapless.

Each kind draws from its own PostgreSQL sequence. A sequence does not wait for another clerk's transaction, as a counter
row would for the length of a batch; a number drawn by a transaction that fails is lost, which is harmless.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from core import clock
from core.refusal import Refused
from office.models import Region


@dataclass(frozen=True)
class Kind:
    """How the numbers of one kind of document look."""

    prefix: str
    shape: str


# Shape fields: prefix, period (yyyymm), year, region (six digits), serial. A new kind needs its sequence in a migration.
KINDS = {
    "settlement": Kind("JS", "{prefix}{period}{serial:06d}"),
    "bill": Kind("DJ", "{prefix}{period}{serial:06d}"),
    "filing": Kind("BA", "{prefix}{period}{serial:06d}"),
    "person": Kind("P", "{prefix}{serial:09d}"),
    "household": Kind("H", "{prefix}{serial:09d}"),
    "receipt": Kind("SK", "{prefix}{period}{serial:06d}"),
    "temporary_identity": Kind("LS", "{prefix}{year}{serial:07d}"),
    "paper": Kind("CL", "{prefix}{period}{serial:06d}"),
    "work": Kind("DB", "{prefix}{period}{serial:06d}"),
    "agreement": Kind("XY", "{prefix}{year}{serial:05d}"),
    "payment_order": Kind("FK", "{prefix}{region}{period}{serial:05d}"),
    "journal": Kind("PZ", "{prefix}{region}{period}{serial:06d}"),
    "budget": Kind("YS", "{prefix}{region}{year}{serial:04d}"),
    "warning": Kind("YJ", "{prefix}{region}{period}{serial:04d}"),
    "submission": Kind("BS", "{prefix}{region}{period}{serial:04d}"),
    "policy_set": Kind("ZC", "{prefix}{region}{year}{serial:04d}"),
    "poverty_list": Kind("MD", "{prefix}{region}{period}{serial:04d}"),
    "poverty_household": Kind("TZ", "{prefix}{serial:09d}"),
    "supervision": Kind("JG", "{prefix}{period}{serial:06d}"),
    "enquiry": Kind("ZX", "{prefix}{period}{serial:06d}"),
    "case": Kind("SX", "{prefix}{period}{serial:06d}"),
}


def next(kind: str, region: Region | None = None, on: date | None = None) -> str:
    """The next number of a kind."""
    return block(kind, region, on, 1)[0]


def block(kind: str, region: Region | None, on: date | None, n: int) -> list[str]:
    """``n`` numbers at once, in rising order."""
    if n < 1:
        return []
    _check_region(kind, region)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence(kind), n])
        serials = sorted(row[0] for row in cursor.fetchall())
    return written(kind, serials, region, on)


def written(kind: str, serials: Iterable[int], region: Region | None = None, on: date | None = None) -> list[str]:
    """The numbers with these serials, for a statement that has drawn them from `sequence` itself."""
    _check_region(kind, region)
    form = KINDS[kind]
    day = on or clock.today()
    fixed = {
        "prefix": form.prefix,
        "period": f"{day:%Y%m}",
        "year": f"{day:%Y}",
        "region": region.code[:6] if region else "",
    }
    return [form.shape.format(serial=serial, **fixed) for serial in serials]


def _check_region(kind: str, region: Region | None) -> None:
    if "{region}" in KINDS[kind].shape and region is None:
        raise Refused(_("编号须有所属地区。请先选择地区。"))


def sequence(kind: str) -> str:
    """The name of a kind's sequence."""
    return f"office_number_{kind}"

"""Telling staff something."""

from django.db import transaction

from core import clock
from office.models import Notice, Region, User
from office.selectors import staff


def tell(user: User, text: str, *, url: str = "", region: Region | None = None) -> Notice:
    """Leave a notice for one account."""
    return Notice.everywhere.create(user=user, text=text[:300], url=url, region=region)


@transaction.atomic
def tell_all(permission: str, region: Region, text: str, *, url: str = "") -> int:
    """Leave a notice for everyone who holds ``permission`` in an office of exactly ``region``; returns how many."""
    people = staff.holders(permission, region, clock.today())
    Notice.everywhere.bulk_create([Notice(user=user, text=text[:300], url=url, region=region) for user in people])
    return len(people)


def mark_read(*, actor: User, notice: Notice | None = None) -> int:
    """Mark one notice, or all of one's own, as read."""
    found = Notice.objects.visible_to(actor).filter(read_at__isnull=True)
    if notice is not None:
        found = found.filter(pk=notice.pk)
    return found.update(read_at=clock.now())

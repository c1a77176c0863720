"""The papers of a record."""

from django.db import models
from django.db.models import QuerySet

from office.models import Paper, User


def of(obj: models.Model, staff: User) -> QuerySet[Paper]:
    """The papers of ``obj`` that ``staff`` may open."""
    found = Paper.objects.visible_to(staff).filter(
        object_type=obj._meta.label, object_id=str(obj.pk), withdrawn_at__isnull=True
    )
    return found.filter(permission__in=["", *staff.permissions])

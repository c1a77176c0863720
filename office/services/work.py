"""Work items: what has to be done, by whom, until when; opened by the app that finds it, closed when it is done."""

from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Refused
from office import workdays
from office.models import Region, User, WorkItem


@transaction.atomic
def open(
    kind: str,
    key: str,
    *,
    title: str,
    region: Region,
    permission: str,
    due_days: int | None = None,
    due_on: date | None = None,
    obj: models.Model | None = None,
    url: str = "",
    reopen: bool = False,
) -> WorkItem:
    """Put one thing on the list of everyone with ``permission`` in ``region``; the same key is the same item.

    ``due_days`` counts working days from today. A closed item stays closed unless ``reopen``.
    """
    today = clock.today()
    item, is_new = WorkItem.everywhere.select_for_update(of=("self",)).get_or_create(
        kind=kind,
        key=key,
        defaults={
            "title": title[:200],
            "region": region,
            "permission": permission,
            "due_on": due_on or (workdays.add(today, due_days) if due_days is not None else None),
            "opened_on": today,
            "object_type": obj._meta.label if obj is not None else "",
            "object_id": str(obj.pk) if obj is not None else "",
            "url": url,
        },
    )
    if not is_new and reopen and item.state != WorkItem.State.OPEN:
        item.state, item.outcome, item.closed_by, item.closed_at = WorkItem.State.OPEN, "", None, None
        item.opened_on, item.due_on = today, due_on or (workdays.add(today, due_days) if due_days is not None else None)
        item.save()
    return item


def close(kind: str, key: str, *, actor: User | None, outcome: str) -> WorkItem | None:
    """Mark an item done; one that does not exist or is closed already is left alone (None)."""
    return _finish(kind, key, WorkItem.State.DONE, actor, outcome)


def cancel(kind: str, key: str, *, actor: User | None, outcome: str) -> WorkItem | None:
    """Mark an item as no longer needed."""
    return _finish(kind, key, WorkItem.State.CANCELLED, actor, outcome)


@transaction.atomic
def take(item: WorkItem, *, actor: User) -> WorkItem:
    """Put one's own name on an open item; refuses one that another person works on."""
    item = WorkItem.everywhere.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state != WorkItem.State.OPEN:
        raise Refused(_("该事项已办结，不能领取。请刷新列表。"))
    if item.assignee_id not in (None, actor.pk):
        raise Refused(_("该事项已由 %(name)s 领取。请与其联系，或由其退回。") % {"name": item.assignee})
    item.assignee = actor
    item.save(update_fields=["assignee"])
    audit.record(actor, "office.work.taken", item)
    return item


@transaction.atomic
def give_back(item: WorkItem, *, actor: User) -> WorkItem:
    """Take one's own name off an item."""
    item = WorkItem.everywhere.select_for_update(of=("self",)).get(pk=item.pk)
    if item.assignee_id != actor.pk:
        raise Refused(_("只有承办人本人可以退回。"))
    item.assignee = None
    item.save(update_fields=["assignee"])
    audit.record(actor, "office.work.given_back", item)
    return item


@transaction.atomic
def _finish(kind: str, key: str, state: str, actor: User | None, outcome: str) -> WorkItem | None:
    item = (
        WorkItem.everywhere.select_for_update(of=("self",))
        .filter(kind=kind, key=key, state=WorkItem.State.OPEN)
        .first()
    )
    if item is None:
        return None
    item.state, item.outcome, item.closed_by, item.closed_at = state, outcome[:500], actor, clock.now()
    item.save(update_fields=["state", "outcome", "closed_by", "closed_at"])
    return item

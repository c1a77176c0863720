"""Keeping a named filter of a list."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusal import Refused
from office.models import SavedFilter, User

MOST = 30


@transaction.atomic
def save(*, actor: User, view_name: str, name: str, query: str) -> SavedFilter:
    """Keep one filter under a name; the same name again replaces it. Refuses more than thirty for one list."""
    own = SavedFilter.objects.visible_to(actor).filter(view_name=view_name)
    if own.count() >= MOST and not own.filter(name=name).exists():
        raise Refused(_("每张列表最多保存 %(most)d 个常用筛选。请先删除不用的。") % {"most": MOST})
    kept, _is_new = SavedFilter.everywhere.update_or_create(
        owner=actor, view_name=view_name, name=name, defaults={"query": query}
    )
    return kept

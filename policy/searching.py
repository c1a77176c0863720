"""What the global search finds of policy: documents, parameters, local sets."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office import search
from policy.models import LocalPolicySet
from policy.selectors.law import law


def _find_law(staff: Any, query: search.Query, limit: int) -> Iterator[search.Hit]:
    text = query.text.strip()
    if len(text) < 2:
        return
    known = law()
    found = 0
    for document in known.documents.values():
        if text in document.number or text in document.title:
            yield search.Hit(document_url(document.number), document.number, document.title)
            found += 1
    for parameter in known.parameters.values():
        if found >= limit:
            return
        if text in parameter.name or text == parameter.key:
            yield search.Hit(reverse("policy:parameter_detail", args=[parameter.key]), parameter.name, parameter.about)
            found += 1


def document_url(number: str) -> str:
    """The page of one document."""
    return reverse("policy:document_detail", args=[number])


def _find_sets(staff: Any, query: search.Query, limit: int) -> Iterator[search.Hit]:
    text = query.text.strip()
    if len(text) < 2:
        return
    rows = LocalPolicySet.objects.visible_to(staff).filter(
        Q(name__icontains=text) | Q(document_number__icontains=text) | Q(region__name__icontains=text)
    )
    for row in rows.select_related("region")[:limit]:
        yield search.Hit(
            reverse("policy:set_detail", args=[row.pk]), row.name, row.region.full_name, row.get_state_display()
        )


search.register(search.Provider("policy.law", _("政策文件和国家标准"), "policy.view", _find_law, 70))
search.register(search.Provider("policy.sets", _("地方政策标准"), "policy.view", _find_sets, 71))

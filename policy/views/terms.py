"""现行标准: every term in force for a pooling area on a day; and a stored snapshot of terms."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import clock
from core.refusal import Refused
from office.access import page
from office.models import Region
from office.selectors import regions
from policy.models import PolicyFinding, TermsSnapshot
from policy.models.scopes import governed
from policy.presenting import groups
from policy.selectors.sets import sets_in_force
from policy.selectors.terms import terms_for
from policy.services import snapshots
from policy.term_keys import KEYS


@page("policy.view", methods=("GET", "HEAD"))
def terms(request: HttpRequest) -> HttpResponse:
    """Choose an area and a day; each value stands with its document, clause and words."""
    staff = request.user
    on = _day(request.GET.get("on", ""))
    areas = regions.pooling_areas(on).filter(governed(staff, "pk"))
    area = areas.filter(code=request.GET.get("area", "")).first() or _own(staff.region, on) or areas.first()
    context: dict[str, object] = {"areas": areas, "area": area, "on": on}
    if area is not None:
        found = terms_for(area, on)
        missing = [key for key in KEYS.values() if key.is_supported and not key.absent and not found.has(key.name)]
        context |= {
            "groups": groups(found),
            "count": len(found),
            "missing": missing,
            "sets": sets_in_force(area, on),
            "findings": PolicyFinding.objects.visible_to(staff).filter(policy_set__region=area, state="open"),
        }
    return render(request, "policy/terms.html", context)


@page("policy.view", methods=("GET", "HEAD"))
def snapshot_detail(request: HttpRequest, digest: str) -> HttpResponse:
    """The terms that a settlement or a due was worked out under, as they were stored."""
    snapshot = get_object_or_404(TermsSnapshot.objects.visible_to(request.user), digest=digest)
    stored = snapshots.terms_of(snapshot)
    area = Region.everywhere.filter(code=snapshot.area_code).first()
    return render(
        request,
        "policy/snapshot_detail.html",
        {"snapshot": snapshot, "area": area, "groups": groups(stored), "count": len(stored)},
    )


def _own(region: Region | None, on: date) -> Region | None:
    if region is None or region.level in ("nation", "province"):
        return None
    try:
        return regions.pooling_area(region, on)
    except Refused:
        return None


def _day(text: str) -> date:
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("“%(text)s”不是日期。请写成 2018-12-31 的形式。") % {"text": text[:40]}) from None

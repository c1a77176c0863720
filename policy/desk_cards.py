"""Cards of the work desk: findings that wait for a supplement, and drafts on their way."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import desk
from policy.models import LocalPolicySet
from policy.selectors.sets import findings_open

ROLES = ("policy_officer", "director", "analyst", "auditor")
State = LocalPolicySet.State


def _findings(staff: Any, on: date) -> dict[str, Any] | None:
    found = list(findings_open(staff)[:6])
    if not found:
        return None
    return {
        "rows": [
            {
                "url": reverse("policy:set_detail", args=[finding.policy_set_id]) + "#findings",
                "label": f"{finding.policy_set.region.name} · {finding.name}",
                "detail": f"{finding.local_value} → {finding.bound_value}（{finding.document} {finding.clause}）",
                "badge": finding.difference,
                "tone": "orange",
            }
            for finding in found
        ],
        "more_url": reverse("policy:finding_list"),
    }


def _drafts(staff: Any, on: date) -> dict[str, Any] | None:
    rows = (
        LocalPolicySet.objects.visible_to(staff)
        .filter(state__in=[State.DRAFT, State.RETURNED, State.SUBMITTED])
        .select_related("region")[:6]
    )
    if not rows:
        return None
    return {
        "rows": [
            {
                "url": reverse("policy:set_detail", args=[row.pk]),
                "label": str(row),
                "detail": row.return_reason or row.region.name,
                "badge": row.get_state_display(),
                "tone": "red" if row.state == State.RETURNED else "blue",
            }
            for row in rows
        ],
        "more_url": reverse("policy:set_list"),
    }


def _count(staff: Any, on: date) -> dict[str, Any] | None:
    count = findings_open(staff).count()
    return {
        "label": _("标准差距"),
        "value": count,
        "url": reverse("policy:finding_list"),
        "hint": _("待补充文件提高"),
        "tone": "orange" if count else "green",
        "icon": "scale",
    }


desk.register(
    desk.DeskCard(
        "policy.count",
        gettext_lazy("标准差距"),
        "policy.view",
        _count,
        area="figures",
        roles=("policy_officer",),
        order=60,
    )
)
desk.register(
    desk.DeskCard(
        "policy.findings", gettext_lazy("待补充文件提高的标准"), "policy.view", _findings, roles=ROLES, order=60
    )
)
desk.register(
    desk.DeskCard(
        "policy.drafts", gettext_lazy("起草中的地方标准"), "policy.draft", _drafts, roles=("policy_officer",), order=40
    )
)

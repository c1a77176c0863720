"""What happened to a bill or a settlement, from the audit trail."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import audit

ACTS = {
    "claims.bills.loaded": _("载入医院单据"),
    "claims.catalogue.loaded": _("载入医保目录"),
    "claims.provider.loaded": _("载入定点机构"),
    "claims.entitlement.asked": _("接口查询待遇资格"),
    "claims.bill.entered": _("录入单据"),
    "claims.bill.withdrawn": _("作废单据"),
    "claims.settlement.made": _("结算"),
    "claims.settlement.reversed": _("冲正"),
}


def timeline(obj: models.Model) -> list[dict[str, Any]]:
    """Entries for ``components/timeline.html``, newest first; the caller has come to the object through its scope."""
    return [
        {
            "title": ACTS.get(entry.act, entry.act),
            "at": entry.at,
            "who": entry.actor_name,
            "reason": entry.reason,
            "changes": [],
        }
        for entry in audit.history(obj)[:50]
    ]

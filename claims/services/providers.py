"""Load providers with their agreements."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from claims.codes import ProviderKind, ProviderLevel
from claims.models import Agreement, Provider
from core import audit
from core.refusal import Refused
from office.models import Region

ILLUSTRATIVE = Path(__file__).resolve().parent.parent / "demonstration_data" / "providers.yaml"

_KEYS = {"code", "name", "level", "region", "kind", "agreement"}


@dataclass(frozen=True)
class ProvidersLoaded:
    """What a provider file changed."""

    providers: int
    unchanged: int


@transaction.atomic
def load(path: Path = ILLUSTRATIVE, *, actor: Any) -> ProvidersLoaded:
    """Add the providers of a YAML file with one agreement each; known codes stay as they are.

    Refuses unknown keys, levels and regions.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = content["providers"]
    known = set(Provider.everywhere.values_list("code", flat=True))
    regions = {r.code: r for r in Region.everywhere.filter(code__in={str(row["region"]) for row in rows})}
    made = 0
    for row in rows:
        if unknown := sorted(set(row) - _KEYS):
            raise Refused(_("机构文件有未知的键：%(keys)s。请改正或删去。") % {"keys": "、".join(unknown)})
        if row["code"] in known:
            continue
        if row["level"] not in ProviderLevel.values:
            raise Refused(_("机构 %(code)s 的等级 %(level)s 未知。") % {"code": row["code"], "level": row["level"]})
        if str(row["region"]) not in regions:
            raise Refused(
                _("机构 %(code)s 的所在地 %(region)s 不在行政区划中。请先载入行政区划后重试。")
                % {"code": row["code"], "region": row["region"]}
            )
        provider = Provider.everywhere.create(
            code=row["code"],
            name=row["name"],
            pinyin="".join(lazy_pinyin(row["name"]))[:240],
            level=row["level"],
            kind=row.get("kind", ProviderKind.HOSPITAL),
            region=regions[str(row["region"])],
            is_illustrative=bool(content.get("is_illustrative", False)),
        )
        span = row.get("agreement") or content["agreement"]
        Agreement.everywhere.create(provider=provider, starts_on=span["starts_on"], ends_on=span["ends_on"])
        audit.record(actor, "claims.provider.loaded", provider)
        made += 1
    return ProvidersLoaded(made, len(rows) - made)

"""Load a catalogue of drugs, services and materials: new items, and new versions from their date."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from claims.codes import ItemClass, ItemKind
from claims.models import CatalogueItem, CatalogueVersion
from core import audit, money
from core.refusal import Refused

ILLUSTRATIVE = Path(__file__).resolve().parent.parent / "demonstration_data" / "catalogue.yaml"

_ITEM_KEYS = {"code", "name", "class", "first_self_pay", "specification", "unit", "price_cap", "imported"}
_CHANGE_KEYS = {"code", "starts_on", "class", "first_self_pay", "price_cap"}
_FILE_KEYS = {"is_illustrative", "name", "starts_on", "items", "changes"}


@dataclass(frozen=True)
class CatalogueLoaded:
    """What a catalogue file changed."""

    items: int
    versions: int
    unchanged: int


def initials(name: str) -> str:
    """First letters of the pinyin of a name, as clerks type them: 阿莫西林胶囊 → amxljn."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower().replace(" ", "")[:200]


@transaction.atomic
def load(path: Path = ILLUSTRATIVE, *, actor: Any) -> CatalogueLoaded:
    """Take over a catalogue file (YAML). A version that is known unchanged stays; a later one ends the earlier one.

    Refuses unknown keys, unknown classes, and a version that starts before the item's latest one.
    """
    content = _read(path)
    wanted = _wanted(content)
    items = {item.code: item for item in CatalogueItem.everywhere.filter(code__in=[row["code"] for row in wanted])}
    fresh = [
        CatalogueItem(
            code=row["code"],
            name=row["name"],
            pinyin=initials(row["name"]),
            kind=row["kind"],
            specification=row["specification"],
            unit=row["unit"],
            is_imported=row["is_imported"],
            is_illustrative=bool(content.get("is_illustrative", False)),
        )
        for row in wanted
        if row["name"] and row["code"] not in items
    ]
    items.update({item.code: item for item in CatalogueItem.everywhere.bulk_create(fresh)})
    latest: dict[str, CatalogueVersion] = {}
    for version in CatalogueVersion.everywhere.filter(item__in=items.values()).order_by("starts_on"):
        latest[items_code(items, version.item_id)] = version
    made = unchanged = 0
    for row in wanted:
        if row["code"] not in items:
            raise Refused(
                _("目录文件中的变更项目 %(code)s 不存在。请先在 items 中写明该项目。") % {"code": row["code"]}
            )
        item = items[row["code"]]
        version = _version(item, row, content["name"])
        earlier = latest.get(row["code"])
        if earlier is not None and earlier.starts_on >= version.starts_on:
            unchanged += 1
            continue
        if earlier is not None:
            earlier.ends_on = version.starts_on - timedelta(days=1)
            earlier.save(update_fields=["ends_on"])
        version.save()
        latest[row["code"]] = version
        made += 1
    if fresh or made:
        audit.record(
            actor,
            "claims.catalogue.loaded",
            next(iter(items.values())),
            reason=content["name"],
            changes={"items": len(fresh), "versions": made},
        )
    return CatalogueLoaded(len(fresh), made, unchanged)


def items_code(items: dict[str, CatalogueItem], item_id: int) -> str:
    """The code under which an item of this file is kept."""
    return next(code for code, item in items.items() if item.pk == item_id)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refused(
            _("目录文件 %(path)s 不能读取：%(error)s。请检查文件后重试。") % {"path": path.name, "error": error}
        ) from error
    if not isinstance(content, dict) or not {"name", "starts_on", "items"} <= set(content):
        raise Refused(_("目录文件缺少 name、starts_on 或 items。请按模板补齐后重试。"))
    _refuse_unknown(set(content), _FILE_KEYS, path.name)
    return content


def _wanted(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of one shape: the list's own, then the later changes in order of date."""
    rows: list[dict[str, Any]] = []
    for kind, items in content["items"].items():
        if kind not in ItemKind.values:
            raise Refused(_("目录类别 %(kind)s 未知。请用 drug、service 或 material。") % {"kind": kind})
        for item in items:
            _refuse_unknown(set(item), _ITEM_KEYS, str(item.get("code")))
            rows.append(_row(item, kind=kind, starts_on=content["starts_on"], name=str(item["name"])))
    for change in sorted(content.get("changes") or [], key=lambda row: row["starts_on"]):
        _refuse_unknown(set(change), _CHANGE_KEYS, str(change.get("code")))
        rows.append(_row(change, kind="", starts_on=change["starts_on"], name=""))
    return rows


def _row(item: dict[str, Any], *, kind: str, starts_on: date, name: str) -> dict[str, Any]:
    if item["class"] not in ItemClass.values:
        raise Refused(_("%(code)s 的类别 %(c)s 未知。请用 甲、乙、丙。") % {"code": item["code"], "c": item["class"]})
    return {
        "code": str(item["code"]),
        "name": name,
        "kind": kind,
        "class": item["class"],
        "first_self_pay": money.parse_rate(str(item["first_self_pay"])),
        "specification": str(item.get("specification", "")),
        "unit": str(item.get("unit", "")),
        "is_imported": bool(item.get("imported", False)),
        "price_cap_fen": money.parse_yuan(str(item["price_cap"])) if item.get("price_cap") else None,
        "starts_on": starts_on,
    }


def _version(item: CatalogueItem, row: dict[str, Any], list_name: str) -> CatalogueVersion:
    share = row["first_self_pay"]
    return CatalogueVersion(
        item=item,
        item_class=row["class"],
        first_self_pay_numerator=share.numerator,
        first_self_pay_denominator=share.denominator,
        price_cap_fen=row["price_cap_fen"],
        starts_on=row["starts_on"],
        list_name=list_name,
    )


def _refuse_unknown(found: set[str], known: set[str], where: str) -> None:
    if unknown := sorted(found - known):
        raise Refused(
            _("目录文件 %(where)s 处有未知的键：%(keys)s。请改正或删去。")
            % {"where": where, "keys": "、".join(unknown)}
        )

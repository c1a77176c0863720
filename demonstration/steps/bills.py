"""The year's bills: sent by hospitals, settled through the three layers on the day of discharge, some reversed."""

from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from claims.models import Bill, CatalogueVersion, Provider, Settlement
from claims.services import batch, loading, reversals, settlements, summaries
from demonstration.areas import AREAS, Area
from demonstration.bill_files import BillYear, Hospital, Item, SentBill, write
from demonstration.office_day import office_day
from demonstration.year import DemonstrationYear

INPATIENT, OUTPATIENT, DELIVERIES, ACCIDENTS = 2_600, 12_200, 120, 80
NOT_COVERED = 40
REVERSED, SETTLED_AGAIN = 60, 30
# What hospitals ask for an item of class 丙, in fen; such items have no price limit.
FREE_PRICE_FEN = 6_800
# Some hospitals ask more than the limit for these; the part above it is the patient's.
DEAR_CODES = {"D0004", "D0023"}
REVERSAL_DAY = date(2018, 12, 20)


def hospitals() -> list[Hospital]:
    return [
        Hospital(p.code, p.level, p.region.code) for p in Provider.everywhere.select_related("region").order_by("code")
    ]


def items() -> dict[str, Item]:
    """Each item with what hospitals asked for it at the beginning of the year."""
    prices: dict[str, Item] = {}
    for version in CatalogueVersion.everywhere.select_related("item").order_by("item__code", "starts_on"):
        asked = version.price_cap_fen if version.price_cap_fen is not None else FREE_PRICE_FEN
        asked = asked * 108 // 100 if version.item.code in DEAR_CODES else asked
        prices.setdefault(version.item.code, Item(version.item.code, asked))
    return prices


def write_files(year: DemonstrationYear) -> dict[Area, tuple[Path, Path]]:
    """Two files an area; the dear and the poor are drawn from all areas together."""
    covered = [r for area in AREAS for r in year.residents(area) if 2018 in r.years and r.category != "newborn"]
    made = BillYear(covered, hospitals(), items())
    bills: list[SentBill] = list(made.bills(INPATIENT, OUTPATIENT, DELIVERIES, ACCIDENTS))
    strangers = [r for area in AREAS for r in year.residents(area) if 2018 not in r.years]
    bills += BillYear(strangers, hospitals(), items(), seed=7).visits(NOT_COVERED)
    files = {}
    for area in AREAS:
        heads, lines = year.folder / f"费用单据-{area.code}.csv", year.folder / f"费用明细-{area.code}.csv"
        write([bill for bill in bills if bill.patient.village.pooling_area == area.code], heads, lines)
        files[area] = (heads, lines)
        year.files += [heads, lines]
    return files


def load(year: DemonstrationYear) -> None:
    read = accepted = 0
    for area, (heads, lines) in write_files(year).items():
        loaded = loading.load_bills(heads, lines, actor=area.clerk("claims_clerk"))
        read, accepted = read + loaded.read, accepted + loaded.accepted
        if loaded.refused:
            year.tell("bills", f"{area.region.name} 拒收单据", loaded.refused)
    year.tell("bills", "医院单据 读取 / 接收", f"{read:,} / {accepted:,}")


def settle(year: DemonstrationYear) -> None:
    settled = refused = 0
    for area in AREAS:
        outcome = batch.settle_all(actor=area.clerk("claims_clerk"), at_discharge=True)
        settled, refused = settled + outcome.settled, refused + outcome.refused
    year.tell("bills", "结算", settled)
    year.tell("bills", "不予结算（未参保等，留待处理）", refused)


def reverse_some(year: DemonstrationYear) -> None:
    """Sixty settlements are reversed, half of them settled again: wrong bills as they happen in an office."""
    random = year.random("reversals")
    taken_back = again = 0
    with office_day(REVERSAL_DAY):
        for area in AREAS[:2]:
            clerk = area.clerk("claims_clerk")
            found = list(
                Settlement.everywhere.filter(
                    pooling_area=area.region, kind="settlement", attempt=1, settled_on__lte=REVERSAL_DAY
                )
                .order_by("bill__hospital_number")
                .values_list("pk", "bill_id", "bill__hospital_number")
            )
            for pk, bill_id, number in random.sample(found, REVERSED // 2):
                reversals.reverse(pk, actor=clerk, reason="医院单据有误，退回重报", key=key("reverse", number))
                taken_back += 1
                if taken_back % 2 and Bill.everywhere.get(pk=bill_id).state == "waiting":
                    settlements.settle(bill_id, actor=clerk, key=key("again", number))
                    again += 1
    year.tell("bills", "冲正 / 重新结算", f"{taken_back} / {again}")
    summaries.fold()


def key(act: str, number: str) -> UUID:
    """The idempotency key of one act on one settlement: the same on each run."""
    return uuid5(NAMESPACE_URL, f"demonstration {act} {number}")

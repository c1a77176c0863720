"""A year's bills as hospitals send them: one CSV of bills, one of their lines, from one seed."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from core.money import plain_yuan
from demonstration.population import SEED, Resident

BILL_COLUMNS = [
    "医疗机构编码",
    "医院单据号",
    "证件号码",
    "姓名",
    "就诊类别",
    "备案类型",
    "入院日期",
    "出院日期",
    "诊断编码",
    "诊断名称",
    "分娩方式",
    "总费用",
]
LINE_COLUMNS = ["医疗机构编码", "医院单据号", "行号", "目录编码", "数量", "单价", "金额"]

YEAR = 2018
# Target cost of a stay in yuan, lowest and usual highest, by the hospital's level.
STAY_COST = {"township": (900, 3800), "one": (1500, 5500), "two": (3000, 11000), "three": (5000, 26000)}
STAY_SHARE = {"township": 30, "one": 20, "two": 32, "three": 18}
INPATIENT_DIAGNOSES = (
    ("I10.x00", "高血压"), ("E11.900", "2型糖尿病"), ("J18.900", "肺炎"), ("I63.900", "脑梗死"), ("I25.103", "冠心病"),
    ("K35.800", "急性阑尾炎"), ("M51.202", "腰椎间盘突出"), ("J44.100", "慢性阻塞性肺疾病急性加重"), ("N18.000", "慢性肾衰竭"),
    ("C34.900", "肺恶性肿瘤"), ("C50.900", "乳腺恶性肿瘤"), ("S72.000", "股骨颈骨折"),
)  # fmt: skip
OUTPATIENT_DIAGNOSES = (
    ("J06.900", "急性上呼吸道感染"),
    ("I10.x00", "高血压"),
    ("E11.900", "2型糖尿病"),
    ("K29.500", "慢性胃炎"),
)
DAILY_SERVICES = ("S0002", "S0004", "S0005")
TESTS = ("S0007", "S0008", "S0009", "S0010", "S0013", "S0014", "S0015", "S0016", "S0017")
CHEAP_DRUGS = ("D0001", "D0006", "D0007", "D0010", "D0015", "D0022", "D0027", "D0030")
WARD_DRUGS = ("D0003", "D0004", "D0005", "D0018", "D0019", "D0020", "D0021", "D0023", "D0024", "D0031")
DEAR_DRUGS = ("D0025", "D0026", "D0024")


@dataclass(frozen=True)
class Hospital:
    code: str
    level: str
    region: str


@dataclass(frozen=True)
class Item:
    """A catalogue item with the price hospitals ask, in fen."""

    code: str
    price_fen: int


@dataclass
class SentBill:
    hospital: Hospital
    number: str
    patient: Resident
    kind: str
    filing: str
    admitted_on: date
    discharged_on: date
    diagnosis: tuple[str, str]
    delivery: str
    lines: list[tuple[str, int, int]]  # item code, quantity, unit price in fen

    @property
    def total_fen(self) -> int:
        return sum(quantity * price for _, quantity, price in self.lines)


class BillYear:
    """Generates `inpatient` stays, `outpatient` visits, deliveries and accidents of the patients given."""

    def __init__(
        self, patients: Sequence[Resident], hospitals: Sequence[Hospital], items: dict[str, Item], seed: int = SEED
    ) -> None:
        self.random = Random(seed + 1)
        self.seed = seed
        self.patients = list(patients)
        self.items = items
        self.by_city: dict[str, list[Hospital]] = {}
        for hospital in hospitals:
            self.by_city.setdefault(hospital.region[:4], []).append(hospital)
        self.count = 0
        # The dear stays first fall to people in hardship and to a few others, as in life.
        self.weights = [3 if patient.hardship else 1 for patient in self.patients]

    def bills(self, inpatient: int, outpatient: int, deliveries: int, accidents: int) -> Iterator[SentBill]:
        for patient in self._choose(inpatient):
            yield self._stay(patient)
        for patient in self._choose(outpatient):
            yield self._visit(patient)
        women = [p for p in self.patients if not p.male and 22 <= YEAR - p.born.year <= 38]
        for patient in self.random.sample(women, deliveries):
            yield self._delivery(patient)
        for patient in self._choose(accidents):
            yield self._accident(patient)

    def visits(self, count: int) -> list[SentBill]:
        """Outpatient visits only."""
        return [self._visit(patient) for patient in self._choose(count)]

    def _choose(self, count: int) -> list[Resident]:
        return self.random.choices(self.patients, self.weights, k=count)

    def _local(self, patient: Resident, level: str) -> Hospital:
        near = self.by_city.get(patient.village.city[:4]) or self.by_city["1304"]
        fitting = [h for h in near if h.level == level] or near
        return self.random.choice(fitting)

    def _day(self, patient: Resident, length: int) -> date:
        first = max(date(YEAR, 1, 2), patient.born + timedelta(days=2))
        last = min(date(YEAR, 12, 30), (patient.died_on or date(YEAR, 12, 31)) - timedelta(days=1)) - timedelta(
            days=length
        )
        return first + timedelta(days=self.random.randrange(max(1, (last - first).days)))

    def _number(self) -> str:
        self.count += 1
        return f"Z{self.seed % 10}{YEAR}{self.count:06d}"

    def _line(self, code: str, quantity: int) -> tuple[str, int, int]:
        return code, quantity, self.items[code].price_fen

    def _stay(self, patient: Resident) -> SentBill:
        level = self.random.choices(list(STAY_SHARE), list(STAY_SHARE.values()))[0]
        filing = "本地"
        hospital = self._local(patient, level)
        draw = self.random.random()
        if level == "three" and draw < 0.22:
            away = [h for city in ("2301", "1301", "1100") for h in self.by_city.get(city, ())]
            same_province = [h for h in away if h.region[:2] == patient.village.code[:2]]
            if draw < 0.14 and same_province:
                hospital, filing = self.random.choice(same_province), "省内转诊"
            else:
                hospital = self.random.choice([h for h in away if h.region[:2] != patient.village.code[:2]])
                filing = self.random.choice(("转诊", "异地急诊", "未备案"))
        elif hospital.region[:4] != patient.village.city[:4]:
            filing = "省内转诊"
        low, high = STAY_COST[level]
        target = self.random.randrange(low, high) * 100
        if level == "three" and self.random.random() < 0.05:
            target *= self.random.randrange(3, 10)
        days = max(2, min(60, self.random.randrange(4, 14) + target // 800_000))
        lines = [self._line(code, days) for code in DAILY_SERVICES]
        lines += [self._line(code, 1) for code in self.random.sample(TESTS, 3)]
        drugs = self.random.sample(WARD_DRUGS, 4)
        if target > 6_000_000:
            drugs.append(self.random.choice(DEAR_DRUGS[:2]))
        lines += self._fill(drugs, target - sum(q * p for _, q, p in lines))
        if self.random.random() < 0.1:
            lines.append(self._line("S0006", days))
        admitted = self._day(patient, days)
        diagnosis = self.random.choice(INPATIENT_DIAGNOSES)
        return SentBill(
            hospital,
            self._number(),
            patient,
            "住院",
            filing,
            admitted,
            admitted + timedelta(days=days),
            diagnosis,
            "",
            lines,
        )

    def _fill(self, codes: Sequence[str], target_fen: int) -> list[tuple[str, int, int]]:
        """Lines of the items that come near the target together; at least one of each."""
        share = max(0, target_fen) // len(codes)
        return [
            self._line(code, max(1, min(400, share // self.items[code].price_fen))) for code in dict.fromkeys(codes)
        ]

    def _visit(self, patient: Resident) -> SentBill:
        hospital = self._local(patient, "township" if self.random.random() < 0.8 else "one")
        filing = "本地" if hospital.region[:4] == patient.village.city[:4] else "省内转诊"
        lines = [self._line("S0001", 1)]
        lines += [self._line(code, self.random.randrange(1, 4)) for code in self.random.sample(CHEAP_DRUGS, 2)]
        if self.random.random() < 0.3:
            lines.append(self._line(self.random.choice(("S0007", "S0008", "S0011")), 1))
        day = self._day(patient, 0)
        return SentBill(
            hospital,
            self._number(),
            patient,
            "普通门诊",
            filing,
            day,
            day,
            self.random.choice(OUTPATIENT_DIAGNOSES),
            "",
            lines,
        )

    def _delivery(self, patient: Resident) -> SentBill:
        bill = self._stay(patient)
        caesarean = self.random.random() < 0.4
        bill.hospital, bill.filing = self._local(patient, "two"), "本地"
        if bill.hospital.region[:4] != patient.village.city[:4]:
            bill.filing = "省内转诊"
        bill.kind, bill.delivery = "住院分娩", "剖宫产" if caesarean else "顺产"
        bill.diagnosis = ("O82.900", "剖宫产分娩") if caesarean else ("O80.900", "顺产")
        bill.discharged_on = bill.admitted_on + timedelta(days=7 if caesarean else 3)
        days = (bill.discharged_on - bill.admitted_on).days
        bill.lines = [self._line(code, days) for code in DAILY_SERVICES] + [
            self._line("D0029", 2),
            self._line("S0007", 2),
        ]
        bill.lines += self._fill(("D0003", "D0020"), 150_000 if caesarean else 60_000)
        return bill

    def _accident(self, patient: Resident) -> SentBill:
        bill = self._stay(patient)
        bill.kind, bill.diagnosis = "意外伤害", ("S72.000", "股骨颈骨折")
        return bill


def write(bills: Sequence[SentBill], bills_path: Path, lines_path: Path) -> None:
    """Both files, UTF-8 with BOM as hospital systems write them; amounts in yuan."""
    bills_path.parent.mkdir(parents=True, exist_ok=True)
    with (
        bills_path.open("w", encoding="utf-8-sig", newline="") as heads,
        lines_path.open("w", encoding="utf-8-sig", newline="") as details,
    ):
        head, detail = csv.writer(heads), csv.writer(details)
        head.writerow(BILL_COLUMNS)
        detail.writerow(LINE_COLUMNS)
        for bill in sorted(bills, key=lambda b: (b.discharged_on, b.number)):
            code, number = bill.hospital.code, bill.number
            head.writerow(
                (
                    code,
                    number,
                    bill.patient.number,
                    bill.patient.name,
                    bill.kind,
                    bill.filing,
                    bill.admitted_on,
                    bill.discharged_on,
                    *bill.diagnosis,
                    bill.delivery,
                    plain_yuan(bill.total_fen),
                )
            )
            for place, (item, quantity, price) in enumerate(bill.lines, 1):
                detail.writerow((code, number, place, item, quantity, plain_yuan(price), plain_yuan(quantity * price)))

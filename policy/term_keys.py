"""The vocabulary of terms: one declared entry for every value that the law or an area can set. No logic.

A key not declared here is refused. A key declared with `is_supported=False` is part of the public format
but not yet computed: it is refused with a clear message, never ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal[
    "fen", "rate", "points", "days", "count", "flag", "choice", "choices", "date", "month_day", "premium_aid"
]
Layer = Literal["financing", "enrollment", "catalogue", "status", "basic", "out_of_area", "critical", "aid", "ceiling"]

STATUSES = {
    "none": "无困难身份",
    "destitute": "特困人员",
    "minimum_living": "低保对象",
    "registered_poor": "建档立卡贫困人口（未脱贫）",
    "registered_poor_lifted": "建档立卡贫困人口（脱贫享受政策）",
    "returned_poor": "返贫人口",
    "severely_disabled": "重度残疾人",
    "low_income_elderly": "低收入家庭60周岁以上老年人",
    "low_income": "低收入家庭成员",
    "unstable": "脱贫不稳定户",
    "edge": "边缘户",
    "epidemic_poor": "因疫情致贫人员",
    "unemployed": "失业人员",
}
CATEGORIES = {
    "adult": "成年居民",
    "minor": "未成年人",
    "pupil": "中小学生",
    "university": "大学生",
    "newborn": "新生儿",
    "residence_permit": "居住证持有人",
    "hmt_permit": "港澳台居民",
    "foreign_resident": "外国人",
}
LEVELS = {"township": "乡镇（社区）", "one": "一级", "two": "二级", "three": "三级"}
VISIT_KINDS = {
    "inpatient": "普通住院",
    "outpatient": "普通门诊",
    "special_outpatient": "门诊慢特病",
    "two_disease": "两病门诊用药",
    "delivery": "住院分娩",
    "emergency": "急诊抢救",
    "internet": "互联网诊疗",
    "epidemic": "疫情救治",
    "accident": "意外伤害",
}
FILINGS = {
    "local": "本地就医",
    "in_province_referred": "省内转诊",
    "referred": "跨省转诊",
    "resettled": "异地安置",
    "long_term": "异地长期居住",
    "emergency": "异地急诊",
    "working_away": "外出务工",
    "none": "未备案异地就医",
}
COMPONENTS = {
    "deductible": "起付线",
    "copayment": "统筹段内自付",
    "over_cap": "基本医保封顶线以上费用",
    "first_self_pay": "乙类先行自付",
    "out_of_area_first_self_pay": "异地先行自付",
}

AXES: dict[str, tuple[str, dict[str, str] | None]] = {
    # axis: (name, its values; None = any word)
    "level": ("医疗机构级别", LEVELS),
    "status": ("困难身份", STATUSES),
    "category": ("人员类别", CATEGORIES),
    "visit_kind": ("就医类别", VISIT_KINDS),
    "filing": ("备案情形", FILINGS),
    "admission": ("年度住院次序", None),
    "delivery_mode": ("分娩方式", {"natural": "顺产", "caesarean": "剖宫产"}),
    "trait": ("诊疗特征", {"none": "无", "traditional_medicine": "中医药", "family_doctor": "家庭医生签约首诊"}),
    "item_class": ("目录类别", {"甲": "甲类", "乙": "乙类"}),
    "item": ("项目种类", {"drug": "药品", "service": "诊疗项目", "material": "材料", "imported_material": "进口材料"}),
    "disease": ("病种", None),
    "tier": ("缴费档次", None),
}
AXIS_NAMES = {axis: name for axis, (name, _) in AXES.items()}


@dataclass(frozen=True, slots=True)
class TermKey:
    """One thing that can be set.

    `by_amount`: None, or what a row's over/up_to means: "slices" (each slice of the cost has its own value) or
    "size" (the whole amount chooses one row). `absent` says what leaving the key out means; empty = the value is
    needed and its lack is an error when it is used. `can_be_none`: `none` (不设) may be written.
    """

    name: str
    label: str
    unit: Unit
    layer: Layer
    description: str
    axes: tuple[str, ...] = ()
    by_amount: Literal["slices", "size"] | None = None
    absent: str = ""
    can_be_none: bool = False
    choices: tuple[str, ...] = ()
    origin: Literal["national", "local"] = "local"
    is_supported: bool = True


def _clinic_keys(kind: str, label: str) -> list[TermKey]:
    """The same few values for every kind of outpatient benefit."""
    axes = ("level", "status", "category", "filing") + (("disease",) if kind == "special_outpatient" else ())
    prefix = f"basic.{kind}"
    return [
        TermKey(
            f"{prefix}.deductible", f"{label}起付线", "fen", "basic", "每年或每次的起付标准", axes, can_be_none=True
        ),
        TermKey(
            f"{prefix}.deductible_period",
            f"{label}起付线计算期",
            "choice",
            "basic",
            "起付线按年累计还是按次计算",
            choices=("year", "visit"),
            absent="按年累计",
        ),
        TermKey(
            f"{prefix}.rate", f"{label}支付比例", "rate", "basic", "起付线以上政策范围内费用的支付比例", axes, "slices"
        ),
        TermKey(
            f"{prefix}.relief_points",
            f"{label}困难身份提高比例",
            "points",
            "basic",
            "在支付比例上增加的百分点",
            axes,
            absent="不提高",
        ),
        TermKey(
            f"{prefix}.year_cap", f"{label}年度限额", "fen", "basic", "一个年度内的最高支付额", axes, can_be_none=True
        ),
        TermKey(
            f"{prefix}.visit_cap",
            f"{label}单次限额",
            "fen",
            "basic",
            "一次就诊的最高支付额",
            axes,
            absent="不设单次限额",
            can_be_none=True,
        ),
    ]


def _aid_keys(kind: str, label: str) -> list[TermKey]:
    prefix = f"medical_aid.{kind}"
    return [
        TermKey(
            f"{prefix}.visit_kinds",
            f"{label}适用就医类别",
            "choices",
            "aid",
            "哪些就医类别的费用按此救助",
            choices=tuple(VISIT_KINDS),
        ),
        TermKey(
            f"{prefix}.base",
            f"{label}基数",
            "choices",
            "aid",
            "基本医保和大病保险支付后，哪些政策范围内个人负担进入救助",
            choices=tuple(COMPONENTS),
        ),
        TermKey(f"{prefix}.deductible", f"{label}起付线", "fen", "aid", "救助起付标准", ("status",), can_be_none=True),
        TermKey(
            f"{prefix}.deductible_period",
            f"{label}起付线计算期",
            "choice",
            "aid",
            "起付线按年累计还是按次计算",
            choices=("year", "visit"),
            absent="按年累计",
        ),
        TermKey(
            f"{prefix}.rate",
            f"{label}比例",
            "rate",
            "aid",
            "起付线以上部分的救助比例",
            ("status", "level"),
            "slices",
        ),
        TermKey(
            f"{prefix}.year_limit",
            f"{label}年度限额",
            "fen",
            "aid",
            "一个年度内的最高救助额，可随本次救助基数大小而不同",
            ("status",),
            "size",
            can_be_none=True,
        ),
        TermKey(
            f"{prefix}.visit_limit",
            f"{label}单次限额",
            "fen",
            "aid",
            "一次就诊的最高救助额，可随本次救助基数大小而不同",
            ("status",),
            "size",
            absent="不设单次限额",
            can_be_none=True,
        ),
    ]


_HOSPITAL = ("level", "status", "category", "filing", "admission")

_PLANNED: tuple[tuple[str, str, Unit, Layer, str], ...] = (
    ("basic.special_outpatient.disease_cap", "门诊慢特病病种限额", "fen", "basic", "分病种的年度限额"),
    ("basic.inpatient.disease_price", "单病种定额", "fen", "basic", "按病种定额结算"),
    ("basic.inpatient.year_end", "跨年住院", "choice", "basic", "跨年住院分年结算"),
    ("basic.newborn.with_mother", "新生儿随母", "flag", "basic", "新生儿费用随母亲结算"),
    ("basic.accident.third_party", "第三方责任", "choice", "basic", "意外伤害第三方责任的扣除"),
    ("basic.epidemic.treasury_rate", "疫情财政负担", "rate", "basic", "疫情救治个人负担由财政承担的比例"),
    ("medical_aid.late.rate", "依申请救助比例", "rate", "aid", "事后认定对象的救助"),
    ("medical_aid.high_cost.burden", "高额费用认定", "rate", "aid", "按负担占收入比例认定高额费用患者"),
    ("local_layer.rate", "地方补充保障比例", "rate", "ceiling", "三重保障以外的地方措施，须写明终止日期"),
)
"""In the format, not yet computed."""

_ALL: list[TermKey] = [
    # who pays for the insurance
    TermKey(
        "financing.individual",
        "个人缴费标准",
        "fen",
        "financing",
        "每人每年个人缴费",
        ("category", "tier"),
    ),
    TermKey("financing.fiscal_subsidy", "人均财政补助标准", "fen", "financing", "每人每年各级财政补助合计"),
    TermKey(
        "financing.critical_illness_premium", "大病保险筹资标准", "fen", "financing", "每人每年从基金划转大病保险的金额"
    ),
    TermKey(
        "financing.tiers",
        "缴费档次",
        "choice",
        "financing",
        "各类人员执行的缴费档次",
        ("category",),
        absent="不分档",
    ),
    *(
        TermKey(
            f"premium_aid.{status}",
            f"资助参保·{label}",
            "premium_aid",
            "financing",
            "医疗救助对该类人员个人缴费的资助：全额或定额",
            absent="不资助",
        )
        for status, label in STATUSES.items()
        if status != "none"
    ),
    # who is insured, from when
    TermKey("enrollment.season_starts", "集中参保期开始", "month_day", "enrollment", "上一年的月日", absent="未规定"),
    TermKey(
        "enrollment.season_ends", "集中参保期结束", "month_day", "enrollment", "上一年或当年的月日", absent="未规定"
    ),
    TermKey(
        "enrollment.waiting_days", "中途参保等待期", "days", "enrollment", "集中参保期外参保的等待天数", absent="未规定"
    ),
    TermKey(
        "enrollment.benefits_need_payment",
        "缴费后享受待遇",
        "flag",
        "enrollment",
        "未缴清当年个人缴费的不予结算",
        absent="不要求",
    ),
    TermKey(
        "enrollment.newborn_days",
        "新生儿参保期限",
        "days",
        "enrollment",
        "出生后多少天内参保自出生享受待遇",
        absent="未规定",
    ),
    # which status counts
    TermKey(
        "status.order",
        "困难身份适用顺序",
        "choices",
        "status",
        "一人有多种困难身份时，按此顺序取第一种结算",
        choices=tuple(s for s in STATUSES if s != "none"),
    ),
    # what counts of a line
    TermKey(
        "catalogue.first_self_pay",
        "目录先行自付比例",
        "rate",
        "catalogue",
        "明细未自带先行自付比例时，按目录类别和项目种类取用",
        ("item_class", "item", "level"),
    ),
    # basic insurance, inpatient
    TermKey(
        "basic.inpatient.deductible",
        "住院起付线",
        "fen",
        "basic",
        "每次住院的起付标准，可按级别、身份、年度住院次序分别规定",
        _HOSPITAL,
        can_be_none=True,
    ),
    TermKey(
        "basic.inpatient.deductible_year_cap",
        "住院起付线年度累计上限",
        "fen",
        "basic",
        "一个年度内起付线累计达到后不再计",
        ("status", "category"),
        absent="不设上限",
        can_be_none=True,
    ),
    TermKey(
        "basic.inpatient.referral_carry",
        "转诊连续计算起付线",
        "flag",
        "basic",
        "按规定转诊的，上一机构已付起付线抵减本次起付线",
        ("status", "filing"),
        absent="不连续计算",
    ),
    TermKey(
        "basic.inpatient.rate",
        "住院支付比例",
        "rate",
        "basic",
        "起付线以上、封顶线以下政策范围内费用的支付比例，可分段",
        _HOSPITAL,
        "slices",
    ),
    TermKey(
        "basic.inpatient.band_measure",
        "住院分段口径",
        "choice",
        "basic",
        "分段按政策范围内费用（含起付线）还是按起付线以上费用",
        choices=("in_scope", "over_deductible"),
        absent="按政策范围内费用（含起付线）",
    ),
    TermKey(
        "basic.inpatient.relief_points",
        "住院困难身份提高比例",
        "points",
        "basic",
        "在住院支付比例上增加的百分点",
        _HOSPITAL,
        absent="不提高",
    ),
    TermKey(
        "basic.inpatient.bonus_points",
        "中医药和基层首诊提高比例",
        "points",
        "basic",
        "在住院支付比例上增加的百分点",
        ("trait", "level"),
        absent="不提高",
    ),
    TermKey("basic.inpatient.rate_max", "住院支付比例上限", "rate", "basic", "各项提高之后的上限", absent="100%"),
    TermKey(
        "basic.inpatient.visit_cap",
        "住院单次限额",
        "fen",
        "basic",
        "一次住院的最高支付额",
        _HOSPITAL,
        absent="不设单次限额",
        can_be_none=True,
    ),
    TermKey(
        "basic.year_cap",
        "基本医保年度封顶线",
        "fen",
        "basic",
        "一个年度内统筹基金最高支付限额",
        ("status", "category"),
        can_be_none=True,
    ),
    TermKey(
        "basic.year_cap_covers",
        "封顶线计入的待遇",
        "choices",
        "basic",
        "哪些待遇的支付计入年度封顶线",
        choices=("inpatient", "delivery", "outpatient", "special_outpatient", "two_disease"),
        absent="仅计普通住院待遇",
    ),
    *_clinic_keys("outpatient", "门诊统筹"),
    *_clinic_keys("special_outpatient", "门诊慢特病"),
    *_clinic_keys("two_disease", "两病用药"),
    TermKey(
        "basic.delivery.amount",
        "住院分娩定额",
        "fen",
        "basic",
        "符合规定的住院分娩定额补助，不超过政策范围内费用",
        ("delivery_mode", "level", "status"),
    ),
    TermKey(
        "basic.delivery.treated_as",
        "住院分娩按何待遇",
        "choice",
        "basic",
        "定额，或按普通住院",
        choices=("amount", "inpatient"),
        absent="定额",
    ),
    TermKey(
        "basic.accident.treated_as",
        "意外伤害按何待遇",
        "choice",
        "basic",
        "按普通住院或普通门诊的起付线和比例",
        choices=("inpatient", "outpatient"),
    ),
    TermKey(
        "basic.accident.year_cap",
        "意外伤害年度限额",
        "fen",
        "basic",
        "一个年度内意外伤害的最高支付额",
        ("category", "status"),
        can_be_none=True,
    ),
    *(
        TermKey(
            f"basic.{kind}.treated_as",
            f"{VISIT_KINDS[kind]}按何待遇",
            "choice",
            "basic",
            "按哪一类待遇的起付线、比例和限额",
            choices=("inpatient", "outpatient"),
        )
        for kind in ("emergency", "internet", "epidemic")
    ),
    # out of area
    TermKey(
        "out_of_area.as_at_home",
        "异地视同本地",
        "flag",
        "out_of_area",
        "该备案情形和身份按本地就医结算",
        ("filing", "status"),
        absent="不视同本地",
    ),
    TermKey(
        "out_of_area.first_self_pay",
        "异地先行自付比例",
        "rate",
        "out_of_area",
        "政策范围内费用先由个人自付的比例，其余再按规定支付",
        ("filing", "status", "level"),
    ),
    TermKey(
        "out_of_area.rate_points",
        "异地支付比例增减",
        "points",
        "out_of_area",
        "在支付比例上增加（正）或降低（负）的百分点",
        ("filing", "status", "level"),
        absent="不增减",
    ),
    TermKey(
        "out_of_area.rate_factor",
        "异地支付比例系数",
        "rate",
        "out_of_area",
        "支付比例乘以该系数（如按本地比例的80%支付）",
        ("filing", "status", "level"),
        absent="不打折",
    ),
    # critical illness
    TermKey(
        "critical_illness.applies", "是否实施大病保险", "flag", "critical", "否表示该地不设大病保险", absent="实施"
    ),
    TermKey(
        "critical_illness.visit_kinds",
        "大病保险适用就医类别",
        "choices",
        "critical",
        "哪些就医类别的个人负担进入大病保险",
        choices=tuple(VISIT_KINDS),
    ),
    TermKey(
        "critical_illness.base",
        "大病保险合规费用口径",
        "choices",
        "critical",
        "哪些个人负担累计进入大病保险",
        choices=tuple(COMPONENTS),
    ),
    TermKey(
        "critical_illness.deductible",
        "大病保险起付线",
        "fen",
        "critical",
        "一个年度内累计扣除一次",
        ("status", "category"),
    ),
    TermKey(
        "critical_illness.rate", "大病保险支付比例", "rate", "critical", "可分段", ("status", "category"), "slices"
    ),
    TermKey(
        "critical_illness.band_measure",
        "大病保险分段口径",
        "choice",
        "critical",
        "分段按起付线以上费用还是按累计合规费用（含起付线）",
        choices=("over_deductible", "base"),
        absent="按起付线以上费用",
    ),
    TermKey(
        "critical_illness.year_cap",
        "大病保险年度封顶线",
        "fen",
        "critical",
        "一个年度内的最高支付额",
        ("status", "category"),
        can_be_none=True,
    ),
    TermKey(
        "critical_illness.relief.statuses",
        "大病保险倾斜对象",
        "choices",
        "critical",
        "国家规定的倾斜支付对象",
        choices=tuple(s for s in STATUSES if s != "none"),
        absent="国家当时未规定倾斜幅度",
        origin="national",
    ),
    TermKey(
        "critical_illness.relief.deductible_share",
        "倾斜：起付线降低幅度",
        "rate",
        "critical",
        "困难群众起付线比普通参保居民降低的比例",
        absent="国家当时未规定倾斜幅度",
        origin="national",
    ),
    TermKey(
        "critical_illness.relief.rate_points",
        "倾斜：支付比例提高",
        "points",
        "critical",
        "困难群众支付比例比普通参保居民提高的百分点",
        absent="国家当时未规定倾斜幅度",
        origin="national",
    ),
    TermKey(
        "critical_illness.relief.uncapped_statuses",
        "倾斜：取消封顶线对象",
        "choices",
        "critical",
        "国家规定不设大病保险封顶线的对象",
        choices=tuple(s for s in STATUSES if s != "none"),
        absent="国家当时未全面取消",
        origin="national",
    ),
    # medical aid
    TermKey("medical_aid.applies", "是否实施医疗救助", "flag", "aid", "否表示该地不设医疗救助", absent="实施"),
    *_aid_keys("inpatient", "住院救助"),
    *_aid_keys("outpatient", "门诊救助"),
    TermKey(
        "medical_aid.year_limit",
        "救助年度总限额",
        "fen",
        "aid",
        "住院和门诊救助合计的年度限额",
        ("status",),
        absent="不设总限额",
        can_be_none=True,
    ),
    TermKey(
        "medical_aid.tilt.threshold",
        "再次救助起点",
        "fen",
        "aid",
        "救助后政策范围内个人负担年度累计超过此额的部分再次救助",
        ("status",),
        absent="不实施再次救助",
        can_be_none=True,
    ),
    TermKey("medical_aid.tilt.rate", "再次救助比例", "rate", "aid", "超过起点部分的救助比例", ("status",), "slices"),
    TermKey(
        "medical_aid.tilt.year_limit",
        "再次救助年度限额",
        "fen",
        "aid",
        "一个年度内的最高额",
        ("status",),
        can_be_none=True,
    ),
    # all layers together
    TermKey(
        "ceiling.rate",
        "三重保障总支付上限",
        "rate",
        "ceiling",
        "各层合计最多支付政策范围内费用的比例，超过时先减最后一层",
        ("status", "level", "visit_kind"),
        absent="不设总上限",
    ),
    # in the format, not yet computed: refused, never ignored
    *(
        TermKey(name, label, unit, layer, description, is_supported=False)
        for name, label, unit, layer, description in _PLANNED
    ),
]

KEYS: dict[str, TermKey] = {key.name: key for key in _ALL}
assert len(KEYS) == len(_ALL), "a term is declared twice"

VALUE_NAMES = {
    "in_scope": "政策范围内费用（含起付线）",
    "over_deductible": "起付线以上费用",
    "base": "累计合规费用（含起付线）",
    "year": "按年",
    "visit": "按次",
    "amount": "定额",
    **COMPONENTS,
    **VISIT_KINDS,
    **STATUSES,
    "none": "不设",
}

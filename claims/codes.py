"""Closed vocabularies of the claims room; the English codes are those of the settlement engine."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderLevel(models.TextChoices):
    """Grade of a provider as far as it decides deductible and rate."""

    TOWNSHIP = "township", _("乡镇卫生院/社区")
    ONE = "one", _("一级")
    TWO = "two", _("二级")
    THREE = "three", _("三级")


class ProviderKind(models.TextChoices):
    """What kind of provider it is."""

    HOSPITAL = "hospital", _("医疗机构")
    PHARMACY = "pharmacy", _("零售药店")


class AgreementState(models.TextChoices):
    """Life of an agreement with a provider."""

    ACTIVE = "active", _("履行中")
    SUSPENDED = "suspended", _("中止")
    TERMINATED = "terminated", _("解除")


class VisitKind(models.TextChoices):
    """Kind of visit (医疗类别)."""

    INPATIENT = "inpatient", _("住院")
    OUTPATIENT = "outpatient", _("普通门诊")
    SPECIAL_OUTPATIENT = "special_outpatient", _("门诊慢特病")
    TWO_DISEASE = "two_disease", _("两病门诊")
    DELIVERY = "delivery", _("住院分娩")
    EMERGENCY = "emergency", _("急诊")
    INTERNET = "internet", _("互联网")
    EPIDEMIC = "epidemic", _("疫情救治")
    ACCIDENT = "accident", _("意外伤害")


class FilingKind(models.TextChoices):
    """How care outside the pooling area was announced (异地就医备案)."""

    LOCAL = "local", _("本地")
    IN_PROVINCE_REFERRED = "in_province_referred", _("省内转诊")
    REFERRED = "referred", _("转诊")
    RESETTLED = "resettled", _("异地安置")
    LONG_TERM = "long_term", _("异地长期居住")
    EMERGENCY = "emergency", _("异地急诊")
    WORKING_AWAY = "working_away", _("外出务工")
    NONE = "none", _("未备案")


class DeliveryKind(models.TextChoices):
    """How a child was delivered; empty when the visit is no delivery."""

    NATURAL = "natural", _("顺产")
    CAESAREAN = "caesarean", _("剖宫产")


class Trait(models.TextChoices):
    """What raises the rate of a stay; empty for none."""

    TRADITIONAL_MEDICINE = "traditional_medicine", _("中医药治疗")
    FAMILY_DOCTOR = "family_doctor", _("家庭医生签约首诊")


class ItemKind(models.TextChoices):
    """Drug, service or material."""

    DRUG = "drug", _("药品")
    SERVICE = "service", _("诊疗服务")
    MATERIAL = "material", _("医用耗材")


class ItemClass(models.TextChoices):
    """Class in the catalogue: 甲 is paid in full scope, 乙 after a first self-pay, 丙 lies outside."""

    A = "甲", _("甲类")
    B = "乙", _("乙类")
    C = "丙", _("丙类（目录外）")


class BillState(models.TextChoices):
    """Life of a bill. A reversed settlement puts its bill back to waiting."""

    WAITING = "waiting", _("待结算")
    SETTLED = "settled", _("已结算")
    WITHDRAWN = "withdrawn", _("已作废")


class SettlementKind(models.TextChoices):
    """A first settlement, its reversal, or the correction of a settlement that an earlier reversal touched."""

    SETTLEMENT = "settlement", _("结算")
    REVERSAL = "reversal", _("冲正")
    ADJUSTMENT = "adjustment", _("调整")


class BillSource(models.TextChoices):
    """Where a bill came from."""

    WINDOW = "window", _("窗口录入")
    FILE = "file", _("医院文件")
    API = "api", _("接口")

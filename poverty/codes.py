"""The code lists of the ledger: who sends lists, how a member fails to match, what was decided, why one is missing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enrollment.codes import HardshipCategory


class Source(models.TextChoices):
    """名单来源: the office whose list names a person."""

    POVERTY_OFFICE = "poverty_office", _("扶贫办")
    CIVIL_AFFAIRS = "civil_affairs", _("民政")
    DISABLED_FEDERATION = "disabled_federation", _("残联")


class MismatchKind(models.TextChoices):
    """In what a member of a list and the register do not agree (医保发〔2018〕18号 二（一）3)."""

    NOT_FOUND = "not_found", _("查无此人")
    WRONG_ID = "wrong_id", _("证件号码有误")
    NOT_ENROLLED = "not_enrolled", _("未参保")
    ENROLLED_ELSEWHERE = "enrolled_elsewhere", _("在其他统筹地区参保")
    EMPLOYEE_INSURED = "employee_insured", _("参加职工医保")
    DEAD = "dead", _("已死亡")


class MismatchState(models.TextChoices):
    """处理状态: cleared by a new match, or decided by a person with a reason."""

    OPEN = "open", _("待处理")
    CLEARED = "done", _("复核后已消除")
    DECIDED = "closed", _("已核实处理")


class Decision(models.TextChoices):
    """核实结论."""

    SAME_PERSON = "same_person", _("确认为同一人，关联登记")
    STRUCK = "struck", _("退回名单单位，从台账剔除")
    EXPLAINED = "explained", _("情况属实，予以说明")


class Gap(models.TextChoices):
    """缺口原因: why a verified member is not covered by all three layers."""

    NONE = "", _("已覆盖")
    NOT_ENROLLED = "not_enrolled", _("未参保")
    UNPAID = "unpaid", _("已登记未缴费")
    WAITING = "waiting", _("待遇等待期内")
    NO_STATUS = "no_status", _("未标识困难身份，不能享受医疗救助")


CATEGORY_WORDS: dict[str, str] = {
    "低保": "minimum_living", "特困": "destitute", "重度残疾": "severely_disabled", "重残": "severely_disabled",
    "低收入老年人": "low_income_elderly", "低收入": "low_income", "脱贫不稳定户": "unstable", "边缘户": "edge",
    "边缘易致贫户": "edge", "因疫情致贫": "epidemic_poor", "失业": "unemployed", "返贫": "returned_poor",
    "建档立卡": "registered", "建档立卡贫困人口": "registered",
} | {str(category.label): category.value for category in HardshipCategory}  # fmt: skip
"""What lists write as 困难类别; 建档立卡 alone is decided by 脱贫属性."""

STANDING_WORDS: dict[str, str] = {
    "未脱贫": "registered_poor", "脱贫享受政策": "registered_poor_lifted", "稳定脱贫": "registered_poor_lifted",
    "返贫": "returned_poor",
}  # fmt: skip
"""脱贫属性, and the category it makes of 建档立卡."""

REGISTERED = ("registered_poor", "registered_poor_lifted", "returned_poor")
"""The standings of 建档立卡: a person is in one of them at a time, a later one ends the one before."""

"""Code lists of the funds: the three funds, treasuries, entry kinds, grades of risk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fund(models.TextChoices):
    """The three funds that are kept in separate books (国发〔2007〕20号 三（八）: 单独列账)."""

    BASIC = "basic", _("基本医保基金")
    CRITICAL = "critical", _("大病保险")
    AID = "aid", _("医疗救助")


class AccountKind(models.TextChoices):
    """What an account holds; memo accounts stand outside the balance (备查)."""

    ASSET = "asset", _("资产")
    LIABILITY = "liability", _("负债")
    NET = "net", _("净资产")
    INCOME = "income", _("收入")
    EXPENSE = "expense", _("支出")
    MEMO = "memo", _("备查")


class Treasury(models.TextChoices):
    """Which level of government's treasury pays a subsidy."""

    CENTRE = "centre", _("中央财政")
    PROVINCE = "province", _("省级财政")
    CITY = "city", _("市级财政")
    COUNTY = "county", _("县级财政")


class EntryKind(models.TextChoices):
    """Which facts an entry sums up; with area, booking day and batch it leads back to them."""

    DUES = "dues", _("应缴核定")
    PAYMENTS = "payments", _("个人缴费")
    PREMIUM_AID = "premium_aid", _("资助参保")
    SUBSIDY_DUE = "subsidy_due", _("财政补助应到")
    SUBSIDY = "subsidy", _("财政补助到账")
    SETTLEMENTS = "settlements", _("待遇结算")
    TRANSFER = "transfer", _("大病保费划转")
    OPENING = "opening", _("期初余额")

    @property
    def in_numbers(self) -> str:
        """Two digits that stand for the kind in the number of an entry."""
        return f"{list(EntryKind).index(self) + 1:02d}"


class BudgetState(models.TextChoices):
    """Life of a yearly budget."""

    DRAFT = "draft", _("草案")
    APPROVED = "approved", _("已批准")


class WarningGrade(models.TextChoices):
    """How bad an indicator stands."""

    NONE = "none", _("正常")
    YELLOW = "yellow", _("黄色")
    ORANGE = "orange", _("橙色")
    RED = "red", _("红色")
    MISSING = "missing", _("缺数")


class WarningState(models.TextChoices):
    """How far the handling of a warning has come: 预警 → 评估 → 化解 → 关闭."""

    OPEN = "open", _("待处置")
    ASSESSED = "assessed", _("已评估")
    PLANNED = "planned", _("已制定预案")
    CLOSED = "closed", _("已关闭")

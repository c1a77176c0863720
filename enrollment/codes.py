"""The code lists of the register: document kinds, person categories, hardship categories, relations, states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdKind(models.TextChoices):
    """人员证件类型: the values of the national table psn_cert_type that a resident can enrol with."""

    RESIDENT = "01", _("居民身份证")
    HONG_KONG = "04", _("港澳居民来往内地通行证")
    TAIWAN = "06", _("台湾居民来往大陆通行证")
    FOREIGN_RESIDENT = "07", _("外国人永久居留证")
    RESIDENCE = "17", _("港澳台居民居住证")
    BIRTH = "990201", _("医学出生证明")


class Sex(models.TextChoices):
    """性别 (GB/T 2261.1)."""

    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNKNOWN = "9", _("未说明")


class PersonCategory(models.TextChoices):
    """人员类别: as what a person is insured."""

    ADULT = "adult", _("成年居民")
    MINOR = "minor", _("未成年居民")
    PUPIL = "pupil", _("中小学生")
    UNIVERSITY = "university", _("大学生")
    NEWBORN = "newborn", _("新生儿")
    RESIDENCE_PERMIT = "residence_permit", _("居住证持有人")
    HMT_PERMIT = "hmt_permit", _("港澳台居民")
    FOREIGN_RESIDENT = "foreign_resident", _("外国人永久居留")


class HardshipCategory(models.TextChoices):
    """困难身份: the dated statuses that help with dues and tilt the benefits."""

    DESTITUTE = "destitute", _("特困人员")
    MINIMUM_LIVING = "minimum_living", _("低保对象")
    REGISTERED_POOR = "registered_poor", _("建档立卡（未脱贫）")
    REGISTERED_POOR_LIFTED = "registered_poor_lifted", _("建档立卡（脱贫享受政策）")
    RETURNED_POOR = "returned_poor", _("返贫人口")
    SEVERELY_DISABLED = "severely_disabled", _("重度残疾人")
    LOW_INCOME_ELDERLY = "low_income_elderly", _("低收入家庭60周岁以上老年人")
    LOW_INCOME = "low_income", _("低收入救助对象")
    UNSTABLE = "unstable", _("脱贫不稳定户")
    EDGE = "edge", _("边缘户")
    EPIDEMIC_POOR = "epidemic_poor", _("因疫情致贫人员")
    UNEMPLOYED = "unemployed", _("失业人员")


class Relation(models.TextChoices):
    """与户主关系 (GB/T 4761, main groups)."""

    HEAD = "head", _("户主")
    SPOUSE = "spouse", _("配偶")
    SON = "son", _("子")
    DAUGHTER = "daughter", _("女")
    GRANDCHILD = "grandchild", _("孙子女")
    PARENT = "parent", _("父母")
    GRANDPARENT = "grandparent", _("祖父母")
    SIBLING = "sibling", _("兄弟姐妹")
    OTHER = "other", _("其他")


RELATION_WORDS: dict[str, str] = {
    "户主": "head", "本人": "head", "配偶": "spouse", "妻": "spouse", "夫": "spouse", "子": "son", "儿子": "son",
    "女": "daughter", "女儿": "daughter", "孙子女": "grandchild", "孙子": "grandchild", "孙女": "grandchild",
    "外孙": "grandchild", "外孙女": "grandchild", "父母": "parent", "父亲": "parent", "母亲": "parent",
    "祖父母": "grandparent", "祖父": "grandparent", "祖母": "grandparent", "兄弟姐妹": "sibling", "兄": "sibling",
    "弟": "sibling", "姐": "sibling", "妹": "sibling", "其他": "other",
}  # fmt: skip
"""What people write on the paper form, and the code it means."""


class Proof(models.TextChoices):
    """The one paper that a category may ask for."""

    HOUSEHOLD_REGISTER = "household_register", _("户籍（户口簿或居民身份证）")
    RESIDENCE_PERMIT = "residence_permit", _("居住证")
    SCHOOL_ROLL = "school_roll", _("学籍")
    BIRTH_CERTIFICATE = "birth_certificate", _("出生医学证明")
    TRAVEL_PERMIT = "travel_permit", _("港澳台居民来往内地（大陆）通行证或居住证")
    PERMANENT_RESIDENCE = "permanent_residence", _("外国人永久居留证")


class EnrollmentSource(models.TextChoices):
    """登记来源: through which door an enrolment came in."""

    COUNTER = "counter", _("窗口登记")
    IMPORT = "import", _("批量导入")
    RENEWAL = "renewal", _("续保")
    TRANSFER = "transfer", _("转入")


class EndReason(models.TextChoices):
    """终止原因."""

    DEATH = "death", _("死亡")
    EMPLOYEE = "employee", _("参加职工医保")
    EMIGRATION = "emigration", _("出国（境）定居")
    TRANSFER = "transfer", _("转出其他统筹地区")
    DUPLICATE = "duplicate", _("重复参保清理")
    WITHDRAWN = "withdrawn", _("登记撤销")


class DueState(models.TextChoices):
    """缴费状态."""

    OPEN = "open", _("未缴")
    PART = "part", _("部分缴纳")
    PAID = "paid", _("已缴")
    CANCELLED = "cancelled", _("已取消")


class PaymentKind(models.TextChoices):
    """缴费方式: who put the money down."""

    PERSONAL = "personal", _("个人缴费")
    HOUSEHOLD = "household", _("家庭缴费")
    EMPLOYER = "employer", _("单位补助")
    AID = "aid", _("资助参保")
    REFUND = "refund", _("退费")


class CollectingBody(models.TextChoices):
    """征收机构."""

    AGENCY = "agency", _("医保经办机构")
    TAX = "tax", _("税务部门")


class DifferenceKind(models.TextChoices):
    """对账差异: in what a paid amount and the register do not agree."""

    UNKNOWN_PERSON = "unknown_person", _("查无此人")
    NAME_DIFFERS = "name_differs", _("姓名不符")
    NO_DUE = "no_due", _("无应缴记录")
    OVERPAID = "overpaid", _("超过应缴金额")


class DifferenceState(models.TextChoices):
    """差异处理状态."""

    OPEN = "open", _("待处理")
    BOOKED = "booked", _("已入账")
    RETURNED = "returned", _("已退回征收机构")

"""Demonstration accounts: one log-in for each role and level, only where the site is a demonstration."""

from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.refusal import Refused
from office.models import Office, Posting, Region, User
from office.permissions import role_label
from office.services.regions import pinyin

REFUSAL = _("这里不是演示环境，不能载入演示数据。演示数据只能在演示环境（DEBUG 打开）载入。")
PASSWORD = "Yanshi-2018-demo"

_ADMINS = ["system_admin", "security_admin", "audit_admin"]
_UPPER = ["analyst", "director", "supervisor", "policy_officer", "auditor", *_ADMINS]
_CITY = [
    "enrollment_clerk",
    "claims_clerk",
    "reviewer",
    "poverty_officer",
    "finance_officer",
    "provider_officer",
    "supervisor",
    "analyst",
    "policy_officer",
    "director",
    "auditor",
]
_COUNTY = [
    "window_clerk",
    "enrollment_clerk",
    "claims_clerk",
    "reviewer",
    "poverty_officer",
    "finance_officer",
    "analyst",
    "director",
    "auditor",
]

# Short name of the area in the user name → (region code, name of its office, roles).
AREAS: dict[str, tuple[str, str, list[str]]] = {
    "nation": ("000000", "国家医保经办机构", ["finance_officer", *_UPPER]),
    "heilongjiang": ("230000", "黑龙江省医保经办机构", ["finance_officer", *_UPPER]),
    "hebei": ("130000", "河北省医保经办机构", ["finance_officer", *_UPPER]),
    "jiamusi": ("230800", "佳木斯市医保经办机构", _CITY),
    "handan": ("130400", "邯郸市医保经办机构", _CITY),
    "dingzhou": ("130682", "定州市医保经办机构", ["window_clerk", *_CITY]),
    "xinji": ("130181", "辛集市医保经办机构", ["window_clerk", *_CITY]),
    "xiongan": ("133100", "雄安新区医保经办机构", ["window_clerk", *_CITY]),
    "xiangyang": ("230803", "向阳区医保经办机构", _COUNTY),
    "huanan": ("230822", "桦南县医保经办机构", _COUNTY),
    "congtai": ("130403", "丛台区医保经办机构", _COUNTY),
    "yongnian": ("130408", "永年区医保经办机构", _COUNTY),
}
MACHINES = {"jiamusi_hospital": "jiamusi", "handan_hospital": "handan"}
FIRST_DAY = date(2007, 1, 1)

_FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高"
_GIVEN = [
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "兰",
    "霞",
    "平",
    "刚",
    "英",
    "华",
    "文",
]


def is_allowed() -> bool:
    """Whether this site is a demonstration."""
    return bool(settings.DEMONSTRATION)


@transaction.atomic
def load_staff() -> int:
    """Make offices and log-ins of the demonstration; refused in a working office. Returns how many log-ins were added."""
    if not is_allowed():
        raise Refused(str(REFUSAL))
    added = 0
    password = make_password(PASSWORD)  # once: a good hash is slow, and all demonstration accounts share it
    offices: dict[str, Office] = {}
    for area, (code, name, roles) in AREAS.items():
        region = Region.everywhere.get(code=code)
        offices[area], _is_new = Office.everywhere.get_or_create(
            code=f"YB{code}", defaults={"name": name, "region": region, "level": region.level}
        )
        for role in roles:
            added += _account(f"{area}_{role}", offices[area], role, password)
    for username, area in MACHINES.items():
        added += _account(username, offices[area], "hospital", "")
    return added


def logins() -> list[tuple[str, str, str]]:
    """User name, area and role of every demonstration log-in of a person."""
    rows = []
    for area, (_code, name, roles) in AREAS.items():
        rows += [(f"{area}_{role}", name, role_label(role)) for role in roles]
    return rows


def _account(username: str, office: Office, role: str, password: str) -> int:
    if User.everywhere.filter(username=username).exists():
        return 0
    is_machine = role == "hospital"
    number = User.everywhere.count()
    name = (
        f"{office.region.name}医院系统"
        if is_machine
        else _FAMILY[number % 20] + _GIVEN[(number // 20 + number * 7) % 20]
    )
    user = User(
        username=username,
        name=name,
        pinyin=pinyin(name),
        office=office,
        is_machine=is_machine,
        is_demonstration=True,
        password_changed_at=clock.now(),
    )
    if is_machine:
        user.set_unusable_password()
    else:
        user.password = password
    user.save()
    Posting.everywhere.create(user=user, role=role, starts_on=FIRST_DAY)
    return 1
